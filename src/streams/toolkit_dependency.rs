//! What a toolkit depends on.

use std::{fmt, str};

use bytes::Bytes;
use roxmltree::{Document, Node};
use serde::{Deserialize, Serialize};

use super::calls;
use crate::{ErrorKind, Limits, Result, error::History, transport::kept};

/// The namespace of the index, and that of what it shares with other documents.
const TOOLKIT: &str = "http://www.ibm.com/xmlns/prod/streams/spl/toolkit";
const COMMON: &str = "http://www.ibm.com/xmlns/prod/streams/spl/common";

/// Attributes of one element, and mentions of namespaces in all: the parser compares each with the others.
const MOST_COMPARED: usize = 200;

/// A toolkit that another toolkit needs, as the index of the latter says it. As a text it is `spl [1.0.0,2.0.0)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ToolkitDependency {
    /// Name of the toolkit that is needed.
    pub name: String,
    /// The range of its versions, such as `[1.0.0,2.0.0)`.
    pub version: String,
}

impl fmt::Display for ToolkitDependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

impl calls::Toolkit {
    /// The toolkits that it needs, in the order of its index; none when it needs none.
    ///
    /// The index is read whole, within [`Limits::json`] and with as many `<` and `=` as [`Limits::values`] says.
    ///
    /// ```no_run
    /// # async fn f(builds: headwaters::streams::BuildService) -> headwaters::Result<()> {
    /// for toolkit in builds.toolkits().list().await? {
    ///     for needed in builds.toolkit(&toolkit).dependencies().await? {
    ///         println!("{} needs {} {}", toolkit.id, needed.name, needed.version);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`is_decode`](crate::Error::is_decode) when the index is not XML, has a DTD, more than 200 namespaces or an element with more than 200
    /// attributes, or is not that of a toolkit; [`is_too_large`](crate::Error::is_too_large) past a limit; otherwise as any call.
    pub async fn dependencies(&self) -> Result<Vec<ToolkitDependency>> {
        let limits = &self.client.config().limits;
        let stream = self.index().await?;
        let history = stream.history().clone();
        let index = stream.into_bytes(limits.json).await?;
        read(index, &history, limits)
    }
}

/// The dependencies in an index.
fn read(index: Bytes, history: &History, limits: &Limits) -> Result<Vec<ToolkitDependency>> {
    let unfit = |what: &str| {
        let error = history.error(ErrorKind::Decode, what);
        error.with_body(kept(index.clone(), limits.error))
    };
    let text = str::from_utf8(&index)
        .map_err(|error| unfit("the index is not UTF-8").with_source(error))?;
    // The parser sets memory aside for so many before it looks at them.
    let marks = text.bytes().filter(|byte| matches!(byte, b'<' | b'='));
    if marks.count() > limits.values {
        let what = format!("the index holds more than {} values", limits.values);
        return Err(history.error(ErrorKind::TooLarge, what));
    }
    if let Some(excess) = excess(text) {
        return Err(unfit(&excess));
    }
    let document = Document::parse(text);
    let document = document
        .map_err(|error| unfit("the index is not XML that can be read").caused_by(error))?;
    let toolkit = child(document.root_element(), TOOLKIT, "toolkit");
    let toolkit = toolkit.ok_or_else(|| unfit("the index has no toolkit"))?;
    let mut dependencies = Vec::new();
    for dependency in children(toolkit, TOOLKIT, "dependency") {
        let part = |name| child(dependency, COMMON, name).map(text_of);
        dependencies.push(ToolkitDependency {
            name: part("name").ok_or_else(|| unfit("a dependency in the index has no name"))?,
            version: part("version")
                .ok_or_else(|| unfit("a dependency in the index has no version"))?,
        });
    }
    Ok(dependencies)
}

/// What an index has so much of that parsing it may take hours.
fn excess(text: &str) -> Option<String> {
    let namespaces = ["xmlns=", "xmlns:"].map(|mention| text.matches(mention).count());
    if namespaces.iter().sum::<usize>() > MOST_COMPARED {
        let what = format!("the index names namespaces more than {MOST_COMPARED} times");
        return Some(what);
    }
    let is_tag = |piece: &&str| !piece.starts_with(['/', '!', '?']);
    let mut tags = text.split('<').filter(is_tag);
    let is_crowded = tags.any(|tag| attributes(tag) > MOST_COMPARED);
    is_crowded.then(|| format!("an element of the index has more than {MOST_COMPARED} attributes"))
}

/// How many attributes stand in a tag, which is followed by text.
fn attributes(tag: &str) -> usize {
    let (mut count, mut quote) = (0, None);
    for byte in tag.bytes() {
        match (quote, byte) {
            (None, b'>') => break,
            (None, b'=') => count += 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    count
}

fn children<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    let mut nodes = parent.children();
    std::iter::from_fn(move || nodes.find(|node| node.has_tag_name((namespace, name))))
}

/// The first of them.
fn child<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Option<Node<'a, 'i>> {
    children(parent, namespace, name).next()
}

/// The text before the first element in it, comments left out.
fn text_of(element: Node<'_, '_>) -> String {
    let nodes = element.children().take_while(|node| !node.is_element());
    let texts = nodes.filter(|node| node.is_text());
    texts.filter_map(|node| node.text()).collect()
}
