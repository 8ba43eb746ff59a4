//! For each job: its operators, the PEs that run them, and how congested the connections between these are.
//!
//! `cargo run --features sandbox --example list_operators`; on a real server where `STREAMS_REST_URL`, `STREAMS_USERNAME` and
//! `STREAMS_PASSWORD` are set.

use std::fmt::Display;

use headwaters::{sandbox, streams::StreamsConnection};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = sandbox::Streams::builder().demo(true).start().await?;
    let sc = match std::env::var_os("STREAMS_REST_URL") {
        Some(_) => StreamsConnection::from_env()?,
        None => StreamsConnection::new(sandbox.url(), sandbox.user(), sandbox.password())?,
    };

    for instance in sc.instances().list().await? {
        println!("{} takes jobs: {}", instance.id, instance.is_running());
        let parts = sc.instance(&instance);
        for job in parts.jobs().await? {
            println!("job {} is {}", job.id, known(&job.health));
            for operator in parts.operators().job(&job.restid).await? {
                println!("  {}: {}", operator.name, known(&operator.operator_kind));
            }
            for pe in parts.pes().job(&job.restid).await? {
                // `None` when the server has just started it and measured nothing yet.
                let cpu = sc.pe(&pe).metric("nCpuMilliseconds").await?;
                let health = known(&pe.health);
                println!(
                    "  PE {} is {health}, {} ms of processor",
                    pe.id,
                    known(&cpu)
                );
            }
            for connection in parts.pe_connections().job(&job.restid).await? {
                let congestion = sc.pe_connection(&connection).congestion().await?;
                let congestion = known(&congestion);
                println!("  {}: congestion {congestion} of 100", connection.restid);
            }
        }
    }
    Ok(())
}

fn known<T: Display>(value: &Option<T>) -> String {
    value
        .as_ref()
        .map_or("unknown".to_owned(), |value| value.to_string())
}
