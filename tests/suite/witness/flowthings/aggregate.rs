//! What the sandbox computes from drops, another program computes too.

use headwaters::{
    flowthings::{Api, Token, types},
    sandbox::Flowthings,
};
use serde_json::Value;

use super::printed;

#[tokio::test]
#[ignore = "needs Python: tests/witness/run flowthings"]
async fn aggregates_are_those_of_a_program_that_shares_nothing_with_the_sandbox() {
    let sandbox = Flowthings::start().await.unwrap();
    let token = Token::new(sandbox.account(), sandbox.token());
    let api = Api::with_config(sandbox.url(), token, headwaters::Config::new()).unwrap();
    let cases = printed("tests/witness/flowthings/aggregates.py");
    assert_eq!(cases.len(), 200);
    for (number, case) in cases.iter().enumerate() {
        let path = format!("/{}/case-{number}", sandbox.account());
        let flow = api.flow().create(path).await.unwrap();
        let drops = api.drop(flow.id);
        for elems in case["drops"].as_array().unwrap() {
            let elems = elems.as_object().unwrap().clone();
            drops.create(elems).await.unwrap();
        }
        let asked: types::Aggregation =
            serde_json::from_value(case["aggregation"].clone()).unwrap();
        let mut call = drops.aggregate(asked.output);
        if let Some(keys) = asked.group_by {
            call = call.group_by(keys);
        }
        if let Some(filter) = asked.filter {
            call = call.filter(filter);
        }
        if let Some(rules) = asked.rules {
            call = call.rules(rules);
        }
        if let Some(sorts) = asked.sorts {
            call = call.sorts(sorts);
        }
        let rows = call.await.unwrap();
        let rows = serde_json::to_value(rows).unwrap();
        assert!(is_close(&rows, &case["rows"]), "{case}\n{rows}");
    }
}

/// Equal, but for the last digits of sums.
fn is_close(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (left.as_f64().unwrap(), right.as_f64().unwrap());
            (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1.0)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| is_close(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has = |(name, value)| right.get(name).is_some_and(|other| is_close(value, other));
            left.len() == right.len() && left.iter().all(has)
        }
        (left, right) => left == right,
    }
}
