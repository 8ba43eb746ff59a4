//! What a spec says and what the crate does are the same.

use std::collections::BTreeMap;

use headwaters::{Config, ResponseKind, dynamic::Answer};
use serde_norway::Value;

use crate::{
    codegen,
    document::{Wish, is_success},
    equal::assert_equal,
    platform::{Platform, server},
    recording_server::{RecordingServer, Reply},
};

#[tokio::test]
async fn every_example_decodes_and_encodes_to_the_same() {
    let config = Config::new();
    for platform in Platform::all() {
        let document = platform.document();
        let mut examples = 0;
        for (described, operation) in document.operations().iter().zip(platform.operations) {
            let id = operation.id;
            for (name, example) in document.examples(described) {
                let stub = RecordingServer::start(Reply::json(&example)).await;
                let answer = platform
                    .call_as_wished(
                        &server(platform.name, stub.url(), &config),
                        &document,
                        described,
                        operation,
                        Wish::Least,
                    )
                    .await;
                let Ok(Answer::Json(json)) = answer else {
                    panic!("{id}, example {name}: {answer:?}");
                };
                let value = match operation.response {
                    ResponseKind::Envelope(member, _) => &example[member],
                    _ => &example,
                };
                assert_equal(
                    &format!("{id}, example {name}"),
                    value,
                    &json.to_value().unwrap(),
                );
                examples += 1;
            }
            let is_json = matches!(
                operation.response,
                ResponseKind::Json(_) | ResponseKind::Envelope(..)
            );
            assert_eq!(is_json, !document.examples(described).is_empty(), "{id}");
        }
        assert!(examples > 0, "{} has no example", platform.name);
    }
}

/// What a head repeats of the answer that it stands in.
#[test]
fn the_head_of_an_example_has_the_status_of_its_answer() {
    for platform in Platform::all() {
        let document = platform.document();
        for described in document.operations() {
            for (status, response) in document.responses(&described) {
                let examples = &response["content"]["application/json"]["examples"];
                for (name, example) in examples.as_mapping().into_iter().flatten() {
                    let told = &example["value"]["head"]["status"];
                    let is_told = told.is_null() || told.as_u64() == status.parse().ok();
                    assert!(is_told, "{} {}: {name:?}", described.method, described.path);
                }
            }
        }
    }
}

#[test]
fn the_table_and_the_document_have_the_same_operations() {
    for platform in Platform::all() {
        let described: Vec<String> = platform
            .document()
            .operations()
            .iter()
            .map(|described| {
                let id = described.node["operationId"].as_str().unwrap();
                format!("{id} {} {}", described.method, described.path)
            })
            .collect();
        let known: Vec<String> = platform
            .operations
            .iter()
            .map(|known| format!("{} {} {}", known.id, known.method, known.path))
            .collect();
        assert_eq!(described, known);
    }
}

#[test]
fn the_table_and_the_document_have_the_same_parameters() {
    for platform in Platform::all() {
        let document = platform.document();
        for (described, known) in document.operations().iter().zip(platform.operations) {
            let described: Vec<String> = described
                .parameters
                .iter()
                .map(|parameter| {
                    let text = |word: &str| parameter[word].as_str().unwrap();
                    let required = parameter["required"].as_bool().unwrap_or_default();
                    let type_ = type_name(&parameter["schema"]);
                    format!("{} {} {required} {type_}", text("name"), text("in"))
                })
                .collect();
            let known_parameters: Vec<String> = known
                .parameters
                .iter()
                .map(|known| {
                    let place = known.place.as_str();
                    format!("{} {place} {} {}", known.name, known.required, known.type_)
                })
                .collect();
            assert_eq!(described, known_parameters, "{}", known.id);
        }
    }
}

#[test]
fn the_table_and_the_document_have_the_same_bodies_and_answers() {
    for platform in Platform::all() {
        let document = platform.document();
        for (described, known) in document.operations().iter().zip(platform.operations) {
            let id = known.id;
            let (_, success) = document
                .responses(described)
                .into_iter()
                .find(|(status, _)| is_success(status))
                .unwrap();
            let answer = match success["content"]
                .as_mapping()
                .and_then(|map| map.iter().next())
            {
                None => "nothing".to_owned(),
                Some((media, content)) if media == "application/json" => match envelope(success) {
                    Some(member) => type_name(&content["schema"]["properties"][member]),
                    None => type_name(&content["schema"]),
                },
                Some((media, _)) => media.as_str().unwrap().to_owned(),
            };
            match known.response {
                ResponseKind::Json(type_) => assert_eq!(answer, type_, "{id}"),
                ResponseKind::Envelope(member, type_) => {
                    assert_eq!(answer, type_, "{id}");
                    assert_eq!(envelope(success), Some(member), "{id}");
                }
                ResponseKind::Bytes(media) => assert_eq!(answer, media, "{id}"),
                ResponseKind::Empty => assert_eq!(answer, "nothing", "{id}"),
                ref other => panic!("{id}: {other:?}"),
            }
            let body = document.resolve(&described.node["requestBody"]);
            let body = body["content"]
                .as_mapping()
                .and_then(|map| map.iter().next());
            let body = body.map(|(media, content)| match media.as_str().unwrap() {
                "application/json" => type_name(&content["schema"]),
                "application/x-www-form-urlencoded" => {
                    format!("{} as a form", type_name(&content["schema"]))
                }
                "multipart/form-data" => {
                    let parts = content["schema"]["properties"].as_mapping().unwrap();
                    let names: Vec<_> = parts.keys().map(|part| part.as_str().unwrap()).collect();
                    format!("multipart/form-data: {}", names.join(", "))
                }
                media => media.to_owned(),
            });
            assert_eq!(body.as_deref(), known.body, "{id}");
        }
    }
}

/// The member that holds the value of an answer.
fn envelope(success: &Value) -> Option<&str> {
    let envelope = &success["x-envelope"];
    envelope.as_str().or(envelope["value"].as_str())
}

/// A type in the words of the table.
fn type_name(schema: &Value) -> String {
    if let Some(pointer) = schema["$ref"].as_str() {
        return pointer.rsplit('/').next().unwrap().to_owned();
    }
    let Some(type_) = schema["type"].as_str() else {
        return "json".to_owned();
    };
    match (type_, schema["format"].as_str()) {
        ("object", _) => format!("{{string: {}}}", type_name(&schema["additionalProperties"])),
        ("array", _) => format!("[{}]", type_name(&schema["items"])),
        (_, Some(format)) => format.to_owned(),
        (type_, None) => type_.to_owned(),
    }
}

#[test]
fn the_documentation_of_a_call_has_its_summary_route_source_and_errors() {
    let mut docs_by_hand = documentation(include_str!("../../src/flink/job_graph.rs"));
    docs_by_hand.extend(documentation(include_str!(
        "../../src/flowthings/socket/session_websocket.rs"
    )));
    docs_by_hand.extend(documentation(include_str!(
        "../../src/streams/service_v1_cancel.rs"
    )));
    for platform in Platform::all() {
        let document = platform.document();
        let docs = documentation(&platform.code);
        for described in document.operations() {
            let id = described.node["operationId"].as_str().unwrap();
            let text = |word: &str| described.node[word].as_str().unwrap_or_default().trim();
            let mut expected = vec![
                format!("`{} {}`", described.method, described.path),
                format!("Source: {}.", text("x-source")),
            ];
            let mut refusals = document.responses(&described);
            refusals.retain(|(status, _)| !is_success(status));
            let name = id.replace('_', "");
            let doc = if described.is_manual() {
                // Who writes the call writes what it does, too.
                expected.extend(refusals.iter().map(|(status, _)| format!("- {status}: ")));
                &docs_by_hand[&name]
            } else {
                expected.extend([text("summary").to_owned(), text("description").to_owned()]);
                expected.extend(refusals.iter().map(|(status, response)| {
                    let description = response["description"].as_str().unwrap().trim();
                    format!("- {status}: {description}\n")
                }));
                &docs[&name]
            };
            for expected in expected {
                assert!(doc.contains(&expected), "{id} lacks {expected:?} in {doc}");
            }
        }
    }
}

/// The documentation of every call, under its name in small letters.
fn documentation(code: &str) -> BTreeMap<String, String> {
    let file = syn::parse_file(code).unwrap();
    let items = file.items.into_iter().flat_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "calls" => module.content.unwrap().1,
        other => vec![other],
    });
    items
        .filter_map(|item| match item {
            syn::Item::Struct(item) => {
                let name = item.ident.to_string().to_lowercase();
                Some((name, item.attrs.iter().filter_map(doc).collect()))
            }
            _ => None,
        })
        .collect()
}

fn doc(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    let mut rows = Vec::new();
    for platform in Platform::all() {
        let once = codegen::generate(&platform.spec, platform.name).unwrap();
        let again = codegen::generate(&platform.spec, platform.name).unwrap();
        assert_eq!(once.code, again.code);
        assert_eq!(once.outline, again.outline);
        // The build wrote these in another process.
        assert!(once.code == platform.code);
        assert!(once.outline == platform.outline);
        rows.push(once.row);
    }
    let list = include_str!(concat!(env!("OUT_DIR"), "/platforms.rs"));
    assert_eq!(codegen::platforms(&rows).unwrap(), list);
}
