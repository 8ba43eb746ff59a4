//! Which events to take: clauses of conditions on what they contain.

use std::{fmt, str::FromStr};

use serde_json::{Value, json};

/// A filter on the content of events: any of its clauses, each of which is all of its conditions.
///
/// A condition looks at one top-level key of the content. An event without the key, or with null under it, never matches, not
/// even a condition with `not`.
///
/// ```
/// use headwaters::joule::{Condition, EventFilter};
///
/// let filter = EventFilter::all([Condition::is("state", "on"), Condition::gt("power", 1500.0)?])
///     .or([Condition::like("name", "kettle%")]);
/// assert_eq!(
///     filter.to_string(),
///     r#"[[["state","is","on"],["power","gt",1500.0]],[["name","like","kettle%"]]]"#
/// );
/// # Ok::<(), headwaters::joule::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EventFilter {
    clauses: Vec<Vec<Condition>>,
}

/// One condition on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    key: String,
    operator: &'static str,
    operand: Value,
}

impl EventFilter {
    /// Events that meet all of these conditions. Without any, every event.
    pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Self {
        Self {
            clauses: vec![conditions.into_iter().collect()],
        }
    }

    /// Or else all of these.
    #[must_use]
    pub fn or(mut self, conditions: impl IntoIterator<Item = Condition>) -> Self {
        self.clauses.push(conditions.into_iter().collect());
        self
    }
}

impl FromStr for EventFilter {
    type Err = FilterError;

    /// Reads the text of the wire: JSON, a list of lists of triples. Refuses what the node would.
    fn from_str(text: &str) -> Result<Self, FilterError> {
        let clauses: Vec<Vec<(String, String, Value)>> = serde_json::from_str(text)
            .map_err(|error| FilterError(format!("the text is no filter: {error}")))?;
        if clauses.iter().any(Vec::is_empty) {
            return Err(FilterError("a clause has no conditions".to_owned()));
        }
        let condition = |(key, operator, operand)| Condition::read(key, operator, operand);
        let clause = |conditions: Vec<_>| conditions.into_iter().map(condition).collect();
        let mut clauses = clauses
            .into_iter()
            .map(clause)
            .collect::<Result<Vec<_>, _>>()?;
        if clauses.is_empty() {
            // To the node no filter: it takes every event, and so does whatever is added to it.
            clauses.push(Vec::new());
        }
        Ok(Self { clauses })
    }
}

impl From<EventFilter> for String {
    fn from(filter: EventFilter) -> Self {
        filter.to_string()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        EventFilter::from(condition).into()
    }
}

impl From<Condition> for EventFilter {
    fn from(condition: Condition) -> Self {
        Self::all([condition])
    }
}

impl fmt::Display for EventFilter {
    /// The text of the wire. A clause without conditions takes every event, so the whole filter does; the node fails on an
    /// empty clause, and takes an empty list for no filter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.clauses.iter().any(Vec::is_empty) {
            return f.write_str("[]");
        }
        let triple =
            |condition: &Condition| json!([condition.key, condition.operator, condition.operand]);
        let clause = |conditions: &Vec<Condition>| conditions.iter().map(triple).collect::<Value>();
        self.clauses.iter().map(clause).collect::<Value>().fmt(f)
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $operator:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(key: impl Into<String>, text: impl Into<String>) -> Self {
            Self { key: key.into(), operator: $operator, operand: Value::String(text.into()) }
        }
    )*};
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $operator:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// The node fails the whole query with a 500 when an event has no number under the key.
        ///
        /// # Errors
        /// For a number that is none or is infinite.
        pub fn $name(key: impl Into<String>, number: impl Into<f64>) -> Result<Self, FilterError> {
            let number = number.into();
            match number.is_finite() {
                true => Ok(Self { key: key.into(), operator: $operator, operand: json!(number) }),
                false => Err(FilterError(format!("{number} cannot be compared"))),
            }
        }
    )*};
}

impl Condition {
    texts! {
        /// The value is this text; numbers and booleans are compared as they are written.
        is = "is";
        /// The value is another text.
        not = "not";
        /// The whole value fits the pattern: `%` stands for any text, `_` for any character, `\` before them for themselves.
        like = "like";
        /// The value does not fit the pattern.
        unlike = "unlike";
    }

    numbers! {
        /// The value is greater.
        gt = "gt";
        /// The value is greater or equal.
        gte = "gte";
        /// The value is less.
        lt = "lt";
        /// The value is less or equal.
        lte = "lte";
        /// The value is equal.
        eq = "eq";
        /// The value is another number.
        neq = "neq";
    }

    /// A triple of the wire.
    fn read(key: String, operator: String, operand: Value) -> Result<Self, FilterError> {
        let is_number = |operand: &Value| match operand {
            Value::Number(_) => true,
            // The node compares a text that is a number.
            Value::String(text) => text.trim().parse().is_ok_and(f64::is_finite),
            _ => false,
        };
        let texts = ["is", "not", "like", "unlike"].into_iter();
        let numbers = ["gt", "gte", "lt", "lte", "eq", "neq"].into_iter();
        let known = texts
            .map(|text| (text, operand.is_string()))
            .chain(numbers.map(|number| (number, is_number(&operand))));
        match known.into_iter().find(|(known, _)| *known == operator) {
            Some((operator, true)) => Ok(Self {
                key,
                operator,
                operand,
            }),
            Some((operator, false)) => Err(FilterError(format!(
                "{operator} cannot compare {key:?} with {operand}"
            ))),
            None => Err(FilterError(format!("{operator:?} is no operation"))),
        }
    }
}

/// A filter that the node would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_the_nodes_to_escape() {
        let filter = EventFilter::from(Condition::is("it's", "a \"b\""));
        assert_eq!(filter.to_string(), r#"[[["it's","is","a \"b\""]]]"#);
    }

    #[test]
    fn what_the_node_fails_on_is_not_sent() {
        assert!(Condition::gt("x", f64::NAN).is_err());
        assert!(Condition::eq("x", f64::INFINITY).is_err());
        assert_eq!(EventFilter::all([]).to_string(), "[]");
        assert_eq!(
            EventFilter::from(Condition::is("a", "b"))
                .or([])
                .to_string(),
            "[]"
        );
    }

    #[test]
    fn a_text_is_read_and_written_as_it_is() {
        for text in [
            "[]",
            r#"[[["a","is","b"]]]"#,
            r#"[[["a","gt",1],["b","lte","2.5"]],[["c","unlike","x%"]]]"#,
        ] {
            let filter: EventFilter = text.parse().unwrap();
            assert_eq!(filter.to_string(), text);
        }
    }

    #[test]
    fn what_is_added_to_no_filter_takes_no_event_away() {
        let none: EventFilter = "[]".parse().unwrap();
        assert_eq!(none, EventFilter::all([]));
        assert_eq!(none.or([Condition::is("a", "b")]).to_string(), "[]");
    }

    /// Each of these is 400 or 500 at a node of 1.0.1.
    #[test]
    fn a_text_that_the_node_refuses_is_refused() {
        for text in [
            "x",
            "{}",
            "[[]]",
            r#"[["a","is","b"]]"#,
            r#"[[["a","is"]]]"#,
            r#"[[["a","has","b"]]]"#,
            r#"[[[1,"is","b"]]]"#,
            r#"[[["a","is",1]]]"#,
            r#"[[["a","gt","abc"]]]"#,
            r#"[[["a","gt",null]]]"#,
            r#"[[["a","gt","nan"]]]"#,
        ] {
            assert!(text.parse::<EventFilter>().is_err(), "{text}");
        }
    }
}
