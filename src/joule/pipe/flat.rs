//! Rows as one array of numbers.

use super::{
    layout::ElementType,
    rows::{Element, Rows},
};

/// An element as a number of another size.
macro_rules! each {
    ($rows:expr, $($element:ident: $type:ty;)*) => {
        match $rows.layout().element_type() {
            $(ElementType::$element => gather::<$type>($rows, |value| value as f64),)*
        }
    };
}

impl Rows {
    /// All rows one after the other, each its timestamp and its elements, as `f64`: rows × (1 + elements) numbers. What needs more
    /// than 53 bits is rounded, which no timestamp before the year 2255 does.
    pub fn flatten(&self) -> Vec<f64> {
        each! { self,
            Float64: f64; Float32: f32; Int64: i64; Int32: i32; Int16: i16; Int8: i8;
            Uint64: u64; Uint32: u32; Uint16: u16; Uint8: u8;
        }
    }
}

fn gather<T: Element>(rows: &Rows, number: impl Fn(T) -> f64) -> Vec<f64> {
    let mut flat = Vec::with_capacity(rows.len() * (1 + rows.layout().width()));
    for row in rows.iter::<T>().into_iter().flatten() {
        flat.push(row.timestamp() as f64);
        flat.extend(row.elements().map(&number));
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_one_after_the_other() {
        let mut bytes = Vec::new();
        for (time, values) in [(5_i64, [1_i16, -2]), (9, [i16::MAX, 4])] {
            bytes.extend(time.to_le_bytes());
            bytes.extend(values.into_iter().flat_map(i16::to_le_bytes));
        }
        let rows = Rows::new("int16_2".parse().unwrap(), bytes).unwrap();
        assert_eq!(rows.flatten(), [5.0, 1.0, -2.0, 9.0, 32767.0, 4.0]);
        assert!(rows.slice(0, 0).flatten().is_empty());
    }
}
