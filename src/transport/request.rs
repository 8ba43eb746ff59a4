//! The one builder of requests, for generated calls and for those written by hand.

use std::{
    fmt::{self, Display, Write as _},
    ops::RangeInclusive,
    sync::Arc,
};

use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::Instant;

use super::{
    Client, Credentials, Reading,
    address::Address,
    options::Options,
    paging::Paging,
    path,
    payload::Body,
    query::{self, Split},
};
use crate::{Change, Error, Idempotence, Identified, Locator, Operation, Result, Secret};

/// A request of one operation. What is wrong with a part of it is told when it is sent, the first fault first.
pub(crate) struct Request {
    pub(super) client: Client,
    /// Those of the moment when it was sent.
    pub(super) credentials: Option<Arc<Credentials>>,
    pub(super) options: Option<Box<Options>>,
    pub(super) operation: &'static Operation,
    pub(super) reading: Reading,
    pub(super) repeatable: bool,
    pub(super) url: String,
    /// Where the prefix stands in the URL, if its variables are still to be filled in.
    variable: Option<usize>,
    /// The rest of the path, with the parameters that are still to be filled in.
    template: &'static str,
    /// So many parameters of the path are in a link that stands for its beginning.
    linked: usize,
    /// The first parameter of the path that was not said, of those that may be left out.
    left_out: Option<&'static str>,
    pub(super) paging: Option<Box<Paging>>,
    /// When the call began, where it takes several requests.
    pub(super) begun: Option<Instant>,
    has_query: bool,
    pub(super) split: Option<Split>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// What of the body no text of ours repeats.
    pub(super) secrets: Vec<Secret>,
    pub(super) body: Body,
    pub(super) fault: Option<Error>,
}

impl Request {
    /// One of this operation, whose path template the segments will fill.
    pub(super) fn new(
        client: Client,
        options: Option<Box<Options>>,
        operation: &'static Operation,
    ) -> Self {
        let base = client.base();
        let prefix = client.shared().platform.prefix;
        let variable = prefix.contains('{').then(|| base.len() - prefix.len());
        let mut url = String::with_capacity(base.len() + operation.path.len() + 96);
        url.push_str(base);
        Self {
            client,
            credentials: None,
            options,
            operation,
            reading: Reading::of(operation.response),
            repeatable: operation.idempotent == Idempotence::Always,
            url,
            variable,
            template: operation.path,
            linked: 0,
            left_out: None,
            paging: None,
            begun: None,
            has_query: false,
            split: None,
            headers: Vec::new(),
            secrets: Vec::new(),
            body: Body::Empty,
            fault: None,
        }
    }

    /// Fills the next parameter of the path.
    pub(crate) fn segment(self, value: &(impl Display + ?Sized)) -> Self {
        self.filled(path::segment(&value.to_string()))
    }

    /// The same for a secret, which no text of ours repeats.
    pub(crate) fn secret_segment(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self.filled(path::segment(secret.expose()))
    }

    /// The same for servers that decode a segment twice.
    pub(crate) fn segment_twice(self, value: &(impl Display + ?Sized)) -> Self {
        self.filled(path::segment_twice(&value.to_string()))
    }

    /// Fills the next parameter of the path with the id of what changes.
    pub(crate) fn segment_of<T: Identified>(mut self, change: &Change<T>) -> Self {
        match change.checked() {
            Ok(id) => self.segment(&id),
            Err(reason) => {
                self.refuse(Error::request(self.operation, reason));
                self
            }
        }
    }

    /// Fills the next parameter of the path, which may end before it.
    pub(crate) fn tail<T: Display + ?Sized>(mut self, value: Option<&T>) -> Self {
        let Some(value) = value else {
            let (before, name) = self.next_parameter();
            if self.left_out.is_none() {
                // The slash before the parameter goes with it.
                self.url
                    .push_str(before.strip_suffix('/').unwrap_or(before));
                self.left_out = Some(name);
            }
            return self;
        };
        if let Some(left_out) = self.left_out {
            let (_, name) = self.next_parameter();
            let reason =
                format!("{name} is said without {left_out}, which stands before it in the path");
            self.refuse(Error::request(self.operation, reason));
            return self;
        }
        self.segment(value)
    }

    /// One query parameter, unless it was not said.
    pub(crate) fn query<T: Display + ?Sized>(mut self, name: &str, value: Option<&T>) -> Self {
        if let Some(value) = value {
            self.add_query(name, &value);
        }
        self
    }

    /// A query parameter of a type that may be none of a text.
    pub(crate) fn own_query<T>(mut self, name: &str, value: Option<&T>) -> Self
    where
        T: Clone + TryInto<String, Error: Display>,
    {
        match value.cloned().map(T::try_into) {
            Some(Ok(text)) => self.add_query(name, &text),
            Some(Err(reason)) => {
                let reason = format!("{name} cannot be sent: {reason}");
                self.refuse(Error::request(self.operation, reason));
            }
            None => {}
        }
        self
    }

    /// A query parameter for each item.
    pub(crate) fn each<T: Display>(mut self, name: &str, items: Option<&[T]>) -> Self {
        for item in items.unwrap_or_default() {
            self.add_query(name, item);
        }
        self
    }

    /// The items in one query parameter, with commas between them.
    pub(crate) fn list<T: Display>(mut self, name: &str, items: Option<&[T]>) -> Self {
        let items = items.map(|items| query::items(self.operation, name, items));
        match items.transpose() {
            Ok(Some(items)) => self.add_query(name, &items.join(",")),
            Ok(None) => {}
            Err(error) => self.refuse(error),
        }
        self
    }

    /// The same, in as many requests as it takes to keep each request line within `limit` bytes.
    pub(crate) fn split<T: Display>(
        mut self,
        name: &'static str,
        items: Option<&[T]>,
        limit: usize,
    ) -> Self {
        let Some(items) = items else {
            return self;
        };
        match query::items(self.operation, name, items) {
            Ok(items) => {
                self.end_path();
                self.split = Some(Split {
                    at: self.url.len(),
                    name,
                    items,
                    limit,
                });
            }
            Err(error) => self.refuse(error),
        }
        self
    }

    /// `yes` where the flag is set, and nothing where it is not.
    pub(crate) fn flag(self, name: &str, flag: Option<bool>, yes: &str) -> Self {
        self.query(name, (flag == Some(true)).then_some(yes))
    }

    /// A header, unless it was not said.
    pub(crate) fn header<T: Display>(mut self, name: &'static str, value: Option<&T>) -> Self {
        let Some(value) = value else {
            return self;
        };
        match HeaderValue::try_from(value.to_string()) {
            Ok(value) => self.headers.push((HeaderName::from_static(name), value)),
            Err(_) => {
                let reason = format!("{name} has characters that a header cannot carry");
                self.refuse(Error::request(self.operation, reason));
            }
        }
        self
    }

    /// Refuses a number that the server cannot work with.
    pub(crate) fn within(
        mut self,
        name: &str,
        number: Option<impl Into<i64>>,
        range: RangeInclusive<i64>,
    ) -> Self {
        let Some(number) = number.map(Into::into) else {
            return self;
        };
        let (side, bound) = if number < *range.start() {
            ("below", range.start())
        } else if number > *range.end() {
            ("above", range.end())
        } else {
            return self;
        };
        let reason = format!("{name} is {side} {bound}");
        self.refuse(Error::request(self.operation, reason));
        self
    }

    /// Refuses a number that JSON lacks: what a server makes of its name is not known.
    pub(crate) fn finite(mut self, name: &str, number: Option<&f64>) -> Self {
        if let Some(number) = number.filter(|number| !number.is_finite()) {
            let reason = format!("{name} is {number}");
            self.refuse(Error::request(self.operation, reason));
        }
        self
    }

    /// Refuses a path that no server understands.
    pub(crate) fn checked<T>(mut self, locator: &Locator<T>) -> Self {
        if let Some(reason) = locator.wrong() {
            let reason = format!("the path {reason}");
            self.refuse(Error::request(self.operation, reason));
        }
        self
    }

    /// Says whether a repeat is safe, where the operation says that it depends.
    pub(crate) fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// Begins where a link leads, if there is one. It comes before all parts of the path and the query.
    pub(crate) fn at_link(mut self, address: Option<Address>) -> Self {
        let Some(address) = address else {
            return self;
        };
        let rest = address.rest_of(self.operation.path);
        let destinations = &self.client.shared().destinations;
        let url = match address.link() {
            Some(link) => destinations.resolve(link),
            None => Err("the object has no link to it: the server does not offer it".to_owned()),
        };
        let url = url.and_then(|url| match (rest, url.query()) {
            ("", _) | (_, None) => Ok(url),
            _ => Err("the link has a query, where more of a path follows it".to_owned()),
        });
        match url {
            Ok(url) => {
                self.has_query = url.query().is_some();
                self.variable = None;
                self.url = url.into();
                if !rest.is_empty() {
                    self.url.truncate(self.url.trim_end_matches('/').len());
                }
            }
            Err(reason) => self.refuse(Error::request(self.operation, reason)),
        }
        self.linked = address.parameters();
        self.template = rest;
        self
    }

    /// The member of the answer that holds the URL of the next page.
    pub(crate) fn paged(mut self, member: &'static str) -> Self {
        self.paging = Some(Box::new(Paging::by(member)));
        self
    }

    /// The path, as it stands in a URL, and how the answer is read, where the operation says neither.
    pub(crate) fn at(mut self, path: &str, reading: Reading) -> Self {
        if let Some(reason) = path::wrong(path) {
            let reason = format!("the path {reason}");
            self.refuse(Error::request(self.operation, reason));
        }
        self.url.push_str(path);
        self.template = "";
        self.reading = reading;
        self
    }

    /// Tells a fault unless there was one before.
    pub(crate) fn refuse(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }

    /// What is wrong with it before it is sent: the first fault of a part, then that of a header.
    pub(crate) fn fault(&mut self) -> Option<Error> {
        let fault = self.fault.take();
        let options = self.options.as_ref();
        fault.or_else(|| {
            let wrong = options?.headers.checked().err()?;
            Some(Error::request(self.operation, wrong))
        })
    }

    /// Takes the credentials of now, unless it has some, and fills the prefix with them.
    pub(super) fn take_credentials(&mut self) -> Result<()> {
        if self.credentials.is_some() {
            return Ok(());
        }
        let credentials = self.client.credentials();
        let prefix = self.client.shared().platform.prefix;
        let variable = self.variable.take();
        let parts = variable.and_then(|at| {
            let (base, rest) = self.url.split_at_checked(at)?;
            Some((base, rest.strip_prefix(prefix)?))
        });
        if let Some((base, rest)) = parts {
            let filled = credentials.filled(prefix);
            let filled = filled.map_err(|reason| Error::request(self.operation, reason))?;
            if let Some(split) = &mut self.split {
                split.at = split.at + filled.len() - prefix.len();
            }
            self.url = format!("{base}{filled}{rest}");
        }
        self.credentials = Some(credentials);
        Ok(())
    }

    /// Ends the URL: whatever options add to the query stands last. The link to a next page has it already.
    pub(super) fn end_url(&mut self) {
        if self.paging.as_ref().is_some_and(|paging| paging.is_begun()) {
            return;
        }
        self.end_path();
        let options = self.options.take();
        for (name, value) in options.iter().flat_map(|options| &options.query) {
            self.add_query(name, value);
        }
        self.options = options;
        self.add_defaults();
    }

    /// The client's own parameters, but for those that are said. A name of theirs that comes twice stands there twice.
    fn add_defaults(&mut self) {
        let client = self.client.clone();
        let split = self.split.as_ref().map(|split| split.name);
        let is_said = |(name, _): &&(String, String)| {
            split == Some(name) || query::names(&self.url).any(|own| own == *name)
        };
        let defaults = client.shared().config.query.iter();
        let defaults: Vec<_> = defaults.filter(|default| !is_said(default)).collect();
        for (name, value) in defaults {
            self.add_query(name, value);
        }
    }

    fn filled(mut self, segment: Result<String, &'static str>) -> Self {
        if let Some(fewer) = self.linked.checked_sub(1) {
            self.linked = fewer;
            return self;
        }
        let (before, name) = self.next_parameter();
        self.url.push_str(before);
        match segment {
            Ok(segment) => self.url.push_str(&segment),
            Err(reason) => {
                let reason = format!("{name} cannot stand in a path: {reason}");
                self.refuse(Error::request(self.operation, reason));
            }
        }
        self
    }

    /// Takes the next parameter out of the path: what stands before it, and its name.
    fn next_parameter(&mut self) -> (&'static str, &'static str) {
        let (before, rest) = self.template.split_once('{').unwrap_or_default();
        let (name, after) = rest.split_once('}').unwrap_or_default();
        self.template = after;
        (before, name)
    }

    /// What is left of the path, and the query that always goes with it.
    fn end_path(&mut self) {
        let rest = std::mem::take(&mut self.template);
        self.url.push_str(rest);
        self.has_query |= rest.contains('?');
    }

    fn add_query(&mut self, name: &str, value: &dyn Display) {
        self.end_path();
        self.url.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        let mut text = query::Encoder(&mut self.url);
        // Writing to a text does not fail.
        let _ = write!(text, "{name}");
        text.0.push('=');
        let _ = write!(text, "{value}");
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .finish()
    }
}
