use headwaters::{Idempotence, ResponseKind, flink::OPERATIONS};
use serde_json::{Value, json};

use super::{headwaters, headwaters_unread};

fn rows() -> Vec<Value> {
    let told = headwaters(["ops", "flink", "--json"]);
    assert_eq!(told.stderr, "");
    assert!(told.text().ends_with("]\n"));
    told.json().as_array().unwrap().clone()
}

fn row(id: &str) -> Value {
    rows().into_iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn the_json_has_each_operation_of_the_table_in_order() {
    let rows = rows();
    assert_eq!(rows.len(), OPERATIONS.len());
    for (row, operation) in rows.iter().zip(&OPERATIONS) {
        assert_eq!(row["id"], operation.id);
        assert_eq!(row["group"], operation.group);
        assert_eq!(row["method"], operation.method);
        assert_eq!(row["path"], operation.path);
        assert_eq!(row["summary"], operation.summary);
        assert_eq!(
            row["idempotent"],
            operation.idempotent == Idempotence::Always
        );
        let with = match operation.idempotent {
            Idempotence::With(member) => json!(member),
            _ => Value::Null,
        };
        assert_eq!(row["idempotent_with"], with);
        assert_eq!(row["body"], json!(operation.body));
        let response = match operation.response {
            ResponseKind::Json(type_) | ResponseKind::Envelope(_, type_) => json!(type_),
            ResponseKind::Bytes(media_type) => json!(media_type),
            _ => Value::Null,
        };
        assert_eq!(row["response"], response);
        let parameters = row["parameters"].as_array().unwrap();
        assert_eq!(parameters.len(), operation.parameters.len());
        for (row, parameter) in parameters.iter().zip(operation.parameters) {
            let told = json!({
                "name": parameter.name,
                "in": parameter.place.as_str(),
                "required": parameter.required,
                "type": parameter.type_,
            });
            assert_eq!(*row, told);
        }
    }
}

#[test]
fn an_operation_in_json_has_these_members() {
    assert_eq!(
        row("jobs_cancel"),
        json!({
            "id": "jobs_cancel",
            "group": "jobs",
            "method": "PATCH",
            "path": "/jobs/{jobid}",
            "summary": row("jobs_cancel")["summary"],
            "idempotent": true,
            "timeout": "normal",
            "parameters": [
                {"name": "jobid", "in": "path", "required": true, "type": "JobId"},
                {"name": "mode", "in": "query", "required": false, "type": "TerminationMode"},
            ],
            "body": null,
            "response": null,
        })
    );
    assert_eq!(row("job_manager_log")["response"], "text/plain");
    assert_eq!(row("jars_upload")["body"], "multipart/form-data: jarfile");
    assert_eq!(row("jars_run")["idempotent"], false);
}

#[test]
fn an_operation_that_is_idempotent_with_a_member_names_it() {
    let row = row("jobs_trigger_savepoint");
    assert_eq!(row["idempotent"], false);
    assert_eq!(row["idempotent_with"], "triggerId");
}

#[test]
fn without_a_platform_all_are_listed() {
    let all = headwaters(["ops", "--json"]).json();
    let ids: Vec<&Value> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["id"])
        .collect();
    assert!(
        OPERATIONS
            .iter()
            .all(|operation| ids.contains(&&json!(operation.id)))
    );
}

#[test]
fn the_table_has_a_line_for_each_operation_in_straight_columns() {
    let told = headwaters(["ops", "flink"]);
    assert_eq!(told.status, Some(0));
    assert_eq!(told.text().lines().count(), OPERATIONS.len());
    let mut starts = Vec::new();
    for (line, operation) in told.text().lines().zip(&OPERATIONS) {
        assert!(line.ends_with(operation.summary), "{line}");
        starts.push([
            line.find(&format!(" {} ", operation.id)).unwrap(),
            line.find(&format!(" {} ", operation.method)).unwrap(),
            line.find(&format!(" {} ", operation.path)).unwrap(),
            line.len() - operation.summary.len(),
        ]);
    }
    starts.dedup();
    assert_eq!(starts.len(), 1, "{}", told.text());
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    for arguments in [vec!["ops"], vec!["ops", "--json"]] {
        let told = headwaters_unread(arguments);
        assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn an_operation_in_json_tells_its_versions_and_its_timeout() {
    let told = |id: &str| {
        let row = row(id);
        (
            row["since"].clone(),
            row["until"].clone(),
            row["timeout"].clone(),
        )
    };
    assert_eq!(
        told("applications_get"),
        (json!("2.3"), Value::Null, json!("normal"))
    );
    assert_eq!(told("jars_run").2, json!("long"));
    assert_eq!(told("job_manager_log").2, json!("stream"));
}
