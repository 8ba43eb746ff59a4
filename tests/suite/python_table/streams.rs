//! The table of IBM Streams: every public method of the Python client.

use std::collections::BTreeSet;

use headwaters::streams::OPERATIONS;
use serde_norway::Value;

use super::{Table, chain, is_line_of, plain};
use crate::platform::Platform;

/// The public methods and properties of the public classes of `streamsx.rest`, `streamsx.rest_primitives` and `streamsx.build`,
/// 1.14.15.
pub const METHODS: &str = "ApplicationBundle.submit_job ApplicationConfiguration.delete ApplicationConfiguration.update \
    BuildService.get_resources BuildService.get_toolkit BuildService.get_toolkits BuildService.of_endpoint \
    BuildService.resource_url BuildService.upload_toolkit Domain.get_active_services Domain.get_hosts \
    Domain.get_instances Domain.get_resource_allocations Domain.get_resources \
    ExportedStream.get_operator_output_port Instance.create_application_configuration \
    Instance.get_active_services Instance.get_application_configurations Instance.get_domain \
    Instance.get_exported_streams Instance.get_hosts Instance.get_imported_streams Instance.get_job \
    Instance.get_job_groups Instance.get_jobs Instance.get_operator_connections Instance.get_operators \
    Instance.get_pe_connections Instance.get_pes Instance.get_published_topics \
    Instance.get_resource_allocations Instance.get_views Instance.of_endpoint Instance.of_service \
    Instance.submit_job Instance.upload_bundle Job.cancel Job.get_domain Job.get_hosts Job.get_instance \
    Job.get_job_group Job.get_operator_connections Job.get_operators Job.get_pe_connections Job.get_pes \
    Job.get_resource_allocations Job.get_views Job.retrieve_log_trace Job.update_operators Operator.get_host \
    Operator.get_input_ports Operator.get_job Operator.get_metrics Operator.get_output_ports Operator.get_pe \
    OperatorInputPort.get_connections OperatorInputPort.get_metrics OperatorOutputPort.get_connections \
    OperatorOutputPort.get_metrics PE.get_host PE.get_job PE.get_metrics PE.get_resource \
    PE.get_resource_allocation PE.retrieve_console_log PE.retrieve_trace Resource.get_metrics \
    ResourceAllocation.get_jobs ResourceAllocation.get_pes ResourceAllocation.get_resource \
    RestResource.get_resource StreamingAnalyticsConnection.get_streaming_analytics \
    StreamingAnalyticsConnection.of_definition StreamingAnalyticsConnection.resource_url \
    StreamingAnalyticsService.cancel_job StreamingAnalyticsService.get_instance_status \
    StreamingAnalyticsService.start_instance StreamingAnalyticsService.stop_instance \
    StreamingAnalyticsService.submit_job StreamsConnection.get_domain StreamsConnection.get_domains \
    StreamsConnection.get_installations StreamsConnection.get_instance StreamsConnection.get_instances \
    StreamsConnection.get_resources StreamsConnection.resource_url Toolkit.delete Toolkit.dependencies \
    Toolkit.get_index View.display View.fetch_tuples View.get_domain View.get_instance View.get_job \
    View.get_view_items View.start_data_fetch View.stop_data_fetch";

/// The variables of the Python expressions, their classes, and the schemas of what is behind the same variables here.
const VARIABLES: [(&str, &str, &str); 18] = [
    ("sc", "StreamsConnection", ""),
    ("service", "StreamingAnalyticsService", ""),
    ("build", "BuildService", ""),
    ("rest_resource", "RestResource", "RestResource"),
    ("domain", "Domain", "Domain"),
    ("instance", "Instance", "Instance"),
    ("job", "Job", "Job"),
    ("operator", "Operator", "Operator"),
    ("input_port", "OperatorInputPort", "OperatorInputPort"),
    ("output_port", "OperatorOutputPort", "OperatorOutputPort"),
    ("exported_stream", "ExportedStream", "ExportedStream"),
    ("pe", "PE", "Pe"),
    ("view", "View", "View"),
    ("resource", "Resource", "Resource"),
    ("allocation", "ResourceAllocation", "ResourceAllocation"),
    ("bundle", "ApplicationBundle", "ApplicationBundle"),
    (
        "configuration",
        "ApplicationConfiguration",
        "ApplicationConfiguration",
    ),
    ("toolkit", "Toolkit", "Toolkit"),
];

/// Where calls stand that no operation of the spec is.
const BY_HAND: [&str; 14] = [
    include_str!("../../../src/streams/access_token.rs"),
    include_str!("../../../src/streams/analytics.rs"),
    include_str!("../../../src/streams/build_service.rs"),
    include_str!("../../../src/streams/cloud_pak.rs"),
    include_str!("../../../src/streams/connection.rs"),
    include_str!("../../../src/streams/credentials/mod.rs"),
    include_str!("../../../src/streams/instance.rs"),
    include_str!("../../../src/streams/job.rs"),
    include_str!("../../../src/streams/metric.rs"),
    include_str!("../../../src/streams/pattern.rs"),
    include_str!("../../../src/streams/toolkit_dependency.rs"),
    include_str!("../../../src/streams/topic.rs"),
    include_str!("../../../src/streams/tuples.rs"),
    include_str!("../../../src/streams/view.rs"),
];

fn table(client: &'static str) -> Table {
    Table {
        text: include_str!("../../../docs/streams-from-python.md"),
        platform: Platform::named("streams"),
        client,
    }
}

fn rows() -> Vec<Vec<String>> {
    table("sc").rows(5)
}

/// The method of a Python expression, with its class: `job.get_views(name)` is `Job.get_views`.
fn method(python: &str) -> String {
    let expression = python.split('(').next().unwrap();
    let (receiver, name) = expression.split_once('.').unwrap();
    let known = VARIABLES
        .iter()
        .find(|(variable, ..)| *variable == receiver);
    format!("{}.{name}", known.map_or(receiver, |(_, class, _)| class))
}

/// The methods that have rows, without the `refresh` that all classes share.
fn written() -> Vec<String> {
    let rows = rows();
    let methods = rows.iter().map(|row| method(&row[0]));
    methods.filter(|name| !name.ends_with(".refresh")).collect()
}

/// The methods of the operation's call, as the outline has it.
fn outlined(id: &str) -> (String, Vec<(String, usize)>) {
    let table = table("");
    let lines = table.outlined(id);
    let call = lines[1].trim().split(" -> ").next().unwrap();
    let (client, _) = call.split_once('.').unwrap();
    (client.to_owned(), chain(client, &plain(call)))
}

fn is_by_hand(name: &str) -> bool {
    let starts = [
        format!("pub fn {name}("),
        format!("pub async fn {name}("),
        format!("pub fn {name}<"),
    ];
    let mut files = BY_HAND.iter();
    files.any(|file| starts.iter().any(|start| file.contains(start)))
}

/// The operation that a link makes: that of the member `operators` of a `Job`, such as `instance_operators`.
fn linked(spec: &Value, variable: &str, member: &str) -> String {
    let (.., schema) = VARIABLES
        .iter()
        .find(|(known, ..)| *known == variable)
        .unwrap();
    let properties = &spec["components"]["schemas"][*schema]["properties"];
    let mut properties = properties.as_mapping().unwrap().iter();
    let is_it = |name: &str| snake(name) == member;
    let property = properties.find(|(name, _)| is_it(name.as_str().unwrap()));
    let (_, property) = property.unwrap_or_else(|| panic!("{schema} has no {member}"));
    property["x-link"].as_str().unwrap().to_owned()
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[test]
fn every_public_method_has_one_row() {
    let written = written();
    let once: BTreeSet<_> = written.iter().map(String::as_str).collect();
    assert_eq!(once.len(), written.len(), "a method has two rows");
    let published: BTreeSet<_> = METHODS.split_whitespace().collect();
    assert_eq!(published.len(), 97);
    assert_eq!(once, published);
}

#[test]
fn every_row_names_the_operation_of_its_rest_line() {
    for row in rows() {
        let (python, rest, id) = (&row[0], &row[1], &row[2]);
        if rest == "none" || id == "none" {
            assert_eq!(rest, id, "{python}");
            continue;
        }
        let operation = OPERATIONS.iter().find(|operation| operation.id == id);
        let operation = operation.unwrap_or_else(|| panic!("{python}: no operation {id}"));
        assert!(is_line_of(rest, operation), "{python}: {rest}");
    }
}

#[test]
fn every_link_makes_the_call_of_its_operation() {
    let spec: Value = serde_norway::from_str(&Platform::named("streams").spec).unwrap();
    let mut links = 0;
    for row in rows() {
        let (python, id, rust) = (&row[0], &row[2], &row[3]);
        let Some(link) = rust.strip_prefix("sc.follow(&") else {
            continue;
        };
        let link = link.strip_suffix(')').unwrap();
        let (variable, member) = link.split_once('.').unwrap();
        assert_eq!(linked(&spec, variable, member), *id, "{python}: {rust}");
        links += 1;
    }
    assert!(links > 20, "{links}");
}

#[test]
fn every_row_calls_its_operation_or_something_written_by_hand() {
    for row in rows() {
        let (python, id, rust) = (&row[0], &row[2], &row[3]);
        let is_told_elsewhere = ["no counterpart, because ", "sc.follow(", "drop("];
        if is_told_elsewhere
            .iter()
            .any(|start| rust.starts_with(start))
        {
            continue;
        }
        // Made by a type: `StreamsConnection::with_auth(url, config)`.
        if let Some((type_, call)) = rust.split_once("::")
            && !type_.contains('(')
        {
            let name = call.split('(').next().unwrap();
            assert!(is_by_hand(name), "{python}: {rust}: {name} is nowhere");
            continue;
        }
        let client = rust.split('.').next().unwrap();
        let written = chain(client, rust);
        if id != "none" {
            let (owner, outlined) = outlined(id);
            let is_owner = match client {
                "sc" => owner == "streams_connection",
                "build" => owner == "build_service",
                _ => false,
            };
            let is_call = written.split_at_checked(outlined.len());
            if let Some((_, options)) = is_call.filter(|(call, _)| is_owner && *call == outlined) {
                for (option, _) in options {
                    let line = format!(".{option}(");
                    let table = table("");
                    let mut lines = table.outlined(id).into_iter();
                    let is_known = lines.any(|known| known.trim().starts_with(&line));
                    assert!(
                        is_known || is_by_hand(option),
                        "{python}: {id} has no option {option}"
                    );
                }
                continue;
            }
            // The group is the operation's, if there is one; what it does is written by hand.
            let doors = written.len() - 1;
            assert_eq!(
                written[..doors.min(1)],
                outlined[..doors.min(1)],
                "{python}: {rust}"
            );
        }
        let deeds = if written.len() > 1 {
            &written[1..]
        } else {
            &written[..]
        };
        for (deed, _) in deeds {
            assert!(is_by_hand(deed), "{python}: {rust}: {deed} is nowhere");
        }
    }
}

#[test]
fn members_of_job_configurations_are_there() {
    let code = Platform::named("streams").code;
    let rows = table("").rows(3);
    assert!(rows.len() > 8, "{rows:?}");
    for row in rows {
        for name in row[1].split(", ").map(|name| name.trim_matches('`')) {
            let (type_, function) = name.split_once("::").unwrap();
            let (_, after) = code.split_once(&format!("impl {type_} {{")).unwrap();
            let (methods, _) = after.split_once("\n    }\n").unwrap();
            let is_there = methods.contains(&format!("pub fn {function}("));
            assert!(is_there, "{}: {name} is nowhere", row[0]);
        }
    }
}
