//! What toolkits depend on, as their indexes say it.

use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use headwaters::{
    Auth, Config, Error, Limits, Link, Result,
    sandbox::{Flavour, Streams},
    streams::{BuildService, ToolkitDependency},
};
use tokio::net::TcpListener;

/// An index with this in its toolkit.
fn index(content: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<toolkitModel xmlns="http://www.ibm.com/xmlns/prod/streams/spl/toolkit" xmlns:common="http://www.ibm.com/xmlns/prod/streams/spl/common">
  <toolkit name="mine" requiredProductVersion="4.0" version="2.0.1">{content}</toolkit>
</toolkitModel>"#
    )
}

/// What is read of an index that a server gives.
async fn read_with(index: impl Into<Vec<u8>>, limits: Limits) -> Result<Vec<ToolkitDependency>> {
    let index = index.into();
    let answer = async move || ([(CONTENT_TYPE, "text/xml;charset=utf-8")], index.clone());
    let router = Router::new().route("/toolkits/mine-2.0.1/index", get(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    let builds = BuildService::with_auth(url, Config::new().with_limits(limits)).unwrap();
    let toolkit = builds.toolkit(Link::new("toolkits/mine-2.0.1"));
    toolkit.dependencies().await
}

async fn read(index: impl Into<Vec<u8>>) -> Vec<String> {
    let dependencies = read_with(index, Limits::default()).await.unwrap();
    dependencies.iter().map(ToString::to_string).collect()
}

async fn refused(index: impl Into<Vec<u8>>) -> Error {
    let error = read_with(index, Limits::default()).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.operation(), Some("toolkit_index"));
    error
}

#[tokio::test]
async fn the_toolkits_of_the_sandbox_say_what_they_need() {
    let streams = Streams::builder().flavour(Flavour::Standalone5);
    let streams = streams.start().await.unwrap();
    let config = Config::new().with_auth(Auth::basic(streams.user(), streams.password()));
    let url = format!("{}/streams/rest", streams.origin());
    let builds = BuildService::with_auth(url, config).unwrap();
    let mut needed = Vec::new();
    for toolkit in builds.toolkits().list().await.unwrap() {
        let dependencies = builds.toolkit(&toolkit).dependencies().await.unwrap();
        let texts = dependencies.iter().map(ToString::to_string);
        needed.extend(texts.map(|text| format!("{} needs {text}", toolkit.id)));
    }
    let kafka = "com.ibm.streamsx.kafka-1.9.0 needs spl [1.0.0,2.0.0)";
    assert_eq!(needed, [kafka]);
}

/// As `xml.etree.ElementTree` reads them: the first element of each name, its text up to an element in it, without comments.
#[tokio::test]
async fn they_come_in_order_and_with_the_text_that_python_reads() {
    assert!(read(index("")).await.is_empty());
    let several = index(
        r#"<sabFiles/>
        <dependency><common:name>b</common:name><common:version>1.0</common:version></dependency>
        <namespace name="n"><dependency><common:name>inner</common:name></dependency></namespace>
        <dependency xmlns="http://example.com"><name>c</name></dependency>
        <dependency xmlns:c="http://www.ibm.com/xmlns/prod/streams/spl/common">
          <c:version> [1,<!-- not -->2&#41;<c:x/>3</c:version><c:version>4</c:version><c:name><![CDATA[a&]]>&lt;</c:name>
        </dependency>
        <dependency><common:name/><common:version><common:x/>1</common:version></dependency>"#,
    );
    assert_eq!(read(several.clone()).await, ["b 1.0", "a&<  [1,2)", " "]);
    let marked = [b"\xef\xbb\xbf", several.as_bytes()].concat();
    assert_eq!(read(marked).await.len(), 3);
}

#[tokio::test]
async fn what_is_no_index_is_refused_and_says_why() {
    let whole = index(
        "<dependency><common:name>a</common:name><common:version>1</common:version></dependency>",
    );
    let (cut, _) = whole.split_at(whole.len() - 3);
    let nameless = whole.replace("common:name", "common:names");
    let versionless = whole.replace("common:version", "version");
    let dtd = whole.replace("<toolkitModel", "<!DOCTYPE toolkitModel []><toolkitModel");
    let foreign = whole.replace("spl/toolkit", "spl/other");
    for (index, why) in [
        ("", "the index is not XML that can be read"),
        ("{}", "the index is not XML that can be read"),
        (cut, "the index is not XML that can be read: "),
        (&dtd, "XML with DTD detected"),
        (&foreign, "the index has no toolkit"),
        ("<toolkit/>", "the index has no toolkit"),
        (&nameless, "a dependency in the index has no name"),
        (&versionless, "a dependency in the index has no version"),
    ] {
        let error = refused(index).await;
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(error.body(), index.as_bytes());
    }
    let error = refused(b"<a>\xff</a>").await;
    assert!(
        error.to_string().contains("the index is not UTF-8"),
        "{error}"
    );
}

#[tokio::test]
async fn an_index_costs_neither_memory_nor_time_without_bounds() {
    let whole = index(
        "<dependency><common:name>a</common:name><common:version>1</common:version></dependency>",
    );
    let limits = Limits::default();
    for limits in [limits.with_json(whole.len() - 1), limits.with_values(15)] {
        let error = read_with(whole.clone(), limits).await.unwrap_err();
        assert!(error.is_too_large(), "{error}");
        assert_eq!(error.operation(), Some("toolkit_index"));
    }
    let exact = limits.with_json(whole.len());
    assert_eq!(read_with(whole, exact).await.unwrap().len(), 1);

    let many = |text: fn(usize) -> String| (0..300).map(text).collect::<String>();
    let attributes = many(|number| format!(" a{number} = '1'"));
    let error = refused(index(&format!("<a{attributes}/>"))).await;
    assert!(error.to_string().contains("attributes"), "{error}");
    let namespaces = many(|number| format!("<a xmlns:a{number}='b'/>"));
    let error = refused(index(&namespaces)).await;
    assert!(error.to_string().contains("namespaces"), "{error}");
    let hidden = index(&format!("<a b='>' {attributes}/>"));
    let error = refused(hidden).await;
    assert!(error.to_string().contains("attributes"), "{error}");
    // What a text, a comment or a value says is neither.
    let said = many(|number| format!(" a{number} = '1' xmlns"));
    for text in [
        format!("<!-- {said} --><a/>"),
        format!("<description>{said}</description>"),
        format!("<a b=\"{said}\"/>"),
    ] {
        assert!(read(index(&text)).await.is_empty());
    }
}

/// A parser that calls itself for each element runs out of stack here.
#[tokio::test]
async fn an_index_may_be_deep() {
    let (open, close) = ("<a>".repeat(1_000_000), "</a>".repeat(1_000_000));
    assert!(read(index(&format!("{open}{close}"))).await.is_empty());
    refused(index(&open)).await;
}
