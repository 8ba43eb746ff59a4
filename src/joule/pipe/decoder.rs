//! From bytes cut anywhere to rows and breaks.

use bytes::{Buf as _, Bytes, BytesMut};

use super::{
    layout::{ElementType, Layout},
    pass::Pass,
    rows::{Element as _, Rows},
};

/// Rows in a row, and whether a break follows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) rows: Rows,
    pub(super) ends_interval: bool,
    /// So many of the first rows are certain to be in order, each later than the one before it.
    pub(super) in_order: usize,
}

/// Rows that are looked at together: whether there is a break among them is seen once for all.
const GROUP: usize = 256;
/// Rows in which a break is looked for first.
const SHORT: usize = 16;

/// Cuts a body into [`Piece`]s. What it holds back is less than a row and what one [`push`](Self::push) brought.
#[derive(Debug)]
pub(super) struct Decoder {
    layout: Layout,
    /// The beginning of a row whose end has not come yet.
    partial: BytesMut,
    /// Whole bytes that have not been handed out.
    whole: Bytes,
}

impl Decoder {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            partial: BytesMut::new(),
            whole: Bytes::new(),
        }
    }

    /// The next bytes of the body. All pieces of the bytes before have to be taken first.
    pub(super) fn push(&mut self, bytes: Bytes) {
        debug_assert!(self.whole.is_empty(), "bytes are left from the push before");
        self.whole = bytes;
    }

    /// The next piece; `None` when more bytes are needed.
    pub(super) fn piece(&mut self) -> Option<Piece> {
        let size = self.layout.row_size();
        if !self.partial.is_empty() {
            let missing = (size - self.partial.len()).min(self.whole.len());
            self.partial
                .extend_from_slice(&self.whole.split_to(missing));
            if self.partial.len() < size {
                return None;
            }
            let row = self.partial.split().freeze();
            return Some(self.cut(row));
        }
        let rest = self.whole.len() % size;
        if rest == self.whole.len() {
            self.partial.extend_from_slice(&self.whole);
            self.whole.clear();
            return None;
        }
        let rows = self.whole.slice(..self.whole.len() - rest);
        let piece = self.cut(rows);
        self.whole
            .advance(piece.rows.as_bytes().len() + if piece.ends_interval { size } else { 0 });
        Some(piece)
    }

    /// Whether the body may end here: not inside a row.
    pub(super) fn is_whole(&self) -> bool {
        self.partial.is_empty() && self.whole.is_empty()
    }

    /// The rows up to the first break.
    fn cut(&self, bytes: Bytes) -> Piece {
        let size = self.layout.row_size();
        // Of short intervals the whole group need not be looked at.
        let mut next = bytes.chunks_exact(size).take(SHORT);
        let in_order = match next.any(is_break) {
            true => 0,
            false => in_order(self.layout, &bytes),
        };
        let mut rest = bytes.chunks_exact(size).skip(in_order);
        let first_break = rest.position(is_break).map(|index| in_order + index);
        let rows = match first_break {
            Some(index) => bytes.slice(..index * size),
            None => bytes,
        };
        Piece {
            rows: Rows::of_whole(self.layout, rows),
            ends_interval: first_break.is_some(),
            in_order,
        }
    }
}

/// How many of the first rows are each later than the one before it, without a break among them: found out group by group, without
/// a branch for each row.
fn in_order(layout: Layout, bytes: &[u8]) -> usize {
    let (size, width) = (layout.row_size(), layout.width());
    let mut count = 0;
    let mut last = None;
    for group in bytes.chunks(GROUP * size) {
        let rising = Rising { after: last };
        // Of the elements their size matters alone.
        let end = match layout.element_type() {
            ElementType::Int8 | ElementType::Uint8 => i8::pass(rising, group, width),
            ElementType::Int16 | ElementType::Uint16 => i16::pass(rising, group, width),
            ElementType::Int32 | ElementType::Uint32 | ElementType::Float32 => {
                i32::pass(rising, group, width)
            }
            ElementType::Int64 | ElementType::Uint64 | ElementType::Float64 => {
                i64::pass(rising, group, width)
            }
        };
        if end.is_none() {
            break;
        }
        last = end;
        count += group.len() / size;
    }
    count
}

/// Whether rows are each later than the one before it, and none is at time zero, as a break is: the time of the last one.
struct Rising {
    after: Option<i64>,
}

impl Pass for Rising {
    type Output = Option<i64>;

    #[inline(always)]
    fn over<'a>(self, rows: impl Iterator<Item = &'a [u8]> + Clone, _: usize) -> Option<i64> {
        let mut times = rows.map(i64::read);
        let first = times.next()?;
        let mut rises = self.after.is_none_or(|after| after < first);
        let mut last = first;
        for time in times {
            rises &= last < time;
            last = time;
        }
        let passes_zero = first <= 0 && last >= 0;
        (rises && !passes_zero).then_some(last)
    }
}

/// A break is a row of zero bytes; a sample with that timestamp has other bytes.
pub(super) fn is_break(row: &[u8]) -> bool {
    i64::read(row) == 0 && row.iter().all(|byte| *byte == 0)
}

/// The pieces of a body that comes in these chunks, each with whether a break ends it, and whether the body is whole.
#[cfg(feature = "_fuzz")]
pub fn decode(
    layout: Layout,
    chunks: impl IntoIterator<Item = Bytes>,
) -> (Vec<(Rows, bool)>, bool) {
    let mut decoder = Decoder::new(layout);
    let mut pieces = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(piece) = decoder.piece() {
            pieces.push((piece.rows, piece.ends_interval));
        }
    }
    (pieces, decoder.is_whole())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::joule::{Columns, Element, ElementType};

    /// Rows and breaks: `None` is a break.
    type Script<T> = Vec<Option<(i64, Vec<T>)>>;

    fn encode<T: Element>(script: &Script<T>, layout: Layout) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in script {
            match line {
                None => bytes.resize(bytes.len() + layout.row_size(), 0),
                Some((timestamp, elements)) => {
                    timestamp.write(&mut bytes);
                    elements
                        .iter()
                        .for_each(|element| element.write(&mut bytes));
                }
            }
        }
        bytes
    }

    fn decode<T: Element>(bytes: &[u8], cuts: &[usize], layout: Layout) -> (Script<T>, bool) {
        let mut rest = Bytes::copy_from_slice(bytes);
        let cuts = cuts.iter().copied().chain([usize::MAX]);
        let chunks = cuts.map(|cut| rest.split_to(cut.min(rest.len())));
        let (pieces, whole) = super::decode(layout, chunks);
        let mut script = Script::new();
        for (rows, ends_interval) in pieces {
            let rows = rows.iter::<T>().unwrap();
            script.extend(rows.map(|row| Some((row.timestamp(), row.elements().collect()))));
            if ends_interval {
                script.push(None);
            }
        }
        (script, whole)
    }

    fn scripts<T: Element + std::fmt::Debug>(
        element: impl Strategy<Value = T> + Clone + 'static,
    ) -> impl Strategy<Value = (usize, Script<T>, Vec<usize>)> {
        (1..6_usize).prop_flat_map(move |width| {
            // A row of zero bytes is a break, so no row has the timestamp zero.
            let row = (1..i64::MAX, prop::collection::vec(element.clone(), width));
            let line = prop_oneof![4 => row.prop_map(Some), 1 => Just(None)];
            (
                Just(width),
                prop::collection::vec(line, 0..40),
                prop::collection::vec(0..50_usize, 0..60),
            )
        })
    }

    macro_rules! round_trip {
        ($($name:ident: $type:ty, $element:expr;)*) => {$(
            proptest! {
                #[test]
                fn $name((width, script, cuts) in scripts::<$type>($element)) {
                    let layout = Layout::new(<$type>::TYPE, width).unwrap();
                    let bytes = encode(&script, layout);
                    let (decoded, whole) = decode::<$type>(&bytes, &cuts, layout);
                    prop_assert!(whole);
                    prop_assert_eq!(decoded, script);
                }
            }
        )*};
    }

    round_trip! {
        any_cut_gives_the_same_float64: f64, -1e300..1e300_f64;
        any_cut_gives_the_same_float32: f32, -1e30..1e30_f32;
        any_cut_gives_the_same_int64: i64, any::<i64>();
        any_cut_gives_the_same_int32: i32, any::<i32>();
        any_cut_gives_the_same_int16: i16, any::<i16>();
        any_cut_gives_the_same_int8: i8, any::<i8>();
        any_cut_gives_the_same_uint64: u64, any::<u64>();
        any_cut_gives_the_same_uint32: u32, any::<u32>();
        any_cut_gives_the_same_uint16: u16, any::<u16>();
        any_cut_gives_the_same_uint8: u8, any::<u8>();
    }

    proptest! {
        #[test]
        fn a_body_that_ends_inside_a_row_is_not_whole(length in 0..200_usize, cuts in prop::collection::vec(0..50_usize, 0..9)) {
            let layout = Layout::new(ElementType::Float32, 3).unwrap();
            let (_, whole) = decode::<f32>(&vec![7; length], &cuts, layout);
            prop_assert_eq!(whole, length % 20 == 0);
        }
    }

    /// What a node sent for three rows, a break and one row of float32_3 (Joule 1.0.1).
    const SENT: [u8; 100] = [
        0x00, 0xe0, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00,
        0x40, 0x00, 0x00, 0x40, 0x40, 0xe8, 0xe3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00,
        0x80, 0x40, 0x00, 0x00, 0xa0, 0x40, 0x00, 0x00, 0xc0, 0x40, 0xd0, 0xe7, 0x25, 0xda, 0xfe,
        0x5b, 0x06, 0x00, 0x00, 0x00, 0xe0, 0x40, 0x00, 0x00, 0x00, 0x41, 0x00, 0x00, 0x18, 0x41,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0xf3, 0x25, 0xda, 0xfe,
        0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0xbf, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x40, 0xc0,
    ];

    #[test]
    fn the_bytes_of_a_node_are_its_rows() {
        let layout: Layout = "float32_3".parse().unwrap();
        let (script, whole) = decode::<f32>(&SENT, &[80], layout);
        let first = 1_790_000_000_000_000;
        assert!(whole);
        assert_eq!(
            script,
            [
                Some((first, vec![1.0, 2.0, 3.0])),
                Some((first + 1_000, vec![4.0, 5.0, 6.0])),
                Some((first + 2_000, vec![7.0, 8.0, 9.5])),
                None,
                Some((first + 5_000, vec![-1.0, -2.0, -3.0])),
            ]
        );
    }

    #[test]
    fn zeros_that_are_no_break_are_rows() {
        let layout: Layout = "float32_1".parse().unwrap();
        let script: Script<f32> = vec![
            Some((-5, vec![0.0])),
            Some((0, vec![-0.0])),
            Some((7, vec![0.0])),
            None,
            None,
        ];
        let (decoded, _) = decode::<f32>(&encode(&script, layout), &[3, 1, 30], layout);
        assert_eq!(decoded, script);
    }

    #[test]
    fn rows_of_any_number_become_columns() {
        for rows in [0, 1, 2, 1023, 1024, 1025, 5000] {
            for width in [1, 3, 8] {
                let layout = Layout::new(ElementType::Int16, width).unwrap();
                let script: Script<i16> = (0..rows)
                    .map(|row| {
                        Some((
                            row + 1,
                            (0..width)
                                .map(|column| (row * 10 + column as i64) as i16)
                                .collect(),
                        ))
                    })
                    .collect();
                let rows = Rows::new(layout, encode(&script, layout)).unwrap();
                let columns: Columns<i16> = rows.columns().unwrap();
                assert_eq!(columns.len(), script.len());
                for (index, line) in script.iter().flatten().enumerate() {
                    assert_eq!(columns.timestamps[index], line.0);
                    let row: Vec<i16> = columns
                        .elements
                        .iter()
                        .map(|column| column[index])
                        .collect();
                    assert_eq!(row, line.1);
                }
                assert!(rows.columns::<f32>().is_err());
            }
        }
    }
}
