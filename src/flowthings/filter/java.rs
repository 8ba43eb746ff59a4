//! Java's regular expressions as those of the crate `regex`.
//!
//! What both have is translated where it means something else in Java; what the crate lacks is an error that names it, above all where
//! the crate would take it for something else. Only that either case is the same is known of all letters here, of those of ASCII in Java.
//!
//! Java ends a line with `\n`, `\r\n`, `\r`, U+0085, U+2028 or U+2029. What `^` and `$` only look at in Java has to be consumed here, which is
//! the same where nothing stands before `^` and nothing behind `$`; elsewhere they are refused.

use std::{iter::Peekable, str::Chars};

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled expression may take.
const LARGEST: usize = 1 << 20;

type Result<T> = std::result::Result<T, String>;

/// The expression, or the construct for which there is none.
pub(super) fn compile(pattern: &str, flags: &str) -> Result<Regex> {
    let mut options = Options::default();
    for flag in flags.chars() {
        match flag {
            'i' => options.ignores_case = true,
            'm' => options.is_multi_line = true,
            's' => options.dot_matches_all = true,
            // The first place where it is found is enough.
            'g' => {}
            other => return Err(format!("the flag {other:?} is not known")),
        }
    }
    let mut translation = Translation {
        rest: pattern.chars().peekable(),
        text: String::with_capacity(pattern.len() + 16),
        options,
        is_first: true,
        groups: 0,
        has_line_start: false,
    };
    translation.whole()?;
    let mut builder = RegexBuilder::new(&translation.text);
    builder.size_limit(LARGEST);
    builder.case_insensitive(options.ignores_case);
    builder.dot_matches_new_line(options.dot_matches_all);
    let compiled = builder.build().map_err(|error| {
        // The library points at the place in several lines, of which the last says what is wrong.
        let said = error.to_string();
        let said = said.lines().next_back().unwrap_or_default();
        said.trim_start_matches("error: ").to_owned()
    })?;
    // In Java no line begins at the end of the text, and here one may.
    match translation.has_line_start && compiled.is_match("") {
        true => lacking("^ with the flag m in an expression that takes an empty text"),
        false => Ok(compiled),
    }
}

#[derive(Clone, Copy, Default)]
struct Options {
    ignores_case: bool,
    is_multi_line: bool,
    dot_matches_all: bool,
}

struct Translation<'p> {
    rest: Peekable<Chars<'p>>,
    text: String,
    options: Options,
    /// Nothing stands before, but for other alternatives.
    is_first: bool,
    /// How many groups are open.
    groups: usize,
    /// It has `^` with the flag `m`.
    has_line_start: bool,
}

/// The end of a line at which a text ends, or the end of the text.
const TEXT_END: &str = r"(?:(?:(?mR:$)(?:\r\n|\n|\r)?|[\x{85}\x{2028}\x{2029}])?\z)";
/// The end of a line, or of the text.
const LINE_END: &str = r"(?:(?mR:$)|[\x{85}\x{2028}\x{2029}])";
/// The beginning of a line, or of the text.
const LINE_START: &str = r"(?:(?mR:^)|[\x{85}\x{2028}\x{2029}])";

fn lacking<T>(construct: &str) -> Result<T> {
    Err(format!("{construct} is not supported"))
}

/// Whether the expression can end here: only the ends of groups follow, and other alternatives.
fn is_end(mut rest: Peekable<Chars<'_>>) -> bool {
    loop {
        match rest.next() {
            None => return true,
            Some(')') => {}
            Some('|') => skip_alternatives(&mut rest),
            Some(_) => return false,
        }
    }
}

/// To the end of the group, which is stepped over, or of the expression.
fn skip_alternatives(rest: &mut Peekable<Chars<'_>>) {
    let (mut groups, mut classes) = (0_usize, 0_usize);
    while let Some(character) = rest.next() {
        match character {
            '\\' => drop(rest.next()),
            '[' => {
                classes += 1;
                rest.next_if_eq(&'^');
                // The first one is a character of the class.
                rest.next_if_eq(&']');
            }
            ']' => classes = classes.saturating_sub(1),
            '(' if classes == 0 => groups += 1,
            ')' if classes == 0 => match groups.checked_sub(1) {
                Some(fewer) => groups = fewer,
                None => return,
            },
            _ => {}
        }
    }
}

impl Translation<'_> {
    fn whole(&mut self) -> Result<()> {
        while let Some(character) = self.rest.next() {
            let is_first = std::mem::replace(&mut self.is_first, false);
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => {
                    let opens = self.group()?;
                    self.groups += usize::from(opens);
                    self.is_first = is_first && !opens;
                }
                ')' => {
                    self.groups = self.groups.saturating_sub(1);
                    self.text.push(')');
                }
                '|' => {
                    self.is_first = self.groups == 0;
                    self.text.push('|');
                }
                '^' if !self.options.is_multi_line => self.text.push('^'),
                '^' if is_first && !matches!(self.rest.peek(), Some('*' | '+' | '?' | '{')) => {
                    self.has_line_start = true;
                    self.text.push_str(LINE_START);
                }
                '^' => return lacking("^ that is not at the beginning, with the flag m,"),
                '$' if !is_end(self.rest.clone()) => return lacking("$ that is not at the end"),
                '$' if self.options.is_multi_line => self.text.push_str(LINE_END),
                '$' => self.text.push_str(TEXT_END),
                '.' if !self.options.dot_matches_all => {
                    self.text.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]");
                }
                '*' | '+' | '?' | '}' => {
                    self.text.push(character);
                    // The crate would read a quantifier of a quantifier.
                    if self.rest.peek() == Some(&'+') {
                        return lacking(&format!("the possessive quantifier {character}+"));
                    }
                    if self.rest.peek() == Some(&'?') {
                        self.text.extend(self.rest.next());
                    }
                }
                other => self.text.push(other),
            }
        }
        Ok(())
    }

    /// What follows `(`: a group opens unless it is a flag alone.
    fn group(&mut self) -> Result<bool> {
        self.text.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(true);
        }
        self.text.push('?');
        match self.rest.next() {
            Some(':') => self.text.push(':'),
            Some('=' | '!') => return lacking("look-ahead"),
            Some('>') => return lacking("an atomic group"),
            Some('<') => match self.rest.peek() {
                Some('=' | '!') => return lacking("look-behind"),
                _ => self.text.push('<'),
            },
            Some('i') => match self.rest.next() {
                Some(end @ (':' | ')')) => {
                    self.text.extend(['i', end]);
                    return Ok(end == ':');
                }
                other => return lacking(&format!("(?i{}", other.unwrap_or_default())),
            },
            other => return lacking(&format!("(?{}", other.unwrap_or_default())),
        }
        Ok(true)
    }

    /// What follows `[`.
    fn class(&mut self) -> Result<()> {
        self.text.push('[');
        let mut depth = 1_usize;
        let mut is_first = true;
        if self.rest.next_if_eq(&'^').is_some() {
            self.text.push('^');
        }
        while depth > 0 {
            let Some(character) = self.rest.next() else {
                return Err("a class in brackets does not end".to_owned());
            };
            match character {
                '\\' => self.escape(true)?,
                '[' if self.rest.peek() == Some(&':') => {
                    return lacking("[: inside a class");
                }
                '[' => {
                    depth += 1;
                    self.text.push('[');
                    if self.rest.next_if_eq(&'^').is_some() {
                        self.text.push('^');
                    }
                    is_first = true;
                    continue;
                }
                ']' if !is_first => {
                    depth -= 1;
                    self.text.push(']');
                }
                '-' | '~' if self.rest.peek() == Some(&character) => {
                    return lacking(&format!("{character}{character} inside a class"));
                }
                other => self.text.push(other),
            }
            is_first = false;
        }
        Ok(())
    }

    /// What follows a backslash, in a class in brackets or outside of one.
    fn escape(&mut self, in_class: bool) -> Result<()> {
        let Some(escaped) = self.rest.next() else {
            return Err("a single backslash is at the end".to_owned());
        };
        match escaped {
            // ASCII in Java, Unicode in the crate.
            'd' if in_class => self.text.push_str("0-9"),
            'w' if in_class => self.text.push_str("a-zA-Z0-9_"),
            's' if in_class => self.text.push_str(r" \t\n\x0B\f\r"),
            'd' => self.text.push_str("[0-9]"),
            'w' => self.text.push_str("[a-zA-Z0-9_]"),
            's' => self.text.push_str(r"[ \t\n\x0B\f\r]"),
            'D' => self.text.push_str("[^0-9]"),
            'W' => self.text.push_str("[^a-zA-Z0-9_]"),
            'S' => self.text.push_str(r"[^ \t\n\x0B\f\r]"),
            'e' => self.text.push_str(r"\x1B"),
            't' | 'n' | 'r' | 'f' | 'a' | 'x' | 'u' => self.text.extend(['\\', escaped]),
            'A' | 'z' | 'b' | 'B' if !in_class => self.text.extend(['\\', escaped]),
            'p' | 'P' => self.property(escaped)?,
            '1'..='9' | 'k' => return lacking(&format!("the reference back \\{escaped}")),
            other if other.is_ascii_alphanumeric() => return lacking(&format!("\\{other}")),
            // The crate knows `\<` and `\>` as ends of words.
            other => self
                .text
                .push_str(&format!("\\x{{{:x}}}", u32::from(other))),
        }
        Ok(())
    }

    /// What follows `\p` or `\P`: a general category, as `{Lu}` or `L`, which both write alike.
    fn property(&mut self, letter: char) -> Result<()> {
        let name: String = match self.rest.next() {
            Some('{') => self.rest.by_ref().take_while(|c| *c != '}').collect(),
            Some(one) => one.to_string(),
            None => String::new(),
        };
        match matches!(name.len(), 1 | 2) {
            true => self.text.push_str(&format!("\\{letter}{{{name}}}")),
            false => return lacking(&format!("\\{letter}{{{name}}}")),
        }
        Ok(())
    }
}
