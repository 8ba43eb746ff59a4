//! Collections: the elements that the query asks for, in its order, page by page, in an envelope.

use std::cmp::Ordering;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::reply::Reply;
use super::request::Request;
use super::value_order;

/// Parameters that are not names of properties.
const WORDS: [&str; 6] = ["fields", "verbose", "count", "page", "sort", "listFields"];

/// Elements of one kind, in their own order.
#[derive(Debug)]
pub(crate) struct Collection<E = Value> {
    /// The member that holds them: `jobs`.
    key: &'static str,
    /// `jobList`
    kind: &'static str,
    elements: Vec<E>,
    /// More members of the envelope.
    more: Map<String, Value>,
}

impl<E: Serialize> Collection<E> {
    pub(crate) fn new(
        key: &'static str,
        kind: &'static str,
        elements: impl IntoIterator<Item = E>,
    ) -> Self {
        Self {
            key,
            kind,
            elements: elements.into_iter().collect(),
            more: Map::new(),
        }
    }

    /// Adds a member to the envelope.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// What the request asks for of it.
    pub(crate) fn reply(self, request: &Request) -> Reply {
        let Self {
            key,
            kind,
            elements,
            more: mut envelope,
        } = self;
        envelope.insert("resourceType".to_owned(), kind.into());
        if request.query.is_empty() {
            envelope.insert("total".to_owned(), elements.len().into());
            let (envelope, elements) = (&envelope, (key, elements));
            return Reply::json(&All { envelope, elements });
        }
        let elements = elements.iter().map(serde_json::to_value);
        let mut elements: Vec<Value> = elements.filter_map(Result::ok).collect();
        elements.retain(|element| passes(element, &request.query));
        if let Some(sort) = request.query("sort") {
            let sort: Vec<(bool, &str)> = sort.split(',').filter_map(order).collect();
            elements.sort_by(|one, other| compare(one, other, &sort));
        }
        let total = elements.len();
        let number = |name: &str| {
            request
                .query(name)
                .and_then(|text| text.parse::<i64>().ok())
        };
        if let Some(count) = number("count")
            && let Ok(count) = usize::try_from(count)
            && count > 0
        {
            let last = total.div_ceil(count).max(1);
            let page = match number("page") {
                Some(-1) => last,
                Some(page) => usize::try_from(page).unwrap_or(1).max(1),
                None => 1,
            };
            let first = count.saturating_mul(page - 1);
            elements = elements.into_iter().skip(first).take(count).collect();
            if page > 1 {
                let previous = (page - 1).min(last);
                envelope.insert("previous".to_owned(), page_url(request, previous).into());
            }
            if page < last {
                envelope.insert("next".to_owned(), page_url(request, page + 1).into());
            }
        }
        if let Some(fields) = request.query("fields") {
            let elements = elements.iter_mut();
            elements.for_each(|element| *element = chosen(element, fields));
        }
        envelope.insert(key.to_owned(), elements.into());
        envelope.insert("total".to_owned(), total.into());
        if let Some(fields) = request.query("listFields") {
            envelope.retain(|name, _| fields.split(',').any(|field| field == name));
        }
        Value::Object(envelope).into()
    }
}

/// A collection of which nothing is left out: written as it is, since it may be long.
struct All<'a, E> {
    envelope: &'a Map<String, Value>,
    elements: (&'static str, Vec<E>),
}

impl<E: Serialize> Serialize for All<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for (name, value) in self.envelope {
            members.serialize_entry(name, value)?;
        }
        let (key, elements) = &self.elements;
        members.serialize_entry(key, elements)?;
        members.end()
    }
}

/// One element, as far as the query asks for it.
pub(crate) fn element(element: Value, request: &Request) -> Reply {
    match request.query("fields") {
        Some(fields) => chosen(&element, fields).into(),
        None => element.into(),
    }
}

/// The properties of an element that a comma list names, `object.member` among them.
fn chosen(element: &Value, fields: &str) -> Value {
    let mut kept = Map::new();
    for field in fields.split(',') {
        let Some(value) = property(element, field) else {
            continue;
        };
        match field.split_once('.') {
            Some((object, member)) => {
                let object = kept.entry(object).or_insert_with(|| json!({}));
                if let Value::Object(object) = object {
                    object.insert(member.to_owned(), value.clone());
                }
            }
            None => drop(kept.insert(field.to_owned(), value.clone())),
        }
    }
    Value::Object(kept)
}

fn property<'a>(element: &'a Value, name: &str) -> Option<&'a Value> {
    match name.split_once('.') {
        Some((object, member)) => element.get(object)?.get(member),
        None => element.get(name),
    }
}

/// Whether an element has the values that the query names. What it has no property for, and arrays, do not count.
fn passes(element: &Value, query: &[(String, String)]) -> bool {
    query
        .iter()
        .filter(|(name, _)| !WORDS.contains(&name.as_str()) && !name.ends_with(".restid"))
        .all(|(name, wanted)| match property(element, name) {
            None | Some(Value::Array(_) | Value::Object(_)) => true,
            Some(Value::String(text)) => wanted.split(',').any(|wanted| wanted == text),
            Some(other) => {
                let text = other.to_string();
                wanted.split(',').any(|wanted| wanted == text)
            }
        })
}

/// `asc.name` or `desc.name`.
fn order(word: &str) -> Option<(bool, &str)> {
    match word.split_once('.')? {
        ("asc", name) => Some((false, name)),
        ("desc", name) => Some((true, name)),
        _ => None,
    }
}

fn compare(one: &Value, other: &Value, sort: &[(bool, &str)]) -> Ordering {
    sort.iter()
        .map(|(is_descending, name)| {
            let order = value_order::compare(property(one, name), property(other, name));
            if *is_descending {
                order.reverse()
            } else {
                order
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The same request for another page.
fn page_url(request: &Request, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &request.query {
        if name != "page" {
            query.append_pair(name, value);
        }
    }
    query.append_pair("page", &page.to_string());
    format!(
        "{}{}?{}",
        request.links.origin,
        request.path,
        query.finish()
    )
}
