//! Jobs that were compiled elsewhere, and what Flink 1.20.5 says of forms that are not whole.

use super::*;

const MISSING: &str =
    "org.apache.flink.runtime.rest.handler.job.JobSubmitHandler$MissingFileException";

/// The beginning of every Java serialization.
const GRAPH: &[u8] = b"\xAC\xED\x00\x05sr\x00\x2aorg.apache.flink.runtime.jobgraph.JobGraph";

fn file(name: &str, content: &'static [u8]) -> Part {
    Part::bytes(content).file_name(name.to_owned())
}

async fn submit(flink: &Flink, form: Form) -> Answer {
    let url = format!("{}/v1/jobs", flink.url());
    let response = http().post(url).multipart(form).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// A form that names a graph in this file, and has these files.
fn form(graph: &str, files: &[(&str, &'static [u8])]) -> Form {
    let request =
        json!({"jobGraphFileName": graph, "jobJarFileNames": [], "jobArtifactFileNames": []});
    let form = Form::new().text("request", request.to_string());
    files.iter().fold(form, |form, (name, content)| {
        form.part("file", file(name, content))
    })
}

#[tokio::test]
async fn a_job_graph_becomes_a_job() {
    let flink = Flink::start().await.unwrap();
    for (graph, state) in [
        ("graph.bin", "RUNNING"),
        ("bounded.bin", "FINISHED"),
        ("fail.bin", "FAILED"),
    ] {
        let (status, body) = submit(&flink, form(graph, &[(graph, GRAPH)])).await;
        assert_eq!(status, 202, "{body}");
        let job = body["jobUrl"].as_str().unwrap();
        assert!(job.starts_with("/jobs/") && job.len() == "/jobs/".len() + 32);
        until_status(&flink, job, state).await;
    }
}

#[tokio::test]
async fn every_file_that_the_request_names_must_be_there() {
    let flink = Flink::start().await.unwrap();
    let submit = async |request: Value| {
        let form = Form::new().text("request", request.to_string());
        submit(&flink, form.part("file", file("g", GRAPH))).await
    };
    let answer = submit(json!({"jobGraphFileName": "other"})).await;
    let head = format!("{MISSING}: JobGraph file other could not be found on the server.");
    refused(answer, 400, &head);
    let answer = submit(json!({"jobGraphFileName": "g", "jobJarFileNames": ["x.jar"]})).await;
    let head = format!("{MISSING}: Jar file x.jar could not be found on the server.");
    refused(answer, 400, &head);
    let artifacts = json!([{"entryName": "words", "fileName": "w"}]);
    let answer = submit(json!({"jobGraphFileName": "g", "jobArtifactFileNames": artifacts})).await;
    let head = format!("{MISSING}: Artifact file w could not be found on the server.");
    refused(answer, 400, &head);
    // The lists may be missing, and other members do not matter.
    let (status, body) = submit(json!({"jobGraphFileName": "g", "nonsense": 3})).await;
    assert_eq!(status, 202, "{body}");
}

#[tokio::test]
async fn a_request_without_a_job_graph_is_refused() {
    let flink = Flink::start().await.unwrap();
    let head = format!("{REST}: The jobGraphFileName field must not be omitted or be null.");
    let lone = || Form::new().part("file", file("g", GRAPH));
    for form in [
        lone(),
        lone().text("request", "{}"),
        lone().text("request", r#"{"jobGraphFileName":null}"#),
    ] {
        refused(submit(&flink, form).await, 400, &head);
    }
    refused(send(&flink, "POST", "/jobs", None).await, 400, &head);
    let answer = post(&flink, "/jobs", json!({"jobGraphFileName": "a"})).await;
    let head = format!("{MISSING}: JobGraph file a could not be found on the server.");
    refused(answer, 400, &head);
    let head = format!("{REST}: Request did not match expected format JobSubmitRequestBody.");
    refused(
        submit(&flink, lone().text("request", "{")).await,
        400,
        &head,
    );
    refused(
        submit(&flink, lone().text("request", "[]")).await,
        400,
        &head,
    );
    let form = form("g", &[("g", GRAPH)]).text("foo", "bar");
    refused(
        submit(&flink, form).await,
        400,
        "Received unknown attribute foo.",
    );
}

#[tokio::test]
async fn what_java_cannot_read_is_no_job_graph() {
    let flink = Flink::start().await.unwrap();
    for (content, cause) in [
        (
            b"garbage\n".as_slice(),
            "java.io.StreamCorruptedException: invalid stream header: 67617262",
        ),
        (b"\xAC\xED", "java.io.EOFException"),
        (b"", "java.io.EOFException"),
    ] {
        let (status, body) = submit(&flink, form("g", &[("g", content)])).await;
        assert_eq!(causes(&body["errors"][0]), [cause]);
        let head = format!("{REST}: Failed to deserialize JobGraph.");
        refused((status, body), 400, &head);
    }
    assert_eq!(ok(&flink, "/jobs").await, json!({"jobs": []}));
}
