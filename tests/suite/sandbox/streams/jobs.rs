//! Jobs come, change and go.

use std::{collections::BTreeSet, time::Duration};

use super::*;

/// What gives the region `Filter` another width.
pub(super) fn filter_width(width: Value) -> Value {
    json!({"jobConfigurationOverlay": {"jobConfigOverlays": [{"configInstructions": {
        "adjustmentSection": [{"targetParallelRegion": {"regionName": "Filter", "newWidth": width}}],
    }}]}})
}

/// The element that its own link leads to is the one that is listed.
async fn assert_found(streams: &Streams, listed: &Value) {
    let own = listed["self"].as_str().unwrap();
    assert_eq!(ok(streams, own).await, *listed, "{own}");
}

#[tokio::test]
async fn a_cancelled_job_is_gone_with_all_that_it_had() {
    let streams = demo(Flavour::Standalone5).await;
    let response = request(&streams, "DELETE", "/jobs/0").send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.bytes().await.unwrap().len(), 0);
    for target in [
        "/jobs/0",
        "/pes/0",
        "/views/0",
        "/jobs/0/operators/identity",
    ] {
        assert_eq!(get(&streams, target).await.0, 404, "{target}");
    }
    assert_eq!(
        request(&streams, "DELETE", "/jobs/0")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let jobs = ok(&streams, "/jobs").await;
    assert_eq!(all(&jobs, "jobs", "id"), ["1"]);
}

#[tokio::test]
async fn a_restarted_pe_counts_it_and_is_unhealthy_for_a_second() {
    let streams = demo(Flavour::OnPrem4).await;
    streams.restart_pe("1").unwrap();
    let pe = ok(&streams, "/pes/1").await;
    let told = ["status", "statusReason", "health", "requiredConnections"]
        .map(|name| pe[name].as_str().unwrap());
    assert_eq!(
        (told, &pe["launchCount"]),
        (
            ["restarting", "crash", "unhealthy", "disconnected"],
            &json!(2)
        )
    );
    // Each look has a second of its own.
    for (target, member, value) in [
        ("/jobs/0", "health", "partiallyHealthy"),
        ("", "health", "partiallyHealthy"),
        ("/peconnections/o0p0i0p1", "status", "connecting"),
    ] {
        streams.restart_pe("1").unwrap();
        assert_eq!(ok(&streams, target).await[member], value, "{target}");
    }
    streams.advance(Duration::from_secs(1));
    let pe = ok(&streams, "/pes/1").await;
    assert_eq!(
        (&pe["status"], &pe["health"]),
        (&json!("running"), &json!("healthy"))
    );
    assert_eq!(ok(&streams, "").await["health"], "healthy");
}

#[tokio::test]
async fn a_parallel_region_gets_another_width() {
    let streams = demo(Flavour::Standalone5).await;
    let (status, job) = send(&streams, "PATCH", "/jobs/1", filter_width(json!(3))).await;
    assert_eq!((status, &job["generationId"]), (200, &json!(1)));
    let operators = ok(&streams, "/operators?job.restid=1").await;
    let expected = [
        "Averages",
        "Filter[0]",
        "Filter[1]",
        "Filter[2]",
        "Report",
        "Trades",
    ];
    assert_eq!(all(&operators, "operators", "name"), expected);
    let connections = ok(&streams, "/operatorconnections?job.restid=1").await;
    // From Trades to each copy and on to Averages, then to Report, and from the other job.
    assert_eq!(connections["total"], 8);
    assert_eq!(
        send(&streams, "PATCH", "/jobs/1", filter_width(json!(1)))
            .await
            .0,
        200
    );
    let operators = ok(&streams, "/operators?job.restid=1").await;
    assert_eq!(
        all(&operators, "operators", "name"),
        ["Averages", "Filter[0]", "Report", "Trades"]
    );
    assert_eq!(
        send(&streams, "PATCH", "/jobs/0", filter_width(json!(3)))
            .await
            .0,
        400
    );
    assert_eq!(
        send(&streams, "PATCH", "/jobs/9", filter_width(json!(3)))
            .await
            .0,
        404
    );
    assert_eq!(send(&streams, "PATCH", "/jobs/1", json!({})).await.0, 400);
}

#[tokio::test]
async fn regions_change_all_or_none_and_none_is_without_bounds() {
    let streams = demo(Flavour::Standalone5).await;
    let before = ok(&streams, "/jobs/1").await;
    let mut two = filter_width(json!(3));
    let sections = &mut two["jobConfigurationOverlay"]["jobConfigOverlays"][0];
    let adjustments = &mut sections["configInstructions"]["adjustmentSection"];
    let other = json!({"targetParallelRegion": {"regionName": "Other", "newWidth": 2}});
    adjustments.as_array_mut().unwrap().push(other);
    for change in [
        two,
        filter_width(json!(0)),
        filter_width(json!(1_001)),
        filter_width(json!(u64::MAX)),
    ] {
        assert_eq!(send(&streams, "PATCH", "/jobs/1", change).await.0, 400);
    }
    assert_eq!(ok(&streams, "/jobs/1").await, before);
}

#[tokio::test]
async fn a_change_that_cannot_be_read_is_refused() {
    let streams = demo(Flavour::Standalone5).await;
    let before = [ok(&streams, "/jobs/0").await, ok(&streams, "/jobs/1").await];
    let overlays =
        |overlays: Value| json!({"jobConfigurationOverlay": {"jobConfigOverlays": overlays}});
    let instructions = |value: Value| overlays(json!([{"configInstructions": value}]));
    let adjustment = |value: Value| instructions(json!({"adjustmentSection": [value]}));
    let mut changes = vec![
        overlays(json!("x")),
        overlays(json!(["x"])),
        instructions(json!("x")),
        instructions(json!({"adjustmentSection": {}})),
        adjustment(json!({})),
        adjustment(json!({"targetParallelRegion": {"newWidth": 3}})),
        adjustment(json!({"targetParallelRegion": {"regionName": "Filter"}})),
    ];
    for width in [
        "-1",
        r#""x""#,
        "1.5",
        "null",
        "1000000000000000000000000000000",
        "[3]",
    ] {
        changes.push(filter_width(serde_json::from_str(width).unwrap()));
    }
    for change in changes {
        for job in ["/jobs/0", "/jobs/1"] {
            let (status, told) = send(&streams, "PATCH", job, change.clone()).await;
            assert_eq!(status, 400, "{change}: {told}");
        }
    }
    let after = [ok(&streams, "/jobs/0").await, ok(&streams, "/jobs/1").await];
    assert_eq!(before, after);
    // To want nothing is fine: so says the client for Python.
    for nothing in [overlays(json!([])), overlays(json!([{}]))] {
        assert_eq!(send(&streams, "PATCH", "/jobs/1", nothing).await.0, 200);
    }
}

#[tokio::test]
async fn of_several_widths_of_a_region_the_last_counts() {
    let streams = demo(Flavour::Standalone5).await;
    let adjustments = (1..=1_000).rev().map(
        |width| json!({"targetParallelRegion": {"regionName": "Filter", "newWidth": width.max(3)}}),
    );
    let instructions = json!({"adjustmentSection": adjustments.collect::<Value>()});
    let overlay = json!({"jobConfigOverlays": [{"configInstructions": instructions}]});
    let change = json!({"jobConfigurationOverlay": overlay});
    let (status, job) = send(&streams, "PATCH", "/jobs/1", change).await;
    // Changed once, to that.
    assert_eq!((status, &job["generationId"]), (200, &json!(1)));
    let operators = ok(&streams, "/operators?job.restid=1").await;
    assert_eq!(operators["total"], 6);
    // A text is a number, too.
    let (status, job) = send(&streams, "PATCH", "/jobs/1", filter_width(json!("2"))).await;
    assert_eq!((status, &job["generationId"]), (200, &json!(2)));
}

#[tokio::test]
async fn a_metric_that_was_set_does_not_pass_to_another_operator() {
    let streams = demo(Flavour::Standalone5).await;
    let metrics = url(&streams, "/jobs/1/operators/Averages/metrics");
    streams.set_metric(&metrics, "mine", 7).unwrap();
    let change = filter_width(json!(4));
    assert_eq!(send(&streams, "PATCH", "/jobs/1", change).await.0, 200);
    let operators = ok(&streams, "/operators?job.restid=1").await;
    for operator in operators["operators"].as_array().unwrap() {
        let metrics = ok(&streams, operator["metrics"].as_str().unwrap()).await;
        let names = all(&metrics, "metrics", "name");
        assert!(!names.contains(&"mine"), "{operator}");
    }
}

#[tokio::test]
async fn what_a_region_of_another_width_has_is_found_as_it_is_listed() {
    let streams = demo(Flavour::Standalone5).await;
    for width in [5, 3, 1, 2] {
        let change = filter_width(json!(width));
        let (status, job) = send(&streams, "PATCH", "/jobs/1", change).await;
        assert_eq!(status, 200, "{job}");
        let operators = ok(&streams, "/operators?job.restid=1").await;
        let operators = operators["operators"].as_array().unwrap();
        assert_eq!(operators.len(), 3 + width);
        let mut places = BTreeSet::new();
        let mut found = BTreeSet::new();
        for operator in operators {
            assert_found(&streams, operator).await;
            assert!(places.insert(operator["indexWithinJob"].as_u64().unwrap()));
            for (key, pe_key) in [
                ("inputPorts", "peInputPorts"),
                ("outputPorts", "peOutputPorts"),
            ] {
                let ports = ok(&streams, operator[key].as_str().unwrap()).await;
                for port in ports[key].as_array().unwrap() {
                    assert_found(&streams, port).await;
                    assert_eq!(
                        (&port["operator"], &port["pe"]),
                        (&operator["self"], &operator["pe"])
                    );
                    for link in port[pe_key].as_array().unwrap() {
                        let link = link.as_str().unwrap();
                        let pe_port = ok(&streams, link).await;
                        assert_eq!(
                            (&pe_port["self"], &pe_port["pe"]),
                            (&json!(link), &operator["pe"])
                        );
                        assert!(found.insert(link.to_owned()), "{link} is of two ports");
                    }
                }
            }
        }
        assert_eq!(places.len(), 3 + width);
        // At each end of the copies, and where tuples leave the job or come into it.
        assert_eq!(found.len(), 2 * (width + 2), "{found:?}");
        let pes = ok(&streams, "/pes?job.restid=1").await;
        let mut listed = BTreeSet::new();
        for pe in pes["pes"].as_array().unwrap() {
            for key in ["inputPorts", "outputPorts"] {
                let ports = ok(&streams, pe[key].as_str().unwrap()).await;
                for port in ports[key].as_array().unwrap() {
                    assert_found(&streams, port).await;
                }
                let links = all(&ports, key, "self").into_iter();
                listed.extend(links.map(str::to_owned));
            }
        }
        assert_eq!(found, listed);
        // Of what is not there any more nothing is found.
        for index in width..6 {
            let gone = format!("/jobs/1/operators/Filter%5B{index}%5D");
            assert_eq!(get(&streams, &gone).await.0, 404, "{gone}");
        }
    }
}
