//! Reads of flowthings.io beside the Python client with gevent, if `FLOWTHINGS_PYTHON` names a Python that has both.
//!
//! One sandbox answers both, in a thread of this process: its time counts on both sides.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark fails by panicking"
)]

mod bare;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use bare::ratio;
use headwaters::{
    Batch, Config,
    flowthings::{
        Api, Token,
        types::{Flow, FlowId, NewFlow},
    },
    sandbox::Flowthings,
};
use tokio::runtime::{Builder, Runtime};

const READS: usize = 10_000;
/// Requests on their way at once.
const AT_ONCE: usize = 64;
const ROUNDS: usize = 5;

fn main() {
    let Some(python) = std::env::var_os("FLOWTHINGS_PYTHON") else {
        println!("FLOWTHINGS_PYTHON names no Python: not compared with the Python client");
        return;
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(Flowthings::builder().journal_limit(0).start());
    let sandbox = sandbox.unwrap();
    let token = Token::new(sandbox.account(), sandbox.token());
    let api = Api::with_config(sandbox.url(), token, Config::new()).unwrap();
    let flow = NewFlow::new(format!("/{}/bench", sandbox.account()));
    let flow = flow.description("What is read, again and again.");
    let flow = runtime.block_on(async { api.flow().create(flow).await.unwrap().id });
    let host = sandbox.url().trim_start_matches("http://");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/python/flows.py");
    let theirs = || {
        let mut command = Command::new(&python);
        command.args(["-B", script, host, sandbox.account(), sandbox.token()]);
        command.args([flow.as_str(), &READS.to_string(), &AT_ONCE.to_string()]);
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (seconds, count) = text
            .trim()
            .split_once(' ')
            .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(count, READS.to_string());
        Duration::from_secs_f64(seconds.parse().unwrap())
    };
    let name = format!("{READS} reads of a flow, {AT_ONCE} at once, beside Python");
    ratio::in_turns(&name, 0.1, ROUNDS, theirs, || read(&runtime, &api, &flow));
}

/// How long all reads take.
fn read(runtime: &Runtime, api: &Api, flow: &FlowId) -> Duration {
    let start = Instant::now();
    let group = api.flow();
    let reads: Batch<Flow> = (0..READS).map(|_| group.read(flow)).collect();
    let flows = runtime.block_on(async { reads.with_concurrency(AT_ONCE).await.unwrap() });
    let taken = start.elapsed();
    assert_eq!(flows.len(), READS);
    assert!(flows.iter().all(|own| own.id == *flow));
    taken
}
