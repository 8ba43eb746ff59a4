//! What opens a Streaming Analytics service.

use url::Url;

use super::{super::servers::IAM, members::Members};
use crate::{Error, Result, Secret, config::base_url};

/// What opens the service: that of its version.
#[derive(Clone)]
pub(crate) enum ServiceAccess {
    /// A service of version 1, which takes user and password.
    V1(ServiceV1),
    /// A service of version 2, which takes tokens of IAM.
    V2(ServiceV2),
}

/// Access to a service of version 1.
#[derive(Clone)]
pub(crate) struct ServiceV1 {
    pub(crate) user: String,
    pub(crate) password: Secret,
    paths: Vec<(ServicePath, Url)>,
}

/// Access to a service of version 2.
#[derive(Clone)]
pub(crate) struct ServiceV2 {
    /// Of the service itself; without a slash at its end.
    pub(crate) rest_url: Url,
    pub(crate) api_key: Secret,
}

/// What a service of version 1 has a path for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServicePath {
    Resources,
    Jobs,
    Status,
    Start,
    Stop,
}

impl ServiceV1 {
    pub(super) fn read(credentials: &Members<'_>) -> Result<Self> {
        let rest_url = url(credentials, "rest_url")?;
        let mut paths = Vec::new();
        for path in ServicePath::ALL {
            let member = path.member();
            if path != ServicePath::Resources && !credentials.has(member) {
                continue;
            }
            let text = credentials.word(member)?;
            // Without the slash, the path could go on the name of the host.
            let joined = Some(text.expose())
                .filter(|text| text.starts_with('/'))
                .and_then(|text| {
                    Url::parse(&format!(
                        "{}{text}",
                        rest_url.as_str().trim_end_matches('/')
                    ))
                    .ok()
                })
                .filter(|joined| joined.origin() == rest_url.origin());
            let joined = joined
                .ok_or_else(|| credentials.refuse(member, "is not a path that begins with /"))?;
            paths.push((path, joined));
        }
        Ok(Self {
            user: credentials.word("userid")?.expose().to_owned(),
            password: credentials.secret("password")?,
            paths,
        })
    }

    /// The URL for this purpose.
    ///
    /// # Errors
    /// When the credentials have no path for it.
    pub(crate) fn url(&self, path: ServicePath) -> Result<&Url> {
        let mut paths = self.paths.iter();
        let found = paths.find(|(known, _)| *known == path).map(|(_, url)| url);
        found.ok_or_else(|| {
            let member = path.member();
            Error::config(format!("the credentials of the service have no {member}"))
        })
    }
}

impl ServiceV2 {
    pub(super) fn read(credentials: &Members<'_>) -> Result<Self> {
        Ok(Self {
            rest_url: url(credentials, "v2_rest_url")?,
            api_key: credentials.word("apikey")?,
        })
    }

    /// Where IAM is that gives tokens for the service: IBM's test systems have one of their own.
    pub(crate) fn iam_url(&self) -> &'static str {
        let host = self.rest_url.host_str().unwrap_or_default();
        let is_test = host.ends_with("test.cloud.ibm.com")
            || (host.contains("stage1") && host.ends_with(".bluemix.net"));
        match is_test {
            true => "https://iam.test.cloud.ibm.com",
            false => IAM,
        }
    }
}

impl ServicePath {
    const ALL: [Self; 5] = [
        Self::Resources,
        Self::Jobs,
        Self::Status,
        Self::Start,
        Self::Stop,
    ];

    fn member(self) -> &'static str {
        match self {
            Self::Resources => "resources_path",
            Self::Jobs => "jobs_path",
            Self::Status => "status_path",
            Self::Start => "start_path",
            Self::Stop => "stop_path",
        }
    }
}

/// The URL of a server that a member holds.
fn url(credentials: &Members<'_>, member: &str) -> Result<Url> {
    let text = credentials.word(member)?;
    base_url(text.expose()).map_err(|error| {
        let called = &credentials.called;
        error.with_context(format!("the member {member} of {called}"))
    })
}
