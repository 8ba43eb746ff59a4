//! Whether a filter takes an object.

use std::cmp::Ordering;

use super::{
    FilterError,
    name::Name,
    numeral::Numeral,
    operand::Term,
    regex::Share,
    rule::{Comparison, Rule},
    subject::{Side, Subject, plain, typed},
    tree::{Kind, Tree},
    within::Point,
};

/// Why a rule cannot be evaluated here, if it cannot.
pub(super) fn check(rule: &Rule) -> Result<(), FilterError> {
    check_within(rule, Share::of(expressions(rule))?)
}

/// How many regular expressions it has.
fn expressions(rule: &Rule) -> usize {
    match rule {
        Rule::Finds(..) | Rule::Matches(_) => 1,
        Rule::Not(rule) => expressions(rule),
        Rule::All(rules) | Rule::Any(rules) => rules.iter().map(expressions).sum(),
        _ => 0,
    }
}

fn check_within(rule: &Rule, share: Share) -> Result<(), FilterError> {
    match rule {
        Rule::Finds(_, regex) | Rule::Matches(regex) => regex.check(share),
        Rule::Within(_, circle) => match &circle.1 {
            Point::Coordinates(..) => Ok(()),
            Point::Zip(code) => Err(FilterError::of_platform(format!(
                "[ZIP={code}] cannot be evaluated here: only the platform knows where that is"
            ))),
        },
        Rule::Raw(_) => Err(FilterError::new("a raw text cannot be evaluated here")),
        Rule::Not(rule) => check_within(rule, share),
        Rule::All(rules) | Rule::Any(rules) => {
            let mut rules = rules.iter();
            rules.try_for_each(|rule| check_within(rule, share))
        }
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
pub(super) fn holds<T: Tree>(rule: &Rule, subject: &Subject<'_, T>) -> bool {
    let value = |member| subject.value(member);
    match rule {
        Rule::Compare(member, comparison, term) => value(member)
            .and_then(|value| relation(member, value, term, subject))
            .is_some_and(|relation| relation.fits(*comparison)),
        Rule::Modulo {
            member,
            divisor,
            is_equal,
            remainder,
        } => value(member)
            .and_then(|value| value.as_number()?.remainder(divisor))
            .is_some_and(|left| left.compare(remainder).is_eq() == *is_equal),
        Rule::Finds(member, regex) => value(member)
            .and_then(Tree::as_str)
            .is_some_and(|text| regex.is_in(text)),
        Rule::In(member, terms) => value(member).is_some_and(|value| {
            let is = |term| is_equal(member, value, term, subject);
            terms.iter().any(is)
        }),
        Rule::Contains(member, terms) => {
            value(member).and_then(Tree::as_list).is_some_and(|items| {
                let has = |term| {
                    items
                        .iter()
                        .any(|item| is_equal(member, plain(item), term, subject))
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
            let mut elements = subject.elements();
            elements.any(|(_, element)| is_of_type(element, type_.as_str()))
        }
        Rule::Age(field, comparison, ms) => subject
            .age(field.as_ref())
            .is_some_and(|age| comparison.holds(age.compare(ms))),
        Rule::Matches(regex) => {
            let elements = subject.elements();
            let mut texts = elements.filter_map(|(_, element)| plain(element).as_str());
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

/// A value of this member, or one in it, beside a term.
fn is_equal<'v, T: Tree>(name: &Name, value: &'v T, term: &Term, subject: &Subject<'v, T>) -> bool {
    relation(name, value, term, subject).is_some_and(|relation| relation.fits(Comparison::Eq))
}

/// Nothing where the other one is a member that is missing. Values of different types are different.
fn relation<'v, T: Tree>(
    name: &Name,
    value: &'v T,
    term: &Term,
    subject: &Subject<'v, T>,
) -> Option<Relation> {
    if let Term::Member(other) = term {
        let right = subject.side(other, subject.value(other)?);
        return Some(between(subject.side(name, value), right));
    }
    Some(match (value.kind(), term) {
        (Kind::Text(left), Term::Text(right) | Term::ObjectId(right) | Term::Email(right)) => {
            Relation::Ordered(left.cmp(right))
        }
        (Kind::Number(left), Term::Number(right)) => Relation::Ordered(left.compare(right)),
        (Kind::Number(left), Term::Date(ms)) => {
            Relation::Ordered(left.compare(&Numeral::Int((*ms).into())))
        }
        (Kind::Bool(left), Term::Bool(right)) => Relation::Equal(left == *right),
        _ => Relation::Equal(false),
    })
}

fn between<T: Tree>(left: Side<'_, T>, right: Side<'_, T>) -> Relation {
    let equal = |l, r| between(left.with(l), right.with(r)).fits(Comparison::Eq);
    match (left.value.kind(), right.value.kind()) {
        (Kind::Text(left), Kind::Text(right)) => Relation::Ordered(left.cmp(right)),
        (Kind::Number(left), Kind::Number(right)) => Relation::Ordered(left.compare(&right)),
        (Kind::List(left), Kind::List(right)) => Relation::Equal(
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r)),
        ),
        (Kind::Map, Kind::Map) => {
            let (left, right) = (left.value, right.value);
            let has = |(name, value)| right.get(name).is_some_and(|other| equal(value, other));
            Relation::Equal(
                left.members().count() == right.members().count() && left.members().all(has),
            )
        }
        _ => Relation::Equal(left.value == right.value),
    }
}

/// The type that is written with an element, else that of the JSON that it is.
fn is_of_type<T: Tree>(element: &T, name: &str) -> bool {
    let type_ = typed(element).map(|(type_, _)| type_);
    type_.or_else(|| type_of(element)) == Some(name)
}

/// The type of an element that is plain JSON.
pub(super) fn type_of<T: Tree>(plain: &T) -> Option<&'static str> {
    Some(match plain.kind() {
        Kind::Null => return None,
        Kind::Bool(_) => "boolean",
        Kind::Number(Numeral::Float(_)) => "float",
        Kind::Number(Numeral::Int(int)) if i32::try_from(int).is_ok() => "integer",
        Kind::Number(_) => "long",
        Kind::Text(_) => "string",
        Kind::List(_) => "list",
        Kind::Map => "map",
    })
}
