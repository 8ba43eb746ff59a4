//! The table of flowthings.io: every public function of the Python client.

use std::{collections::BTreeMap, fs, path::Path};

use headwaters::flowthings::OPERATIONS;

use super::{Table, chain, is_line_of};
use crate::platform::Platform;

/// The public functions, options and errors of `flowthings` 1.0.5.
pub const FUNCTIONS: &str = "api.add_service api.async api.creds api.lazy api.request async_api.request async_api.results thunk.force thunk.unwrap \
    service.create service.delete service.find service.find_many service.raw_request service.read service.read_many \
    service.read_or_else service.request service.save service.update service.update_many drop.aggregate drop.delete_all \
    api.drop.create token.create share.create statistics.api_call_by_identity statistics.drop_created_by \
    statistics.flow_drop_added statistics.flow_tracked statistics.track_hit statistics.track_pass websocket.connect \
    websocket.raw_request websocket.request ws.run ws.send ws.subscribe ws.unsubscribe member.CONTAINS member.IN \
    member.WITHIN member.name member.re filter.AND filter.OR modify.done modify.modify params.filter params.only \
    params.refs params.to_dict defaults.async_lib defaults.encoder defaults.host defaults.params defaults.request \
    defaults.secure defaults.version defaults.ws_host error.creds error.errors error.method error.path Token.from_bluemix \
    API Token FlowThingsBadRequest FlowThingsError FlowThingsException FlowThingsForbidden FlowThingsNotFound \
    FlowThingsServerError M P mem AGE EXISTS MATCHES HAS NOT";

fn table() -> Table {
    Table {
        text: include_str!("../../../docs/flowthings-from-python.md"),
        platform: Platform::named("flowthings"),
        client: "api",
    }
}

/// The code that is written by hand and may stand in a row.
fn by_hand() -> String {
    fn read(folder: &Path, code: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => read(&path, code),
                false => code.push_str(&fs::read_to_string(path).unwrap()),
            }
        }
    }
    let mut code = String::new();
    for folder in ["call", "config", "error", "flowthings"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        read(&source.join(folder), &mut code);
    }
    code
}

/// A function, or a comparison that a macro makes, or a variant.
fn is_there(code: &str, name: &str) -> bool {
    [
        format!("fn {name}("),
        format!("fn {name}<"),
        format!(" {name} = "),
        format!(" {name} {{"),
    ]
    .iter()
    .any(|text| code.contains(text))
}

fn is_no_counterpart(rust: &str) -> bool {
    rust.starts_with("no counterpart, because ")
}

#[test]
fn every_function_of_python_has_a_row() {
    let rows = table().rows(5).into_iter().chain(table().rows(3));
    let mut written: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        for expression in row[0].split("`, `") {
            let name = expression.split('(').next().unwrap();
            *written.entry(name.to_owned()).or_default() += 1;
        }
    }
    let functions: Vec<&str> = FUNCTIONS.split_whitespace().collect();
    assert_eq!(functions.len(), 81);
    for function in functions {
        // Its arguments are told apart in two rows.
        let rows = if function == "API" { 2 } else { 1 };
        assert_eq!(written.get(function), Some(&rows), "{function}");
    }
}

#[test]
fn every_row_names_the_operation_of_its_rest_line() {
    for row in table().rows(5) {
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
fn every_row_calls_its_operation_or_something_written_by_hand() {
    let code = by_hand();
    for row in table().rows(5) {
        let (python, id, rust) = (&row[0], &row[2], &row[3]);
        if is_no_counterpart(rust) {
            continue;
        }
        if !rust.starts_with("api.") {
            // Made by a type, or of a call that was made before.
            let rust = rust.trim_end_matches(".await?");
            let call = rust.split('(').next().unwrap();
            let name = call.rsplit(['.', ':']).next().unwrap();
            let is_call = ["batch", "spawned"].contains(&name);
            assert!(
                is_call || is_there(&code, name),
                "{python}: {rust}: {name} is nowhere"
            );
            continue;
        }
        let written = chain(table().client, rust);
        let outlined = match id.as_str() {
            "none" => Vec::new(),
            id => table().outlined_chain(id),
        };
        let is_own = written.split_at_checked(outlined.len());
        let is_own = is_own.filter(|(call, _)| *call == outlined);
        let (_, options) = is_own.unwrap_or_else(|| panic!("{python}: {rust} is not {outlined:?}"));
        let table = table();
        let lines = table.outlined(id);
        for (option, _) in options {
            let is_group = id == "none" && lines.is_empty() && option == "flow";
            let line = format!(".{option}(");
            let is_option = lines.iter().any(|known| known.trim().starts_with(&line));
            assert!(
                is_group || is_option || is_there(&code, option),
                "{python}: {id} has no option {option}"
            );
        }
    }
}

#[test]
fn filters_changes_errors_and_sockets_are_there() {
    let code = by_hand();
    let rows = table().rows(3);
    assert!(rows.len() > 35, "{}", rows.len());
    for row in rows {
        if is_no_counterpart(&row[1]) {
            continue;
        }
        for name in row[1].split(", ").map(|name| name.trim_matches('`')) {
            let last = name.rsplit("::").next().unwrap();
            let is_type = code.contains(&format!("pub struct {last}"));
            assert!(
                is_type || is_there(&code, last),
                "{}: {name} is nowhere",
                row[0]
            );
        }
    }
}
