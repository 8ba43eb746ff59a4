//! Who may ask.

use std::time::Duration;

use super::*;

const GRANT: &str = "urn:ibm:params:oauth:grant-type:apikey";

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

fn api_key(streams: &Streams) -> String {
    let vcap: Value = serde_json::from_str(streams.vcap().unwrap()).unwrap();
    let key = &vcap["streaming-analytics"][0]["credentials"]["apikey"];
    key.as_str().unwrap().to_owned()
}

/// Asks for a token with the parameters in the query.
async fn token(streams: &Streams, key: &str) -> Answer {
    let url = format!("{}/oidc/token", streams.origin());
    let request = http()
        .post(url)
        .query(&[("grant_type", GRANT), ("apikey", key)]);
    answer(request).await
}

#[tokio::test]
async fn without_credentials_or_with_wrong_ones_nothing_is_told() {
    for flavour in [
        Flavour::OnPrem4,
        Flavour::Standalone5,
        Flavour::Sas1,
        Flavour::Sas2,
    ] {
        let streams = demo(flavour).await;
        let bare = || http().get(streams.url());
        let response = bare().send().await.unwrap();
        assert_eq!(response.status(), 401, "{flavour}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert_eq!(
            challenge.starts_with("Basic"),
            flavour != Flavour::Sas2,
            "{flavour}"
        );
        assert_eq!(
            status(bare().basic_auth(streams.user(), Some("x"))).await,
            401
        );
        assert_eq!(status(bare().bearer_auth("x")).await, 401);
        let basic = status(bare().basic_auth(streams.user(), Some(streams.password()))).await;
        assert_eq!(
            basic,
            if flavour == Flavour::Sas2 { 401 } else { 200 },
            "{flavour}"
        );
        // Nor is what there is not.
        assert_eq!(
            status(http().get(format!("{}/nothing", streams.origin()))).await,
            401
        );
    }
}

#[tokio::test]
async fn a_password_outside_ascii_may_come_in_either_coding() {
    let streams = Streams::builder().password("Grüße").start().await.unwrap();
    for encoded in ["c3RyZWFtc2FkbWluOkdyw7zDn2U=", "c3RyZWFtc2FkbWluOkdy/N9l"] {
        let request = http().get(streams.url());
        let request = request.header("authorization", format!("Basic {encoded}"));
        assert_eq!(status(request).await, 200, "{encoded}");
    }
}

#[tokio::test]
async fn ibm_cloud_gives_tokens_for_a_key() {
    let streams = demo(Flavour::Sas2).await;
    let key = api_key(&streams);
    let (code, told) = token(&streams, &key).await;
    assert_eq!(
        (code, &told["token_type"], &told["expires_in"]),
        (200, &json!("Bearer"), &json!(3600))
    );
    let bearer = told["access_token"].as_str().unwrap();
    assert_eq!(
        status(http().get(streams.url()).bearer_auth(bearer)).await,
        200
    );
    let form = http().post(format!("{}/identity/token", streams.origin()));
    let text = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", GRANT), ("apikey", &key)])
        .finish();
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let form = form.body(text);
    assert_eq!(status(form).await, 200);
    let (code, told) = token(&streams, "wrong").await;
    assert_eq!((code, &told["errorCode"]), (400, &json!("BXNIM0415E")));
    let journal = streams.journal();
    let tokens = journal
        .iter()
        .filter(|exchange| exchange.target.contains("/token"));
    assert_eq!(tokens.count(), 3);
}

#[tokio::test]
async fn a_token_expires_in_time_or_at_once() {
    let streams = Streams::builder().flavour(Flavour::Sas2);
    let streams = streams
        .token_lifetime(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let key = api_key(&streams);
    for expire in [
        (|streams| streams.advance(Duration::from_secs(60))) as fn(&Streams),
        Streams::expire_tokens,
    ] {
        let (_, told) = token(&streams, &key).await;
        let bearer = told["access_token"].as_str().unwrap();
        let ask = || http().get(streams.url()).bearer_auth(bearer);
        assert_eq!(status(ask()).await, 200);
        expire(&streams);
        assert_eq!(status(ask()).await, 401);
    }
}

#[tokio::test]
async fn an_instance_of_streams_5_gives_tokens_to_a_user() {
    let streams = demo(Flavour::Standalone5).await;
    let root = ok(&streams, streams.url()).await;
    let link = root["resources"][0]["resource"].as_str().unwrap();
    for audience in [json!("streams"), json!(["streams"])] {
        let (code, told) = send(&streams, "POST", link, json!({"audience": audience})).await;
        assert_eq!(code, 200);
        assert!(told["expireTime"].is_i64());
        let bearer = told["accessToken"].as_str().unwrap();
        assert_eq!(
            status(http().get(streams.url()).bearer_auth(bearer)).await,
            200
        );
        // With a token there is no other.
        let again = http()
            .post(link)
            .bearer_auth(bearer)
            .json(&json!({"audience": "streams"}));
        assert_eq!(status(again).await, 401);
    }
    assert_eq!(
        send(&streams, "POST", link, json!({"audience": "other"}))
            .await
            .0,
        400
    );
}
