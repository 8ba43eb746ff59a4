//! Streams 5 in Cloud Pak for Data.

use headwaters::reqwest::{Certificate, Client};

use super::*;

/// A client that trusts the sandbox.
fn trusting(streams: &Streams) -> Client {
    drop(http());
    let authority = streams.authority().unwrap();
    let authority = Certificate::from_pem(authority.as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([authority]);
    client.build().unwrap()
}

/// What is told to a user, in the order of the questions: a token, the details, a token of the service.
async fn enter(streams: &Streams, client: &Client) -> (String, Value, String) {
    let url = streams.url();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let body = json!({"username": streams.user(), "password": streams.password()});
    let request = client.post(format!("{url}/icp4d-api/v1/authorize"));
    let (status, told) = answer(request.json(&body)).await;
    assert_eq!(status, 200, "{told}");
    let token = told["token"].as_str().unwrap().to_owned();
    let details = format!("{url}/zen-data/v2/serviceInstance/details?displayName=StreamsInstance");
    let (status, details) = answer(client.get(details).bearer_auth(&token)).await;
    assert_eq!(
        (status, &details["_messageCode_"]),
        (200, &json!("success"))
    );
    let details = details["requestObj"].clone();
    let body = json!({"serviceInstanceId": details["ID"].to_string()});
    let request = client.post(format!("{url}/zen-data/v2/serviceInstance/token"));
    let (status, told) = answer(request.bearer_auth(&token).json(&body)).await;
    assert_eq!(status, 200, "{told}");
    let of_service = told["AccessToken"].as_str().unwrap().to_owned();
    (token, details, of_service)
}

#[tokio::test]
async fn the_details_lead_to_the_instance_and_its_root() {
    let streams = demo(Flavour::Cp4d).await;
    let client = trusting(&streams);
    let (token, details, of_service) = enter(&streams, &client).await;
    let info = &details["CreateArguments"]["connection-info"];
    let path = info["externalRestEndpoint"].as_str().unwrap();
    let own = format!("{}{path}", streams.url());
    for token in [&token, &of_service] {
        let (status, instance) = answer(client.get(&own).bearer_auth(token)).await;
        assert_eq!((status, &instance["self"]), (200, &json!(own)));
        let jobs = instance["jobs"].as_str().unwrap();
        let (_, jobs) = answer(client.get(jobs).bearer_auth(token)).await;
        assert_eq!(jobs["total"], 2);
    }
    let root = own.replace("/streams-rest/", "/streams-resource/");
    let (_, root) = answer(client.get(root).bearer_auth(&of_service)).await;
    assert_eq!(
        all(&root, "resources", "name"),
        ["accessTokens", "instances", "toolkits"]
    );
    // Whoever is known by a token gets another.
    let link = root["resources"][0]["resource"].as_str().unwrap();
    let body = json!({"audience": "streams"});
    let request = client.post(link).bearer_auth(&of_service).json(&body);
    let (status, told) = answer(request).await;
    assert_eq!(status, 200, "{told}");
    let given = told["accessToken"].as_str().unwrap();
    assert_eq!(answer(client.get(&own).bearer_auth(given)).await.0, 200);
    let build = info["externalBuildEndpoint"].as_str().unwrap();
    let build = build.replace("/streams-build/", "/streams-build-resource/");
    let request = client.get(format!("{}{build}", streams.url()));
    assert_eq!(answer(request.bearer_auth(&of_service)).await.1, root);
}

#[tokio::test]
async fn nobody_enters_without_a_token_or_by_a_wrong_password() {
    let streams = demo(Flavour::Cp4d).await;
    let client = trusting(&streams);
    let url = streams.url();
    let body = json!({"username": streams.user(), "password": "wrong"});
    let request = client.post(format!("{url}/icp4d-api/v1/authorize"));
    let (status, told) = answer(request.json(&body)).await;
    assert_eq!((status, &told["_statusCode_"]), (401, &json!(401)));
    let request = client.post(format!("{url}/icp4d-api/v1/authorize"));
    let request = request.header("content-type", "application/json");
    let (status, told) = answer(request.body("{")).await;
    assert_eq!(
        (status, &told["_statusCode_"], &told["_messageCode_"]),
        (400, &json!(400), &json!("400"))
    );
    assert!(told["message"].is_string(), "{told}");
    let instance = format!("{url}/streams-rest/instances/StreamsInstance");
    assert_eq!(answer(client.get(&instance)).await.0, 401);
    let basic = client
        .get(&instance)
        .basic_auth(streams.user(), Some(streams.password()));
    assert_eq!(answer(basic).await.0, 401);
    let (token, ..) = enter(&streams, &client).await;
    let other = format!("{url}/zen-data/v2/serviceInstance/details?displayName=other");
    let (status, told) = answer(client.get(other).bearer_auth(&token)).await;
    assert_eq!((status, &told["_messageCode_"]), (404, &json!("404")));
    streams.expire_tokens();
    assert_eq!(
        answer(client.get(&instance).bearer_auth(&token)).await.0,
        401
    );
}

#[tokio::test]
async fn whoever_does_not_trust_it_makes_no_connection_and_stops_nobody() {
    let streams = demo(Flavour::Cp4d).await;
    // One that says nothing, and one that leaves.
    let address = streams.url().trim_start_matches("https://");
    let _silent = std::net::TcpStream::connect(address).unwrap();
    let error = http().get(streams.url()).send().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let client = trusting(&streams);
    enter(&streams, &client).await;
    let metrics = format!(
        "{}/streams-rest/instances/StreamsInstance/pes/0/metrics",
        streams.url()
    );
    streams.set_metric(&metrics, "mine", 7).unwrap();
    // A path alone will do, without the part that all have.
    streams
        .set_metric("/instances/StreamsInstance/pes/0/metrics", "mine", 8)
        .unwrap();
}

#[tokio::test]
async fn it_comes_back_with_the_same_authority() {
    let streams = demo(Flavour::Cp4d).await;
    let client = trusting(&streams);
    streams.stop_listening();
    assert!(client.get(streams.url()).send().await.is_err());
    streams.listen_again().await.unwrap();
    enter(&streams, &client).await;
}
