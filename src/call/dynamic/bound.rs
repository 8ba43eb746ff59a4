//! Arguments on their way into the types of one operation.

use std::{collections::BTreeMap, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::arguments::{Arguments, BodyArgument};
use crate::{
    Change, Error, Identified, Json, Locator, Operation, Result, Upload,
    body::Lease,
    call::in_runtime,
    error::JsonError,
    transport::Draft,
    value::{
        json::{self, Numbers, decode},
        written,
    },
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

/// Members of an object, whose numbers have all their digits.
type Members = BTreeMap<String, Json>;

impl Bound {
    /// The draft with the parameters that the operation need not know.
    pub(crate) fn drafted(&mut self, mut draft: Draft) -> Draft {
        if !self.query.is_empty() {
            draft.options_mut().query.append(&mut self.query);
        }
        draft
    }

    pub(crate) fn required<T: Argument>(&mut self, name: &str) -> Result<T> {
        self.optional(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    pub(crate) fn optional<T: Argument>(&mut self, name: &str) -> Result<Option<T>> {
        let mut values = self.take(name);
        match (values.pop(), values.is_empty()) {
            (None, _) => Ok(None),
            (Some(value), true) => self.parsed(name, &value).map(Some),
            (Some(_), false) => {
                Err(self.refuse(format!("argument {name} is given more than once")))
            }
        }
    }

    pub(crate) fn required_list<T: Argument>(&mut self, name: &str) -> Result<Vec<T>> {
        self.list(name)?
            .ok_or_else(|| self.refuse(format!("argument {name} is missing")))
    }

    /// A list as the wire writes it: `a,b` is two items.
    pub(crate) fn list<T: Argument>(&mut self, name: &str) -> Result<Option<Vec<T>>> {
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
        let members: Members = json.read().unwrap_or_default();
        let said = |name| members.get(name).filter(|said| !said.is_null());
        let locator = match (said(id), said(path)) {
            (Some(id), None) => id.read().map(i32::into).ok(),
            (None, Some(path)) => path.as_str().map(Locator::from),
            _ => None,
        };
        self.body = Some(BodyArgument::Bytes(json.text().to_owned().into()));
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
                Twin::Text => self.optional::<String>(name)?.map(Json::from),
                Twin::List => self
                    .list::<String>(name)?
                    .map(|list| Json::from(Value::from(list))),
                Twin::Literal => self.optional::<Json>(name)?,
            };
            let Some(value) = value else {
                continue;
            };
            let mut members = self.members(&json, "the body")?;
            members.entry((*member).to_owned()).or_insert(value);
            json = self.object("the body", &members)?;
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
        let json = self.json()?;
        let changes = self.members(&json, "the body")?.into_iter();
        changes.map(|(id, json)| self.changed(id, json)).collect()
    }

    /// Changed members of one object, each of which fits the type of the object.
    fn changed<T>(&self, id: String, json: Json) -> Result<Change<T>>
    where
        T: Identified + DeserializeOwned + Serialize,
    {
        let what = "the change";
        let members = self.members(&json, "a change")?;
        let fitted = |id: Json| {
            let mut object = members.clone();
            // Any member may be set to null.
            object.retain(|_, value| !value.is_null());
            object.entry(T::ID.to_owned()).or_insert(id);
            self.fitted::<T>(what, &self.object(what, &object)?)
        };
        let object = fitted(Json::from(id.as_str()));
        let object = object.or_else(|error| match id.parse::<i64>() {
            Ok(number) => fitted(Json::from(Value::from(number))).map_err(|_| error),
            Err(_) => Err(error),
        })?;
        let (_, secrets) = written(|| json::encode(&object));
        Ok(Change::members(Some(id), members).with_secrets(secrets))
    }

    /// The members of the JSON, which is an object.
    fn members(&self, json: &Json, what: &str) -> Result<Members> {
        json.read()
            .map_err(|_| self.refuse(format!("{what} is not an object")))
    }

    fn object(&self, what: &str, members: &Members) -> Result<Json> {
        Json::new(members).map_err(|error| self.unwritable(what, error))
    }

    fn unwritable(&self, what: &str, error: serde_json::Error) -> Error {
        self.refuse(format!("{what} cannot be written as JSON"))
            .with_source(JsonError::from(error))
    }

    /// The JSON as a type of the spec that keeps all of it.
    fn fitted<T: DeserializeOwned + Serialize>(&self, what: &str, json: &Json) -> Result<T> {
        let value = decode::<T>(json.text().as_bytes(), Numbers::Json).map_err(|error| {
            let place = match error.place.as_str() {
                "" => String::new(),
                place => format!(" at {place}"),
            };
            self.refuse(format!("{what} does not fit the spec{place}"))
                .with_source(JsonError::from(error.source))
        })?;
        let given = json.to_value();
        let kept = serde_json::to_value(&value);
        let dropped = given.and_then(|given| Ok(dropped(&given, &kept?)));
        match dropped.map_err(|error| self.unwritable(what, error))? {
            Some(member) => Err(self.refuse(format!("{what} has no member {member:?}"))),
            None => Ok(value),
        }
    }

    /// The body as JSON, which is an empty object where none was given.
    fn json(&mut self) -> Result<Json> {
        let bytes = match self.body.take() {
            None => "{}".into(),
            Some(BodyArgument::Bytes(bytes)) => bytes,
            Some(BodyArgument::Upload(_)) => {
                return Err(self.refuse("the body is JSON, not a file"));
            }
        };
        decode(&bytes, Numbers::Json).map_err(|error| {
            self.refuse("the body is not JSON")
                .with_source(JsonError::from(error.source))
        })
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

    fn parsed<T: Argument>(&self, name: &str, text: &str) -> Result<T> {
        text.parse().map_err(|error| {
            self.refuse(format!("argument {name} does not parse"))
                .with_source(error)
        })
    }

    fn refuse(&self, reason: impl Into<String>) -> Error {
        Error::request(self.operation, reason)
    }
}

/// What a text is read as. Why one is not read is the source of the error.
pub(crate) trait Argument: FromStr<Err: std::error::Error + Send + Sync + 'static> {}

impl<T: FromStr<Err: std::error::Error + Send + Sync + 'static>> Argument for T {}

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
