//! What reading a pipe may cost in memory. In a binary of its own, since it looks at the memory of the whole process.
#![cfg(all(feature = "joule", target_os = "linux"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "../benches/bare/mod.rs"]
mod bare;

use bare::{memory, node};
use headwaters::joule::Node;
use tokio::runtime::Builder;

#[test]
fn four_gib_are_read_in_16_mib() {
    let stream = node::Stream::of("float32_3", 4 << 30);
    let bytes = stream.bytes();
    let node = Node::new(stream.serve().unwrap(), "key").unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut count = 0;
    let kib = memory::growth(|| {
        runtime.block_on(async {
            let mut pipe = node.data().read(1).await.unwrap();
            while let Some(block) = pipe.next().await.unwrap() {
                count += block.rows().as_bytes().len();
            }
        });
    });
    assert_eq!(count, bytes);
    println!("{kib} KiB for a read of 4 GiB");
    assert!(kib <= 16 << 10, "{kib} KiB");
}
