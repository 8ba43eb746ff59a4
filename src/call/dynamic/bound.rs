//! Arguments on their way into the types of one operation.

use std::str::FromStr;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::arguments::{Arguments, BodyArgument};
use crate::{
    Change, Error, Identified, Locator, Operation, Result, Upload,
    body::Lease,
    call::in_runtime,
    error::JsonError,
    transport::Draft,
    value::{json, written},
};

impl Arguments {
    pub(crate) fn of(self, operation: &'static Operation) -> Bound {
        Bound {
            operation,
            pairs: self.pairs,
            query: self.query,
            body: self.body,
            lease: None,
        }
    }
}

/// Arguments on their way into one operation.
pub(crate) struct Bound {
    operation: &'static Operation,
    pairs: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Option<BodyArgument>,
    /// The hold on a file that is read while it is sent.
    lease: Option<Lease>,
}

impl Bound {
    /// The draft with the parameters that the operation need not know.
    pub(crate) fn drafted(&mut self, mut draft: Draft) -> Draft {
        if !self.query.is_empty() {
            draft.options_mut().query.append(&mut self.query);
        }
        draft
    }

    pub(crate) fn required<T: FromStr>(&mut self, name: &str) -> Result<T> {
        self.optional(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    pub(crate) fn optional<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let mut values = self.take(name);
        match (values.pop(), values.is_empty()) {
            (None, _) => Ok(None),
            (Some(value), true) => self.parsed(name, &value).map(Some),
            (Some(_), false) => {
                Err(self.refuse(format!("argument {name} is given more than once")))
            }
        }
    }

    pub(crate) fn required_list<T: FromStr>(&mut self, name: &str) -> Result<Vec<T>> {
        self.list(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    /// A list as the wire writes it: `a,b` is two items.
    pub(crate) fn list<T: FromStr>(&mut self, name: &str) -> Result<Option<Vec<T>>> {
        let values = self.take(name);
        if values.is_empty() {
            return Ok(None);
        }
        values
            .iter()
            .flat_map(|value| value.split(','))
            .map(|item| self.parsed(name, item))
            .collect::<Result<_>>()
            .map(Some)
    }

    pub(crate) fn locator<T>(&mut self, id: &str, path: &str) -> Result<Locator<T>> {
        match (self.optional::<i32>(id)?, self.optional::<String>(path)?) {
            (Some(id), None) => Ok(id.into()),
            (None, Some(path)) => Ok(path.into()),
            _ => Err(self.refuse(format!("give one of {id} and {path}"))),
        }
    }

    /// A locator whose two members stand in the JSON body.
    pub(crate) fn locator_in_body<T>(&mut self, id: &str, path: &str) -> Result<Locator<T>> {
        let json = self.json()?;
        let whole = |id: &Value| i32::try_from(id.as_i64()?).ok();
        let locator = match (json.get(id), json.get(path)) {
            (Some(id), None | Some(Value::Null)) => whole(id).map(Locator::from),
            (None | Some(Value::Null), Some(path)) => path.as_str().map(Locator::from),
            _ => None,
        };
        self.body = Some(BodyArgument::Json(json));
        locator.ok_or_else(|| {
            self.refuse(format!(
                "give one of {id}, a whole number, and {path}, a text, in the body"
            ))
        })
    }

    /// The JSON body, with query twins put where the body has nothing.
    ///
    /// A member that the spec does not know would be dropped: it is refused, unless the object keeps such members.
    pub(crate) fn body<T: DeserializeOwned + Serialize>(
        &mut self,
        twins: &[(&str, &str, Twin)],
    ) -> Result<T> {
        let mut json = self.json()?;
        for (name, member, twin) in twins {
            let value = match twin {
                Twin::Text => self.optional::<String>(name)?.map(Value::from),
                Twin::List => self.list::<String>(name)?.map(Value::from),
                Twin::Literal => self.optional::<Value>(name)?,
            };
            let Some(value) = value else {
                continue;
            };
            match &mut json {
                Value::Object(members) => {
                    members.entry(*member).or_insert(value);
                }
                _ => return Err(self.refuse("the body is not an object")),
            }
        }
        self.fitted("the body", &json)
    }

    /// The JSON body, if there is one.
    pub(crate) fn optional_body<T: DeserializeOwned + Serialize>(&mut self) -> Result<Option<T>> {
        match self.body {
            None => Ok(None),
            Some(_) => self.body(&[]).map(Some),
        }
    }

    /// What an update takes: with the id of the object as an argument the body is its changed members, and without it the object.
    pub(crate) fn change<T>(&mut self, id: &str) -> Result<Change<T>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        match self.optional::<String>(id)? {
            None => self.body::<T>(&[]).map(Change::from),
            Some(id) => {
                let json = self.json()?;
                self.changed(id, json)
            }
        }
    }

    /// Changed members of several objects, by their ids.
    pub(crate) fn changes<T>(&mut self) -> Result<Vec<Change<T>>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        match self.json()? {
            Value::Object(changes) => changes
                .into_iter()
                .map(|(id, json)| self.changed(id, json))
                .collect(),
            _ => Err(self.refuse("the body is not an object")),
        }
    }

    /// Changed members of one object, each of which fits the type of the object.
    fn changed<T>(&self, id: String, json: Value) -> Result<Change<T>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        let Value::Object(members) = json else {
            return Err(self.refuse("a change is not an object"));
        };
        let fitted = |id: Value| {
            // Any member may be set to null.
            let said = members.iter().filter(|(_, value)| !value.is_null());
            let mut object =
                Map::from_iter(said.map(|(name, value)| (name.clone(), value.clone())));
            object.entry(T::ID).or_insert(id);
            self.fitted::<T>("the change", &object.into())
        };
        let object = fitted(id.as_str().into());
        let object = object.or_else(|error| match id.parse::<i64>() {
            Ok(number) => fitted(number.into()).map_err(|_| error),
            Err(_) => Err(error),
        })?;
        let (_, secrets) = written(|| json::encode(&object));
        Ok(Change::members(Some(id), members).with_secrets(secrets))
    }

    /// The JSON as a type of the spec that keeps all of it.
    fn fitted<T: DeserializeOwned + Serialize>(&self, what: &str, json: &Value) -> Result<T> {
        let value: T = serde_path_to_error::deserialize(json).map_err(|error| {
            let place = match error.path().iter().next() {
                Some(_) => format!(" at {}", error.path()),
                None => String::new(),
            };
            self.refuse(format!("{what} does not fit the spec{place}"))
                .with_source(JsonError::from(error.into_inner()))
        })?;
        let kept = serde_json::to_value(&value).map_err(|error| {
            self.refuse(format!("{what} cannot be written as JSON"))
                .with_source(JsonError::from(error))
        })?;
        match dropped(json, &kept) {
            Some(member) => Err(self.refuse(format!("{what} has no member {member:?}"))),
            None => Ok(value),
        }
    }

    /// The body as JSON, which is an empty object where none was given.
    fn json(&mut self) -> Result<Value> {
        match self.body.take() {
            None => Ok(Value::Object(serde_json::Map::new())),
            Some(BodyArgument::Json(json)) => Ok(json),
            Some(BodyArgument::Bytes(bytes)) => serde_json::from_slice(&bytes).map_err(|error| {
                self.refuse("the body is not JSON")
                    .with_source(JsonError::from(error))
            }),
            Some(BodyArgument::Upload(_)) => Err(self.refuse("the body is JSON, not a file")),
        }
    }

    /// The body as it is; a file is sent as long as these arguments are there.
    pub(crate) async fn raw_body(&mut self) -> Result<reqwest::Body> {
        match self.body.take() {
            Some(BodyArgument::Bytes(bytes)) => Ok(bytes.into()),
            Some(BodyArgument::Upload(upload)) => {
                let (body, _, lease) = in_runtime(upload.leased(self.operation)).await?;
                self.lease = Some(lease);
                Ok(body)
            }
            _ => Err(self.refuse("the request needs a body of bytes")),
        }
    }

    pub(crate) fn text_body(&mut self) -> Result<String> {
        match self.body.take() {
            Some(BodyArgument::Bytes(bytes)) => String::from_utf8(bytes.into())
                .map_err(|error| self.refuse("the body is not UTF-8").with_source(error)),
            _ => Err(self.refuse("the request needs a body of text")),
        }
    }

    pub(crate) fn upload(&mut self) -> Result<Upload> {
        match self.body.take() {
            Some(BodyArgument::Upload(upload)) => Ok(upload),
            _ => Err(self.refuse("the request needs a file as its body")),
        }
    }

    /// A JSON part of a form, which is an argument of its name.
    pub(crate) fn part<T: DeserializeOwned + Serialize>(&mut self, name: &str) -> Result<T> {
        let text = self.required::<String>(name)?;
        let what = format!("the argument {name}");
        let json = serde_json::from_str(&text).map_err(|error| {
            self.refuse(format!("{what} is not JSON"))
                .with_source(JsonError::from(error))
        })?;
        self.fitted(&what, &json)
    }

    /// Refuses what no parameter took.
    pub(crate) fn finish(&self) -> Result<()> {
        if let Some((name, _)) = self.pairs.first() {
            return Err(self.refuse(format!("there is no argument {name:?}")));
        }
        if self.body.is_some() {
            return Err(self.refuse("the operation takes no body"));
        }
        Ok(())
    }

    fn take(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.pairs = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    fn parsed<T: FromStr>(&self, name: &str, text: &str) -> Result<T> {
        text.parse()
            .map_err(|_| self.refuse(format!("argument {name} does not parse")))
    }

    fn refuse(&self, reason: impl Into<String>) -> Error {
        Error::request(self.operation, reason)
    }
}

/// How the text of a query twin becomes a body member.
#[derive(Clone, Copy)]
pub(crate) enum Twin {
    /// A number or a boolean.
    Literal,
    /// A string.
    Text,
    /// A comma list of strings.
    List,
}

/// A member that was given and is not kept.
fn dropped(given: &Value, kept: &Value) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().find_map(|(name, value)| match kept.get(name) {
                Some(kept) => dropped(value, kept),
                // Null says no more than that it is absent.
                None => (!value.is_null()).then(|| name.clone()),
            })
        }
        (Value::Array(given), Value::Array(kept)) => given
            .iter()
            .zip(kept)
            .find_map(|(given, kept)| dropped(given, kept)),
        _ => None,
    }
}
