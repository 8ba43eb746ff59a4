//! Links in answers: the calls that they make, groups that stand on them, pages.

use headwaters::{
    Auth, Config, Error, Link,
    probe::{
        Probe,
        calls::NodeGet,
        types::{Move, Node},
    },
};
use serde_json::json;

use crate::recording_server::{RecordingServer, Reply, Seen};

/// Nodes whose links name the server by the request's host.
async fn nodes() -> RecordingServer {
    RecordingServer::answering(|request| {
        let host = request.header("host").unwrap();
        let node = format!(
            r#"{{"name": "n", "self": "http://{host}/nodes/1", "children": "http://{host}/nodes/1/children?of=1", "log": "http://{host}/logs/7?of=1", "friends": ["/nodes/2", "nodes/3"]}}"#
        );
        match request.target.split('?').next().unwrap() {
            "/nodes/1/children" => Reply::text(format!(r#"{{"type": "nodeList", "nodes": [{node}, {node}], "total": 2}}"#)),
            "/logs/7" => Reply::new(200, "one line"),
            _ if request.method == "DELETE" => Reply::new(204, ""),
            _ => Reply::text(node),
        }
    })
    .await
}

fn targets(stub: &RecordingServer) -> Vec<String> {
    let line = |seen: &Seen| format!("{} {}", seen.method, seen.target);
    stub.seen().iter().map(line).collect()
}

fn probe(stub: &RecordingServer) -> Probe {
    Probe::with_config(stub.url(), Config::new()).unwrap()
}

#[tokio::test]
async fn a_link_makes_the_call_that_it_leads_to() {
    let stub = nodes().await;
    let probe = probe(&stub);
    let root = probe.links().root().await.unwrap();
    assert_eq!(probe.follow(&root.own_link).await.unwrap().name, "n");
    let children = probe.follow(root.children.as_ref().unwrap());
    assert_eq!(children.count(7).await.unwrap().len(), 2);
    let friends = root.friends.as_ref().unwrap();
    for friend in friends {
        probe.follow(friend).await.unwrap();
    }
    let mut log = probe.follow(root.log.as_ref().unwrap()).await.unwrap();
    assert_eq!(log.next().await.unwrap().unwrap(), "one line");
    assert_eq!(
        targets(&stub),
        [
            "GET /nodes",
            "GET /nodes/1",
            "GET /nodes/1/children?of=1&count=7",
            "GET /nodes/2",
            "GET /nodes/3",
            "GET /logs/7?of=1",
        ]
    );
    let accept = |index: usize| stub.seen()[index].header("accept").unwrap().to_owned();
    assert_eq!(accept(1), "application/json");
    assert_eq!(accept(5), "application/x-compressed");
}

#[tokio::test]
async fn a_link_that_is_missing_makes_a_call_that_is_refused() {
    let stub = nodes().await;
    let probe = probe(&stub);
    let root = probe.links().root().await.unwrap();
    assert_eq!(probe.follow(&root.children).await.unwrap().len(), 2);
    assert_eq!(root.parent, None);
    let error = probe.follow(&root.parent).await.unwrap_err();
    assert!(error.is_request() && !error.maybe_sent(), "{error}");
    assert_eq!(targets(&stub).len(), 2);
}

#[tokio::test]
async fn a_group_stands_on_an_object_or_a_link_to_it() {
    let stub = nodes().await;
    let probe = probe(&stub);
    let node = probe
        .node(Link::new("/proxy/nodes/1/"))
        .get()
        .await
        .unwrap();
    probe.node(&node).delete().force(true).await.unwrap();
    probe.node(&node).children().await.unwrap();
    probe.node(&node).log("a b%").await.unwrap();
    let picture = headwaters::Body::from("pixels");
    probe.node(&node).draw(picture).await.unwrap();
    assert_eq!(
        targets(&stub),
        [
            "GET /proxy/nodes/1/",
            "DELETE /nodes/1?force=true",
            "GET /nodes/1/children",
            "GET /nodes/1/children/a%20b%25/log",
            "PUT /nodes/1/picture",
        ]
    );
    assert_eq!(stub.seen()[4].header("content-type"), Some("image/png"));
    let error = probe.node(&node).log("..").await.unwrap_err();
    assert!(error.is_request(), "{error}");
    let link: Link<NodeGet> = Link::new("/nodes/1?x=1");
    let error = probe.node(link).children().await.unwrap_err();
    assert!(error.to_string().contains("has a query"), "{error}");
    assert_eq!(stub.seen().len(), 5);
}

#[tokio::test]
async fn a_link_to_elsewhere_is_refused_before_anything_is_sent() {
    let other = RecordingServer::start(Reply::text("{}")).await;
    let config = Config::new().with_auth(Auth::header("x-key", "s3cret"));
    let probe = Probe::with_config("http://127.0.0.1:9", config).unwrap();
    let elsewhere = other.url().to_owned();
    for link in [
        format!("{elsewhere}/nodes/1"),
        elsewhere.replace("http:", ""),
        elsewhere.replace("http://", "http://u:p@"),
        elsewhere.replace("http:", "ftp:"),
        "file:///nodes/1".to_owned(),
        "http://".to_owned(),
    ] {
        let link: Link<NodeGet> = Link::new(link);
        let follow: Error = probe.follow(&link).await.unwrap_err();
        let delete: Error = probe.node(&link).delete().await.unwrap_err();
        let children: Error = probe.node(&link).children().await.unwrap_err();
        for error in [follow, delete, children] {
            assert!(error.is_request(), "{link}: {error}");
            let report = error.report();
            assert!(
                !report.contains("s3cret") && !report.contains("u:p"),
                "{report}"
            );
        }
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_trusted_origin_gets_the_credentials_and_a_rebased_link_stays_at_home() {
    let stub = nodes().await;
    let config = Config::new().with_auth(Auth::header("x-key", "s3cret"));
    let trusting = config.clone().with_trusted_origin(stub.url());
    let probe = Probe::with_config("http://127.0.0.1:9", trusting).unwrap();
    let link: Link<NodeGet> = Link::new(format!("{}/nodes/1", stub.url()));
    probe.follow(&link).await.unwrap();
    let rebasing = Probe::with_config(stub.url(), config.with_rebased_links()).unwrap();
    let link: Link<NodeGet> = Link::new("https://vm.internal:8443/nodes/4?x=1");
    rebasing.follow(&link).await.unwrap();
    assert_eq!(targets(&stub), ["GET /nodes/1", "GET /nodes/4?x=1"]);
    for seen in stub.seen() {
        assert_eq!(seen.header("x-key"), Some("s3cret"));
    }
}

/// Children in pages of which each names the next one, as `next` says for the number of a page.
async fn paged(next: fn(u32) -> Option<String>) -> RecordingServer {
    RecordingServer::answering(move |request| {
        let number = request.target.split("page=").nth(1);
        let number: u32 = number.map_or(1, |number| number.parse().unwrap());
        let next = match next(number) {
            Some(link) => format!(r#", "next": "{link}""#),
            None => String::new(),
        };
        Reply::text(format!(
            r#"{{"nodes": [{{"name": "{number}", "self": "/nodes/{number}"}}]{next}}}"#
        ))
    })
    .await
}

/// Two more pages.
fn two_more(number: u32) -> Option<String> {
    (number < 3).then(|| format!("/nodes/1/children?count=1&page={}", number + 1))
}

#[tokio::test]
async fn all_pages_are_one_list() {
    let stub = paged(two_more).await;
    let node = probe(&stub).node(Link::new("/nodes/1"));
    let children = node
        .children()
        .count(1)
        .with_query("x", "y")
        .with_header("x-a", "b");
    let names: Vec<String> = children
        .await
        .unwrap()
        .into_iter()
        .map(|node| node.name)
        .collect();
    assert_eq!(names, ["1", "2", "3"]);
    assert_eq!(
        targets(&stub),
        [
            "GET /nodes/1/children?count=1&x=y",
            "GET /nodes/1/children?count=1&page=2",
            "GET /nodes/1/children?count=1&page=3",
        ]
    );
    for seen in stub.seen() {
        assert_eq!(seen.header("x-a"), Some("b"));
    }
}

#[tokio::test]
async fn pages_come_one_by_one_when_they_are_wanted() {
    let stub = paged(two_more).await;
    let mut pages = probe(&stub).node(Link::new("/nodes/1")).children().pages();
    for number in 1..=3 {
        // Given up and taken up again.
        let given_up = tokio::time::timeout(std::time::Duration::ZERO, pages.next()).await;
        let page = match given_up {
            Ok(page) => page,
            Err(_) => pages.next().await,
        };
        assert_eq!(page.unwrap().unwrap()[0].name, number.to_string());
        assert_eq!(stub.seen().len(), number);
    }
    assert!(pages.next().await.unwrap().is_none());
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_or_elsewhere_are_an_error() {
    let circle = paged(|number| Some(format!("/nodes/1/children?page={}", number % 4 + 1)));
    let stub = circle.await;
    let node = probe(&stub).node(Link::new("/nodes/1"));
    let error = node.children().with_query("page", "1").await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(stub.seen().len(), 4);
    let elsewhere = paged(|_| Some("http://127.0.0.1:9/nodes".to_owned())).await;
    let mut pages = probe(&elsewhere)
        .node(Link::new("/nodes/1"))
        .children()
        .pages();
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    assert!(pages.next().await.unwrap_err().is_request());
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn pages_without_an_end_end_with_the_limits() {
    let endless = |number| Some(format!("/nodes/1/children?page={}", number + 1));
    let stub = paged(endless).await;
    let limits = headwaters::Limits::default().with_json(2_000);
    let probe = Probe::with_config(stub.url(), Config::new().with_limits(limits)).unwrap();
    let node = probe.node(Link::new("/nodes/1"));
    let error = node.children().await.unwrap_err();
    assert!(
        error.is_too_large() && error.to_string().contains("`pages`"),
        "{error}"
    );
    assert!(stub.seen().len() < 40);
    let stub = paged(endless).await;
    let probe = Probe::with_config(stub.url(), Config::new()).unwrap();
    let time = std::time::Duration::from_millis(300);
    let node = probe.node(Link::new("/nodes/1"));
    let error = node.children().with_timeout(time).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn pages_hold_as_many_values_together_as_one_answer_may() {
    let limited = |stub: &RecordingServer, values| {
        let limits = headwaters::Limits::default().with_values(values);
        Probe::with_config(stub.url(), Config::new().with_limits(limits)).unwrap()
    };
    // The text of a page is long enough for its values to be counted: itself, a list, a node of two members, and a link.
    let values = 6 + 6 + 5;
    for (limit, fits) in [(values, true), (values - 1, false)] {
        let stub = paged(two_more).await;
        let node = limited(&stub, limit).node(Link::new("/nodes/1"));
        let children = node.children().await;
        assert_eq!(children.is_ok(), fits, "{limit}: {children:?}");
        if let Err(error) = children {
            assert!(error.is_too_large(), "{error}");
        }
        let mut pages = node.children().pages();
        while let Some(page) = pages.next().await.unwrap() {
            assert_eq!(page.len(), 1);
        }
    }
}

#[tokio::test]
async fn a_relative_link_to_the_next_page_is_read_beside_the_page() {
    let stub = paged(|number| match number {
        1 => Some("?count=1&page=2".to_owned()),
        2 => Some("children?page=3".to_owned()),
        3 => Some("../1/children?page=4".to_owned()),
        4 => Some("/nodes/1/children?page=5".to_owned()),
        _ => None,
    });
    let stub = stub.await;
    let node = probe(&stub).node(Link::new("/nodes/1"));
    assert_eq!(node.children().await.unwrap().len(), 5);
    assert_eq!(
        targets(&stub),
        [
            "GET /nodes/1/children",
            "GET /nodes/1/children?count=1&page=2",
            "GET /nodes/1/children?page=3",
            "GET /nodes/1/children?page=4",
            "GET /nodes/1/children?page=5",
        ]
    );
}

#[tokio::test]
async fn a_link_that_takes_requests_only_is_taken_by_its_group() {
    let stub = RecordingServer::start(Reply::new(200, "")).await;
    let node = json!({"name": "one", "self": "/nodes/1", "merger": format!("{}/elsewhere?a=b", stub.url())});
    let node: Node = serde_json::from_value(node).unwrap();
    let merger = probe(&stub).merger(node.merger.unwrap());
    merger.start(Move::new().rename("both")).await.unwrap();
    let sent = stub.only();
    assert_eq!(
        (sent.method.as_str(), sent.target.as_str()),
        ("POST", "/elsewhere?a=b")
    );
    let part = "Content-Type: application/json\r\n\r\n{\"rename\":\"both\"}\r\n";
    assert!(sent.text().contains(part), "{}", sent.text());
}
