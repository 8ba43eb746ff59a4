//! Numbers as filters write them, compared by their exact values.

use std::{cmp::Ordering, fmt};

/// 2 to the power of 127: the first double that an `i128` cannot hold.
const INT_END: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

/// A finite number. A whole one and a double are written differently even where they are equal: `1` and `1.0`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::flowthings) enum Numeral {
    Int(i128),
    /// The digits of one that an `i128` cannot hold, with a sign where it is negative.
    Big(Box<str>),
    Float(f64),
}

impl Numeral {
    /// Of a text of digits, with or without a sign.
    pub(super) fn whole(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Self::Int(int));
        }
        let sign = if text.starts_with('-') { "-" } else { "" };
        let digits = digits.trim_start_matches('0');
        Some(Self::Big(format!("{sign}{digits}").into()))
    }

    pub(super) fn of_json(number: &serde_json::Number) -> Self {
        let int = number.as_i64().map(i128::from);
        match int.or_else(|| number.as_u64().map(i128::from)) {
            Some(int) => Self::Int(int),
            None => Self::Float(number.as_f64().unwrap_or_default()),
        }
    }

    /// The double that is nearest.
    pub(super) fn as_f64(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Big(text) => text.parse().unwrap_or(f64::INFINITY),
            Self::Float(float) => *float,
        }
    }

    /// The whole number that it is, written as one or not.
    fn as_int(&self) -> Option<i128> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Float(float) if float.fract() == 0.0 && float.abs() < INT_END => {
                Some(*float as i128)
            }
            _ => None,
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Self::Int(0)) || matches!(self, Self::Float(0.0))
    }

    pub(super) fn is_negative(&self) -> bool {
        self.compare(&Self::Int(0)) == Ordering::Less
    }

    /// By value, exactly.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            (Self::Float(left), Self::Float(right)) => {
                left.partial_cmp(right).unwrap_or(Ordering::Equal)
            }
            (Self::Int(left), Self::Float(right)) => int_beside_float(*left, *right),
            (Self::Float(left), Self::Int(right)) => int_beside_float(*right, *left).reverse(),
            (Self::Big(left), right) => big_beside(left, right),
            (left, Self::Big(right)) => big_beside(right, left).reverse(),
        }
    }

    /// What is left of it after a division, with the sign of what is divided, as in Java; `None` for a division by zero, and
    /// where a part without a double has a fraction beside it. Exact unless a
    /// part has both a fraction and more digits than a double, or both have more than 120 bits.
    pub(super) fn remainder(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        if let (Self::Big(digits), Some(right)) = (self, divisor.as_int())
            && let Some(left) = big_remainder(digits, right.unsigned_abs())
        {
            return Some(Self::Int(left));
        }
        Some(match (self.as_int(), divisor.as_int()) {
            (Some(left), Some(right)) => Self::Int(left.checked_rem(right).unwrap_or_default()),
            // What is divided is the smaller one.
            (Some(left), None) if matches!(divisor, Self::Big(_)) && left != i128::MIN => {
                Self::Int(left)
            }
            _ => {
                let left = self.as_f64() % divisor.as_f64();
                return left.is_finite().then_some(Self::Float(left));
            }
        })
    }
}

/// Nothing where the divisor leaves no room for another digit.
fn big_remainder(big: &str, divisor: u128) -> Option<i128> {
    let digits = big.bytes().filter(u8::is_ascii_digit);
    let mut left = 0_u128;
    for digit in digits {
        let shifted = left
            .checked_mul(10)?
            .checked_add(u128::from(digit - b'0'))?;
        left = shifted.checked_rem(divisor)?;
    }
    let left = i128::try_from(left).ok()?;
    Some(if big.starts_with('-') { -left } else { left })
}

fn int_beside_float(int: i128, float: f64) -> Ordering {
    // Up to here a double has every whole number.
    if let Ok(int) = i64::try_from(int)
        && int.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS
    {
        return (int as f64).partial_cmp(&float).unwrap_or(Ordering::Equal);
    }
    if float >= INT_END {
        return Ordering::Less;
    }
    if float < -INT_END {
        return Ordering::Greater;
    }
    let by_whole = int.cmp(&(float.trunc() as i128));
    by_whole.then_with(|| 0.0.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal))
}

fn big_beside(big: &str, other: &Numeral) -> Ordering {
    let is_negative = big.starts_with('-');
    let other = match other {
        Numeral::Big(other) => other.clone(),
        // All digits of a double are those of its exact value.
        Numeral::Float(float) if float.abs() >= INT_END => format!("{float:.0}").into(),
        _ if is_negative => return Ordering::Less,
        _ => return Ordering::Greater,
    };
    match (is_negative, other.starts_with('-')) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => by_digits(big, &other),
        (true, true) => by_digits(&other, big),
    }
}

/// Of two texts with the same sign and without leading zeros.
fn by_digits(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

impl fmt::Display for Numeral {
    /// As Python does: `1e+16` and `1e-05`, where Rust writes `1e16` and `1e-5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => int.fmt(f),
            Self::Big(text) => f.write_str(text),
            Self::Float(float) => {
                let size = float.abs();
                // Within these bounds neither of them writes an exponent.
                if size == 0.0 || (1e-4..1e16).contains(&size) {
                    return write!(f, "{float:?}");
                }
                let text = format!("{float:e}");
                match text.split_once("e-") {
                    Some((digits, exponent)) => write!(f, "{digits}e-{exponent:0>2}"),
                    None => f.write_str(&text.replace('e', "e+")),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flowthings::Number;

    fn read(text: &str) -> Numeral {
        text.parse::<Number>().unwrap().0.unwrap()
    }

    #[test]
    fn numbers_are_compared_by_their_exact_values() {
        // From the least to the greatest; what is in a line is equal. 2^127 is 170141183460469231731687303715884105728.
        let lines: [&[&str]; 19] = [
            &["-1e+300"],
            &["-100000000000000000000000000000000000000000000000000"],
            &["-170141183460469231731687303715884105729"],
            &[
                "-170141183460469231731687303715884105728",
                "-1.7014118346046923e+38",
            ],
            &["-170141183460469231731687303715884105727"],
            &["-9007199254740993"],
            &["-9007199254740992", "-9007199254740992.0"],
            &["-1", "-1.0"],
            &["-0.5"],
            &["0", "-0", "-0.0", "0.0", "0e5"],
            &["5e-324"],
            &["1", "1.0", "01"],
            &["1.0000000000000002"],
            &["9007199254740992", "9007199254740992.0"],
            &["9007199254740993"],
            &["170141183460469231731687303715884105727"],
            &[
                "170141183460469231731687303715884105728",
                "1.7014118346046923e+38",
            ],
            &["170141183460469231731687303715884105729"],
            &["1e+300"],
        ];
        for (at, line) in lines.iter().enumerate() {
            for (beside, other) in lines.iter().enumerate() {
                for (left, right) in line
                    .iter()
                    .flat_map(|left| other.iter().map(move |right| (left, right)))
                {
                    assert_eq!(
                        read(left).compare(&read(right)),
                        at.cmp(&beside),
                        "{left} {right}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_remainder_has_the_sign_of_what_is_divided() {
        for (left, divisor, remainder) in [
            ("7", "3", Some("1")),
            ("-7", "3", Some("-1")),
            ("7", "-3", Some("1")),
            ("7.0", "3", Some("1")),
            ("7.5", "2", Some("1.5")),
            ("1", "0", None),
            ("1", "-0.0", None),
            ("-170141183460469231731687303715884105728", "-1", Some("0")),
            ("9007199254740993", "2", Some("1")),
        ] {
            let left = read(left).remainder(&read(divisor));
            assert_eq!(left, remainder.map(read), "{divisor}");
        }
    }
}
