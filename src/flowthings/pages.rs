//! Lists of any length, a page at a time, without loss or repeat while others write.

use std::{collections::HashSet, future::IntoFuture};

use super::{
    Filter, calls, mem,
    types::{self, Order},
};
use crate::{
    Error, ErrorKind, Operation, Result,
    call::{BoxFuture, Pages, Turn, Turned},
    transport::Draft,
};

/// The member by which pages go on.
pub(super) const CREATION_DATE: &str = "creationDate";

/// Items of a page at least: one that has come, with which it begins, and one that has not.
const LEAST: usize = 2;

/// The parameters that pages set.
const OWN: [&str; 6] = ["filter", "limit", "start", "sort", "order", "only"];

/// How often in a row pages may not fit together.
const MOST_TORN: usize = 16;

/// A call that gives a list.
trait Listing:
    IntoFuture<Output = Result<Vec<Self::Item>>, IntoFuture: Send> + Clone + Send + 'static
{
    type Item: Send + 'static;
    const OPERATION: &'static Operation;

    fn draft(&self) -> &Draft;
    fn options(&mut self) -> Options<'_>;
    /// The id of an item, and when it was created.
    fn key(item: &Self::Item) -> (&str, Option<i64>);
}

/// The parameters of such a call that have to do with pages.
struct Options<'c> {
    filter: &'c mut Option<Filter>,
    limit: &'c mut Option<i32>,
    start: &'c mut Option<i32>,
    sort: &'c mut Option<String>,
    order: &'c mut Option<Order>,
    only: &'c mut Option<Vec<String>>,
}

/// Where the next page begins.
struct Place<C> {
    /// The call of the first page.
    call: C,
    /// The filter of all pages.
    filter: Option<Filter>,
    is_ascending: bool,
    /// When the last item was created, and the ids of all that were created then.
    last: Option<(i64, HashSet<String>)>,
    /// How many items the first page passed over, as long as some of them may have been created with the last one.
    passed_over: usize,
    /// How many items the longest page had.
    longest: usize,
}

fn pages<C: Listing>(mut call: C) -> Pages<C::Item> {
    let default = |name| call.draft().default_query(name).map(str::to_owned);
    // A filter of the call's takes the place of a default one, and so would that of the pages.
    let (filter, order) = (default("filter").map(Filter::raw), default("order"));
    let (limit, only) = (default("limit"), default("only"));
    let start = default("start").and_then(|start| start.parse().ok());
    let given = call.draft().added_query(&OWN);
    let options = call.options();
    let fault = match options.sort.as_deref() {
        Some(CREATION_DATE) | None => None,
        Some(_) => Some("pages are in the order of creationDate: sort by nothing else"),
    };
    let fault = match options.order.as_ref().map(Order::as_str) {
        Some("asc" | "desc") | None => fault,
        Some(_) => fault.or(Some("pages are in the order of creationDate, asc or desc")),
    };
    let fault = match options.limit {
        Some(..=0) => fault.or(Some("pages of no items have no end: set another limit")),
        _ => fault,
    };
    let fault = match given {
        true => Some(
            "pages have their own filter, limit, start, sort, order and only: use the call's methods for them",
        ),
        false => fault,
    };
    if *options.limit == Some(1) || options.limit.is_none() && limit.as_deref() == Some("1") {
        *options.limit = Some(2);
    }
    let order = options.order.get_or_insert_with(|| match order.as_deref() {
        Some("asc") => Order::Asc,
        _ => Order::Desc,
    });
    let is_ascending = order.as_str() == "asc";
    *options.sort = Some(CREATION_DATE.to_owned());
    let only = options.only.take().or_else(|| only.as_deref().map(listed));
    *options.only = only.map(with_key);
    let start = options.start.or(start);
    let passed_over = start.and_then(|start| usize::try_from(start).ok());
    let filter = options.filter.clone().or(filter);
    let place = Place {
        call,
        filter,
        is_ascending,
        last: None,
        passed_over: passed_over.unwrap_or(0),
        longest: 0,
    };
    Pages::by(match fault {
        Some(reason) => Turn::new(move || async move { Err(Error::request(C::OPERATION, reason)) }),
        None => place.turn(),
    })
}

/// The names in the text of a parameter `only`.
pub(super) fn listed(only: &str) -> Vec<String> {
    only.split(',').map(str::to_owned).collect()
}

/// These members, and those by which lists go on.
pub(super) fn with_key(mut only: Vec<String>) -> Vec<String> {
    for name in ["id", CREATION_DATE] {
        if !only.iter().any(|known| known == name) {
            only.push(name.to_owned());
        }
    }
    only
}

/// What a server did that does not know where a page begins.
const REPEATED: &str = "each page of what was created in one millisecond is the same: the server does not heed `start`";

/// What is wrong with the order of a page, by the dates in it.
pub(super) fn disorder(
    dates: impl Iterator<Item = Option<i64>>,
    is_ascending: bool,
) -> Option<&'static str> {
    let dates: Vec<i64> = dates.flatten().collect();
    let is_in_order = match is_ascending {
        true => dates.is_sorted(),
        false => dates.is_sorted_by(|newer, older| newer >= older),
    };
    (!is_in_order).then_some("a page is not in the order of creationDate that was asked for")
}

impl<C: Listing> Place<C> {
    fn turn(self) -> Turn<C::Item> {
        Turn::new(|| self.turned())
    }

    async fn turned(mut self) -> Result<Turned<C::Item>> {
        self.pass_over().await?;
        let seen = self.last.as_ref().map_or(0, |(_, seen)| seen.len());
        let overlap = (self.longest / 2).max(1);
        // What was created with the last item comes again. Only of more than a page some is passed over: what comes next then begins
        // with what has come, unless too many of those that were passed over have been deleted.
        let mut start = match seen < self.longest.max(LEAST) {
            true => 0,
            false => seen - overlap,
        };
        let mut torn = 0;
        let (mut before, mut repeated) = (Vec::new(), 0);
        loop {
            let mut page = self.next_call(start).await?;
            let length = page.len();
            let keys: Vec<_> = page.iter().map(C::key).collect();
            let ids: Vec<String> = keys.iter().map(|(id, _)| (*id).to_owned()).collect();
            // While others delete what has been listed, a page may be the same once more.
            repeated = match start > 0 && before == ids {
                true => repeated + 1,
                false => 0,
            };
            before = ids;
            let dates = keys.iter().map(|(_, date)| *date);
            let fault = disorder(dates, self.is_ascending);
            if let Some(reason) = fault.or_else(|| (repeated > MOST_TORN).then_some(REPEATED)) {
                return Err(Error::of(ErrorKind::Decode, C::OPERATION, reason));
            }
            if start > 0 && !page.first().is_some_and(|first| self.has_come(first)) {
                torn += 1;
                if torn > MOST_TORN {
                    let reason = "what was created in one millisecond is deleted while it is read: larger pages may help";
                    return Err(Error::request(C::OPERATION, reason));
                }
                start = 0;
                continue;
            }
            page.retain(|item| !self.has_come(item));
            if let Some(item) = page.last() {
                let last = C::key(item).1;
                let next = last.map(|last| self.after(last, &page, length).turn());
                let next = next.map(Some).ok_or_else(|| {
                    let reason = "an item has no creationDate, by which pages go on";
                    Error::request(C::OPERATION, reason)
                });
                return Ok((page, next));
            }
            if length < self.longest.max(LEAST) {
                return Ok((page, Ok(None)));
            }
            start += length - overlap;
        }
    }

    /// Notes what the first page passed over of what was created with its items, so that no later page hands it out: what comes before
    /// them by the time of their creation.
    async fn pass_over(&mut self) -> Result<()> {
        let mut left = match self.last {
            Some(_) => std::mem::take(&mut self.passed_over),
            None => 0,
        };
        let mut start = 0;
        let mut passed_over = HashSet::new();
        while left > 0 {
            let page = self.next_call(start).await?;
            self.longest = self.longest.max(page.len());
            let before = page.iter().take_while(|item| !self.has_come(item));
            let before = before.take(left).map(|item| C::key(item).0.to_owned());
            let before: Vec<_> = before.collect();
            start += before.len();
            left = match before.len() == page.len() && !page.is_empty() {
                true => left - before.len(),
                false => 0,
            };
            passed_over.extend(before);
        }
        if let Some((_, seen)) = &mut self.last {
            seen.extend(passed_over);
        }
        Ok(())
    }

    /// Whether an item that was created with the last one has been handed out.
    fn has_come(&self, item: &C::Item) -> bool {
        let seen = self.last.as_ref().map(|(_, seen)| seen);
        seen.is_some_and(|seen| seen.contains(C::key(item).0))
    }

    /// The place after this page.
    fn after(mut self, last: i64, page: &[C::Item], length: usize) -> Self {
        let mut seen = match self.last.take() {
            Some((before, seen)) if before == last => seen,
            _ => HashSet::new(),
        };
        let keys = page.iter().map(C::key);
        // What was passed over is further away than the first item.
        let is_of_then = keys
            .clone()
            .next()
            .is_some_and(|(_, date)| date == Some(last));
        let passed_over = if is_of_then { self.passed_over } else { 0 };
        let of_then = keys.filter(|(_, date)| *date == Some(last));
        seen.extend(of_then.map(|(id, _)| id.to_owned()));
        Self {
            last: Some((last, seen)),
            passed_over,
            longest: self.longest.max(length),
            ..self
        }
    }

    /// Items that were created when the last one was and those beyond, from this one of them on.
    fn next_call(&self, start: usize) -> BoxFuture<Result<Vec<C::Item>>> {
        let mut call = self.call.clone();
        if let Some((last, _)) = &self.last {
            let bound = match self.is_ascending {
                true => mem(CREATION_DATE).ge(*last),
                false => mem(CREATION_DATE).le(*last),
            };
            // A default one would leave items out on every page.
            let is_said = start > 0 || call.draft().default_query("start").is_some();
            let options = call.options();
            *options.filter = Some(match self.filter.clone() {
                Some(filter) => filter & bound,
                None => bound,
            });
            *options.start = is_said.then(|| i32::try_from(start).unwrap_or(i32::MAX));
        }
        Box::pin(call.into_future())
    }
}

macro_rules! listings {
    ($($call:ident $item:ident;)*) => {$(
        impl Listing for calls::$call {
            type Item = types::$item;
            const OPERATION: &'static Operation = Self::OPERATION;

            fn draft(&self) -> &Draft {
                &self.draft
            }

            fn options(&mut self) -> Options<'_> {
                Options {
                    filter: &mut self.filter,
                    limit: &mut self.limit,
                    start: &mut self.start,
                    sort: &mut self.sort,
                    order: &mut self.order,
                    only: &mut self.only,
                }
            }

            fn key(item: &types::$item) -> (&str, Option<i64>) {
                (item.id.as_str(), item.creation_date)
            }
        }

        impl calls::$call {
            /// All of them, a page of [`limit`](Self::limit) at a time, two at least, the newest first or with [`order`](Self::order) the oldest first.
            ///
            /// Each page begins by the time of creation where the one before ended. So everything that was there before the first page was
            /// asked for and is not deleted before its turn comes once, and nothing comes twice, however many others create and delete
            /// meanwhile. What is created meanwhile comes too with the oldest first, if it is there before the last page is asked for; with the
            /// newest first only what is created in the same millisecond as something on a page may.
            ///
            /// Where more items were created in one millisecond than fit on a page, pages go on within it by their number, and overlap by
            /// half, so that up to half a page of them may be deleted between two requests.
            ///
            /// ```no_run
            /// # async fn f(api: headwaters::flowthings::Api) -> headwaters::Result<()> {
            /// let mut pages = api.drop("f54ad6428d4c6b0419a019285").find_many().limit(100).pages();
            /// while let Some(drops) = pages.next().await? {
            ///     println!("{} more", drops.len());
            /// }
            /// # Ok(()) }
            /// ```
            ///
            /// # Errors
            /// Of [`next`](Pages::next): as the call; [`is_request`](Error::is_request) for another order than that of `creationDate`,
            /// after a page whose last item has no `creationDate`, and where the items of one millisecond are deleted faster than they are read;
            /// [`is_decode`](Error::is_decode) where the server heeds neither `order` nor `start`.
            pub fn pages(self) -> Pages<types::$item> {
                pages(self)
            }
        }
    )*};
}

listings! {
    FlowFindMany Flow;
    DropFindMany Drop;
    DropsFindMany Drop;
    TrackFindMany Track;
    GroupFindMany Group;
    IdentityFindMany Identity;
    ApiTaskFindMany ApiTask;
    MqttTaskFindMany MqttTask;
    RssTaskFindMany RssTask;
    DeviceFindMany Device;
    TokenFindMany Token;
    ShareFindMany Share;
}
