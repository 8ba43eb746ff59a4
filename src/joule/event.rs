//! Events: reading a whole range, writing any number.

use std::{
    collections::{HashSet, VecDeque},
    future::IntoFuture,
};

use futures_core::Stream;
use futures_util::stream;

use super::{
    calls::{EventStreams, EventStreamsGet, EventStreamsReadPage, EventStreamsWritePage},
    timestamp::Timestamp,
    types::{Event, EventPage, EventStream, NewEventStream},
};
use crate::{Error, ErrorKind, Locator, Result, call::InFlight, transport::Client, value::json};

/// Events that one request asks for.
const PAGE: i64 = 1000;
/// Events that one request carries, as the Python client has it.
const BATCH: usize = 500;
/// Bytes of a request's events: the node takes 1 MiB, of which the stream's path and the braces need some.
const BATCH_BYTES: usize = (1 << 20) - (16 << 10);

impl Event {
    /// The same as a new event, for another stream: written as it is it would change an event there that happens to have its ids.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self::new(self.start_time, self.end_time, self.content.clone())
    }
}

impl EventStreams {
    /// Reads the events of a range, all of them unless it is given one.
    ///
    /// ```no_run
    /// # async fn f(node: headwaters::joule::Node) -> headwaters::Result<()> {
    /// use headwaters::joule::Condition;
    ///
    /// let mut events = node.event_streams().read("/plugs/events").filter(Condition::is("name", "kettle"));
    /// while let Some(event) = events.next().await? {
    ///     println!("{} {}", event.start_time, event.content);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn read(&self, stream: impl Into<Locator<EventStream>>) -> EventReader {
        EventReader {
            client: self.client.clone(),
            stream: stream.into(),
            start: None,
            end: None,
            filter: None,
            ongoing: true,
            page_size: PAGE,
            request: InFlight::none(),
            page: VecDeque::new(),
            edge: None,
            fault: None,
            ended: false,
        }
    }

    /// The event stream at this path, which is made like `new` where there is none; its name is the path's last part.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) for a path without a name; otherwise as [`create`](Self::create).
    pub async fn get_or_create(
        &self,
        path: impl AsRef<str>,
        new: NewEventStream,
    ) -> Result<EventStream> {
        let path = path.as_ref();
        if path == "/" {
            let operation = EventStreamsGet::OPERATION;
            return Err(Error::request(operation, "the path \"/\" is the root's"));
        }
        match self.get(path).await {
            Err(error) if error.is_not_found() => {}
            found => return found,
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let folder = if folder.is_empty() { "/" } else { folder };
        let new = NewEventStream {
            name: name.to_owned(),
            ..new
        };
        self.create(folder, new).await
    }

    /// Writes events, in as many requests as it takes, and fills in their ids.
    ///
    /// An event that has the stream's id and the id of an event in it changes that one; every other is added. After an error the
    /// events that were written before have their ids, so that the same events can be written again without doubling them; those
    /// of the request that failed may have been added or not where [`maybe_sent`](Error::maybe_sent) says so.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request), before anything is sent, when an event does not end after its start or is larger than a
    /// request may be; [`is_not_found`](Error::is_not_found) when there is no such stream.
    pub async fn write(
        &self,
        stream: impl Into<Locator<EventStream>>,
        events: &mut [Event],
    ) -> Result<()> {
        let stream = stream.into();
        let total = events.len();
        let mut written = 0;
        let mut rest = events;
        for count in batches(rest)? {
            let (batch, after) = rest.split_at_mut_checked(count).unwrap_or_default();
            let draft = self.client.draft();
            let call = EventStreamsWritePage::from_draft(draft, stream.clone(), batch.to_vec());
            let with_progress = |error: Error| {
                error.with_context(format!("{written} of {total} events were written before"))
            };
            let answer = call.await.map_err(with_progress)?;
            if answer.events.len() != count {
                let number = answer.events.len();
                let what = format!("the node tells of {number} events where {count} were sent");
                let operation = EventStreamsWritePage::OPERATION;
                return Err(with_progress(Error::of(ErrorKind::Decode, operation, what)));
            }
            batch.clone_from_slice(&answer.events);
            written += count;
            rest = after;
        }
        Ok(())
    }
}

/// How many events go into each request.
fn batches(events: &[Event]) -> Result<Vec<usize>> {
    let refuse = |reason: String| Error::request(EventStreamsWritePage::OPERATION, reason);
    let mut batches = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for (index, event) in events.iter().enumerate() {
        if event.end_time <= event.start_time {
            return Err(refuse(format!(
                "event {index} ends at {}, not after its start at {}",
                event.end_time, event.start_time
            )));
        }
        for time in [event.start_time, event.end_time] {
            if !Timestamp::from_micros(time).is_storable() {
                let reason = format!("event {index}: {time} is not in the years 1 to 9999");
                return Err(refuse(reason));
            }
        }
        let size = json::size(event) + ",".len();
        if size > BATCH_BYTES {
            return Err(refuse(format!(
                "event {index} has {size} bytes, more than a request may carry"
            )));
        }
        if count == BATCH || bytes + size > BATCH_BYTES {
            batches.push(std::mem::take(&mut count));
            bytes = 0;
        }
        count += 1;
        bytes += size;
    }
    if count > 0 {
        batches.push(count);
    }
    Ok(batches)
}

/// Reads the events of a range in order of their start times, page by page: memory holds one page.
///
/// No event is lost or repeated where two pages meet, however many events start at the same time. A clone goes on from the same
/// event.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before the first `next`"]
pub struct EventReader {
    client: Client,
    stream: Locator<EventStream>,
    start: Option<i64>,
    end: Option<i64>,
    filter: Option<String>,
    ongoing: bool,
    page_size: i64,
    /// The request for the next page.
    request: InFlight<EventPage>,
    /// Events of the last page that have not been handed out.
    page: VecDeque<Event>,
    /// Where the last page ended.
    edge: Option<Edge>,
    /// What is wrong with the event after those of the last page.
    fault: Option<Error>,
    ended: bool,
}

/// The last start time that was seen, and the ids of the events that the next page may repeat: those of the page that ended here,
/// and of those before it that ended at the same time.
#[derive(Clone, Debug)]
struct Edge {
    time: i64,
    seen: HashSet<Option<i32>>,
}

impl EventReader {
    /// Events from this time on, in µs since the Unix epoch.
    pub fn start(mut self, start: impl Into<Timestamp>) -> Self {
        self.request = InFlight::none();
        self.start = Some(start.into().micros());
        self
    }

    /// Events that start before this time, in µs since the Unix epoch.
    pub fn end(mut self, end: impl Into<Timestamp>) -> Self {
        self.request = InFlight::none();
        self.end = Some(end.into().micros());
        self
    }

    /// Only events that fit the filter: an [`EventFilter`](super::EventFilter) or its text.
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.request = InFlight::none();
        self.filter = Some(filter.into());
        self
    }

    /// Whether events that began before the start and end at it or later belong to the range; they do by default.
    pub fn include_ongoing_events(mut self, ongoing: bool) -> Self {
        self.request = InFlight::none();
        self.ongoing = ongoing;
        self
    }

    /// How many events one request asks for; 1000 by default.
    pub fn page_size(mut self, events: u32) -> Self {
        self.request = InFlight::none();
        self.page_size = i64::from(events.max(1));
        self
    }

    /// The next event; `None` at the end.
    ///
    /// Cancel safe: dropping the future before it is ready, as `select!` does, loses and repeats no event. A request that is under
    /// way goes on, and the next call waits for it.
    ///
    /// A request runs on the tokio runtime of the call that sent it. Use a reader within one runtime: elsewhere a call waits until
    /// that runtime runs again, and fails with a retryable error if it has been shut down.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when there is no such stream, [`is_bad_request`](Error::is_bad_request) when the node
    /// does not understand the filter, [`is_decode`](Error::is_decode) when it gives events out of order: those before are handed
    /// out first. After an error, the next call tries again where this one failed.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        loop {
            if let Some(event) = self.page.pop_front() {
                return Ok(Some(event));
            }
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if self.ended {
                return Ok(None);
            }
            self.read_page().await?;
        }
    }

    /// The same events as a [`Stream`]; it ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Event>> + Send + Unpin + 'static {
        Box::pin(stream::try_unfold(self, async |mut reader| {
            let event = reader.next().await?;
            Ok(event.map(|event| (event, reader)))
        }))
    }

    /// All events, if there are at most `limit`.
    ///
    /// # Errors
    /// [`is_too_large`](Error::is_too_large) past the limit: nothing is cut silently; otherwise as [`next`](Self::next).
    pub async fn read_all(mut self, limit: usize) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await? {
            if events.len() == limit {
                return Err(Error::of(
                    ErrorKind::TooLarge,
                    EventStreamsReadPage::OPERATION,
                    format!("there are more than {limit} events"),
                ));
            }
            events.push(event);
        }
        Ok(events)
    }

    /// Reads the next page. Nothing changes before the node has answered.
    async fn read_page(&mut self) -> Result<()> {
        let from = match &self.edge {
            Some(edge) => edge.time,
            // Without a start the node gives the last events first.
            None => self.start.unwrap_or(Timestamp::MIN.micros()),
        };
        if self.end.is_some_and(|end| end <= from) && self.edge.is_some() {
            self.ended = true;
            return Ok(());
        }
        let request = || {
            let draft = self.client.draft();
            let stream = self.stream.clone();
            let mut call = EventStreamsReadPage::from_draft(draft, stream, self.page_size)
                .start(from)
                .include_ongoing_events(self.ongoing && self.edge.is_none())
                .return_subset(true);
            (call.end, call.filter) = (self.end, self.filter.clone());
            call.into_future()
        };
        let page = self.request.outcome(request).await?;
        let decode =
            |what: String| Error::of(ErrorKind::Decode, EventStreamsReadPage::OPERATION, what);
        let EventPage::EventList(list) = page else {
            return Err(decode(
                "the node answers something else than events".to_owned(),
            ));
        };
        let full = i64::try_from(list.events.len()).is_ok_and(|count| count >= self.page_size);
        let last = list.events.last().map(|event| event.start_time);
        if list.events.iter().any(|event| event.id.is_none()) {
            return Err(decode("the node gives events without ids".to_owned()));
        }
        let before = self.edge.take();
        let (mut reached, mut seen) = (None, HashSet::new());
        for event in list.events {
            let (id, time) = (event.id, event.start_time);
            let edge = before.as_ref().filter(|edge| time <= edge.time);
            // It may start before the edge: the node rounds early times down.
            let is_known = edge.is_some_and(|edge| edge.seen.contains(&id));
            let latest = match edge {
                Some(edge) if !is_known => reached.max(Some(edge.time)),
                _ => reached,
            };
            if let Some(latest) = latest.filter(|latest| time < *latest) {
                let what =
                    format!("the node gives events out of order: {time} comes after {latest}");
                self.fault = Some(decode(what));
                break;
            }
            reached = Some(time);
            seen.insert(id);
            // A page that follows an ongoing event asks from that one's start, before the range.
            let is_over = self
                .start
                .is_some_and(|start| time < start && event.end_time < start);
            if !is_known && !is_over {
                self.page.push_back(event);
            }
        }
        if full && self.fault.is_none() && last <= Some(from) && before.is_some() {
            // All of them start together, and there may be more: a larger page has all.
            self.page_size = self.page_size.saturating_mul(2);
        }
        self.edge = match before {
            Some(edge) if reached <= Some(edge.time) => {
                seen.extend(edge.seen);
                let time = edge.time;
                Some(Edge { time, seen })
            }
            _ => reached.map(|time| Edge { time, seen }),
        };
        self.ended = !full && self.fault.is_none();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_to_the_number_and_to_the_bytes() {
        let small = |count| vec![Event::new(1, 2, "x"); count];
        assert!(batches(&small(0)).unwrap().is_empty());
        assert_eq!(batches(&small(500)).unwrap(), [500]);
        assert_eq!(batches(&small(1203)).unwrap(), [500, 500, 203]);
        let large = vec![Event::new(1, 2, "x".repeat(2_000)); 1_203];
        let counts = batches(&large).unwrap();
        assert_eq!(counts.iter().sum::<usize>(), 1_203);
        for (index, count) in counts.iter().enumerate() {
            assert!(
                json::size(&vec![&large[0]; *count]) < 1 << 20,
                "batch {index}"
            );
        }
    }

    #[test]
    fn what_the_node_fails_on_is_refused_before_anything_is_sent() {
        let events = [Event::new(1, 2, "a"), Event::new(5, 5, "b")];
        let error = batches(&events).unwrap_err();
        assert!(error.is_request());
        assert!(
            error
                .to_string()
                .ends_with("event 1 ends at 5, not after its start at 5"),
            "{error}"
        );
        let late = Timestamp::MAX.micros() + 1;
        let error = batches(&[Event::new(1, late, "a")]).unwrap_err();
        assert!(
            error.is_request() && error.to_string().ends_with("years 1 to 9999"),
            "{error}"
        );
        assert!(batches(&[Event::new(late - 2, late - 1, "a")]).is_ok());
        let huge = [Event::new(1, 2, "x".repeat(1 << 20))];
        assert!(batches(&huge).unwrap_err().is_request());
    }
}
