//! Regular expressions between slashes.

use std::{fmt, sync::OnceLock};

use super::{FilterError, java};

/// `/pattern/flags`, in Java's syntax.
#[derive(Clone, Debug)]
pub(super) struct Regex {
    /// A slash in it has no backslash: the literal has.
    pattern: String,
    flags: String,
    /// Made when it is needed first.
    compiled: OnceLock<Result<::regex::Regex, FilterError>>,
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
        })
    }

    /// Why it cannot be evaluated here, if it cannot.
    pub(super) fn check(&self) -> Result<(), FilterError> {
        self.compiled().as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Whether it is found anywhere in the text; not where it cannot be evaluated.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let compiled = self.compiled().as_ref();
        compiled.is_ok_and(|regex| regex.is_match(text))
    }

    fn compiled(&self) -> &Result<::regex::Regex, FilterError> {
        self.compiled.get_or_init(|| {
            java::compile(&self.pattern, &self.flags).map_err(|reason| {
                FilterError::new(format!("{self} cannot be evaluated here: {reason}"))
            })
        })
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
