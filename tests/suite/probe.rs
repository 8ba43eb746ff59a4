//! The probe: what the spec language says is what goes over the wire.

use headwaters::{
    Config, Error, Locator, Secret, Upload,
    dynamic::{Answer, Arguments},
    probe::{
        OPERATIONS, Probe,
        types::{Check, State, Stream, Thing, ThingId},
    },
};

use crate::{
    equal::assert_equal,
    stub::{Reply, Seen, Stub},
};

fn probe(stub: &Stub) -> Probe {
    Probe::with_config(stub.url(), Config::new()).unwrap()
}

#[tokio::test]
async fn a_literal_verb_goes_out_as_it_is_and_the_value_comes_out_of_its_envelope() {
    let stub = Stub::start(Reply::text(
        r#"{"head": {"ok": true}, "body": {"a": {"id": "a"}, "b": {"id": "b"}}}"#,
    ))
    .await;
    let things = probe(&stub).things().read_many(["a", "b"]).await.unwrap();
    assert_eq!(things.keys().collect::<Vec<_>>(), ["a", "b"]);
    let request = stub.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("MGET", "/things")
    );
    assert_eq!(request.text(), r#"["a","b"]"#);
    assert_eq!(request.header("api-version"), None);
}

#[tokio::test]
async fn an_envelope_without_its_value_is_an_error() {
    let stub = Stub::start(Reply::text(r#"{"head": {"ok": true}}"#)).await;
    let error = probe(&stub).things().read_many(["a"]).await.unwrap_err();
    assert!(error.is_decode());
    assert!(error.to_string().contains("no member `body`"), "{error}");
}

#[tokio::test]
async fn mput_takes_a_map() {
    let stub = Stub::start(Reply::text("null")).await;
    let thing = thing(r#"{"id": "a", "type": "x"}"#);
    probe(&stub)
        .things()
        .update_many([("a", thing)])
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(request.method, "MPUT");
    assert_equal(
        "the map",
        &request.json(),
        &serde_json::json!({"a": {"id": "a", "type": "x"}}),
    );
}

fn thing(text: &str) -> Thing {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn delete_has_a_body_only_when_something_was_said() {
    let stub = Stub::start(Reply::text("null")).await;
    let things = probe(&stub);
    things.things().delete("a").await.unwrap();
    things.things().delete("a").reason("old").await.unwrap();
    let [bare, said] = <[_; 2]>::try_from(stub.seen()).unwrap();
    assert_eq!((bare.body.len(), bare.header("content-type")), (0, None));
    assert_eq!(said.text(), r#"{"reason":"old"}"#);
    assert_eq!(said.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_locator_is_an_object_an_id_or_a_path_in_the_query() {
    let stub = Stub::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let streams = probe(&stub).streams();
    let by_path = streams.get("/plugs/meter", 10).await.unwrap();
    streams.get(7, 10).await.unwrap();
    streams.get(&by_path, 10).await.unwrap();
    let targets: Vec<String> = stub
        .seen()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/stream?max-rows=10&path=%2Fplugs%2Fmeter",
            "/stream?id=7&max-rows=10",
            "/stream?id=7&max-rows=10"
        ]
    );
}

#[tokio::test]
async fn a_flag_is_there_with_its_own_text_or_it_is_not_there() {
    let stub = Stub::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let streams = probe.streams();
    streams
        .get(7, 10)
        .no_info(true)
        .ongoing(true)
        .await
        .unwrap();
    streams
        .get(7, 10)
        .no_info(false)
        .ongoing(false)
        .await
        .unwrap();
    let by_name = [
        ("id", "7"),
        ("max-rows", "10"),
        ("no-info", "true"),
        ("ongoing", "false"),
    ];
    probe.call("streams_get", by_name).await.unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/stream?id=7&max-rows=10&no-info=&ongoing=1",
            "/stream?id=7&max-rows=10",
            "/stream?id=7&max-rows=10&no-info="
        ]
    );
}

#[tokio::test]
async fn a_number_that_the_server_does_not_work_with_is_refused_before_it_is_sent() {
    let stub = Stub::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    for (rows, bound) in [(0, "below 1"), (1_000_001, "above 1000000")] {
        let error = probe.streams().get(7, rows).await.unwrap_err();
        assert!(error.is_request(), "{error}");
        let reason = format!("max-rows is {rows}, {bound}");
        assert!(error.to_string().ends_with(&reason), "{error}");
    }
    assert!(stub.seen().is_empty());
    for rows in [1, 1_000_000] {
        probe.streams().get(7, rows).await.unwrap();
    }
    assert_eq!(stub.seen().len(), 2);
}

#[tokio::test]
async fn a_number_can_be_said_with_a_type_written_by_hand() {
    let stub = Stub::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let streams = probe.streams();
    streams.get(7, 10).since(1_790_000_000_000).await.unwrap();
    let day = std::time::Duration::from_secs(86_400);
    streams.get(7, 10).since(day).await.unwrap();
    let by_name = [("id", "7"), ("max-rows", "10"), ("since", "5")];
    probe.call("streams_get", by_name).await.unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/stream?id=7&max-rows=10&since=1790000000000",
            "/stream?id=7&max-rows=10&since=86400000",
            "/stream?id=7&max-rows=10&since=5"
        ]
    );
}

#[tokio::test]
async fn a_locator_takes_any_name_where_there_are_no_paths() {
    let stub = Stub::start(Reply::text(r#"{"id": 7, "name": "meter"}"#)).await;
    let probe = probe(&stub);
    let stream = probe.streams().module("no path//at all").await.unwrap();
    probe.streams().module(&stream).await.unwrap();
    probe
        .call("streams_module", [("name", "mean")])
        .await
        .unwrap();
    let targets: Vec<String> = stub.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/module?name=no+path%2F%2Fat+all",
            "/module?id=7",
            "/module?name=mean"
        ]
    );
}

#[tokio::test]
async fn locators_fill_the_body_and_bad_paths_are_refused_unsent() {
    let stub = Stub::start(Reply::text("null")).await;
    let streams = probe(&stub).streams();
    let stream: Stream =
        serde_json::from_value(serde_json::json!({"id": 7, "name": "meter"})).unwrap();
    streams
        .move_to(&stream, "/attic")
        .rename("old")
        .await
        .unwrap();
    assert_eq!(
        stub.only().json(),
        serde_json::json!({"src_id": 7, "dest_path": "/attic", "rename": "old"})
    );
    for path in ["", "attic", "/a//b", "/a/"] {
        let error = streams.move_to(7, path).await.unwrap_err();
        assert!(
            error.is_request() && !error.maybe_sent(),
            "{path:?}: {error}"
        );
    }
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn locators_of_a_body_are_read_from_it_in_a_call_by_name() {
    let stub = Stub::start(Reply::text("null")).await;
    let probe = probe(&stub);
    let call = async |body: &'static str| {
        let arguments = Arguments::new().with_body(body);
        probe.call("streams_move_to", arguments).await
    };
    let body = r#"{"src_id": 7, "src_path": null, "dest_path": "/attic", "rename": "old"}"#;
    call(body).await.unwrap();
    assert_eq!(
        stub.only().json(),
        serde_json::json!({"src_id": 7, "dest_path": "/attic", "rename": "old"})
    );
    for body in [
        "{}",
        "7",
        r#"{"src_id": 7, "src_path": "/a", "dest_path": "/attic"}"#,
        r#"{"src_id": 7, "dest_id": "8"}"#,
        r#"{"src_id": 7, "dest_path": 8}"#,
        r#"{"src_id": 7, "dest_path": "attic"}"#,
    ] {
        let error = call(body).await.unwrap_err();
        assert!(error.is_request() && !error.maybe_sent(), "{body}: {error}");
    }
    assert_eq!(stub.seen().len(), 1);
}

#[test]
fn a_locator_does_not_take_another_type() {
    let _: Locator<Stream> = 7.into();
    let stream: Stream =
        serde_json::from_value(serde_json::json!({"id": 7, "name": "meter"})).unwrap();
    assert_eq!(Locator::from(&stream).id(), Some(7));
}

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
    let stub = Stub::start(Reply::text(r#"["a"]"#)).await;
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
    let stub = Stub::start(Reply::text(r#"{"id": "a"}"#)).await;
    probe(&stub).things().read("50% +ü").await.unwrap();
    assert_eq!(stub.only().target, "/things/50%25%20%2B%C3%BC");
}

#[tokio::test]
async fn lists_go_with_commas_or_with_their_key_again() {
    let stub = Stub::start(Reply::text("[]")).await;
    probe(&stub)
        .things()
        .find()
        .only(["id", "a b"])
        .tag(["x", "y&z"])
        .x_refs(true)
        .state(State::InUse)
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(
        request.target,
        "/things?only=id%2Ca+b&state=in-use&tag=x&tag=y%26z"
    );
    assert_eq!(request.header("x-refs"), Some("true"));
}

#[tokio::test]
async fn an_empty_list_is_said_and_an_item_with_a_comma_is_refused() {
    let stub = Stub::start(Reply::text("[]")).await;
    let things = probe(&stub).things();
    let none: [&str; 0] = [];
    things.find().only(none).await.unwrap();
    assert_eq!(stub.only().target, "/things?only=");
    let error = things.find().only(["a,b"]).await.unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn a_required_list_is_an_argument() {
    let stub = Stub::start(Reply::text("[]")).await;
    let probe = probe(&stub);
    probe.things().pick(["a", "b"]).await.unwrap();
    probe.call("things_pick", [("ids", "a,b")]).await.unwrap();
    for request in stub.seen() {
        assert_eq!(request.target, "/things-picked?ids=a%2Cb");
    }
    let none = Arguments::new();
    let error = probe.call("things_pick", none).await.unwrap_err();
    assert!(
        error.to_string().contains("argument ids is missing"),
        "{error}"
    );
}

#[tokio::test]
async fn a_long_list_is_spread_over_requests_and_the_answers_are_joined() {
    let stub = Stub::answering(|request| {
        let names = request.target.split("get=").nth(1).unwrap();
        let things: Vec<_> = names
            .split("%2C")
            .map(|name| serde_json::json!({"id": name}))
            .collect();
        Reply::text(serde_json::to_string(&things).unwrap())
    })
    .await;
    let names: Vec<String> = (0..40).map(|number| format!("name{number}")).collect();
    let things = probe(&stub).things().find().names(&names).await;
    let things: Vec<String> = things
        .unwrap()
        .into_iter()
        .map(|thing| thing.id.to_string())
        .collect();
    assert_eq!(things, names);
    let requests = stub.seen();
    assert!(requests.len() > 3);
    for request in requests {
        let line = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        assert!(line.len() <= 120, "{line}");
    }
    let error = probe(&stub)
        .things()
        .find()
        .names(["x".repeat(200)])
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn twins_have_no_setter_and_fill_the_body_by_name() {
    let stub = Stub::start(Reply::text(r#"{"id": "a"}"#)).await;
    let probe = probe(&stub);
    probe
        .things()
        .create("thing")
        .entry_class("x.Y")
        .limit(3)
        .items(["a", "b"])
        .await
        .unwrap();
    let arguments = Arguments::from([("entry-class", "x.Y"), ("limit", "3"), ("item", "a,b")]);
    probe
        .call("things_create", arguments.with_body(r#"{"name": "thing"}"#))
        .await
        .unwrap();
    let [typed, by_name] = <[_; 2]>::try_from(stub.seen()).unwrap();
    let expected =
        serde_json::json!({"name": "thing", "entryClass": "x.Y", "limit": 3, "items": ["a", "b"]});
    assert_eq!(typed.json(), expected);
    assert_eq!(by_name.json(), expected);
    assert_eq!(typed.target, "/things");
}

#[tokio::test]
async fn a_repeat_is_safe_only_with_the_member_that_makes_it_so() {
    let stub = Stub::answering(|_| Reply::new(503, "busy")).await;
    let things = probe(&stub).things();
    things.create("thing").await.unwrap_err();
    assert_eq!(stub.seen().len(), 1);
    things.create("thing").request_id("r1").await.unwrap_err();
    assert_eq!(stub.seen().len(), 1 + 4);
}

#[tokio::test]
async fn every_kind_of_member_comes_back_as_it_went() {
    let text = r#"{
        "id": "a", "start-time": 1, "start_time": 2, "type": "t", "ratio": "NaN", "state": "brand-new",
        "nothing": null, "list": [], "map": {}, "anything": [1, {"x": null}], "free": {}, "token": "s3cret",
        "big": 9223372036854775807, "exact": 0.1000000000000000055511151231257827,
        "checks": [{"kind": "done", "path": "p"}, {"kind": "failed"}, {"kind": "new", "more": [1]}],
        "novelty": {"kept": [1, 2]}
    }"#;
    let stub = Stub::answering(move |_| Reply::text(text)).await;
    let probe = probe(&stub);
    let thing = probe.things().read("a").await.unwrap();
    assert_eq!(
        (thing.start_time, thing.start_time_again),
        (Some(1), Some(2))
    );
    assert_eq!(thing.state, Some(State::Unknown("brand-new".into())));
    assert!(thing.ratio.unwrap().get().is_nan());
    assert_eq!(thing.list, Some(vec![]));
    assert_eq!(thing.token, Some(Secret::from("s3cret")));
    assert!(!format!("{thing:?}").contains("s3cret"));
    assert!(matches!(
        thing.checks.as_deref(),
        Some([Check::Done(_), Check::Failed(_), Check::Unknown(_)])
    ));
    probe.things().update("a", thing).await.unwrap();
    let sent = &stub.seen()[1];
    assert_equal(
        "what was sent",
        &sent.json(),
        &serde_json::from_str(text).unwrap(),
    );
}

#[tokio::test]
async fn bytes_go_in_and_out_as_streams() {
    let stub = Stub::answering(|request| Reply::new(200, request.body.clone())).await;
    let pipes = probe(&stub).pipes();
    let pieces = futures_util::stream::iter(["one ", "two"].map(Ok::<_, std::io::Error>));
    pipes
        .write(headwaters::Body::wrap_stream(pieces))
        .await
        .unwrap();
    let request = stub.only();
    assert_eq!(request.text(), "one two");
    assert_eq!(
        request.header("content-type"),
        Some("application/octet-stream")
    );

    let stub = Stub::answering(|_| Reply::new(200, vec![7; 100_000])).await;
    let bytes = probe(&stub)
        .pipes()
        .read()
        .await
        .unwrap()
        .into_bytes(1 << 20)
        .await
        .unwrap();
    assert_eq!(bytes, vec![7; 100_000]);
}

#[tokio::test]
async fn a_type_written_by_hand_takes_the_bytes_and_a_call_by_name_gives_them_as_they_are() {
    let stub = Stub::answering(|_| Reply::new(200, vec![7; 1000])).await;
    let probe = probe(&stub);
    let counter = probe.pipes().follow().from("a b").await.unwrap();
    assert_eq!(counter.count().await.unwrap(), ("pipes_follow", 1000));
    assert_eq!(stub.only().target, "/pipe?endless=1&from=a+b");
    let answer = probe.call("pipes_follow", [("from", "x")]).await.unwrap();
    let Answer::Bytes(bytes) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(bytes.into_bytes(2000).await.unwrap().len(), 1000);
}

#[tokio::test]
async fn a_file_goes_as_a_form_of_one_part() {
    let stub = Stub::start(Reply::text("null")).await;
    probe(&stub)
        .pipes()
        .upload(Upload::bytes("a b.bin", "content"))
        .await
        .unwrap();
    let request = stub.only();
    let boundary = request
        .header("content-type")
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let text = request.text();
    assert!(text.starts_with(&format!("--{boundary}\r\n")), "{text}");
    assert!(
        text.contains("Content-Disposition: form-data; name=\"part\"; filename=\"a b.bin\"\r\n"),
        "{text}"
    );
    assert!(
        text.ends_with(&format!("\r\n\r\ncontent\r\n--{boundary}--\r\n")),
        "{text}"
    );
    assert_eq!(
        request.header("content-length"),
        Some(text.len().to_string().as_str())
    );
}

#[tokio::test]
async fn links_lead_to_their_types_and_stay_at_home() {
    let other = Stub::start(Reply::text("{}")).await;
    let (elsewhere, secret) = (other.url().to_owned(), "s3cret");
    let stub = Stub::answering(move |request| {
        let host = request.header("host").unwrap();
        assert_eq!(request.header("x-key"), Some(secret));
        let node = format!(
            r#"{{"name": "n", "self": "http://{host}/nodes/1", "children": "http://{host}/nodes/1/children", "parent": "{elsewhere}/nodes/0"}}"#
        );
        match request.target.as_str() {
            "/nodes/1/children" => Reply::text(format!(r#"{{"resourceType": "nodeList", "nodes": [{node}, {node}], "total": 2}}"#)),
            _ => Reply::text(node),
        }
    })
    .await;
    let config = Config::new().with_auth(headwaters::Auth::header("x-key", secret));
    let probe = Probe::with_config(stub.url(), config).unwrap();
    let root = probe.links().root().await.unwrap();
    assert_eq!(probe.one(&root.own_link).await.unwrap().name, "n");
    assert_eq!(probe.all(&root.children.unwrap()).await.unwrap().len(), 2);
    let error: Error = probe.one(&root.parent.unwrap()).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn an_operation_written_by_hand_is_in_the_table_only() {
    let stub = Stub::start(Reply::text("null")).await;
    let row = OPERATIONS
        .iter()
        .find(|row| row.id == "pipes_subscribe")
        .unwrap();
    assert_eq!((row.method, row.path), ("GET", "/pipe/subscribe"));
    let error = probe(&stub)
        .call("pipes_subscribe", Arguments::new())
        .await
        .unwrap_err();
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn versions_and_timeouts_are_in_the_table() {
    let row = |id| OPERATIONS.iter().find(|row| row.id == id).unwrap();
    assert_eq!(
        (row("server_ping").since, row("server_ping").until),
        (Some("1.1"), Some("2.0"))
    );
    assert_eq!(row("server_ping").group, "");
    assert_eq!(row("things_create").timeout, headwaters::TimeoutClass::Long);
    assert_eq!(
        row("things_create").idempotent,
        headwaters::Idempotence::With("requestId")
    );
    assert_eq!(row("pipes_read").timeout, headwaters::TimeoutClass::Stream);
    assert_eq!(
        row("pipes_follow").timeout,
        headwaters::TimeoutClass::Endless
    );
    let stub = Stub::answering(|_| Reply::new(204, "")).await;
    #[expect(deprecated)]
    let ping = probe(&stub).ping();
    ping.await.unwrap();
    assert_eq!(stub.only().target, "/ping");
}

#[test]
fn an_id_is_its_text_and_nothing_else() {
    let id: ThingId = "a".parse().unwrap();
    assert_eq!(id, ThingId::from("a"));
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""a""#);
}

#[tokio::test]
async fn a_new_object_has_what_is_required_and_the_rest_by_default_or_by_setters() {
    use headwaters::probe::types::NewPart;

    let stub = Stub::start(Reply::text(r#"{"id": "a"}"#)).await;
    let door = NewPart::new("door");
    let wall = NewPart::new("wall")
        .size(3)
        .note("load-bearing")
        .tags(["brick", "old"])
        .weight(800.0)
        .state("in-use");
    let make = probe(&stub).things().create("house");
    make.parts([door, wall]).await.unwrap();
    assert_equal(
        "the parts",
        &stub.only().json(),
        &serde_json::json!({"name": "house", "parts": [
            {"name": "door", "size": 1, "note": null, "tags": [], "weight": 0.5, "state": "NEW"},
            {"name": "wall", "size": 3, "note": "load-bearing", "tags": ["brick", "old"], "weight": 800.0, "state": "in-use"},
        ]}),
    );
}

/// What carries `#[deprecated]` in the generated code, with the note.
#[derive(Default)]
struct Deprecated(Vec<String>);

impl Deprecated {
    fn note(&mut self, name: String, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            if let syn::Meta::List(list) = &attribute.meta
                && list.path.is_ident("deprecated")
            {
                self.0.push(format!("{name}, {}", list.tokens));
            }
        }
    }

    fn items(&mut self, items: &[syn::Item]) {
        for item in items {
            match item {
                syn::Item::Mod(module) => {
                    self.items(module.content.as_ref().map_or(&[], |it| &it.1))
                }
                syn::Item::Struct(item) => {
                    for field in &item.fields {
                        let field_name = field.ident.as_ref().map(ToString::to_string);
                        let name = format!("{}.{}", item.ident, field_name.unwrap_or_default());
                        self.note(name, &field.attrs);
                    }
                }
                syn::Item::Impl(item) => {
                    for method in &item.items {
                        if let syn::ImplItem::Fn(method) = method {
                            self.note(format!("{}()", method.sig.ident), &method.attrs);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn what_a_version_has_removed_is_deprecated_with_the_version() {
    let code = include_str!(concat!(env!("OUT_DIR"), "/probe.rs"));
    let mut deprecated = Deprecated::default();
    deprecated.items(&syn::parse_file(code).unwrap().items);
    deprecated.0.sort();
    let expected = [
        "NewPart.shade, note = \"removed after Probe 1.7\"",
        "NewThing.colour, note = \"removed after Probe 1.8\"",
        "Reason.code, note = \"removed after Probe 1.9\"",
        "code(), note = \"removed after Probe 1.9\"",
        "colour(), note = \"removed after Probe 1.8\"",
        "ping(), note = \"removed after Probe 2.0\"",
        "shade(), note = \"removed after Probe 1.7\"",
        "shape(), note = \"removed after Probe 1.6\"",
    ];
    assert_eq!(deprecated.0, expected);
}

/// An older server still has it.
#[tokio::test]
async fn what_is_deprecated_is_sent_all_the_same() {
    use headwaters::probe::types::NewPart;

    let stub = Stub::start(Reply::text(r#"{"id": "a"}"#)).await;
    // Each `expect` fails where the compiler does not warn.
    #[expect(deprecated)]
    let door = NewPart::new("door").shade("dark");
    #[expect(deprecated)]
    let make = probe(&stub).things().create("house").colour("red");
    make.parts([door]).await.unwrap();
    let sent = stub.take_seen().remove(0).json();
    assert_eq!(
        (&sent["colour"], &sent["parts"][0]["shade"]),
        (&"red".into(), &"dark".into())
    );
    #[expect(deprecated)]
    let find = probe(&stub).things().find().shape("round");
    find.await.unwrap_err();
    assert_eq!(stub.only().target, "/things?shape=round");
}

#[tokio::test]
async fn a_request_to_a_path_of_ones_own_passes_like_a_call() {
    use headwaters::{
        Auth,
        reqwest::Method,
        serde_json::{Value, json},
    };

    let stub = Stub::start(Reply::text(r#"{"a": 1}"#)).await;
    let config = Config::new().with_auth(Auth::bearer("s3cret"));
    let probe = Probe::with_config(&format!("{}/base", stub.url()), config).unwrap();
    let answer = probe
        .request(Method::PUT, "/some%20where/else")
        .with_query("q", "a b&c")
        .with_header("x-trace", "7")
        .with_json(&json!({"b": [1]}))
        .json::<Value>()
        .await
        .unwrap();
    assert_eq!(answer.value()["a"], 1);
    let seen = stub.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("PUT", "/base/some%20where/else?q=a+b%26c")
    );
    assert_eq!(seen.json(), json!({"b": [1]}));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("x-trace"), Some("7"));
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret"));

    let bytes = probe.request(Method::GET, "/x").bytes().await.unwrap();
    assert_eq!(bytes.value().as_ref(), br#"{"a": 1}"#);
    let stream = probe
        .request(Method::POST, "/x")
        .with_body("text")
        .stream()
        .await
        .unwrap();
    assert_eq!(
        stream.into_value().into_bytes(100).await.unwrap().as_ref(),
        br#"{"a": 1}"#
    );
    let seen = stub.take_seen();
    assert_eq!(seen.last().map(Seen::text), Some("text"));
}

#[tokio::test]
async fn a_path_or_a_method_that_cannot_be_sent_is_refused() {
    use headwaters::reqwest::Method;

    let stub = Stub::start(Reply::text("null")).await;
    let probe = probe(&stub);
    let odd = Method::from_bytes(b"DANCE").unwrap();
    for (method, path) in [
        (Method::GET, "x"),
        (Method::GET, "/a/../b"),
        (Method::GET, "/a?b=c"),
        (Method::GET, "//host/%2e%2e"),
        (odd, "/x"),
    ] {
        let error = probe.request(method, path).bytes().await.unwrap_err();
        assert!(error.is_request(), "{path}: {error}");
        assert_eq!(error.operation(), Some("request"));
    }
    assert!(stub.take_seen().is_empty());
}

#[tokio::test]
async fn a_raw_request_is_repeated_by_its_method_unless_the_caller_says_otherwise() {
    use headwaters::{Retry, reqwest::Method};
    use std::time::Duration;

    let stub = Stub::start(Reply::new(503, "later")).await;
    let retry = Retry::default()
        .with_attempts(3)
        .with_waits(Duration::from_millis(1), Duration::from_millis(2));
    let probe = Probe::with_config(stub.url(), Config::new().with_retry(retry)).unwrap();
    for (method, repeats, times) in [
        (Method::GET, None, 3),
        (Method::DELETE, None, 3),
        (Method::POST, None, 1),
        (Method::PATCH, None, 1),
        (Method::POST, Some(true), 3),
        (Method::GET, Some(false), 1),
    ] {
        let mut request = probe.request(method.clone(), "/x");
        if let Some(repeats) = repeats {
            request = request.with_repeats(repeats);
        }
        request.bytes().await.unwrap_err();
        assert_eq!(stub.take_seen().len(), times, "{method} {repeats:?}");
    }
}
