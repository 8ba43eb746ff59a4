//! Rows turned into columns.

use super::{
    layout::{Layout, LayoutError},
    mismatch::LayoutMismatch,
    pass::Pass,
    rows::{Element, Rows, element},
};

/// Bytes of rows that are worked on at once: they stay in the nearest cache meanwhile.
pub(super) const CHUNK: usize = 4 << 10;

/// Rows by column: all timestamps, and for each element all values.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns<T> {
    /// µs since the Unix epoch, one for each row.
    pub timestamps: Vec<i64>,
    /// The values, one column for each element of the layout.
    pub elements: Vec<Vec<T>>,
}

impl<T: Element> Columns<T> {
    /// Columns without rows, for this number of elements.
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

    /// The values of the element at this index; `None` past the last.
    pub fn column(&self, index: usize) -> Option<&[T]> {
        self.elements.get(index).map(Vec::as_slice)
    }

    /// Appends rows.
    ///
    /// # Errors
    /// When the rows have elements of another type or number; nothing is appended then.
    pub fn extend(&mut self, rows: &Rows) -> Result<(), LayoutMismatch> {
        let layout = rows.layout();
        LayoutMismatch::check(layout, T::TYPE, Some(self.elements.len()))?;
        self.reserve(rows.len());
        let size = layout.row_size();
        for chunk in rows.as_bytes().chunks((CHUNK / size).max(1) * size) {
            T::pass(Split(self), chunk, layout.width());
        }
        Ok(())
    }

    fn reserve(&mut self, rows: usize) {
        self.timestamps.reserve(rows);
        for column in &mut self.elements {
            column.reserve(rows);
        }
    }

    /// The layout of the same data as rows.
    ///
    /// # Errors
    /// When there are no columns, or more than any stream has.
    pub fn layout(&self) -> Result<Layout, LayoutError> {
        Layout::new(T::TYPE, self.elements.len())
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
    /// The rows as columns.
    ///
    /// # Errors
    /// When the elements are of another type.
    pub fn columns<T: Element>(&self) -> Result<Columns<T>, LayoutMismatch> {
        LayoutMismatch::check(self.layout(), T::TYPE, None)?;
        let mut columns = Columns::new(self.layout().width());
        columns.extend(self)?;
        Ok(columns)
    }
}
