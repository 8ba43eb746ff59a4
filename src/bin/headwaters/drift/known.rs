//! What Flink's own documents describe and no server has.

/// Members by component, and why they are none. Flink derives its document from Java classes and does not see how these are
/// written.
const MEMBERS: [(&str, &[&str], &str); 3] = [
    (
        "JobConfigInfo",
        &["executionConfigInfo", "jobId", "jobName"],
        "the wire has execution-config, jid, name",
    ),
    (
        "JobResult",
        &[
            "accumulatorResults",
            "applicationId",
            "applicationStatus",
            "endTime",
            "jobId",
            "jobName",
            "jobStatus",
            "netRuntime",
            "serializedThrowable",
            "startTime",
            "success",
        ],
        "a name in Java; the wire has others",
    ),
    (
        "VertexParallelismRescaleInfo",
        &["requiredParallelisms"],
        "a getter in Java; the wire does not have it",
    ),
];

/// Why a member of theirs is none; nothing when it should be in our spec.
pub(super) fn why(component: &str, name: &str) -> Option<&'static str> {
    let known = MEMBERS
        .iter()
        .find(|(known, names, _)| *known == component && names.contains(&name))?;
    Some(known.2)
}
