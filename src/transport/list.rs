//! Comma lists in the query.

use std::fmt::Display;

use crate::{Error, Operation, Result};

/// The items with commas between them; a comma inside an item cannot be told from one between two.
pub(crate) fn joined<T: Display>(
    operation: &'static Operation,
    name: &str,
    items: Option<&[T]>,
) -> Result<Option<String>> {
    let Some(items) = items else { return Ok(None) };
    let mut list = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            list.push(',');
        }
        list.push_str(&checked(operation, name, item)?);
    }
    Ok(Some(list))
}

/// The items in as few lists as fit into `room` encoded bytes each; one `None` when nothing was said.
pub(crate) fn split<T: Display>(
    operation: &'static Operation,
    name: &str,
    items: Option<&[T]>,
    room: usize,
) -> Result<Vec<Option<String>>> {
    let Some(items) = items else {
        return Ok(vec![None]);
    };
    let mut lists = Vec::new();
    let mut list = String::new();
    let mut used = encoded_length(name) + "&=".len();
    let empty = used;
    let comma = encoded_length(",");
    for (index, item) in items.iter().enumerate() {
        let item = checked(operation, name, item)?;
        let length = encoded_length(&item);
        if empty + length > room {
            return Err(Error::request(
                operation,
                format!(
                    "an item of {name} has {length} bytes and does not fit into the request line"
                ),
            ));
        }
        if used > empty && used + comma + length > room {
            lists.push(Some(std::mem::take(&mut list)));
            used = empty;
        } else if index > 0 {
            list.push(',');
            used += comma;
        }
        list.push_str(&item);
        used += length;
    }
    lists.push(Some(list));
    Ok(lists)
}

/// A list whose items each have the key before them, as `&tag=a&tag=b` writes it.
pub(crate) fn exploded<T: Display>(name: &str, items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(&format!("&{name}="))
}

fn checked<T: Display>(operation: &'static Operation, name: &str, item: &T) -> Result<String> {
    let item = item.to_string();
    if item.contains(',') {
        Err(Error::request(
            operation,
            format!("{item:?} has a comma, which separates the items of {name}"),
        ))
    } else {
        Ok(item)
    }
}

/// Bytes of a text in a query.
pub(crate) fn encoded_length(text: &str) -> usize {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .map(str::len)
        .sum()
}
