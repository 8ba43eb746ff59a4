//! Rows of another layout than was asked for.

use std::fmt;

use super::layout::{ElementType, Layout};
use crate::Error;

/// Rows were asked for as another type, or put into columns of another number, than their layout has.
///
/// As an [`Error`](crate::Error) it [`is_decode`](crate::Error::is_decode). What to do: ask for the type of
/// [`Rows::layout`](super::Rows::layout).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutMismatch {
    rows: Layout,
    element_type: ElementType,
    width: Option<usize>,
}

impl LayoutMismatch {
    /// The layout of the rows.
    pub fn layout(&self) -> Layout {
        self.rows
    }

    /// The type that was asked for.
    pub fn element_type(&self) -> ElementType {
        self.element_type
    }

    /// Ok if rows of this layout have elements of this type and, where one is given, this number of them.
    pub(super) fn check(
        rows: Layout,
        element_type: ElementType,
        width: Option<usize>,
    ) -> Result<(), Self> {
        let fits =
            rows.element_type() == element_type && width.is_none_or(|width| width == rows.width());
        fits.then_some(()).ok_or(Self {
            rows,
            element_type,
            width,
        })
    }
}

impl fmt::Display for LayoutMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.element_type.as_str();
        match self.width {
            None => write!(f, "the rows are {}, not {asked}", self.rows),
            Some(width) => write!(f, "the rows are {}, not {asked}_{width}", self.rows),
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
        joule::{Columns, Rows},
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
    fn a_column_is_taken_by_its_index() {
        let rows = Rows::new("int8_2".parse().unwrap(), vec![1; 30]).unwrap();
        let columns = rows.columns::<i8>().unwrap();
        assert_eq!(columns.column(1), Some([1; 3].as_slice()));
        assert_eq!(columns.column(2), None);
    }
}
