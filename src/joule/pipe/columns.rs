//! Rows turned into columns.

use super::{
    layout::{Layout, TIMESTAMP},
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
        T::split(rows.as_bytes(), self);
        true
    }

    /// Appends rows of `SIZE` bytes that hold `WIDTH` elements: with both known, the compiler unrolls the loops and reads
    /// several rows at once.
    #[inline]
    pub(super) fn split<const SIZE: usize, const WIDTH: usize>(&mut self, rows: &[u8]) {
        let (rows, _) = rows.as_chunks::<SIZE>();
        let Some(columns) = self.elements.first_chunk_mut::<WIDTH>() else {
            return;
        };
        for block in rows.chunks((BLOCK / SIZE).max(1)) {
            self.timestamps
                .extend(block.iter().map(|row| i64::read(row)));
            for (index, column) in columns.iter_mut().enumerate() {
                column.extend(block.iter().map(|row| element::<T>(row, index)));
            }
        }
    }

    /// Appends rows that hold as many elements as there are columns.
    pub(super) fn split_any(&mut self, rows: &[u8]) {
        let size = TIMESTAMP + self.elements.len() * size_of::<T>();
        for block in rows.chunks((BLOCK / size).max(1) * size) {
            self.timestamps
                .extend(block.chunks_exact(size).map(i64::read));
            for (index, elements) in self.elements.iter_mut().enumerate() {
                elements.extend(block.chunks_exact(size).map(|row| element::<T>(row, index)));
            }
        }
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
