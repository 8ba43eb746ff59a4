//! Means, minima and maxima of decimated rows.

use super::{columns::Columns, layout::LayoutError};

/// Rows that stand for several stored ones each, by column.
///
/// ```no_run
/// # async fn f(node: headwaters::joule::Node) -> headwaters::Result<()> {
/// let pipe = node.data().read("/plugs/meter").max_rows(1000).await?;
/// if pipe.decimation() > 1 {
///     let rows = pipe.read_all::<f32>(10_000).await?.decimated()?;
///     println!("{:?}", rows.maxima);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Decimated {
    /// The mean of the times that each row stands for, in µs since the Unix epoch.
    pub timestamps: Vec<i64>,
    /// The means, one column for each element of the stream.
    pub means: Vec<Vec<f32>>,
    /// The minima, likewise.
    pub minima: Vec<Vec<f32>>,
    /// The maxima, likewise.
    pub maxima: Vec<Vec<f32>>,
}

impl Columns<f32> {
    /// The columns of rows that were read decimated: all means, then all minima, then all maxima.
    ///
    /// # Errors
    /// When the number of columns is not one that such rows have: three for each element.
    pub fn decimated(self) -> Result<Decimated, LayoutError> {
        let layout = self.layout()?;
        if !layout.width().is_multiple_of(3) {
            return Err(LayoutError::new(layout.to_string(), DECIMATED));
        }
        let width = layout.width() / 3;
        let mut means = self.elements;
        let mut minima = means.split_off(width);
        let maxima = minima.split_off(width);
        Ok(Decimated {
            timestamps: self.timestamps,
            means,
            minima,
            maxima,
        })
    }
}

const DECIMATED: &str = "a layout of decimated rows, which have three values for each element";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_minima_and_maxima_are_thirds_of_the_columns() {
        let columns = Columns::<f32> {
            timestamps: vec![7],
            elements: (0..6_u8).map(|index| vec![index.into()]).collect(),
        };
        let decimated = columns.decimated().unwrap();
        assert_eq!(decimated.timestamps, [7]);
        assert_eq!(decimated.means, [[0.0], [1.0]]);
        assert_eq!(decimated.minima, [[2.0], [3.0]]);
        assert_eq!(decimated.maxima, [[4.0], [5.0]]);
    }

    #[test]
    fn columns_that_were_not_read_decimated_are_an_error_that_names_them() {
        for (width, text) in [
            (
                4,
                r#""float32_4" is not a layout of decimated rows, which have three values for each element"#,
            ),
            (0, r#""float32_0" is not a layout such as float32_3"#),
        ] {
            let error = Columns::<f32>::new(width).decimated().unwrap_err();
            assert_eq!(error.to_string(), text);
            let error = crate::Error::from(error);
            assert!(error.is_request() && !error.maybe_sent());
            assert_eq!(error.report(), text);
        }
    }
}
