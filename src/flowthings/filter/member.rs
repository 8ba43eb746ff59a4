//! Members, and the rules that are made of them.

use serde_json::Value;

use super::{
    Center, Distance, Filter, FilterError, Number, Operand,
    name::Name,
    operand::Term,
    regex::Regex,
    rule::{Comparison, Rule, comparisons},
    subject::Subject,
};

/// A member of what is looked for: `displayName` of a flow, `elems.foo` of a drop.
///
/// Made by [`mem`]; its methods make filters. A dot leads into an object, or with a number into a list. A name has letters, digits,
/// `_`, `$`, `-` and `.`; with any other the filter is invalid, as nothing may pass for a part of the filter around it.
#[derive(Clone, Debug)]
#[must_use = "a member is not a filter until it is compared"]
pub struct Member(pub(super) Result<Name, FilterError>);

/// The member of this name.
///
/// ```
/// use headwaters::flowthings::mem;
///
/// let filter = mem("elems.foo").gt(12) & mem("displayName").eq("foo");
/// assert_eq!(filter.to_string(), "(elems.foo > 12) && (displayName == 'foo')");
/// ```
#[inline]
pub fn mem(name: impl Into<Member>) -> Member {
    name.into()
}

/// What has the member with any value but null: a member that is null counts as missing, as it does in every comparison.
pub fn exists(member: impl Into<Member>) -> Filter {
    Filter::leaf(member.into().0.map(Rule::Exists))
}

impl From<&str> for Member {
    #[inline]
    fn from(name: &str) -> Self {
        Self(Name::new(name))
    }
}

impl From<String> for Member {
    fn from(name: String) -> Self {
        Self(Name::new(name))
    }
}

impl From<&String> for Member {
    fn from(name: &String) -> Self {
        name.as_str().into()
    }
}

impl Member {
    comparisons! {
        operand: Operand, "A member that is missing or null never matches.";
        /// The member is equal: `foo == 12`.
        eq = Eq;
        /// The member is there and not equal: `foo != 12`.
        ne = Ne;
        /// The member is less: `foo < 12`.
        lt = Lt;
        /// The member is less or equal: `foo <= 12`.
        le = Le;
        /// The member is greater: `foo > 12`.
        gt = Gt;
        /// The member is greater or equal: `foo >= 12`.
        ge = Ge;
    }

    /// The regular expression is found in the member: `path =~ /^\/foo/`. Java's syntax; slashes are escaped as needed.
    pub fn re(self, pattern: impl AsRef<str>) -> Filter {
        self.re_with(pattern, "")
    }

    /// The same with flags, such as `i` for either case: `path =~ /^\/foo/i`.
    pub fn re_with(self, pattern: impl AsRef<str>, flags: impl AsRef<str>) -> Filter {
        let regex = Regex::new(pattern.as_ref(), flags.as_ref());
        self.rule(|member| Ok(Rule::Finds(member, Box::new(regex?))))
    }

    /// The member is one of these: `foo IN [1,'a']`.
    pub fn is_in<T: Into<Operand>>(self, values: impl IntoIterator<Item = T>) -> Filter {
        self.list(Rule::In, values)
    }

    /// The member is a list that has all of these: `foo CONTAINS [1,'a']`.
    pub fn contains<T: Into<Operand>>(self, values: impl IntoIterator<Item = T>) -> Filter {
        self.list(Rule::Contains, values)
    }

    /// The member is a location that is not farther away: `location WITHIN 5 KM OF [1.5,-2]`.
    ///
    /// ```
    /// use headwaters::flowthings::{Center, Distance, mem};
    ///
    /// let near = mem("location").within(Distance::km(5), Center::coordinates(1.5, -2));
    /// assert_eq!(near.to_string(), "location WITHIN 5 KM OF [1.5,-2]");
    /// let near = mem("location").within(Distance::miles(26.2), Center::zip("11204"));
    /// assert_eq!(near.to_string(), "location WITHIN 26.2 MILES OF [ZIP=11204]");
    /// ```
    pub fn within(self, distance: Distance, center: Center) -> Filter {
        self.rule(|member| Ok(Rule::Within(member, Box::new((distance.0?, center.0?)))))
    }

    /// What is left of the member after a division, to be compared: `foo % 3 == 1`. A divisor of 0 makes the filter invalid.
    pub fn modulo(self, divisor: impl Into<Number>) -> Modulo {
        Modulo {
            member: self,
            divisor: divisor.into(),
        }
    }

    /// The value that a filter compares: that of this member of a drop or another object of the platform, or nothing where it is missing
    /// or null. A name that is not at the top is one of the elements, and an element written with its type counts as its value.
    ///
    /// ```
    /// use headwaters::flowthings::mem;
    /// use serde_json::json;
    ///
    /// let drop = json!({"elems": {"foo": {"type": "integer", "value": 12}}});
    /// assert_eq!(mem("foo").value(&drop)?, Some(&json!(12)));
    /// assert_eq!(mem("elems.bar").value(&drop)?, None);
    /// # Ok::<(), headwaters::flowthings::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// When the name is not valid.
    pub fn value<'v>(&self, object: &'v Value) -> Result<Option<&'v Value>, FilterError> {
        let name = self.0.as_ref().map_err(FilterError::clone)?;
        Ok(Subject::new(object).value(name))
    }

    #[inline]
    fn compare(self, comparison: Comparison, operand: Operand) -> Filter {
        self.rule(|member| Ok(Rule::Compare(member, comparison, operand.0?)))
    }

    fn list<T: Into<Operand>>(
        self,
        rule: fn(Name, Vec<Term>) -> Rule,
        values: impl IntoIterator<Item = T>,
    ) -> Filter {
        let terms: Result<_, _> = values.into_iter().map(|value| value.into().0).collect();
        self.rule(|member| Ok(rule(member, terms?)))
    }

    #[inline]
    fn rule(self, make: impl FnOnce(Name) -> Result<Rule, FilterError>) -> Filter {
        Filter::leaf(self.0.and_then(make))
    }
}

/// What is left of a member after a division; made by [`Member::modulo`].
#[derive(Clone, Debug)]
#[must_use = "a remainder is not a filter until it is compared"]
pub struct Modulo {
    member: Member,
    divisor: Number,
}

impl Modulo {
    /// So much is left, with the sign of the member: `foo % 3 == 1`.
    pub fn eq(self, remainder: impl Into<Number>) -> Filter {
        self.rule(true, remainder.into())
    }

    /// Something else is left: `foo % 3 != 1`.
    pub fn ne(self, remainder: impl Into<Number>) -> Filter {
        self.rule(false, remainder.into())
    }

    fn rule(self, is_equal: bool, remainder: Number) -> Filter {
        self.member
            .rule(|member| Rule::modulo(member, self.divisor.0?, is_equal, remainder.0?))
    }
}
