//! Going over many rows at once.

/// Work on whole rows of one size.
///
/// It is compiled for each of the widths that most streams have, and once for any other: where the size of a row and the
/// number of its elements are known, several rows are read by one instruction.
pub trait Pass {
    /// What it gives.
    type Output;

    /// Does it to rows that have `width` elements.
    fn over<'a>(self, rows: impl Iterator<Item = &'a [u8]> + Clone, width: usize) -> Self::Output;
}

/// Passes over rows with `$width` elements of `$type`.
macro_rules! pass {
    ($pass:expr, $rows:expr, $width:expr, $type:ty) => {
        $crate::joule::pipe::pass::pass!($pass, $rows, $width, $type: 1 2 3 4 5 6 7 8 9 12)
    };
    ($pass:expr, $rows:expr, $width:expr, $type:ty: $($known:literal)*) => {
        match $width {
            $($known => {
                let (rows, _) = $rows.as_chunks::<{ TIMESTAMP + $known * size_of::<$type>() }>();
                $pass.over(rows.iter().map(|row| row.as_slice()), $known)
            })*
            width => $pass.over($rows.chunks_exact(TIMESTAMP + width * size_of::<$type>()), width),
        }
    };
}
pub(super) use pass;
