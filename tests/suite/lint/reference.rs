use super::refused;

#[test]
fn a_reference_leads_to_something() {
    refused(
        "items: {$ref: '#/components/schemas/Thing'}",
        "items: {$ref: '#/components/schemas/Thng'}",
        &["specs/x.yaml: GET /things: $ref #/components/schemas/Thng is missing"],
    );
}

#[test]
fn a_broken_reference_to_a_parameter_is_the_only_fault() {
    refused(
        "        - $ref: '#/components/parameters/Id'\n        - name: index",
        "        - $ref: '#/components/parameters/id'\n        - name: index",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: $ref #/components/parameters/id is missing",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: path parameter id is not declared",
        ],
    );
}

#[test]
fn a_reference_is_in_quotes() {
    refused(
        "        - $ref: '#/components/parameters/Id'\n        - name: index",
        "        - $ref: #/components/parameters/Id\n        - name: index",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: $ref is no text; put it in quotes, or its # begins a comment",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: path parameter id is not declared",
        ],
    );
    refused(
        "        '400':\n          description: The body does not parse.",
        "        '400':\n          $ref: #/components/responses/Unavailable",
        &[
            "specs/x.yaml: POST /things: $ref is no text; put it in quotes, or its # begins a comment",
        ],
    );
}

#[test]
fn a_parameter_that_is_none_is_the_only_fault() {
    refused(
        "        - $ref: '#/components/parameters/Id'\n        - name: index",
        "        - $ref: '#/components/schemas/Thing'\n        - name: index",
        &[
            "specs/x.yaml: PUT /things/{id}/parts/{index}: $ref #/components/schemas/Thing does not lead to #/components/parameters/..",
            "specs/x.yaml: PUT /things/{id}/parts/{index}: path parameter id is not declared",
        ],
    );
}

#[test]
fn a_reference_stays_in_the_document() {
    refused(
        "items: {$ref: '#/components/schemas/Thing'}",
        "items: {$ref: 'things.yaml#/Thing'}",
        &["specs/x.yaml: GET /things: $ref things.yaml#/Thing leaves the document"],
    );
}

#[test]
fn a_reference_leads_to_the_right_kind_of_component() {
    refused(
        "items: {$ref: '#/components/schemas/Thing'}",
        "items: {$ref: '#/components/parameters/Id'}",
        &[
            "specs/x.yaml: GET /things: $ref #/components/parameters/Id does not lead to #/components/schemas/..",
        ],
    );
    refused(
        "{$ref: '#/components/responses/Unavailable'}",
        "{$ref: '#/components/schemas/Thing'}",
        &[
            "specs/x.yaml: GET /about: $ref #/components/schemas/Thing does not lead to #/components/responses/..",
            "specs/x.yaml: response Unavailable: no operation leads to it",
        ],
    );
}

#[test]
fn a_reference_leads_to_a_component_and_not_into_it() {
    refused(
        "items: {$ref: '#/components/schemas/Thing'}",
        "items: {$ref: '#/components/schemas/Thing/properties/shape'}",
        &[
            "specs/x.yaml: GET /things: $ref #/components/schemas/Thing/properties/shape does not lead to #/components/schemas/..",
        ],
    );
}

#[test]
fn nothing_stands_beside_a_reference() {
    refused(
        "        name: {type: string, description: Name of the part.}",
        "        name: {$ref: '#/components/schemas/Kind', description: Kind of the part.}",
        &[
            "specs/x.yaml: schema Part: what stands beside $ref is ignored; a property says allOf: [{$ref: ..}]",
        ],
    );
}

#[test]
fn a_component_that_nothing_uses_is_refused() {
    refused(
        "    Id:\n      name: id",
        "    Other:\n      name: other\n      in: query\n      description: Not used.\n      schema: {type: string}\n\n    Id:\n      name: id",
        &["specs/x.yaml: parameter Other: no operation leads to it"],
    );
    refused(
        "  schemas:\n",
        "  schemas:\n\n    Lost:\n      description: It leads only to itself.\n      type: object\n      properties:\n        more:\n          description: More.\n          type: array\n          items: {$ref: '#/components/schemas/Lost'}\n",
        &["specs/x.yaml: schema Lost: no operation leads to it"],
    );
    refused(
        "  responses:\n\n    Unavailable",
        "  responses:\n\n    Gone:\n      description: Not used.\n\n    Unavailable",
        &["specs/x.yaml: response Gone: no operation leads to it"],
    );
    refused(
        "  parameters:\n\n    Id:",
        "  requestBodies:\n    Lost:\n      required: true\n      description: Not used.\n  parameters:\n\n    Id:",
        &["specs/x.yaml: requestBody Lost: no operation leads to it"],
    );
}
