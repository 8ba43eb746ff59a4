//! What is measured, and when.

use std::time::Duration;

use super::*;

const INPUT: &str = "/jobs/0/operators/neural_net_model/inputports/0/metrics";

#[tokio::test]
async fn metrics_are_collected_every_three_seconds() {
    let streams = demo(Flavour::OnPrem4).await;
    let (before, at) = metrics(&streams, INPUT).await;
    streams.advance(Duration::from_secs(3));
    let (after, later) = metrics(&streams, INPUT).await;
    assert_eq!((later - at) % 3000, 0);
    assert!(later > at);
    let processed = |values: &Value| values["nTuplesProcessed"].as_i64().unwrap();
    // 50 tuples a second.
    assert_eq!(
        (processed(&after) - processed(&before)) * 1000 / (later - at),
        50
    );
}

#[tokio::test]
async fn each_owner_has_the_metrics_of_its_kind() {
    let streams = demo(Flavour::OnPrem4).await;
    for (target, names) in [
        (
            "/hosts/streams2.example.com/metrics",
            "loadAverage nProcessors cpuSpeed",
        ),
        (
            "/pes/0/metrics",
            "nCpuMilliseconds nMemoryConsumption nResidentMemoryConsumption",
        ),
        (
            "/pes/1/inputports/0/metrics",
            "nTuplesProcessed nTupleBytesProcessed",
        ),
        (
            "/pes/0/outputports/0/metrics",
            "nTuplesSubmitted nTuplesTransmitted nConnections",
        ),
        (
            "/peconnections/o0p0i0p1/metrics",
            "congestionFactor nTuplesFilteredOut",
        ),
        (
            "/jobs/0/operators/neural_net_model/metrics",
            "relativeOperatorCost nPredictions",
        ),
        (
            INPUT,
            "nTuplesProcessed nTuplesDropped nTuplesQueued queueSize maxItemsQueued",
        ),
        (
            "/jobs/0/operators/identity/outputports/0/metrics",
            "nTuplesSubmitted nFinalPunctsSubmitted",
        ),
    ] {
        let (values, _) = metrics(&streams, target).await;
        for name in names.split(' ') {
            assert!(values[name].is_i64(), "{target} {name}");
        }
    }
    let list = ok(&streams, INPUT).await;
    assert_eq!(
        list["owner"],
        url(&streams, INPUT.strip_suffix("/metrics").unwrap())
    );
    let custom = ok(&streams, "/jobs/0/operators/neural_net_model/metrics").await;
    let kinds: Vec<_> = custom["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| &metric["metricType"])
        .collect();
    assert_eq!(kinds, ["custom", "custom", "system"]);
}

#[tokio::test]
async fn one_connection_is_congested_and_the_others_are_not() {
    let streams = demo(Flavour::OnPrem4).await;
    let connections = ok(&streams, "/peconnections").await;
    for connection in connections["connections"].as_array().unwrap() {
        let (values, _) = metrics(&streams, connection["metrics"].as_str().unwrap()).await;
        let factor = values["congestionFactor"].as_i64().unwrap();
        let expected = if connection["id"] == "o0p0i0p1" {
            60..=80
        } else {
            0..=0
        };
        assert!(expected.contains(&factor), "{} {factor}", connection["id"]);
    }
}

#[tokio::test]
async fn counters_begin_again_with_the_pe_and_there_are_none_before() {
    let streams = demo(Flavour::OnPrem4).await;
    streams.restart_pe("1").unwrap();
    assert_eq!(ok(&streams, INPUT).await["metrics"], json!([]));
    streams.advance(Duration::from_secs(6));
    let (values, _) = metrics(&streams, INPUT).await;
    let processed = values["nTuplesProcessed"].as_i64().unwrap();
    assert!((1..=300).contains(&processed), "{processed}");
}

#[tokio::test]
async fn a_metric_that_is_set_stays_until_its_job_goes() {
    let streams = demo(Flavour::Standalone5).await;
    streams
        .set_metric(&url(&streams, INPUT), "nTuplesProcessed", -5)
        .unwrap();
    streams
        .set_metric(&url(&streams, INPUT), "mine", i64::MAX)
        .unwrap();
    streams.advance(Duration::from_secs(30));
    let (values, _) = metrics(&streams, INPUT).await;
    assert_eq!(
        (&values["nTuplesProcessed"], &values["mine"]),
        (&json!(-5), &json!(i64::MAX))
    );
    let error = streams
        .set_metric("/nowhere/metrics", "mine", 1)
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}
