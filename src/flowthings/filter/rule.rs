//! The tree of a filter.

use std::cmp::Ordering;

use super::{
    FilterError,
    name::Name,
    numeral::Numeral,
    operand::Term,
    regex::Regex,
    within::{Point, Reach},
};

/// How many rules may be inside each other. A chain of `&` or of `|` is one rule, however long it is.
pub(super) const MAX_DEPTH: usize = 128;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rule {
    Compare(Name, Comparison, Term),
    Modulo {
        member: Name,
        divisor: Numeral,
        is_equal: bool,
        remainder: Numeral,
    },
    Finds(Name, Box<Regex>),
    In(Name, Vec<Term>),
    Contains(Name, Vec<Term>),
    Within(Name, Box<(Reach, Point)>),
    Exists(Name),
    /// An element of this type.
    Has(Name),
    /// Of a field, or of the whole.
    Age(Option<Name>, Comparison, Numeral),
    Matches(Box<Regex>),
    /// A text that is written as it is.
    Raw(String),
    Not(Box<Rule>),
    /// Two or more, the first of which is not such a rule itself: Python's text is the same for `(a & b) & c` and `a & b & c`.
    All(Vec<Rule>),
    /// The same for `|`.
    Any(Vec<Rule>),
}

impl Rule {
    /// Of an age that can be compared with.
    pub(super) fn age(
        field: Option<Name>,
        comparison: Comparison,
        ms: Numeral,
    ) -> Result<Self, FilterError> {
        match ms.is_negative() || ms.is_zero() {
            false => Ok(Self::Age(field, comparison, ms)),
            true => Err(FilterError::new(format!(
                "an age of {ms} ms is not more than 0"
            ))),
        }
    }

    /// Of a divisor that divides.
    pub(super) fn modulo(
        member: Name,
        divisor: Numeral,
        is_equal: bool,
        remainder: Numeral,
    ) -> Result<Self, FilterError> {
        match divisor.is_zero() {
            false => Ok(Self::Modulo {
                member,
                divisor,
                is_equal,
                remainder,
            }),
            true => Err(FilterError::new("a division by zero has no remainder")),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparison {
    pub(super) const ALL: [Self; 6] = [Self::Eq, Self::Ne, Self::Le, Self::Ge, Self::Lt, Self::Gt];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// Whether it holds for two that have an order.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::Ge => order.is_ge(),
        }
    }
}

/// Methods for all comparisons; `compare` takes the comparison and what is compared with. The sentence about edges holds for each.
macro_rules! comparisons {
    ($other:ident: $Other:ty, $edges:literal; $($(#[$doc:meta])* $name:ident = $comparison:ident;)*) => {$(
        $(#[$doc])*
        ///
        #[doc = $edges]
        #[inline]
        pub fn $name(self, $other: impl Into<$Other>) -> Filter {
            self.compare(Comparison::$comparison, $other.into())
        }
    )*};
}

pub(super) use comparisons;

/// A rule that is not too deep.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) rule: Rule,
    depth: usize,
}

impl Tree {
    /// A rule that has no others in it.
    #[inline]
    pub(super) fn leaf(rule: Rule) -> Self {
        Self { rule, depth: 1 }
    }

    pub(super) fn not(self) -> Result<Self, FilterError> {
        Self::new(Rule::Not(Box::new(self.rule)), self.depth + 1)
    }

    #[inline]
    pub(super) fn and(self, other: Self) -> Result<Self, FilterError> {
        let (rules, depth) = match self.rule {
            Rule::All(rules) => joined(rules, self.depth, other),
            rule => pair(rule, self.depth, other),
        };
        Self::new(Rule::All(rules), depth)
    }

    #[inline]
    pub(super) fn or(self, other: Self) -> Result<Self, FilterError> {
        let (rules, depth) = match self.rule {
            Rule::Any(rules) => joined(rules, self.depth, other),
            rule => pair(rule, self.depth, other),
        };
        Self::new(Rule::Any(rules), depth)
    }

    #[inline]
    fn new(rule: Rule, depth: usize) -> Result<Self, FilterError> {
        match depth <= MAX_DEPTH {
            true => Ok(Self { rule, depth }),
            false => Err(FilterError::new(format!(
                "more than {MAX_DEPTH} rules are inside each other"
            ))),
        }
    }
}

#[inline]
fn joined(mut rules: Vec<Rule>, depth: usize, other: Tree) -> (Vec<Rule>, usize) {
    rules.push(other.rule);
    (rules, depth.max(other.depth + 1))
}

#[inline]
fn pair(rule: Rule, depth: usize, other: Tree) -> (Vec<Rule>, usize) {
    (vec![rule, other.rule], 1 + depth.max(other.depth))
}
