//! Lists that come in pages: each names the next one.

use std::collections::HashSet;

use tokio::{runtime::Handle, time::Instant};

use super::{Answer, Request};
use crate::{Error, ErrorKind, Result};

/// The way through the pages of a list.
pub(super) struct Paging {
    /// The member of a page with the URL of the next one.
    member: &'static str,
    /// The URLs of the pages so far.
    seen: HashSet<String>,
}

impl Paging {
    pub(super) fn by(member: &'static str) -> Self {
        Self {
            member,
            seen: HashSet::new(),
        }
    }

    /// Whether a page has been asked for.
    pub(super) fn is_begun(&self) -> bool {
        !self.seen.is_empty()
    }
}

impl Request {
    /// Sends the request of one page. Gives its answer, and the request of the next page, or why that cannot be made.
    pub(crate) async fn page(mut self) -> Result<(Answer, Result<Option<Self>>)> {
        Handle::try_current().map_err(Error::no_runtime)?;
        if let Some(fault) = self.fault() {
            return Err(fault);
        }
        self.take_credentials()?;
        self.end_url();
        let answer = self.traced(None).await?;
        let next = self.turned(&answer);
        Ok((answer, next))
    }

    /// Sends the requests of all pages.
    pub(super) async fn pages(mut self) -> Result<Answer> {
        self.begun = Some(Instant::now());
        let (mut whole, mut next) = self.page().await?;
        while let Some(request) = next? {
            let (page, after) = request.page().await?;
            whole = whole.followed_by(page, "; `pages` gives them one by one")?;
            next = after;
        }
        Ok(whole)
    }

    /// The request of the page after the one that has this answer.
    fn turned(mut self, answer: &Answer) -> Result<Option<Self>> {
        let Some(mut paging) = self.paging.take() else {
            return Ok(None);
        };
        let Some(next) = answer.link(paging.member)? else {
            return Ok(None);
        };
        let destinations = &self.client.shared().destinations;
        let url = destinations.resolve_beside(&self.url, &next);
        let url = url.map_err(|reason| Error::request(self.operation, reason))?;
        paging.seen.insert(std::mem::take(&mut self.url));
        self.url = url.into();
        if paging.seen.contains(&self.url) {
            let what = "the link to the next page leads back to a page before";
            return Err(answer.unusable(ErrorKind::Decode, what));
        }
        self.paging = Some(paging);
        Ok(Some(self))
    }
}
