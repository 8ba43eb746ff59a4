//! What a member is compared with.

use std::fmt::{self, Write as _};

use super::{FilterError, Member, Number, name::Name, numeral::Numeral, quote};

/// What a member is compared with: a text, a boolean, a number or another member, each from its Rust type; or a [`date`](Self::date),
/// an [`object_id`](Self::object_id) or an [`email`](Self::email).
///
/// It parses from the text that a filter has for it, such as a whole number with more digits than Rust's types have:
///
/// ```
/// use headwaters::flowthings::{Operand, mem};
///
/// let large: Operand = "123456789012345678901234567890123456789012345".parse()?;
/// let filter = mem("elems.serial").eq(large) & mem("elems.seen").gt(Operand::date(1_446_550_000_000));
/// assert_eq!(
///     filter.to_string(),
///     "(elems.serial == 123456789012345678901234567890123456789012345) && (elems.seen > Date(1446550000000))"
/// );
/// # Ok::<(), headwaters::flowthings::FilterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Operand(pub(super) Result<Term, FilterError>);

/// What an operand is once it is known to be valid.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    Text(String),
    Bool(bool),
    Number(Numeral),
    Member(Name),
    /// Milliseconds since the Unix epoch.
    Date(i64),
    ObjectId(String),
    Email(String),
}

impl Operand {
    /// A point in time, in milliseconds since the Unix epoch: `Date(1446550000000)`.
    pub fn date(ms: i64) -> Self {
        Self(Ok(Term::Date(ms)))
    }

    /// An id: `ObjectId('f5638a8a05bb7079fbd2fd3d8')`. Letters and digits only; anything else makes the filter invalid.
    pub fn object_id(id: impl Into<String>) -> Self {
        Self(Term::object_id(id.into()))
    }

    /// An address: `Email('ann@example.com')`.
    pub fn email(address: impl Into<String>) -> Self {
        Self(Ok(Term::Email(address.into())))
    }
}

impl Term {
    pub(super) fn object_id(id: String) -> Result<Self, FilterError> {
        match !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            true => Ok(Self::ObjectId(id)),
            false => Err(FilterError::new("an id has letters and digits only")),
        }
    }

    /// Writes it as a filter has it.
    pub(super) fn write(&self, out: &mut String) -> fmt::Result {
        match self {
            Self::Text(text) => quote::write(text, out),
            Self::Bool(bool) => write!(out, "{bool}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Member(name) => out.write_str(name.as_str()),
            Self::Date(ms) => write!(out, "Date({ms})"),
            Self::ObjectId(id) => write!(out, "ObjectId('{id}')"),
            Self::Email(address) => {
                out.push_str("Email(");
                quote::write(address, out)?;
                out.push(')');
                Ok(())
            }
        }
    }
}

impl From<&str> for Operand {
    #[inline]
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Operand {
    #[inline]
    fn from(text: String) -> Self {
        Self(Ok(Term::Text(text)))
    }
}

impl From<&String> for Operand {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<bool> for Operand {
    fn from(bool: bool) -> Self {
        Self(Ok(Term::Bool(bool)))
    }
}

impl From<Number> for Operand {
    fn from(number: Number) -> Self {
        Self(number.0.map(Term::Number))
    }
}

impl From<Member> for Operand {
    fn from(member: Member) -> Self {
        Self(member.0.map(Term::Member))
    }
}

macro_rules! numbers {
    ($($type_:ty),*) => {$(
        impl From<$type_> for Operand {
            fn from(number: $type_) -> Self {
                Number::from(number).into()
            }
        }
    )*};
}

numbers!(
    f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);
