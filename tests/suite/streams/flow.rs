//! How the tuples of a job flow.

use std::time::Duration;

use headwaters::streams::{Flow, FlowConnection};

use super::*;

async fn flow(streams: &Streams, sc: &StreamsConnection, job: &Job) -> Flow {
    let poll = sc.job(job).flow();
    let (flow, ()) = tokio::join!(poll, async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        streams.advance(Duration::from_secs(3));
    });
    flow.unwrap()
}

#[tokio::test]
async fn a_flow_has_the_rates_of_all_operators_and_names_the_slow_one() {
    for flavour in [Flavour::OnPrem4, Flavour::Standalone5] {
        let (streams, sc) = demo(flavour).await;
        let job = job(&sc, "0").await;
        let flow = flow(&streams, &sc, &job).await;
        let operators = sc.follow(&job.operators).await.unwrap();
        let names: Vec<_> = operators.iter().map(|operator| &operator.name).collect();
        let shown: Vec<_> = flow
            .operators
            .iter()
            .map(|operator| &operator.name)
            .collect();
        assert_eq!(shown, names);
        // What the demonstration's operators do a second.
        for (name, processed, submitted, cost) in [
            ("periodicSource", None, Some(50.0), 20),
            ("identity", Some(50.0), Some(50.0), 80),
            ("neural_net_model", Some(50.0), Some(20.0), 100),
            ("print_flush", Some(20.0), None, 60),
        ] {
            let mut operators = flow.operators.iter();
            let operator = operators.find(|operator| operator.name == name).unwrap();
            assert_eq!(
                (operator.processed, operator.submitted),
                (processed, submitted),
                "{name}"
            );
            assert_eq!(operator.cost, Some(cost), "{name}");
        }
        let between = |from: &str, to: &str| -> &FlowConnection {
            let mut connections = flow.connections.iter();
            let found = connections.find(|c| c.from.operator == from && c.to.operator == to);
            found.unwrap_or_else(|| panic!("{from} -> {to}: {flow}"))
        };
        let within = between("periodicSource", "identity");
        assert_eq!((within.rate, within.congestion), (Some(50.0), None));
        let slow = between("identity", "neural_net_model");
        assert_eq!(slow.stream.as_deref(), Some("stream2"));
        assert!((60..=80).contains(&slow.congestion.unwrap()), "{slow:?}");
        let other = between("Op.PublishTopic.TopicProperties", "Report");
        assert_eq!(other.to.job.as_str(), "1");
        assert_eq!(flow.bottleneck().unwrap().operator, "neural_net_model");
    }
}

#[tokio::test]
async fn a_flow_waits_for_the_second_collection_as_long_as_the_poll_does() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "1").await;
    let poll = sc.job(&job).flow();
    let error = poll
        .with_timeout(Duration::from_millis(600))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_flow_of_a_job_that_is_gone_or_goes_is_an_error() {
    let (streams, sc) = demo(Flavour::Standalone5).await;
    let job = job(&sc, "1").await;
    let poll = sc.job(&job).flow();
    let (measured, measuring) = tokio::sync::oneshot::channel();
    let mut measured = Some(measured);
    let poll = poll.on_progress(move |_| {
        if let Some(measured) = measured.take() {
            measured.send(()).unwrap();
        }
    });
    let cancel = async {
        measuring.await.unwrap();
        sc.job(&job).cancel().await.unwrap();
    };
    let (flow, ()) = tokio::join!(poll, cancel);
    let error = flow.unwrap_err();
    assert_eq!(error.kind(), headwaters::ErrorKind::Failed);
    let text = error.to_string();
    assert!(text.contains("a part of it is gone"), "{text}");
    let error = sc.job(&job).flow().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    drop(streams);
}
