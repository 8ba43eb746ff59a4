//! The items of a list that is a member of an object, one after the other, each with its text.

use serde::{Deserialize, de::IgnoredAny};

/// The items of a list, as far as they are still to be read.
///
/// The text is read once, and only as far as it is JSON that serde_json reads without help: what is deeper, or no JSON at all, has no
/// items here, and [`decode`](super::decode) reads it or says what is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Items<'a> {
    rest: &'a str,
    is_over: bool,
}

impl<'a> Items<'a> {
    /// The items of the list that this member of the object is.
    pub(crate) fn of(text: &'a str, member: &str) -> Option<Self> {
        let mut items = Self {
            rest: text,
            is_over: false,
        };
        items.take('{')?;
        while items.name()? != member {
            items.value::<IgnoredAny>()?;
            items.take(',')?;
        }
        items.take('[')?;
        items.is_over = items.take(']').is_some();
        Some(items)
    }

    /// Whether all have been read.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next item and its text. Where it is of another type, it is still the next one.
    pub(crate) fn read<T: Deserialize<'a>>(&mut self) -> Option<(T, &'a str)> {
        if self.is_over {
            return None;
        }
        let mut after = *self;
        let start = after.trimmed();
        let value = after.value()?;
        let text = start.get(..start.len().checked_sub(after.rest.len())?)?;
        after.is_over = after.take(',').is_none();
        if after.is_over {
            after.take(']')?;
        }
        *self = after;
        Some((value, text))
    }

    /// Nothing where there are more items, or where the text does not end as an object that has this member once.
    pub(crate) fn end(mut self, member: &str) -> Option<()> {
        if !self.is_over {
            return None;
        }
        while self.take(',').is_some() {
            if self.name()? == member {
                return None;
            }
            self.value::<IgnoredAny>()?;
        }
        self.take('}')?;
        self.trimmed().is_empty().then_some(())
    }

    /// The name of the next member.
    fn name(&mut self) -> Option<String> {
        let name = self.value()?;
        self.take(':')?;
        Some(name)
    }

    fn value<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter();
        let value = values.next()?.ok()?;
        self.rest = self.rest.get(values.byte_offset()..)?;
        Some(value)
    }

    fn take(&mut self, token: char) -> Option<()> {
        self.rest = self.trimmed().strip_prefix(token)?;
        Some(())
    }

    fn trimmed(&self) -> &'a str {
        match self.rest.as_bytes() {
            // Mostly there is nothing to trim.
            [byte, ..] if *byte > b' ' => self.rest,
            _ => self.rest.trim_start_matches([' ', '\t', '\n', '\r']),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::Json;

    #[derive(Deserialize)]
    struct Listed {
        list: Vec<Json>,
    }

    fn texts(text: &str) -> Option<Vec<String>> {
        let (mut items, mut texts) = (Items::of(text, "list")?, Vec::new());
        while !items.is_over() {
            texts.push(items.read::<IgnoredAny>()?.1.to_owned());
        }
        items.end("list")?;
        Some(texts)
    }

    #[test]
    fn items_have_their_texts_as_they_stand() {
        let text = r#" { "a" : [1], "list" : [ {"b": "]"} ,2,[ ] , "x,\"" ] , "total": 3 } "#;
        let expected = [r#"{"b": "]"}"#, "2", "[ ]", r#""x,\"""#];
        assert_eq!(texts(text).unwrap(), expected);
        assert_eq!(texts(r#"{"list":[]}"#).unwrap(), [""; 0]);
    }

    #[test]
    fn an_item_of_another_type_is_still_the_next_one() {
        let mut items = Items::of(r#"{"list": ["a", 1]}"#, "list").unwrap();
        assert!(items.read::<i64>().is_none());
        assert_eq!(items.read::<String>().unwrap().0, "a");
        assert!(items.end("list").is_none());
        assert_eq!(items.read::<i64>().unwrap(), (1, "1"));
        assert!(items.read::<i64>().is_none());
    }

    #[test]
    fn what_is_no_such_object_has_no_items() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"list": null}"#,
            r#"{"other": []}"#,
            r#"{"list": [1}"#,
            r#"{"list": [1,]}"#,
            r#"{"list": [,1]}"#,
            r#"{"list": [1 2]}"#,
            r#"{"list": [1]"#,
            r#"{"list": [1]} x"#,
            r#"{"list": [1],}"#,
            r#"{"list": [1], 2}"#,
            r#"{"list": [1], "list": [2]}"#,
            r#"{list: [1]}"#,
        ] {
            assert_eq!(texts(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_has_the_items_that_serde_json_finds_or_none(text in r#"\{"(list|a)":\[?[\[\]{}",: 01a\\]{0,12}(\],"list":\[\{\}, 1)?\]\}"#) {
            let read = serde_json::from_str::<Listed>(&text);
            let expected = read.ok().map(|read| read.list.iter().map(Json::to_string).collect());
            prop_assert_eq!(texts(&text), expected);
        }

        #[test]
        fn the_items_of_a_list_are_read(values in prop::collection::vec("[a-z\"\\\\\\]]{0,4}", 0..6)) {
            let text = serde_json::json!({"list": values, "after": 1}).to_string();
            let read: Vec<Value> = texts(&text).unwrap().iter().map(|item| item.parse().unwrap()).collect();
            prop_assert_eq!(Value::from(read), Value::from(values));
        }
    }
}
