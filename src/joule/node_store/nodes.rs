//! The text of `nodes.json`.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::{RawValue, to_raw_value};

use super::entry::NodeEntry;

/// The entries of `nodes.json`, each with its text, so that what others keep in it stays as it is, byte by byte.
pub(super) struct Nodes<'a>(Vec<(NodeEntry, Text<'a>)>);

/// How an entry stands in the file.
#[derive(Serialize)]
#[serde(untagged)]
enum Text<'a> {
    Kept(&'a RawValue),
    Made(Members),
}

/// The members of an object in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'a> Nodes<'a> {
    pub(super) fn parse(text: &'a str) -> serde_json::Result<Self> {
        // Two readings: an error of the first one says where in the file it is.
        let entries: Vec<NodeEntry> = serde_json::from_str(text)?;
        let texts: Vec<&RawValue> = serde_json::from_str(text)?;
        let texts = texts.into_iter().map(Text::Kept);
        Ok(Self(entries.into_iter().zip(texts).collect()))
    }

    /// Whether all of the text is there: not so of a file that is just being written.
    pub(super) fn is_whole(text: &str) -> bool {
        serde_json::from_str::<IgnoredAny>(text).is_ok()
    }

    /// One entry of each name, in the order of their first ones. The last one counts, as in the Python client.
    pub(super) fn entries(&self) -> Vec<NodeEntry> {
        let mut entries: Vec<NodeEntry> = Vec::new();
        for (entry, _) in &self.0 {
            match entries.iter_mut().find(|seen| seen.is_called(&entry.name)) {
                Some(seen) => *seen = entry.clone(),
                None => entries.push(entry.clone()),
            }
        }
        entries
    }

    /// Puts the entry in the place of the first one of its name, and removes others of this name.
    pub(super) fn save(&mut self, node: &NodeEntry) -> serde_json::Result<()> {
        // The one that counts so far is the one that other programs have added members to.
        let kept = self
            .0
            .iter()
            .rfind(|(entry, _)| entry.is_called(&node.name));
        let text = match kept {
            Some((entry, Text::Kept(text))) if entry == node => Text::Kept(text),
            Some((_, Text::Kept(text))) => Text::Made(Members::of(text)?.with(node)?),
            _ => Text::Made(Members(Vec::new()).with(node)?),
        };
        let place = self
            .0
            .iter()
            .position(|(entry, _)| entry.is_called(&node.name));
        self.delete(&node.name);
        self.0
            .insert(place.unwrap_or(self.0.len()), (node.clone(), text));
        Ok(())
    }

    /// Whether there was one of this name.
    pub(super) fn delete(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(entry, _)| !entry.is_called(name));
        self.0.len() < before
    }

    /// Indented by two, as the Python client writes it.
    pub(super) fn to_text(&self) -> serde_json::Result<String> {
        let texts: Vec<_> = self.0.iter().map(|(_, text)| text).collect();
        serde_json::to_string_pretty(&texts)
    }
}

impl Members {
    fn of(text: &RawValue) -> serde_json::Result<Self> {
        serde_json::from_str(text.get())
    }

    /// What the entry says; other members stay.
    fn with(mut self, node: &NodeEntry) -> serde_json::Result<Self> {
        let NodeEntry { name, url, key } = node;
        for (member, value) in [("name", name.as_str()), ("url", url), ("key", key.expose())] {
            let value = to_raw_value(value)?;
            match self.0.iter_mut().find(|(kept, _)| kept == member) {
                Some((_, kept)) => *kept = value,
                None => self.0.push((member.to_owned(), value)),
            }
        }
        Ok(self)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> NodeEntry {
        NodeEntry::new(name, format!("http://{name}"), format!("key of {name}"))
    }

    fn saved(text: &str, entry: &NodeEntry) -> String {
        let mut nodes = Nodes::parse(text).unwrap();
        nodes.save(entry).unwrap();
        nodes.to_text().unwrap()
    }

    /// As `json.dump(nodes, file, indent=2)` of Python 3.13 writes it, with members that no version of the client knows.
    const OTHERS: &str = r#"[
  {
    "since": 123456789012345678901234567890,
    "name": "caf\u00e9",
    "url": "http://c",
    "key": "k",
    "weight": 1.50e+400,
    "site": {
      "z": [],
      "a": -0.0
    }
  },
  {
    "name": "y",
    "url": "http://y",
    "key": "key of y"
  }
]"#;

    #[test]
    fn entries_of_others_stay_as_they_are() {
        assert_eq!(saved(OTHERS, &node("y")), OTHERS);
        let with_z = saved(OTHERS, &node("z"));
        let z = r#",
  {
    "name": "z",
    "url": "http://z",
    "key": "key of z"
  }
]"#;
        assert_eq!(with_z, OTHERS.strip_suffix("\n]").unwrap().to_owned() + z);
        let mut nodes = Nodes::parse(&with_z).unwrap();
        assert!(nodes.delete("z"));
        assert!(!nodes.delete("z"));
        assert_eq!(nodes.to_text().unwrap(), OTHERS);
    }

    #[test]
    fn members_that_others_have_added_stay_in_an_entry_that_is_replaced() {
        let moved = saved(OTHERS, &NodeEntry::new("café", "http://new", "fresh"));
        let expected = OTHERS
            .replace("caf\\u00e9", "café")
            .replace("http://c", "http://new")
            .replace(r#""key": "k""#, r#""key": "fresh""#);
        assert_eq!(moved, expected);
    }

    #[test]
    fn the_last_entry_of_a_name_counts_and_takes_the_place_of_the_first() {
        let text = r#"[{"name": "x", "url": "1", "key": ""}, {"name": "y", "url": "2", "key": ""},
            {"name": "\tx ", "url": "3", "key": "", "more": 1}]"#;
        let urls = |text: &str| -> Vec<String> {
            let entries = Nodes::parse(text).unwrap().entries();
            entries.into_iter().map(|entry| entry.url).collect()
        };
        assert_eq!(urls(text), ["3", "2"]);
        let saved = saved(text, &NodeEntry::new("x", "4", ""));
        assert_eq!(urls(&saved), ["4", "2"]);
        assert_eq!(saved.matches("\"name\"").count(), 2, "{saved}");
        assert!(saved.contains("\"more\": 1"), "{saved}");
        let mut nodes = Nodes::parse(text).unwrap();
        nodes.delete("x");
        assert_eq!(nodes.entries().len(), 1);
    }

    #[test]
    fn no_beginning_of_a_list_is_the_whole() {
        assert!(Nodes::is_whole(OTHERS));
        for end in 0..OTHERS.len() {
            assert!(!Nodes::is_whole(&OTHERS[..end]), "{end}");
        }
    }
}
