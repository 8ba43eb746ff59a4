//! Credentials of a Streaming Analytics service.

mod access;
mod members;
mod source;

use std::fmt;

use serde_json::value::RawValue;

use crate::{Error, Result, Secret, config::env, value::printable::printable};
pub(crate) use access::{ServiceAccess, ServicePath, ServiceV1, ServiceV2};
use members::Members;
pub use source::CredentialsSource;

/// The variable that holds VCAP services, as JSON or as the path of a file.
const VCAP_SERVICES: &str = "VCAP_SERVICES";

/// The variable that names the service among them.
const SERVICE_NAME: &str = "STREAMING_ANALYTICS_SERVICE_NAME";

/// The label under which VCAP lists the services.
const LABEL: &str = "streaming-analytics";

/// Credentials of a Streaming Analytics service on IBM Cloud.
///
/// They come from VCAP services, as Cloud Foundry gives them to an application, or from what the page of a service shows:
///
/// ```no_run
/// use headwaters::streams::ServiceCredentials;
///
/// // VCAP_SERVICES and STREAMING_ANALYTICS_SERVICE_NAME.
/// let credentials = ServiceCredentials::from_env()?;
/// // A file, and the name of a service in it.
/// let credentials = ServiceCredentials::of_vcap("/home/me/vcap.json", "Streams-1")?;
/// // What "View credentials" shows.
/// let credentials = ServiceCredentials::of_definition(r#"{"apikey": "…", "v2_rest_url": "https://…"}"#)?;
/// # Ok::<(), headwaters::Error>(())
/// ```
///
/// Errors of all of them are of the kind [`Config`](crate::ErrorKind::Config) and say what to change. None shows a value of the
/// credentials or a text that stands in their place.
#[derive(Clone)]
pub struct ServiceCredentials {
    name: String,
    access: ServiceAccess,
}

impl ServiceCredentials {
    /// The credentials that the environment variables `VCAP_SERVICES` (JSON or the path of a file) and
    /// `STREAMING_ANALYTICS_SERVICE_NAME` name.
    ///
    /// # Errors
    /// When one of them is not set, and as [`of_vcap`](Self::of_vcap).
    pub fn from_env() -> Result<Self> {
        Self::find(None, None, env::variable)
    }

    /// The credentials of the service of this name among VCAP services: JSON of the shape
    /// `{"streaming-analytics": [{"name": …, "credentials": {…}}]}`, as a text, a value, or a file. The first service of the name
    /// counts.
    ///
    /// # Errors
    /// When it cannot be read or is not JSON, holds no such service, or the credentials are not usable.
    pub fn of_vcap(
        vcap: impl Into<CredentialsSource>,
        service_name: impl AsRef<str>,
    ) -> Result<Self> {
        let nothing = |_: &str| Ok(None);
        Self::find(Some(vcap.into()), Some(service_name.as_ref()), nothing)
    }

    /// The credentials of a service definition, `{"type": "streaming-analytics", "name": …, "credentials": {…}}`, or of what stands in
    /// its `credentials` alone, whose service is named `service` here. As a text, a value, or a file.
    ///
    /// # Errors
    /// When it cannot be read or is not JSON, is the definition of another service, or the credentials are not usable.
    pub fn of_definition(definition: impl Into<CredentialsSource>) -> Result<Self> {
        let document = definition.into().read("the service definition")?;
        let definition = Members::of(&document.text, document.called)?;
        let refuse = |why: &str| Error::config(format!("{} {why}", definition.called));
        if definition.has(LABEL) {
            return Err(refuse(
                "holds VCAP services: choose one by its name with of_vcap",
            ));
        }
        if !definition.has("credentials") {
            return Self::of_members("service".to_owned(), &definition);
        }
        if let Some(label) = definition.string("type")?
            && label.expose() != LABEL
        {
            return Err(refuse("is of another type than streaming-analytics"));
        }
        let name = match definition.string("name")? {
            Some(name) => name.expose().to_owned(),
            None => "service".to_owned(),
        };
        Self::of_service(name, &definition)
    }

    /// The name of the service.
    pub fn service_name(&self) -> &str {
        &self.name
    }

    /// The version of the service's interface: 1 takes user and password, 2 takes tokens of IAM.
    pub fn version(&self) -> u32 {
        match self.access {
            ServiceAccess::V1(_) => 1,
            ServiceAccess::V2(_) => 2,
        }
    }

    /// What opens the service.
    pub(crate) fn access(&self) -> &ServiceAccess {
        &self.access
    }

    /// The credentials of a service among VCAP services; variables say what is not given.
    pub(crate) fn find(
        vcap: Option<CredentialsSource>,
        service_name: Option<&str>,
        variable: impl Fn(&str) -> Result<Option<String>>,
    ) -> Result<Self> {
        let document = match vcap {
            Some(vcap) => vcap.read("the text of VCAP services")?,
            None => {
                let vcap = variable(VCAP_SERVICES)?.ok_or_else(|| {
                    Error::config(format!(
                        "there are no VCAP services: give them, or set the environment variable {VCAP_SERVICES}"
                    ))
                })?;
                let called = format!("the environment variable {VCAP_SERVICES}");
                CredentialsSource::from(vcap).read(&called)?
            }
        };
        let (name, named_by) = match service_name.filter(|name| !name.is_empty()) {
            Some(name) => (Some(name.to_owned()), "that is given"),
            None => (
                variable(SERVICE_NAME)?,
                "of the environment variable STREAMING_ANALYTICS_SERVICE_NAME",
            ),
        };
        let vcap = Members::of(&document.text, document.called)?;
        let services = services(&vcap)?;
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Err(Error::config(format!(
                "no service is named: give its name, or set the environment variable {SERVICE_NAME}; {}",
                there_are(&services)
            )));
        };
        let found = services.iter().find(|(known, _)| *known == name);
        let (_, service) = found.ok_or_else(|| not_found(&name, named_by, &services))?;
        Self::of_service(name, service)
    }

    /// The credentials of a service that has them as a member: an object, or the JSON of one as a string.
    fn of_service(name: String, service: &Members<'_>) -> Result<Self> {
        let called = format!("the credentials of the service {}", quoted(&name));
        let credentials = service
            .raw("credentials")
            .ok_or_else(|| Error::config(format!("{called} are missing")))?;
        let text = match credentials.get().starts_with('"') {
            true => service.string("credentials")?,
            false => None,
        };
        let text = text.as_ref().map_or(credentials.get(), Secret::expose);
        if !text.trim_start().starts_with('{') {
            return Err(Error::config(format!(
                "{called} are not a JSON object, which begins with {{"
            )));
        }
        let mut credentials = Members::of(text, format!("the text of {called}"))?;
        credentials.called = called;
        Self::of_members(name, &credentials)
    }

    fn of_members(name: String, credentials: &Members<'_>) -> Result<Self> {
        let has = |name| credentials.has(name);
        let access = match (has("userid"), has("password")) {
            (true, true) => ServiceAccess::V1(ServiceV1::read(credentials)?),
            (false, false) if has("apikey") || has("v2_rest_url") => {
                ServiceAccess::V2(ServiceV2::read(credentials)?)
            }
            (false, false) => {
                return Err(Error::config(format!(
                    "{}: there is neither an apikey, which a service of version 2 has, nor userid and password, which one of version 1 has",
                    credentials.called
                )));
            }
            (has_user, _) => {
                let (there, missing) = match has_user {
                    true => ("userid", "password"),
                    false => ("password", "userid"),
                };
                return Err(Error::config(format!(
                    "{}: there is {there} without {missing}; a service of version 1 has both, one of version 2 neither",
                    credentials.called
                )));
            }
        };
        Ok(Self { name, access })
    }
}

impl fmt::Debug for ServiceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceCredentials")
            .field("service_name", &self.name)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

/// The Streaming Analytics services among VCAP services that have a name, in their order.
fn services<'a>(vcap: &Members<'a>) -> Result<Vec<(String, Members<'a>)>> {
    let refuse = |why: &str| Error::config(format!("{} {why}", vcap.called));
    let Some(labelled) = vcap.raw(LABEL) else {
        if ["credentials", "apikey", "userid"]
            .iter()
            .any(|name| vcap.has(name))
        {
            return Err(refuse(
                "holds the credentials of one service, not VCAP services: use of_definition",
            ));
        }
        let others = list(vcap.lists());
        return Err(refuse(&match others.is_empty() {
            true => format!("has no member {LABEL}"),
            false => format!("has no member {LABEL}; services that are there: {others}"),
        }));
    };
    let elements: Vec<&RawValue> = serde_json::from_str(labelled.get())
        .map_err(|_| refuse(&format!("has a member {LABEL} that is not a list")))?;
    let service = |element| {
        let service = Members::of_element(element, &format!("a service of {}", vcap.called))?;
        let name = service.string("name").ok()??;
        Some((name.expose().to_owned(), service))
    };
    Ok(elements.into_iter().filter_map(service).collect())
}

fn not_found(name: &str, named_by: &str, services: &[(String, Members<'_>)]) -> Error {
    let plain = |name: &str| {
        let name = name.trim().trim_matches(['"', '\'']);
        name.to_lowercase()
    };
    let mut known = services.iter().map(|(known, _)| known);
    // The name that was asked for is not shown: it may be a key in the wrong place.
    let said = match known.find(|known| plain(known) == plain(name)) {
        Some(known) => format!(
            "the name {named_by} differs from {} in case, blanks or quotes",
            quoted(known)
        ),
        None => format!("no service has the name {named_by}"),
    };
    Error::config(format!("{said}; {}", there_are(services)))
}

fn there_are(services: &[(String, Members<'_>)]) -> String {
    match services.is_empty() {
        true => format!("there are no services under {LABEL}"),
        false => format!(
            "services that are there: {}",
            list(services.iter().map(|(name, _)| &**name))
        ),
    }
}

/// The names, of which there may be many.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let names: Vec<_> = names.collect();
    let shown: Vec<_> = names.iter().take(MOST).map(|name| quoted(name)).collect();
    match names.len().checked_sub(MOST).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", shown.join(", ")),
        None => shown.join(", "),
    }
}

/// The name of a service, fit to be shown.
fn quoted(name: &str) -> String {
    const MOST: usize = 100;
    let shown: String = printable(name).chars().take(MOST).collect();
    match name.chars().nth(MOST) {
        Some(_) => format!("\"{shown}…\""),
        None => format!("\"{shown}\""),
    }
}

// Without TLS no https URL is taken, and the services have no others.
#[cfg(all(test, any(feature = "rustls", feature = "native-tls")))]
mod tests;
