//! The operation table: what a platform can do, as values.

/// One operation of a platform's API, as its spec describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The platform: `flink`.
    pub platform: &'static str,
    /// The id in spec, table, errors and command line: `jobs_get`.
    pub id: &'static str,
    /// The group that makes the call; empty for the client itself.
    pub group: &'static str,
    /// The HTTP method, as on the wire.
    pub method: &'static str,
    /// The path template: `/jobs/{jobid}`.
    pub path: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Whether a repeat is safe.
    pub idempotent: Idempotence,
    /// Which timeouts hold.
    pub timeout: TimeoutClass,
    /// The first server version that has it; `None` for all.
    pub since: Option<&'static str>,
    /// The last server version that has it; `None` for all.
    pub until: Option<&'static str>,
    /// Path, query and header parameters, in the order of the spec.
    pub parameters: &'static [Parameter],
    /// The request body: a schema's name or a media type.
    pub body: Option<&'static str>,
    /// The HTTP status of a success; `None` for any that is one.
    pub success: Option<u16>,
    /// What a success carries.
    pub response: ResponseKind,
    /// What a null in the place of the value says: that the list or the map is empty, `[]` or `{}`.
    pub empty: Option<&'static str>,
    /// The member of the answer that is false where it is an error, whatever its status: `head.ok`.
    pub ok: Option<&'static str>,
    /// The member of the answer that the call can give beside the value: `head.references`.
    pub beside: Option<&'static str>,
}

/// How many methods a request can have that no spec describes.
pub(crate) const RAW: usize = 8;

impl Operation {
    /// Which versions of the product have it; nothing where all do.
    pub(crate) fn versions(&self, product: &str) -> Option<String> {
        match (self.since, self.until) {
            (None, None) => None,
            (Some(since), None) => Some(format!("since {product} {since}")),
            (None, Some(until)) => Some(format!("until {product} {until}")),
            (Some(since), Some(until)) => Some(format!("from {product} {since} to {until}")),
        }
    }

    /// Requests that the spec of a platform does not describe: one operation for each method, GET first. An answer is an error where its
    /// member `ok` is false.
    pub(crate) const fn raw(platform: &'static str, ok: Option<&'static str>) -> [Self; RAW] {
        const fn of(
            platform: &'static str,
            ok: Option<&'static str>,
            method: &'static str,
            repeats: bool,
        ) -> Operation {
            Operation {
                platform,
                id: "request",
                group: "",
                method,
                path: "{path}",
                summary: "Makes a request that the spec does not describe.",
                idempotent: if repeats {
                    Idempotence::Always
                } else {
                    Idempotence::Never
                },
                timeout: TimeoutClass::Normal,
                since: None,
                until: None,
                parameters: &[],
                body: None,
                success: None,
                response: ResponseKind::Bytes("*/*"),
                empty: None,
                ok,
                beside: None,
            }
        }
        [
            of(platform, ok, "GET", true),
            of(platform, ok, "HEAD", true),
            of(platform, ok, "PUT", true),
            of(platform, ok, "DELETE", true),
            of(platform, ok, "POST", false),
            of(platform, ok, "PATCH", false),
            of(platform, ok, "MGET", true),
            of(platform, ok, "MPUT", false),
        ]
    }
}

/// Whether an operation may be repeated when it is not known if the first try arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Idempotence {
    /// A repeat changes nothing.
    Always,
    /// A repeat may do the thing twice: only failures before sending are retried.
    Never,
    /// Safe when this body member is set.
    With(&'static str),
}

/// Which timeouts hold for an operation (see [`Timeouts`](crate::Timeouts)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeoutClass {
    /// An ordinary exchange.
    Normal,
    /// It runs a program or moves much data before it answers.
    Long,
    /// The answer is a stream: no total timeout, an idle one.
    Stream,
    /// The answer is a stream that may be silent for any time: no timeout once it has begun.
    Endless,
}

impl TimeoutClass {
    /// `normal`, `long`, `stream` or `endless`, as the spec has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Long => "long",
            Self::Stream => "stream",
            Self::Endless => "endless",
        }
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it stands in the request.
    pub place: Place,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Its type in the words of the spec: `int32`, `JobId`, `[string]`.
    pub type_: &'static str,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

impl Place {
    /// `path`, `query` or `header`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// What a success carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// JSON of this type.
    Json(&'static str),
    /// A JSON object of which one member, named first, is the value of this type.
    Envelope(&'static str, &'static str),
    /// Bytes of this media type, as a stream.
    Bytes(&'static str),
    /// Nothing that matters.
    Empty,
}
