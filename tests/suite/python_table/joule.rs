//! Joule's table: every function of the Python client's node, its pipes, errors and helpers.

use std::collections::BTreeSet;

use headwaters::joule::OPERATIONS;

use super::{Table, chain, is_line_of};
use crate::platform::Platform;

fn table() -> Table {
    Table {
        text: include_str!("../../../docs/joule-from-python.md"),
        platform: Platform::named("joule"),
        client: "node",
    }
}

/// Where calls stand that no operation of the spec is.
const BY_HAND: [&str; 6] = [
    include_str!("../../../src/joule/database.rs"),
    include_str!("../../../src/joule/event.rs"),
    include_str!("../../../src/joule/follower.rs"),
    include_str!("../../../src/joule/info.rs"),
    include_str!("../../../src/joule/lumen.rs"),
    include_str!("../../../src/joule/write.rs"),
];

/// Where the types of pipes, errors and helpers stand.
const TYPES: [&str; 9] = [
    include_str!("../../../src/error/predicates.rs"),
    include_str!("../../../src/joule/argument.rs"),
    include_str!("../../../src/joule/pipe/flat.rs"),
    include_str!("../../../src/joule/pipe/layout.rs"),
    include_str!("../../../src/joule/pipe/reader.rs"),
    include_str!("../../../src/joule/pipe/rows.rs"),
    include_str!("../../../src/joule/pipe/window.rs"),
    include_str!("../../../src/joule/pipe/writer.rs"),
    include_str!("../../../src/joule/timestamp.rs"),
];

/// The methods of `BaseNode` of the Python client 1.0.1.
const METHODS: &str = "annotation_create annotation_delete annotation_get annotation_info annotation_update \
    archive_upload create_lumen_link data_consolidate data_decimate data_delete data_drop_decimations data_intervals \
    data_read data_read_array data_stream_annotation_delete data_stream_create data_stream_delete data_stream_get \
    data_stream_info data_stream_move data_stream_update data_subscribe data_write db_connect db_connection_info \
    event_stream_count event_stream_create event_stream_delete event_stream_get event_stream_info event_stream_move \
    event_stream_read event_stream_read_list event_stream_remove event_stream_update event_stream_write folder_delete \
    folder_get folder_move folder_root folder_update follower_delete follower_list info master_add master_delete \
    master_list module_get module_list module_logs proxy_get proxy_list";

#[test]
fn every_function_of_a_node_has_a_row() {
    let written: BTreeSet<String> = table()
        .rows(5)
        .iter()
        .map(|row| row[0].split('(').next().unwrap().to_owned())
        .collect();
    let published: BTreeSet<String> = METHODS.split_whitespace().map(str::to_owned).collect();
    assert_eq!(written, published);
}

#[test]
fn every_row_names_the_operation_of_its_rest_line() {
    for row in table().rows(5) {
        let (python, rest, id) = (&row[0], &row[1], &row[2]);
        let operation = OPERATIONS.iter().find(|operation| operation.id == id);
        let operation = operation.unwrap_or_else(|| panic!("{python}: no operation {id}"));
        assert!(is_line_of(rest, operation), "{python}: {rest}");
    }
}

#[test]
fn every_row_calls_its_operation_or_something_written_by_hand() {
    for row in table().rows(5) {
        let (python, id, rust) = (&row[0], &row[2], &row[3]);
        let (written, outlined) = (chain(table().client, rust), table().outlined_chain(id));
        if let Some((_, options)) = written
            .split_at_checked(outlined.len())
            .filter(|(call, _)| *call == outlined)
        {
            for (option, _) in options {
                let line = format!(".{option}(");
                let known = table()
                    .outlined(id)
                    .iter()
                    .any(|known| known.trim().starts_with(&line));
                assert!(known, "{python}: {id} has no option {option}");
            }
            continue;
        }
        // The group is the operation's, or the method is the node's own.
        let by_hand = |name: &str| {
            let is_there = |file: &&str| {
                file.contains(&format!("pub fn {name}("))
                    || file.contains(&format!("pub async fn {name}("))
            };
            BY_HAND.iter().any(is_there)
        };
        let doors = written.len() - usize::from(written.len() > 1);
        assert!(
            written[..doors.min(1)] == outlined[..doors.min(1)] || written.len() == 1,
            "{python}: {rust} has other doors than {id}"
        );
        let deeds = if written.len() == 1 {
            &written[..]
        } else {
            &written[1..]
        };
        for (deed, _) in deeds {
            assert!(by_hand(deed), "{python}: {rust}: {deed} is nowhere");
        }
    }
}

#[test]
fn pipes_errors_and_helpers_are_there() {
    let rows = table().rows(3);
    assert!(rows.len() > 20, "{rows:?}");
    for row in rows {
        for name in row[1].split(", ").map(|name| name.trim_matches('`')) {
            let function = name.rsplit("::").next().unwrap();
            let known = TYPES.iter().any(|file| {
                file.contains(&format!("fn {function}("))
                    || file.contains(&format!("fn {function}<"))
            });
            assert!(known, "{}: {name} is nowhere", row[0]);
        }
    }
}
