//! What a version has removed.

use headwaters::probe::types::NewPart;

use super::probe;
use crate::recording_server::{RecordingServer, Reply};

/// What carries `#[deprecated]` in the generated code, with the note.
#[derive(Default)]
struct Deprecated(Vec<String>);

impl Deprecated {
    fn note(&mut self, name: String, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            if let syn::Meta::List(list) = &attribute.meta
                && list.path.is_ident("deprecated")
            {
                self.0.push(format!("{name}, {}", list.tokens));
            }
        }
    }

    fn items(&mut self, items: &[syn::Item]) {
        for item in items {
            match item {
                syn::Item::Mod(module) => {
                    self.items(module.content.as_ref().map_or(&[], |it| &it.1))
                }
                syn::Item::Struct(item) => {
                    for field in &item.fields {
                        let field_name = field.ident.as_ref().map(ToString::to_string);
                        let name = format!("{}.{}", item.ident, field_name.unwrap_or_default());
                        self.note(name, &field.attrs);
                    }
                }
                syn::Item::Impl(item) => {
                    for method in &item.items {
                        if let syn::ImplItem::Fn(method) = method {
                            self.note(format!("{}()", method.sig.ident), &method.attrs);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn what_a_version_has_removed_is_deprecated_with_the_version() {
    let code = include_str!(concat!(env!("OUT_DIR"), "/probe.rs"));
    let mut deprecated = Deprecated::default();
    deprecated.items(&syn::parse_file(code).unwrap().items);
    deprecated.0.sort();
    let expected = [
        "NewPart.shade, note = \"removed after Probe 1.7\"",
        "NewThing.colour, note = \"removed after Probe 1.8\"",
        "Reason.code, note = \"removed after Probe 1.9\"",
        "code(), note = \"removed after Probe 1.9\"",
        "colour(), note = \"removed after Probe 1.8\"",
        "ping(), note = \"removed after Probe 2.0\"",
        "shade(), note = \"removed after Probe 1.7\"",
        "shape(), note = \"removed after Probe 1.6\"",
    ];
    assert_eq!(deprecated.0, expected);
}

/// An older server still has it.
#[tokio::test]
async fn what_is_deprecated_is_sent_all_the_same() {
    let stub = RecordingServer::start(Reply::text(r#"{"id": "a"}"#)).await;
    // Each `expect` fails where the compiler does not warn.
    #[expect(deprecated)]
    let door = NewPart::new("door").shade("dark");
    #[expect(deprecated)]
    let make = probe(&stub).things().create("house").colour("red");
    make.parts([door]).await.unwrap();
    let sent = stub.take_seen().remove(0).json();
    assert_eq!(
        (&sent["colour"], &sent["parts"][0]["shade"]),
        (&"red".into(), &"dark".into())
    );
    #[expect(deprecated)]
    let find = probe(&stub).things().find().shape("round");
    find.await.unwrap_err();
    assert_eq!(stub.only().target, "/things?shape=round");
}
