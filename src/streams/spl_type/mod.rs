//! SPL types: what the tuples of a stream are made of.

mod kind;
mod parse;
mod parts;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use kind::SplKind;
pub use parse::SplTypeError;

use super::spl_literal;
use parts::Parts;

/// A type of SPL, such as the schema of a stream.
///
/// It parses from the text that Streams writes, with blanks wherever SPL allows them, and prints as Streams does. Parsing is the only
/// way to make one, so each is valid: names differ, and no more than [`MAX_DEPTH`](Self::MAX_DEPTH) types stand inside each other.
/// Types that a program defines have no names here: Streams writes what they stand for. JSON carries it as a string.
///
/// ```
/// use headwaters::streams::{SplKind, SplType};
///
/// let schema: SplType = "tuple< rstring name, list<float64>[8] samples >".parse()?;
/// assert_eq!(schema.to_string(), "tuple<rstring name,list<float64>[8] samples>");
///
/// let (name, samples) = schema.attributes().nth(1).unwrap();
/// assert_eq!((name, samples.kind(), samples.bounded_size()), ("samples", SplKind::Blist, Some(8)));
/// assert_eq!(samples.element().map(|element| element.kind()), Some(SplKind::Float64));
/// # Ok::<(), headwaters::streams::SplTypeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SplType {
    kind: SplKind,
    /// 0 where there is none.
    bound: u32,
    parts: Parts,
}

impl SplType {
    /// How many types may stand inside each other, the outermost among them.
    pub const MAX_DEPTH: usize = 64;

    /// Its base kind.
    pub fn kind(&self) -> SplKind {
        self.kind
    }

    /// Names and types of a tuple's attributes, in their order; none of any other type.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = (&str, &SplType)> {
        let attributes = match &self.parts {
            Parts::Attributes(attributes) => attributes.as_slice(),
            _ => &[],
        };
        attributes.iter().map(|(name, of)| (name.as_str(), of))
    }

    /// The type of a tuple's attribute; `None` where it has no such attribute or is not a tuple.
    pub fn attribute(&self, name: &str) -> Option<&SplType> {
        let mut attributes = self.attributes();
        attributes
            .find(|(known, _)| *known == name)
            .map(|(_, of)| of)
    }

    /// The type of a list's or a set's elements, or of the value that an optional may hold; `None` for any other type.
    pub fn element(&self) -> Option<&SplType> {
        match &self.parts {
            Parts::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The type of a map's keys; `None` for any other type.
    pub fn key(&self) -> Option<&SplType> {
        match &self.parts {
            Parts::Entry(entry) => Some(&entry.0),
            _ => None,
        }
    }

    /// The type of a map's values; `None` for any other type.
    pub fn value(&self) -> Option<&SplType> {
        match &self.parts {
            Parts::Entry(entry) => Some(&entry.1),
            _ => None,
        }
    }

    /// How many elements a bounded list, set or map may have, or bytes a bounded string; `None` where there is no bound.
    pub fn bounded_size(&self) -> Option<u32> {
        self.kind.is_bounded().then_some(self.bound)
    }

    /// The names of an enumeration, in their order; none of any other type.
    pub fn possible_values(&self) -> &[String] {
        match &self.parts {
            Parts::Names(names) => names,
            _ => &[],
        }
    }

    /// The URI of the schema of an XML document; `None` where it has none, and for any other type.
    pub fn schema_uri(&self) -> Option<&str> {
        match &self.parts {
            Parts::Schema(uri) => Some(uri),
            _ => None,
        }
    }
}

impl FromStr for SplType {
    type Err = SplTypeError;

    fn from_str(text: &str) -> Result<Self, SplTypeError> {
        parse::parse(text)
    }
}

impl fmt::Display for SplType {
    /// As Streams writes it: `tuple<rstring name,int32 x>`, without a blank after a comma.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.word())?;
        let comma = |at: usize| if at == 0 { "" } else { "," };
        match &self.parts {
            Parts::None => {}
            Parts::Schema(uri) => write!(f, "<{}>", spl_literal::make(uri))?,
            Parts::Names(names) => {
                f.write_str("{")?;
                for (at, name) in names.iter().enumerate() {
                    write!(f, "{}{name}", comma(at))?;
                }
                f.write_str("}")?;
            }
            Parts::Attributes(attributes) => {
                f.write_str("<")?;
                for (at, (name, of)) in attributes.iter().enumerate() {
                    write!(f, "{}{of} {name}", comma(at))?;
                }
                f.write_str(">")?;
            }
            Parts::Element(element) => write!(f, "<{element}>")?,
            Parts::Entry(entry) => write!(f, "<{},{}>", entry.0, entry.1)?,
        }
        match self.bounded_size() {
            Some(size) => write!(f, "[{size}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for SplType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SplType({self})")
    }
}

impl Serialize for SplType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SplType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = SplType;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an SPL type")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SplType, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for SplType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SplType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "examples": ["tuple<rstring name,int32 x>"]})
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> SplType {
        text.parse().unwrap()
    }

    /// Each as the runtime of Streams (its `BaseTypeImpl`) writes it.
    #[test]
    fn every_base_kind_is_read_and_written_as_streams_does() {
        for (text, kind) in [
            ("boolean", "boolean"),
            ("int8", "int8"),
            ("int16", "int16"),
            ("int32", "int32"),
            ("int64", "int64"),
            ("uint8", "uint8"),
            ("uint16", "uint16"),
            ("uint32", "uint32"),
            ("uint64", "uint64"),
            ("float32", "float32"),
            ("float64", "float64"),
            ("decimal32", "decimal32"),
            ("decimal64", "decimal64"),
            ("decimal128", "decimal128"),
            ("complex32", "complex32"),
            ("complex64", "complex64"),
            ("timestamp", "timestamp"),
            ("rstring", "rstring"),
            ("ustring", "ustring"),
            ("rstring[10]", "bstring"),
            ("blob", "blob"),
            ("xml", "xml"),
            (r#"xml<"http://host/a.xsd">"#, "xml"),
            ("enum{red,green}", "enum"),
            ("tuple<rstring name,int32 x>", "tuple"),
            ("list<int32>", "list"),
            ("list<int32>[5]", "blist"),
            ("set<rstring>", "set"),
            ("set<rstring[3]>[5]", "bset"),
            ("map<rstring,tuple<int32 a>>", "map"),
            ("map<rstring,list<int32>[2]>[5]", "bmap"),
            ("optional<timestamp>", "optional"),
        ] {
            assert_eq!(read(text).to_string(), text);
            assert_eq!(read(text).kind().as_str(), kind, "{text}");
        }
    }

    #[test]
    fn blanks_may_stand_between_any_two_words() {
        for (text, plain) in [
            (
                " tuple < rstring  name ,\n\tint32 x > ",
                "tuple<rstring name,int32 x>",
            ),
            ("rstring [ 10 ]", "rstring[10]"),
            ("enum { a , b }", "enum{a,b}"),
            ("xml < \"u\" >", "xml<\"u\">"),
            (
                "map < int8 , list< list<int8>> [ 3 ] > [ 5 ]",
                "map<int8,list<list<int8>>[3]>[5]",
            ),
            ("tuple<list<int32>x>", "tuple<list<int32> x>"),
            ("tuple<rstring[3]x>", "tuple<rstring[3] x>"),
            ("rstring[010]", "rstring[10]"),
            ("tuple< >", "tuple<>"),
        ] {
            assert_eq!(read(text).to_string(), plain);
        }
    }

    #[test]
    fn the_parts_of_a_type_are_there() {
        let schema = read(
            r#"tuple<map<rstring,optional<int8>>[9] m,enum{a,b} e,xml<"a\"\u00e9"> x,int32 int32>"#,
        );
        let names: Vec<_> = schema.attributes().map(|(name, _)| name).collect();
        assert_eq!(names, ["m", "e", "x", "int32"]);
        let map = schema.attribute("m").unwrap();
        assert_eq!(map.bounded_size(), Some(9));
        assert_eq!(map.key().unwrap().kind(), SplKind::Rstring);
        assert_eq!(
            map.value().and_then(SplType::element).unwrap().kind(),
            SplKind::Int8
        );
        assert_eq!(schema.attribute("e").unwrap().possible_values(), ["a", "b"]);
        assert_eq!(schema.attribute("x").unwrap().schema_uri(), Some("a\"é"));
        assert_eq!(schema.attribute("y"), None);
    }

    #[test]
    fn a_type_has_none_of_the_parts_of_another() {
        let plain = read("int32");
        assert_eq!(plain.attributes().len(), 0);
        assert!(plain.possible_values().is_empty());
        assert_eq!(
            (plain.element(), plain.key(), plain.value()),
            (None, None, None)
        );
        assert_eq!((plain.bounded_size(), plain.schema_uri()), (None, None));
        assert_eq!(read("xml").schema_uri(), None);
        assert_eq!(read("rstring[0]").bounded_size(), Some(0));
    }

    #[test]
    fn json_carries_the_text() {
        let schema = read("tuple<int32 x>");
        assert_eq!(
            serde_json::to_string(&schema).unwrap(),
            r#""tuple<int32 x>""#
        );
        assert_eq!(
            serde_json::from_str::<SplType>(r#""tuple< int32 x >""#).unwrap(),
            schema
        );
        assert!(serde_json::from_str::<SplType>("\"x\"").is_err());
        assert_eq!(format!("{schema:?}"), "SplType(tuple<int32 x>)");
    }

    fn plain(kind: SplKind, parts: Parts) -> SplType {
        SplType {
            kind,
            bound: 0,
            parts,
        }
    }

    fn names(prefix: &str, count: usize) -> Vec<String> {
        (0..count).map(|at| format!("{prefix}{at}")).collect()
    }

    fn bounded(of: SplType, bound: Option<u32>) -> SplType {
        match (of.kind.bounded(), bound) {
            (Some(kind), Some(bound)) => SplType { kind, bound, ..of },
            _ => of,
        }
    }

    /// Any type, built without the parser.
    fn any_type() -> impl Strategy<Value = SplType> {
        let simple = (0..SplKind::Xml as usize)
            .prop_map(|at| {
                SplKind::of_word(
                    [
                        "boolean",
                        "int8",
                        "int16",
                        "int32",
                        "int64",
                        "uint8",
                        "uint16",
                        "uint32",
                        "uint64",
                        "float32",
                        "float64",
                        "decimal32",
                        "decimal64",
                        "decimal128",
                        "complex32",
                        "complex64",
                        "timestamp",
                        "rstring",
                        "ustring",
                        "blob",
                        "xml",
                    ][at],
                )
            })
            .prop_map(|kind| plain(kind.unwrap(), Parts::None));
        let bound = || proptest::option::of(0..=i32::MAX as u32);
        let leaf = prop_oneof![
            4 => (simple, bound()).prop_map(|(of, bound)| bounded(of, bound)),
            1 => any::<String>().prop_map(|uri| plain(SplKind::Xml, Parts::Schema(uri))),
            1 => (1usize..4).prop_map(|count| plain(SplKind::Enum, Parts::Names(names("_v", count)))),
        ];
        leaf.prop_recursive(5, 40, 4, move |inner| {
            let element = |of| Parts::Element(Box::new(of));
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(|types| {
                    let attributes = names("list", types.len()).into_iter().zip(types).collect();
                    plain(SplKind::Tuple, Parts::Attributes(attributes))
                }),
                (inner.clone(), bound())
                    .prop_map(move |(of, bound)| bounded(plain(SplKind::List, element(of)), bound)),
                (inner.clone(), bound())
                    .prop_map(move |(of, bound)| bounded(plain(SplKind::Set, element(of)), bound)),
                inner
                    .clone()
                    .prop_map(move |of| plain(SplKind::Optional, element(of))),
                (inner.clone(), inner, bound()).prop_map(|(key, value, bound)| {
                    bounded(
                        plain(SplKind::Map, Parts::Entry(Box::new((key, value)))),
                        bound,
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_type_comes_back_from_its_text(of in any_type()) {
            prop_assert_eq!(read(&of.to_string()), of);
        }

        #[test]
        fn blanks_change_nothing(of in any_type().prop_filter("blanks in a URI stay", |of| !of.to_string().contains('"'))) {
            let text = of.to_string();
            let wide = [',', '<', '>', '[', ']', '{', '}'].into_iter()
                .fold(text, |text, symbol| text.replace(symbol, &format!(" {symbol}\n")));
            prop_assert_eq!(read(&wide), of);
        }

        #[test]
        fn no_text_panics_and_what_is_read_is_a_fixed_point(
            text in r#"((tuple|list|map|set|optional|xml|enum|rstring|int8|a1|_|é)?[ <>{}\[\],"'\\u0-9]{0,2}){0,12}"#
        ) {
            match text.parse::<SplType>() {
                Ok(of) => prop_assert_eq!(read(&of.to_string()), of),
                Err(error) => prop_assert!(text.is_char_boundary(error.position())),
            }
        }

        #[test]
        fn no_text_of_any_characters_panics(text in any::<String>()) {
            let _ = text.parse::<SplType>();
        }
    }
}
