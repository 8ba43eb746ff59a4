//! Means, minima and maxima of decimated rows.

use super::columns::Columns;

/// Rows that stand for several stored ones each, by column.
///
/// ```no_run
/// # async fn f(node: headwaters::joule::Node) -> headwaters::Result<()> {
/// let pipe = node.data().read("/plugs/meter").max_rows(1000).await?;
/// if pipe.decimation() > 1 {
///     let rows = pipe.read_all::<f32>(10_000).await?.decimated();
///     println!("{:?}", rows.map(|rows| rows.maxima));
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
    /// The columns of rows that were read decimated: all means, then all minima, then all maxima. `None` for a number of columns
    /// that such rows do not have.
    pub fn decimated(self) -> Option<Decimated> {
        let width = self.elements.len();
        if width == 0 || !width.is_multiple_of(3) {
            return None;
        }
        let mut means = self.elements;
        let mut minima = means.split_off(width / 3);
        let maxima = minima.split_off(width / 3);
        Some(Decimated {
            timestamps: self.timestamps,
            means,
            minima,
            maxima,
        })
    }
}
