//! What somebody may have meant.

/// Names less alike than this are no help.
const ALIKE: f64 = 0.4;

/// The three names that are most like `text`, best first; fewer where fewer are alike.
///
/// Likeness is the share of letter pairs that both have (Sørensen–Dice), so that words may stand in another order:
/// `get_jobs` is like `jobs_get`.
pub(crate) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut alike: Vec<(f64, &str)> = names
        .map(|name| (likeness(text, name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    alike.into_iter().take(3).map(|(_, name)| name).collect()
}

/// From 0 for nothing in common to 1 for the same pairs.
fn likeness(one: &str, other: &str) -> f64 {
    let pairs = |text: &str| -> Vec<_> { text.chars().zip(text.chars().skip(1)).collect() };
    let (ones, mut others) = (pairs(one), pairs(other));
    let all = ones.len() + others.len();
    let common = ones
        .iter()
        .filter_map(|pair| {
            let index = others.iter().position(|other| other == pair)?;
            Some(others.swap_remove(index))
        })
        .count();
    2.0 * common as f64 / all.max(1) as f64
}
