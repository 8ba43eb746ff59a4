//! Why a filter takes an object, or does not.

use std::fmt;

use super::{
    evaluate,
    name::Name,
    operand::Term,
    rule::Rule,
    subject::{Subject, plain},
    tree::Tree,
};

/// How much of a text is shown.
const SHOWN: usize = 80;

/// Why a filter takes an object, or does not; made by [`Filter::explain`](super::Filter::explain).
///
/// `Display` has a line for each clause that decided:
///
/// ```
/// use headwaters::flowthings::mem;
/// use serde_json::json;
///
/// let filter = mem("elems.foo").gt(12) & mem("elems.bar").eq("on") & mem("elems.baz").ne(1);
/// let why = filter.explain(&json!({"elems": {"foo": 7, "bar": {"type": "string", "value": "on"}}}))?;
/// assert!(!why.matches());
/// assert_eq!(
///     why.to_string(),
///     "elems.foo > 12 is false: elems.foo is 7\nelems.baz != 1 is false: elems.baz is missing"
/// );
/// # Ok::<(), headwaters::flowthings::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    clause: String,
    matches: bool,
    reason: String,
    parts: Vec<Explanation>,
}

impl Explanation {
    pub(super) fn of<T: Tree>(rule: &Rule, subject: &Subject<'_, T>) -> Self {
        let parts: Vec<Self> = match rule {
            Rule::Not(rule) => vec![Self::of(rule, subject)],
            Rule::All(rules) | Rule::Any(rules) => {
                rules.iter().map(|rule| Self::of(rule, subject)).collect()
            }
            _ => Vec::new(),
        };
        let mut outcomes = parts.iter().map(|part| part.matches);
        let matches = match rule {
            Rule::Not(_) => !outcomes.all(|outcome| outcome),
            Rule::All(_) => outcomes.all(|outcome| outcome),
            Rule::Any(_) => outcomes.any(|outcome| outcome),
            leaf => evaluate::holds(leaf, subject),
        };
        Self {
            clause: rule.to_string(),
            matches,
            reason: reason(rule, subject),
            parts,
        }
    }

    /// Whether the clause holds. That of the whole filter is what [`Filter::matches`](super::Filter::matches) says.
    pub fn matches(&self) -> bool {
        self.matches
    }

    /// The clause, as the filter has it.
    pub fn clause(&self) -> &str {
        &self.clause
    }

    /// What the object has where the clause looks: `elems.foo is 7`. Empty for a clause of others.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The clauses that this one is made of; none of a single comparison.
    pub fn parts(&self) -> &[Self] {
        &self.parts
    }

    /// The single clauses that decided: for an AND that is false those that are false, for one that is true all of them, for an OR the
    /// other way round.
    pub fn decisive(&self) -> Vec<&Self> {
        let mut decisive = Vec::new();
        self.collect(&mut decisive);
        decisive
    }

    fn collect<'e>(&'e self, decisive: &mut Vec<&'e Self>) {
        match self.parts.as_slice() {
            [] => decisive.push(self),
            // Only of NOT.
            [part] => part.collect(decisive),
            parts => {
                let parts = parts.iter().filter(|part| part.matches == self.matches);
                parts.for_each(|part| part.collect(decisive));
            }
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, clause) in self.decisive().into_iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(
                f,
                "{} is {}: {}",
                clause.clause, clause.matches, clause.reason
            )?;
        }
        Ok(())
    }
}

fn reason<T: Tree>(rule: &Rule, subject: &Subject<'_, T>) -> String {
    match rule {
        Rule::Compare(member, _, term) => of_members(subject, member, [term]),
        Rule::In(member, terms) | Rule::Contains(member, terms) => {
            of_members(subject, member, terms)
        }
        Rule::Modulo { member, .. } | Rule::Finds(member, _) | Rule::Exists(member) => {
            of_members(subject, member, [])
        }
        Rule::Within(member, circle) => match subject.value(member) {
            Some(location) => match circle.1.distance(location) {
                Some(distance) => format!("{member} is {distance:.3} km away"),
                None => format!("{member} has no numbers lat and lon"),
            },
            None => of_members(subject, member, []),
        },
        Rule::Has(_) | Rule::Matches(_) => match subject.has_elements() {
            true => {
                let elements = subject.elements();
                let shown: Vec<_> = elements
                    .map(|(name, value)| format!("{name} is {}", shown(plain(value))))
                    .collect();
                format!("of the elements {}", shown.join(", "))
            }
            false => "there are no elements".to_owned(),
        },
        Rule::Age(field, ..) => match subject.age(field.as_ref()) {
            Some(age) => format!("the age is {age} ms"),
            None => {
                let field = field.as_ref().map_or("creationDate", Name::as_str);
                format!("{field} is not a time")
            }
        },
        Rule::Raw(_) | Rule::Not(_) | Rule::All(_) | Rule::Any(_) => String::new(),
    }
}

/// The values of a member, and of those that it is compared with.
fn of_members<'t, T: Tree>(
    subject: &Subject<'_, T>,
    member: &'t Name,
    terms: impl IntoIterator<Item = &'t Term>,
) -> String {
    let others = terms.into_iter().filter_map(|term| match term {
        Term::Member(name) => Some(name),
        _ => None,
    });
    let said = |name: &Name| match subject.value(name) {
        Some(value) => format!("{name} is {}", shown(value)),
        None => format!("{name} is missing"),
    };
    let all: Vec<_> = std::iter::once(member).chain(others).map(said).collect();
    all.join(", ")
}

/// A value, cut where it is long.
fn shown<T: Tree>(value: &T) -> String {
    let mut text = value.to_string();
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}
