//! Answers to the polls of a view of IBM Streams, and structs for them by hand.

use bytes::Bytes;
use serde::Deserialize;

/// An answer, whose items have such attributes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<T> {
    pub view_items: Vec<Item<T>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item<T> {
    pub collection_time: i64,
    pub data: T,
}

/// A tuple of three attributes.
#[derive(Debug, Deserialize)]
pub struct Trade {
    pub symbol: String,
    pub price: f64,
    pub volume: i64,
}

/// A tuple of twelve attributes.
#[derive(Debug, Deserialize)]
pub struct Order {
    pub id: i64,
    pub symbol: String,
    pub exchange: String,
    pub price: f64,
    pub bid: f64,
    pub ask: f64,
    pub volume: i64,
    pub side: String,
    pub open: bool,
    pub account: String,
    pub text: String,
    pub placed_us: i64,
}

/// The only attribute of a view of a Python application.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    pub json_string: String,
}

/// The attributes of the trade with this number.
pub fn trade(number: usize) -> String {
    let (cents, volume) = (10_000 + number % 5_000, 10 * (number % 700));
    format!(
        r#"{{"symbol":"SYM{}","price":{}.{:02},"volume":{volume}}}"#,
        number % 97,
        cents / 100,
        cents % 100
    )
}

/// The attributes of the order with this number.
pub fn order(number: usize) -> String {
    let (cents, whole) = (10_000 + number % 5_000, 100 + number % 50);
    format!(
        r#"{{"id":{number},"symbol":"SYM{}","exchange":"XETRA","price":{}.{:02},"bid":{whole}.5,"ask":{whole}.75,"volume":{},"side":"buy","open":true,"account":"account-{number:08}","text":"an order of a customer who is known","placed_us":{}}}"#,
        number % 97,
        cents / 100,
        cents % 100,
        10 * (number % 700),
        1_790_000_000_000_000_u64 + 3_000 * number as u64
    )
}

/// The same as a Python application shows it.
pub fn shown(attributes: &str) -> String {
    format!(
        r#"{{"jsonString":{}}}"#,
        serde_json::Value::from(attributes)
    )
}

/// The answer that holds the items with these numbers, one every three milliseconds.
pub fn answer(numbers: std::ops::Range<usize>, attributes: impl Fn(usize) -> String) -> Bytes {
    let items: Vec<String> = numbers
        .map(|number| {
            let time = 1_790_000_000_000_u64 + 3 * number as u64;
            let data = attributes(number);
            format!(r#"{{"resourceType":"viewItem","collectionTime":{time},"data":{data}}}"#)
        })
        .collect();
    let view = "https://streams.example.com:8443/streams/rest/instances/StreamsInstance/views/1";
    let text = format!(
        r#"{{"resourceType":"viewItemList","viewItems":[{}],"view":"{view}","total":{}}}"#,
        items.join(","),
        items.len()
    );
    text.into()
}
