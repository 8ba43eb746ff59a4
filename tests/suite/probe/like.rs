//! Groups that are like another one.

use headwaters::{
    ResponseKind,
    probe::{GasStoveId, OPERATIONS, types::GasStove},
};

use super::probe;
use crate::{
    codegen,
    recording_server::{RecordingServer, Reply},
};

#[tokio::test]
async fn a_group_like_another_one_has_its_calls_with_paths_and_types_of_its_own() {
    let stub = RecordingServer::answering(|request| match request.target.as_str() {
        "/gas-stove/s1" => {
            Reply::text(r#"{"head": {"ok": true}, "body": {"id": "s1", "flames": 4}}"#)
        }
        _ => Reply::text(r#"{"head": {"ok": true}, "body": [{"id": "s1", "flames": 4}]}"#),
    })
    .await;
    let stoves = probe(&stub).gas_stove();
    let stove: GasStove = stoves.read(GasStoveId::from("s1")).await.unwrap();
    assert_eq!(stove.flames, Some(4));
    assert_eq!(stoves.find().await.unwrap(), [stove]);
    // Written out for this group alone.
    stoves.light().await.unwrap();
    let targets: Vec<String> = stub
        .seen()
        .iter()
        .map(|request| format!("{} {}", request.method, request.target))
        .collect();
    assert_eq!(
        targets,
        ["GET /gas-stove/s1", "GET /gas-stove", "POST /gas-stove"]
    );
}

#[test]
fn what_is_left_out_is_not_there_and_what_is_said_is_said_of_the_group() {
    let of = |group: &'static str| {
        let rows = OPERATIONS.iter().filter(move |row| row.group == group);
        rows.map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(
        of("lamp"),
        [
            "lamp_find",
            "lamp_update_many",
            "lamp_read",
            "lamp_update",
            "lamp_delete",
            "lamp_hours"
        ]
    );
    assert_eq!(
        of("gas_stove"),
        [
            "gas_stove_light",
            "gas_stove_find",
            "gas_stove_update_many",
            "gas_stove_read",
            "gas_stove_update"
        ]
    );
    let row = OPERATIONS
        .iter()
        .find(|row| row.id == "gas_stove_read")
        .unwrap();
    assert_eq!(row.path, "/gas-stove/{stoveId}");
    assert_eq!(row.summary, "Returns a gas stove.");
    assert_eq!(row.parameters[0].type_, "GasStoveId");
    assert_eq!(row.response, ResponseKind::Envelope("body", "GasStove"));
    let code = include_str!(concat!(env!("OUT_DIR"), "/probe.rs"));
    assert!(code.contains("What `gas_stove_find` gives is a list of such."));
}

#[test]
fn examples_of_answers_are_put_together_of_those_of_the_schemas() {
    let document = codegen::load(include_str!("../../specs/probe.yaml")).unwrap();
    let shown = |path: &str| {
        let success = &document["paths"][path]["get"]["responses"]["200"];
        let examples = &success["content"]["application/json"]["examples"];
        serde_json::to_value(&examples["shown"]["value"]).unwrap()
    };
    assert_eq!(
        shown("/gas-stove/{stoveId}"),
        serde_json::json!({"head": {"ok": true, "references": {}}, "body": {"id": "s1", "flames": 4}})
    );
    assert_eq!(
        shown("/lamp"),
        serde_json::json!({"head": {"ok": true, "references": {}}, "body": [{"id": "l1", "watts": 40}]})
    );
}
