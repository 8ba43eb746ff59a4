//! What a test may do to the sandbox.

use headwaters::sandbox::Fault;

use super::*;

#[tokio::test]
async fn the_health_of_a_pe_is_that_of_its_job_in_part() {
    let streams = demo(Flavour::OnPrem4).await;
    streams.set_pe_health("0", Some("unhealthy")).unwrap();
    assert_eq!(ok(&streams, "/pes/0").await["health"], "unhealthy");
    assert_eq!(ok(&streams, "/jobs/0").await["health"], "partiallyHealthy");
    streams.set_job_health("0", Some("unhealthy")).unwrap();
    assert_eq!(ok(&streams, "/jobs/0").await["health"], "unhealthy");
    assert_eq!(ok(&streams, "").await["health"], "partiallyHealthy");
    streams.set_job_health("0", None).unwrap();
    streams.set_pe_health("0", None).unwrap();
    assert_eq!(ok(&streams, "").await["health"], "healthy");
    assert!(streams.set_pe_health("99", None).is_err());
    assert!(streams.set_pe_health("0", Some("fine")).is_err());
    assert!(streams.set_job_health("x", None).is_err());
    assert!(streams.restart_pe("x").is_err());
}

#[tokio::test]
async fn a_fault_is_laid_on_a_path_below_the_resources() {
    let streams = demo(Flavour::OnPrem4).await;
    streams.inject(Fault::status(503).on("GET", "/instances/StreamsInstance/jobs"));
    assert_eq!(get(&streams, "/pes").await.0, 200);
    assert_eq!(get(&streams, "/jobs").await.0, 503);
    assert_eq!(get(&streams, "/jobs").await.0, 200);
}

#[tokio::test]
async fn the_journal_has_what_was_asked() {
    let streams = demo(Flavour::OnPrem4).await;
    get(&streams, "/jobs?job.restid=0").await;
    let journal = streams.journal();
    let target = "/streams/rest/instances/StreamsInstance/jobs?job.restid=0";
    assert_eq!(
        (journal[0].target.as_str(), journal[0].status),
        (target, Some(200))
    );
    assert!(!format!("{streams:?}").contains(streams.password()));
}

#[tokio::test]
async fn it_comes_back_with_the_same_jobs() {
    let streams = demo(Flavour::Standalone5).await;
    request(&streams, "DELETE", "/jobs/0").send().await.unwrap();
    streams.stop_listening();
    assert!(request(&streams, "GET", "/jobs").send().await.is_err());
    streams.listen_again().await.unwrap();
    assert_eq!(ok(&streams, "/jobs").await["total"], 1);
}

#[test]
fn a_flavour_is_a_word() {
    for flavour in Flavour::ALL {
        assert_eq!(flavour.to_string().parse(), Ok(flavour));
    }
    let error = "sas3".parse::<Flavour>().unwrap_err().to_string();
    assert!(
        error.ends_with("on-prem4, standalone5, cp4d, sas1, sas2"),
        "{error}"
    );
}
