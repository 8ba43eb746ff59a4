//! Rows and columns as record batches of Apache Arrow, with the feature `arrow-60`.
//!
//! ```no_run
//! # use headwaters::joule::{Node, arrow::RecordBatch};
//! # async fn f(node: Node) -> Result<(), Box<dyn std::error::Error>> {
//! let mut pipe = node.data().read("/plugs/meter").await?;
//! let schema = pipe.layout().arrow_schema(["power", "voltage"])?;
//! while let Some(block) = pipe.next().await? {
//!     let batch: RecordBatch = block.rows().to_record_batch(schema.clone())?;
//!     println!("{} rows of {} columns", batch.num_rows(), batch.num_columns());
//! }
//! # Ok(()) }
//! ```
//!
//! The first column is `timestamp`, in µs since the Unix epoch at UTC; the elements follow in their order. None is ever null.

use std::sync::Arc;

pub use arrow_array::{self, RecordBatch};
pub use arrow_schema::{self, ArrowError, SchemaRef};

use arrow_array::{
    ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, PrimitiveArray, TimestampMicrosecondArray,
    types::{
        Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
        UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};

use super::{
    columns::Columns,
    layout::{ElementType, Layout},
    rows::{Element, Rows},
};

/// The time zone of the timestamps.
const UTC: &str = "UTC";

/// An element and the type that Arrow has for it.
pub trait ArrowElement: Element + ArrowNativeTypeOp {
    /// Arrow's type of the same numbers.
    type Arrow: ArrowPrimitiveType<Native = Self>;
}

macro_rules! arrow {
    ($($type:ty: $arrow:ty;)*) => {$(
        impl ArrowElement for $type {
            type Arrow = $arrow;
        }
    )*};
}

arrow! {
    f64: Float64Type;
    f32: Float32Type;
    i64: Int64Type;
    i32: Int32Type;
    i16: Int16Type;
    i8: Int8Type;
    u64: UInt64Type;
    u32: UInt32Type;
    u16: UInt16Type;
    u8: UInt8Type;
}

impl ElementType {
    fn to_arrow(self) -> DataType {
        match self {
            Self::Float64 => DataType::Float64,
            Self::Float32 => DataType::Float32,
            Self::Int64 => DataType::Int64,
            Self::Int32 => DataType::Int32,
            Self::Int16 => DataType::Int16,
            Self::Int8 => DataType::Int8,
            Self::Uint64 => DataType::UInt64,
            Self::Uint32 => DataType::UInt32,
            Self::Uint16 => DataType::UInt16,
            Self::Uint8 => DataType::UInt8,
        }
    }
}

impl Layout {
    /// The schema of record batches with rows of this layout: `timestamp`, then the elements by these names. Without any
    /// name they are `e0`, `e1` and so on.
    ///
    /// # Errors
    /// When there are names, but not one for each element.
    pub fn arrow_schema(
        self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<SchemaRef, ArrowError> {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            names = (0..self.width()).map(|index| format!("e{index}")).collect();
        }
        if names.len() != self.width() {
            let count = names.len();
            return Err(ArrowError::SchemaError(format!(
                "{count} names do not fit the layout {self}"
            )));
        }
        let time = DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into()));
        let element_type = self.element_type().to_arrow();
        let elements = names
            .into_iter()
            .map(|name| Field::new(name, element_type.clone(), false));
        let timestamp = Field::new("timestamp", time, false);
        let fields: Vec<Field> = std::iter::once(timestamp).chain(elements).collect();
        Ok(Arc::new(Schema::new(fields)))
    }
}

impl<T: ArrowElement> Columns<T> {
    /// The columns as a record batch; no value is copied. [`Layout::arrow_schema`] gives a schema that fits.
    ///
    /// # Errors
    /// When the schema is one of other columns, or these are not equally long.
    pub fn into_record_batch(self, schema: SchemaRef) -> Result<RecordBatch, ArrowError> {
        let timestamps = TimestampMicrosecondArray::new(self.timestamps.into(), None);
        let timestamps: ArrayRef = Arc::new(timestamps.with_timezone(UTC));
        let elements = self.elements.into_iter().map(|column| -> ArrayRef {
            Arc::new(PrimitiveArray::<T::Arrow>::new(column.into(), None))
        });
        let columns = std::iter::once(timestamps).chain(elements).collect();
        RecordBatch::try_new(schema, columns)
    }
}

impl Rows {
    /// The rows as a record batch. [`Layout::arrow_schema`] gives a schema that fits.
    ///
    /// # Errors
    /// When the schema is one of another layout.
    pub fn to_record_batch(&self, schema: SchemaRef) -> Result<RecordBatch, ArrowError> {
        match self.layout().element_type() {
            ElementType::Float64 => self.batch_of::<f64>(schema),
            ElementType::Float32 => self.batch_of::<f32>(schema),
            ElementType::Int64 => self.batch_of::<i64>(schema),
            ElementType::Int32 => self.batch_of::<i32>(schema),
            ElementType::Int16 => self.batch_of::<i16>(schema),
            ElementType::Int8 => self.batch_of::<i8>(schema),
            ElementType::Uint64 => self.batch_of::<u64>(schema),
            ElementType::Uint32 => self.batch_of::<u32>(schema),
            ElementType::Uint16 => self.batch_of::<u16>(schema),
            ElementType::Uint8 => self.batch_of::<u8>(schema),
        }
    }

    fn batch_of<T: ArrowElement>(&self, schema: SchemaRef) -> Result<RecordBatch, ArrowError> {
        let mut columns = Columns::<T>::new(self.layout().width());
        columns
            .extend(self)
            .map_err(|mismatch| ArrowError::SchemaError(mismatch.to_string()))?;
        columns.into_record_batch(schema)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{Array as _, cast::AsArray as _, types::TimestampMicrosecondType};

    use super::*;

    const NONE: [&str; 0] = [];

    /// Two rows that a node sent (Joule 1.0.1, float32_3).
    const SENT: [u8; 40] = [
        0x00, 0xe0, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00,
        0x40, 0x00, 0x00, 0x40, 0x40, 0xe8, 0xe3, 0x25, 0xda, 0xfe, 0x5b, 0x06, 0x00, 0x00, 0x00,
        0x80, 0x40, 0x00, 0x00, 0xa0, 0x40, 0x00, 0x00, 0xc0, 0x40,
    ];

    fn layout(text: &str) -> Layout {
        text.parse().unwrap()
    }

    #[test]
    fn the_rows_of_a_node_are_a_batch_of_their_names_and_values() {
        let rows = Rows::new(layout("float32_3"), SENT.to_vec()).unwrap();
        let schema = rows.layout().arrow_schema(["x", "y", "z"]).unwrap();
        let batch = rows.to_record_batch(schema).unwrap();
        let names: Vec<String> = batch
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names, ["timestamp", "x", "y", "z"]);
        let times = batch.column(0).as_primitive::<TimestampMicrosecondType>();
        assert_eq!(times.timezone(), Some("UTC"));
        assert_eq!(
            times.values().as_ref(),
            [1_790_000_000_000_000, 1_790_000_000_001_000]
        );
        let y = batch.column(2).as_primitive::<Float32Type>();
        assert_eq!(y.values().as_ref(), [2.0, 5.0]);
        assert_eq!(y.null_count(), 0);
    }

    #[test]
    fn every_element_type_has_a_batch() {
        for name in [
            "float64_2",
            "float32_2",
            "int64_2",
            "int32_2",
            "int16_2",
            "int8_2",
            "uint64_2",
            "uint32_2",
            "uint16_2",
            "uint8_2",
        ] {
            let layout = layout(name);
            let rows = Rows::new(layout, vec![1; 3 * layout.row_size()]).unwrap();
            let schema = layout.arrow_schema(NONE).unwrap();
            assert_eq!(schema.field(2).name(), "e1");
            let batch = rows.to_record_batch(schema).unwrap();
            assert_eq!((batch.num_rows(), batch.num_columns()), (3, 3), "{name}");
        }
    }

    #[test]
    fn no_value_is_copied() {
        let columns = Columns::<i16> {
            timestamps: vec![1, 2],
            elements: vec![vec![3, 4]],
        };
        let before = columns.elements[0].as_ptr();
        let schema = layout("int16_1").arrow_schema(NONE).unwrap();
        let batch = columns.into_record_batch(schema).unwrap();
        let after = batch
            .column(1)
            .as_primitive::<Int16Type>()
            .values()
            .as_ptr();
        assert_eq!(after, before);
    }

    #[test]
    fn no_rows_are_a_batch_without_rows() {
        let rows = Rows::new(layout("int16_1"), Vec::new()).unwrap();
        let schema = rows.layout().arrow_schema(NONE).unwrap();
        assert_eq!(rows.to_record_batch(schema).unwrap().num_rows(), 0);
    }

    #[test]
    fn a_schema_of_other_columns_is_an_error() {
        let rows = Rows::new(layout("float32_3"), SENT.to_vec()).unwrap();
        for other in ["float32_2", "float64_3"] {
            let schema = layout(other).arrow_schema(NONE).unwrap();
            assert!(rows.to_record_batch(schema).is_err(), "{other}");
        }
        assert!(rows.layout().arrow_schema(["x", "y"]).is_err());
    }

    #[test]
    fn columns_of_different_lengths_are_an_error() {
        let columns = Columns::<f64> {
            timestamps: vec![1, 2],
            elements: vec![vec![0.5]],
        };
        let schema = layout("float64_1").arrow_schema(NONE).unwrap();
        assert!(columns.into_record_batch(schema).is_err());
    }
}
