//! Which events to take: clauses of conditions on what they contain.

use std::fmt;

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
pub struct EventFilter(Source);

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Clauses(Vec<Vec<Condition>>),
    Text(String),
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
        Self(Source::Clauses(vec![conditions.into_iter().collect()]))
    }

    /// Or else all of these.
    pub fn or(self, conditions: impl IntoIterator<Item = Condition>) -> Self {
        match self.0 {
            Source::Clauses(mut clauses) => {
                clauses.push(conditions.into_iter().collect());
                Self(Source::Clauses(clauses))
            }
            Source::Text(_) => self,
        }
    }

    /// The text of the wire, as it is: JSON, a list of lists of triples. The node checks it.
    pub fn raw(text: impl Into<String>) -> Self {
        Self(Source::Text(text.into()))
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
        match &self.0 {
            Source::Text(text) => f.write_str(text),
            Source::Clauses(clauses) if clauses.iter().any(Vec::is_empty) => f.write_str("[]"),
            Source::Clauses(clauses) => {
                let clauses: Value = clauses
                    .iter()
                    .map(|clause| {
                        clause
                            .iter()
                            .map(|condition| {
                                json!([condition.key, condition.operator, condition.operand])
                            })
                            .collect::<Value>()
                    })
                    .collect();
                clauses.fmt(f)
            }
        }
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
                false => Err(FilterError(number)),
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
}

/// A number that cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterError(f64);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be compared in a filter", self.0)
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
    fn a_raw_text_goes_as_it_is() {
        let text = r#"[[["a","is","b"]]]"#;
        assert_eq!(EventFilter::raw(text).to_string(), text);
    }
}
