//! Rows turned into columns.

use super::{
    layout::{Layout, TIMESTAMP},
    rows::{Element, Rows},
};

/// Rows of a block that stay in the nearest cache while their columns are picked out.
const BLOCK: usize = 16 << 10;

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
            self.timestamps
                .extend(block.chunks_exact(size).map(i64::read));
            for (index, column) in self.elements.iter_mut().enumerate() {
                let at = TIMESTAMP + index * size_of::<T>();
                let first = block.get(at..).unwrap_or_default();
                // Every row but the last is followed by a whole row's bytes.
                column.extend(first.chunks(size).map(T::read));
            }
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

impl Rows {
    /// The rows as columns. `None` when the elements are of another type.
    pub fn columns<T: Element>(&self) -> Option<Columns<T>> {
        let mut columns = Columns::new(self.layout().width());
        columns.extend(self).then_some(columns)
    }
}
