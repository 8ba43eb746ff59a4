//! Lists that come in pages: each names the next one.

use std::collections::HashSet;

use tokio::{runtime::Handle, time::Instant};

use super::{Answer, Request, time_limit::TimeLimit};
use crate::{Error, ErrorKind, Result, value::deadline::after};

/// The way through the pages of a list.
pub(super) struct Paging {
    /// The member of a page with the URL of the next one.
    member: &'static str,
    /// The URLs of the pages so far.
    seen: HashSet<String>,
    /// When the whole list has to be there.
    pub(super) until: Option<Instant>,
}

impl Paging {
    pub(super) fn by(member: &'static str) -> Self {
        Self {
            member,
            seen: HashSet::new(),
            until: None,
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
        let config = &self.client.shared().config;
        let said = self.options.as_ref().and_then(|options| options.timeout);
        let limit = TimeLimit::of(&config.timeouts, self.operation, said, false);
        let most = config.limits.json;
        if let Some(paging) = &mut self.paging {
            paging.until = Some(after(limit.total));
        }
        let (mut whole, mut next) = self.page().await?;
        let mut bytes = whole.len();
        while let Some(request) = next? {
            let (page, after) = request.page().await?;
            bytes = bytes.saturating_add(page.len());
            if bytes > most {
                let what = format!(
                    "the pages of the list are larger than {most} bytes; `pages` gives them one by one"
                );
                return Err(page.unusable(ErrorKind::TooLarge, what));
            }
            whole = whole.followed_by(page);
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
        let url = self.client.shared().destinations.resolve(&next);
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
