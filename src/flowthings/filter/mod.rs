//! The filters of the platform: built, read, written and evaluated.

mod age;
mod error;
mod evaluate;
mod exact;
mod explain;
mod java;
mod member;
mod name;
mod number;
mod numeral;
mod operand;
mod parse;
mod print;
mod quote;
mod regex;
mod rule;
mod scan;
#[cfg(feature = "sandbox")]
mod search;
mod subject;
mod tree;
#[cfg(feature = "sandbox")]
mod weight;
mod within;

use std::{
    fmt,
    ops::{BitAnd, BitOr, Not},
    str::FromStr,
    sync::OnceLock,
    time::SystemTime,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::Value;

use crate::Json;

pub use age::{Age, age, age_of};
pub use error::FilterError;
pub use explain::Explanation;
pub use member::{Member, Modulo, exists, mem};
pub use number::{Milliseconds, Number};
pub use operand::Operand;
pub use within::{Center, Distance};

pub(super) use exact::Exact;
use name::Name;
use regex::Regex;
use rule::{Rule, Tree};
use subject::Subject;

/// Which drops, flows or other objects are wanted.
///
/// Comparisons of [`mem`] and the functions [`exists`], [`has`], [`matches`](fn@matches), [`age`] and [`age_of`] make filters; `&`, `|` and `!` join
/// them. `Display` is the text that the platform reads, byte for byte as the Python client writes it, and [`parse`](Self::parse) reads
/// it:
///
/// ```
/// use headwaters::flowthings::{Filter, exists, mem};
///
/// let filter = mem("elems.foo").gt(12) & (mem("displayName").eq("foo") | !exists("elems.bar"));
/// let text = "(elems.foo > 12) && ((displayName == 'foo') || (NOT EXISTS elems.bar))";
/// assert_eq!(filter.to_string(), text);
/// assert_eq!(Filter::parse("elems.foo>12 && (displayName==\"foo\" || NOT EXISTS elems.bar)")?, filter);
/// # Ok::<(), headwaters::flowthings::FilterError>(())
/// ```
///
/// # Invalid parts
/// The parts of a filter need no `?`. What cannot be in a filter makes the filter invalid as a whole: a name that is not one, a number
/// that is not finite, a flag of a regular expression that is not a letter. [`check`](Self::check) says why, an invalid filter does
/// not serialize, and a call with one is an error before anything is sent.
///
/// ```
/// use headwaters::flowthings::mem;
///
/// let injected = mem("x == 1 || y").eq(2) & mem("z").eq(3);
/// let error = injected.check().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""x == 1 || y" is not the name of a member: ' ' is not a letter, a digit, '_', '$', '-' or '.'"#
/// );
/// ```
///
/// # Differences to Python
/// The text is another one where Python's does not mean what it should: a backslash in a text is escaped, a NOT of AND or OR encloses it
/// in parentheses, a slash in a regular expression that is escaped already is not escaped again, and a text with control
/// characters is written as JSON. The age of a member is that of its name in quotes, `AGE('elems.when')`, as the platform documents it,
/// where Python's `AGE(mem.elems.when)` has none. In Python `find` with a filter *replaces* a filter among the client's default parameters; that is so here
/// too: the two are not joined.
#[derive(Clone)]
pub struct Filter {
    tree: Result<Tree, FilterError>,
    /// The text as the platform wrote it.
    written: Option<Box<str>>,
    /// Whether it can be evaluated, once somebody asked.
    evaluable: OnceLock<Result<(), FilterError>>,
}

/// Drops with an element of this type: `HAS date`.
pub fn has(type_: impl Into<String>) -> Filter {
    Filter::leaf(Name::of_type(type_).map(Rule::Has))
}

/// Drops with an element in which the regular expression is found: `MATCHES /foo/`.
pub fn matches(pattern: impl AsRef<str>) -> Filter {
    matches_with(pattern, "")
}

/// The same with flags, such as `i` for either case: `MATCHES /foo/i`.
pub fn matches_with(pattern: impl AsRef<str>, flags: impl AsRef<str>) -> Filter {
    let regex = Regex::new(pattern.as_ref(), flags.as_ref());
    Filter::leaf(regex.map(|regex| Rule::Matches(Box::new(regex))))
}

impl Filter {
    /// How many filters may be inside each other. A chain of `&` or of `|` counts as one, however long it is.
    pub const MAX_DEPTH: usize = rule::MAX_DEPTH;

    /// Reads a text in the grammar of the platform. NOT binds closer than `&&`, and that closer than `||`.
    ///
    /// Texts may be in single or double quotes, with the escapes of JSON; blanks are optional wherever the words remain apart; a ZIP code
    /// may be in quotes or not, and so may the field of an AGE. The filter prints in Python's form.
    ///
    /// # Errors
    /// When the text is not a filter; [`position`](FilterError::position) says where.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(|tree| Self::new(Ok(tree)))
    }

    /// A text that goes out as it is, for what the grammar here lacks.
    ///
    /// Nothing is checked, so it must not be made from the text of others. It cannot be evaluated here.
    pub fn raw(text: impl Into<String>) -> Self {
        Self::leaf(Ok(Rule::Raw(text.into())))
    }

    /// Whether all its parts are valid.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn check(&self) -> Result<(), FilterError> {
        self.tree().map(|_| ())
    }

    /// Whether the filter takes a drop or another object of the platform, as the platform would, as far as its documents say.
    ///
    /// - A name without `elems.` is a member at the top, or else one of the elements. An element written as `{"type": .., "value": ..}`
    ///   counts as its value, and so does one inside of an element; nothing else does, `elems` as a whole included.
    /// - Of a member that is missing or null every comparison is false, `!=` too.
    /// - Numbers are compared by their exact values. A [`Value`] has a whole number of more than 64 bits as the nearest double, so
    ///   [`matches_json`](Self::matches_json) is exact where this cannot be. Values of different types are not equal, and neither is less.
    /// - `=~` and `MATCHES` search: `^` and `$` say that a text is meant as a whole. The syntax is Java's; the flag `g` changes nothing,
    ///   and `i` knows the letters of all languages, not only those of ASCII as in Java. Lines end as in Java, where `$` is at the end of
    ///   the expression and, with the flag `m`, `^` at the beginning.
    /// - `CONTAINS` wants a list that has all of the values, `HAS` an element of that type, `MATCHES` an element whose text fits. A whole
    ///   number without a type is an `integer` if it has no more than 32 bits, else a `long`.
    /// - Ages are taken now; [`matches_at`](Self::matches_at) takes them at another time.
    /// - Distances are those on a sphere with the mean radius of the Earth.
    ///
    /// Regular expressions are compiled when the filter is asked first.
    ///
    /// # Errors
    /// Whatever the object is: when the filter is not valid, has a ZIP code or a raw text, or a regular expression with something that
    /// Java has and the crate `regex` lacks, such as look-ahead; and when its regular expressions are more than 256, or together take more
    /// than 8 MiB when they are compiled, or one of them more than 1 MiB.
    pub fn matches(&self, object: &Value) -> Result<bool, FilterError> {
        Ok(evaluate::holds(self.evaluable()?, &Subject::new(object)))
    }

    /// The same, with ages taken at this time.
    ///
    /// # Errors
    /// Those of [`matches`](Self::matches).
    pub fn matches_at(&self, object: &Value, now: SystemTime) -> Result<bool, FilterError> {
        let subject = Subject::at(object, now);
        Ok(evaluate::holds(self.evaluable()?, &subject))
    }

    /// Whether the filter takes an object, whose whole numbers are compared with all their digits.
    ///
    /// # Errors
    /// Those of [`matches`](Self::matches), and for an object that nests deeper than 500 levels.
    pub fn matches_json(&self, object: &Json) -> Result<bool, FilterError> {
        let rule = self.evaluable()?;
        let object = Exact::of(object)?;
        Ok(evaluate::holds(rule, &Subject::new(&object)))
    }

    /// The same, with ages taken at this time.
    ///
    /// # Errors
    /// Those of [`matches_json`](Self::matches_json).
    pub fn matches_json_at(&self, object: &Json, now: SystemTime) -> Result<bool, FilterError> {
        let rule = self.evaluable()?;
        let object = Exact::of(object)?;
        Ok(evaluate::holds(rule, &Subject::at(&object, now)))
    }

    /// Why the filter takes an object, or does not: each clause, whether it holds, and what the object has there.
    ///
    /// # Errors
    /// Those of [`matches`](Self::matches).
    pub fn explain(&self, object: &Value) -> Result<Explanation, FilterError> {
        let subject = Subject::new(object);
        Ok(Explanation::of(self.evaluable()?, &subject))
    }

    /// The same, with ages taken at this time.
    ///
    /// # Errors
    /// Those of [`matches`](Self::matches).
    pub fn explain_at(&self, object: &Value, now: SystemTime) -> Result<Explanation, FilterError> {
        let subject = Subject::at(object, now);
        Ok(Explanation::of(self.evaluable()?, &subject))
    }

    #[inline]
    fn new(tree: Result<Tree, FilterError>) -> Self {
        Self {
            tree,
            written: None,
            evaluable: OnceLock::new(),
        }
    }

    #[inline]
    fn leaf(rule: Result<Rule, FilterError>) -> Self {
        Self::new(rule.map(Tree::leaf))
    }

    fn tree(&self) -> Result<&Rule, FilterError> {
        self.tree
            .as_ref()
            .map(|tree| &tree.rule)
            .map_err(Clone::clone)
    }

    /// The rule, once it is known that it can be evaluated.
    fn evaluable(&self) -> Result<&Rule, FilterError> {
        let rule = self.tree()?;
        let outcome = self.evaluable.get_or_init(|| evaluate::check(rule));
        outcome.as_ref().map(|()| rule).map_err(Clone::clone)
    }

    /// How many bytes of somebody else's are looked into at most: each can become a part of a tree that is a hundred times as large.
    pub(crate) const LONGEST_READ: usize = 1 << 16;

    /// How many steps it may take for each byte of a text to search for its regular expressions.
    #[cfg(feature = "sandbox")]
    pub(crate) fn weight(&self) -> u64 {
        self.tree().map_or(0, search::weights)
    }

    /// How many steps it may take to search for its regular expressions in an object.
    #[cfg(feature = "sandbox")]
    pub(crate) fn steps(&self, object: &Value) -> u64 {
        let subject = Subject::new(object);
        self.tree().map_or(0, |rule| search::steps(rule, &subject))
    }

    /// The type of an element that is plain JSON, if it has one, as filters see it.
    #[cfg(feature = "sandbox")]
    pub(crate) fn type_of(plain: &Value) -> Option<&'static str> {
        evaluate::type_of(plain)
    }
}

impl BitAnd for Filter {
    type Output = Self;

    /// What both take.
    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self::new(self.tree.and_then(|tree| tree.and(other.tree?)))
    }
}

impl BitOr for Filter {
    type Output = Self;

    /// What at least one of them takes.
    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self::new(self.tree.and_then(|tree| tree.or(other.tree?)))
    }
}

impl Not for Filter {
    type Output = Self;

    /// What it does not take.
    fn not(self) -> Self {
        Self::new(self.tree.and_then(Tree::not))
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.tree() == other.tree()
    }
}

impl fmt::Display for Filter {
    /// The text that the platform reads. For an invalid filter the reason why, in angle brackets, which the platform does not read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.written, &self.tree) {
            (Some(text), _) => f.write_str(text),
            (None, Ok(tree)) => tree.rule.fmt(f),
            (None, Err(error)) => write!(f, "<{error}>"),
        }
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl From<&str> for Filter {
    /// [Parses](Self::parse) the text. One that is not a filter makes an invalid filter.
    fn from(text: &str) -> Self {
        Self::new(parse::parse(text))
    }
}

impl From<String> for Filter {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Filter {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&Filter> for Filter {
    fn from(filter: &Filter) -> Self {
        filter.clone()
    }
}

impl TryFrom<Filter> for String {
    type Error = FilterError;

    /// The text, unless the filter is invalid.
    fn try_from(filter: Filter) -> Result<Self, FilterError> {
        filter.check()?;
        Ok(filter.to_string())
    }
}

impl Serialize for Filter {
    /// The text; an error where the filter is invalid.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.check().map_err(ser::Error::custom)?;
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Filter {
    /// Any text, which is written again as it was; one in a grammar that is not known here, or of more than 64 KiB, is
    /// [raw](Self::raw).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = match text.len() {
            ..=Self::LONGEST_READ => Self::parse(&text).ok(),
            _ => None,
        };
        let known = known.unwrap_or_else(|| Self::raw(text.as_str()));
        Ok(Self {
            written: Some(text.into()),
            ..known
        })
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Filter {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Filter".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "examples": ["(elems.foo > 12) && (displayName == 'foo')"]})
    }
}

#[cfg(test)]
mod tests;
