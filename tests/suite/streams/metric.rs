//! Metrics and rates, published topics.

use std::time::Duration;

use headwaters::streams::SplType;

use super::*;

#[tokio::test]
async fn a_rate_comes_from_two_samples_of_the_server() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "1").await;
    let operators = sc.follow(&job.operators).await.unwrap();
    let trades = operators
        .iter()
        .find(|operator| operator.name == "Trades")
        .unwrap();
    let port = sc.operator(trades).output_ports().await.unwrap().remove(0);
    let rate = sc.output_port(&port).rate("nTuplesSubmitted");
    let (rate, ()) = tokio::join!(rate, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        streams.advance(Duration::from_secs(3));
    });
    let rate = rate.unwrap();
    assert!((1.0..100_000.0).contains(&rate), "{rate}");
    let error = sc.output_port(&port).rate("nothing");
    let error = error
        .with_timeout(Duration::from_millis(100))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let submitted = sc
        .output_port(&port)
        .metric("nTuplesSubmitted")
        .await
        .unwrap();
    assert!(submitted.unwrap() > 0);
    assert_eq!(sc.output_port(&port).metric("nothing").await.unwrap(), None);
}

#[tokio::test]
async fn published_topics_have_their_schema() {
    for flavour in [Flavour::OnPrem4, Flavour::Standalone5] {
        let (_streams, sc) = demo(flavour).await;
        let topics = sc
            .instance(&instance(&sc).await)
            .published_topics()
            .await
            .unwrap();
        assert!(!topics.is_empty());
        let schema: &SplType = topics[0].schema.as_ref().unwrap();
        assert!(schema.attributes().next().is_some(), "{schema}");
    }
}
