//! Jars, and what becomes of their programs.

use super::*;

const COULD_NOT_EXECUTE: &str = "Could not execute application.";

#[tokio::test]
async fn jars_are_listed_newest_first_with_their_entry_classes() {
    let flink = Flink::start().await.unwrap();
    upload(&flink, "readings.jar").await;
    upload(&flink, "broken.jar").await;
    let list = ok(&flink, "/jars").await;
    assert_eq!(list["address"], flink.url());
    let names: Vec<&Value> = list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["name"])
        .collect();
    assert_eq!(names, ["broken.jar", "readings.jar"]);
    assert_eq!(list["files"][0]["entry"], json!([]));
    let real = json!({"id": "147f6720-a203-46a3-9b18-bf3a601251cf_ref-jobs.jar", "name": "ref-jobs.jar",
        "uploaded": 1795160738281_i64, "entry": [{"name": "ref.jobs.StreamJob", "description": "x"}]});
    alike(real, &list["files"][1]);
}

#[tokio::test]
async fn an_id_is_decoded_twice() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "we ird+100%.jar").await;
    let twice = jar
        .replace('%', "%2525")
        .replace('+', "%252B")
        .replace(' ', "%20");
    assert_eq!(get(&flink, &format!("/jars/{twice}/plan")).await.0, 200);
    let gone = send(&flink, "DELETE", &format!("/jars/{twice}"), None).await;
    assert_eq!(gone, (200, json!({})));
    let (status, body) = send(&flink, "DELETE", &format!("/jars/{twice}"), None).await;
    assert_eq!(status, 400);
    assert!(heads(&body)[0].starts_with(&format!("{REST}: File {jar} does not exist in /")));
    // Once is not enough: the plus is a space then, and the percent sign is none.
    let once = get(&flink, "/jars/a%2B100%25.jar/plan").await;
    assert_eq!(once.0, 500);
}

#[tokio::test]
async fn the_body_wins_over_the_query() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let id = "abcdefabcdefabcdefabcdefabcdefab";
    let path =
        format!("/jars/{jar}/run?entry-class=x.FailJob&parallelism=7&programArg=--name,asked");
    let body = json!({"entryClass": "x.Main", "jobId": id.to_uppercase(), "parallelism": 2});
    assert_eq!(post(&flink, &path, body).await, (200, json!({"jobid": id})));
    let details = until(&flink, &format!("/jobs/{id}"), |body| {
        body["state"] == "RUNNING"
    })
    .await;
    assert_eq!(
        (&details["name"], &details["vertices"][0]["parallelism"]),
        (&json!("asked"), &json!(2))
    );
    assert_eq!(details["vertices"][1]["name"], "Enrich, step [1]");
}

#[tokio::test]
async fn a_line_of_arguments_is_split_at_quotes_as_by_flink() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let body = json!({"programArgs": "--name 'a \"b c\" d' --rate 5"});
    let (_, run) = post(&flink, &format!("/jars/{jar}/run"), body).await;
    let path = format!("/jobs/{}/config", run["jobid"].as_str().unwrap());
    let config = ok(&flink, &path).await;
    let user = &config["execution-config"]["user-config"];
    assert_eq!(config["name"], "a b c d");
    assert_eq!(
        (&user["name"], &user["rate"], &user["argv"]),
        (
            &json!("a b c d"),
            &json!("5"),
            &json!("--name|a b c d|--rate|5")
        )
    );
    let both = json!({"programArgs": "--a b", "programArgsList": ["--c", "d"]});
    let head = format!(
        "{REST}: Confusing request: programArgs and programArgsList are specified, \
         please, use only programArgsList"
    );
    refused(
        post(&flink, &format!("/jars/{jar}/run"), both).await,
        400,
        &head,
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_is_500() {
    let flink = Flink::start().await.unwrap();
    let invocation = "org.apache.flink.client.program.ProgramInvocationException";
    let wrapper = "java.util.concurrent.CompletionException";
    let (jar, broken) = (
        upload(&flink, "readings.jar").await,
        upload(&flink, "broken.jar").await,
    );
    let missing = json!({"entryClass": "ref.jobs.Missing"});
    tripped(
        post(&flink, &format!("/jars/{jar}/run"), missing).await,
        &format!(
            "{wrapper}: {invocation}: The program's entry point class 'ref.jobs.Missing' was not found in the jar file."
        ),
    );
    tripped(
        post(&flink, &format!("/jars/{broken}/run"), json!({})).await,
        &format!(
            "{wrapper}: {invocation}: Neither a 'Main-Class', nor a 'program-class' entry was found in the jar file."
        ),
    );
    let (status, body) = post(&flink, "/jars/nope.jar/run", json!({})).await;
    assert_eq!(status, 500);
    assert!(
        heads(&body)[1].ends_with("/nope.jar does not exist"),
        "{body}"
    );
}

#[tokio::test]
async fn a_program_that_fails_is_400_and_says_why_in_its_trace() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let run = format!("/jars/{jar}/run");
    let throws = json!({"entryClass": "a.ThrowsJob", "programArgsList": ["a", "b c"]});
    let answer = post(&flink, &run, throws).await;
    assert_eq!(
        causes(&answer.1["errors"][0])[2..],
        [
            "org.apache.flink.client.program.ProgramInvocationException: \
             The main method caused an error: main blew up: a|b c",
            "java.lang.IllegalArgumentException: main blew up: a|b c",
        ]
    );
    refused(answer, 400, &format!("{REST}: {COULD_NOT_EXECUTE}"));
    let nothing = json!({"entryClass": "a.NoExecuteJob"});
    let head = format!("{REST}: No jobs included in application.");
    refused(post(&flink, &run, nothing).await, 400, &head);
    let (status, body) = post(&flink, &run, json!({"parallelism": 129})).await;
    let trace = body["errors"][0].as_str().unwrap();
    assert!(status == 400 && trace.contains("is higher than the max parallelism (128)"));
}

#[tokio::test]
async fn a_job_id_is_used_up_by_its_job() {
    let flink = Flink::start().await.unwrap();
    let jar = upload(&flink, "readings.jar").await;
    let again = || json!({"jobId": "ab".repeat(16), "programArgsList": ["--name", "first"]});
    assert_eq!(
        post(&flink, &format!("/jars/{jar}/run"), again()).await.0,
        200
    );
    let answer = post(&flink, &format!("/jars/{jar}/run"), again()).await;
    let last = causes(&answer.1["errors"][0]).pop().unwrap().to_owned();
    assert_eq!(
        last,
        "org.apache.flink.runtime.client.DuplicateJobSubmissionException: Job has already been submitted."
    );
    refused(answer, 400, &format!("{REST}: {COULD_NOT_EXECUTE}"));
}
