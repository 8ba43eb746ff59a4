//! Metrics of many objects.

use std::time::Duration;

use headwaters::{
    sandbox::Fault,
    streams::{Pattern, Sample, Sampling},
};

use super::*;

/// What a link has behind the URL of the API.
fn path(link: &str) -> &str {
    link.split_once("/streams/rest").unwrap().1
}

/// The output ports of a job by their streams.
async fn ports(sc: &StreamsConnection, job: &Job) -> Sampling<String> {
    let mut sampling = Sampling::new();
    for operator in sc.follow(&job.operators).await.unwrap() {
        for port in sc.operator(&operator).output_ports().await.unwrap() {
            let stream = port.stream_name.clone().unwrap();
            sampling.add(stream, sc.output_port(&port).metrics());
        }
    }
    sampling
}

#[tokio::test]
async fn samples_have_the_wanted_metrics_of_all_objects_and_rates_from_the_second_on() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "0").await;
    let wanted = [
        Pattern::from("nTuplesSubmitted"),
        Pattern::regex("^nWindow").unwrap(),
    ];
    let sampling = ports(&sc, &job).await.only(wanted);
    let mut sampling = sampling.every(Duration::from_millis(20));
    let first = sampling.next().await.unwrap().unwrap();
    let streams_of: Vec<_> = first
        .objects
        .iter()
        .map(|(stream, _)| stream.as_str())
        .collect();
    let mut sorted = streams_of.clone();
    sorted.sort_unstable();
    let expected = [
        "Op.PublishTopic.TopicProperties",
        "stream1",
        "stream2",
        "stream3",
    ];
    assert_eq!(sorted, expected);
    for (stream, metrics) in &first.objects {
        let names: Vec<_> = metrics.iter().map(|m| m.metric.name.as_str()).collect();
        assert_eq!(
            names,
            ["nTuplesSubmitted", "nWindowPunctsSubmitted"],
            "{stream}"
        );
        assert!(
            metrics.iter().all(|sampled| sampled.rate.is_none()),
            "{stream}"
        );
    }
    streams.advance(Duration::from_secs(3));
    // The second time that the server has not collected anew, rates stay.
    for _ in 0..2 {
        let sample = sampling.next().await.unwrap().unwrap();
        for (stream, metrics) in &sample.objects {
            let rate = match stream.as_str() {
                "stream1" | "stream2" => 50.0,
                _ => 20.0,
            };
            let rates: Vec<_> = metrics.iter().map(|sampled| sampled.rate).collect();
            assert_eq!(rates, [Some(rate), Some(0.0)], "{stream}");
        }
        let order = sample.objects.iter().map(|(stream, _)| stream.as_str());
        assert!(order.eq(streams_of.iter().copied()));
        assert!(sample.failures.is_empty() && sample.gone.is_empty());
    }
}

#[tokio::test]
async fn failures_are_in_the_sample_and_what_is_gone_is_not_asked_again() {
    let (streams, sc) = demo(Flavour::Standalone5).await;
    let mut sampling = Sampling::new().every(Duration::from_millis(10));
    for id in ["0", "1"] {
        let job = job(&sc, id).await;
        let pes = sc.follow(&job.pes).await.unwrap();
        sampling.extend(pes.iter().map(|pe| (id, sc.pe(pe).metrics())));
    }
    let pe = sc.follow(&job(&sc, "0").await.pes).await.unwrap().remove(0);
    let metrics = path(pe.metrics.as_ref().unwrap().as_str());
    streams.inject(Fault::status(403).on("GET", metrics));
    let sample = sampling.next().await.unwrap().unwrap();
    let [(id, error)] = &sample.failures[..] else {
        panic!("{sample:?}")
    };
    assert!(error.is_forbidden() && *id == "0", "{error}");
    streams.clear_faults();
    let all = sample.objects.len() + 1;
    sc.job(&job(&sc, "1").await).cancel().await.unwrap();
    let sample = sampling.next().await.unwrap().unwrap();
    assert!(!sample.gone.is_empty() && sample.gone.iter().all(|id| *id == "1"));
    assert_eq!(sample.objects.len() + sample.gone.len(), all);
    let left = sample.objects.len();
    let before = streams.journal().len();
    let sample = sampling.next().await.unwrap().unwrap();
    assert_eq!((sample.objects.len(), sample.gone.len()), (left, 0));
    assert_eq!(streams.journal().len() - before, left);
    sc.job(&job(&sc, "0").await).cancel().await.unwrap();
    let sample = sampling.next().await.unwrap().unwrap();
    assert_eq!(sample.gone.len(), left);
    assert!(sampling.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_sampling_of_which_nothing_is_to_be_had_fails_and_goes_on() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "0").await;
    let mut sampling = ports(&sc, &job).await.every(Duration::from_millis(10));
    streams.inject(Fault::status(401).times(4));
    let error = sampling.next().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    streams.clear_faults();
    assert_eq!(sampling.next().await.unwrap().unwrap().objects.len(), 4);
}

#[tokio::test]
async fn a_sample_makes_so_many_requests_at_a_time() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "0").await;
    let sampling = ports(&sc, &job).await.with_concurrency(2);
    let mut sampling = sampling.every(Duration::ZERO);
    let slow = Fault::delay(Duration::from_millis(100));
    streams.inject(slow.times(4));
    let begun = std::time::Instant::now();
    assert_eq!(sampling.next().await.unwrap().unwrap().objects.len(), 4);
    // Two at a time, twice.
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn what_is_added_while_a_sample_is_taken_comes_with_the_next_one() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let pes = sc.follow(&job(&sc, "0").await.pes).await.unwrap();
    let [first, second, ..] = &pes[..] else {
        panic!("two PEs are needed")
    };
    let mut sampling = Sampling::new().every(Duration::from_millis(1));
    sampling.add("first", sc.pe(first).metrics());
    streams.inject(Fault::delay(Duration::from_millis(100)));
    let wait = tokio::time::timeout(Duration::from_millis(50), sampling.next());
    assert!(wait.await.is_err());
    sampling.add("second", sc.pe(second).metrics());
    let keys = |sample: Sample<&'static str>| -> Vec<_> {
        let keys = sample.objects.into_iter();
        keys.map(|(key, _)| key).collect()
    };
    assert_eq!(keys(sampling.next().await.unwrap().unwrap()), ["first"]);
    assert_eq!(
        keys(sampling.next().await.unwrap().unwrap()),
        ["first", "second"]
    );
}
