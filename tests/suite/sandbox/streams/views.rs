//! Views and what is in them.

use std::{collections::BTreeSet, time::Duration};

use super::{jobs::filter_width, *};

fn times(items: &Value) -> Vec<i64> {
    let items = items["viewItems"].as_array().unwrap().iter();
    items
        .map(|item| item["collectionTime"].as_i64().unwrap())
        .collect()
}

fn serials(items: &Value) -> Vec<i64> {
    let items = items["viewItems"].as_array().unwrap().iter();
    items
        .map(|item| item["data"]["serial"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_buffer_of_seconds_holds_the_latest_and_the_whole_of_it_comes_every_time() {
    let streams = demo(Flavour::OnPrem4).await;
    let view = ok(&streams, "/views/0").await;
    assert_eq!(
        (&view["name"], &view["bufferCapacityUnits"]),
        (&json!("predictions"), &json!("seconds"))
    );
    assert_eq!(
        (
            &view["bufferCapacitySeconds"],
            &view["bufferCapacityTuples"]
        ),
        (&json!(10), &Value::Null)
    );
    assert_eq!(
        view["attributes"],
        json!([{"name": "jsonString", "type": "rstring"}])
    );
    let items = ok(&streams, "/views/0/viewitems").await;
    assert_eq!(items["view"], view["self"]);
    let first = times(&items);
    // 20 tuples a second.
    assert_eq!(first.len(), 200);
    assert!(first.is_sorted());
    streams.advance(Duration::from_secs(5));
    let second = times(&ok(&streams, "/views/0/viewitems").await);
    assert_eq!(second.len(), 200);
    let common = second.iter().filter(|time| first.contains(time)).count();
    assert!((90..=100).contains(&common), "{common}");
    let text = items["viewItems"][0]["data"]["jsonString"]
        .as_str()
        .unwrap();
    assert!(serde_json::from_str::<Value>(text).unwrap()["serial"].is_i64());
}

#[tokio::test]
async fn a_view_may_wait_for_somebody_to_look() {
    let streams = demo(Flavour::OnPrem4).await;
    let view = ok(&streams, "/views/1").await;
    assert_eq!(
        (&view["activateOption"], &view["started"]),
        (&json!("firstAccess"), &json!(false))
    );
    streams.advance(Duration::from_secs(60));
    let begun = std::time::Instant::now();
    assert_eq!(times(&ok(&streams, "/views/1/viewitems").await), [0; 0]);
    assert_eq!(ok(&streams, "/views/1").await["started"], true);
    streams.advance(Duration::from_secs(1));
    let count = times(&ok(&streams, "/views/1/viewitems").await).len();
    // 50 tuples a second, in the second that has passed at once and in the time that the machine takes.
    let most = 50.0 * (1.0 + begun.elapsed().as_secs_f64());
    assert!(
        count >= 50 && count as f64 <= most + 1.0,
        "{count} of {most}"
    );
    streams.advance(Duration::from_secs(9));
    // 100 tuples are all that it keeps.
    assert_eq!(times(&ok(&streams, "/views/1/viewitems").await).len(), 100);
}

#[tokio::test]
async fn items_of_a_parallel_region_tell_their_channel() {
    let streams = demo(Flavour::OnPrem4).await;
    let items = ok(&streams, "/views/2/viewitems").await;
    let items = items["viewItems"].as_array().unwrap();
    let channels: Vec<_> = items[..2]
        .iter()
        .map(|item| item["channel"].as_i64().unwrap())
        .collect();
    assert_eq!(channels.iter().sum::<i64>(), 1);
    let members: Vec<_> = items[0]["data"].as_object().unwrap().keys().collect();
    // Not all that the stream has.
    assert_eq!(members, ["price", "symbol", "volume"]);
}

#[tokio::test]
async fn a_view_has_the_channels_that_its_region_has() {
    let streams = demo(Flavour::Standalone5).await;
    for width in [3, 1, 5] {
        let change = filter_width(json!(width));
        assert_eq!(send(&streams, "PATCH", "/jobs/1", change).await.0, 200);
        let items = ok(&streams, "/views/2/viewitems").await;
        let items = items["viewItems"].as_array().unwrap().iter();
        let channels: BTreeSet<_> = items
            .map(|item| item["channel"].as_i64().unwrap())
            .collect();
        assert_eq!(channels, (0..width).collect());
        // Others are in no region.
        let items = ok(&streams, "/views/0/viewitems").await;
        assert_eq!(items["viewItems"][0].get("channel"), None);
    }
}

#[tokio::test]
async fn views_are_listed_by_their_ids_and_configured_ones_by_their_names() {
    let streams = demo(Flavour::OnPrem4).await;
    let views = ok(&streams, "/views").await;
    assert_eq!(
        all(&views, "views", "name"),
        ["predictions", "words", "trades"]
    );
    let configured = ok(&streams, "/configuredviews").await;
    assert_eq!(
        all(&configured, "configuredViews", "name"),
        ["predictions", "trades", "words"]
    );
}

#[tokio::test]
async fn items_are_given_by_hand_in_any_order() {
    let streams = Streams::builder().views(2).start().await.unwrap();
    let item = |serial: i64, time: i64| (time, json!({"serial": serial}));
    let given = [item(1, 1000), item(2, 900), item(3, 1000)];
    streams.replace_view_items("view_0000", given).unwrap();
    let items = ok(&streams, "/views/0/viewitems").await;
    assert_eq!(
        (serials(&items), times(&items)),
        (vec![1, 2, 3], vec![1000, 900, 1000])
    );
    streams
        .append_view_items("0", [item(4, 950), item(5, 10_999)])
        .unwrap();
    // Ten seconds are kept: what is older than the youngest by so much goes.
    assert_eq!(
        serials(&ok(&streams, "/views/0/viewitems").await),
        [1, 3, 5]
    );
    streams.replace_view_items("0", []).unwrap();
    assert_eq!(serials(&ok(&streams, "/views/0/viewitems").await), [0; 0]);
    // The other goes on by itself.
    streams.advance(Duration::from_secs(1));
    assert!(!serials(&ok(&streams, "/views/1/viewitems").await).is_empty());
    assert!(streams.append_view_items("none", []).is_err());
}

#[tokio::test]
async fn a_buffer_of_tuples_drops_the_first() {
    let streams = demo(Flavour::OnPrem4).await;
    let item = |time: i64| (time, json!({"string": time.to_string()}));
    streams
        .replace_view_items("words", (0..90).map(item))
        .unwrap();
    streams
        .append_view_items("words", (0..20).rev().map(item))
        .unwrap();
    let times = times(&ok(&streams, "/views/1/viewitems").await);
    assert_eq!((times.len(), times[0], times[99]), (100, 10, 0));
}

#[tokio::test]
async fn a_hundred_thousand_items_are_one_answer() {
    let streams = Streams::builder().views(1).start().await.unwrap();
    let items = (0..100_000).map(|serial| (1_790_000_000_000 + serial, json!({"serial": serial})));
    streams.replace_view_items("view_0000", items).unwrap();
    let items = ok(&streams, "/views/0/viewitems").await;
    assert_eq!(items["total"], 100_000);
    assert_eq!(serials(&items), (0..100_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn there_may_be_a_thousand_views() {
    let streams = Streams::builder().views(1000).start().await.unwrap();
    let views = ok(&streams, "/views").await;
    assert_eq!(views["total"], 1000);
    assert_eq!(views["views"][999]["name"], "view_0999");
}
