//! What a regular expression weighs: for how much of it a search may have to look at each byte of a text.

use regex_syntax::hir::{Class, Hir, HirKind};

pub(super) fn weight(expression: &Hir) -> u64 {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => count(literal.0.len()),
        HirKind::Class(Class::Unicode(class)) => count(class.ranges().len()),
        HirKind::Class(Class::Bytes(class)) => count(class.ranges().len()),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).max(1);
            weight(&repeated.sub).saturating_mul(times.into())
        }
        HirKind::Capture(group) => weight(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => total(parts.iter().map(weight)),
    }
}

pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

pub(super) fn total(all: impl Iterator<Item = u64>) -> u64 {
    all.fold(0, u64::saturating_add)
}
