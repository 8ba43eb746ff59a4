//! Which of many objects are wanted, and in which order.

use std::borrow::Borrow;
use std::time::SystemTime;

use serde_json::Value;

use super::effort::Effort;
use super::filter::Filter;
use super::refusal::Refusal;
use super::value;
use crate::flowthings::Member;

/// Which objects are wanted.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) filter: Option<Filter>,
    pub(crate) start: usize,
    pub(crate) limit: usize,
    /// The member to sort by; without one, the time of creation.
    pub(crate) sort: Option<Member>,
    pub(crate) is_ascending: bool,
}

impl Default for Selection {
    /// As in Octave: the latest twenty.
    fn default() -> Self {
        Self {
            filter: None,
            start: 0,
            limit: 20,
            sort: None,
            is_ascending: false,
        }
    }
}

impl Selection {
    /// Those of the objects, which come as they are shown and in the order of their creation.
    pub(crate) fn of<O: Borrow<Value>>(
        &self,
        objects: impl DoubleEndedIterator<Item = O>,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<Vec<O>, Refusal> {
        let takes = |object: &Value| match &self.filter {
            Some(filter) => {
                let takes = filter.takes(object, now, effort);
                takes.map_err(|refusal| refusal.of("filter"))
            }
            None => Ok(true),
        };
        let mut taken = Vec::new();
        // Without a member to sort by, the first ones are enough.
        let enough = match self.sort {
            None => self.start.saturating_add(self.limit),
            Some(_) => usize::MAX,
        };
        let objects: &mut dyn Iterator<Item = O> = match self.is_ascending {
            true => &mut objects.into_iter(),
            false => &mut objects.rev(),
        };
        for object in objects {
            if taken.len() == enough {
                break;
            }
            if takes(object.borrow())? {
                taken.push(object);
            }
        }
        if let Some(member) = &self.sort {
            taken.sort_by(|left, right| {
                let order = value::order(of(member, left.borrow()), of(member, right.borrow()));
                match self.is_ascending {
                    true => order,
                    false => order.reverse(),
                }
            });
        }
        Ok(taken
            .into_iter()
            .skip(self.start)
            .take(self.limit)
            .collect())
    }
}

/// The value of a member; null where there is none.
fn of<'o>(member: &Member, object: &'o Value) -> &'o Value {
    let value = member.value(object).ok().flatten();
    value.unwrap_or(&Value::Null)
}
