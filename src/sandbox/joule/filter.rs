//! Filters: a list (or) of lists (and) of `[key, operation, value]`, on the content of events.

use serde_json::Value;

use super::error::Failure;
use super::python;

/// Which contents to take; without groups, all.
#[derive(Debug, Default)]
pub(super) struct Filter(Vec<Vec<Condition>>);

#[derive(Debug)]
struct Condition {
    key: String,
    test: Test,
}

/// What is asked of the text of a member. No operation takes a member that is absent or `null`.
#[derive(Debug)]
enum Test {
    Is(String),
    Not(String),
    Like(Vec<char>),
    Unlike(Vec<char>),
    Compare(fn(&f64, &f64) -> bool, f64),
}

impl Filter {
    /// From the text of a query; one that is empty takes all.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let refused = |why: &str| Failure::bad_request(format!("invalid filter string, {why}"));
        let value: Value = serde_json::from_str(text).map_err(|_| refused("must be valid JSON"))?;
        let Value::Array(groups) = value else {
            // Joule gives no reason here.
            return Err(Failure::bad_request(""));
        };
        let no_list = || refused("must be a list of lists");
        let group = |group: &Value| {
            let conditions = group.as_array().ok_or_else(no_list)?.iter();
            let parsed = conditions.map(|condition| {
                Condition::parse(condition.as_array().ok_or_else(no_list)?, group)
            });
            parsed.collect()
        };
        let groups: Vec<Vec<Condition>> = groups.iter().map(group).collect::<Result<_, _>>()?;
        if groups.iter().any(Vec::is_empty) {
            return Err(Failure::uncaught(
                "asyncpg.exceptions.PostgresSyntaxError: syntax error at or near \")\"",
            ));
        }
        Ok(Self(groups))
    }

    /// Whether it takes this content. Fails as a whole where a text is compared as a number and is none.
    pub(super) fn takes(&self, content: &Value) -> Result<bool, Failure> {
        for group in &self.0 {
            let mut all = true;
            for condition in group {
                all = all && condition.holds(content)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(self.0.is_empty())
    }
}

impl Condition {
    fn parse(parts: &[Value], group: &Value) -> Result<Self, Failure> {
        let refused = |why: &str| Failure::bad_request(format!("invalid filter string, {why}"));
        let [key, operation, value] = parts else {
            return Err(refused("boolean expression must have 3 elements"));
        };
        let text = || {
            let text = value.as_str().map(str::to_owned);
            text.ok_or_else(|| refused("is/not/like/unlike operation must have a string value"))
        };
        let compare = |with| operand(value, group).map(|number| Test::Compare(with, number));
        let test = match operation.as_str() {
            Some("is") => Test::Is(text()?),
            Some("not") => Test::Not(text()?),
            Some("like") => Test::Like(text()?.chars().collect()),
            Some("unlike") => Test::Unlike(text()?.chars().collect()),
            Some("gt") => compare(f64::gt)?,
            Some("gte") => compare(f64::ge)?,
            Some("lt") => compare(f64::lt)?,
            Some("lte") => compare(f64::le)?,
            Some("eq") => compare(f64::eq)?,
            Some("neq") => compare(f64::ne)?,
            _ => return Err(refused("boolean expression must have a valid operation")),
        };
        let key = key.as_str().map(str::to_owned);
        let key = key
            .ok_or_else(|| refused("first element of boolean expression must be a string label"))?;
        Ok(Self { key, test })
    }

    fn holds(&self, content: &Value) -> Result<bool, Failure> {
        let text = match content.get(&self.key) {
            None | Some(Value::Null) => return Ok(false),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        Ok(match &self.test {
            Test::Is(wanted) => text == *wanted,
            Test::Not(unwanted) => text != *unwanted,
            Test::Like(pattern) => is_like(&characters(&text), pattern),
            Test::Unlike(pattern) => !is_like(&characters(&text), pattern),
            Test::Compare(compare, operand) => {
                let number = text.trim().parse().map_err(|_| {
                    Failure::uncaught(format!(
                        "asyncpg.exceptions.InvalidTextRepresentationError: \
                         invalid input syntax for type double precision: \"{text}\""
                    ))
                })?;
                compare(&number, operand)
            }
        })
    }
}

/// A number, or a text that is one.
fn operand(value: &Value, group: &Value) -> Result<f64, Failure> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(Failure::uncaught(
                "TypeError: float() argument must be a string or a real number",
            ));
        }
    };
    match number {
        Some(number) if number.is_finite() => Ok(number),
        // The database takes these words for names of columns.
        Some(number) => Err(Failure::uncaught(format!(
            "asyncpg.exceptions.UndefinedColumnError: column \"{number}\" does not exist"
        ))),
        None => Err(Failure::bad_request(format!(
            "invalid filter value, {} be numeric in filter clause {}",
            value.as_str().unwrap_or_default(),
            python::repr(group)
        ))),
    }
}

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// SQL's `like`: `%` is any text, `_` any character, `\` makes the next character stand for itself.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => {
            (0..=text.len()).any(|at| is_like(text.get(at..).unwrap_or_default(), rest))
        }
        ['_', rest @ ..] => text
            .split_first()
            .is_some_and(|(_, text)| is_like(text, rest)),
        ['\\', literal, rest @ ..] | [literal, rest @ ..] => text
            .split_first()
            .is_some_and(|(first, text)| first == literal && is_like(text, rest)),
    }
}
