use super::{GOOD, faults, refused, with};

#[test]
fn the_version_of_openapi_is_3_0() {
    refused(
        "openapi: 3.0.3",
        "openapi: 3.1.0",
        &["specs/x.yaml: openapi 3.1.0 is not 3.0.x"],
    );
}

#[test]
fn an_empty_document_lacks_everything() {
    assert_eq!(
        faults("servers: []"),
        [
            "specs/x.yaml: openapi is missing",
            "specs/x.yaml: info is missing",
            "specs/x.yaml: tags is missing",
            "specs/x.yaml: paths is missing",
            "specs/x.yaml: servers: there is none",
        ]
    );
}

#[test]
fn the_client_is_a_type_in_pascal_case() {
    refused(
        "x-client: Things",
        "x-client: the things",
        &["specs/x.yaml: servers: x-client \"the things\" is not a Rust type in Pascal case"],
    );
    refused(
        "x-client: Things",
        "x-client: ''",
        &["specs/x.yaml: servers: x-client \"\" is not a Rust type in Pascal case"],
    );
}

#[test]
fn title_and_version_are_there() {
    refused(
        "  title: Things\n  version: v1",
        "  description: No more.",
        &[
            "specs/x.yaml: info: title is missing",
            "specs/x.yaml: info: version is missing",
        ],
    );
}

#[test]
fn a_tag_is_described() {
    refused(
        "    description: One thing.",
        "",
        &["specs/x.yaml: tag thing: description is missing"],
    );
}

#[test]
fn a_tag_is_a_name_in_snake_case() {
    let text =
        with("  - name: things", "  - name: Things").replace("tags: [things]", "tags: [Things]");
    assert_eq!(
        faults(&text),
        [
            "specs/x.yaml: tag Things: the name cannot be a method in Rust; write it in snake case",
            "specs/x.yaml: GET /things: operationId things_list is not Things_<verb> in snake case",
            "specs/x.yaml: POST /things: operationId things_create is not Things_<verb> in snake case",
        ]
    );
}

#[test]
fn a_tag_is_no_reserved_word() {
    for word in ["type", "loop", "gen", "crate"] {
        let text = GOOD
            .replace("  - name: things", &format!("  - name: {word}"))
            .replace("tags: [things]", &format!("tags: [{word}]"))
            .replace("operationId: things_", &format!("operationId: {word}_"));
        assert_eq!(
            faults(&text),
            [format!(
                "specs/x.yaml: tag {word}: `{word}` is a reserved word of Rust; choose another name"
            )]
        );
    }
}

#[test]
fn a_client_is_no_reserved_word_and_no_type_of_rust() {
    refused(
        "x-client: Things",
        "x-client: Self",
        &["specs/x.yaml: servers: `Self` is a reserved word of Rust; choose another name"],
    );
    refused(
        "x-client: Things",
        "x-client: Result",
        &["specs/x.yaml: servers: x-client \"Result\" is taken by Rust"],
    );
}

#[test]
fn a_file_is_named_as_a_module_can_be() {
    for word in ["dyn", "final"] {
        let faults = crate::codegen::generate(GOOD, word).unwrap_err();
        let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [format!(
                "the file's name is the platform's module, and `{word}` is a reserved word of Rust; choose another name"
            )]
        );
    }
}

#[test]
fn a_tag_is_declared_once() {
    refused(
        "  - name: part\n",
        "  - name: thing\n    x-binds: [id]\n    description: Again.\n  - name: part\n",
        &[
            "specs/x.yaml: tag thing: the tag is declared twice",
            "specs/x.yaml: tag thing: the method `thing` is taken by tag thing",
        ],
    );
}

#[test]
fn a_tag_has_operations() {
    refused(
        "  - name: part\n",
        "  - name: gadgets\n    description: None yet.\n  - name: part\n",
        &["specs/x.yaml: tag gadgets: no operation has this tag"],
    );
}

#[test]
fn a_group_stands_within_one_before_it() {
    refused(
        "    x-within: thing",
        "    x-within: thingy",
        &[
            "specs/x.yaml: tag part: x-within names thingy, which is not a tag before this one",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: the tag binds index, but the path's parameters are id, index",
        ],
    );
}

#[test]
fn a_group_does_not_stand_within_itself() {
    refused(
        "    x-within: thing",
        "    x-within: part",
        &[
            "specs/x.yaml: tag part: x-within names part, which is not a tag before this one",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: the tag binds index, but the path's parameters are id, index",
        ],
    );
}

#[test]
fn two_groups_do_not_stand_within_each_other() {
    refused(
        "  - name: thing\n",
        "  - name: thing\n    x-within: part\n",
        &["specs/x.yaml: tag thing: x-within names part, which is not a tag before this one"],
    );
}

#[test]
fn a_group_does_not_stand_within_the_client() {
    refused(
        "  - name: things\n",
        "  - name: things\n    x-within: server\n",
        &[
            "specs/x.yaml: tag things: x-within names server, whose operations are on the client; leave it out",
        ],
    );
}

#[test]
fn a_root_tag_binds_nothing() {
    refused(
        "    x-root: true",
        "    x-root: true\n    x-binds: []",
        &["specs/x.yaml: tag server: x-root goes with neither x-binds nor x-within"],
    );
}

#[test]
fn a_path_begins_with_a_slash() {
    refused(
        "  /find:",
        "  find:",
        &[
            "specs/x.yaml: find: a path begins with a slash and has no fragment; its query is name=value as it is sent",
        ],
    );
}

#[test]
fn a_query_in_a_path_is_sent_as_it_is() {
    assert!(faults(&with("  /find:", "  /find?all=1:")).is_empty());
    for path in [
        "/find?all",
        "/find?=1",
        "/find?all=a b",
        "/find?a=1&b",
        "/find#all",
    ] {
        refused(
            "  /find:",
            &format!("  {path}:"),
            &[&format!(
                "specs/x.yaml: {path}: a path begins with a slash and has no fragment; its query is name=value as it is sent"
            )],
        );
    }
}

#[test]
fn a_path_has_operations() {
    refused(
        "  /find:",
        "  /lost: {}\n\n  /find:",
        &["specs/x.yaml: /lost: the path has no operation"],
    );
}

#[test]
fn a_parameter_is_a_whole_segment_of_the_path() {
    refused(
        "  /find:",
        "  /find/{name}.png:",
        &["specs/x.yaml: /find/{name}.png: {name}.png is only partly a parameter"],
    );
    refused(
        "  /find:",
        "  /find}:",
        &["specs/x.yaml: /find}: find} is only partly a parameter"],
    );
}

#[test]
fn a_path_has_a_parameter_once() {
    refused(
        "  /things/{id}/parts/{index}:",
        "  /things/{id}/parts/{index}/of/{id}:",
        &["specs/x.yaml: /things/{id}/parts/{index}/of/{id}: {id} stands twice in the path"],
    );
}

#[test]
fn a_server_has_an_address_that_is_whole_and_a_client() {
    let servers = "servers:\n  - url: http://localhost:9/base\n    description: A server on its default port.\n    x-client: Things\n";
    refused(servers, "", &["specs/x.yaml: servers is missing"]);
    refused(
        servers,
        &format!("{servers}  - url: https://example.com\n    description: Another one.\n"),
        &["specs/x.yaml: servers: x-client is missing"],
    );
    refused(
        servers,
        &format!("{servers}  - url: https://a\n    description: Another.\n    x-client: Things\n"),
        &["specs/x.yaml: servers: x-client \"Things\" is the client of another one"],
    );
    for url in [
        "localhost:9",
        "ftp://a",
        "http://",
        "http:///v1",
        "http://a?b=c",
        "http://u:p@a",
    ] {
        refused(
            "url: http://localhost:9/base",
            &format!("url: '{url}'"),
            &[&format!(
                "specs/x.yaml: servers: url {url:?} is not an origin of http or https, perhaps with a path"
            )],
        );
    }
}

/// The good spec with another server, and one passage exchanged.
#[track_caller]
fn with_other(passage: &str, other: &str) -> Vec<String> {
    let server = "    x-client: Things\n";
    let second = "  - url: https://a\n    description: Another.\n    x-client: Others\n";
    let text = with(passage, other);
    faults(&text.replacen(server, &format!("{server}{second}"), 1))
}

#[test]
fn a_tag_belongs_to_a_server() {
    let tag = "  - name: things\n";
    assert_eq!(
        with_other(tag, "  - name: things\n    x-server: Others\n"),
        [""; 0]
    );
    assert_eq!(
        with_other(tag, "  - name: things\n    x-server: Nobody\n"),
        [
            "specs/x.yaml: servers: x-client \"Others\" has no tags",
            "specs/x.yaml: tag things: x-server Nobody is the x-client of no server",
        ]
    );
    assert_eq!(
        with_other(
            "    x-within: thing\n",
            "    x-within: thing\n    x-server: Others\n"
        ),
        ["specs/x.yaml: tag part: x-within names a tag of another server"]
    );
}

#[test]
fn clients_have_methods_of_their_own() {
    let tags = "  - name: other\n    x-server: Others\n    x-root: true\n    description: Another.\n  - name: thing\n";
    let operation = "  /find:\n    put:\n      tags: [other]\n      operationId: other_about\n      summary: Tells.\n      x-source: inferred\n      responses: {'200': {description: Done.}}\n";
    let spec = with("  - name: thing\n", tags).replacen("  /find:\n", operation, 1);
    let server = "    x-client: Things\n";
    let second = "  - url: https://a\n    description: Another.\n    x-client: Others\n";
    assert_eq!(
        faults(&spec.replacen(server, &format!("{server}{second}"), 1)),
        [""; 0]
    );
    assert_eq!(
        faults(&spec.replacen("    x-server: Others\n", "", 1)),
        ["specs/x.yaml: PUT /find: the method `about` is taken by GET /about"]
    );
}

#[test]
fn a_group_stands_on_the_url_of_one_object() {
    refused(
        "x-on: shelf_get",
        "x-on: shelf_add",
        &[
            "specs/x.yaml: tag shelf: x-on: no property has x-link: shelf_add",
            "specs/x.yaml: GET /shelves/{shelf}: the tag is on shelf_add, whose path /shelves/{shelf}/parts does not begin this one",
        ],
    );
    refused(
        "x-on: shelf_get",
        "x-on: shelf_fetch",
        &["specs/x.yaml: tag shelf: x-on: there is no operation shelf_fetch"],
    );
    refused(
        "x-on: shelf_get",
        "x-on: things_list",
        &[
            "specs/x.yaml: tag shelf: x-on: things_list is not the GET of one object",
            "specs/x.yaml: GET /shelves/{shelf}: the tag is on things_list, whose path /things does not begin this one",
            "specs/x.yaml: GET /shelves/{shelf}/parts: the tag is on things_list, whose path /things does not begin this one",
            "specs/x.yaml: POST /shelves/{shelf}/parts: the tag is on things_list, whose path /things does not begin this one",
        ],
    );
    refused(
        "    x-on: shelf_get",
        "    x-on: shelf_get\n    x-binds: [shelf]",
        &["specs/x.yaml: tag shelf: x-on goes with none of x-root, x-binds and x-within"],
    );
}

#[test]
fn what_a_group_stands_on_links_to_itself() {
    let own = "        self: {type: string, x-link: shelf_get, description: Link to itself.}\n";
    let lacks = "specs/x.yaml: tag shelf: x-on: what shelf_get returns has no required member self with x-link: shelf_get";
    refused(own, &own.replace("shelf_get", "shelf_parts"), &[lacks]);
    refused("      required: [self]\n", "", &[lacks]);
    let manual = "      operationId: shelf_get\n";
    assert!(
        faults(&with(manual, &format!("{manual}      x-manual: true\n"))).contains(
            &"specs/x.yaml: tag shelf: x-on: the call of shelf_get is written by hand".to_owned()
        )
    );
    let faults = with_other(
        "    description: One shelf, by its own link.\n",
        "    description: One shelf, by its own link.\n  - name: rack\n    x-server: Others\n    x-on: shelf_get\n    description: Another.\n",
    );
    assert!(
        faults.contains(&"specs/x.yaml: tag rack: x-on: shelf_get is of another server".to_owned()),
        "{faults:?}"
    );
}

#[test]
fn a_variable_of_a_url_is_in_its_path_and_described() {
    let url = "  - url: http://localhost:9/base\n";
    let variables =
        |url: &str, variables: &str| format!("  - url: {url}\n    variables: {{{variables}}}\n");
    let account = "account: {description: Who asks.}";
    refused(
        url,
        &variables("http://localhost:9/{account}", account),
        &[],
    );
    refused(
        url,
        &variables("http://localhost:9/v{version}/{account}", account),
        &["specs/x.yaml: servers: url: the variable version is not declared"],
    );
    refused(
        url,
        &variables("http://localhost:9/{account}/{account}", account),
        &["specs/x.yaml: servers: url has the variable account twice"],
    );
    refused(
        url,
        &variables("http://localhost:9/{account", account),
        &[
            "specs/x.yaml: servers: url has a brace without its other half",
            "specs/x.yaml: servers: variables: account: the url does not have it",
        ],
    );
    refused(
        url,
        &variables("http://localhost:9/{account}", "account: {default: '1'}"),
        &["specs/x.yaml: servers: variables: account: description is missing"],
    );
    refused(
        url,
        &variables("http://{account}:9/base", account),
        &[
            "specs/x.yaml: servers: url \"http://{account}:9/base\" is not an origin of http or https, perhaps with a path",
        ],
    );
    refused(
        url,
        &variables(
            "http://localhost:9/{aCcount}",
            "aCcount: {description: Who asks.}",
        ),
        &["specs/x.yaml: servers: variables: aCcount: the name is not in snake case"],
    );
}
