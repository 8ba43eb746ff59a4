//! Any answers to the polls of a view: of each, those tuples are handed out that were not there before, in the order of their time.
//! Any text: a tuple of each item or nothing.
#![no_main]

use std::collections::HashMap;

use arbitrary::Arbitrary;
use bytes::Bytes;
use headwaters::{
    serde_json::{Value, from_str, json},
    streams::ViewPolls,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Polls<'a> {
    Text(&'a str),
    Answers(Vec<Answer>),
}

#[derive(Arbitrary, Debug)]
struct Answer {
    items: Vec<Item>,
    /// Members before and after the items.
    surroundings: (bool, bool),
    indent: bool,
    /// So much of the end is missing.
    cut: Option<u8>,
}

#[derive(Arbitrary, Clone, Debug)]
struct Item {
    /// In tenths of a second.
    time: u8,
    channel: Option<bool>,
    /// The members are in another order.
    turned: bool,
    data: Data,
}

#[derive(Arbitrary, Clone, Debug)]
enum Data {
    Number(u8),
    Text(String),
    /// As views of Python applications have it.
    Python(bool),
}

fuzz_target!(|polls: Polls| {
    match polls {
        Polls::Text(text) => any_text(text),
        Polls::Answers(answers) => {
            // More are not remembered for good.
            let mut known = Known::default();
            let mut polls = ViewPolls::default();
            for answer in answers.iter().take(30) {
                let text = answer.text();
                match answer.cut {
                    Some(cut) if usize::from(cut) < text.len() => {
                        let end = text.floor_char_boundary(text.len() - 1 - usize::from(cut));
                        assert_eq!(read(&mut polls, &text[..end]), None);
                    }
                    _ => assert_eq!(read(&mut polls, &text), Some(known.new(&answer.items))),
                }
            }
        }
    }
});

fn read(polls: &mut ViewPolls<Value>, text: &str) -> Option<Vec<Value>> {
    let mut tuples = Vec::new();
    polls.read(&Bytes::copy_from_slice(text.as_bytes()), |tuple| {
        tuples.push(tuple)
    })?;
    Some(tuples)
}

fn any_text(text: &str) {
    let Some(tuples) = read(&mut ViewPolls::default(), text) else {
        return;
    };
    let plain: Value = from_str(text).expect("what is read is JSON");
    let mut items = plain["viewItems"].as_array().expect("a list").clone();
    items.sort_by_key(|item| item["collectionTime"].as_i64().expect("a time"));
    let data = items.iter().map(|item| &item["data"]);
    assert_eq!(tuples.len(), items.len());
    for (tuple, data) in tuples.iter().zip(data) {
        assert!(tuple == data || data.get("jsonString").is_some());
    }
}

impl Answer {
    fn text(&self) -> String {
        let items: Vec<String> = self.items.iter().map(Item::text).collect();
        let (separator, end) = match self.indent {
            true => (",\n    ", "\n  "),
            false => (",", ""),
        };
        let before = if self.surroundings.0 {
            r#""total": 7, "#
        } else {
            ""
        };
        let after = if self.surroundings.1 {
            r#", "resourceType": "]}" "#
        } else {
            ""
        };
        format!(
            r#"{{{before}"viewItems": [{}{end}]{after}}}"#,
            items.join(separator)
        )
    }
}

impl Item {
    /// The content alone tells items of one time apart, the order of members too.
    fn text(&self) -> String {
        let time = format!(r#""collectionTime": {}"#, self.milliseconds());
        let data = format!(r#""data": {}"#, self.data.written());
        let channel = self
            .channel
            .map(|channel| format!(r#", "channel": {}"#, u8::from(channel)));
        let channel = channel.unwrap_or_default();
        match self.turned {
            true => format!("{{{data}{channel}, {time}}}"),
            false => format!("{{{time}{channel}, {data}}}"),
        }
    }

    fn milliseconds(&self) -> i64 {
        i64::from(self.time) * 100
    }
}

impl Data {
    /// As the server writes it.
    fn written(&self) -> Value {
        match self {
            Self::Number(number) => json!({"n": number}),
            Self::Text(text) => json!({"text": text, "n": [text]}),
            Self::Python(is_on) => json!({"jsonString": self.read(*is_on).to_string()}),
        }
    }

    /// As it is handed out.
    fn tuple(&self) -> Value {
        match self {
            Self::Python(is_on) => self.read(*is_on),
            _ => self.written(),
        }
    }

    fn read(&self, is_on: bool) -> Value {
        json!({"on": is_on, "said": "\"}]"})
    }
}

/// What the polls so far have shown, by its text.
#[derive(Default)]
struct Known {
    held: HashMap<String, usize>,
    gone: HashMap<String, usize>,
    /// The least time of what was held, but for what was far behind all before.
    oldest: Option<i64>,
}

impl Known {
    /// The new tuples of an answer; an empty one changes nothing.
    fn new(&mut self, items: &[Item]) -> Vec<Value> {
        let times = || items.iter().map(Item::milliseconds);
        let before = self.oldest;
        let is_behind = |time: &i64| before.is_some_and(|oldest| time + 1_000 < oldest);
        let (Some(oldest), Some(newest)) = (times().min(), times().max()) else {
            return Vec::new();
        };
        let mut comes_back = false;
        let mut held: HashMap<String, usize> = HashMap::new();
        let mut new = Vec::new();
        for item in items {
            let text = item.text();
            let known = self.held.get(&text).or_else(|| self.gone.get(&text));
            let known = known.copied().unwrap_or_default();
            let is_gone = !self.held.contains_key(&text);
            let count = held.entry(text).or_default();
            *count += 1;
            match *count > known {
                true => new.push(item),
                false => comes_back |= is_gone,
            }
        }
        // A clock that goes back by more than a second forgets everything; what was gone and comes back is of an older answer.
        let is_reset = is_behind(&newest) && !new.is_empty() && !comes_back;
        let before = std::mem::take(&mut self.held);
        match is_reset {
            true => self.gone.clear(),
            false => self.gone.extend(
                before
                    .into_iter()
                    .filter(|(text, _)| !held.contains_key(text)),
            ),
        }
        self.held = held;
        self.oldest = match is_reset {
            true => Some(oldest),
            false => times()
                .filter(|time| !is_behind(time))
                .min()
                .or(self.oldest),
        };
        new.sort_by_key(|item| item.time);
        new.iter().map(|item| item.data.tuple()).collect()
    }
}
