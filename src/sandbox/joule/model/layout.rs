//! The layout of rows: a datatype and a number of elements, `float32_3`.

use std::fmt;
use std::str::FromStr;

/// The type of every element of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Datatype {
    Float64,
    Float32,
    Int64,
    Int32,
    Int16,
}

impl Datatype {
    /// In the order in which Joule lists them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Float64,
        Self::Float32,
        Self::Int64,
        Self::Int32,
        Self::Int16,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Float64 => "float64",
            Self::Float32 => "float32",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Int16 => "int16",
        }
    }

    /// By its name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|datatype| datatype.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::Float64 | Self::Float32)
    }

    /// Bytes of an element.
    fn size(self) -> usize {
        match self {
            Self::Float64 | Self::Int64 => 8,
            Self::Float32 | Self::Int32 => 4,
            Self::Int16 => 2,
        }
    }

    /// An element as the number that Joule computes with; the bytes are those of one element.
    fn to_f64(self, bytes: &[u8]) -> f64 {
        match self {
            Self::Float64 => f64::from_le_bytes(bytes.try_into().unwrap_or_default()),
            Self::Float32 => f32::from_le_bytes(bytes.try_into().unwrap_or_default()).into(),
            // Lossy above 2^53, as in Joule.
            Self::Int64 | Self::Int32 | Self::Int16 => self.to_i64(bytes) as f64,
        }
    }

    fn to_i64(self, bytes: &[u8]) -> i64 {
        match self {
            Self::Int64 => i64::from_le_bytes(bytes.try_into().unwrap_or_default()),
            Self::Int32 => i32::from_le_bytes(bytes.try_into().unwrap_or_default()).into(),
            Self::Int16 => i16::from_le_bytes(bytes.try_into().unwrap_or_default()).into(),
            Self::Float64 | Self::Float32 => self.to_f64(bytes) as i64,
        }
    }

    /// Appends a number as an element.
    pub(crate) fn write(self, number: f64, row: &mut Vec<u8>) {
        match self {
            Self::Float64 => row.extend(number.to_le_bytes()),
            Self::Float32 => row.extend((number as f32).to_le_bytes()),
            Self::Int64 => row.extend((number as i64).to_le_bytes()),
            Self::Int32 => row.extend((number as i32).to_le_bytes()),
            Self::Int16 => row.extend((number as i16).to_le_bytes()),
        }
    }
}

/// How the bytes of a row are read: a timestamp (int64, µs since the epoch), then the elements, little-endian, packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) datatype: Datatype,
    /// Elements of a row.
    pub(crate) width: usize,
}

impl Layout {
    /// Bytes of a row.
    pub(crate) fn row_size(self) -> usize {
        TIME + self.width * self.datatype.size()
    }

    /// That of decimated rows: means, then minima, then maxima.
    pub(crate) fn decimated(self) -> Self {
        Self {
            datatype: Datatype::Float32,
            width: 3 * self.width,
        }
    }

    /// The elements of a row, as floating point numbers.
    pub(crate) fn numbers(self, row: &[u8]) -> impl Iterator<Item = f64> {
        self.elements(row)
            .map(move |bytes| self.datatype.to_f64(bytes))
    }

    /// The elements of a row, as integers.
    pub(crate) fn integers(self, row: &[u8]) -> impl Iterator<Item = i64> {
        self.elements(row)
            .map(move |bytes| self.datatype.to_i64(bytes))
    }

    fn elements(self, row: &[u8]) -> std::slice::ChunksExact<'_, u8> {
        row.get(TIME..)
            .unwrap_or_default()
            .chunks_exact(self.datatype.size())
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.datatype.name(), self.width)
    }
}

impl FromStr for Layout {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (datatype, width) = text.split_once('_').ok_or(())?;
        let datatype = Datatype::named(datatype).ok_or(())?;
        let width = width.parse().ok().filter(|width| *width > 0).ok_or(())?;
        Ok(Self { datatype, width })
    }
}

/// Bytes of a timestamp.
pub(crate) const TIME: usize = 8;

/// The timestamp of a row.
pub(crate) fn time(row: &[u8]) -> i64 {
    row.first_chunk()
        .map_or(0, |bytes| i64::from_le_bytes(*bytes))
}

/// Whether a row is the token that stands between two intervals.
pub(crate) fn is_token(row: &[u8]) -> bool {
    time(row) == 0 && row.iter().all(|byte| *byte == 0)
}
