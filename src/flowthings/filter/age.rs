//! Ages.

use super::{
    Filter, FilterError, Member, Milliseconds,
    name::Name,
    rule::{Comparison, Rule, comparisons},
};

/// How long ago something was, to be compared; made by [`age`] and [`age_of`].
#[derive(Clone, Debug)]
#[must_use = "an age is not a filter until it is compared"]
pub struct Age(Result<Option<Name>, FilterError>);

/// How long ago something was created.
///
/// ```
/// use std::time::Duration;
///
/// use headwaters::flowthings::{age, age_of};
///
/// let old = age().gt(Duration::from_secs(60)) | age_of("lastEditDate").ge(5_000);
/// assert_eq!(old.to_string(), "(AGE > 60000) || (AGE('lastEditDate') >= 5000)");
/// ```
pub fn age() -> Age {
    Age(Ok(None))
}

/// How long ago the time was that a member says.
pub fn age_of(field: impl Into<Member>) -> Age {
    Age(field.into().0.map(Some))
}

impl Age {
    comparisons! {
        age: Milliseconds, "A number is one of milliseconds. One that is not more than 0 makes the filter invalid.";
        /// Exactly as long ago.
        eq = Eq;
        /// Not exactly as long ago.
        ne = Ne;
        /// Later than that.
        lt = Lt;
        /// As long ago or later.
        le = Le;
        /// Longer ago.
        gt = Gt;
        /// As long ago or longer.
        ge = Ge;
    }

    fn compare(self, comparison: Comparison, age: Milliseconds) -> Filter {
        let rule = self
            .0
            .and_then(|field| Rule::age(field, comparison, age.0.0?));
        Filter::leaf(rule)
    }
}
