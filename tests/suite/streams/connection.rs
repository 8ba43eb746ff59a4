//! Discovery, links and lists.

use headwaters::{
    Auth, Config, Error,
    streams::{BuildService, CloudPak, Pattern, StreamsConnection, types::InstanceStatus},
};

use super::*;
use crate::{
    recording_server::{RecordingServer, Reply},
    wire::in_a_fresh_process,
};

#[tokio::test]
async fn an_instance_is_found_by_its_id() {
    for flavour in [Flavour::OnPrem4, Flavour::Standalone5] {
        let (streams, sc) = demo(flavour).await;
        let instance = instance(&sc).await;
        assert_eq!(instance.status, Some(InstanceStatus::Running));
        assert!(instance.is_running());
        assert_eq!(sc.find_instance("streamsinstance").await.unwrap(), None);
        let again = sc.instance(&instance).get().await.unwrap();
        assert_eq!(again.id, instance.id);
        assert_eq!(requests(&streams).len(), 3);
    }
}

#[tokio::test]
async fn for_each_job_each_of_its_operators_is_named_once() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let mut named = Vec::new();
    for job in sc.instance(&instance(&sc).await).jobs().await.unwrap() {
        let operators = sc.follow(&job.operators).await.unwrap();
        let mut names: Vec<_> = operators
            .into_iter()
            .map(|operator| operator.name)
            .collect();
        names.sort();
        named.push((job.id.to_string(), names));
    }
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        named,
        [
            (
                "0".to_owned(),
                names(&[
                    "Op.PublishTopic.TopicProperties",
                    "identity",
                    "neural_net_model",
                    "periodicSource",
                    "print_flush",
                ])
            ),
            (
                "1".to_owned(),
                names(&["Averages", "Filter[0]", "Filter[1]", "Report", "Trades"])
            ),
        ]
    );
}

#[tokio::test]
async fn every_link_of_every_resource_leads_to_what_it_says() {
    for flavour in [Flavour::OnPrem4, Flavour::Standalone5] {
        let (_streams, sc) = demo(flavour).await;
        let instance = instance(&sc).await;
        for job in sc.instance(&instance).jobs().await.unwrap() {
            assert_eq!(sc.job(&job).get().await.unwrap().id, job.id);
            let of = sc.follow(&job.instance).await.unwrap();
            assert_eq!(of.id, instance.id);
            for pe in sc.follow(&job.pes).await.unwrap() {
                assert!(!sc.pe(&pe).metrics().await.unwrap().is_empty());
                let mut log = sc.follow(pe.console_log.as_ref().unwrap()).await.unwrap();
                assert!(log.next().await.unwrap().is_some());
            }
            for operator in sc.follow(&job.operators).await.unwrap() {
                for port in sc.operator(&operator).output_ports().await.unwrap() {
                    let of = sc.follow(port.operator.as_ref().unwrap()).await.unwrap();
                    assert_eq!(of.name, operator.name);
                }
                sc.operator(&operator).input_ports().await.unwrap();
            }
            for connection in sc
                .follow(job.pe_connections.as_ref().unwrap())
                .await
                .unwrap()
            {
                let congestion = sc.pe_connection(&connection).congestion().await.unwrap();
                assert!((0..=100).contains(&congestion.unwrap()));
            }
            let mut archive = sc
                .follow(job.application_log_trace.as_ref().unwrap())
                .await
                .unwrap();
            let first = archive.next().await.unwrap().unwrap();
            assert!(first.starts_with(&[0x1f, 0x8b]));
        }
    }
}

#[tokio::test]
async fn a_long_list_comes_whole_and_page_by_page() {
    let streams = Streams::builder().operators(10_000).start().await.unwrap();
    let sc = connection(&streams);
    let instance = sc.instances().list().await.unwrap().remove(0);
    let all = sc.instance(&instance).operators().await.unwrap();
    assert_eq!(all.len(), 10_000);
    streams.clear_journal();
    let paged = sc
        .instance(&instance)
        .operators()
        .count(1_500)
        .await
        .unwrap();
    assert_eq!(paged, all);
    assert_eq!(requests(&streams).len(), 7);
    let mut pages = sc.instance(&instance).operators().count(4_000).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
    }
    assert_eq!(sizes, [4_000, 4_000, 2_000]);
}

#[tokio::test]
async fn names_are_told_by_a_pattern() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let operators = sc.instance(&instance(&sc).await).operators().await.unwrap();
    let named = |pattern: &Pattern| {
        let names = operators.iter().map(|operator| operator.name.as_str());
        names.filter(|name| pattern.matches(name)).count()
    };
    assert_eq!(named(&Pattern::from("Filter[0]")), 1);
    assert_eq!(named(&Pattern::regex(r"^Filter\[").unwrap()), 2);
    assert_eq!(named(&Pattern::regex("Filter").unwrap()), 2);
    assert!(Pattern::regex("Filter[").is_err());
}

#[tokio::test]
async fn wrong_credentials_and_unknown_things_are_errors_with_the_servers_words() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let stranger = StreamsConnection::new(streams.url(), "u", "s3cret").unwrap();
    let error: Error = stranger.instances().list().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert!(!error.report().contains("s3cret"));
    let lost = headwaters::Link::new("instances/StreamsInstance/jobs/99");
    let error = sc.job(lost).get().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("CDISW5000E"), "{error}");
    assert_eq!(
        sc.instance(&instance(&sc).await)
            .find_job("99")
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn links_of_a_server_that_names_itself_otherwise_are_refused_or_rebased() {
    let (streams, _) = demo(Flavour::OnPrem4).await;
    // The server writes links with the host of the request: another name for it is another origin.
    let other = streams.url().replace("127.0.0.1", "localhost");
    let with = |config: Config| {
        StreamsConnection::with_config(&other, streams.user(), streams.password(), config).unwrap()
    };
    let own = connection(&streams);
    let instance = instance(&own).await;
    let jobs = instance.jobs.as_ref().unwrap();
    let error = with(Config::new()).follow(jobs).await.unwrap_err();
    assert!(
        error.is_request() && error.to_string().contains("with_trusted_origin"),
        "{error}"
    );
    let rebased = with(Config::new().with_rebased_links());
    assert_eq!(rebased.follow(jobs).await.unwrap().len(), 2);
    let trusting = with(Config::new().with_trusted_origin(streams.origin()));
    assert_eq!(trusting.follow(jobs).await.unwrap().len(), 2);
}

#[tokio::test]
async fn streams_5_gives_tokens_in_the_place_of_the_password() {
    let (streams, sc) = demo(Flavour::Standalone5).await;
    let sc = sc.with_access_tokens().await.unwrap();
    streams.clear_journal();
    let instance = instance(&sc).await;
    sc.instance(&instance).jobs().await.unwrap();
    let schemes = |streams: &Streams| {
        let journal = streams.journal();
        let scheme = |exchange: &headwaters::sandbox::Exchange| {
            let mut headers = exchange.headers.iter();
            let (_, value) = headers.find(|(name, _)| name == "authorization").unwrap();
            value.split(' ').next().unwrap().to_owned()
        };
        journal.iter().map(scheme).collect::<Vec<_>>()
    };
    assert_eq!(schemes(&streams), ["Basic", "Bearer", "Bearer"]);
    streams.expire_tokens();
    sc.instance(&instance).jobs().await.unwrap();
    assert_eq!(schemes(&streams)[3..], ["Bearer", "Basic", "Bearer"]);
    let (_four, sc) = demo(Flavour::OnPrem4).await;
    let same = sc.with_access_tokens().await.unwrap();
    assert_eq!(super::instance(&same).await.id, instance.id);
}

#[tokio::test]
async fn streams_5_gives_its_build_service_tokens_too() {
    let streams = Streams::builder().demo(true).flavour(Flavour::Standalone5);
    let streams = streams.start().await.unwrap();
    let auth = Auth::basic(streams.user(), streams.password());
    let url = streams.url().trim_end_matches("/resources");
    let build = BuildService::with_auth(url, Config::new().with_auth(auth)).unwrap();
    let build = build.with_access_tokens().await.unwrap();
    assert!(!build.toolkits().list().await.unwrap().is_empty());
    let journal = streams.journal();
    let schemes = journal.iter().map(|exchange| {
        let mut headers = exchange.headers.iter();
        let (_, value) = headers.find(|(name, _)| name == "authorization").unwrap();
        value.split(' ').next().unwrap()
    });
    assert_eq!(schemes.collect::<Vec<_>>(), ["Basic", "Basic", "Bearer"]);
    for (status, words) in [
        (
            404,
            r#"{"messages": [{"id": "CDISW5012E", "message": "CDISW5012E There is no such resource."}]}"#,
        ),
        (
            404,
            r#"{"messages": [{"id": "CDISW5000E", "message": "CDISW5000E Not found."}]}"#,
        ),
    ] {
        let stub =
            RecordingServer::answering(move |request| match request.target.split('?').next() {
                Some("/api/resources") => Reply::new(status, words),
                Some("/api/roots") => Reply::text(
                    r#"{"resources": [{"name": "accessTokens", "resource": "/tokens"}]}"#,
                ),
                Some("/tokens") => Reply::text(r#"{"accessToken": "t0ken"}"#),
                _ => Reply::text(r#"{"toolkits": []}"#),
            })
            .await;
        let auth = Config::new().with_auth(Auth::basic("u", "p"));
        let build = BuildService::with_auth(format!("{}/api", stub.url()), auth).unwrap();
        let build = build.with_access_tokens().await.unwrap();
        assert!(build.toolkits().list().await.unwrap().is_empty());
        let last = stub.seen().pop().unwrap();
        assert_eq!(last.header("authorization"), Some("Bearer t0ken"));
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn cloud_pak_for_data_leads_to_its_instance() {
    let streams = Streams::builder().demo(true).flavour(Flavour::Cp4d);
    let streams = streams.start().await.unwrap();
    let config = Config::new().with_certificate_authority(streams.authority().unwrap());
    let connect = |password: &str| {
        let (user, config) = (streams.user().to_owned(), config.clone());
        CloudPak::with_config(streams.origin(), user, password, config).unwrap()
    };
    let cloud_pak = connect(streams.password());
    let found = cloud_pak.streams("StreamsInstance").await.unwrap();
    let sc = found.connection;
    assert_eq!(sc.instance(&found.instance).jobs().await.unwrap().len(), 2);
    let builds = found.builds.unwrap();
    let toolkits = builds.toolkits().list().await.unwrap();
    assert!(
        toolkits
            .iter()
            .any(|toolkit| toolkit.name.as_deref() == Some("spl"))
    );
    let error = cloud_pak.streams("nobody").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = connect("s3cret-and-wrong")
        .streams("StreamsInstance")
        .await
        .unwrap_err();
    assert!(
        error.is_unauthorized() && !error.report().contains("s3cret"),
        "{error}"
    );
    streams.expire_tokens();
    assert_eq!(sc.instance(&found.instance).jobs().await.unwrap().len(), 2);
}

/// What a test of the environment waits for.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(work)
}

#[cfg(feature = "rustls")]
#[test]
fn the_environment_leads_to_an_instance_in_cloud_pak_for_data() {
    let streams = Streams::builder().demo(true).flavour(Flavour::Cp4d);
    let streams = wait(streams.start()).unwrap();
    let variables = [
        ("CP4D_URL", streams.origin()),
        ("STREAMS_INSTANCE_ID", "StreamsInstance"),
        ("STREAMS_USERNAME", streams.user()),
        ("STREAMS_PASSWORD", streams.password()),
        ("HEADWATERS_TEST_CA", streams.authority().unwrap()),
    ];
    in_a_fresh_process(&variables, || {
        let authority = std::env::var("HEADWATERS_TEST_CA").unwrap();
        let config = Config::new().with_certificate_authority(authority);
        wait(async {
            let cloud_pak = CloudPak::from_env_with_config(config).unwrap();
            let found = cloud_pak.streams_of_env().await.unwrap();
            let jobs = found.connection.instance(&found.instance).jobs();
            assert_eq!(jobs.await.unwrap().len(), 2);
            let toolkits = found.builds.unwrap().toolkits().list().await.unwrap();
            assert!(!toolkits.is_empty());
            // Without its authority the server is not trusted.
            let strict = CloudPak::from_env().unwrap();
            assert!(strict.streams_of_env().await.unwrap_err().is_connect());
        });
    });
}

#[test]
fn the_environment_leads_to_stand_alone_streams_and_its_build_service() {
    let streams = Streams::builder().demo(true).flavour(Flavour::Standalone5);
    let streams = wait(streams.start()).unwrap();
    let variables = [
        ("STREAMS_REST_URL", streams.url()),
        ("STREAMS_BUILD_URL", streams.origin()),
        ("STREAMS_USERNAME", streams.user()),
        ("STREAMS_PASSWORD", streams.password()),
    ];
    in_a_fresh_process(&variables, || {
        wait(async {
            let sc = StreamsConnection::from_env().unwrap();
            let sc = sc.with_access_tokens().await.unwrap();
            assert!(instance(&sc).await.is_running());
            let build = BuildService::from_env().unwrap();
            assert!(build.url().path().ends_with("/streams/rest"));
            assert!(!build.toolkits().list().await.unwrap().is_empty());
        });
    });
}

#[test]
fn the_build_service_lies_below_its_builds_too() {
    let server = "https://h.example.com:34679";
    for path in [
        "",
        "/",
        "/streams/rest/resources",
        "/streams/rest/builds",
        "/streams/rest/toolkits/",
    ] {
        let url = format!("{server}{path}");
        let variables = [
            ("STREAMS_BUILD_URL", url.as_str()),
            ("STREAMS_USERNAME", "u"),
            ("STREAMS_PASSWORD", "p"),
        ];
        in_a_fresh_process(&variables, || {
            let build = BuildService::from_env().unwrap();
            assert_eq!(build.url().path(), "/streams/rest");
        });
    }
}

#[test]
fn a_variable_that_is_missing_is_named() {
    let variables = [
        ("CP4D_URL", "https://cpd.example.com:31843"),
        ("STREAMS_USERNAME", "u"),
        ("STREAMS_PASSWORD", "s3cret"),
        ("STREAMS_INSTANCE_ID", ""),
        ("STREAMS_BUILD_URL", ""),
    ];
    in_a_fresh_process(&variables, || {
        let cloud_pak = CloudPak::from_env().unwrap();
        let error = wait(cloud_pak.streams_of_env()).unwrap_err();
        let missing = |name: &str| format!("the environment variable {name} is not set");
        assert_eq!(error.to_string(), missing("STREAMS_INSTANCE_ID"));
        let error = BuildService::from_env().unwrap_err();
        assert_eq!(error.to_string(), missing("STREAMS_BUILD_URL"));
    });
}
