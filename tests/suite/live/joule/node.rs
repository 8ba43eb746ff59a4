//! The node itself, its folders, streams, annotations, modules and users.

use headwaters::{
    Config, Error, TimeoutClass,
    dynamic::{Answer, Arguments},
    joule::{
        Node, NodeStore, Timestamp,
        types::{DataType, DisplayType, Event, MasterKind, NewDataStream, NewElement},
    },
};
use serde_json::json;

use super::{Place, T0, node, variable, write};
use crate::{equal::assert_equal, mirror::Mirror};

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn every_answer_decodes_and_comes_back_equal() {
    let place = Place::new("answers");
    let stream = place.stream("meter", DataType::Float32, 2).await;
    let events = place.events("events").await;
    write(&place.node, &stream, &vec![vec![(T0, vec![1.0_f32, 2.0])]]).await;
    place
        .node
        .annotations()
        .create(&stream, "on", T0)
        .await
        .unwrap();
    let mut new = [Event::new(T0, T0 + 1, json!({"a": 1}))];
    place
        .node
        .event_streams()
        .write(&events, &mut new)
        .await
        .unwrap();
    let folder = place.node.folders().get(&*place.path).await.unwrap();
    let mirror = Mirror::of(&variable("JOULE_URL")).await;
    let reflected = Node::new(&mirror.url, variable("JOULE_KEY")).unwrap();
    let mut compared = 0;
    'operations: for operation in headwaters::joule::OPERATIONS
        .iter()
        .filter(|operation| operation.method == "GET" && operation.timeout != TimeoutClass::Endless)
    {
        let id = match operation.id.split_once("s_").map_or("", |(group, _)| group) {
            "folder" => folder.id,
            "event_stream" => events.id,
            "module" | "proxie" => 0,
            _ => stream.id,
        };
        let mut arguments = Arguments::new();
        for parameter in operation.parameters {
            let value = match parameter.name {
                "id" | "stream_id" => id.to_string(),
                "data_stream_elements" => format!("[{}]", stream.elements[0].id),
                "event_streams" => format!("[{}]", events.id),
                "limit" => "10".to_owned(),
                "return-subset" | "include-ongoing-events" | "statistics" => "true".to_owned(),
                "X-App-Id" => "p0".to_owned(),
                _ if parameter.required => continue 'operations,
                _ => continue,
            };
            arguments = arguments.with(parameter.name, value);
        }
        match reflected.call(operation.id, arguments).await {
            Ok(Answer::Json(ours)) => {
                let theirs = mirror.last();
                let theirs = match operation.response {
                    headwaters::ResponseKind::Envelope(member, _) => &theirs[member],
                    _ => &theirs,
                };
                assert_equal(operation.id, &ours.to_value().unwrap(), theirs);
                compared += 1;
            }
            Ok(_) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(compared >= 20, "{compared}");
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn folders_and_streams_are_made_moved_changed_and_deleted() {
    let place = Place::new("tree");
    let node = &place.node;
    let mut stream = place.stream("meter", DataType::Float32, 2).await;
    assert_eq!(
        (stream.layout.as_str(), stream.elements.len()),
        ("float32_2", 2)
    );
    stream.name = "plug".to_owned();
    stream.elements[1].units = Some("W".to_owned());
    stream.elements[1].display_type = DisplayType::Discrete;
    let changed = node
        .data_streams()
        .update(stream.id, &stream)
        .await
        .unwrap();
    assert_eq!(
        (changed.name, changed.elements),
        (stream.name.clone(), stream.elements.clone())
    );
    let moved = format!("{}/attic", place.path);
    let stream = node.data_streams().move_to(&stream, &*moved).await.unwrap();
    let by_path = node
        .data_streams()
        .get(format!("{moved}/plug"))
        .await
        .unwrap();
    assert_eq!(by_path.id, stream.id);
    assert_eq!(by_path.data_info.unwrap().rows, 0);
    let mut folder = node.folders().get(&*moved).await.unwrap();
    folder.description = Some("upstairs".to_owned());
    let folder = node.folders().update(folder.id, &folder).await.unwrap();
    assert_eq!(folder.description.as_deref(), Some("upstairs"));
    let root = format!("{}/cellar", place.path);
    let folder = node.folders().move_to(&folder, &*root).await.unwrap();
    assert_eq!(folder.streams[0].id, stream.id);
    let error = node.folders().delete(&*root).await.unwrap_err();
    assert_eq!(
        error.messages(),
        ["specify [recursive] or remove child folders first"]
    );
    let error = node
        .folders()
        .delete("/")
        .recursive(true)
        .await
        .unwrap_err();
    assert_eq!(error.messages(), ["folder is locked"]);
    node.data_streams().delete(&stream).await.unwrap();
    let error = node.data_streams().get(&stream).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = node
        .data_streams()
        .delete("/configured/fixed")
        .await
        .unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn annotations_are_made_changed_counted_and_deleted() {
    let place = Place::new("annotations");
    let stream = place.stream("meter", DataType::Int16, 1).await;
    let notes = place.node.annotations();
    let point = notes
        .create(&stream, "on", T0)
        .content("by hand")
        .await
        .unwrap();
    let range = notes
        .create(&stream, "off", T0 + 5)
        .end(T0 + 9)
        .await
        .unwrap();
    assert_eq!((point.end, range.end), (None, Some(T0 + 9)));
    notes.update(point.id).title("switched on").await.unwrap();
    // Both bounds belong to the range, and only the start counts.
    let mut found = notes.get(&stream).start(T0).end(T0 + 5).await.unwrap();
    found.sort_by_key(|note| note.start);
    let titles: Vec<&str> = found.iter().map(|note| note.title.as_str()).collect();
    assert_eq!(titles, ["switched on", "off"]);
    notes.delete(range.id).await.unwrap();
    let info = notes.info(&stream).await.unwrap();
    assert_eq!((info.count, info.start, info.end), (1, Some(T0), Some(T0)));
    place
        .node
        .data_streams()
        .annotation_delete(&stream)
        .await
        .unwrap();
    assert_eq!(notes.info(&stream).await.unwrap().count, 0);
    assert!(notes.delete(point.id).await.unwrap_err().is_not_found());
    place.end().await;
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_node_tells_of_itself_its_modules_and_its_users() {
    let node = node();
    let info = node.info().await.unwrap();
    assert_eq!(info.version.version, "1.0.1");
    let modules = node.modules().list().await.unwrap();
    assert!(modules.iter().all(|module| module.statistics.is_none()));
    let random = node.modules().get("random").await.unwrap();
    assert!(random.statistics.unwrap().pid.is_some());
    node.modules().logs("random").await.unwrap();
    assert!(node.modules().get("none").await.unwrap_err().is_not_found());
    let proxies = node.proxies().list().await.unwrap();
    let proxy = node.proxies().get(&proxies[0]).await.unwrap();
    assert_eq!(proxy, proxies[0]);

    let name = format!("ann-{}", Timestamp::now().micros());
    let added = node.masters().add(MasterKind::User, &*name).await.unwrap();
    let key = added.key.expect("a user has a key");
    assert!(!format!("{key:?}").contains(key.expose()));
    let theirs = Node::new(variable("JOULE_URL"), key).unwrap();
    theirs.ping().await.unwrap();
    let error = node
        .masters()
        .add(MasterKind::User, &*name)
        .await
        .unwrap_err();
    assert_eq!(error.messages(), ["User already exists"]);
    node.masters()
        .delete(MasterKind::User, &*name)
        .await
        .unwrap();
    let error = theirs.ping().await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");

    // Nobody listens there: the failed entry has to be taken away by hand.
    let nowhere = "http://127.0.0.1:9";
    let error = node
        .masters()
        .add(MasterKind::Joule, nowhere)
        .await
        .unwrap_err();
    assert!(error.is_bad_request(), "{error}");
    assert!(error.to_string().contains("may have stayed"), "{error}");
    let left = node.masters().list().await.unwrap();
    assert!(left.iter().any(|master| master.name == nowhere), "{left:?}");
    node.masters()
        .delete(MasterKind::Joule, nowhere)
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_unix_socket_needs_no_key_and_a_users_files_name_the_node() {
    let node = Node::at_socket(variable("JOULE_SOCKET"), Config::new()).unwrap();
    let name = node.version().await.unwrap().name;
    let store = NodeStore::at(variable("JOULE_CONFIG"));
    let kept = store.open(&store.default_node().unwrap()).unwrap();
    assert_eq!(kept.version().await.unwrap().name, name);
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn what_the_node_did_not_expect_is_told_in_one_line() {
    let place = Place::new("traceback");
    let stream = place.stream("late", DataType::Int64, 1).await;
    let row = [i64::MAX.to_le_bytes(), [1; 8], [0; 8], [0; 8]].concat();
    let write = place.node.data().write_bytes(&stream, row);
    let error = write.await.unwrap_err();
    assert!(error.is_server_error(), "{error}");
    assert!(!error.to_string().contains("Traceback"), "{error}");
    assert!(String::from_utf8_lossy(error.body()).contains("Traceback"));
}

#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn a_stream_that_cannot_be_is_refused_in_the_nodes_words() {
    let place = Place::new("impossible");
    place.stream("taken", DataType::Float32, 1).await;
    let refused = async |stream: NewDataStream| -> Error {
        place
            .node
            .data_streams()
            .create(&*place.path, stream)
            .await
            .unwrap_err()
    };
    let taken = refused(NewDataStream::new("taken", DataType::Float32, ["a"])).await;
    assert!(taken.to_string().contains("same name exists"), "{taken}");
    let mut twice = NewDataStream::new("twice", DataType::Float32, ["a"]);
    twice.elements.push(NewElement::new("a"));
    let twice = refused(twice).await;
    assert!(twice.to_string().contains("must be unique"), "{twice}");
    let unsigned = refused(NewDataStream::new(
        "u",
        DataType::Unknown("uint8".into()),
        ["a"],
    ))
    .await;
    assert!(
        unsigned.to_string().contains("invalid datatype"),
        "{unsigned}"
    );
    place.end().await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn rows_are_in_the_database_too() {
    let place = Place::new("database");
    let stream = place.stream("meter", DataType::Int32, 2).await;
    write(
        &place.node,
        &stream,
        &vec![vec![(T0, vec![7, 8]), (T0 + 1, vec![9, 10])]],
    )
    .await;
    let database = place.node.connect_database().await.unwrap();
    let query = format!(
        "select (extract(epoch from time) * 1000000)::bigint, elem0, elem1 from data.stream{} order by time",
        stream.id
    );
    let rows = database.query(&query, &[]).await.unwrap();
    let rows: Vec<(i64, i32, i32)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(rows, [(T0, 7, 8), (T0 + 1, 9, 10)]);
    let error = database
        .execute(&format!("delete from data.stream{}", stream.id), &[])
        .await;
    assert!(error.is_err(), "the user of modules only reads");
    place.end().await;
}

#[tokio::test]
#[ignore = "needs two Joule nodes: tests/live/run"]
async fn nodes_follow_each_other_and_one_follower_is_not_deleted_with_another() {
    let node = node();
    let name = node.version().await.unwrap().name;
    let other = Node::new(variable("JOULE_OTHER_URL"), variable("JOULE_OTHER_KEY")).unwrap();
    let added = node
        .masters()
        .add(MasterKind::Joule, variable("JOULE_OTHER_URL"))
        .await
        .unwrap();
    assert_eq!(added.name, other.version().await.unwrap().name);
    let followers = other.followers().list().await.unwrap();
    let [follower] = followers.as_slice() else {
        panic!("{followers:?}");
    };
    assert!(!format!("{follower:?}").contains(follower.key.expose()));
    let followed = follower.open_with(Config::new()).unwrap();
    assert_eq!(followed.version().await.unwrap().name, name);

    // The node would delete it whatever the name.
    let error = other.followers().delete("nobody").await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert_eq!(other.followers().list().await.unwrap(), followers);
    other.followers().delete(&*follower.name).await.unwrap();
    assert!(other.followers().list().await.unwrap().is_empty());
    let error = other.followers().delete("nobody").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    node.masters()
        .delete(MasterKind::Joule, &*added.name)
        .await
        .unwrap();
}

/// The node writes them bare, which is no JSON, and takes them as strings.
#[tokio::test]
#[ignore = "needs a Joule node: tests/live/run"]
async fn numbers_that_json_lacks_are_stored_and_come_back() {
    let place = Place::new("odd-numbers");
    let streams = place.node.data_streams();
    let element = NewElement::new("x")
        .offset(f64::NAN)
        .scale_factor(f64::NEG_INFINITY)
        .default_max(f64::INFINITY)
        .default_min(-1.5);
    let new = NewDataStream::new("meter", DataType::Float32, [element]);
    let made = streams.create(&*place.path, new).await.unwrap();
    let read = streams.get(made.id).await.unwrap();
    let folder = place.node.folders().get(&*place.path).await.unwrap();
    for stream in [&made, &read, &folder.streams[0]] {
        let element = &stream.elements[0];
        assert!(element.offset.get().is_nan(), "{element:?}");
        assert_eq!(element.scale_factor.get(), f64::NEG_INFINITY);
        assert_eq!(element.default_max, Some(f64::INFINITY.into()));
        assert_eq!(element.default_min, Some((-1.5).into()));
    }
    write(
        &place.node,
        &read,
        &vec![vec![(T0, vec![f32::INFINITY]), (T0 + 1, vec![1.5])]],
    )
    .await;
    let json = place.node.data().json(read.id).await.unwrap();
    assert_eq!(json.data[0][0][1], "Infinity".into());
    assert_eq!(json.data[0][1][1].as_f64(), Some(1.5));
    place.end().await;
}
