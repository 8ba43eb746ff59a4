//! What happens to the jobs of an instance.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use headwaters::{
    sandbox::Fault,
    streams::{
        JobChange, JobEvent, Watch,
        types::{Health, JobConfig, JobStatus},
    },
};

use super::*;

async fn watch(sc: &StreamsConnection) -> Watch {
    let instance = instance(sc).await;
    sc.instance(&instance)
        .watch()
        .every(Duration::from_millis(20))
}

async fn next(watch: &mut Watch) -> (String, JobChange) {
    let event = tokio::time::timeout(Duration::from_secs(10), watch.next());
    let JobEvent { job, change, .. } = event.await.unwrap().unwrap().unwrap();
    (job.id.to_string(), change)
}

#[tokio::test]
async fn jobs_that_are_there_come_first_and_then_what_happens_to_them() {
    for flavour in [Flavour::OnPrem4, Flavour::Standalone5] {
        let (streams, sc) = demo(flavour).await;
        let mut watch = watch(&sc).await;
        for id in ["0", "1"] {
            assert_eq!(next(&mut watch).await, (id.to_owned(), JobChange::Found));
        }
        streams.set_job_health("1", Some("unhealthy")).unwrap();
        let before = Some(Health::Healthy);
        assert_eq!(
            next(&mut watch).await,
            ("1".to_owned(), JobChange::Health { before })
        );
        let pe = sc.follow(&job(&sc, "0").await.pes).await.unwrap().remove(0);
        streams.restart_pe(pe.id.as_str()).unwrap();
        streams.restart_pe(pe.id.as_str()).unwrap();
        let mut restarts = 0;
        while restarts < 2 {
            match next(&mut watch).await {
                (
                    id,
                    JobChange::PeRestarted {
                        pe: restarted,
                        times,
                        ..
                    },
                ) => {
                    assert_eq!((id.as_str(), &restarted.id), ("0", &pe.id));
                    assert!(restarted.launch_count > pe.launch_count);
                    restarts += times;
                }
                // What a PE that starts does to its job.
                (id, JobChange::Health { .. }) => assert_eq!(id, "0"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(restarts, 2);
    }
}

#[tokio::test]
async fn jobs_that_come_and_go_are_told() {
    let (_streams, sc) = demo(Flavour::Standalone5).await;
    let mut watch = watch(&sc).await;
    for _ in 0..2 {
        assert_eq!(next(&mut watch).await.1, JobChange::Found);
    }
    sc.job(&job(&sc, "0").await).cancel().await.unwrap();
    loop {
        match next(&mut watch).await {
            (id, JobChange::Cancelled) if id == "0" => break,
            (id, JobChange::Status { before, .. }) => {
                assert_eq!((id.as_str(), before), ("0", Some(JobStatus::Running)));
            }
            other => panic!("{other:?}"),
        }
    }
    let instance = instance(&sc).await;
    let instance = sc.instance(&instance);
    let bundle = instance.upload_bundle("not empty").await.unwrap();
    let submitted = instance.submit(bundle.bundle_id, JobConfig::new());
    submitted.await.unwrap();
    let (id, change) = next(&mut watch).await;
    assert_eq!((id.as_str(), change), ("2", JobChange::Submitted));
}

#[tokio::test]
async fn a_watch_goes_on_after_an_error_and_tells_what_has_happened_meanwhile() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let mut watch = watch(&sc).await;
    for _ in 0..2 {
        next(&mut watch).await;
    }
    let fault = Fault::status(403).on("GET", "/instances/StreamsInstance/pes");
    streams.inject(fault.times(2));
    let error = watch.next().await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    streams
        .set_job_health("0", Some("partiallyHealthy"))
        .unwrap();
    assert!(watch.next().await.is_err());
    let before = Some(Health::Healthy);
    assert_eq!(
        next(&mut watch).await,
        ("0".to_owned(), JobChange::Health { before })
    );
}

#[tokio::test]
async fn a_wait_that_is_dropped_loses_no_event() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let mut watch = watch(&sc).await;
    for _ in 0..2 {
        next(&mut watch).await;
    }
    streams.set_job_health("1", Some("unhealthy")).unwrap();
    let event = loop {
        let wait = tokio::time::timeout(Duration::from_millis(3), watch.next());
        if let Ok(event) = wait.await {
            break event.unwrap().unwrap();
        }
    };
    assert_eq!(event.job.health, Some(Health::Unhealthy));
}

#[tokio::test]
async fn a_watch_is_a_stream() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let mut events = watch(&sc).await.into_stream();
    let event = events.try_next().await.unwrap().unwrap();
    assert_eq!(event.change, JobChange::Found);
}
