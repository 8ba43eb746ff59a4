//! Whether a filter takes an object.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    FilterError,
    numeral::Numeral,
    operand::Term,
    rule::{Comparison, Rule},
    subject::{Subject, plain, typed},
    within::Point,
};

/// Why a rule cannot be evaluated here, if it cannot.
pub(super) fn check(rule: &Rule) -> Result<(), FilterError> {
    match rule {
        Rule::Finds(_, regex) | Rule::Matches(regex) => regex.check(),
        Rule::Within(_, circle) => match &circle.1 {
            Point::Coordinates(..) => Ok(()),
            Point::Zip(code) => Err(FilterError::new(format!(
                "[ZIP={code}] cannot be evaluated here: only the platform knows where that is"
            ))),
        },
        Rule::Raw(_) => Err(FilterError::new("a raw text cannot be evaluated here")),
        Rule::Not(rule) => check(rule),
        Rule::All(rules) | Rule::Any(rules) => rules.iter().try_for_each(check),
        Rule::Compare(..)
        | Rule::Modulo { .. }
        | Rule::In(..)
        | Rule::Contains(..)
        | Rule::Exists(_)
        | Rule::Has(_)
        | Rule::Age(..) => Ok(()),
    }
}

/// Whether a rule that passed the check holds. Of a member that is missing nothing does.
pub(super) fn holds(rule: &Rule, subject: &Subject<'_>) -> bool {
    let value = |member| subject.value(member);
    match rule {
        Rule::Compare(member, comparison, term) => value(member)
            .and_then(|value| relation(value, term, subject))
            .is_some_and(|relation| relation.fits(*comparison)),
        Rule::Modulo {
            member,
            divisor,
            is_equal,
            remainder,
        } => value(member)
            .and_then(|value| Numeral::of_json(value.as_number()?).remainder(divisor))
            .is_some_and(|left| left.compare(remainder).is_eq() == *is_equal),
        Rule::Finds(member, regex) => value(member)
            .and_then(Value::as_str)
            .is_some_and(|text| regex.is_in(text)),
        Rule::In(member, terms) => value(member)
            .is_some_and(|value| terms.iter().any(|term| is_equal(value, term, subject))),
        Rule::Contains(member, terms) => {
            value(member)
                .and_then(Value::as_array)
                .is_some_and(|items| {
                    let has = |term| {
                        items
                            .iter()
                            .any(|item| is_equal(plain(item), term, subject))
                    };
                    terms.iter().all(has)
                })
        }
        Rule::Within(member, circle) => {
            let (reach, point) = &**circle;
            value(member)
                .and_then(|location| point.distance(location))
                .is_some_and(|distance| distance <= reach.km())
        }
        Rule::Exists(member) => value(member).is_some(),
        Rule::Has(type_) => {
            let mut elements = subject
                .elements()
                .into_iter()
                .flat_map(|elements| elements.values());
            elements.any(|element| is_of_type(element, type_.as_str()))
        }
        Rule::Age(field, comparison, ms) => subject
            .age(field.as_ref())
            .is_some_and(|age| comparison.holds(age.compare(ms))),
        Rule::Matches(regex) => {
            let elements = subject
                .elements()
                .into_iter()
                .flat_map(|elements| elements.values());
            let mut texts = elements.filter_map(|element| plain(element).as_str());
            texts.any(|text| regex.is_in(text))
        }
        Rule::Raw(_) => false,
        Rule::Not(rule) => !holds(rule, subject),
        Rule::All(rules) => rules.iter().all(|rule| holds(rule, subject)),
        Rule::Any(rules) => rules.iter().any(|rule| holds(rule, subject)),
    }
}

/// How two values are to each other.
enum Relation {
    Ordered(Ordering),
    /// Equal or not, and neither is the greater one.
    Equal(bool),
}

impl Relation {
    fn fits(&self, comparison: Comparison) -> bool {
        match (self, comparison) {
            (Self::Ordered(order), comparison) => comparison.holds(*order),
            (Self::Equal(is_equal), Comparison::Eq) => *is_equal,
            (Self::Equal(is_equal), Comparison::Ne) => !is_equal,
            _ => false,
        }
    }
}

fn is_equal(value: &Value, term: &Term, subject: &Subject<'_>) -> bool {
    relation(value, term, subject).is_some_and(|relation| relation.fits(Comparison::Eq))
}

/// Nothing where the other one is a member that is missing. Values of different types are different.
fn relation(value: &Value, term: &Term, subject: &Subject<'_>) -> Option<Relation> {
    Some(match (value, term) {
        (value, Term::Member(name)) => between(value, subject.value(name)?),
        (Value::String(left), Term::Text(right) | Term::ObjectId(right) | Term::Email(right)) => {
            Relation::Ordered(left.as_str().cmp(right))
        }
        (Value::Number(left), Term::Number(right)) => {
            Relation::Ordered(Numeral::of_json(left).compare(right))
        }
        (Value::Number(left), Term::Date(ms)) => {
            Relation::Ordered(Numeral::of_json(left).compare(&Numeral::Int((*ms).into())))
        }
        (Value::Bool(left), Term::Bool(right)) => Relation::Equal(left == right),
        _ => Relation::Equal(false),
    })
}

fn between(left: &Value, right: &Value) -> Relation {
    let equal = |left: &Value, right: &Value| between(left, right).fits(Comparison::Eq);
    match (left, right) {
        (Value::String(left), Value::String(right)) => Relation::Ordered(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => {
            Relation::Ordered(Numeral::of_json(left).compare(&Numeral::of_json(right)))
        }
        (Value::Array(left), Value::Array(right)) => Relation::Equal(
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r)),
        ),
        (Value::Object(left), Value::Object(right)) => {
            let has = |(name, value)| right.get(name).is_some_and(|other| equal(value, other));
            Relation::Equal(left.len() == right.len() && left.iter().all(has))
        }
        (left, right) => Relation::Equal(left == right),
    }
}

/// By the type that is written with it, else by the kind of JSON that it is.
fn is_of_type(element: &Value, name: &str) -> bool {
    if let Some((type_, _)) = typed(element) {
        return type_ == name;
    }
    match element {
        Value::Null => false,
        Value::Bool(_) => name == "boolean",
        Value::Number(number) if number.is_f64() => name == "float",
        Value::Number(_) => matches!(name, "integer" | "long"),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "list",
        Value::Object(_) => name == "map",
    }
}
