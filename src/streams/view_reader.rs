//! From the answers of a view's server to the tuples that are new in them.

use std::marker::PhantomData;

use bytes::Bytes;
use serde::{Deserialize, de::IgnoredAny};

use super::{
    view_tuple::{Item, Reading, Shown},
    view_window::{Arrivals, Comparison, TIMELESS, ViewWindow},
};
use crate::{Json, value::json::Items};

/// Reads the answers to the polls of a view, one after the other.
///
/// Most of an answer is known from the one before, and only its time is looked at. Where an item is new, the next one is taken to be
/// new as well, and of the same form, and is decoded at once; so a new item is read once, and a known one at most twice.
pub(super) struct ViewReader<R> {
    window: ViewWindow,
    expected: Expected,
    reading: PhantomData<fn() -> R>,
}

/// What the next item is likely to be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Known,
    /// Its attributes are the tuple's.
    New,
    /// They are in the text of its only attribute.
    Shown,
}

/// What a poll has brought: new tuples, or what is none though it should be.
pub(super) type NewTuples<T> = Arrivals<Result<T, serde_json::Error>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timed {
    collection_time: i64,
}

impl<R: Reading> ViewReader<R> {
    pub(super) fn new() -> Self {
        Self {
            window: ViewWindow::default(),
            expected: Expected::New,
            reading: PhantomData,
        }
    }

    /// The new tuples of an answer, whose items are in this member of each body. Nothing, and nothing is remembered, where the bodies
    /// cannot be read at once.
    pub(super) fn read(&mut self, bodies: &[Bytes], member: &str) -> Option<NewTuples<R::Tuple>> {
        let mut answer = self.window.compare();
        let (mut new, mut shown) = (Vec::new(), String::new());
        for body in bodies {
            let mut items = Items::of(str::from_utf8(body).ok()?, member)?;
            while !items.is_over() {
                let (time, text, early) = next::<R>(&mut items, self.expected, &mut shown)?;
                self.expected = add::<R>(&mut answer, &mut new, time, text, early);
            }
            items.end(member)?;
        }
        Some(answer.end(new))
    }

    /// The new tuples of an answer that has these items.
    pub(super) fn read_items(&mut self, items: &[Json]) -> NewTuples<R::Tuple> {
        let mut answer = self.window.compare();
        let mut new = Vec::new();
        for item in items {
            let timed = serde_json::from_str::<Timed>(item.text());
            let time = timed.map_or(TIMELESS, |timed| timed.collection_time);
            add::<R>(&mut answer, &mut new, time, item.text(), None);
        }
        answer.end(new)
    }
}

/// The tuple of an item that has been decoded before it is known to be new, with what it was expected to be.
type Early<R> = Option<(Expected, <R as Reading>::Tuple)>;

/// The next item: its time, its text, and the tuple if it is what was expected.
fn next<'a, R: Reading>(
    items: &mut Items<'a>,
    expected: Expected,
    shown: &mut String,
) -> Option<(i64, &'a str, Early<R>)> {
    let before = *items;
    let item = match expected {
        Expected::Known => None,
        Expected::New => items.read::<Item<R::Data>>(),
        Expected::Shown => {
            let read = |(item, text): (Item<Shown<'a>>, _)| Some((item.read(shown)?, text));
            items.read().and_then(read)
        }
    };
    if let Some((item, text)) = item {
        let time = item.collection_time;
        return Some((time, text, Some((expected, R::tuple(item)))));
    }
    *items = before;
    if let Some((timed, text)) = items.read::<Timed>() {
        return Some((timed.collection_time, text, None));
    }
    let (_, text) = items.read::<IgnoredAny>()?;
    Some((TIMELESS, text, None))
}

/// Adds an item to the new ones if it is new, and says what the next one is likely to be.
fn add<R: Reading>(
    answer: &mut Comparison<'_>,
    new: &mut Vec<(i64, Result<R::Tuple, serde_json::Error>)>,
    time: i64,
    text: &str,
    early: Early<R>,
) -> Expected {
    if !answer.is_new(time, text) {
        return Expected::Known;
    }
    let form = match Shown::may_be_in(text) {
        true => Expected::Shown,
        false => Expected::New,
    };
    let tuple = match early {
        Some((expected, tuple)) if expected == form => Ok(tuple),
        _ => Item::of(text).map(R::tuple),
    };
    new.push((time, tuple));
    form
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::streams::{ViewTuple, view_tuple::Attributes};

    #[derive(Clone, Debug, Deserialize, PartialEq)]
    struct Numbered {
        serial: i64,
        #[serde(default)]
        note: Option<String>,
    }

    fn body(items: &[Value]) -> Bytes {
        let body =
            json!({"resourceType": "viewItemList", "viewItems": items, "total": items.len()});
        body.to_string().into()
    }

    /// What an answer brings, told without what serde says of an error.
    fn told<T>(arrivals: NewTuples<T>) -> Vec<(i64, Option<T>)> {
        let new = arrivals.new.into_iter();
        new.map(|(time, tuple)| (time, tuple.ok())).collect()
    }

    /// Both ways to read the same polls, which are to bring the same.
    fn read<R: Reading>(polls: &[Vec<Value>]) -> Vec<Vec<(i64, Option<R::Tuple>)>>
    where
        R::Tuple: std::fmt::Debug + PartialEq,
    {
        let (mut at_once, mut by_item) = (ViewReader::<R>::new(), ViewReader::<R>::new());
        let read = polls.iter().map(|items| {
            let told_at_once = told(at_once.read(&[body(items)], "viewItems").unwrap());
            let items: Vec<Json> = items.iter().cloned().map(Json::from).collect();
            assert_eq!(told_at_once, told(by_item.read_items(&items)));
            told_at_once
        });
        read.collect()
    }

    fn numbered(serial: i64) -> Numbered {
        Numbered { serial, note: None }
    }

    #[test]
    fn objects_that_python_shows_are_read_from_their_text_and_others_as_they_are() {
        let polls = [vec![
            json!({"collectionTime": 1, "data": {"serial": 1}}),
            json!({"collectionTime": 2, "data": {"jsonString": r#"{"serial": 2}"#}}),
            json!({"collectionTime": 3, "data": {"jsonString": r#"{"serial": 3}"#}}),
            json!({"collectionTime": 4, "data": {"jsonString": r#"{"serial": 0}"#, "serial": 4}}),
            json!({"collectionTime": 5, "data": {"serial": 5, "note": "jsonString"}}),
            json!({"collectionTime": 6, "data": {"jsonString": "no JSON", "serial": 6}}),
            json!({"collectionTime": 7, "data": {"jsonString": "no JSON"}}),
        ]];
        let noted = Numbered {
            serial: 5,
            note: Some("jsonString".to_owned()),
        };
        let expected = [1, 2, 3, 4].map(|serial| (serial, Some(numbered(serial))));
        let rest = [(5, Some(noted)), (6, Some(numbered(6))), (7, None)];
        let expected: Vec<_> = expected.into_iter().chain(rest).collect();
        assert_eq!(read::<Attributes<Numbered>>(&polls), [expected]);
    }

    #[test]
    fn what_is_no_tuple_is_an_error_in_its_place_and_said_once() {
        let items = vec![
            json!({"collectionTime": 2, "data": {"serial": "x"}}),
            json!({"data": {"serial": 1}}),
            json!(7),
            json!({"collectionTime": 1}),
            json!({"collectionTime": 3, "data": {"serial": 3}}),
        ];
        let told = [
            (TIMELESS, None),
            (TIMELESS, None),
            (1, None),
            (2, None),
            (3, Some(numbered(3))),
        ];
        let read = read::<Attributes<Numbered>>(&[items.clone(), items]);
        assert_eq!(read, [told.to_vec(), vec![]]);
        let missing = [vec![json!({"collectionTime": 1})]];
        assert_eq!(
            super::tests::read::<Attributes<Option<i64>>>(&missing),
            [[(1, None)]]
        );
    }

    #[test]
    fn an_answer_without_times_is_no_clock_that_has_gone_back() {
        let mut reader = ViewReader::<Attributes<Numbered>>::new();
        let known = body(&[json!({"collectionTime": 9_000, "data": {"serial": 1}})]);
        let timeless = body(&[json!({"data": {"serial": 2}})]);
        assert_eq!(
            reader
                .read(std::slice::from_ref(&known), "viewItems")
                .unwrap()
                .new
                .len(),
            1
        );
        let told = reader.read(&[timeless], "viewItems").unwrap();
        assert!(!told.is_reset && told.new.len() == 1);
        let again = reader.read(&[known], "viewItems").unwrap();
        assert!(!again.is_reset && again.new.is_empty());
        // One such item does not hide that the clock goes back.
        let mixed = [
            json!({"collectionTime": 9_001, "data": {}}),
            json!({"data": 1}),
        ];
        reader.read(&[body(&mixed)], "viewItems").unwrap();
        let back = body(&[json!({"collectionTime": 1, "data": {}})]);
        assert!(reader.read(&[back], "viewItems").unwrap().is_reset);
    }

    #[test]
    fn an_answer_that_is_cut_leaves_everything_as_it_was() {
        let mut reader = ViewReader::<ViewTuple>::new();
        let item = json!({"collectionTime": 1, "data": {}});
        let whole = body(&[item]);
        let cut = whole.slice(..whole.len() - 1);
        assert!(reader.read(&[whole.clone(), cut], "viewItems").is_none());
        assert_eq!(reader.read(&[whole], "viewItems").unwrap().new.len(), 1);
    }

    fn item() -> impl Strategy<Value = Value> {
        let data = prop_oneof![
            4 => (0..9i64).prop_map(|serial| json!({"serial": serial})),
            4 => (0..9i64).prop_map(|serial| json!({"jsonString": json!({"serial": serial}).to_string()})),
            1 => Just(json!({"jsonString": "{"})),
            1 => Just(json!({"jsonString": "1", "serial": 2})),
            1 => Just(json!({"serial": 1, "note": "a \"jsonString\": "})),
            1 => Just(json!([1])),
            1 => Just(Value::Null),
        ];
        let time = prop_oneof![9 => (0..20i64).prop_map(Value::from), 1 => Just(json!("x"))];
        (time, data, prop::option::of(0..3)).prop_map(|(time, data, channel)| {
            json!({"collectionTime": time, "data": data, "channel": channel})
        })
    }

    proptest! {
        #[test]
        fn items_are_read_at_once_as_they_are_one_by_one(polls in prop::collection::vec(prop::collection::vec(item(), 0..8), 1..8)) {
            read::<Attributes<Numbered>>(&polls);
            read::<Attributes<Json>>(&polls);
            read::<Attributes<Value>>(&polls);
            read::<ViewTuple>(&polls);
        }
    }
}
