//! Texts in the query of a URL.

use std::{
    borrow::Cow,
    fmt::{self, Display},
};

use url::form_urlencoded::{self, byte_serialize};

use crate::{Error, Operation, Result};

/// Writes a text as a query carries it.
pub(super) struct Encoder<'a>(pub(super) &'a mut String);

impl fmt::Write for Encoder<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(byte_serialize(text.as_bytes()));
        Ok(())
    }
}

/// The names in the query of a URL.
pub(super) fn names(url: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let (_, query) = url.split_once('?').unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name)
}

/// The items of a comma list; a comma inside an item could not be told from one between two.
pub(super) fn items<T: Display>(
    operation: &'static Operation,
    name: &str,
    items: &[T],
) -> Result<Vec<String>> {
    let checked = |item: &T| {
        let item = item.to_string();
        if item.contains(',') {
            let reason = format!("an item of {name} has a comma, which separates items");
            return Err(Error::request(operation, reason));
        }
        Ok(item)
    };
    items.iter().map(checked).collect()
}

/// A list that goes into as many requests as it takes.
pub(super) struct Split {
    /// Where in the URL it stands.
    pub(super) at: usize,
    pub(super) name: &'static str,
    pub(super) items: Vec<String>,
    /// Bytes that a request line has at most.
    pub(super) limit: usize,
}

impl Split {
    /// The items in as few query parameters as fit beside `line` bytes of the request line.
    pub(super) fn parameters(
        &self,
        operation: &'static Operation,
        line: usize,
    ) -> Result<Vec<String>> {
        let Self {
            name, items, limit, ..
        } = self;
        let room = limit.saturating_sub(line);
        let empty: String = byte_serialize(name.as_bytes()).chain(["="]).collect();
        let comma: String = byte_serialize(b",").collect();
        let mut parameters = Vec::new();
        let mut parameter = empty.clone();
        let mut count = 0;
        for item in items {
            let item: String = byte_serialize(item.as_bytes()).collect();
            if empty.len() + item.len() > room {
                let reason = format!(
                    "an item of {name} has {} bytes and does not fit into the request line",
                    item.len()
                );
                return Err(Error::request(operation, reason));
            }
            if count > 0 && parameter.len() + comma.len() + item.len() > room {
                parameters.push(std::mem::replace(&mut parameter, empty.clone()));
                count = 0;
            }
            if count > 0 {
                parameter.push_str(&comma);
            }
            parameter.push_str(&item);
            count += 1;
        }
        parameters.push(parameter);
        Ok(parameters)
    }
}
