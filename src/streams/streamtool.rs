//! What `streamtool` does in Streams 4, where REST shows things and changes none.

/// The operations that Streams 4 lacks, and the command in their place.
pub(super) static COMMANDS: [(&str, &str); 11] = [
    (
        "instance_upload_bundle",
        "`streamtool submitjob`, which takes the bundle",
    ),
    ("instance_submit", "`streamtool submitjob`"),
    ("instance_create_job_submission", "`streamtool submitjob`"),
    ("job_cancel", "`streamtool canceljob`"),
    ("job_update", "`streamtool updateoperators`"),
    ("instance_property", "`streamtool getproperty`"),
    (
        "instance_application_configurations",
        "`streamtool lsappconfig`",
    ),
    (
        "instance_create_application_configuration",
        "`streamtool mkappconfig`",
    ),
    ("application_configuration_get", "`streamtool getappconfig`"),
    (
        "application_configuration_update",
        "`streamtool chappconfig`",
    ),
    (
        "application_configuration_delete",
        "`streamtool rmappconfig`",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::OPERATIONS;

    #[test]
    fn each_command_stands_for_an_operation_that_streams_4_lacks() {
        for (id, _) in COMMANDS {
            let operation = OPERATIONS.iter().find(|operation| operation.id == id);
            assert_eq!(operation.unwrap().since, Some("5.0"), "{id}");
        }
    }
}
