//! How far a pipe was read.

use super::block::Block;

/// What a reader has handed out: its last row and the breaks after it.
#[derive(Clone, Copy, Default)]
pub(super) struct Position {
    pub(super) last: Option<i64>,
    breaks: usize,
}

impl Position {
    /// Moves behind a block.
    pub(super) fn advance(&mut self, block: &Block) {
        self.last = block.rows.timestamps().next_back().or(self.last);
        if !block.is_empty() {
            self.breaks = 0;
        }
        self.breaks += usize::from(block.ends_interval);
    }

    /// The part of a block that lies after this position, when it is read again. Breaks are left out as often as they were
    /// handed out.
    pub(super) fn rest(&mut self, mut block: Block) -> Block {
        let is_known = |time: &i64| self.last.is_some_and(|last| *time <= last);
        let known = block.rows.timestamps().take_while(is_known).count();
        block.rows = block.rows.slice(known, block.rows.len());
        if block.is_empty() && block.ends_interval && self.breaks > 0 {
            self.breaks -= 1;
            block.ends_interval = false;
        }
        block
    }
}
