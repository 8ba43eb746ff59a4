//! Jars, and jobs made from them.

use serde_json::{Value, json};

use super::checkpoint;
use super::cluster::Cluster;
use super::error::{self, Failure};
use super::job::Job;
use super::order::Order;
use super::plan;
use super::program::{Fate, PROGRAM_INVOCATION, Program};
use super::reply::Answer;
use super::request::Request;
use super::vertex;

const DUPLICATE: &str = "org.apache.flink.runtime.client.DuplicateJobSubmissionException";
const COULD_NOT_EXECUTE: &str = "Could not execute application.";

/// An uploaded jar: its name; the bytes were counted and let go.
#[derive(Debug)]
pub(super) struct Jar {
    pub(super) id: String,
    pub(super) name: String,
    uploaded: i64,
}

/// Takes a jar in, and returns its id.
pub(super) fn add(cluster: &mut Cluster, name: &str, now: i64) -> String {
    let id = format!("{}_{name}", cluster.ids.uuid());
    cluster.jars.push(Jar {
        id: id.clone(),
        name: name.to_owned(),
        uploaded: now,
    });
    id
}

/// GET /jars
pub(super) fn list(cluster: &mut Cluster, _: &Request) -> Answer {
    let files: Vec<Value> = cluster.jars.iter().rev().map(Jar::to_json).collect();
    Ok(json!({"address": cluster.url, "files": files}).into())
}

/// POST /jars/upload
pub(super) fn upload(cluster: &mut Cluster, request: &Request) -> Answer {
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
    let id = add(cluster, name, request.now);
    let path = format!("{}/{id}", cluster.upload_dir);
    Ok(json!({"filename": path, "status": "success"}).into())
}

/// DELETE /jars/:jarid
pub(super) fn delete(cluster: &mut Cluster, request: &Request) -> Answer {
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
pub(super) fn plan(cluster: &mut Cluster, request: &Request) -> Answer {
    let order = Order::read(request, "JarPlanRequestBody")?;
    let program = order.program(cluster, jar_id(request)?)?;
    if !order.has_valid_parallelism() {
        return Err(Failure::unhandled(Order::BAD_PARALLELISM));
    }
    match program.fate() {
        Fate::NoExecute => {
            let why = "The program plan could not be fetched - the program aborted pre-maturely. \
                       The root cause may be that the main method doesn't call `env.execute()` \
                       or `env.executeAsync()`.";
            Err(Failure::unhandled(format!("{PROGRAM_INVOCATION}: {why}")))
        }
        Fate::Throws => {
            let [error, cause] = order.main_error();
            Err(Failure::unhandled(error).caused_by(cause))
        }
        fate => {
            let (jid, name) = (
                order.job_id.clone().unwrap_or_else(|| cluster.ids.hex32()),
                order.name(&program),
            );
            let width = |_| order.parallelism();
            Ok(json!({"plan": plan::plan(&jid, &name, fate, width)}).into())
        }
    }
}

/// POST /jars/:jarid/run
pub(super) fn run(cluster: &mut Cluster, request: &Request) -> Answer {
    let order = Order::read(request, "JarRunRequestBody")?;
    let program = order.program(cluster, jar_id(request)?)?;
    let name = order.name(&program);
    if !order.has_valid_parallelism() {
        return Err(could_not_execute(&[Order::BAD_PARALLELISM.to_owned()]));
    }
    if order.parallelism() > vertex::MAX_PARALLELISM {
        let source = plan::vertices(program.fate()).first();
        return Err(could_not_execute(&[format!(
            "org.apache.flink.runtime.JobException: Vertex {}'s parallelism ({}) is higher than the \
             max parallelism ({}). Please lower the parallelism or increase the max parallelism.",
            source.map_or("", |vertex| vertex.name),
            order.parallelism(),
            vertex::MAX_PARALLELISM,
        )]));
    }
    match program.fate() {
        Fate::NoExecute => return Err(Failure::bad_request("No jobs included in application.")),
        Fate::Throws => return Err(could_not_execute(&order.main_error())),
        _ => {}
    }
    let id = order.job_id.clone().unwrap_or_else(|| cluster.ids.hex32());
    // An id is used up even when its job is long over.
    if cluster.job(&id).is_some() {
        let mut causes = failed_to_execute(&name);
        causes.push(format!("{DUPLICATE}: Job has already been submitted."));
        return Err(could_not_execute(&causes));
    }
    let (parallelism, now) = (order.parallelism(), request.now);
    let savepoint = order.savepoint.as_ref();
    let stored = savepoint.map(|path| checkpoint::stored(cluster, path, now).ok_or(path));
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
    job.arguments = order.arguments;
    cluster.submit(job, now);
    match failure {
        Some(failure) => Err(failure),
        None => Ok(json!({"jobid": id}).into()),
    }
}

impl Jar {
    fn to_json(&self) -> Value {
        let entry = Program::of_file(&self.name)
            .map(|program| json!({"name": program.class(), "description": program.description()}));
        json!({"id": self.id, "name": self.name, "uploaded": self.uploaded, "entry": Vec::from_iter(entry)})
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
    let chain = error::not_initialized(savepoint);
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
