//! A module, the database and the node itself go away. The node is of no use after it.

use headwaters::{ErrorKind, joule::types::DataType};

use super::{Place, T0, variable};

/// A signal to a process of the node.
fn signal(name: &str, pid: &str) {
    let status = std::process::Command::new("kill")
        .args([name, pid])
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test]
#[ignore = "ends a Joule node bit by bit: tests/live/run"]
async fn a_dying_node_is_an_error_and_never_a_clean_end() {
    let place = Place::new("dying");
    let node = &place.node;
    let stream = place.stream("meter", DataType::Float64, 8).await;
    let mut pipe = node.data().write(&stream).await.unwrap();
    for chunk in 0..70_i64 {
        let rows = (0..10_000).map(|row| (T0 + chunk * 10_000 + row, [1.0; 8]));
        pipe.write_rows(rows).await.unwrap();
    }
    pipe.close().await.unwrap();

    // The module of a subscription is killed; the node starts it again: a break, then its rows, on the same connection.
    let mut subscription = node.data().subscribe("/live/rand").await.unwrap();
    subscription.next().await.unwrap().unwrap();
    let module = node.modules().get("random").await.unwrap();
    let pid = module.statistics.unwrap().pid.unwrap();
    signal("-KILL", &pid.to_string());
    let mut broke = false;
    loop {
        let block = subscription.next().await.unwrap().unwrap();
        if broke && !block.is_empty() {
            break;
        }
        broke |= block.ends_interval();
    }

    // The database goes away under a read.
    let mut reader = node.data().read(&stream).await.unwrap();
    let mut rows = reader.next().await.unwrap().unwrap().len();
    signal("-INT", &variable("JOULE_PG_PID"));
    let error = loop {
        match reader.next().await {
            Ok(Some(block)) => rows += block.len(),
            Ok(None) => panic!("{rows} of 700000 rows look whole"),
            Err(error) => break error,
        }
    };
    assert!(rows < 700_000, "{rows}");
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");

    // The node goes away under a subscription.
    signal("-TERM", &variable("JOULE_PID"));
    let error = loop {
        match subscription.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a subscription has no end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Broken, "{error}");
    let error = node.version().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}
