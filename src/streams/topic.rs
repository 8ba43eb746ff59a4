//! Topics that streams are published under.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{SplType, calls, spl_literal, types::OperatorOutputPort};
use crate::{
    Batch, Link, Result,
    call::{BoxFuture, Linked as _},
};

/// A topic that a stream of a running job is published under, for other applications to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PublishedTopic {
    /// The topic.
    pub topic: String,
    /// What the tuples of the stream are made of; `None` where the server does not say.
    #[serde(default)]
    pub schema: Option<SplType>,
}

impl calls::Instance {
    /// The topics that streams of its jobs are published under, each once for each schema.
    ///
    /// One request gives the exported streams, one each their ports, and one more each the schemas of those that are published; eight
    /// at a time. A stream that ends meanwhile is left out.
    ///
    /// # Errors
    /// As any call.
    pub async fn published_topics(&self) -> Result<Vec<PublishedTopic>> {
        let streams = self.exported_streams().await?;
        let ports = streams.into_iter().filter_map(|stream| {
            let link = stream.operator_output_port?;
            Some(calls::OutputPortGet::linked(
                self.client.draft(),
                Some(link.as_str()),
            ))
        });
        let ports: Vec<_> = present(ports.collect::<Batch<_>>().all().await)?;
        let published = ports
            .iter()
            .filter_map(|port| Some((topic_of(port)?, port)));
        let (topics, schemas): (Vec<_>, Batch<_>) = published
            .map(|(topic, port)| (topic, self.schema(port.tuple_attributes.clone())))
            .unzip();
        let schemas = schemas.await?;
        let topics = topics.into_iter().zip(schemas);
        Ok(distinct(
            topics.map(|(topic, schema)| PublishedTopic { topic, schema }),
        ))
    }

    /// What a link to tuple attributes leads to, as a type; nothing where there is none, or one that is written otherwise.
    fn schema(
        &self,
        link: Option<Link<calls::OutputPortTupleAttributes>>,
    ) -> BoxFuture<Result<Option<SplType>>> {
        let draft = self.client.draft();
        Box::pin(async move {
            let Some(link) = link else {
                return Ok(None);
            };
            let attributes =
                calls::OutputPortTupleAttributes::linked(draft, Some(link.as_str())).await;
            match attributes {
                Ok(attributes) => Ok(attributes.spl_type.parse().ok()),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// Those that are still there.
fn present<T>(results: Vec<Result<T>>) -> Result<Vec<T>> {
    let is_gone = |result: &Result<T>| matches!(result, Err(error) if error.is_not_found());
    results
        .into_iter()
        .filter(|result| !is_gone(result))
        .collect()
}

fn topic_of(port: &OperatorOutputPort) -> Option<String> {
    let export = port.export.as_ref()?;
    let properties = export.properties.iter().flatten();
    let properties = properties.map(|property| ExportProperty {
        name: &property.name,
        spl_type: property.type_.as_deref().unwrap_or_default(),
        values: property.values.as_deref().unwrap_or_default(),
    });
    topic(export.type_.as_ref()?.as_str(), properties)
}

/// A property of an exported stream, as its output port shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExportProperty<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its SPL type.
    pub(crate) spl_type: &'a str,
    /// Its values as SPL literals: strings are in quotes.
    pub(crate) values: &'a [String],
}

/// The topic of an output port, from the `type` and the `properties` of its `export`; `None` where it is exported in another way.
///
/// A stream is published by two properties of type `rstring`: `__spl_exportType`, whose only value is `topic`, and `__spl_topic`, whose
/// first value is the topic. The topic is what the literal stands for; a text that is not a literal is the topic itself.
pub(crate) fn topic<'a>(
    export_type: &str,
    properties: impl IntoIterator<Item = ExportProperty<'a>>,
) -> Option<String> {
    if export_type != "properties" {
        return None;
    }
    let (mut is_published, mut topic) = (false, None);
    for property in properties {
        match (property.spl_type, property.name) {
            ("rstring", "__spl_exportType") => match property.values {
                [value] if spl_literal::interpret(value).as_deref() == Some("topic") => {
                    is_published = true;
                }
                _ => return None,
            },
            ("rstring", "__spl_topic") => topic = property.values.first(),
            _ => {}
        }
    }
    let topic = topic.filter(|_| is_published)?;
    let interpreted = spl_literal::interpret(topic);
    Some(interpreted.map_or_else(|| topic.clone(), |topic| topic.into_owned()))
}

/// Each topic once for each of its schemas, in the order in which they came first. Without a schema a topic stays only where it came
/// first so.
pub(crate) fn distinct(topics: impl IntoIterator<Item = PublishedTopic>) -> Vec<PublishedTopic> {
    let mut known: BTreeMap<String, HashSet<Option<SplType>>> = BTreeMap::new();
    let mut is_new = |published: &PublishedTopic| match known.get_mut(&published.topic) {
        Some(_) if published.schema.is_none() => false,
        Some(schemas) => schemas.insert(published.schema.clone()),
        None => {
            let schemas = HashSet::from([published.schema.clone()]);
            known.insert(published.topic.clone(), schemas);
            true
        }
    };
    topics
        .into_iter()
        .filter(|published| is_new(published))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Property = (&'static str, &'static str, &'static [&'static str]);

    const EXPORT_TYPE: Property = ("__spl_exportType", "rstring", &["\"topic\""]);
    const TOPIC: Property = ("__spl_topic", "rstring", &["\"a/b\""]);

    fn of(export_type: &str, properties: &[Property]) -> Option<String> {
        let values: Vec<Vec<_>> = properties
            .iter()
            .map(|(_, _, values)| values.iter().map(|value| (*value).to_owned()).collect())
            .collect();
        let properties = properties.iter().zip(&values);
        topic(
            export_type,
            properties.map(|((name, spl_type, _), values)| ExportProperty {
                name,
                spl_type,
                values,
            }),
        )
    }

    #[test]
    fn a_topic_is_told_by_two_properties_in_any_order_among_others() {
        let other = ("__spl_topicClass", "rstring", &["\"x\""][..]);
        let number = ("n", "int64", &["1"][..]);
        let found = Some("a/b".to_owned());
        assert_eq!(of("properties", &[EXPORT_TYPE, TOPIC]), found);
        assert_eq!(
            of("properties", &[other, TOPIC, number, EXPORT_TYPE]),
            found
        );
    }

    #[test]
    fn a_stream_that_is_exported_otherwise_has_no_topic() {
        assert_eq!(of("name", &[EXPORT_TYPE, TOPIC]), None);
        for properties in [
            &[][..],
            &[TOPIC],
            &[EXPORT_TYPE],
            &[("__spl_exportType", "rstring", &["topic"]), TOPIC],
            &[("__spl_exportType", "rstring", &["\"other\""]), TOPIC],
            &[
                ("__spl_exportType", "rstring", &["\"topic\"", "\"topic\""]),
                TOPIC,
            ],
            &[("__spl_exportType", "rstring", &[]), TOPIC],
            &[("__spl_exportType", "ustring", &["\"topic\""]), TOPIC],
            &[
                EXPORT_TYPE,
                ("__spl_exportType", "rstring", &["\"other\""]),
                TOPIC,
            ],
            &[EXPORT_TYPE, ("__spl_topic", "list<rstring>", &["\"a\""])],
            &[EXPORT_TYPE, ("__spl_topic", "rstring", &[])],
        ] {
            assert_eq!(of("properties", properties), None, "{properties:?}");
        }
    }

    #[test]
    fn a_topic_is_what_its_literal_stands_for() {
        for (value, topic) in [
            (r#""""#, ""),
            (r#""temp\u00e9rature/\"x\"""#, "température/\"x\""),
            ("bare", "bare"),
            ("", ""),
        ] {
            let values: &'static [&'static str] = Box::leak(Box::new([value]));
            let found = of(
                "properties",
                &[EXPORT_TYPE, ("__spl_topic", "rstring", values)],
            );
            assert_eq!(found.as_deref(), Some(topic), "{value}");
        }
    }

    #[test]
    fn a_topic_comes_once_for_each_schema() {
        let published = |topic: &str, schema: Option<&str>| PublishedTopic {
            topic: topic.to_owned(),
            schema: schema.map(|schema| schema.parse().unwrap()),
        };
        let topics = [
            published("a", Some("tuple<int32 x>")),
            published("b", None),
            published("a", None),
            published("a", Some("tuple< int32 x >")),
            published("a", Some("tuple<int32 y>")),
            published("b", Some("tuple<int32 x>")),
            published("b", None),
        ];
        let kept = [0, 1, 4, 5].map(|at| topics[at].clone());
        assert_eq!(distinct(topics), kept);
    }
}
