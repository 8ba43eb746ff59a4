//! Jars, and jobs made from them.

use serde_json::{Value, json};

use super::jar_request::JarRequest;
use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::Job,
        plan::{self, MAX_PARALLELISM},
        program::Fate,
    },
    wire::{
        Answer,
        error::Failure,
        exception::{self, PROGRAM_INVOCATION},
        jar,
        plan::plan as plan_json,
        request::Request,
    },
};

const DUPLICATE: &str = "org.apache.flink.runtime.client.DuplicateJobSubmissionException";
const COULD_NOT_EXECUTE: &str = "Could not execute application.";

/// GET /jars
pub(crate) fn list(cluster: &mut Cluster, _: &Request) -> Answer {
    let files: Vec<Value> = cluster.jars.iter().rev().map(jar::to_json).collect();
    Ok(json!({"address": cluster.url, "files": files}).into())
}

/// POST /jars/upload
pub(crate) fn upload(cluster: &mut Cluster, request: &Request) -> Answer {
    request.without_body()?;
    let mut names = request.files.keys();
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(Failure::bad_request(format!(
            "Exactly 1 file must be sent, received {}.",
            request.files.len()
        )));
    };
    if !name.ends_with(".jar") {
        return Err(Failure::bad_request("Only Jar files are allowed."));
    }
    let id = cluster.add_jar(name, request.now);
    let path = format!("{}/{id}", cluster.upload_dir);
    Ok(json!({"filename": path, "status": "success"}).into())
}

/// DELETE /jars/:jarid
pub(crate) fn delete(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = jar_id(request)?;
    let Some(index) = cluster.jars.iter().position(|jar| jar.id == id) else {
        return Err(Failure::bad_request(format!(
            "File {id} does not exist in {}.",
            cluster.upload_dir
        )));
    };
    cluster.jars.remove(index);
    Ok(json!({}).into())
}

/// POST and GET /jars/:jarid/plan
pub(crate) fn plan(cluster: &mut Cluster, request: &Request) -> Answer {
    let wanted = JarRequest::read(request, "JarPlanRequestBody")?;
    let program = wanted.program(cluster, jar_id(request)?)?;
    if !wanted.has_valid_parallelism() {
        return Err(Failure::unhandled(JarRequest::BAD_PARALLELISM));
    }
    match program.fate() {
        Fate::NoExecute => {
            let why = "The program plan could not be fetched - the program aborted pre-maturely. \
                       The root cause may be that the main method doesn't call `env.execute()` \
                       or `env.executeAsync()`.";
            Err(Failure::unhandled(format!("{PROGRAM_INVOCATION}: {why}")))
        }
        Fate::Throws => {
            let [error, cause] = wanted.main_error();
            Err(Failure::unhandled(error).caused_by(cause))
        }
        fate => {
            let (jid, name) = (
                wanted.job_id.clone().unwrap_or_else(|| cluster.ids.hex32()),
                wanted.name(&program),
            );
            let width = |_| wanted.parallelism();
            Ok(json!({"plan": plan_json(&jid, &name, fate, width)}).into())
        }
    }
}

/// POST /jars/:jarid/run
pub(crate) fn run(cluster: &mut Cluster, request: &Request) -> Answer {
    let wanted = JarRequest::read(request, "JarRunRequestBody")?;
    let program = wanted.program(cluster, jar_id(request)?)?;
    let name = wanted.name(&program);
    if !wanted.has_valid_parallelism() {
        return Err(could_not_execute(&[JarRequest::BAD_PARALLELISM.to_owned()]));
    }
    if wanted.parallelism() > MAX_PARALLELISM {
        let source = plan::vertices(program.fate()).first();
        return Err(could_not_execute(&[format!(
            "org.apache.flink.runtime.JobException: Vertex {}'s parallelism ({}) is higher than the \
             max parallelism ({}). Please lower the parallelism or increase the max parallelism.",
            source.map_or("", |vertex| vertex.name),
            wanted.parallelism(),
            MAX_PARALLELISM,
        )]));
    }
    match program.fate() {
        Fate::NoExecute => return Err(Failure::bad_request("No jobs included in application.")),
        Fate::Throws => return Err(could_not_execute(&wanted.main_error())),
        _ => {}
    }
    let id = wanted.job_id.clone().unwrap_or_else(|| cluster.ids.hex32());
    // An id is used up even when its job is long over.
    if cluster.job(&id).is_some() {
        let mut causes = failed_to_execute(&name);
        causes.push(format!("{DUPLICATE}: Job has already been submitted."));
        return Err(could_not_execute(&causes));
    }
    let (parallelism, now) = (wanted.parallelism(), request.now);
    let savepoint = wanted.savepoint.as_ref();
    let stored = savepoint.map(|path| cluster.stored(path, now).ok_or(path));
    let mut job = Job::new(&mut cluster.ids, id.clone(), program, parallelism, now);
    let failure = match stored {
        Some(Ok(checkpoint)) => {
            job.restore(&checkpoint, now);
            None
        }
        // The job is there all the same, and has failed.
        Some(Err(path)) => {
            job.fail_to_start(path.clone(), now);
            Some(could_not_start(&name, path))
        }
        None => None,
    };
    job.name = name;
    job.arguments = wanted.arguments;
    cluster.submit(job, now);
    match failure {
        Some(failure) => Err(failure),
        None => Ok(json!({"jobid": id}).into()),
    }
}

/// What the program sees when its job does not come to run.
fn failed_to_execute(name: &str) -> Vec<String> {
    let why = format!("Failed to execute job '{name}'.");
    vec![
        format!("{PROGRAM_INVOCATION}: The main method caused an error: {why}"),
        format!("org.apache.flink.util.FlinkException: {why}"),
    ]
}

/// A job that could not be initialized for want of its savepoint.
fn could_not_start(name: &str, savepoint: &str) -> Failure {
    let chain = exception::not_initialized(savepoint);
    let mut causes = failed_to_execute(name);
    causes.extend(
        chain
            .first()
            .map(|head| format!("java.lang.RuntimeException: {head}")),
    );
    causes.extend(chain);
    could_not_execute(&causes)
}

/// A program that failed before its job ran: 400, and all reasons in the trace.
fn could_not_execute(causes: &[String]) -> Failure {
    let runtime = format!("org.apache.flink.util.FlinkRuntimeException: {COULD_NOT_EXECUTE}");
    let failure = Failure::bad_request(COULD_NOT_EXECUTE)
        .caused_by(format!(
            "java.util.concurrent.CompletionException: {runtime}"
        ))
        .caused_by(runtime);
    causes.iter().fold(failure, Failure::caused_by)
}

/// A jar id is one file name: separators, which reach the handler when they are encoded twice, are refused.
fn jar_id(request: &Request) -> Result<String, Failure> {
    let id = request.path("jarid");
    match id.contains(['/', '\\']) {
        true => Err(Failure::parameter("path", "jarid", id)),
        false => Ok(id.to_owned()),
    }
}
