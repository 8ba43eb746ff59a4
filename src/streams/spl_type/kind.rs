//! The base kinds of SPL types.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A base kind of SPL types. A bounded type has a kind of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum SplKind {
            $($(#[$doc])* $name,)*
        }

        impl SplKind {
            const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word that Streams uses for it, such as `bstring`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// A truth value.
    Boolean = "boolean",
    /// A signed integer of 8 bits.
    Int8 = "int8",
    /// A signed integer of 16 bits.
    Int16 = "int16",
    /// A signed integer of 32 bits.
    Int32 = "int32",
    /// A signed integer of 64 bits.
    Int64 = "int64",
    /// An unsigned integer of 8 bits.
    Uint8 = "uint8",
    /// An unsigned integer of 16 bits.
    Uint16 = "uint16",
    /// An unsigned integer of 32 bits.
    Uint32 = "uint32",
    /// An unsigned integer of 64 bits.
    Uint64 = "uint64",
    /// A binary floating-point number of 32 bits.
    Float32 = "float32",
    /// A binary floating-point number of 64 bits.
    Float64 = "float64",
    /// A decimal floating-point number of 32 bits.
    Decimal32 = "decimal32",
    /// A decimal floating-point number of 64 bits.
    Decimal64 = "decimal64",
    /// A decimal floating-point number of 128 bits.
    Decimal128 = "decimal128",
    /// A complex number of two `float32`.
    Complex32 = "complex32",
    /// A complex number of two `float64`.
    Complex64 = "complex64",
    /// A point in time, to the nanosecond.
    Timestamp = "timestamp",
    /// A string of bytes, UTF-8 as a rule.
    Rstring = "rstring",
    /// A string of UTF-16.
    Ustring = "ustring",
    /// An `rstring` of bounded size: `rstring[10]`.
    Bstring = "bstring",
    /// Bytes.
    Blob = "blob",
    /// An XML document, perhaps of a schema: `xml<"uri">`.
    Xml = "xml",
    /// One of some names: `enum{red,green}`.
    Enum = "enum",
    /// Named attributes: `tuple<rstring name,int32 x>`.
    Tuple = "tuple",
    /// A list: `list<int32>`.
    List = "list",
    /// A list of bounded size: `list<int32>[5]`.
    Blist = "blist",
    /// A set: `set<rstring>`.
    Set = "set",
    /// A set of bounded size: `set<rstring>[5]`.
    Bset = "bset",
    /// A map: `map<rstring,int32>`.
    Map = "map",
    /// A map of bounded size: `map<rstring,int32>[5]`.
    Bmap = "bmap",
    /// A value that may be missing: `optional<int32>`. Streams ≥ 4.3.
    Optional = "optional",
}

impl SplKind {
    /// The unbounded kind that this word begins a type of.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|kind| kind.as_str() == word);
        known.copied().filter(|kind| !kind.is_bounded())
    }

    /// The bounded kind of the same values; `None` where Streams has none.
    pub(super) fn bounded(self) -> Option<Self> {
        match self {
            Self::Rstring => Some(Self::Bstring),
            Self::List => Some(Self::Blist),
            Self::Set => Some(Self::Bset),
            Self::Map => Some(Self::Bmap),
            _ => None,
        }
    }

    /// The word that a type of this kind begins with: that of the unbounded kind.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bstring => "rstring",
            Self::Blist => "list",
            Self::Bset => "set",
            Self::Bmap => "map",
            other => other.as_str(),
        }
    }

    /// Whether its values are integers, signed or not.
    pub fn is_integer(self) -> bool {
        (Self::Int8..=Self::Uint64).contains(&self)
    }

    /// Whether its values are numbers: integers, floating-point and decimal ones, but not complex ones.
    pub fn is_number(self) -> bool {
        (Self::Int8..=Self::Decimal128).contains(&self)
    }

    /// Whether its values are strings, bounded or not.
    pub fn is_string(self) -> bool {
        matches!(self, Self::Rstring | Self::Ustring | Self::Bstring)
    }

    /// Whether its values are lists, sets or maps, bounded or not.
    pub fn is_collection(self) -> bool {
        (Self::List..=Self::Bmap).contains(&self)
    }

    /// Whether the size of its values is bounded.
    pub fn is_bounded(self) -> bool {
        matches!(self, Self::Bstring | Self::Blist | Self::Bset | Self::Bmap)
    }
}

impl fmt::Display for SplKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_predicate_takes_its_own_kinds() {
        let words = |holds: fn(SplKind) -> bool| {
            let kinds = SplKind::ALL.iter().filter(|kind| holds(**kind));
            kinds
                .map(|kind| kind.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let integers = "int8 int16 int32 int64 uint8 uint16 uint32 uint64";
        assert_eq!(words(SplKind::is_integer), integers);
        assert_eq!(
            words(SplKind::is_number),
            format!("{integers} float32 float64 decimal32 decimal64 decimal128")
        );
        assert_eq!(words(SplKind::is_string), "rstring ustring bstring");
        assert_eq!(
            words(SplKind::is_collection),
            "list blist set bset map bmap"
        );
        assert_eq!(words(SplKind::is_bounded), "bstring blist bset bmap");
    }
}
