//! What the Python client of flowthings.io writes, this client writes: filters and modifications, made at random.
//!
//! `tests/witness/run flowthings` installs the Python client and names its interpreter in `FLOWTHINGS_PYTHON`.

mod expression;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

use headwaters::flowthings::{Filter, Modify};
use serde_json::{Value, json};

/// What a script of the witness prints, line by line.
fn printed(script: &str) -> Vec<Value> {
    let interpreter = env::var("FLOWTHINGS_PYTHON").expect("FLOWTHINGS_PYTHON has flowthings");
    let mut command = Command::new(interpreter);
    let output = command.args(["-B", script]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {stderr}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
fn filters_have_the_text_of_python_where_it_means_what_it_says() {
    let mut equal = 0;
    let mut defects: BTreeMap<&str, usize> = BTreeMap::new();
    for line in printed("tests/witness/flowthings/filters.py") {
        let python = line["text"].as_str().unwrap();
        let filter = expression::filter(&line["expression"]);
        let found = expression::defects(&line["expression"]);
        if found.is_empty() {
            assert_eq!(filter.to_string(), python, "{}", line["expression"]);
            assert_eq!(Filter::parse(python), Ok(filter), "{python}");
            equal += 1;
            continue;
        }
        // Refused, or another text, which is the same filter when it is read.
        if filter.check().is_ok() {
            assert!(
                !found
                    .iter()
                    .any(|defect| expression::REFUSED.contains(defect))
            );
            assert_ne!(filter.to_string(), python, "{found:?}");
            assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
        for defect in found {
            *defects.entry(defect).or_default() += 1;
        }
    }
    println!("{equal} filters are equal; with defects of Python: {defects:?}");
    assert!(equal >= 5_000, "{equal}");
    let seen: BTreeSet<_> = defects.into_keys().collect();
    assert_eq!(seen, BTreeSet::from(expression::DEFECTS));
}

#[test]
#[ignore = "needs flowthings: tests/witness/run flowthings"]
fn modifications_are_those_of_python() {
    let (mut equal, mut refused) = (0, 0);
    for line in printed("tests/witness/flowthings/modifications.py") {
        let mut modify = Modify::new(line["model"].clone());
        let mut id = line["model"]["id"].clone();
        let mut is_same_object = true;
        for step in line["steps"].as_array().unwrap() {
            let name = step[0].as_str().unwrap();
            if name == "id" {
                is_same_object &= id.is_null() || id == step[1];
                id = step[1].clone();
            }
            modify = modify.set(name, &step[1]);
        }
        if !is_same_object {
            assert!(modify.done().is_err(), "{line}");
            refused += 1;
            continue;
        }
        let (model, changes) = modify.done().unwrap();
        assert_eq!(model, line["done"]);
        let changes: Vec<Value> = changes
            .iter()
            .map(|(name, value)| json!([name, value.to_value().unwrap()]))
            .collect();
        assert_eq!(json!(changes), line["changes"]);
        equal += 1;
    }
    println!("{equal} modifications are equal; {refused} change an id and are refused");
    assert!(equal >= 2_000 && refused > 0, "{equal} {refused}");
}
