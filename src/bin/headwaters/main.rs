//! The command `headwaters`: the platforms' operations from a shell, their sandboxes, and a tour.
//!
//! Each subcommand has a file of its own; what they share is how a [`platform`] is found, the ways to end ([`failure`]) and
//! the ways to write ([`output`]).

// Without a platform there is nobody to call.
#![cfg_attr(
    not(any(
        feature = "flink",
        feature = "flowthings",
        feature = "joule",
        feature = "streams"
    )),
    allow(dead_code, unused_variables)
)]

mod call;
#[cfg(feature = "flink")]
mod drift;
mod failure;
mod interrupt;
mod nearest;
mod ops;
mod output;
mod platform;
mod sandbox;
mod tour;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Stream platforms from the shell: their operations, sandboxes of them, and a tour.
///
/// Data goes to stdout, talk goes to stderr.
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit status: 0 for success, 1 for failure, 2 for a wrong command line."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Tour(tour::Tour),
    Ops(ops::Ops),
    Call(call::Call),
    Sandbox(sandbox::Sandbox),
    #[cfg(feature = "flink")]
    Drift(drift::Drift),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.told(),
    }
}

fn run(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Tour(tour) => tour.run().await,
            Command::Ops(ops) => ops.run(),
            Command::Call(call) => call.run().await,
            Command::Sandbox(sandbox) => sandbox.run().await,
            #[cfg(feature = "flink")]
            Command::Drift(drift) => drift.run().await,
        }
    });
    // A read of stdin that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    outcome
}
