//! What filters take, row by row, as the platform's documents say; where they say nothing, as `Filter::matches` does.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::flowthings::{Filter, mem};

/// A minute after the drop below was created.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_060_000)
}

fn meter() -> Value {
    json!({
        "id": "d0123456789abcdef01234567",
        "flowId": "f0123456789abcdef01234567",
        "path": "/acc/meter",
        "creationDate": 1_000_000,
        "displayName": "Meter 1",
        "location": {"lat": 40.703987, "lon": -73.986759, "specifiers": {}},
        "elems": {
            "foo": 12,
            "same": 12.0,
            "neg": -7,
            "ratio": 0.5,
            "big": 9_007_199_254_740_993_u64,
            "largest": u64::MAX,
            "huge": 1e30,
            "bar": "on",
            "path": "inner",
            "flag": true,
            "off": false,
            "nothing": null,
            "list": ["a", "b", 3, {"type": "string", "value": "t"}],
            "map": {"x": 1, "y": {"z": "deep"}},
            "lines": "one\ntwo",
            "digits": "٣",
            "size": {"type": "integer", "value": 7},
            "text": {"type": "string", "value": "it's"},
            "when": {"type": "date", "value": 900_000},
            "place": {"type": "location", "value": {"lat": 51.5, "lon": 0}},
            "tags": {"type": "set", "value": ["red", "blue"]},
            "unit": {"type": "si", "value": "kW", "of": "power"},
            "größe": 5
        }
    })
}

#[rustfmt::skip]
const ROWS: [(&str, bool); 131] = [
    // Names.
    ("elems.foo == 12", true),
    ("foo == 12", true),
    ("foo.x == 12", false),
    ("displayName == 'Meter 1'", true),
    ("elems.displayName == 'Meter 1'", false),
    ("path == '/acc/meter'", true),
    ("elems.path == 'inner'", true),
    ("path == 'inner'", false),
    ("map.x == 1", true),
    ("elems.map.y.z == 'deep'", true),
    ("map.y == 'deep'", false),
    ("list.0 == 'a'", true),
    ("elems.list.2 == 3", true),
    ("list.3 == 't'", true),
    ("list.4 == 'a'", false),
    ("list.x == 'a'", false),
    ("größe == 5", true),
    ("location.lat > 40", true),
    // Elements with their type.
    ("size == 7", true),
    ("elems.size > 6", true),
    ("elems.size.value == 7", true),
    ("elems.size.type == 'integer'", true),
    ("text == \"it's\"", true),
    ("place.lat == 51.5", true),
    ("unit == 'kW'", false),
    ("unit.value == 'kW'", true),
    // Numbers, by their value.
    ("foo == 12.0", true),
    ("same == 12", true),
    ("foo != 12", false),
    ("foo != 13", true),
    ("foo < 12", false),
    ("foo <= 12", true),
    ("foo > 11.999", true),
    ("foo >= 12.0001", false),
    ("neg < -6", true),
    ("neg == -7", true),
    ("ratio == 0.5", true),
    ("ratio > 0", true),
    ("ratio < 1", true),
    ("big == 9007199254740993", true),
    ("big == 9007199254740992.0", false),
    ("big > 9007199254740992.0", true),
    ("big < 9007199254740994.0", true),
    ("largest == 18446744073709551615", true),
    ("largest < 18446744073709551616.0", true),
    ("largest < 18446744073709551616", true),
    ("huge == 1000000000000000019884624838656", true),
    ("huge == 1000000000000000000000000000000", false),
    ("huge > 1000000000000000000000000000000", true),
    ("huge < 1e+31", true),
    ("huge < 10000000000000000000000000000000000000000000", true),
    ("huge > -10000000000000000000000000000000000000000000", true),
    // Texts and booleans.
    ("bar == 'on'", true),
    ("bar == 'On'", false),
    ("bar != 'off'", true),
    ("bar < 'onward'", true),
    ("bar > 'off'", true),
    ("flag == true", true),
    ("flag != true", false),
    ("off == false", true),
    ("off != true", true),
    ("flag > false", false),
    // Of different types.
    ("foo == '12'", false),
    ("foo != '12'", true),
    ("bar > 1", false),
    ("bar < 1", false),
    ("flag == 1", false),
    ("list == 'a'", false),
    ("list != 'a'", true),
    // Members that are missing.
    ("missing == 1", false),
    ("missing != 1", false),
    ("missing < 1", false),
    ("nothing == 1", false),
    ("nothing != 1", false),
    ("NOT missing == 1", true),
    ("missing IN [1]", false),
    ("missing =~ //", false),
    ("missing % 2 != 1", false),
    // Members beside members.
    ("foo == same", true),
    ("foo > ratio", true),
    ("elems.bar < displayName", false),
    ("foo == missing", false),
    ("foo != missing", false),
    ("size == map.x", false),
    ("list == list", true),
    // Remainders.
    ("foo % 5 == 2", true),
    ("foo % 5 != 2", false),
    ("neg % 3 == -1", true),
    ("neg % 3 == 2", false),
    ("ratio % 0.2 != 0", true),
    ("bar % 2 == 0", false),
    // Regular expressions: they are found.
    ("bar =~ /n/", true),
    ("bar =~ /^n/", false),
    ("bar =~ /N/", false),
    ("bar =~ /N/i", true),
    ("path =~ /^\\/acc/", true),
    ("lines =~ /^two$/", false),
    ("lines =~ /^two$/m", true),
    ("lines =~ /one.two/", false),
    ("lines =~ /one.two/s", true),
    ("foo =~ /12/", false),
    ("digits =~ /\\d/", false),
    // Lists.
    ("foo IN [1,12,3]", true),
    ("bar IN ['off','on']", true),
    ("bar IN []", false),
    ("foo IN ['12']", false),
    ("foo IN [1,same]", true),
    ("list CONTAINS ['a',3]", true),
    ("list CONTAINS ['a',4]", false),
    ("list CONTAINS ['t']", true),
    ("tags CONTAINS ['red','blue']", true),
    ("bar CONTAINS ['on']", false),
    // Places.
    ("location WITHIN 1 KM OF [40.7,-73.98]", true),
    ("location WITHIN 0.5 KM OF [40.7,-73.98]", false),
    ("location WITHIN 0.5 MILES OF [40.7,-73.98]", true),
    ("place WITHIN 1 KM OF [51.5,0]", true),
    ("bar WITHIN 1 KM OF [51.5,0]", false),
    // What there is.
    ("EXISTS elems.foo", true),
    ("EXISTS nothing", false),
    ("HAS date", true),
    ("HAS integer", true),
    ("HAS long", true),
    ("HAS float", true),
    ("HAS email", false),
    ("MATCHES /^it/", true),
    ("MATCHES /Meter/", false),
    // Ages: the drop's is 60,000 ms, that of `when` 160,000.
    ("AGE == 60000 && AGE < 60001", true),
    ("AGE('when') >= 160000 && NOT AGE('bar') > 1", true),
    // NOT before AND before OR.
    ("foo == 12 || foo == 1 && foo == 2", true),
    ("NOT foo == 1 && foo == 2", false),
    ("NOT (foo == 1 && foo == 2)", true),
];

#[test]
fn each_row_takes_what_it_should() {
    let drop = meter();
    for (text, takes) in ROWS {
        let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let taken = filter.matches_at(&drop, now());
        assert_eq!(taken, Ok(takes), "{text}");
        let explanation = filter.explain_at(&drop, now()).unwrap();
        assert_eq!(explanation.matches(), takes, "{text}");
        assert!(!explanation.decisive().is_empty(), "{text}");
    }
}

#[test]
fn what_is_not_a_drop_has_its_members_at_the_top() {
    for (object, text, takes) in [
        (
            json!({"displayName": "foo", "public": true}),
            "displayName == 'foo' && public == true",
            true,
        ),
        (
            json!({"source": "/a", "destination": ["/b", "/c"]}),
            "destination CONTAINS ['/c']",
            true,
        ),
        (json!({}), "HAS string || MATCHES // || AGE > 1", false),
        (
            json!({"elems": {"a": 1.5, "b": 1, "c": [], "d": {}, "e": null}}),
            "HAS float && HAS integer && HAS list && HAS map",
            true,
        ),
        // A whole number is what it would be with its type: 32 bits are an integer.
        (
            json!({"elems": {"a": 2_147_483_647, "b": -2_147_483_648_i64}}),
            "HAS integer && NOT HAS long",
            true,
        ),
        (
            json!({"elems": {"a": 2_147_483_648_i64}}),
            "HAS long && NOT HAS integer",
            true,
        ),
        (
            json!({"elems": {"a": u64::MAX}}),
            "HAS long && NOT HAS integer",
            true,
        ),
        (
            json!({"elems": {"a": {"type": "long", "value": 5}}}),
            "HAS long && NOT HAS integer",
            true,
        ),
        (
            json!({"elems": {"a": null}}),
            "HAS string || HAS boolean || EXISTS a",
            false,
        ),
        (json!({"a": null, "elems": {"a": 1}}), "a == 1", true),
        (
            json!({"elems": {"type": "x", "value": 5}}),
            "type == 'x' && elems.value == 5",
            true,
        ),
        // Elements with these names make no value of the whole.
        (
            json!({"elems": {"type": "float", "value": {"value": 5}}}),
            "elems == 5 || elems.value == 5 || value == 5",
            false,
        ),
        (
            json!({"elems": {"type": "float", "value": {"value": 5}}}),
            "elems.value.value == 5 && value.value == 5 && HAS string && HAS map",
            true,
        ),
        // Nor is a member beside the elements a value with its type.
        (
            json!({"status": {"type": "integer", "value": 7}}),
            "status == 7 || NOT status.value == 7",
            false,
        ),
        (
            json!({"elems": {"status": {"type": "integer", "value": 7}}}),
            "status == 7 && elems.status == 7 && status.type == 'integer'",
            true,
        ),
        (
            json!({"elems": {"a": null}, "description": null}),
            "EXISTS elems.a || EXISTS description || EXISTS flowId",
            false,
        ),
        // What is in an element may have its type too, whatever it is compared with.
        (
            json!({"elems": {"b": {"type": "list", "value": [{"type": "string", "value": "t"}]}, "c": ["t"]}}),
            "b == c && c == b && b CONTAINS ['t']",
            true,
        ),
        (
            json!({"elems": {"b": {"type": "list", "value": [{"type": "string", "value": "t"}]}, "c": ["t"]}}),
            "b != c || c != b",
            false,
        ),
        (
            json!({"elems": {"m": {"x": {"type": "integer", "value": 3}, "y": [[{"type": "float", "value": 1}]]}, "n": {"x": 3, "y": [[1]]}}}),
            "m == n && n == m && m.x == n.x",
            true,
        ),
        (
            json!({"elems": {"m": {"x": {"type": "integer", "value": 3}}, "n": {"x": 4}}}),
            "m == n || NOT m != n",
            false,
        ),
        // Beside the elements nothing has a type, on whichever side it stands.
        (
            json!({"top": [{"type": "string", "value": "t"}], "elems": {"c": ["t"]}}),
            "top == c || c == top",
            false,
        ),
        (json!({"creationDate": -1.5}), "AGE == 1060001.5", true),
        (json!(null), "a == 1", false),
        (json!([1, 2]), "EXISTS a", false),
        (
            json!({"a": [1.0, {"b": 2}], "c": [1, {"b": 2.0}], "d": [1]}),
            "a == c && a != d",
            true,
        ),
    ] {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(
            filter.matches_at(&object, now()),
            Ok(takes),
            "{text} {object}"
        );
    }
}

#[test]
fn what_cannot_be_evaluated_here_is_named_whatever_the_object_is() {
    for (text, reason) in [
        (
            "a =~ /(?=b)/",
            "/(?=b)/ cannot be evaluated here: look-ahead is not supported",
        ),
        (
            "a =~ /(?!b)/",
            "/(?!b)/ cannot be evaluated here: look-ahead is not supported",
        ),
        (
            "a =~ /(?<=b)/",
            "/(?<=b)/ cannot be evaluated here: look-behind is not supported",
        ),
        (
            "a =~ /(?<!b)/",
            "/(?<!b)/ cannot be evaluated here: look-behind is not supported",
        ),
        (
            "a =~ /(?>b)/",
            "/(?>b)/ cannot be evaluated here: an atomic group is not supported",
        ),
        (
            "a =~ /b*+/",
            "/b*+/ cannot be evaluated here: the possessive quantifier *+ is not supported",
        ),
        (
            "a =~ /b{2}+/",
            "/b{2}+/ cannot be evaluated here: the possessive quantifier }+ is not supported",
        ),
        (
            r"a =~ /(b)\1/",
            r"/(b)\1/ cannot be evaluated here: the reference back \1 is not supported",
        ),
        (
            r"a =~ /\Gb/",
            r"/\Gb/ cannot be evaluated here: \G is not supported",
        ),
        (
            r"a =~ /\Qb\E/",
            r"/\Qb\E/ cannot be evaluated here: \Q is not supported",
        ),
        (
            r"a =~ /\p{Alpha}/",
            r"/\p{Alpha}/ cannot be evaluated here: \p{Alpha} is not supported",
        ),
        (
            "a =~ /(?s)b/",
            "/(?s)b/ cannot be evaluated here: (?s is not supported",
        ),
        (
            "a =~ /[a--b]/",
            "/[a--b]/ cannot be evaluated here: the range a-- has nothing in it",
        ),
        (
            "a =~ /[b/",
            "/[b/ cannot be evaluated here: a class in brackets does not end",
        ),
        (
            "a =~ /b/q",
            "/b/q cannot be evaluated here: the flag 'q' is not known",
        ),
        ("a =~ /(b/", "/(b/ cannot be evaluated here: unclosed group"),
        (
            "true1 == 1 || NOT MATCHES /(/",
            "/(/ cannot be evaluated here: unclosed group",
        ),
        (
            "a == 1 && location WITHIN 5 KM OF [ZIP=11204]",
            "[ZIP=11204] cannot be evaluated here: only the platform knows where that is",
        ),
    ] {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(filter.check(), Ok(()), "{text}");
        for object in [json!({}), json!({"a": "b", "true1": 1})] {
            assert_eq!(filter.matches(&object).unwrap_err().to_string(), reason);
            assert_eq!(filter.explain(&object).unwrap_err().to_string(), reason);
        }
    }
    let raw = Filter::raw("x ~~ 1") | mem("a").eq(1);
    assert_eq!(
        raw.matches(&json!({"a": 1})).unwrap_err().to_string(),
        "a raw text cannot be evaluated here"
    );
}

#[test]
fn an_explanation_names_the_clauses_that_decided() {
    let drop = meter();
    for (text, lines) in [
        ("foo > 13 && bar == 'on'", "foo > 13 is false: foo is 12"),
        (
            "foo > 11 && bar == 'on'",
            "foo > 11 is true: foo is 12\nbar == 'on' is true: bar is \"on\"",
        ),
        ("foo > 13 || size == 7", "size == 7 is true: size is 7"),
        (
            "foo > 13 || missing == 7",
            "foo > 13 is false: foo is 12\nmissing == 7 is false: missing is missing",
        ),
        (
            "NOT (foo == 12 || bar == 'x')",
            "foo == 12 is true: foo is 12",
        ),
        ("foo < same", "foo < same is false: foo is 12, same is 12.0"),
        (
            "foo IN [1,ratio]",
            "foo IN [1,ratio] is false: foo is 12, ratio is 0.5",
        ),
        ("AGE > 70000", "AGE > 70000 is false: the age is 60000 ms"),
        (
            "AGE('bar') > 1",
            "AGE('bar') > 1 is false: bar is not a time",
        ),
        (
            "bar WITHIN 1 KM OF [0,0]",
            "bar WITHIN 1 KM OF [0,0] is false: bar has no numbers lat and lon",
        ),
        (
            // A degree of longitude at the equator of a sphere of 6371.0088 km.
            "place WITHIN 1 KM OF [51.5,0]",
            "place WITHIN 1 KM OF [51.5,0] is true: place is 0.000 km away",
        ),
    ] {
        let why = Filter::parse(text)
            .unwrap()
            .explain_at(&drop, now())
            .unwrap();
        assert_eq!(why.to_string(), lines, "{text}");
    }
    let why = Filter::parse("foo == 12 && NOT bar == 'on'")
        .unwrap()
        .explain(&drop)
        .unwrap();
    assert!(!why.matches());
    assert_eq!(why.clause(), "(foo == 12) && (NOT bar == 'on')");
    assert_eq!(why.reason(), "");
    let [first, second] = why.parts() else {
        panic!("{why:?}")
    };
    assert!(first.matches() && !second.matches());
    assert_eq!(first.reason(), "foo is 12");
    assert_eq!(second.parts().len(), 1);

    let long = json!({"elems": {"a": "x".repeat(1_000)}});
    let why = Filter::parse("HAS date").unwrap().explain(&long).unwrap();
    assert!(why.to_string().len() < 200, "{why}");
    let why = Filter::parse("HAS date")
        .unwrap()
        .explain(&json!({}))
        .unwrap();
    assert_eq!(why.to_string(), "HAS date is false: there are no elements");
}

/// A degree of a great circle is 111.195 km on a sphere of 6371.0088 km.
#[test]
fn distances_are_those_of_a_sphere() {
    let at = |lat: f64, lon: f64| json!({"location": {"lat": lat, "lon": lon}});
    for (drop, text, takes) in [
        (at(0.0, 1.0), "location WITHIN 111.2 KM OF [0,0]", true),
        (at(0.0, 1.0), "location WITHIN 111.19 KM OF [0,0]", false),
        (at(1.0, 0.0), "location WITHIN 69.1 MILES OF [0,0]", true),
        (at(1.0, 0.0), "location WITHIN 69.0 MILES OF [0,0]", false),
        (at(0.0, 179.5), "location WITHIN 112 KM OF [0,-179.5]", true),
        (at(60.0, 1.0), "location WITHIN 56 KM OF [60,0]", true),
        (at(0.0, 180.0), "location WITHIN 20016 KM OF [0,0]", true),
        (at(0.0, 180.0), "location WITHIN 20015 KM OF [0,0]", false),
    ] {
        assert_eq!(
            Filter::parse(text).unwrap().matches(&drop),
            Ok(takes),
            "{text}"
        );
    }
}
