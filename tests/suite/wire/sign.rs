//! Signatures over what goes out.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use headwaters::{Auth, ErrorKind, Outgoing, Sign, SignError, Upload, reqwest::header::HeaderMap};

use super::{
    JAR, JOB, OVERVIEW, RUN, STATUS, UPLOADED, assert_readable, brisk, client,
    scripted_server::{Answer, Request, ScriptedServer},
    secret::{TOKEN, assert_error_hides, assert_hidden},
    single,
};

/// Puts what it signs, and the number of the signature, through a hash.
#[derive(Clone, Default)]
struct Toy {
    signed: Arc<AtomicUsize>,
}

/// FNV-1a with a key.
fn mac(parts: &[&[u8]]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in [TOKEN.as_bytes()].iter().chain(parts) {
        for byte in part.iter().chain(b"\n") {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

impl Sign for Toy {
    fn sign<'a>(
        &'a self,
        mut request: Outgoing<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), SignError>> + Send + 'a>> {
        Box::pin(async move {
            // As one that asks a vault for its key.
            tokio::task::yield_now().await;
            let number = self.signed.fetch_add(1, Ordering::SeqCst).to_string();
            let authorization = request.headers().get("authorization");
            let signature = mac(&[
                number.as_bytes(),
                request.method().as_str().as_bytes(),
                request.url().as_str().as_bytes(),
                authorization.map_or(b"", |value| value.as_bytes()),
                request.body().unwrap_or(b"a stream"),
            ]);
            request.set_header("x-number", number)?;
            request.set_header("x-signature", signature)?;
            Ok(())
        })
    }
}

/// What [`Toy`] makes of a request as it came.
fn expected(stub: &ScriptedServer, request: &Request, body: &[u8]) -> String {
    mac(&[
        request.header("x-number").unwrap().as_bytes(),
        request.method.as_bytes(),
        format!("{}{}", stub.url(), request.target).as_bytes(),
        request
            .header("authorization")
            .unwrap_or_default()
            .as_bytes(),
        body,
    ])
}

#[tokio::test]
async fn a_signature_covers_the_method_the_whole_url_the_credentials_and_the_body() {
    let stub = ScriptedServer::new(|request| match request.number {
        0 => Answer::json(STATUS),
        _ => Answer::json(RUN),
    });
    let config = single()
        .with_auth(Auth::basic("user", "password"))
        .with_signer(Toy::default());
    let flink = client(&stub, config);
    let call = flink.jobs().status(JOB).with_query("x", "a b");
    call.await.unwrap();
    flink.jars().run(JAR).parallelism(4).await.unwrap();
    let requests = stub.requests();
    assert!(requests[0].target.contains('?') && requests[0].body.is_empty());
    assert!(!requests[1].body.is_empty());
    for request in &requests {
        let signature = request.header("x-signature").unwrap();
        assert_eq!(signature, expected(&stub, request, &request.body));
    }
}

#[tokio::test]
async fn a_retry_is_signed_anew() {
    let stub = ScriptedServer::playing([
        Answer::status(503, &[], "busy"),
        Answer::status(503, &[], "busy"),
        Answer::json(OVERVIEW),
    ]);
    let flink = client(&stub, brisk().with_signer(Toy::default()));
    flink.overview().await.unwrap();
    for (number, request) in stub.requests().iter().enumerate() {
        assert_eq!(request.headers("x-number"), [number.to_string()]);
        let signature = expected(&stub, request, b"");
        assert_eq!(request.headers("x-signature"), [signature]);
    }
    assert_eq!(stub.count(), 3);
}

#[tokio::test]
async fn a_request_to_a_fallback_is_signed_for_its_url() {
    let first = ScriptedServer::playing([Answer::status(503, &[], "busy")]);
    let second = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    let config = brisk()
        .with_fallback(second.url())
        .with_signer(Toy::default());
    client(&first, config).overview().await.unwrap();
    let request = &second.requests()[0];
    let signature = request.header("x-signature").unwrap();
    assert_eq!(signature, expected(&second, request, b""));
}

#[tokio::test]
async fn a_stream_has_no_body_to_sign() {
    let stub = ScriptedServer::playing([Answer::json(UPLOADED)]);
    let flink = client(&stub, single().with_signer(Toy::default()));
    let upload = Upload::bytes("x.jar", "content");
    flink.jars().upload(upload).await.unwrap();
    let request = &stub.requests()[0];
    let signature = request.header("x-signature").unwrap();
    assert_eq!(signature, expected(&stub, request, b"a stream"));
}

/// Fails, with an error of its own or with one of the crate.
struct Failing {
    with_own: bool,
}

impl Sign for Failing {
    fn sign<'a>(
        &'a self,
        mut request: Outgoing<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), SignError>> + Send + 'a>> {
        Box::pin(async move {
            if self.with_own {
                return Err("the vault is closed".into());
            }
            request.set_header("x-signature", format!("{TOKEN}\n"))?;
            Ok(())
        })
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    let stub = ScriptedServer::playing([Answer::json(OVERVIEW)]);
    for (with_own, kind, said) in [
        (true, ErrorKind::Sign, "the vault is closed"),
        (false, ErrorKind::Config, "a header cannot carry"),
    ] {
        let flink = client(&stub, brisk().with_signer(Failing { with_own }));
        let error = flink.overview().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.report().contains(said), "{error:?}");
        assert!(!error.maybe_sent() && !error.is_retryable());
        assert_eq!(error.attempts(), 0);
        assert_readable(&error);
        assert_error_hides("signature", &error);
    }
    assert_eq!(stub.opened(), 0);
}

/// Sends its secret itself, and keeps what it saw of the request.
struct Plain;

impl Sign for Plain {
    fn sign<'a>(
        &'a self,
        mut request: Outgoing<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), SignError>> + Send + 'a>> {
        Box::pin(async move {
            request.set_header("x-signature", TOKEN)?;
            let shown = format!("{request:?} {:?}", request.headers() as &HeaderMap);
            assert_hidden("outgoing", &shown);
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_signature_shows_nowhere_even_when_the_server_repeats_it() {
    let words = format!(r#"{{"errors":["the signature {TOKEN} does not match"]}}"#);
    let stub = ScriptedServer::playing([Answer::status(403, &[], words)]);
    let config = single().with_header("x-other", TOKEN).with_signer(Plain);
    assert_hidden("config", &format!("{config:?}"));
    let flink = client(&stub, config);
    assert_hidden("client", &format!("{flink:?}"));
    let call = flink.overview().with_query("token", TOKEN);
    let error = call.await.unwrap_err();
    assert_error_hides("error", &error);
    assert_eq!(
        error.messages(),
        ["the signature [redacted] does not match"]
    );
}
