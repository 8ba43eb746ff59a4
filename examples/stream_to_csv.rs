//! Writes a data stream, or a range of it, as comma-separated values to stdout: a header, then a line a row, an empty line between
//! intervals.
//!
//! `cargo run --features sandbox --example stream_to_csv [URL KEY STREAM [START [END]]]`; times are as people write them: `"1 hour ago"`, `now`,
//! `2026-09-21T14:13:20Z`.

use std::io::{BufWriter, Write, stdout};

use headwaters::{
    joule::{Block, Element, ElementType, Node, Timestamp},
    sandbox,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Joule::builder().demo(true).start().await?;
    let mut arguments = std::env::args().skip(1);
    let (node, path) = match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(url), Some(key), Some(path)) => (Node::new(url, key)?, path),
        _ => (
            Node::new(sandbox.url(), sandbox.key())?,
            "/plugs/meter".to_owned(),
        ),
    };
    let stream = node.data_streams().get(path).await?;
    let mut read = node.data().read(&stream);
    if let Some(start) = arguments.next() {
        read = read.start(start.parse::<Timestamp>()?);
    }
    if let Some(end) = arguments.next() {
        read = read.end(end.parse::<Timestamp>()?);
    }
    let mut pipe = read.await?;

    let mut csv = BufWriter::new(stdout().lock());
    write!(csv, "time")?;
    for element in &stream.elements {
        write!(csv, ",{}", element.name)?;
    }
    writeln!(csv)?;
    while let Some(block) = pipe.next().await? {
        match pipe.layout().element_type() {
            ElementType::Float64 => lines::<f64>(&mut csv, &block)?,
            ElementType::Float32 => lines::<f32>(&mut csv, &block)?,
            ElementType::Int64 => lines::<i64>(&mut csv, &block)?,
            ElementType::Int32 => lines::<i32>(&mut csv, &block)?,
            ElementType::Int16 => lines::<i16>(&mut csv, &block)?,
            other => return Err(format!("{} is of old nodes", other.as_str()).into()),
        }
        if block.ends_interval() {
            writeln!(csv)?;
        }
    }
    csv.flush()?;
    Ok(())
}

fn lines<T: Element + std::fmt::Display>(
    csv: &mut impl Write,
    block: &Block,
) -> Result<(), Box<dyn std::error::Error>> {
    for row in block.rows().iter::<T>()? {
        write!(csv, "{}", row.timestamp())?;
        for value in row.elements() {
            write!(csv, ",{value}")?;
        }
        writeln!(csv)?;
    }
    Ok(())
}
