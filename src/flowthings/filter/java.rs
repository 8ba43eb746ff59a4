//! Java's regular expressions as those of the crate `regex`.
//!
//! What both have is translated where it means something else in Java; what the crate lacks is an error that names it, above all where
//! the crate would take it for something else. Only that either case is the same is known of all letters here, of those of ASCII in Java.
//!
//! Java ends a line with `\n`, `\r\n`, `\r`, U+0085, U+2028 or U+2029. What `^` and `$` only look at in Java has to be consumed here, which is
//! the same where nothing stands before `^` and nothing behind `$`; elsewhere they are refused.

use std::{borrow::Cow, iter::Peekable, str::Chars};

use regex::{Regex, RegexBuilder};

/// Groups and classes inside each other. Each is up to four levels of the crate, which takes 250.
const DEEPEST: usize = 50;

/// Why there is no expression of the crate.
#[derive(Debug)]
pub(super) enum Fault {
    /// The crate lacks something that Java has.
    Lacking(String),
    /// Java refuses it too.
    Invalid(String),
}

type Result<T> = std::result::Result<T, Fault>;

/// The expression, unless it takes more than these bytes. As it searches it takes as many again.
pub(super) fn compile(pattern: &str, flags: &str, largest: usize) -> Result<Regex> {
    let translation = translate(pattern, flags)?;
    let mut builder = RegexBuilder::new(&translation.text);
    builder.size_limit(largest);
    // What it remembers as it searches.
    builder.dfa_size_limit(largest);
    builder.case_insensitive(translation.options.ignores_case);
    builder.dot_matches_new_line(translation.options.dot_matches_all);
    let compiled = builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            Fault::Lacking(format!("it takes more than {largest} bytes"))
        }
        error => {
            // The library points at the place in several lines, of which the last says what is wrong.
            let said = error.to_string();
            let said = said.lines().next_back().unwrap_or_default();
            Fault::Invalid(said.trim_start_matches("error: ").to_owned())
        }
    })?;
    // In Java no line begins at the end of the text, and here one may.
    match translation.has_line_start && compiled.is_match("") {
        true => lacking("^ with the flag m in an expression that takes an empty text"),
        false => Ok(compiled),
    }
}

/// The expression as the crate takes it apart, if it is one of the crate.
#[cfg(feature = "sandbox")]
pub(super) fn parsed(pattern: &str, flags: &str) -> Option<regex_syntax::hir::Hir> {
    let translation = translate(pattern, flags).ok()?;
    let mut parser = regex_syntax::ParserBuilder::new();
    parser.case_insensitive(translation.options.ignores_case);
    parser.dot_matches_new_line(translation.options.dot_matches_all);
    parser.build().parse(&translation.text).ok()
}

fn translate<'p>(pattern: &'p str, flags: &str) -> Result<Translation<'p>> {
    let mut options = Options::default();
    for flag in flags.chars() {
        match flag {
            'i' => options.ignores_case = true,
            'm' => options.is_multi_line = true,
            's' => options.dot_matches_all = true,
            // The first place where it is found is enough.
            'g' => {}
            'd' | 'u' | 'x' => return lacking(&format!("the flag {flag:?}")),
            other => return invalid(format!("the flag {other:?} is not known")),
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
    Ok(translation)
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

/// What `\p` knows in both: the general categories, but for that of surrogates.
pub(super) const CATEGORIES: [&str; 37] = [
    "C", "Cc", "Cf", "Cn", "Co", "L", "LC", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
];

/// What a backslash makes of the characters behind it.
enum Escape {
    Character(char),
    /// A class in brackets, which may be inside another one.
    Class(Cow<'static, str>),
    /// A place between characters.
    Place(char),
}

fn lacking<T>(construct: &str) -> Result<T> {
    Err(Fault::Lacking(format!("{construct} is not supported")))
}

fn invalid<T>(reason: impl Into<String>) -> Result<T> {
    Err(Fault::Invalid(reason.into()))
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
        let mut has_atom = false;
        while let Some(character) = self.rest.next() {
            let is_first = std::mem::replace(&mut self.is_first, false);
            let has_atom_before = std::mem::replace(&mut has_atom, true);
            match character {
                '\\' => match self.escape()? {
                    Escape::Character(character) => self.literal(character),
                    Escape::Class(class) => self.text.push_str(&class),
                    Escape::Place(letter) => self.text.extend(['\\', letter]),
                },
                '[' => self.class(self.groups + 1)?,
                '(' => {
                    let opens = self.group()?;
                    self.groups += usize::from(opens);
                    check_depth(self.groups)?;
                    self.is_first = is_first && !opens;
                    has_atom = false;
                }
                ')' => {
                    self.groups = self.groups.saturating_sub(1);
                    self.text.push(')');
                }
                '|' => {
                    self.is_first = self.groups == 0;
                    has_atom = false;
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
                // Java repeats nothing then, and refuses the others.
                '{' if !has_atom_before => return lacking("a repetition of nothing"),
                '*' | '+' | '?' | '{' => self.quantifier(character)?,
                // Java takes one that ends nothing as itself.
                '}' | ']' => self.literal(character),
                other => self.text.push(other),
            }
        }
        Ok(())
    }

    /// A quantifier of what stands before it, which begins with this character.
    fn quantifier(&mut self, first: char) -> Result<()> {
        self.text.push(first);
        let mut last = first;
        if first == '{' {
            self.bounds()?;
            last = '}';
        }
        if self.rest.peek() == Some(&'+') {
            return lacking(&format!("the possessive quantifier {last}+"));
        }
        self.text.extend(self.rest.next_if_eq(&'?'));
        // The crate would read a quantifier of a quantifier.
        match self.rest.peek() {
            Some('{') => lacking("a quantifier of a quantifier"),
            Some(more @ ('*' | '+' | '?')) => invalid(format!("{more} has nothing to repeat")),
            _ => Ok(()),
        }
    }

    /// What follows `{`.
    fn bounds(&mut self) -> Result<()> {
        let mut bounds = String::new();
        let ends = loop {
            match self.rest.next() {
                Some('}') => break true,
                Some(part @ ('0'..='9' | ',')) => bounds.push(part),
                _ => break false,
            }
        };
        let number = |text: &str| text.parse::<i32>().ok();
        let are_bounds = match bounds.split_once(',') {
            None => number(&bounds).is_some(),
            Some((least, "")) => number(least).is_some(),
            Some((least, most)) => {
                matches!((number(least), number(most)), (Some(least), Some(most)) if least <= most)
            }
        };
        if !ends || !are_bounds {
            return invalid("what stands in braces is no repetition");
        }
        self.text.push_str(&bounds);
        self.text.push('}');
        Ok(())
    }

    fn literal(&mut self, character: char) {
        // The crate reads more characters than Java as something else, as `\<` or `~~` in a class.
        self.text
            .push_str(&format!("\\x{{{:x}}}", u32::from(character)));
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
                _ => self.name()?,
            },
            Some('i') => match self.rest.next() {
                Some(end @ (':' | ')')) => {
                    self.text.extend(['i', end]);
                    return Ok(end == ':');
                }
                Some(other) => return flags(&format!("i{other}")),
                None => return flags(""),
            },
            other => return flags(&other.map(String::from).unwrap_or_default()),
        }
        Ok(true)
    }

    /// What follows `(?<`.
    fn name(&mut self) -> Result<()> {
        let mut name = String::new();
        let ends = loop {
            match self.rest.next() {
                Some('>') => break true,
                Some(letter) if letter.is_ascii_alphanumeric() => name.push(letter),
                _ => break false,
            }
        };
        if !ends || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return invalid("the name of a group is not one");
        }
        self.text.push_str(&format!("<{name}>"));
        Ok(())
    }

    /// What follows `[`, to the `]` that ends it.
    fn class(&mut self, depth: usize) -> Result<()> {
        check_depth(depth)?;
        self.text.push('[');
        self.text.extend(self.rest.next_if_eq(&'^'));
        let mut side = Side::Empty;
        let mut is_first_side = true;
        loop {
            let Some(character) = self.rest.next() else {
                return invalid("a class in brackets does not end");
            };
            side = match character {
                ']' if side != Side::Empty => break,
                '[' => {
                    self.class(depth + 1)?;
                    match side {
                        Side::Empty => Side::Classes,
                        other => other,
                    }
                }
                '&' if self.rest.next_if_eq(&'&').is_some() => {
                    // What Java makes of these follows no rule.
                    let is_rest = matches!(self.rest.peek(), Some('&' | ']'));
                    if side == Side::Empty || is_rest {
                        return lacking("&& without members on both sides");
                    }
                    if side == Side::Mixed && !is_first_side {
                        return lacking("&& after a class and members");
                    }
                    self.text.push_str("&&");
                    is_first_side = false;
                    Side::Empty
                }
                '&' if !is_first_side => return lacking("& behind &&"),
                first => {
                    self.members(first)?;
                    match side {
                        Side::Classes => Side::Mixed,
                        Side::Empty => Side::Members,
                        other => other,
                    }
                }
            };
        }
        self.text.push(']');
        Ok(())
    }

    /// A member of a class that begins with this character: a range, a character or what a backslash says.
    fn members(&mut self, first: char) -> Result<()> {
        let first = match first {
            '\\' => match self.escape()? {
                Escape::Character(character) => character,
                Escape::Class(class) => {
                    // No range begins with one.
                    self.text.push_str(&class);
                    return Ok(());
                }
                Escape::Place(letter) => return invalid(format!("\\{letter} is in a class")),
            },
            character => character,
        };
        self.literal(first);
        // Before the end or another class `-` is a character.
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.next(), None | Some('[' | ']')) {
            return Ok(());
        }
        self.rest.next();
        let last = match self.rest.next() {
            Some('\\') => match self.escape()? {
                Escape::Character(character) => character,
                _ => return invalid("a range does not end with a character"),
            },
            other => other.unwrap_or_default(),
        };
        if last < first {
            return invalid(format!("the range {first}-{last} has nothing in it"));
        }
        self.text.push('-');
        self.literal(last);
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<Escape> {
        let Some(escaped) = self.rest.next() else {
            return invalid("a single backslash is at the end");
        };
        let class = |class: &'static str| Ok(Escape::Class(Cow::Borrowed(class)));
        Ok(Escape::Character(match escaped {
            // ASCII in Java, Unicode in the crate.
            'd' => return class("[0-9]"),
            'w' => return class("[a-zA-Z0-9_]"),
            's' => return class(r"[ \t\n\x0B\f\r]"),
            'D' => return class("[^0-9]"),
            'W' => return class("[^a-zA-Z0-9_]"),
            'S' => return class(r"[^ \t\n\x0B\f\r]"),
            'p' | 'P' => return self.property(escaped),
            'A' | 'z' | 'b' | 'B' => return Ok(Escape::Place(escaped)),
            'a' => '\x07',
            'e' => '\x1B',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' | 'x' => self.numbered(escaped)?,
            '1'..='9' | 'k' => return lacking(&format!("the reference back \\{escaped}")),
            // Java has no others of the letters.
            '0' | 'c' | 'G' | 'h' | 'H' | 'N' | 'Q' | 'R' | 'v' | 'V' | 'X' | 'Z' => {
                return lacking(&format!("\\{escaped}"));
            }
            other if other.is_ascii_alphabetic() => {
                return invalid(format!("\\{other} means nothing"));
            }
            other => other,
        }))
    }

    /// What follows `\p` or `\P`: a general category, as `{Lu}` or `L`, which both write alike.
    fn property(&mut self, letter: char) -> Result<Escape> {
        let name: String = match self.rest.next() {
            Some('{') => self.rest.by_ref().take_while(|c| *c != '}').collect(),
            Some(one) => one.to_string(),
            None => String::new(),
        };
        match CATEGORIES.contains(&name.as_str()) {
            true => Ok(Escape::Class(format!("[\\{letter}{{{name}}}]").into())),
            false => lacking(&format!("\\{letter}{{{name}}}")),
        }
    }

    /// What follows `\x` or `\u`: the number of a character, as `41`, `{41}` or `0041`.
    fn numbered(&mut self, letter: char) -> Result<char> {
        let mut ends = true;
        let (digits, lengths): (String, _) = match letter {
            'x' if self.rest.next_if_eq(&'{').is_some() => {
                ends = false;
                let digits = self.rest.by_ref().take_while(|digit| {
                    ends = *digit == '}';
                    !ends
                });
                (digits.collect(), 1..=usize::MAX)
            }
            'x' => (self.rest.by_ref().take(2).collect(), 2..=2),
            _ => (self.rest.by_ref().take(4).collect(), 4..=4),
        };
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(&digits, 16).ok();
        let number = number.filter(|number| is_number && *number <= u32::from(char::MAX));
        let number = number.filter(|_| ends && lengths.contains(&digits.len()));
        let Some(number) = number else {
            return invalid(format!("what follows \\{letter} is no character"));
        };
        match char::from_u32(number) {
            Some(character) => Ok(character),
            None => lacking("half of a surrogate pair"),
        }
    }
}

/// What stands in a class on this side of `&&`.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Empty,
    Members,
    Classes,
    /// Classes, and then members too.
    Mixed,
}

fn check_depth(depth: usize) -> Result<()> {
    match depth {
        ..=DEEPEST => Ok(()),
        _ => lacking(&format!(
            "more than {DEEPEST} groups and classes inside each other"
        )),
    }
}

/// What follows `(?` and is no kind of group.
fn flags<T>(rest: &str) -> Result<T> {
    match rest.chars().all(|flag| "dimsuxU-)".contains(flag)) {
        true if !rest.is_empty() => lacking(&format!("(?{rest}")),
        _ => invalid(format!("(?{rest} begins no group")),
    }
}
