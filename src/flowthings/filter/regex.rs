//! Regular expressions between slashes.

use std::{fmt, sync::OnceLock};

use super::{
    FilterError,
    java::{self, Fault},
};

/// Regular expressions that a filter may have where it is evaluated.
const MOST: usize = 256;
/// Bytes that those of a filter may take when they are compiled.
const BUDGET: usize = 8 << 20;
/// Bytes that one of them may take.
const LARGEST: usize = 1 << 20;

/// What each regular expression of a filter may take of what all of them may.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share(usize);

impl Share {
    /// That of each, where there are so many.
    pub(super) fn of(count: usize) -> Result<Self, FilterError> {
        match count {
            ..=MOST => Ok(Self(LARGEST.min(BUDGET / count.max(1)))),
            _ => Err(FilterError::of_platform(format!(
                "a filter of {count} regular expressions cannot be evaluated here: {MOST} are the most"
            ))),
        }
    }
}

/// `/pattern/flags`, in Java's syntax.
#[derive(Clone, Debug)]
pub(super) struct Regex {
    /// A slash in it has no backslash: the literal has.
    pattern: String,
    flags: String,
    /// Made when a filter with it is evaluated first, within what it may take there.
    compiled: OnceLock<(Share, Result<::regex::Regex, FilterError>)>,
    #[cfg(feature = "sandbox")]
    weight: OnceLock<u64>,
}

impl Regex {
    pub(super) fn new(pattern: &str, flags: &str) -> Result<Self, FilterError> {
        if let Some(flag) = flags.chars().find(|flag| !flag.is_ascii_alphabetic()) {
            return Err(FilterError::new(format!(
                "{flag:?} is not a flag of a regular expression: a flag is a letter"
            )));
        }
        if let Some(character) = pattern.chars().find(|character| character.is_control()) {
            return Err(FilterError::new(format!(
                "a regular expression cannot have {character:?} as it is: write its escape with a backslash"
            )));
        }
        let mut bare = String::with_capacity(pattern.len());
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                bare.push(character);
                continue;
            }
            match characters.next() {
                Some('/') => bare.push('/'),
                Some(escaped) => bare.extend(['\\', escaped]),
                None => {
                    return Err(FilterError::new(
                        "a regular expression cannot end with a single backslash",
                    ));
                }
            }
        }
        Ok(Self {
            pattern: bare,
            flags: flags.to_owned(),
            compiled: OnceLock::new(),
            #[cfg(feature = "sandbox")]
            weight: OnceLock::new(),
        })
    }

    /// Compiles it, or says why it cannot be evaluated here.
    pub(super) fn check(&self, share: Share) -> Result<(), FilterError> {
        let compiled = self.compiled.get_or_init(|| (share, self.compile(share)));
        match compiled {
            // It was made for a filter with fewer of them, of which each may take more.
            (made, Ok(_)) if made.0 > share.0 => self.compile(share).map(|_| ()),
            (_, outcome) => outcome.as_ref().map(|_| ()).map_err(Clone::clone),
        }
    }

    fn compile(&self, share: Share) -> Result<::regex::Regex, FilterError> {
        let compiled = java::compile(&self.pattern, &self.flags, share.0);
        compiled.map_err(|fault| {
            let told = |reason| format!("{self} cannot be evaluated here: {reason}");
            match fault {
                Fault::Lacking(what) => FilterError::of_platform(told(what)),
                Fault::Invalid(why) => FilterError::new(told(why)),
            }
        })
    }

    /// How many steps it may take for each byte of a text to search for it; none if it cannot be evaluated here.
    #[cfg(feature = "sandbox")]
    pub(super) fn weight(&self) -> u64 {
        *self.weight.get_or_init(|| {
            let parsed = java::parsed(&self.pattern, &self.flags);
            parsed.map_or(0, |parsed| super::weight::weight(&parsed))
        })
    }

    /// Whether it is found anywhere in the text, once it has passed the check.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let compiled = self.compiled.get();
        let compiled = compiled.and_then(|(_, outcome)| outcome.as_ref().ok());
        compiled.is_some_and(|regex| regex.is_match(text))
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, &self.flags) == (&other.pattern, &other.flags)
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("/")?;
        let mut parts = self.pattern.split('/');
        f.write_str(parts.next().unwrap_or_default())?;
        for part in parts {
            f.write_str("\\/")?;
            f.write_str(part)?;
        }
        write!(f, "/{}", self.flags)
    }
}
