//! Jobs that were compiled elsewhere.

use axum::http::StatusCode;
use serde_json::json;

use crate::sandbox::flink::{
    model::{cluster::Cluster, job::Job, program::Program},
    wire::{Answer, error::Failure, reply::Reply, request::Request},
};

/// How Java's serialization begins: a magic number and a version.
const STREAM_HEADER: [u8; 4] = [0xAC, 0xED, 0x00, 0x05];

/// POST /jobs
pub(crate) fn submit(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("JobSubmitRequestBody")?;
    let name = body.text("jobGraphFileName")?;
    let jars = body.texts("jobJarFileNames")?.unwrap_or_default();
    let artifacts = body.objects("jobArtifactFileNames")?;
    let Some(name) = name else {
        return Err(Failure::bad_request(
            "The jobGraphFileName field must not be omitted or be null.",
        ));
    };
    let Some(head) = request.files.get(&name) else {
        return Err(missing("JobGraph", &name));
    };
    if let Some(jar) = jars.iter().find(|jar| !request.files.contains_key(*jar)) {
        return Err(missing("Jar", jar));
    }
    for artifact in &artifacts {
        let name = artifact.text("fileName")?.unwrap_or_default();
        if !request.files.contains_key(&name) {
            return Err(missing("Artifact", &name));
        }
    }
    let program = Program::of_file(&name).filter(|_| *head == STREAM_HEADER);
    let Some(program) = program else {
        return Err(undeserializable(head));
    };
    let id = cluster.ids.hex32();
    let job = Job::new(&mut cluster.ids, id.clone(), program, 1, request.now);
    cluster.submit(job, request.now);
    let submitted = json!({"jobUrl": format!("/jobs/{id}")});
    Ok(Reply::accepted(submitted))
}

fn missing(kind: &str, name: &str) -> Failure {
    let why = format!("{kind} file {name} could not be found on the server.");
    let class = "org.apache.flink.runtime.rest.handler.job.JobSubmitHandler$MissingFileException";
    Failure::handled(StatusCode::BAD_REQUEST, class, &why)
}

fn undeserializable(head: &[u8]) -> Failure {
    let cause = match <[u8; 4]>::try_from(head) {
        Ok(head) if head != STREAM_HEADER => {
            let header = u32::from_be_bytes(head);
            format!("java.io.StreamCorruptedException: invalid stream header: {header:08X}")
        }
        _ => "java.io.EOFException".to_owned(),
    };
    Failure::bad_request("Failed to deserialize JobGraph.").caused_by(cause)
}
