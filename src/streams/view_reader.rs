//! From the answers of a view's server to the tuples that are new in them.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    view_item::{Item, Shown},
    view_tuple::Reading,
    view_window::{Arrivals, Comparison, TIMELESS, ViewWindow},
};
use crate::Json;

/// Reads the answers to the polls of a view, one after the other.
///
/// Most of an answer is known from the one before, and only its time is looked at. Where an item is new, the next one is taken to be
/// new as well and is decoded at once, in one go over the answer. Where that fails, as with an item of another type, the answer is
/// read item by item.
pub(super) struct ViewReader<R> {
    window: ViewWindow,
    expects_new: bool,
    /// How many the answer before has brought.
    brought: usize,
    reading: PhantomData<fn() -> R>,
}

/// What a poll has brought: new tuples, or what is none though it should be.
pub(super) type NewTuples<T> = Arrivals<Result<T, serde_json::Error>>;

impl<R: Reading> ViewReader<R> {
    pub(super) fn new() -> Self {
        Self {
            window: ViewWindow::default(),
            expects_new: true,
            brought: 0,
            reading: PhantomData,
        }
    }

    /// The new tuples of an answer, whose items are in this member of each body. Nothing, and nothing is remembered, where the bodies
    /// cannot be read at once: [`read_items`](Self::read_items) says what is wrong with which item then.
    pub(super) fn read(&mut self, bodies: &[Bytes], member: &str) -> Option<NewTuples<R::Tuple>> {
        let mut poll = self.poll();
        for body in bodies {
            let text = str::from_utf8(body).ok()?;
            let mut json = serde_json::Deserializer::from_str(text);
            let body = Body {
                poll: &mut poll,
                text,
                member,
                last: None,
            };
            body.deserialize(&mut json).and_then(|()| json.end()).ok()?;
        }
        let (arrivals, expects_new) = poll.end();
        self.learn(&arrivals, expects_new);
        Some(arrivals)
    }

    /// The new tuples of an answer that has these items.
    pub(super) fn read_items(&mut self, items: &[Json]) -> NewTuples<R::Tuple> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Timed {
            collection_time: i64,
        }
        let mut poll = self.poll();
        for item in items {
            let timed = serde_json::from_str::<Timed>(item.text());
            let time = timed.map_or(TIMELESS, |timed| timed.collection_time);
            if poll.is_new(time, item.text()) {
                poll.add(time, Item::of(item.text()));
            }
        }
        let (arrivals, expects_new) = poll.end();
        self.learn(&arrivals, expects_new);
        arrivals
    }

    fn poll(&mut self) -> Poll<'_, R> {
        Poll {
            expects_new: self.expects_new,
            answer: self.window.compare(),
            new: Vec::with_capacity(self.brought),
        }
    }

    /// What comes next is taken to be like what has come.
    fn learn(&mut self, arrivals: &NewTuples<R::Tuple>, expects_new: bool) {
        self.expects_new = expects_new;
        self.brought = arrivals.new.len();
    }
}

/// An answer while it is read.
struct Poll<'w, R: Reading> {
    answer: Comparison<'w>,
    new: Vec<(i64, Result<R::Tuple, serde_json::Error>)>,
    expects_new: bool,
}

impl<'w, R: Reading> Poll<'w, R> {
    /// Whether an item is new, and then the next one is taken to be new as well.
    fn is_new(&mut self, time: i64, text: &str) -> bool {
        self.expects_new = self.answer.is_new(time, text);
        self.expects_new
    }

    fn add(&mut self, time: i64, item: serde_json::Result<Item<R::Data>>) {
        self.new.push((time, item.map(R::tuple)));
    }

    /// What is new, and whether what comes next is likely to be.
    fn end(self) -> (NewTuples<R::Tuple>, bool) {
        (self.answer.end(self.new), self.expects_new)
    }
}

/// Reads a body. Where an item ends is known when the next name is there; until then it is the last one.
struct Body<'p, 'w, 'a, R: Reading> {
    poll: &'p mut Poll<'w, R>,
    text: &'a str,
    /// The one with the items.
    member: &'p str,
    last: Option<Last>,
}

/// An item of which it is not known whether it is new.
struct Last {
    /// Where its first name stands.
    begin: usize,
    time: i64,
    /// Whether it stands among the new ones already.
    is_added: bool,
}

impl<'a, R: Reading> Body<'_, '_, 'a, R> {
    /// Where a part of the text stands in it.
    fn place(&self, part: &'a str) -> usize {
        (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize)
    }

    /// Settles whether the last item is new, if there is one. It ends before this place, and before the end of the list if that is
    /// before it.
    fn settle<E: Error>(&mut self, end: usize, list_has_ended: bool) -> Result<(), E> {
        let Some(last) = self.last.take() else {
            return Ok(());
        };
        let text = || {
            let begin = behind_last(self.text.get(..last.begin)?, b'{')? - 1;
            let mut rest = self.text.get(begin..end)?;
            if list_has_ended {
                rest = rest.get(..behind_last(rest, b']')?)?;
            }
            rest.get(..behind_last(rest, b'}')?)
        };
        let text = text().ok_or_else(|| E::custom("an item has no end"))?;
        match (self.poll.is_new(last.time, text), last.is_added) {
            (true, false) => self.poll.add(last.time, Item::of(text)),
            (false, true) => drop(self.poll.new.pop()),
            (true, true) | (false, false) => {}
        }
        Ok(())
    }
}

/// Where the last one of these ends, which is near the end of the text.
fn behind_last(text: &str, byte: u8) -> Option<usize> {
    let at = text.bytes().rposition(|other| other == byte)?;
    Some(at + 1)
}

impl<'a, R: Reading> DeserializeSeed<'a> for Body<'_, '_, 'a, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a, R: Reading> Visitor<'a> for Body<'_, '_, 'a, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut members: A) -> Result<(), A::Error> {
        let mut has_items = false;
        while let Some(name) = members.next_key::<&'a str>()? {
            self.settle(self.place(name), true)?;
            if name != self.member {
                let IgnoredAny = members.next_value()?;
            } else if std::mem::replace(&mut has_items, true) {
                return Err(A::Error::custom("there are two lists"));
            } else {
                members.next_value_seed(Items(&mut self))?;
            }
        }
        match has_items {
            true => self.settle(self.text.len(), true),
            false => Err(A::Error::custom("there is no list")),
        }
    }
}

/// Reads the items of a body.
struct Items<'b, 'p, 'w, 'a, R: Reading>(&'b mut Body<'p, 'w, 'a, R>);

impl<'a, R: Reading> DeserializeSeed<'a> for Items<'_, '_, '_, 'a, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'a, R: Reading> Visitor<'a> for Items<'_, '_, '_, 'a, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Next(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads the next item of a body, with its attributes if it is taken to be new.
struct Next<'b, 'p, 'w, 'a, R: Reading>(&'b mut Body<'p, 'w, 'a, R>);

impl<'a, R: Reading> DeserializeSeed<'a> for Next<'_, '_, '_, 'a, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a, R: Reading> Visitor<'a> for Next<'_, '_, '_, 'a, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(body) = self;
        let mut begin = None;
        let (mut time, mut channel, mut data) = (None, None, None);
        let mut has_data = false;
        while let Some(name) = members.next_key::<&'a str>()? {
            let place = body.place(name);
            if begin.is_none() {
                body.settle(place, false)?;
                begin = Some(place);
            }
            match name {
                "collectionTime" => once(&mut time, "collectionTime", members.next_value()?)?,
                "channel" if body.poll.expects_new => {
                    once(&mut channel, "channel", members.next_value()?)?
                }
                "data" if body.poll.expects_new => {
                    if std::mem::replace(&mut has_data, true) {
                        return Err(A::Error::duplicate_field("data"));
                    }
                    let rest = body.text.get(place + name.len()..);
                    data = match rest.is_some_and(Shown::begins_after_name) {
                        true => members.next_value_seed(Shown::new())?,
                        false => Some(members.next_value()?),
                    };
                }
                _ => {
                    let IgnoredAny = members.next_value()?;
                }
            }
        }
        let (Some(begin), Some(collection_time)) = (begin, time) else {
            return Err(A::Error::missing_field("collectionTime"));
        };
        body.last = Some(Last {
            begin,
            time: collection_time,
            is_added: data.is_some(),
        });
        if let Some(data) = data {
            let item = Item {
                collection_time,
                channel: channel.flatten(),
                data,
            };
            body.poll.add(collection_time, Ok(item));
        }
        Ok(())
    }
}

fn once<T, E: Error>(member: &mut Option<T>, name: &'static str, value: T) -> Result<(), E> {
    match member.replace(value) {
        Some(_) => Err(E::duplicate_field(name)),
        None => Ok(()),
    }
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

    fn answer(items: &[Value]) -> Value {
        json!({"resourceType": "viewItemList", "viewItems": items, "total": items.len()})
    }

    fn body(items: &[Value]) -> Bytes {
        answer(items).to_string().into()
    }

    fn read_items<R: Reading>(reader: &mut ViewReader<R>, body: &Bytes) -> NewTuples<R::Tuple> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            view_items: Vec<Json>,
        }
        let listed: Listed = serde_json::from_slice(body).unwrap();
        reader.read_items(&listed.view_items)
    }

    /// At once where that can be, as polls are read.
    fn read_any<R: Reading>(reader: &mut ViewReader<R>, body: &Bytes) -> NewTuples<R::Tuple> {
        let at_once = reader.read(std::slice::from_ref(body), "viewItems");
        at_once.unwrap_or_else(|| read_items(reader, body))
    }

    /// What an answer brings, told without what serde says of an error.
    fn told<T>(arrivals: NewTuples<T>) -> Vec<(i64, Option<T>)> {
        let new = arrivals.new.into_iter();
        new.map(|(time, tuple)| (time, tuple.ok())).collect()
    }

    /// Both ways to read the same polls, which are to bring the same.
    fn read<R: Reading>(bodies: &[Bytes]) -> Vec<Vec<(i64, Option<R::Tuple>)>>
    where
        R::Tuple: std::fmt::Debug + PartialEq,
    {
        let (mut any, mut by_item) = (ViewReader::<R>::new(), ViewReader::<R>::new());
        let read = bodies.iter().map(|body| {
            let told_of_any = told(read_any(&mut any, body));
            assert_eq!(told_of_any, told(read_items(&mut by_item, body)));
            told_of_any
        });
        read.collect()
    }

    fn numbered(serial: i64) -> Numbered {
        Numbered { serial, note: None }
    }

    #[test]
    fn objects_that_python_shows_are_read_from_their_text_and_others_as_they_are() {
        let polls = [body(&[
            json!({"collectionTime": 1, "data": {"serial": 1}}),
            json!({"collectionTime": 2, "data": {"jsonString": r#"{"serial": 2}"#}}),
            json!({"collectionTime": 3, "data": {"jsonString": r#"{"serial": 3}"#}}),
            json!({"collectionTime": 4, "data": {"jsonString": r#"{"serial": 0}"#, "serial": 4}}),
            json!({"collectionTime": 5, "data": {"serial": 5, "note": "jsonString"}}),
            json!({"collectionTime": 6, "data": {"jsonString": "no JSON", "serial": 6}}),
            json!({"collectionTime": 7, "data": {"jsonString": "no JSON"}}),
        ])];
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
        let items = body(&items);
        let told_twice = read::<Attributes<Numbered>>(&[items.clone(), items]);
        assert_eq!(told_twice, [told.to_vec(), vec![]]);
        let missing = body(&[json!({"collectionTime": 1})]);
        let told = read::<Attributes<Option<i64>>>(&[missing]);
        assert_eq!(told, [[(1, None)]]);
    }

    #[test]
    fn an_answer_without_times_is_no_clock_that_has_gone_back() {
        let mut reader = ViewReader::<Attributes<Numbered>>::new();
        let known = body(&[json!({"collectionTime": 9_000, "data": {"serial": 1}})]);
        let timeless = body(&[json!({"data": {"serial": 2}})]);
        assert_eq!(read_any(&mut reader, &known).new.len(), 1);
        let told = read_any(&mut reader, &timeless);
        assert!(!told.is_reset && told.new.len() == 1);
        let again = read_any(&mut reader, &known);
        assert!(!again.is_reset && again.new.is_empty());
        // One such item does not hide that the clock goes back.
        let mixed = [
            json!({"collectionTime": 9_001, "data": {}}),
            json!({"data": 1}),
        ];
        read_any(&mut reader, &body(&mixed));
        let back = body(&[json!({"collectionTime": 1, "data": {}})]);
        assert!(read_any(&mut reader, &back).is_reset);
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

    #[test]
    fn what_is_no_answer_with_one_list_of_items_is_not_read_at_once() {
        let item = r#"{"collectionTime": 1, "data": {}}"#;
        for text in [
            "",
            "{}",
            "[]",
            r#"{"list": null}"#,
            r#"{"other": []}"#,
            r#"{"list": [#}"#,
            r#"{"list": [#,]}"#,
            r#"{"list": [,#]}"#,
            r#"{"list": [# #]}"#,
            r#"{"list": [#]"#,
            r#"{"list": [#]} x"#,
            r#"{"list": [#],}"#,
            r#"{"list": [#], 2}"#,
            r#"{"list": [#], "list": [#]}"#,
            r#"{"list": [1]}"#,
            r#"{"list": [{}]}"#,
            r#"{"list": [{"collectionTime": 1, "collectionTime": 2, "data": {}}]}"#,
            r#"{"list": [{"collectionTime": 1, "data": {}, "data": {}}]}"#,
            r#"{"list": [{"collectionTime": 1, "data": {"jsonString": "-"}, "data": {}}]}"#,
            r#"{"list": [{"collection\u0054ime": 1, "data": {}}]}"#,
            "{list: [#]}",
        ] {
            let body = Bytes::from(text.replace('#', item));
            let mut reader = ViewReader::<ViewTuple>::new();
            assert!(reader.read(&[body], "list").is_none(), "{text}");
            let arrivals = reader.read_items(&[item.parse().unwrap()]);
            assert_eq!(arrivals.new.len(), 1, "{text}");
        }
    }

    #[test]
    fn an_item_is_the_same_wherever_it_stands() {
        let items = [
            r#"{"collectionTime": 1, "data": {"a": "}]"}}"#,
            r#"{ "data":{} ,"collectionTime":2 }"#,
            "{\n\"channel\": 1, \"collectionTime\": 3, \"data\": [{}]\n}",
        ];
        let [a, b, c] = items;
        let mut reader = ViewReader::<ViewTuple>::new();
        for (text, new) in [
            (format!(r#"{{"list": [{a},{b} , {c} ]}}"#), 3),
            (format!(r#" {{"list":[ {c}, {a},{b}] , "total": 3}}"#), 0),
            (format!(r#"{{"a": {{}}, "list": [{b}], "b": []}} "#), 0),
            (r#"{"list": [ ]}"#.to_owned(), 0),
        ] {
            let arrivals = reader.read(&[text.clone().into()], "list").unwrap();
            assert_eq!(arrivals.new.len(), new, "{text}");
        }
        let alone = reader.read_items(&items.map(|item| item.parse().unwrap()));
        assert_eq!(alone.new.len(), 0);
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
        fn items_are_read_at_once_as_they_are_one_by_one(polls in prop::collection::vec((prop::collection::vec(item(), 0..8), any::<bool>()), 1..8)) {
            let bodies: Vec<Bytes> = polls
                .iter()
                .map(|(items, is_pretty)| match is_pretty {
                    true => serde_json::to_string_pretty(&answer(items)).unwrap().into(),
                    false => body(items),
                })
                .collect();
            read::<Attributes<Numbered>>(&bodies);
            read::<Attributes<Json>>(&bodies);
            read::<Attributes<Value>>(&bodies);
            read::<ViewTuple>(&bodies);
            // Whatever the attributes are, JSON is.
            let is_timed = |(items, _): &(Vec<Value>, bool)| items.iter().all(|item| item["collectionTime"].is_i64());
            let mut reader = ViewReader::<ViewTuple>::new();
            for (poll, body) in polls.iter().zip(bodies) {
                prop_assert_eq!(reader.read(&[body], "viewItems").is_some(), is_timed(poll));
            }
        }
    }
}
