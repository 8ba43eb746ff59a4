//! Texts in which Joule's tools take durations and decisions.

use std::fmt;

/// Microseconds of a duration such as `6h`, `1w` or `2y`; units are `h`, `d`, `w`, `m` (four weeks) and `y` (365 days). An integer
/// is microseconds, and nothing is 0.
///
/// ```
/// # use headwaters::joule::duration_us;
/// assert_eq!(duration_us("1w"), Ok(604_800_000_000));
/// ```
///
/// # Errors
/// For any other text, a number before a unit that is not above 0, and more than an `i64` holds.
pub fn duration_us(text: &str) -> Result<i64, ArgumentError> {
    let refuse = || ArgumentError(format!("{text:?} is not a duration such as 1w"));
    if text.is_empty() {
        return Ok(0);
    }
    if let Ok(micros) = text.parse() {
        return Ok(micros);
    }
    let number = text.trim_end_matches(['h', 'd', 'w', 'm', 'y']);
    let hours: i64 = match text.get(number.len()..) {
        Some("h") => 1,
        Some("d") => 24,
        Some("w") => 7 * 24,
        Some("m") => 4 * 7 * 24,
        Some("y") => 365 * 24,
        _ => return Err(refuse()),
    };
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| number.parse::<i64>().ok())
        .flatten()
        .filter(|number| *number > 0)
        .and_then(|number| number.checked_mul(hours * 3_600_000_000))
        .ok_or_else(refuse)
}

/// What a module's argument `yes` or `no` says, in any case and with spaces around.
///
/// # Errors
/// For any other text.
pub fn yes_no(text: &str) -> Result<bool, ArgumentError> {
    let said = text.trim();
    match (
        said.eq_ignore_ascii_case("yes"),
        said.eq_ignore_ascii_case("no"),
    ) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(ArgumentError(format!("{text:?} is neither yes nor no"))),
    }
}

/// A text that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError(String);

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ArgumentError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are those of the Python client 1.0.1.
    #[test]
    fn durations_are_those_of_the_python_client() {
        for (text, micros) in [
            ("", 0),
            ("5", 5),
            ("-1", -1),
            ("6h", 21_600_000_000),
            ("2d", 172_800_000_000),
            ("1w", 604_800_000_000),
            ("1m", 2_419_200_000_000),
            ("1y", 31_536_000_000_000),
        ] {
            assert_eq!(duration_us(text), Ok(micros), "{text}");
        }
        for text in [
            "w",
            "0w",
            "1.5h",
            "1hh",
            "-1w",
            "1 w",
            "1W",
            "9999999999y",
            "+1w",
        ] {
            assert!(duration_us(text).is_err(), "{text}");
        }
    }

    #[test]
    fn yes_and_no_are_said_in_any_case() {
        assert_eq!(yes_no(" Yes "), Ok(true));
        assert_eq!(yes_no("NO"), Ok(false));
        for text in ["", "y", "true", "1"] {
            assert!(yes_no(text).is_err(), "{text}");
        }
    }
}
