//! What a caller may give where a filter wants a number.

use std::time::Duration;

use super::{FilterError, numeral::Numeral};

/// A number of a filter: any integer of Rust, or a finite double. Whole numbers keep all their digits.
///
/// A double that is not finite makes the filter invalid: see [`Filter::check`](super::Filter::check).
#[derive(Clone, Debug)]
pub struct Number(pub(super) Result<Numeral, FilterError>);

/// A time in milliseconds: a number of them, or a [`Duration`].
#[derive(Clone, Debug)]
pub struct Milliseconds(pub(super) Number);

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        Self(match float.is_finite() {
            true => Ok(Numeral::Float(float)),
            false => Err(FilterError::new(format!(
                "{float} is not a number that a filter can have"
            ))),
        })
    }
}

macro_rules! whole_numbers {
    ($($type_:ty),*) => {$(
        impl From<$type_> for Number {
            fn from(int: $type_) -> Self {
                Self(match i128::try_from(int) {
                    Ok(int) => Ok(Numeral::Int(int)),
                    Err(_) => Ok(Numeral::Big(int.to_string().into())),
                })
            }
        }
    )*};
}

whole_numbers!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

macro_rules! milliseconds {
    ($($type_:ty),*) => {$(
        impl From<$type_> for Milliseconds {
            fn from(number: $type_) -> Self {
                Self(number.into())
            }
        }
    )*};
}

milliseconds!(
    f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

impl From<Number> for Milliseconds {
    fn from(number: Number) -> Self {
        Self(number)
    }
}

impl From<Duration> for Milliseconds {
    /// A whole number where the duration is one, else a double.
    fn from(duration: Duration) -> Self {
        match duration.subsec_nanos() % 1_000_000 {
            0 => duration.as_millis().into(),
            _ => (duration.as_nanos() as f64 / 1e6).into(),
        }
    }
}
