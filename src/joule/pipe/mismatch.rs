//! Rows of another layout than was asked for, and bytes that are not rows of a layout.

use std::fmt;

use super::layout::{ElementType, Layout};
use crate::Error;

/// Rows were asked for as another type, or put into columns of another number, than their layout has; or bytes were taken for
/// rows of a layout, and end inside one.
///
/// As an [`Error`](crate::Error) it [`is_decode`](crate::Error::is_decode). What to do: ask for the type of
/// [`Rows::layout`](super::Rows::layout), and make [`Rows`](super::Rows) of whole rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutMismatch {
    rows: Layout,
    asked: Asked,
}

/// What the layout does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Type(ElementType),
    Columns(ElementType, usize),
    Bytes(usize),
}

impl LayoutMismatch {
    /// The layout of the rows.
    pub fn layout(&self) -> Layout {
        self.rows
    }

    /// The type that was asked for; that of the layout where bytes end inside a row.
    pub fn element_type(&self) -> ElementType {
        match self.asked {
            Asked::Type(element_type) | Asked::Columns(element_type, _) => element_type,
            Asked::Bytes(_) => self.rows.element_type(),
        }
    }

    /// Ok if rows of this layout have elements of this type and, where one is given, this number of them.
    pub(super) fn check(
        rows: Layout,
        element_type: ElementType,
        width: Option<usize>,
    ) -> Result<(), Self> {
        let fits =
            rows.element_type() == element_type && width.is_none_or(|width| width == rows.width());
        let asked = match width {
            None => Asked::Type(element_type),
            Some(width) => Asked::Columns(element_type, width),
        };
        fits.then_some(()).ok_or(Self { rows, asked })
    }

    /// Ok if so many bytes are whole rows of this layout.
    pub(super) fn check_length(rows: Layout, bytes: usize) -> Result<(), Self> {
        let asked = Asked::Bytes(bytes);
        let fits = bytes.is_multiple_of(rows.row_size());
        fits.then_some(()).ok_or(Self { rows, asked })
    }
}

impl fmt::Display for LayoutMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows;
        match self.asked {
            Asked::Type(asked) => write!(f, "the rows are {rows}, not {asked}"),
            Asked::Columns(asked, width) => write!(f, "the rows are {rows}, not {asked}_{width}"),
            Asked::Bytes(bytes) => {
                let size = rows.row_size();
                write!(
                    f,
                    "{bytes} bytes are not whole rows of {rows}, which have {size} bytes each"
                )
            }
        }
    }
}

impl std::error::Error for LayoutMismatch {}

impl From<LayoutMismatch> for Error {
    fn from(mismatch: LayoutMismatch) -> Self {
        Self::decode(mismatch.to_string()).with_source(mismatch)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Error,
        joule::{Columns, ElementType, Layout, Rows},
    };

    #[test]
    fn rows_of_another_layout_are_an_error_that_names_both() {
        let rows = Rows::new("float32_3".parse().unwrap(), vec![1; 40]).unwrap();
        let mut narrow = Columns::<f32>::new(2);
        let errors = [
            rows.iter::<f64>().map(drop).unwrap_err(),
            rows.columns::<i32>().unwrap_err(),
            narrow.extend(&rows).unwrap_err(),
            Columns::<f64>::new(3).extend(&rows).unwrap_err(),
        ];
        assert!(narrow.is_empty());
        let asked = ["float64", "int32", "float32_2", "float64_3"];
        for (error, asked) in errors.into_iter().zip(asked) {
            let text = format!("the rows are float32_3, not {asked}");
            assert_eq!(error.to_string(), text);
            let error = Error::from(error);
            assert!(error.is_decode() && !error.is_retryable());
            assert_eq!(error.report(), text);
        }
    }

    #[test]
    fn bytes_that_end_inside_a_row_are_an_error_that_says_how_long_a_row_is() {
        let layout: Layout = "int16_2".parse().unwrap();
        for length in [0, 12, 36] {
            assert_eq!(
                Rows::new(layout, vec![1; length]).unwrap().len(),
                length / 12
            );
        }
        for length in [1, 11, 35] {
            let error = Rows::new(layout, vec![1; length]).unwrap_err();
            assert_eq!(
                (error.layout(), error.element_type()),
                (layout, ElementType::Int16)
            );
            let text =
                format!("{length} bytes are not whole rows of int16_2, which have 12 bytes each");
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn a_column_is_taken_by_its_index() {
        let rows = Rows::new("int8_2".parse().unwrap(), vec![1; 30]).unwrap();
        let columns = rows.columns::<i8>().unwrap();
        assert_eq!(columns.column(1), Some([1; 3].as_slice()));
        assert_eq!(columns.column(2), None);
    }
}
