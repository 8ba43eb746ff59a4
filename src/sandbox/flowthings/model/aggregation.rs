//! Counts, sums, averages and so on of groups of drops.

use std::{cmp::Ordering, collections::HashMap, time::SystemTime};

use serde_json::{Map, Value};

use super::{
    effort::Effort,
    filter::Filter,
    group_key::GroupKey,
    refusal::Refusal,
    selector::Selector,
    source::Rules,
    value::{key, order},
};

/// What is asked of the drops of a flow.
pub(crate) struct Aggregation {
    filter: Option<Filter>,
    groups: Vec<GroupKey>,
    selectors: Vec<Selector>,
    sorts: Vec<Sort>,
}

/// What rows are sorted by.
struct Sort {
    /// Of a value of the row, or of its `id`.
    name: String,
    is_descending: bool,
}

impl Aggregation {
    /// Of the body of a request.
    pub(crate) fn read(body: &Value, effort: &Effort) -> Result<Self, Refusal> {
        let member = |name| body.get(name).filter(|value| !value.is_null());
        if !body.is_object() {
            return Err("The body is not an object".into());
        }
        let mut rules = Rules::new();
        if let Some(given) = member("rules") {
            let given = given.as_object().ok_or("rules is not an object")?;
            for (name, text) in given {
                rules.insert(name.clone(), rule(text, &format!("rules.{name}"), effort)?);
            }
        }
        let output = member("output").ok_or(Refusal::missing("output"))?;
        let selectors = texts(output, "output")?
            .map(|text| Selector::read(text?, &rules))
            .collect::<Result<Vec<_>, String>>()?;
        let groups = match member("groupBy") {
            Some(keys) => texts(keys, "groupBy")?
                .map(|text| GroupKey::read(text?, &rules))
                .collect::<Result<_, String>>()?,
            None => Vec::new(),
        };
        let known = |name: &str| {
            let mut names = groups.iter().flat_map(GroupKey::names);
            names.any(|known| known == name) || selectors.iter().any(|known| known.text == name)
        };
        let sorts = match member("sorts") {
            Some(sorts) => texts(sorts, "sorts")?
                .map(|text| Sort::read(text?, known))
                .collect::<Result<_, String>>()?,
            None => Vec::new(),
        };
        // Python sends an empty text where there is no filter.
        let filter = member("filter").filter(|text| **text != "");
        let filter = filter.map(|text| rule(text, "filter", effort));
        Ok(Self {
            filter: filter.transpose()?,
            groups,
            selectors,
            sorts,
        })
    }

    /// A row for each group, in the order of their first drops unless it is to be sorted.
    pub(crate) fn rows<'d>(
        &self,
        drops: impl Iterator<Item = &'d Value>,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<Vec<Value>, Refusal> {
        let takes = |drop: &Value| match &self.filter {
            Some(filter) => filter.takes(drop, now, effort).unwrap_or(false),
            None => true,
        };
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<(Value, Vec<&Value>)> = Vec::new();
        for drop in drops.filter(|drop| takes(drop)) {
            let id = self.id(drop, now, effort);
            let next = groups.len();
            let place = *places.entry(key(&id)).or_insert(next);
            match groups.get_mut(place) {
                Some((_, group)) => group.push(drop),
                None => groups.push((id, vec![drop])),
            }
        }
        let row = |(id, group): (Value, Vec<&Value>)| {
            let mut row = Map::new();
            row.insert("id".to_owned(), id);
            for selector in &self.selectors {
                row.insert(selector.text.clone(), selector.value(&group, now, effort));
            }
            Value::Object(row)
        };
        let mut rows: Vec<Value> = groups.into_iter().map(row).collect();
        rows.sort_by(|left, right| {
            let mut orders = self.sorts.iter().map(|sort| sort.order(left, right));
            orders
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        // Else a rule that was too much would count as none.
        effort.check()?;
        Ok(rows)
    }

    /// Null where nothing is grouped.
    fn id(&self, drop: &Value, now: SystemTime, effort: &Effort) -> Value {
        if self.groups.is_empty() {
            return Value::Null;
        }
        let mut id = Map::new();
        for key in &self.groups {
            key.write(drop, now, effort, &mut id);
        }
        Value::Object(id)
    }
}

impl Sort {
    fn read(text: &str, is_known: impl Fn(&str) -> bool) -> Result<Self, String> {
        let (name, is_descending) = match text.rsplit_once(':') {
            // A member may be called so.
            _ if is_known(text) => (text, false),
            Some((name, "asc")) => (name, false),
            Some((name, "desc")) => (name, true),
            _ => (text, false),
        };
        match is_known(name) {
            true => Ok(Self {
                name: name.to_owned(),
                is_descending,
            }),
            false => Err(format!("sorts: {name} is in neither output nor groupBy")),
        }
    }

    fn order(&self, left: &Value, right: &Value) -> Ordering {
        let order = order(self.value(left), self.value(right));
        match self.is_descending {
            true => order.reverse(),
            false => order,
        }
    }

    fn value<'r>(&self, row: &'r Value) -> &'r Value {
        let of_group = row.get("id").and_then(|id| id.get(&self.name));
        of_group
            .or_else(|| row.get(&self.name))
            .unwrap_or(&Value::Null)
    }
}

/// The texts of a list.
fn texts<'b>(
    list: &'b Value,
    name: &str,
) -> Result<impl Iterator<Item = Result<&'b str, String>>, String> {
    let items = list.as_array().ok_or(format!("{name} is not a list"))?;
    let what = format!("{name} has an entry that is not a text");
    Ok(items
        .iter()
        .map(move |item| item.as_str().ok_or(what.clone())))
}

/// A filter that can be evaluated.
fn rule(text: &Value, place: &str, effort: &Effort) -> Result<Filter, Refusal> {
    let text = text.as_str().ok_or(format!("{place} is not a text"))?;
    Filter::read(text, effort).map_err(|refusal| refusal.of(place))
}
