//! Who asks: an account and a token of it.

use serde::Deserialize;

use crate::{Auth, Error, Json, Result, Secret, config::env};

/// The variable in which Cloud Foundry tells an application of its services.
const VCAP_SERVICES: &str = "VCAP_SERVICES";

/// An account, and a token that may ask in its name.
#[derive(Clone, Debug)]
pub struct Token {
    pub(super) account: String,
    token: Secret,
}

impl Token {
    /// The account of this name, and the master token or another token of it.
    pub fn new(account: impl Into<String>, token: impl Into<Secret>) -> Self {
        Self {
            account: account.into(),
            token: token.into(),
        }
    }

    /// The token that Bluemix, now IBM Cloud, gives to an application in the environment variable `VCAP_SERVICES`: that of the first
    /// service `flowthings`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the variable is not set or names no such service.
    pub fn from_bluemix() -> Result<Self> {
        Self::from_bluemix_variable(VCAP_SERVICES)
    }

    /// The same from another variable.
    ///
    /// # Errors
    /// As [`from_bluemix`](Self::from_bluemix).
    pub fn from_bluemix_variable(name: impl AsRef<str>) -> Result<Self> {
        let name = name.as_ref();
        let services = env::required(name)?;
        let service = serde_json::from_str(&services)
            .ok()
            .and_then(|Services { flowthings }| flowthings.first()?.read().ok());
        let Some(Service { credentials }) = service else {
            // The text holds secrets, and so may what a parser says of it.
            let what = format!("{name} names no service flowthings with an account and a token");
            return Err(Error::config(what));
        };
        Ok(Self::new(credentials.account, credentials.token))
    }

    /// What each request carries.
    pub(super) fn auth(&self) -> Auth {
        Auth::header("x-auth-token", self.token.clone())
            .and_header("x-auth-account", self.account.as_str())
    }
}

#[derive(Deserialize)]
struct Services {
    flowthings: Vec<Json>,
}

#[derive(Deserialize)]
struct Service {
    credentials: Credentials,
}

#[derive(Deserialize)]
struct Credentials {
    account: String,
    token: Secret,
}
