//! Rows as they came over the wire, without a copy.

use std::ops::Range;

use bytes::Bytes;

use super::{
    layout::{ElementType, Layout, TIMESTAMP},
    mismatch::LayoutMismatch,
    pass::{Pass, pass},
};

/// Rows of one layout: for each a timestamp (µs since the Unix epoch) and its elements, little-endian and packed.
///
/// Cloning and slicing share the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    layout: Layout,
    bytes: Bytes,
}

/// A number that a stream can hold.
pub trait Element: Copy + PartialEq + Send + Sync + private::Sealed + 'static {
    /// The name of the type in a layout.
    const TYPE: ElementType;

    /// Reads one from the front of little-endian bytes; zero where they are too few.
    #[doc(hidden)]
    fn read(bytes: &[u8]) -> Self;

    /// Appends its little-endian bytes.
    #[doc(hidden)]
    fn write(self, bytes: &mut Vec<u8>);

    /// Puts its little-endian bytes in front; does nothing where the place is too small.
    #[doc(hidden)]
    fn put(self, place: &mut [u8]);

    /// Whether it is no number.
    #[doc(hidden)]
    fn is_nan(self) -> bool;

    /// Whether all its bytes are zero; those of -0.0 are not.
    #[doc(hidden)]
    fn is_zero(self) -> bool;

    /// Passes over whole rows with so many elements of this type.
    #[doc(hidden)]
    fn pass<P: Pass>(pass: P, rows: &[u8], width: usize) -> P::Output;
}

mod private {
    pub trait Sealed {}
}

macro_rules! element {
    ($($type:ty: $element_type:ident;)*) => {$(
        impl private::Sealed for $type {}

        impl Element for $type {
            const TYPE: ElementType = ElementType::$element_type;

            #[inline]
            fn read(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or(0 as $type, |bytes| Self::from_le_bytes(*bytes))
            }

            #[inline]
            fn write(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn put(self, place: &mut [u8]) {
                if let Some(place) = place.first_chunk_mut() {
                    *place = self.to_le_bytes();
                }
            }

            #[inline]
            #[allow(clippy::eq_op, reason = "only what is no number differs from itself")]
            fn is_nan(self) -> bool {
                self != self
            }

            #[inline]
            fn is_zero(self) -> bool {
                self.to_le_bytes().iter().all(|byte| *byte == 0)
            }

            #[inline]
            fn pass<P: Pass>(pass: P, rows: &[u8], width: usize) -> P::Output {
                pass!(pass, rows, width, $type)
            }
        }
    )*};
}

element! {
    f64: Float64;
    f32: Float32;
    i64: Int64;
    i32: Int32;
    i16: Int16;
    i8: Int8;
    u64: Uint64;
    u32: Uint32;
    u16: Uint16;
    u8: Uint8;
}

/// Where a row has this element.
#[inline(always)]
pub(super) fn place<T>(index: usize) -> Range<usize> {
    let at = TIMESTAMP + index * size_of::<T>();
    at..at + size_of::<T>()
}

/// One element of a row that has it.
#[inline(always)]
pub(super) fn element<T: Element>(row: &[u8], index: usize) -> T {
    T::read(row.get(place::<T>(index)).unwrap_or_default())
}

impl Rows {
    /// Whole rows of this layout.
    ///
    /// # Errors
    /// When the bytes end inside a row.
    pub fn new(layout: Layout, bytes: impl Into<Bytes>) -> Result<Self, LayoutMismatch> {
        let bytes = bytes.into();
        LayoutMismatch::check_length(layout, bytes.len())?;
        Ok(Self { layout, bytes })
    }

    /// Bytes that were cut at rows before.
    pub(super) fn of_whole(layout: Layout, bytes: Bytes) -> Self {
        debug_assert!(
            bytes.len().is_multiple_of(layout.row_size()),
            "the bytes end inside a row"
        );
        Self { layout, bytes }
    }

    /// The layout of these rows.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.layout.row_size()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes of the wire.
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The timestamps in µs since the Unix epoch.
    pub fn timestamps(&self) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator + '_ {
        self.bytes
            .chunks_exact(self.layout.row_size())
            .map(i64::read)
    }

    /// The rows one by one: the timestamp and the elements.
    ///
    /// # Errors
    /// When the elements are of another type.
    pub fn iter<T: Element>(
        &self,
    ) -> Result<impl ExactSizeIterator<Item = Row<'_, T>> + '_, LayoutMismatch> {
        LayoutMismatch::check(self.layout, T::TYPE, None)?;
        let rows = self.bytes.chunks_exact(self.layout.row_size());
        Ok(rows.map(Row::new))
    }

    /// `count` rows from `start` on, sharing the bytes; fewer where there are fewer.
    pub fn slice(&self, start: usize, count: usize) -> Self {
        let size = self.layout.row_size();
        let from = start.saturating_mul(size).min(self.bytes.len());
        let to = start
            .saturating_add(count)
            .saturating_mul(size)
            .min(self.bytes.len());
        Self {
            layout: self.layout,
            bytes: self.bytes.slice(from..to),
        }
    }
}

/// One row, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a, T> {
    bytes: &'a [u8],
    of: std::marker::PhantomData<T>,
}

impl<'a, T: Element> Row<'a, T> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            of: std::marker::PhantomData,
        }
    }

    /// µs since the Unix epoch.
    pub fn timestamp(&self) -> i64 {
        i64::read(self.bytes)
    }

    /// The elements in order.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        let elements = self.bytes.get(TIMESTAMP..).unwrap_or_default();
        elements.chunks_exact(size_of::<T>()).map(T::read)
    }

    /// One element; `None` past the last.
    pub fn get(&self, index: usize) -> Option<T> {
        let at = index.checked_mul(size_of::<T>())?.checked_add(TIMESTAMP)?;
        let bytes = self.bytes.get(at..)?;
        (!bytes.is_empty()).then(|| T::read(bytes))
    }
}
