//! The mean of every element over each second of what a module produces, as it is produced.
//!
//! `cargo run --features sandbox --example watch_stream [URL KEY STREAM]`; without arguments it ends after a few seconds.

use headwaters::{
    joule::{Node, Timestamp},
    sandbox,
};

const SECOND: i64 = 1_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Joule::builder().demo(true).start().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (node, path, seconds) = match arguments.as_slice() {
        [url, key, path] => (Node::new(url, key.as_str())?, path.as_str(), u32::MAX),
        _ => {
            let node = Node::new(sandbox.url(), sandbox.key())?;
            (node, "/live/rand", 2)
        }
    };

    let mut pipe = node.data().subscribe(path).await?;
    let mut printed = 0;
    let mut second = None;
    let mut rows: Vec<Vec<f32>> = Vec::new();
    // No end: when the node goes away, this is an error.
    while let Some(block) = pipe.next().await? {
        for row in block.rows().iter::<f32>()? {
            let now = row.timestamp().div_euclid(SECOND);
            if second.is_some_and(|second| second != now) {
                tell(now * SECOND, &rows);
                rows.clear();
                printed += 1;
            }
            second = Some(now);
            rows.push(row.elements().collect());
        }
        if block.ends_interval() {
            println!("a break");
        }
        if printed >= seconds {
            break;
        }
    }
    Ok(())
}

fn tell(until: i64, rows: &[Vec<f32>]) {
    let width = rows.first().map_or(0, Vec::len);
    let mean = |index: usize| {
        let sum: f32 = rows.iter().filter_map(|row| row.get(index)).sum();
        sum / rows.len() as f32
    };
    let means: Vec<String> = (0..width)
        .map(|index| format!("{:.3}", mean(index)))
        .collect();
    println!(
        "{} {} rows: {}",
        Timestamp::from_micros(until),
        rows.len(),
        means.join(" ")
    );
}
