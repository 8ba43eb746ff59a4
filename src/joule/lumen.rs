//! Links that show streams of a node in Lumen, the web interface of Joule.

use std::ops::Range;

use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use super::{
    EventFilter,
    calls::{Folders, FoldersMap},
    types::{Element, EventStream, FolderMap},
};
use crate::{Error, ErrorKind, Result};

/// What a link shows, and how: elements of data streams, event streams, ranges of time and of the axes.
#[derive(Clone, Debug, Default)]
#[must_use = "a view is nothing until it is linked"]
pub struct LumenView {
    elements: Vec<(i32, Shown)>,
    event_streams: Vec<(i32, ShownEvents)>,
    navigated: Option<Range<f64>>,
    main: Option<Range<f64>>,
    left: Option<Range<f64>>,
    right: Option<Range<f64>>,
}

/// How an element of a data stream is drawn. The default leaves all to Lumen.
#[derive(Clone, Debug, Default)]
pub struct ElementStyle {
    /// The name in the legend; the element's own if empty.
    pub display_name: String,
    /// A colour as in CSS, such as `#ff0000`.
    pub color: String,
    /// The axis that it is drawn to.
    pub axis: Option<Axis>,
}

/// How the events of a stream are drawn. The default leaves all to Lumen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventStyle {
    /// The name in the legend; the stream's own if empty.
    pub display_name: String,
    /// The colour.
    pub color: Option<Setting>,
    /// The marker at each event, with its size.
    pub marker: Option<SizedSetting>,
    /// The text at each event, with its size.
    pub label: Option<SizedSetting>,
    /// Where on an axis it stands.
    pub position: Option<PlacedSetting>,
    /// How high it is.
    pub height: Option<Setting>,
}

/// An axis of the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// The one on the left.
    Left,
    /// The one on the right.
    Right,
}

/// Something that is the same for every event, or that an attribute of the event says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "setting_type", content = "value", rename_all = "lowercase")]
pub enum Setting {
    /// This for every event.
    Fixed(String),
    /// What stands under this key of the event's content.
    Attribute(String),
}

/// A setting with a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizedSetting {
    /// What is drawn.
    #[serde(flatten)]
    pub setting: Setting,
    /// How large.
    pub size: i32,
}

/// A setting with an axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlacedSetting {
    /// Where it stands.
    #[serde(flatten)]
    pub setting: Setting,
    /// The axis that this is a value of.
    pub axis: Axis,
}

#[derive(Clone, Debug, Serialize)]
struct Shown {
    index: i32,
    display_name: String,
    color: String,
    axis: Value,
}

#[derive(Clone, Debug, Serialize)]
struct ShownEvents {
    #[serde(flatten)]
    style: EventStyle,
    filter: Option<Value>,
}

impl LumenView {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows an element of a data stream.
    pub fn element(mut self, element: &Element, style: ElementStyle) -> Self {
        let shown = Shown {
            index: element.index,
            display_name: style.display_name,
            color: style.color,
            axis: style.axis.map_or_else(|| json!(""), |axis| json!(axis)),
        };
        self.elements.push((element.id, shown));
        self
    }

    /// Shows the events of a stream, those that fit the filter if one is given.
    pub fn event_stream(
        mut self,
        stream: &EventStream,
        style: EventStyle,
        filter: Option<EventFilter>,
    ) -> Self {
        // The text of a filter is JSON.
        let filter = filter.and_then(|filter| serde_json::from_str(&filter.to_string()).ok());
        self.event_streams
            .push((stream.id, ShownEvents { style, filter }));
        self
    }

    /// The range of the overview, in µs since the Unix epoch.
    pub fn navigated_time(mut self, range: Range<i64>) -> Self {
        self.navigated = Some(milliseconds(&range));
        self
    }

    /// The range of the plot, in µs since the Unix epoch.
    pub fn main_time(mut self, range: Range<i64>) -> Self {
        self.main = Some(milliseconds(&range));
        self
    }

    /// The values on the left axis.
    pub fn left_axis(mut self, range: Range<f64>) -> Self {
        self.left = Some(range);
        self
    }

    /// The values on the right axis.
    pub fn right_axis(mut self, range: Range<f64>) -> Self {
        self.right = Some(range);
        self
    }

    /// What Lumen finds in the link.
    fn state(&self, map: &FolderMap) -> Option<Value> {
        let elements = self.elements.iter().map(|(id, shown)| {
            let stream = map.data_stream_element_map.get(&id.to_string())?;
            with(json!(shown), "stream_id", json!(stream))
        });
        let events = self
            .event_streams
            .iter()
            .map(|(id, shown)| with(json!(shown), "id", json!(id)));
        Some(json!({
            "joule_objects": map,
            "elements": elements.collect::<Option<Vec<_>>>()?,
            "event_streams": events.collect::<Option<Vec<_>>>()?,
            "nav_time_bounds": bounds(self.navigated.as_ref()),
            "main_time_bounds": bounds(self.main.as_ref()),
            "left_y_bounds": bounds(self.left.as_ref()),
            "right_y_bounds": bounds(self.right.as_ref()),
        }))
    }
}

impl Folders {
    /// A link that shows the view in the Lumen server at this URL. Asks the node where the streams stand.
    ///
    /// # Errors
    /// [`is_request`](Error::is_request) when nothing is to be shown or the URL is none; otherwise as [`map`](Self::map).
    pub async fn lumen_link(&self, lumen: impl AsRef<str>, view: &LumenView) -> Result<Url> {
        let refuse = |reason: &str| Error::request(FoldersMap::OPERATION, reason);
        if view.elements.is_empty() && view.event_streams.is_empty() {
            return Err(refuse(
                "a link shows an element or an event stream at least",
            ));
        }
        let ids = |ids: Vec<i32>| json!(ids).to_string();
        let map = self
            .map(ids(view.elements.iter().map(|(id, _)| *id).collect()))
            .event_streams(ids(view.event_streams.iter().map(|(id, _)| *id).collect()))
            .await?;
        let state = view.state(&map).ok_or_else(|| {
            let what = "the node does not tell the stream of an element";
            Error::of(ErrorKind::Decode, FoldersMap::OPERATION, what)
        })?;
        let packed = lz_str::compress_to_encoded_uri_component(state.to_string().as_str());
        let base = lumen.as_ref().trim_end_matches('/');
        Url::parse(&format!("{base}/explorer?view={packed}"))
            .map_err(|error| refuse("the address of Lumen is not a URL").with_source(error))
    }
}

/// The object with one more member.
fn with(mut object: Value, name: &str, value: Value) -> Option<Value> {
    object.as_object_mut()?.insert(name.to_owned(), value);
    Some(object)
}

fn bounds(range: Option<&Range<f64>>) -> Option<Value> {
    range.map(|range| json!({"min": range.start, "max": range.end}))
}

fn milliseconds(range: &Range<i64>) -> Range<f64> {
    range.start as f64 / 1e3..range.end as f64 / 1e3
}
