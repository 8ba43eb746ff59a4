//! Reading the text of an SPL type.

use std::{collections::BTreeSet, fmt};

use super::{SplKind, SplType, parts::Parts};
use crate::streams::spl_literal;

/// A text that is not a valid SPL type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplTypeError {
    message: String,
    position: usize,
}

impl SplTypeError {
    /// Where parsing failed, as a byte offset into the text; the length of the text where it ended too early.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for SplTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a valid SPL type: {} at byte {}",
            self.message, self.position
        )
    }
}

impl std::error::Error for SplTypeError {}

type Result<T> = std::result::Result<T, SplTypeError>;

/// The type that the whole text is.
pub(super) fn parse(text: &str) -> Result<SplType> {
    let mut parser = Parser { text, at: 0 };
    let read = parser.spl_type(1)?;
    parser.blanks();
    match parser.rest().is_empty() {
        true => Ok(read),
        false => Err(parser.expected("the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// A type inside `depth - 1` others.
    fn spl_type(&mut self, depth: usize) -> Result<SplType> {
        self.blanks();
        let start = self.at;
        if depth > SplType::MAX_DEPTH {
            let message = format!("more than {} types inside each other", SplType::MAX_DEPTH);
            return Err(error(message, start));
        }
        let Some(kind) = self.word().and_then(SplKind::of_word) else {
            self.at = start;
            return Err(self.expected("a type"));
        };
        let parts = match kind {
            SplKind::Xml => self.schema()?,
            SplKind::Enum => self.names()?,
            SplKind::Tuple => self.attributes(depth)?,
            SplKind::List | SplKind::Set | SplKind::Optional => {
                self.expect('<')?;
                let element = self.spl_type(depth + 1)?;
                self.expect('>')?;
                Parts::Element(Box::new(element))
            }
            SplKind::Map => {
                self.expect('<')?;
                let key = self.spl_type(depth + 1)?;
                self.expect(',')?;
                let value = self.spl_type(depth + 1)?;
                self.expect('>')?;
                Parts::Entry(Box::new((key, value)))
            }
            _ => Parts::None,
        };
        let bounded = match kind.bounded() {
            Some(bounded) if self.take('[') => Some((bounded, self.bound()?)),
            _ => None,
        };
        Ok(SplType {
            kind: bounded.map_or(kind, |(bounded, _)| bounded),
            bound: bounded.map_or(0, |(_, bound)| bound),
            parts,
        })
    }

    /// What follows `xml`.
    fn schema(&mut self) -> Result<Parts> {
        if !self.take('<') {
            return Ok(Parts::None);
        }
        self.blanks();
        let literal = spl_literal::length(self.rest()).and_then(|length| self.rest().get(..length));
        let Some((literal, uri)) =
            literal.and_then(|literal| spl_literal::interpret(literal).map(|uri| (literal, uri)))
        else {
            return Err(self.expected("the URI of a schema in double quotes"));
        };
        self.at += literal.len();
        self.expect('>')?;
        Ok(Parts::Schema(uri.into_owned()))
    }

    /// What follows `enum`.
    fn names(&mut self) -> Result<Parts> {
        self.expect('{')?;
        let (mut names, mut known) = (Vec::new(), BTreeSet::new());
        loop {
            names.push(self.name("a name", &mut known)?.to_owned());
            if self.take('}') {
                return Ok(Parts::Names(names));
            }
            self.separator("',' or '}'")?;
        }
    }

    /// What follows `tuple`.
    fn attributes(&mut self, depth: usize) -> Result<Parts> {
        self.expect('<')?;
        let (mut attributes, mut known) = (Vec::new(), BTreeSet::new());
        if self.take('>') {
            return Ok(Parts::Attributes(attributes));
        }
        loop {
            let of = self.spl_type(depth + 1)?;
            let name = self.name("the name of an attribute", &mut known)?;
            attributes.push((name.to_owned(), of));
            if self.take('>') {
                return Ok(Parts::Attributes(attributes));
            }
            self.separator("',' or '>'")?;
        }
    }

    /// A name that none of the others is.
    fn name(&mut self, what: &str, known: &mut BTreeSet<&'a str>) -> Result<&'a str> {
        self.blanks();
        let start = self.at;
        let name = self.word().ok_or_else(|| self.expected(what))?;
        match known.insert(name) {
            true => Ok(name),
            false => Err(error("the name is used twice".to_owned(), start)),
        }
    }

    /// What follows `[`.
    fn bound(&mut self) -> Result<u32> {
        self.blanks();
        let rest = self.rest();
        let digits = rest.len()
            - rest
                .trim_start_matches(|digit: char| digit.is_ascii_digit())
                .len();
        // Streams holds it as an int32.
        let bound = rest
            .get(..digits)
            .and_then(|digits| digits.parse::<i32>().ok());
        let Some(bound) = bound.and_then(|bound| u32::try_from(bound).ok()) else {
            return Err(self.expected("a size up to 2147483647"));
        };
        self.at += digits;
        self.expect(']')?;
        Ok(bound)
    }

    fn separator(&mut self, what: &str) -> Result<()> {
        match self.take(',') {
            true => Ok(()),
            false => Err(self.expected(what)),
        }
    }

    fn expect(&mut self, symbol: char) -> Result<()> {
        match self.take(symbol) {
            true => Ok(()),
            false => Err(self.expected(&format!("'{symbol}'"))),
        }
    }

    /// Whether the symbol comes next; it is read then.
    fn take(&mut self, symbol: char) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(symbol);
        if is_next {
            self.at += symbol.len_utf8();
        }
        is_next
    }

    /// The identifier that comes next.
    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let after =
            rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        let word = rest.get(..rest.len() - after.len())?;
        if word.is_empty() || word.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        self.at += word.len();
        Some(word)
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn expected(&self, what: &str) -> SplTypeError {
        let message = match self.rest().chars().next() {
            Some(found) => format!("expected {what}, found {found:?}"),
            None => format!("expected {what}, found the end"),
        };
        error(message, self.at)
    }
}

fn error(message: String, position: usize) -> SplTypeError {
    SplTypeError { message, position }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_was_expected_and_where() {
        for (text, said) in [
            ("", "expected a type, found the end at byte 0"),
            ("  ", "expected a type, found the end at byte 2"),
            ("int33", "expected a type, found 'i' at byte 0"),
            ("Int32", "expected a type, found 'I' at byte 0"),
            ("bstring[3]", "expected a type, found 'b' at byte 0"),
            ("my::Type", "expected a type, found 'm' at byte 0"),
            ("int32 x", "expected the end, found 'x' at byte 6"),
            ("ustring[3]", "expected the end, found '[' at byte 7"),
            ("list", "expected '<', found the end at byte 4"),
            ("list<int32", "expected '>', found the end at byte 10"),
            ("map<int32>", "expected ',', found '>' at byte 9"),
            (
                "tuple<int32>",
                "expected the name of an attribute, found '>' at byte 11",
            ),
            (
                "tuple<int32 1x>",
                "expected the name of an attribute, found '1' at byte 12",
            ),
            ("tuple<int32 x,>", "expected a type, found '>' at byte 14"),
            (
                "tuple<int32 x;",
                "expected ',' or '>', found ';' at byte 13",
            ),
            ("tuple<int32 x,int8 x>", "the name is used twice at byte 19"),
            ("enum{}", "expected a name, found '}' at byte 5"),
            ("enum{a,a}", "the name is used twice at byte 7"),
            ("enum{a b}", "expected ',' or '}', found 'b' at byte 7"),
            (
                "rstring[]",
                "expected a size up to 2147483647, found ']' at byte 8",
            ),
            (
                "rstring[-1]",
                "expected a size up to 2147483647, found '-' at byte 8",
            ),
            (
                "rstring[2147483648]",
                "expected a size up to 2147483647, found '2' at byte 8",
            ),
            (
                "xml<uri>",
                "expected the URI of a schema in double quotes, found 'u' at byte 4",
            ),
            (
                "xml<\"uri>",
                "expected the URI of a schema in double quotes, found '\"' at byte 4",
            ),
            ("list<é>", "expected a type, found 'é' at byte 5"),
            ("list<\u{1b}>", "expected a type, found '\\u{1b}' at byte 5"),
        ] {
            let error = text.parse::<SplType>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("not a valid SPL type: {said}"),
                "{text}"
            );
            assert!(error.position() <= text.len());
        }
    }

    #[test]
    fn types_stand_inside_each_other_to_a_limit() {
        let nested = |depth: usize| format!("{}int8{}", "list<".repeat(depth), ">".repeat(depth));
        let deepest = nested(SplType::MAX_DEPTH - 1);
        assert_eq!(deepest.parse::<SplType>().unwrap().to_string(), deepest);
        let error = nested(SplType::MAX_DEPTH).parse::<SplType>().unwrap_err();
        assert_eq!(error.position(), SplType::MAX_DEPTH * "list<".len());
        for open in [
            "list<",
            "tuple<",
            "map<",
            "optional<",
            "map<int8,",
            "tuple<int8 a,",
        ] {
            assert!(open.repeat(1_000_000).parse::<SplType>().is_err());
        }
    }
}
