use headwaters::sandbox::Fault;

use super::*;

#[tokio::test]
async fn what_has_arrived_is_in_the_journal() {
    let flowthings = start().await;
    let api = api(&flowthings);
    flow(&flowthings, "/sandbox/a").await;
    flowthings.clear_journal();
    api.flow()
        .find_many()
        .filter(headwaters::flowthings::mem("path").eq("/x"))
        .await
        .unwrap();
    api.flow().read_many(["ID1"]).await.unwrap_err();
    let journal = flowthings.journal();
    let lines: Vec<_> = journal
        .iter()
        .map(|exchange| {
            (
                exchange.method.as_str(),
                exchange.target.as_str(),
                exchange.status,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (
                "GET",
                "/v0.1/sandbox/flow?filter=path+%3D%3D+%27%2Fx%27",
                Some(200)
            ),
            ("MGET", "/v0.1/sandbox/flow", Some(400)),
        ]
    );
    assert_eq!(journal[1].body.as_ref(), br#"["ID1"]"#);
    assert!(!format!("{flowthings:?}").contains(flowthings.token()));
    let builder = format!("{:?}", Flowthings::builder().token("of-nobody-else"));
    assert!(!builder.contains("of-nobody-else"), "{builder}");
}

#[tokio::test]
async fn faults_strike_a_path_below_the_account() {
    let flowthings = start().await;
    let api = api(&flowthings);
    flowthings.inject(Fault::status(503).on("GET", "/flow").times(100));
    let error = api.flow().find_many().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert!(api.track().find_many().await.unwrap().is_empty());
    flowthings.clear_faults();
    assert!(api.flow().find_many().await.unwrap().is_empty());
}

#[tokio::test]
async fn accounts_have_the_name_and_the_token_that_they_are_given() {
    let flowthings = Flowthings::builder()
        .account("alice")
        .token("secret")
        .demo(true);
    let flowthings = flowthings.start().await.unwrap();
    assert_eq!(
        (flowthings.account(), flowthings.token()),
        ("alice", "secret")
    );
    let flows = get(&flowthings, "/flow").await;
    assert_eq!(
        all(&flows, "/path"),
        ["/alice/greenhouse/alerts", "/alice/greenhouse"]
    );
    let readings = get(&flowthings, "/drop?path=/alice/greenhouse&limit=100").await;
    assert_eq!(readings.as_array().unwrap().len(), 24);
    let alerts = get(&flowthings, "/drop?path=/alice/greenhouse/alerts").await;
    assert_eq!(all(&alerts, "/elems/hour"), [13, 12, 11]);
    assert!(Flowthings::builder().account("A/b").start().await.is_err());
}

#[tokio::test]
async fn the_same_seed_makes_the_same_tokens() {
    let mut secrets = Vec::new();
    for seed in [1, 1, 2] {
        let flowthings = Flowthings::builder().seed(seed).start().await.unwrap();
        let paths = json!({"paths": {"/sandbox": {"dropRead": true}}});
        secrets.push(post(&flowthings, "/token", paths).await["tokenString"].clone());
    }
    assert_eq!(secrets[0], secrets[1]);
    assert_ne!(secrets[0], secrets[2]);
}
