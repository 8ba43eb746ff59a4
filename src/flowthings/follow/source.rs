//! The flow that is followed, as finds read it.

use std::future::IntoFuture;

use crate::{
    Result,
    call::Sending,
    flowthings::{
        Api, Filter, mem,
        pages::{CREATION_DATE, listed, with_key},
        types::Drop,
    },
};

/// What must be known of the flow itself.
const NEEDED: [&str; 3] = ["id", "path", "capacity"];

/// A flow, named by its id or by its path.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) api: Api,
    pub(super) flow: String,
}

/// Which of its drops, by the time of their creation.
struct Query {
    filter: Filter,
    order: &'static str,
    start: usize,
    limit: usize,
}

/// All parameters are said, so that none of the client's defaults counts.
macro_rules! asked {
    ($call:expr, $query:expr) => {{
        let (call, query) = ($call, $query);
        let only = call.draft.default_query("only").map(listed);
        let call = call
            .filter(query.filter)
            .sort(CREATION_DATE)
            .order(query.order)
            .start(number(query.start))
            .limit(number(query.limit))
            .hints(true);
        let call = match only {
            Some(only) => call.only(with_key(only)),
            None => call,
        };
        call.into_future()
    }};
}

impl Source {
    fn is_path(&self) -> bool {
        self.flow.starts_with('/')
    }

    fn find(&self, query: Query) -> Sending<Vec<Drop>> {
        match self.is_path() {
            true => asked!(self.api.drops().find_many(&self.flow), query),
            false => asked!(self.api.drop(self.flow.as_str()).find_many(), query),
        }
    }

    /// Those that were created at this time or later, the oldest first.
    pub(super) fn page(&self, since: i64, start: usize, limit: usize) -> Sending<Vec<Drop>> {
        self.find(Query {
            filter: mem(CREATION_DATE).ge(since),
            order: "asc",
            start,
            limit,
        })
    }

    /// The newest ones, the newest first.
    pub(super) fn newest(&self, limit: usize) -> Sending<Vec<Drop>> {
        self.find(Query {
            filter: mem(CREATION_DATE).ge(0),
            order: "desc",
            start: 0,
            limit,
        })
    }

    /// Whether nothing that was created at this time or later can have left it. The oldest leave it first: so one that is older proves
    /// it, and for whoever has seen nothing yet, that it is not full.
    pub(super) async fn holds_all(&self, since: i64, has_seen: bool) -> Result<bool> {
        let older = Query {
            filter: mem(CREATION_DATE).lt(since),
            order: "desc",
            start: 0,
            limit: 1,
        };
        Ok(!self.find(older).await?.is_empty() || !has_seen && self.has_room().await?)
    }

    /// Whether it holds fewer drops than it may.
    async fn has_room(&self) -> Result<bool> {
        let flow = match self.is_path() {
            true => {
                let flows = self.api.flow().find_many();
                let flows = flows.filter(mem("path").eq(&self.flow)).start(0).limit(1);
                let flows = flows.only(NEEDED);
                flows.await.map(|mut flows| flows.pop())
            }
            false => {
                let flow = self.api.flow().read(self.flow.as_str()).only(NEEDED);
                flow.optional().await
            }
        };
        let flow = match flow {
            Ok(flow) => flow,
            // Not everybody who may read drops may read the flow.
            Err(error) if error.is_forbidden() => None,
            Err(error) => return Err(error),
        };
        let capacity = flow.and_then(|flow| flow.capacity);
        let capacity = capacity.and_then(|capacity| usize::try_from(capacity).ok());
        let Some(last) = capacity.and_then(|capacity| capacity.checked_sub(1)) else {
            return Ok(false);
        };
        let beyond = Query {
            filter: mem(CREATION_DATE).ge(0),
            order: "asc",
            start: last,
            limit: 1,
        };
        Ok(self.find(beyond).await?.is_empty())
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
