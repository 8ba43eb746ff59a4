//! Which of many things to take, by their names.

use std::fmt;

use regex::Regex;

/// Takes things by their names: those of a name, or those whose name a regular expression finds.
///
/// A string is a name. It is compared as a whole, with its case, and nothing in it is special: names of Streams have dots, colons and
/// brackets in them.
///
/// ```
/// use headwaters::streams::Pattern;
///
/// let job = Pattern::from("application::TradesApp_0");
/// assert!(job.matches("application::TradesApp_0"));
/// assert!(Pattern::regex("Trades")?.matches("application::TradesApp_0"));
/// assert!(!Pattern::regex("^Trades")?.matches("application::TradesApp_0"));
/// # Ok::<(), headwaters::streams::PatternError>(())
/// ```
///
/// # Differences to Python
/// A filter of the Python client is a regular expression that must match from the start of a name, but need not reach its end: what is
/// `get_jobs(name="Trades")` there is `Pattern::regex("^(?:Trades)")` here, and `name=".*Trades"` is `Pattern::regex("Trades")`. As in
/// Python, `\d`, `\w` and `\b` know Unicode, and things without a name are left out. `$` is the very end of the name, in Python also
/// before a line break there. Look-around and references back are errors here, and so are all other mistakes in an expression: at
/// once, where Python finds them after the request.
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Name(String),
    Regex(Regex),
}

impl Pattern {
    /// Names in which the regular expression is found, anywhere unless it says otherwise: `^` and `$` are the ends of a name. The syntax
    /// is that of the crate [`regex`](https://docs.rs/regex/1/regex/#syntax), which takes time in proportion to the length of the name.
    ///
    /// # Errors
    /// When the expression is not valid or is very large.
    pub fn regex(expression: impl AsRef<str>) -> Result<Self, PatternError> {
        match Regex::new(expression.as_ref()) {
            Ok(regex) => Ok(Self(Kind::Regex(regex))),
            Err(error) => {
                // The library points at the place in several lines, of which the last says what is wrong.
                let said = error.to_string();
                let said = said.lines().next_back().unwrap_or_default();
                let said = said.trim_start_matches("error: ");
                Err(PatternError(said.to_owned()))
            }
        }
    }

    /// Whether a thing of this name is taken.
    pub fn matches(&self, name: &str) -> bool {
        match &self.0 {
            Kind::Name(known) => known == name,
            Kind::Regex(regex) => regex.is_match(name),
        }
    }
}

impl From<&str> for Pattern {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<String> for Pattern {
    fn from(name: String) -> Self {
        Self(Kind::Name(name))
    }
}

impl From<&String> for Pattern {
    fn from(name: &String) -> Self {
        name.clone().into()
    }
}

/// A regular expression that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the regular expression cannot be used: {}", self.0)
    }
}

impl std::error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(expression: &str) -> Pattern {
        Pattern::regex(expression).unwrap()
    }

    #[test]
    fn a_name_is_compared_as_a_whole() {
        let pattern = Pattern::from("a.b[0]::C");
        assert!(pattern.matches("a.b[0]::C"));
        for name in ["a.b[0]::c", "a.b[0]::C1", "xa.b[0]::C", "aXb[0]::C", ""] {
            assert!(!pattern.matches(name), "{name}");
        }
    }

    #[test]
    fn an_expression_is_found_anywhere_unless_it_says_otherwise() {
        let name = "application::TradesApp_0";
        for (expression, is_found) in [
            ("Trades", true),
            ("trades", false),
            ("(?i)trades", true),
            ("^Trades", false),
            (".*_0$", true),
            ("^(?:x|application)", true),
            ("", true),
        ] {
            assert_eq!(regex(expression).matches(name), is_found, "{expression}");
        }
    }

    /// What `re.match` of Python 3.11 says of the same.
    #[test]
    fn python_matches_what_the_expression_finds_at_the_start() {
        for (python, name, is_match) in [
            ("Trades", "application::TradesApp_0", false),
            (".*_0$", "application::TradesApp_0", true),
            ("a|bc", "bcd", true),
            ("a|bc", "xbc", false),
            ("a$", "ab", false),
            (r"\w+$", "größe", true),
            ("", "x", true),
        ] {
            let anchored = regex(&format!("^(?:{python})"));
            assert_eq!(anchored.matches(name), is_match, "{python} {name}");
        }
    }

    #[test]
    fn a_mistake_is_told_in_one_line() {
        for (expression, said) in [
            ("a(", "unclosed group"),
            ("*", "repetition operator missing expression"),
            (
                r"(?<=a)b",
                "look-around, including look-ahead and look-behind, is not supported",
            ),
            (r"(a)\1", "backreferences are not supported"),
        ] {
            let error = Pattern::regex(expression).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the regular expression cannot be used: {said}")
            );
        }
        let large = Pattern::regex("(?:(?:a{1000}){1000}){1000}").unwrap_err();
        assert!(!large.to_string().contains('\n'), "{large}");
    }
}
