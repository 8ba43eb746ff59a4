//! Jobs come, change and go.

use std::time::Duration;

use super::*;

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
    let overlays = |width: Value| {
        json!({"jobConfigurationOverlay": {"jobConfigOverlays": [{"configInstructions": {
            "adjustmentSection": [{"targetParallelRegion": {"regionName": "Filter", "newWidth": width}}],
        }}]}})
    };
    let (status, job) = send(&streams, "PATCH", "/jobs/1", overlays(json!(3))).await;
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
        send(&streams, "PATCH", "/jobs/1", overlays(json!(1)))
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
        send(&streams, "PATCH", "/jobs/0", overlays(json!(3)))
            .await
            .0,
        400
    );
    assert_eq!(
        send(&streams, "PATCH", "/jobs/9", overlays(json!(3)))
            .await
            .0,
        404
    );
    assert_eq!(send(&streams, "PATCH", "/jobs/1", json!({})).await.0, 400);
}
