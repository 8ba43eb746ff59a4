//! Where a call by name goes unless a URL is given.

use headwaters::PLATFORMS;
use serde_norway::Value;

use crate::platform::Platform;

fn default_url(platform: &str, id: &str) -> String {
    let mut rows = PLATFORMS.iter();
    let row = rows.find(|row| row.name == platform).unwrap();
    row.default_url(id).unwrap().to_owned()
}

/// The default port of a JobManager and of a node; the services in the cloud and at home.
#[test]
fn each_server_of_a_platform_has_a_default_of_its_own() {
    for (platform, id, url) in [
        ("flink", "jobs_overview", "http://localhost:8081"),
        ("joule", "node_version", "http://localhost:8088"),
        ("streams", "root_resources", "https://localhost:8443"),
        (
            "streams",
            "service_get",
            "https://streams-app-service.ng.bluemix.net",
        ),
        ("streams", "iam_token", "https://iam.cloud.ibm.com"),
        ("streams", "cloud_pak_authorize", "https://localhost"),
        (
            "streams",
            "toolkits_list",
            "https://localhost:31320/streams/rest",
        ),
        ("flowthings", "flow_find_many", "https://api.flowthings.io"),
        ("flowthings", "session_create", "https://ws.flowthings.io"),
    ] {
        assert_eq!(default_url(platform, id), url, "{platform} {id}");
    }
}

#[test]
fn an_operation_has_the_default_of_the_server_that_its_spec_gives_it() {
    for platform in Platform::all() {
        let spec: Value = serde_norway::from_str(&platform.spec).unwrap();
        let servers = spec["servers"].as_sequence().unwrap();
        let tags = spec["tags"].as_sequence().unwrap();
        let paths = spec["paths"].as_mapping().unwrap().values();
        let described = paths.flat_map(|path| path.as_mapping().unwrap().values());
        for described in described.filter(|part| !part["operationId"].is_null()) {
            let tag = tags.iter().find(|tag| tag["name"] == described["tags"][0]);
            let client = &tag.unwrap()["x-server"];
            let server = servers.iter().find(|server| server["x-client"] == *client);
            let url = server.unwrap_or(&servers[0])["url"].as_str().unwrap();
            // The prefix of the first server, and one with variables, is the client's to know.
            let after_scheme = url.find("://").unwrap() + 3;
            let path = url[after_scheme..].find('/');
            let origin = &url[..path.map_or(url.len(), |path| after_scheme + path)];
            let id = described["operationId"].as_str().unwrap();
            let default = default_url(platform.name, id);
            assert!([url, origin].contains(&&*default), "{id}: {default}");
        }
    }
}

#[test]
fn an_operation_that_is_not_there_has_none() {
    let error = PLATFORMS[0].default_url("nope").unwrap_err();
    assert!(error.is_request(), "{error}");
}
