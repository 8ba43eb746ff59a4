//! Rows turned into columns.

use super::{
    layout::Layout,
    pass::Pass,
    rows::{Element, Rows, element},
};

/// Rows of a block that stay in the nearest cache while their columns are picked out.
pub(super) const BLOCK: usize = 4 << 10;

/// The same data by column: all timestamps, then each element's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns<T> {
    /// µs since the Unix epoch, one for each row.
    pub timestamps: Vec<i64>,
    /// The values, one column for each element of the layout.
    pub elements: Vec<Vec<T>>,
}

impl<T: Element> Columns<T> {
    /// No rows yet.
    pub fn new(width: usize) -> Self {
        Self {
            timestamps: Vec::new(),
            elements: (0..width).map(|_| Vec::new()).collect(),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.timestamps.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.timestamps.is_empty()
    }

    /// Appends rows. `false`, and nothing is done, when they have another type or width.
    #[must_use = "rows of another layout are not taken"]
    pub fn extend(&mut self, rows: &Rows) -> bool {
        let layout = rows.layout();
        if layout.element_type() != T::TYPE || layout.width() != self.elements.len() {
            return false;
        }
        self.reserve(rows.len());
        let size = layout.row_size();
        for block in rows.as_bytes().chunks((BLOCK / size).max(1) * size) {
            T::pass(Split(self), block, layout.width());
        }
        true
    }

    fn reserve(&mut self, rows: usize) {
        self.timestamps.reserve(rows);
        for column in &mut self.elements {
            column.reserve(rows);
        }
    }

    /// The layout that these columns have as rows; `None` for a width that no stream has.
    pub fn layout(&self) -> Option<Layout> {
        Layout::new(T::TYPE, self.elements.len()).ok()
    }
}

/// Rows to columns, one column after the other.
struct Split<'c, T>(&'c mut Columns<T>);

impl<T: Element> Pass for Split<'_, T> {
    type Output = ();

    #[inline(always)]
    fn over<'a>(self, rows: impl Iterator<Item = &'a [u8]> + Clone, width: usize) {
        self.0.timestamps.extend(rows.clone().map(i64::read));
        for index in 0..width {
            if let Some(column) = self.0.elements.get_mut(index) {
                column.extend(rows.clone().map(move |row| element::<T>(row, index)));
            }
        }
    }
}

impl Rows {
    /// The rows as columns. `None` when the elements are of another type.
    pub fn columns<T: Element>(&self) -> Option<Columns<T>> {
        let mut columns = Columns::new(self.layout().width());
        columns.extend(self).then_some(columns)
    }
}
