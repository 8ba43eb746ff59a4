//! Every link of every answer leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;

/// Links whose answers nobody has written down.
const UNCARRIED: [&str; 3] = ["/snapshot", "/metricssnapshot", "/StreamsDomain/productlog"];

/// The texts of an answer that are links.
fn links(body: &Value, found: &mut Vec<String>) {
    match body {
        Value::String(text) if text.starts_with("http://") && !text.contains("console") => {
            found.push(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| links(item, found)),
        Value::Object(members) => members.values().for_each(|member| links(member, found)),
        _ => {}
    }
}

/// Elements by their `self`; of each class of resource none has that of another.
fn elements<'a>(body: &'a Value, found: &mut Vec<&'a Value>) {
    match body {
        Value::Array(items) => items.iter().for_each(|item| elements(item, found)),
        Value::Object(members) => {
            if members.contains_key("self") {
                found.push(body);
            }
            members.values().for_each(|member| elements(member, found));
        }
        _ => {}
    }
}

async fn crawl(flavour: Flavour) -> BTreeSet<String> {
    let streams = demo(flavour).await;
    let client = http();
    let mut waiting = vec![streams.url().to_owned()];
    let mut seen = BTreeSet::from([streams.url().to_owned()]);
    let mut kinds = BTreeSet::new();
    let mut by_self: BTreeMap<String, (String, Value)> = BTreeMap::new();
    while let Some(link) = waiting.pop() {
        let path = link.strip_prefix(streams.origin()).expect(&link);
        if path.ends_with("/accesstokens") {
            continue;
        }
        let request = client.get(&link);
        let request = request.basic_auth(streams.user(), Some(streams.password()));
        let (status, body) = answer(request).await;
        if UNCARRIED.iter().any(|end| path.ends_with(end)) {
            assert_eq!(status, 501, "{path}: {body}");
            continue;
        }
        assert_eq!(status, 200, "{path}: {body}");
        let mut found = Vec::new();
        elements(&body, &mut found);
        for element in found {
            let own = element["self"].as_str().unwrap().to_owned();
            let kind = element["resourceType"].as_str().unwrap().to_owned();
            let mut still = element.clone();
            // A list that is looked at starts a view, and time goes on.
            still.as_object_mut().unwrap().remove("started");
            let known = by_self
                .entry(own.clone())
                .or_insert((kind.clone(), still.clone()));
            assert_eq!(*known, (kind, still), "{own}");
            assert!(!own.ends_with('/'), "{own}");
        }
        kinds.extend(body["resourceType"].as_str().map(str::to_owned));
        let mut found = Vec::new();
        links(&body, &mut found);
        for link in found {
            if seen.insert(link.clone()) {
                waiting.push(link);
            }
        }
    }
    kinds
}

#[tokio::test]
async fn every_link_of_streams_4_leads_somewhere_and_an_element_is_the_same_wherever_it_is_found() {
    let kinds = crawl(Flavour::OnPrem4).await;
    for kind in [
        "activeService",
        "activeServiceList",
        "activeView",
        "activeViewList",
        "configuredView",
        "configuredViewList",
        "domain",
        "domainList",
        "exportedStream",
        "exportedStreamList",
        "host",
        "hostList",
        "importedStream",
        "importedStreamList",
        "installationList",
        "instance",
        "instanceList",
        "job",
        "jobList",
        "metricList",
        "operator",
        "operatorConnection",
        "operatorConnectionList",
        "operatorInputPort",
        "operatorInputPortList",
        "operatorList",
        "operatorOutputPort",
        "operatorOutputPortList",
        "pe",
        "peConnection",
        "peConnectionList",
        "peInputPort",
        "peInputPortList",
        "peList",
        "peOutputPort",
        "peOutputPortList",
        "resource",
        "resourceAllocation",
        "resourceAllocationList",
        "resourceList",
        "tupleAttributeList",
        "view",
        "viewItemList",
        "viewList",
        "zooKeeperEnsemble",
        "zooKeeperEnsembleList",
        "zooKeeperNode",
        "zooKeeperNodeList",
    ] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
}

#[tokio::test]
async fn every_link_of_streams_5_leads_somewhere() {
    let kinds = crawl(Flavour::Standalone5).await;
    for kind in [
        "applicationConfiguration",
        "applicationConfigurationList",
        "job",
        "jobGroup",
        "jobGroupList",
        "resource",
        "toolkit",
        "toolkitList",
    ] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
    assert!(!kinds.contains("domain"));
}

#[tokio::test]
async fn links_carry_the_host_by_which_the_client_has_called() {
    let streams = demo(Flavour::OnPrem4).await;
    let request =
        request(&streams, "GET", streams.url()).header("host", "streams.example.com:8443");
    let (_, root) = answer(request).await;
    let links = all(&root, "resources", "resource");
    for link in links {
        assert!(
            link.starts_with("http://streams.example.com:8443/streams/rest/"),
            "{link}"
        );
    }
}

#[tokio::test]
async fn links_carry_the_address_where_the_client_says_no_host() {
    let streams = demo(Flavour::OnPrem4).await;
    let address = streams.origin().trim_start_matches("http://");
    let known = STANDARD.encode(format!("{}:{}", streams.user(), streams.password()));
    for (version, host) in [("1.0", ""), ("1.1", "Host:\r\n")] {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /streams/rest/resources HTTP/{version}\r\n{host}Authorization: Basic {known}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        let (_, body) = told.split_once("\r\n\r\n").unwrap();
        let root: Value = serde_json::from_str(body).unwrap();
        for link in all(&root, "resources", "resource") {
            let link = link.strip_prefix(streams.origin()).unwrap();
            assert!(link.starts_with("/streams/rest/"), "{link}");
        }
    }
}
