//! The JobManager and the TaskManager: settings, logs, threads and profiles.

use super::*;

const UNKNOWN: &str = "org.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException: \
                       No TaskExecutor registered under nope.";

async fn taskmanager(flink: &Flink) -> String {
    let list = ok(flink, "/taskmanagers").await;
    format!(
        "/taskmanagers/{}",
        list["taskmanagers"][0]["id"].as_str().unwrap()
    )
}

#[tokio::test]
async fn settings_are_a_list_and_those_of_a_job_are_the_same() {
    let flink = Flink::start().await.unwrap();
    let config = ok(&flink, "/jobmanager/config").await;
    let port = flink.url().rsplit(':').next().unwrap();
    let entries = config.as_array().unwrap();
    assert!(
        entries.contains(&json!({"key": "rest.port", "value": port})),
        "{config}"
    );
    assert!(entries.contains(&json!({"key": "security.ssl.rest.key-password", "value": "******"})));
    // Nobody looks whether there is such a job.
    assert_eq!(
        ok(&flink, &format!("/jobs/{NONE}/jobmanager/config")).await,
        config
    );
    let environment = ok(&flink, "/jobmanager/environment").await;
    alike(
        json!({"jvm": {"version": "OpenJDK", "arch": "amd64", "options": ["-Xmx600m"]}, "classpath": ["x.jar"]}),
        &environment,
    );
    assert_eq!(
        ok(&flink, &format!("/jobs/{NONE}/jobmanager/environment")).await,
        environment
    );
    let url = flink.url();
    assert_eq!(
        ok(&flink, &format!("/jobs/{NONE}/jobmanager/log-url")).await,
        json!({"url": format!("{url}/#/job-manager/logs")})
    );
    assert_eq!(
        ok(&flink, &format!("/jobs/{NONE}/taskmanagers/nope/log-url")).await,
        json!({"url": format!("{url}/#/task-manager/nope/logs")})
    );
}

#[tokio::test]
async fn logs_tell_what_jobs_and_tasks_went_through() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 1).await;
    let own = taskmanager(&flink).await;
    let id = &job["/jobs/".len()..];
    for (base, file, line) in [
        (
            "/jobmanager",
            "jobmanager.log",
            format!("Job StreamJob ({id}) switched from state CREATED to RUNNING."),
        ),
        (
            own.as_str(),
            "taskmanager.log",
            "Sink: Writer (1/1)#0 switched from INITIALIZING to RUNNING.".to_owned(),
        ),
    ] {
        let list = ok(&flink, &format!("{base}/logs")).await;
        let (_, log) = get(&flink, &format!("{base}/log")).await;
        let text = log.as_str().unwrap();
        assert!(text.contains(&line), "{text}");
        let listed = list["logs"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == file);
        assert_eq!(listed.unwrap()["size"], text.len());
        // Directories in the name are dropped.
        assert_eq!(get(&flink, &format!("{base}/logs/{file}")).await.1, log);
        assert_eq!(
            get(&flink, &format!("{base}/logs/..%252F{file}")).await.1,
            log
        );
        assert_eq!(
            get(&flink, &format!("{base}/stdout")).await,
            (200, json!(""))
        );
    }
    refused(
        get(&flink, "/jobmanager/logs/nope.log").await,
        404,
        "This file does not exist in JobManager log dir.",
    );
    let id = own.trim_start_matches("/taskmanagers/");
    let answer = get(&flink, &format!("{own}/logs/nope.log")).await;
    assert_eq!(
        causes(&answer.1["errors"][1]),
        ["java.io.FileNotFoundException: The file nope.log does not exist on the TaskExecutor."]
    );
    tripped(
        answer,
        &format!(
            "org.apache.flink.util.FlinkException: Failed to transfer file from TaskExecutor {id}."
        ),
    );
}

#[tokio::test]
async fn an_unknown_taskmanager_is_missed_in_three_ways() {
    let flink = Flink::start().await.unwrap();
    for path in ["", "/thread-dump"] {
        tripped(
            get(&flink, &format!("/taskmanagers/nope{path}")).await,
            UNKNOWN,
        );
    }
    for path in ["/logs", "/profiler"] {
        let answer = get(&flink, &format!("/taskmanagers/nope{path}")).await;
        assert_eq!(causes(&answer.1["errors"][0]), [UNKNOWN]);
        refused(
            answer,
            404,
            &format!("{REST}: Could not find TaskExecutor nope"),
        );
    }
    for path in ["/log", "/stdout", "/logs/x.log", "/profiler/x.html"] {
        let head = format!(
            "{NOT_FOUND}: Failed to transfer file from TaskExecutor nope because it was unknown."
        );
        refused(
            get(&flink, &format!("/taskmanagers/nope{path}")).await,
            404,
            &head,
        );
    }
}

#[tokio::test]
async fn details_of_a_taskmanager_show_slots_and_memory() {
    let flink = Flink::start().await.unwrap();
    let (job, _) = running(&flink, "com.acme.StreamJob", 2).await;
    let own = taskmanager(&flink).await;
    // Its id survives a second encoding.
    let path = own.replace(':', "%253A");
    let first = ok(&flink, &path).await;
    assert_eq!(first["metrics"]["heapUsed"], 0);
    assert_eq!(first["metrics"]["memorySegmentsTotal"], 0);
    assert_eq!(first["metrics"]["garbageCollectors"], json!([]));
    let second = ok(&flink, &path).await;
    let slots = second["allocatedSlots"].as_array().unwrap();
    assert_eq!(
        (slots.len(), &slots[0]["jobId"]),
        (2, &json!(&job["/jobs/".len()..]))
    );
    let metrics = &second["metrics"];
    assert_eq!(metrics.as_object().unwrap().len(), 21);
    assert!(metrics["heapUsed"].as_i64() > Some(0));
    assert_eq!(metrics["nonHeapMax"], -1);
    assert_eq!(
        metrics["garbageCollectors"][1]["name"],
        "G1_Young_Generation"
    );
    let whole = |name: &str| {
        metrics[format!("nettyShuffleMemory{name}")]
            .as_i64()
            .unwrap()
    };
    assert_eq!(whole("Total"), whole("Used") + whole("Available"));
}

#[tokio::test]
async fn a_thread_dump_has_threads_of_one_name() {
    let flink = Flink::start().await.unwrap();
    let own = taskmanager(&flink).await;
    for base in ["/jobmanager", &own] {
        let dump = ok(&flink, &format!("{base}/thread-dump")).await;
        let threads = dump["threadInfos"].as_array().unwrap();
        let names: Vec<&str> = threads
            .iter()
            .map(|thread| thread["threadName"].as_str().unwrap())
            .collect();
        let distinct: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert!(distinct.len() < names.len());
        let info = threads[0]["stringifiedThreadInfo"].as_str().unwrap();
        assert!(info.starts_with("\"main\" Id=1 WAITING"), "{info}");
    }
}

#[tokio::test]
async fn a_profile_runs_for_its_time_and_is_then_a_page() {
    let flink = Flink::start().await.unwrap();
    let own = taskmanager(&flink).await;
    for (base, whose) in [
        ("/jobmanager", "JobManager"),
        (own.as_str(), own.trim_start_matches("/taskmanagers/")),
    ] {
        let path = format!("{base}/profiler");
        assert_eq!(ok(&flink, &path).await, json!({"profilingList": []}));
        let (status, started) = post(&flink, &path, json!({"mode": "ITIMER", "duration": 1})).await;
        assert_eq!(status, 200);
        let triggered = &started["triggerTime"];
        assert_eq!(
            started,
            json!({"status": "RUNNING", "mode": "ITIMER", "triggerTime": triggered, "finishedTime": null,
                "duration": 1, "message": null, "outputFile": null, "profilingMode": "ITIMER"})
        );
        tripped(
            post(&flink, &path, json!({"mode": "CPU", "duration": 1})).await,
            &format!("java.lang.IllegalStateException: {whose} is still under profiling."),
        );
        let done = until(&flink, &path, |body| {
            body["profilingList"][0]["status"] == "FINISHED"
        })
        .await;
        let profile = &done["profilingList"][0];
        assert_eq!(profile["message"], "Profiling Successful");
        let file = profile["outputFile"].as_str().unwrap();
        assert!(
            file.starts_with(&format!("{whose}_ITIMER_20")) && file.ends_with(".html"),
            "{file}"
        );
        let (status, page) = get(&flink, &format!("{path}/{file}")).await;
        assert!(status == 200 && page.as_str().unwrap().starts_with("<!DOCTYPE html>"));
    }
    refused(
        get(&flink, "/jobmanager/profiler/nope.html").await,
        404,
        "This file does not exist in JobManager log dir.",
    );
    for duration in [0, 301] {
        tripped(
            post(
                &flink,
                "/jobmanager/profiler",
                json!({"mode": "CPU", "duration": duration}),
            )
            .await,
            "java.lang.IllegalArgumentException: `duration` must be set between (0s, 300s].",
        );
    }
    let head = format!("{REST}: Request did not match expected format ProfilingRequestBody.");
    let answer = post(
        &flink,
        "/jobmanager/profiler",
        json!({"mode": "cpu", "duration": 1}),
    )
    .await;
    refused(answer, 400, &head);
}
