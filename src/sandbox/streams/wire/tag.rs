//! The beginning of an element in XML, and as much of the format as it takes to find it.

use std::collections::BTreeMap;

/// What stands between elements, from its beginning to its end.
const ASIDE: [(&str, &str); 3] = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];

/// The attributes of the first element of this name, whatever its prefix.
pub(super) fn attributes(document: &str, name: &str) -> Option<BTreeMap<String, String>> {
    let mut rest = document;
    loop {
        let (_, after) = rest.split_once('<')?;
        let mut asides = ASIDE.iter();
        let aside = asides.find_map(|(begin, end)| Some((after.strip_prefix(begin)?, *end)));
        if let Some((inside, end)) = aside {
            (_, rest) = inside.split_once(end)?;
            continue;
        }
        let length = after.find(|letter: char| letter.is_whitespace() || "/>".contains(letter))?;
        let (found, inside) = after.split_at(length);
        if found.rsplit(':').next() == Some(name) {
            return read(inside);
        }
        rest = inside;
    }
}

/// Reads attributes up to the end of their tag.
fn read(mut rest: &str) -> Option<BTreeMap<String, String>> {
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['/', '>']) {
            return Some(attributes);
        }
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = ['"', '\'']
            .into_iter()
            .find(|quote| after.starts_with(*quote))?;
        let (value, after) = after.strip_prefix(quote)?.split_once(quote)?;
        attributes.insert(name.trim_end().to_owned(), unescaped(value)?);
        rest = after;
    }
}

/// With characters in the places of the references to them.
fn unescaped(text: &str) -> Option<String> {
    let mut pieces = text.split('&');
    let mut unescaped = pieces.next()?.to_owned();
    for piece in pieces {
        let (reference, after) = piece.split_once(';')?;
        unescaped.push(character(reference)?);
        unescaped.push_str(after);
    }
    Some(unescaped)
}

fn character(reference: &str) -> Option<char> {
    let named = match reference {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "lt" => '<',
        "quot" => '"',
        _ => {
            let code = reference.strip_prefix('#')?;
            let code = match code.strip_prefix('x') {
                Some(code) => u32::from_str_radix(code, 16),
                None => code.parse(),
            };
            return char::from_u32(code.ok()?);
        }
    };
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(document: &str) -> Option<Vec<(String, String)>> {
        Some(attributes(document, "toolkit")?.into_iter().collect())
    }

    #[test]
    fn attributes_are_read_as_xml_has_them() {
        for (document, expected) in [
            ("<toolkit/>", vec![]),
            ("<toolkit>", vec![]),
            (
                "<a><toolkit\n  name = 'x'\tversion=\"1\"/></a>",
                vec![("name", "x"), ("version", "1")],
            ),
            ("<t:toolkit name='a>b/\"'>", vec![("name", "a>b/\"")]),
            (
                "<toolkit name='&amp;&lt;&gt;&quot;&apos;&#65;&#x42;;'>",
                vec![("name", "&<>\"'AB;")],
            ),
            ("<?x <toolkit a='1'/>?><toolkit a='2'/>", vec![("a", "2")]),
            (
                "<!--> <toolkit a='1'/> --><toolkit a='2'/>",
                vec![("a", "2")],
            ),
            (
                "<b><![CDATA[<toolkit a='1'/>]]></b><toolkit a='2'/>",
                vec![("a", "2")],
            ),
            (
                "<toolkitModel a='1'/><toolkits a='1'/><toolkit a='2'/>",
                vec![("a", "2")],
            ),
        ] {
            let pairs = expected.into_iter();
            let expected = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(of(document), Some(expected.collect()), "{document}");
        }
    }

    #[test]
    fn what_is_no_such_element_has_no_attributes() {
        for document in [
            "",
            "<",
            "toolkit name='x'",
            "</toolkit>",
            "<toolkit name='x'",
            "<toolkit name=x>",
            "<toolkit name>",
            "<toolkit name='x>",
            "<toolkit name='&x;'>",
            "<toolkit name='&amp'>",
            "<toolkit name='&#xD800;'>",
            "<!-- <toolkit name='x'> ",
        ] {
            assert_eq!(of(document), None, "{document}");
        }
    }
}
