//! Rows that arrive together.

use super::{layout::Layout, rows::Rows};

/// Rows of one interval that arrive together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub(super) rows: Rows,
    pub(super) ends_interval: bool,
    pub(super) decimation: u32,
}

impl Block {
    /// The rows; there may be none, only a break.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The rows, without the block around them.
    pub fn into_rows(self) -> Rows {
        self.rows
    }

    /// Whether a break follows: the next row begins another interval.
    pub fn ends_interval(&self) -> bool {
        self.ends_interval
    }

    /// How many stored rows each row stands for: 1, 4, 16 and so on.
    pub fn decimation(&self) -> u32 {
        self.decimation
    }

    /// The layout of the rows.
    pub fn layout(&self) -> Layout {
        self.rows.layout()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
