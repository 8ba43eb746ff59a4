//! A request as handlers see it: who asks, the query, the body.

use serde_json::Value;

use super::view::View;
use crate::flowthings::mem;
use crate::sandbox::flowthings::model::caller::Caller;
use crate::sandbox::flowthings::model::effort::Effort;
use crate::sandbox::flowthings::model::filter::Filter;
use crate::sandbox::flowthings::model::refusal::Refusal;
use crate::sandbox::flowthings::model::selection::Selection;

/// What a handler gets.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) caller: Caller,
    pub(crate) query: Vec<(String, String)>,
    /// Nothing where it is empty.
    pub(crate) body: Option<Value>,
}

impl Request {
    /// A query parameter; of several of that name the first. One without a text is none, as Python sends it.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        let (_, value) = query.find(|(key, value)| key == name && !value.is_empty())?;
        Some(value)
    }

    /// A query parameter that is a yes or a no, in the spelling of any client.
    fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.query(name) {
            None | Some("0" | "false" | "False") => Ok(false),
            Some("1" | "true" | "True") => Ok(true),
            Some(other) => Err(Refusal::Invalid(format!(
                "{name}: {other} is neither 1 nor 0"
            ))),
        }
    }

    fn count(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let parse = |text: &str| {
            let invalid = |_| Refusal::Invalid(format!("{name}: {text} is not a number from 0 on"));
            text.parse().map_err(invalid)
        };
        self.query(name).map(parse).transpose()
    }

    /// The body, which has to be there.
    pub(crate) fn body(&self) -> Result<&Value, Refusal> {
        self.body
            .as_ref()
            .ok_or(Refusal::invalid("The body is missing"))
    }

    /// How objects are to be shown.
    pub(crate) fn view(&self) -> Result<View, Refusal> {
        let only = self.query("only").map(|names| {
            let names = names.split(',').filter(|name| !name.is_empty());
            names.map(str::to_owned).collect()
        });
        Ok(View {
            only,
            hints: self.flag("hints")?,
            refs: self.flag("refs")?,
        })
    }

    /// Which objects are wanted.
    pub(crate) fn selection(&self, effort: &Effort) -> Result<Selection, Refusal> {
        let default = Selection::default();
        let filter = self.query("filter");
        let filter = filter.map(|text| Filter::read(text, effort)).transpose();
        let start = match self.count("start")? {
            Some(start) => Some(start),
            // As the official client for Java calls it.
            None => self.count("skip")?,
        };
        let sort = self.query("sort").filter(|name| *name != "creationDate");
        let sort = sort.map(|name| {
            let member = mem(name);
            match member.value(&Value::Null) {
                Ok(_) => Ok(member),
                Err(error) => Err(Refusal::Invalid(format!("sort: {error}"))),
            }
        });
        Ok(Selection {
            filter: filter.map_err(|refusal| refusal.of("filter"))?,
            start: start.unwrap_or(default.start),
            limit: self.count("limit")?.unwrap_or(default.limit),
            sort: sort.transpose()?,
            is_ascending: match self.query("order") {
                None => default.is_ascending,
                Some("asc") => true,
                Some("desc") => false,
                Some("geo") => {
                    let why = "order=geo: the sandbox does not sort by distance";
                    return Err(Refusal::NotCarried(why.to_owned()));
                }
                Some(other) => {
                    let why = format!("order: {other} is neither asc nor desc");
                    return Err(Refusal::Invalid(why));
                }
            },
        })
    }
}
