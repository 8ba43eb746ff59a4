//! Headers that would cut a body, or make something else of the connection.

use headwaters::{Auth, Outgoing, Sign, SignError, Upload, flink::Flink, reqwest::Method};

use super::{
    JAR, OVERVIEW, assert_readable, client,
    scripted_server::{Answer, ScriptedServer},
    single,
};

const FRAMING: [(&str, &str); 11] = [
    ("Accept-Encoding", "gzip"),
    ("content-length", "3"),
    ("Content-Length", "99"),
    ("transfer-encoding", "chunked"),
    ("TRANSFER-ENCODING", "identity"),
    ("connection", "close, content-length"),
    ("te", "trailers"),
    ("Trailer", "x-sum"),
    ("upgrade", "h2c"),
    ("expect", "100-continue"),
    ("keep-alive", "timeout=1"),
];

struct Signing(&'static str, &'static str);

impl Sign for Signing {
    fn sign<'a>(
        &'a self,
        mut request: Outgoing<'a>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), SignError>> + Send + 'a>> {
        let outcome = request.set_header(self.0, self.1);
        Box::pin(async move { Ok(outcome?) })
    }
}

#[tokio::test]
async fn a_header_that_frames_a_request_is_refused_wherever_it_is_given() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let flink = client(&stub, single());
    for (name, value) in FRAMING {
        let run = flink.jars().run(JAR).parallelism(2);
        let upload = flink.jars().upload(Upload::bytes("job.jar", "bytes"));
        let raw = flink.request(Method::POST, "/jobs").with_body("body");
        let of = |config| Flink::with_config(stub.url(), config);
        let configured = of(single().with_header(name, value)).map(drop);
        let authorized = of(single().with_auth(Auth::header(name, value))).map(drop);
        let signed = of(single().with_signer(Signing(name, value))).unwrap();
        for outcome in [
            configured,
            authorized,
            run.with_header(name, value).await.map(drop),
            upload.with_header(name, value).await.map(drop),
            raw.with_header(name, value).bytes().await.map(drop),
            signed.overview().await.map(drop),
        ] {
            let error = outcome.unwrap_err();
            assert!(error.is_request() && !error.maybe_sent(), "{error:?}");
            let told = format!("the header {} cannot be set", name.to_lowercase());
            assert!(error.to_string().contains(&told), "{error}");
            assert_readable(&error);
        }
    }
    assert_eq!(stub.opened(), 0);
}

#[tokio::test]
async fn the_type_of_a_form_is_its_own_and_that_of_other_bodies_may_be_another() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let (name, value) = ("content-type", "multipart/form-data; boundary=mine");
    let upload = || Upload::bytes("job.jar", "bytes");
    let flink = client(&stub, single());
    let call = flink.jars().upload(upload()).with_header(name, value);
    let configured = client(&stub, single().with_header(name, value));
    for error in [
        call.await.unwrap_err(),
        configured.jars().upload(upload()).await.unwrap_err(),
    ] {
        assert!(error.is_request() && !error.maybe_sent(), "{error:?}");
        assert!(error.to_string().contains("content-type"), "{error}");
    }
    assert_eq!(stub.opened(), 0);
    let raw = flink.request(Method::POST, "/x").with_body("body");
    raw.with_header(name, value).bytes().await.unwrap();
    assert_eq!(stub.requests()[0].headers(name), [value]);
    assert_eq!(stub.requests()[0].body, b"body");
}

#[tokio::test]
async fn the_host_that_a_request_is_for_can_be_another_than_the_urls() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let call = client(&stub, single()).overview();
    call.with_header("host", "flink.test").await.unwrap();
    assert_eq!(stub.requests()[0].headers("host"), ["flink.test"]);
}
