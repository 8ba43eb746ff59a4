//! Operations that a server is too old or too new for.

use headwaters::{Config, ErrorKind, sandbox};

use super::{
    client,
    scripted_server::{Answer, ScriptedServer},
    single,
};
use crate::{
    document::Wish,
    platform::{Platform, server},
};

/// What each platform says of a path that it does not know; nothing where it says the same of a thing that it does not have.
fn unknown_path(platform: &str, method: &str, target: &str) -> Option<Answer> {
    let path = target.split('?').next().unwrap();
    let body = match (platform, method) {
        ("streams" | "flowthings", _) => return None,
        ("joule", _) => "404: Not Found".to_owned(),
        (_, "GET") => format!(r#"{{"errors":["Unable to load requested file {path}."]}}"#),
        _ => format!(r#"{{"errors":["Not found: {path}"]}}"#),
    };
    Some(Answer::status(404, &[], body))
}

#[tokio::test]
async fn each_operation_that_not_all_versions_have_says_which_have_it() {
    for platform in Platform::all() {
        let name = platform.name;
        if unknown_path(name, "GET", "/").is_none() {
            continue;
        }
        let stub = ScriptedServer::new(move |request| {
            unknown_path(name, &request.method, &request.target).unwrap()
        });
        let server = server(name, &stub.url(), &Config::new());
        let document = platform.document();
        let mut told = 0;
        for (operation, described) in platform.operations.iter().zip(&document.operations()) {
            let outcome = platform
                .call_as_wished(&server, &document, described, operation, Wish::Least)
                .await;
            let error = outcome.expect_err(operation.id);
            let is_bound = operation.since.is_some() || operation.until.is_some();
            told += usize::from(is_bound);
            assert_eq!(error.status().unwrap(), 404, "{error}");
            assert_eq!(error.is_unsupported(), is_bound, "{error}");
            assert_eq!(error.is_not_found(), !is_bound, "{error}");
            assert!(!error.is_intermediary() && !error.maybe_sent(), "{error}");
            for version in [operation.since, operation.until].into_iter().flatten() {
                assert!(error.to_string().contains(version), "{error}");
            }
        }
        assert!(told > 0, "{name}");
    }
}

#[tokio::test]
async fn a_jobmanager_of_1_20_is_too_old_for_applications() {
    let cluster = sandbox::Flink::builder().start().await.unwrap();
    let flink = headwaters::flink::Flink::new(cluster.url()).unwrap();
    let id = "0123456789abcdef0123456789abcdef";
    for error in [
        flink.applications().overview().await.unwrap_err(),
        flink.applications().get(id).await.unwrap_err(),
        flink.applications().cancel(id).await.unwrap_err(),
    ] {
        assert!(error.is_unsupported() && !error.is_not_found(), "{error}");
        assert_eq!(error.kind(), ErrorKind::Status);
        assert!(error.to_string().contains("since Flink 2.3"), "{error}");
    }
    let error = flink.jobs().get(id).await.unwrap_err();
    assert!(error.is_not_found() && !error.is_unsupported(), "{error}");
}

#[tokio::test]
async fn a_thing_that_a_new_server_misses_and_a_gateways_page_are_no_old_server() {
    for (body, is_not_found) in [
        (
            r#"{"errors":["org.apache.flink.runtime.rest.handler.RestHandlerException: Application ab not found\n\tat a.B"]}"#,
            true,
        ),
        (
            r#"{"errors":["org.apache.flink.runtime.rest.NotFoundException: Not found: /v1/applications/ab\n\tat a.B"]}"#,
            true,
        ),
        ("Unable to load requested file /v1/applications/ab.", false),
        ("404: Not Found", false),
    ] {
        let stub = ScriptedServer::playing([Answer::status(404, &[], body)]);
        let flink = client(&stub, single());
        let error = flink.applications().get("ab").await.unwrap_err();
        assert!(!error.is_unsupported(), "{error}");
        assert_eq!(error.is_not_found(), is_not_found, "{error}");
        assert_eq!(error.is_intermediary(), !is_not_found, "{error}");
    }
}
