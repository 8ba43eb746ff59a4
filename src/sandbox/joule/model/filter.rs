//! Filters: a list (or) of lists (and) of conditions on the content of events.

use serde_json::Value;

use super::database_error::DatabaseError;

/// Which contents to take; without groups, all.
#[derive(Debug, Default)]
pub(crate) struct Filter(pub(crate) Vec<Vec<Condition>>);

/// What is asked of one member.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) key: String,
    pub(crate) test: Test,
}

/// What is asked of the text of a member. No operation takes a member that is absent or `null`.
#[derive(Debug)]
pub(crate) enum Test {
    Is(String),
    Not(String),
    Like(Vec<char>),
    Unlike(Vec<char>),
    Compare(fn(&f64, &f64) -> bool, f64),
}

impl Filter {
    /// Whether it takes this content. Fails as a whole where a text is compared as a number and is none.
    pub(crate) fn takes(&self, content: &Value) -> Result<bool, DatabaseError> {
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
    fn holds(&self, content: &Value) -> Result<bool, DatabaseError> {
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
                let number = text.trim().parse();
                let number = number.map_err(|_| DatabaseError::NotANumber(text))?;
                compare(&number, operand)
            }
        })
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
