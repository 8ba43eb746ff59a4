//! Resource requirements: how many subtasks the adaptive scheduler may give to each vertex.

use serde_json::{Map, Value, json};

use crate::sandbox::flink::{
    model::{
        cluster::Cluster,
        job::{Bounds, Job},
        plan::MAX_PARALLELISM,
    },
    wire::{Answer, error::Failure, exception, json_body::JsonBody, request::Request},
};

const UNSUPPORTED: &str = "java.lang.UnsupportedOperationException: The DefaultScheduler does not support \
     changing the parallelism without a job restart. This feature is currently only expected to work \
     with the AdaptiveScheduler.";

/// GET /jobs/:jobid/resource-requirements
pub(crate) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = cluster.job(&running(cluster, request)?);
    if !cluster.adaptive {
        return Err(Failure::unhandled(UNSUPPORTED));
    }
    let bounds = job
        .into_iter()
        .flat_map(|job| job.vertices().iter().zip(&job.bounds));
    let requirements: Map<String, Value> = bounds
        .map(|(vertex, Bounds { lower, upper })| {
            let parallelism = json!({"lowerBound": lower, "upperBound": upper});
            (vertex.id.to_owned(), json!({"parallelism": parallelism}))
        })
        .collect();
    Ok(Value::Object(requirements).into())
}

/// PUT /jobs/:jobid/resource-requirements
pub(crate) fn update(cluster: &mut Cluster, request: &Request) -> Answer {
    let body = request.body("JobResourceRequirementsBody")?;
    let wanted = body
        .by_id()?
        .into_iter()
        .map(|(id, vertex)| Ok((id, bounds(&vertex)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    request.id("jobid")?;
    if wanted.is_empty() {
        return Err(Failure::bad_request(
            "Request body does not specify resource requirements.",
        ));
    }
    let id = running(cluster, request)?;
    let offences = cluster.job(&id).map(|job| offences(job, &wanted));
    let offences = offences.unwrap_or_default();
    if !offences.is_empty() {
        return Err(Failure::bad_request(offences.join("\n")));
    }
    if !cluster.adaptive {
        return Err(Failure::unhandled(UNSUPPORTED));
    }
    cluster.set_bounds(&id, &wanted, request.now);
    Ok(json!({}).into())
}

fn bounds(vertex: &JsonBody) -> Result<Bounds, Failure> {
    let parallelism = vertex.object("parallelism")?;
    let bound = |name| Ok(parallelism.required(name, "int")? as i32);
    Ok(Bounds {
        lower: bound("lowerBound")?,
        upper: bound("upperBound")?,
    })
}

/// The id of the job, which must be known and not be over.
fn running(cluster: &Cluster, request: &Request) -> Result<String, Failure> {
    let id = request.id("jobid")?;
    let job = cluster.job(&id).filter(|job| !job.is_over(request.now));
    // Seen on 1.20.5: this is not foreseen, and answers 500.
    let job = job.ok_or_else(|| Failure::unhandled(exception::job_not_found(&id)))?;
    Ok(job.id.clone())
}

/// One sentence for each thing that is wrong.
fn offences(job: &Job, wanted: &[(String, Bounds)]) -> Vec<String> {
    let known = |id: &str| job.vertices().iter().any(|vertex| vertex.id == id);
    let mut offences = Vec::new();
    for (id, Bounds { lower, upper }) in wanted {
        if !known(id) {
            offences.push(format!("Job vertex [{id}] was not found in the JobGraph."));
            continue;
        }
        if *lower < 1 || *upper < 1 {
            offences.push(format!(
                "Both, the requested lower bound [{lower}] and upper bound [{upper}] \
                 for job vertex [{id}] must be greater than zero."
            ));
            continue;
        }
        if lower > upper {
            offences.push(format!(
                "The requested lower bound [{lower}] for job vertex [{id}] is higher than the upper bound [{upper}]."
            ));
        }
        if *upper > MAX_PARALLELISM {
            offences.push(format!(
                "The newly requested parallelism {upper} for the job vertex {id} exceeds its maximum \
                 parallelism {MAX_PARALLELISM}."
            ));
        }
    }
    let missing = job
        .vertices()
        .iter()
        .filter(|vertex| !wanted.iter().any(|(id, _)| id == vertex.id));
    offences.extend(missing.map(|vertex| {
        format!(
            "The request is incomplete, missing job vertex [{}] resource requirements.",
            vertex.id
        )
    }));
    offences
}
