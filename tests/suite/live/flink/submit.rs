//! A job graph that Java has made, submitted without Java.

use headwaters::{Upload, flink::calls::JobsSubmit};

use super::*;

/// The text that the job reads from its distributed cache.
const WORDS: &str = "the quick brown fox";

/// A job graph of its own id, which a program of the demonstration jar writes where it runs: on the JobManager.
async fn job_graph(flink: &Flink, jar: &JarId) -> Vec<u8> {
    let path = env::temp_dir().join(format!("headwaters-{}.bin", fastrand::u64(..)));
    let error = flink
        .jars()
        .run(jar)
        .entry_class("headwaters.jobs.GraphJob")
        .program_args_list(["--graph", path.to_str().unwrap()])
        .await
        .unwrap_err();
    assert_eq!(error.messages(), ["No jobs included in application."]);
    let graph = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    graph
}

fn demonstration_jar() -> String {
    env::var("FLINK_JAR").expect("FLINK_JAR names the demonstration jobs")
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn a_job_graph_runs_with_its_jars_and_reads_its_artifact() {
    let flink = flink();
    let jobs = flink.jobs();
    let jar = flink.jars().upload(demonstration_jar().as_str()).await;
    let jar = jar.unwrap().jar_id();
    let graph = job_graph(&flink, &jar).await;
    let submission = |graph: Vec<u8>| -> JobsSubmit {
        jobs.submit(Upload::bytes("graph.bin", graph))
            // Two parts of one name: Flink goes by the file names.
            .jar(Upload::bytes(
                "öther.jar",
                &b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..],
            ))
            .jar(demonstration_jar().as_str())
            .artifact("words", Upload::bytes("words.txt", WORDS))
    };
    let submitted = submission(graph.clone()).with_response().await.unwrap();
    assert_eq!(submitted.status().as_u16(), 202);
    let running = Running {
        job: submitted.into_value().job_id(),
        flink: flink.clone(),
        jar,
    };
    jobs.wait_for(&running.job, JobStatus::Running)
        .await
        .unwrap();
    running.runs().await;
    let read = until(async || {
        let accumulators = jobs.accumulators(&running.job).await.unwrap();
        let mut of_tasks = accumulators.user_task_accumulators.into_iter();
        of_tasks
            .find(|accumulator| accumulator.name == "words")
            .map(|accumulator| accumulator.value)
            .ok_or_else(|| "no accumulator yet".to_owned())
    })
    .await;
    assert_eq!(read, format!("[{WORDS}]"));

    let again = submission(graph).await.unwrap_err();
    assert_eq!(again.status().map(|status| status.as_u16()), Some(500));
    let why = &again.messages()[0];
    assert!(why.ends_with(" has already been submitted."), "{again:?}");
    running.end().await;
}

#[tokio::test]
#[ignore = "needs a Flink cluster: tests/live/run"]
async fn what_is_no_job_graph_is_a_bad_request() {
    let jobs = flink().jobs();
    let call = jobs.submit(Upload::bytes("graph.bin", "garbage"));
    let error = call.await.unwrap_err();
    assert!(error.is_bad_request(), "{error:?}");
    let why = &error.messages()[0];
    assert!(why.starts_with("Failed to deserialize "), "{error:?}");
}
