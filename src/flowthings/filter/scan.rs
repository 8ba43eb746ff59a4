//! Reading the words and symbols of a filter's text, one after the other.

use super::{FilterError, name, quote, regex::Regex};

pub(super) type Result<T> = std::result::Result<T, FilterError>;

/// How many characters of a word an error shows.
const SHOWN: usize = 32;

/// A text and how far it has been read.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next word or symbol begins.
    pub(super) fn place(&mut self) -> usize {
        let rest = self.after_here();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.at
    }

    /// The text from the next word or symbol on.
    pub(super) fn rest(&mut self) -> &'t str {
        self.place();
        self.after_here()
    }

    fn after_here(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the symbol comes next; it is read then.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let is_next = self.rest().starts_with(symbol);
        if is_next {
            self.at += symbol.len();
        }
        is_next
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<()> {
        match self.take(symbol) {
            true => Ok(()),
            false => Err(self.expected(&format!("'{symbol}'"))),
        }
    }

    /// The word that comes next, which is not read yet: empty where none does.
    pub(super) fn peek_word(&mut self) -> &'t str {
        let rest = self.rest();
        let after = rest.trim_start_matches(name::is_part);
        let word = rest.get(..rest.len() - after.len()).unwrap_or_default();
        match word.starts_with(|first: char| first == '-' || first.is_numeric()) {
            true => "",
            false => word,
        }
    }

    /// Whether this word comes next; it is read then.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.peek_word() == word;
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// A word and what it makes.
    pub(super) fn word<T>(&mut self, what: &str, make: impl Fn(&'t str) -> Result<T>) -> Result<T> {
        let start = self.place();
        let word = self.peek_word();
        if word.is_empty() {
            return Err(self.expected(what));
        }
        self.at += word.len();
        make(word).map_err(|error| error.at(start))
    }

    /// A number as JSON has them, also with leading zeros.
    pub(super) fn peek_number(&mut self) -> &'t str {
        let rest = self.rest();
        let digits = |text: &'t str| text.trim_start_matches(|c: char| c.is_ascii_digit());
        let start = rest.strip_prefix('-').unwrap_or(rest);
        let mut after = digits(start);
        if after.len() == start.len() {
            return "";
        }
        if let Some(fraction) = after.strip_prefix('.')
            && digits(fraction).len() < fraction.len()
        {
            after = digits(fraction);
        }
        if let Some(exponent) = after.strip_prefix(['e', 'E']) {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits(exponent).len() < exponent.len() {
                after = digits(exponent);
            }
        }
        // Not the beginning of something else.
        match after.starts_with(name::is_part) {
            true => "",
            false => rest.get(..rest.len() - after.len()).unwrap_or_default(),
        }
    }

    /// A text in single or double quotes.
    pub(super) fn quoted(&mut self, what: &str) -> Result<String> {
        let start = self.place();
        let rest = self.rest();
        if !rest.starts_with(['\'', '"']) {
            return Err(self.expected(what));
        }
        let read = quote::read(rest);
        let (text, length) = read.map_err(|error| {
            let inside = error.position().unwrap_or_default();
            error.at(start + inside)
        })?;
        self.at += length;
        Ok(text)
    }

    /// `/pattern/flags`.
    pub(super) fn regex(&mut self) -> Result<Regex> {
        let start = self.place();
        self.expect("/")
            .map_err(|_| self.expected("a regular expression between slashes"))?;
        let body = self.after_here();
        let mut is_escaped = false;
        let end = body.find(|character| {
            let ends = character == '/' && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            ends
        });
        let Some((pattern, rest)) = end.and_then(|end| body.split_at_checked(end)) else {
            self.at = self.text.len();
            return Err(self.expected("'/'"));
        };
        let flags = rest.get(1..).unwrap_or_default();
        let letters = flags.len()
            - flags
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        let flags = flags.get(..letters).unwrap_or_default();
        self.at += pattern.len() + 1 + letters;
        Regex::new(pattern, flags).map_err(|error| error.at(start))
    }

    pub(super) fn skip(&mut self, read: &str) {
        self.at += read.len();
    }

    /// What is before the symbol, without blanks around it; nothing is read where the symbol does not come.
    pub(super) fn up_to(&mut self, symbol: char) -> Option<&'t str> {
        let (text, _) = self.rest().split_once(symbol)?;
        self.at += text.len();
        Some(text.trim_ascii())
    }

    /// The error of a text that goes on otherwise.
    pub(super) fn expected(&mut self, what: &str) -> FilterError {
        let word = self.peek_word();
        let found = match self.rest().chars().next() {
            None => "the end".to_owned(),
            Some(first) if word.is_empty() => format!("{first:?}"),
            Some(_) => format!("{:?}", word.chars().take(SHOWN).collect::<String>()),
        };
        FilterError::new(format!("expected {what}, found {found}")).at(self.at)
    }
}
