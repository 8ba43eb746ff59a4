//! Elements: the columns of a data stream.

/// A column of a data stream.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) units: Option<String>,
    pub(crate) plottable: Option<bool>,
    pub(crate) display_type: &'static str,
    pub(crate) offset: f64,
    pub(crate) scale_factor: f64,
    pub(crate) default_max: Option<f64>,
    pub(crate) default_min: Option<f64>,
}

impl Element {
    /// One of which nothing is known but its name, as those of streams that modules write.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            id: 0,
            name: name.to_owned(),
            units: None,
            plottable: None,
            display_type: "CONTINUOUS",
            offset: 0.0,
            scale_factor: 1.0,
            default_max: None,
            default_min: None,
        }
    }
}
