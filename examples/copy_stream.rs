//! Copies a data stream to another node, interval by interval, in constant memory; a read that breaks goes on where it stopped.
//!
//! `cargo run --features sandbox --example copy_stream [FROM_URL FROM_KEY STREAM TO_URL TO_KEY FOLDER]`

use headwaters::{joule::Node, sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Joule::builder().demo(true).start().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (from, stream, to, folder) = match arguments.as_slice() {
        [from, from_key, stream, to, to_key, folder] => (
            Node::new(from, from_key.as_str())?,
            stream.as_str(),
            Node::new(to, to_key.as_str())?,
            folder.as_str(),
        ),
        _ => {
            let node = Node::new(sandbox.url(), sandbox.key())?;
            (node.clone(), "/plugs/meter", node, "/copies")
        }
    };

    let original = from.data_streams().get(stream).await?;
    let copy = to.data_streams().create(folder, &original).await?;

    let mut reader = from.data().read(&original).await?;
    let mut writer = to.data().write(&copy).await?;
    loop {
        match reader.next().await {
            Ok(Some(block)) => {
                writer.write(block.rows()).await?;
                if block.ends_interval() {
                    writer.close_interval().await?;
                }
            }
            Ok(None) => break,
            Err(error) if error.is_retryable() => {
                eprintln!("{error}; going on");
                reader = from.data().read(&original).resume(&reader).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let rows = writer.close().await?;

    let intervals = to.data().intervals(&copy).await?;
    println!("{rows} rows in {} intervals", intervals.len());
    assert_eq!(intervals, from.data().intervals(&original).await?);
    Ok(())
}
