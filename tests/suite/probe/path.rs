//! What stands in the path: ids, groups that bind them, segments.

use headwaters::{
    Locator,
    probe::types::{Stream, ThingId},
};

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

#[test]
fn a_text_is_a_path_and_an_id_whoever_owns_it() {
    let text = "/plugs/meter".to_owned();
    let locators: [Locator<Stream>; 3] =
        [(&text).into(), text.as_str().into(), text.clone().into()];
    for locator in locators {
        assert_eq!(locator.path(), Some("/plugs/meter"));
    }
    let ids: [ThingId; 3] = [(&text).into(), text.as_str().into(), text.clone().into()];
    for id in ids {
        assert_eq!(id.as_str(), "/plugs/meter");
    }
}

#[tokio::test]
async fn groups_bind_their_parameters_and_nest() {
    let stub = RecordingServer::start(Reply::text(r#"["a"]"#)).await;
    let folder = probe(&stub).folder("ann b");
    folder.list().await.unwrap();
    folder.entry(3).write("text, ü").await.unwrap();
    let [list, write] = <[_; 2]>::try_from(stub.seen()).unwrap();
    assert_eq!(list.target, "/folders/ann%20b");
    assert_eq!(
        (write.method.as_str(), write.target.as_str()),
        ("PUT", "/folders/ann%20b/entries/3/text")
    );
    assert_eq!(write.text(), "text, ü");
    assert_eq!(write.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn a_segment_is_encoded_once_where_the_spec_does_not_say_twice() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": "a"}"#)).await;
    probe(&stub).things().read("50% +ü").await.unwrap();
    assert_eq!(stub.only().target, "/things/50%25%20%2B%C3%BC");
}

#[test]
fn an_id_is_its_text_and_nothing_else() {
    let id: ThingId = "a".parse().unwrap();
    assert_eq!(id, ThingId::from("a"));
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""a""#);
}
