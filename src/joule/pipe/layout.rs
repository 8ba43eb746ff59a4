//! What a row of a data stream looks like.

use std::{fmt, str::FromStr};

use crate::{Error, joule::types::DataType};

/// The type of a stream's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// 64-bit floating point.
    Float64,
    /// 32-bit floating point.
    Float32,
    /// 64-bit signed.
    Int64,
    /// 32-bit signed.
    Int32,
    /// 16-bit signed.
    Int16,
    /// 8-bit signed; old nodes only.
    Int8,
    /// 64-bit unsigned; old nodes only.
    Uint64,
    /// 32-bit unsigned; old nodes only.
    Uint32,
    /// 16-bit unsigned; old nodes only.
    Uint16,
    /// 8-bit unsigned; old nodes only.
    Uint8,
}

impl ElementType {
    const ALL: [(Self, &'static str, usize); 10] = [
        (Self::Float64, "float64", 8),
        (Self::Float32, "float32", 4),
        (Self::Int64, "int64", 8),
        (Self::Int32, "int32", 4),
        (Self::Int16, "int16", 2),
        (Self::Int8, "int8", 1),
        (Self::Uint64, "uint64", 8),
        (Self::Uint32, "uint32", 4),
        (Self::Uint16, "uint16", 2),
        (Self::Uint8, "uint8", 1),
    ];

    /// The name on the wire: `float32`.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        self.row().2
    }

    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(element_type, known, _)| (known == name).then_some(element_type))
    }

    fn row(self) -> (Self, &'static str, usize) {
        let [first, ..] = Self::ALL;
        Self::ALL
            .into_iter()
            .find(|(element_type, ..)| *element_type == self)
            .unwrap_or(first)
    }
}

impl FromStr for ElementType {
    type Err = LayoutError;

    fn from_str(name: &str) -> Result<Self, LayoutError> {
        Self::named(name).ok_or_else(|| LayoutError::new(name, "an element type such as float32"))
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The type as the node's API names it. Those of old nodes are [`DataType::Unknown`].
impl From<ElementType> for DataType {
    fn from(element_type: ElementType) -> Self {
        element_type.as_str().into()
    }
}

/// Fails for a type that no row has.
impl TryFrom<&DataType> for ElementType {
    type Error = LayoutError;

    fn try_from(data_type: &DataType) -> Result<Self, LayoutError> {
        data_type.as_str().parse()
    }
}

/// Fails for a type that no row has.
impl TryFrom<DataType> for ElementType {
    type Error = LayoutError;

    fn try_from(data_type: DataType) -> Result<Self, LayoutError> {
        Self::try_from(&data_type)
    }
}

/// A row's shape: a timestamp, then `width` elements of one type.
///
/// ```
/// # use headwaters::joule::{ElementType, Layout};
/// let layout: Layout = "float32_3".parse()?;
/// assert_eq!((layout.element_type(), layout.width(), layout.row_size()), (ElementType::Float32, 3, 20));
/// # Ok::<(), headwaters::joule::LayoutError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    element_type: ElementType,
    width: usize,
}

/// Bytes of a row's timestamp.
pub(super) const TIMESTAMP: usize = size_of::<i64>();

/// More elements than any stream has: it keeps sizes far from overflowing.
const WIDEST: usize = 1 << 20;

impl Layout {
    /// Rows with this number of elements of this type.
    ///
    /// # Errors
    /// When the number is 0 or more than 2²⁰.
    pub fn new(element_type: ElementType, width: usize) -> Result<Self, LayoutError> {
        if (1..=WIDEST).contains(&width) {
            Ok(Self {
                element_type,
                width,
            })
        } else {
            let text = format!("{element_type}_{width}");
            Err(LayoutError::new(text, LAYOUT))
        }
    }

    /// The type of the elements.
    pub fn element_type(self) -> ElementType {
        self.element_type
    }

    /// The number of elements.
    pub fn width(self) -> usize {
        self.width
    }

    /// Bytes of a row, its timestamp included.
    pub fn row_size(self) -> usize {
        TIMESTAMP + self.width * self.element_type.size()
    }
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(text: &str) -> Result<Self, LayoutError> {
        let refuse = || LayoutError::new(text, LAYOUT);
        let (name, width) = text.split_once('_').ok_or_else(refuse)?;
        let element_type = ElementType::named(name).ok_or_else(refuse)?;
        Self::new(element_type, width.parse().map_err(|_| refuse())?)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.element_type, self.width)
    }
}

const LAYOUT: &str = "a layout such as float32_3";

/// What does not name a layout or an element type, or names one that does not fit.
///
/// As an [`Error`](crate::Error) it [`is_request`](crate::Error::is_request).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutError {
    text: String,
    expected: &'static str,
}

impl LayoutError {
    pub(super) fn new(text: impl Into<String>, expected: &'static str) -> Self {
        let text = text.into();
        Self { text, expected }
    }
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not {}", self.text, self.expected)
    }
}

impl std::error::Error for LayoutError {}

impl From<LayoutError> for Error {
    fn from(error: LayoutError) -> Self {
        Self::config(error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_type_has_its_data_type_and_comes_back() {
        for (element_type, name, _) in ElementType::ALL {
            let data_type = DataType::from(element_type);
            assert_eq!(data_type.as_str(), name);
            assert_eq!(ElementType::try_from(&data_type), Ok(element_type));
        }
        assert_eq!(DataType::from(ElementType::Int16), DataType::Int16);
        let error = ElementType::try_from(DataType::from("float33")).unwrap_err();
        let text = r#""float33" is not an element type such as float32"#;
        assert_eq!(error.to_string(), text);
    }
}
