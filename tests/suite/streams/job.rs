//! Jobs: health, submit and cancel.

use std::time::Duration;

use headwaters::{
    Body, ErrorKind, Link,
    streams::types::{Health, JobConfig, JobConfigOverlay, JobConfigOverlays},
};

use super::*;

#[tokio::test]
async fn a_job_is_followed_until_it_is_healthy() {
    let (streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "1").await;
    assert_eq!(job.health, Some(Health::Healthy));
    streams.set_job_health("1", Some("unhealthy")).unwrap();
    let waiting = sc.job(&job).wait_for(Health::Healthy);
    let (job, ()) = tokio::join!(waiting, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        streams.set_job_health("1", None).unwrap();
    });
    assert_eq!(job.unwrap().health, Some(Health::Healthy));
    streams
        .set_job_health("1", Some("partiallyHealthy"))
        .unwrap();
    let job = super::job(&sc, "1").await;
    let waiting = sc.job(&job).wait_for(Health::Healthy);
    let error = waiting
        .with_timeout(Duration::from_millis(200))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_bundle_is_uploaded_submitted_changed_and_cancelled() {
    let (streams, sc) = demo(Flavour::Standalone5).await;
    let instance = instance(&sc).await;
    let bundle = Body::from("the bytes of a bundle");
    let bundle = sc.instance(&instance).upload_bundle(bundle).await.unwrap();
    let options =
        JobConfigOverlays::new()
            .job_config_overlays([JobConfigOverlay::new()
                .job_config(JobConfig::new().job_name("mine").tracing("debug"))]);
    let submitted = sc
        .instance(&instance)
        .submit(&bundle.bundle_id, options.clone());
    let id = submitted.await.unwrap().id.unwrap();
    let job = super::job(&sc, id.as_str()).await;
    assert_eq!(job.name.as_deref(), Some("mine"));
    let job = sc.job(&job).wait_for(Health::Healthy).await.unwrap();
    sc.job(&job).update(JobConfigOverlays::new()).await.unwrap();
    sc.job(&job).cancel().await.unwrap();
    let error = sc.job(&job).wait_for(Health::Healthy).await.unwrap_err();
    assert!(
        error.is_not_found() || error.kind() == ErrorKind::Failed,
        "{error}"
    );
    let error = sc.job(&job).cancel().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let journal = streams.journal();
    let mut seen = journal.iter();
    let upload = seen.find(|seen| seen.target.ends_with("/applicationbundles"));
    let kind = ("content-type".to_owned(), "application/x-jar".to_owned());
    assert!(upload.unwrap().headers.contains(&kind));
}

#[tokio::test]
async fn on_premises_streams_4_neither_submits_nor_cancels_over_rest() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let job = job(&sc, "0").await;
    let instance = instance(&sc).await;
    let submit = sc.instance(&instance).submit("bundle", JobConfig::new());
    for (error, command) in [
        (
            sc.job(&job).cancel().await.unwrap_err(),
            "streamtool canceljob",
        ),
        (submit.await.unwrap_err(), "streamtool submitjob"),
        (
            sc.job(&job).update(JobConfig::new()).await.unwrap_err(),
            "streamtool updateoperators",
        ),
    ] {
        assert!(!error.is_not_found() && !error.maybe_sent(), "{error}");
        assert!(error.is_unsupported(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("since Streams 5.0") && text.contains(command),
            "{error}"
        );
    }
}

#[tokio::test]
async fn on_premises_streams_4_names_a_command_for_all_that_it_does_not_do_over_rest() {
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let group = sc.instance(&instance(&sc).await);
    let link = Link::new("instances/StreamsInstance/applicationconfigurations/db");
    let configuration = sc.application_configuration(link);
    let properties = [("user", "u")];
    let upload = group.upload_bundle(Body::from("the bytes of a bundle"));
    let submission = group.create_job_submission("bundle", JobConfig::new());
    let create = group.create_application_configuration("db", properties);
    for (error, command) in [
        (upload.await.unwrap_err(), "submitjob"),
        (submission.await.unwrap_err(), "submitjob"),
        (
            group.property("sws.consoleUrl").await.unwrap_err(),
            "getproperty",
        ),
        (
            group.application_configurations().await.unwrap_err(),
            "lsappconfig",
        ),
        (create.await.unwrap_err(), "mkappconfig"),
        (configuration.get().await.unwrap_err(), "getappconfig"),
        (configuration.update().await.unwrap_err(), "chappconfig"),
        (configuration.delete().await.unwrap_err(), "rmappconfig"),
    ] {
        assert!(error.is_unsupported() && !error.is_not_found(), "{error}");
        let text = error.to_string();
        let command = format!("streamtool {command}");
        assert!(
            text.contains("since Streams 5.0") && text.contains(&command),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_a_server_that_has_the_operation_does_not_find_is_not_found() {
    let missing = "instances/StreamsInstance/jobs/99";
    let (_streams, sc) = demo(Flavour::OnPrem4).await;
    let error = sc.job(Link::new(missing)).get().await.unwrap_err();
    assert!(error.is_not_found() && !error.is_unsupported(), "{error}");
    let (_streams, sc) = demo(Flavour::Standalone5).await;
    let link = Link::new("instances/StreamsInstance/applicationconfigurations/none");
    let configuration = sc.application_configuration(link);
    for error in [
        sc.job(Link::new(missing)).cancel().await.unwrap_err(),
        configuration.update().await.unwrap_err(),
        configuration.delete().await.unwrap_err(),
    ] {
        assert!(error.is_not_found() && !error.is_unsupported(), "{error}");
    }
}

#[tokio::test]
async fn application_configurations_are_made_changed_and_deleted() {
    let (_streams, sc) = demo(Flavour::Standalone5).await;
    let group = sc.instance(&instance(&sc).await);
    let made = group
        .create_application_configuration("db", [("user", "u"), ("password", "s3cret")])
        .description("The database.")
        .await
        .unwrap();
    assert!(!format!("{made:?}").contains("s3cret"));
    let changed = sc
        .application_configuration(&made)
        .update()
        .description("Another one.")
        .properties([("password", Some("other s3cret")), ("user", None)])
        .await
        .unwrap();
    assert_eq!(changed.description.as_deref(), Some("Another one."));
    let properties = changed.properties.unwrap();
    let mut properties = properties
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_ref().unwrap().expose()));
    assert_eq!(properties.next(), Some(("password", "other s3cret")));
    assert_eq!(properties.next(), None);
    let all = group.application_configurations().await.unwrap();
    assert!(all.iter().any(|one| one.name == made.name));
    sc.application_configuration(&made).delete().await.unwrap();
    let error = sc.application_configuration(&made).get().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}
