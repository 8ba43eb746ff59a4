//! The Streaming Analytics service, with user and password and with tokens.

use std::time::Duration;

use headwaters::{
    Batch, Config, Upload,
    streams::{
        JobSelector, ServiceCredentials, StreamingAnalyticsConnection,
        types::{JobConfigOverlays, ServiceState},
    },
};

use super::*;

async fn service(flavour: Flavour) -> (Streams, StreamingAnalyticsConnection) {
    let streams = Streams::builder().demo(true).flavour(flavour);
    let streams = streams.start().await.unwrap();
    let service = connected(&streams);
    (streams, service)
}

fn connected(streams: &Streams) -> StreamingAnalyticsConnection {
    let credentials = ServiceCredentials::of_vcap(streams.vcap().unwrap(), "sandbox").unwrap();
    let origin = streams.origin();
    StreamingAnalyticsConnection::with_iam(credentials, origin, Config::new()).unwrap()
}

fn token_requests(streams: &Streams) -> usize {
    let requests = requests(streams);
    requests
        .iter()
        .filter(|line| line.contains("token"))
        .count()
}

#[tokio::test]
async fn both_versions_of_the_service_lead_to_its_instance() {
    for flavour in [Flavour::Sas1, Flavour::Sas2] {
        let (streams, service) = service(flavour).await;
        let status = service.status().await.unwrap();
        assert_eq!(status.state, Some(ServiceState::Started));
        assert_eq!(status.job_count, Some(2));
        let sc = service.streams().await.unwrap();
        let instances = sc.instances().list().await.unwrap();
        assert_eq!(sc.instance(&instances[0]).jobs().await.unwrap().len(), 2);
        service.streams().await.unwrap();
        let discovery = requests(&streams).len();
        assert!(discovery <= 5, "{:?}", requests(&streams));
    }
}

#[tokio::test]
async fn both_versions_submit_and_cancel() {
    for flavour in [Flavour::Sas1, Flavour::Sas2] {
        let (_streams, service) = service(flavour).await;
        let bundle = || Upload::bytes("com.example.Main.sab", vec![7; 100_000]);
        let id = service
            .submit(bundle(), JobConfigOverlays::new())
            .await
            .unwrap();
        let sc = service.streams().await.unwrap();
        let instance = sc.instances().list().await.unwrap().remove(0);
        let job = sc.instance(&instance).find_job(&id).await.unwrap().unwrap();
        assert!(service.cancel(&id).await.unwrap());
        assert!(!service.cancel(&id).await.unwrap());
        assert_eq!(sc.instance(&instance).find_job(&id).await.unwrap(), None);
        let id = service
            .submit(bundle(), JobConfigOverlays::new())
            .await
            .unwrap();
        let again = sc.instance(&instance).find_job(&id).await.unwrap().unwrap();
        assert_ne!(again.name, job.name);
        let by_name = JobSelector::Name(again.name.unwrap());
        assert!(service.cancel(by_name.clone()).await.unwrap());
        assert!(!service.cancel(by_name).await.unwrap());
    }
}

#[tokio::test]
async fn a_job_without_an_id_or_a_name_is_refused_before_anything_is_sent() {
    for flavour in [Flavour::Sas1, Flavour::Sas2] {
        let (streams, service) = service(flavour).await;
        for job in [JobSelector::Id("".into()), JobSelector::Name(String::new())] {
            let error = service.cancel(job).await.unwrap_err();
            assert!(error.is_request() && !error.maybe_sent(), "{error}");
        }
        assert_eq!(requests(&streams), [""; 0]);
    }
}

#[tokio::test]
async fn a_cancellation_of_version_1_is_not_a_call_by_name() {
    let (streams, service) = service(Flavour::Sas1).await;
    let arguments = headwaters::dynamic::Arguments::from([("service", "s"), ("binding", "b")]);
    let call = service.service().call("service_v1_cancel", arguments);
    let error = call.await.unwrap_err();
    assert!(error.is_request() && !error.maybe_sent(), "{error}");
    assert_eq!(requests(&streams), [""; 0]);
}

#[tokio::test]
async fn both_versions_stop_and_start() {
    for flavour in [Flavour::Sas1, Flavour::Sas2] {
        let (_streams, service) = service(flavour).await;
        assert_eq!(
            service.stop().await.unwrap().state,
            Some(ServiceState::Stopped)
        );
        assert_eq!(
            service.start().await.unwrap().state,
            Some(ServiceState::Started)
        );
    }
}

#[tokio::test]
async fn two_hundred_calls_at_once_make_one_request_for_a_token() {
    let (streams, service) = service(Flavour::Sas2).await;
    let calls = (0..200).map(|_| {
        let service = service.clone();
        async move { service.status().await }
    });
    let calls: Batch<_> = calls.map(Box::pin).collect();
    let all = calls.with_concurrency(200).await.unwrap();
    assert_eq!(all.len(), 200);
    assert_eq!(token_requests(&streams), 1);
    let sc = service.streams().await.unwrap();
    sc.instances().list().await.unwrap();
    assert_eq!(token_requests(&streams), 1);
}

#[tokio::test]
async fn a_token_that_has_expired_is_replaced_once() {
    let (streams, service) = service(Flavour::Sas2).await;
    service.status().await.unwrap();
    streams.expire_tokens();
    service.status().await.unwrap();
    assert_eq!(token_requests(&streams), 2);
    // Its own lifetime passes: the next token is fetched before the old one is refused.
    streams.advance(Duration::from_secs(7_200));
    service.status().await.unwrap();
    let refused = streams.journal();
    let refused = refused
        .iter()
        .filter(|exchange| exchange.status == Some(401));
    assert_eq!(refused.count(), 2);
}

#[tokio::test]
async fn the_key_shows_nowhere() {
    let (streams, service) = service(Flavour::Sas2).await;
    let vcap: serde_json::Value = serde_json::from_str(streams.vcap().unwrap()).unwrap();
    let key = vcap["streaming-analytics"][0]["credentials"]["apikey"]
        .as_str()
        .unwrap();
    assert!(!format!("{service:?}").contains(key));
    service.status().await.unwrap();
    for exchange in streams.journal() {
        assert!(!exchange.target.contains(key));
    }
    let wrong = streams.vcap().unwrap().replace(key, "s3cret-wrong-key");
    let credentials = ServiceCredentials::of_vcap(wrong.as_str(), "sandbox").unwrap();
    let service =
        StreamingAnalyticsConnection::with_iam(credentials, streams.origin(), Config::new())
            .unwrap();
    let error = service.status().await.unwrap_err();
    assert!(!error.report().contains("s3cret"), "{}", error.report());
    assert!(error.to_string().contains("BXNIM0415E"), "{error}");
}

#[tokio::test]
async fn a_token_service_is_asked_over_https_or_on_this_host() {
    let (streams, _) = service(Flavour::Sas2).await;
    let credentials = ServiceCredentials::of_vcap(streams.vcap().unwrap(), "sandbox").unwrap();
    let elsewhere = "http://iam.example.com";
    let error = StreamingAnalyticsConnection::with_iam(credentials, elsewhere, Config::new());
    assert!(error.unwrap_err().is_request());
}
