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
        Self::of_services(&env::required(name)?).ok_or_else(|| {
            // The text holds secrets, and so may what a parser says of it.
            let what = format!("{name} names no service flowthings with an account and a token");
            Error::config(what)
        })
    }

    /// That of the first service `flowthings` of a text as Cloud Foundry writes it.
    fn of_services(text: &str) -> Option<Self> {
        let Services { flowthings } = serde_json::from_str(text).ok()?;
        let Service { credentials } = flowthings.first()?.read().ok()?;
        Some(Self::new(credentials.account, credentials.token))
    }

    /// What each request carries.
    pub(super) fn auth(&self) -> Auth {
        Auth::header("x-auth-token", self.token.clone())
            .and_shown_header("x-auth-account", &self.account)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What `from_bluemix` of `flowthings` 1.0.5 takes.
    #[test]
    fn the_first_service_says_who_asks() {
        for text in [
            r#"{"flowthings": [{"credentials": {"account": "acc", "token": "tok"}}]}"#,
            r#"{"flowthings": [
                {"name": "a", "label": "flowthings", "plan": "free", "credentials": {"token": "tok", "account": "acc", "url": 1}},
                {"name": "b", "credentials": {"account": "other", "token": "second"}},
                {"name": "c"}
            ], "mongodb": [{"credentials": {"account": "m", "token": "n"}}]}"#,
        ] {
            let token = Token::of_services(text).unwrap();
            assert_eq!(
                (token.account.as_str(), token.token.expose()),
                ("acc", "tok")
            );
        }
    }

    /// Python takes a number or a null for an account and a token too.
    #[test]
    fn what_lacks_a_part_names_nobody() {
        for text in [
            "",
            "tok",
            r#"{"flowthings": [{"credentials": {"account": "acc", "token": "tok"}}]"#,
            "{}",
            "[]",
            r#"{"other": [{"credentials": {"account": "acc", "token": "tok"}}]}"#,
            r#"{"flowthings": []}"#,
            r#"{"flowthings": {"credentials": {"account": "acc", "token": "tok"}}}"#,
            r#"{"flowthings": [{}]}"#,
            r#"{"flowthings": [{}, {"credentials": {"account": "acc", "token": "tok"}}]}"#,
            r#"{"flowthings": [{"credentials": {"account": "acc"}}]}"#,
            r#"{"flowthings": [{"credentials": {"token": "tok"}}]}"#,
            r#"{"flowthings": [{"credentials": {"account": 1, "token": "tok"}}]}"#,
            r#"{"flowthings": [{"credentials": {"account": "acc", "token": null}}]}"#,
        ] {
            assert!(Token::of_services(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_variable_without_a_token_is_told_by_its_name_alone() {
        // This one is always set, and no JSON.
        let error = Token::from_bluemix_variable("PATH").unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Config);
        let text = format!("{error} {error:?}");
        assert!(text.contains("PATH names no service flowthings"), "{text}");
        let value = std::env::var("PATH").unwrap();
        assert!(!text.contains(&value), "{text}");
        let error = Token::from_bluemix_variable("HEADWATERS_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Config);
        assert!(error.to_string().contains("HEADWATERS_NO_SUCH_VARIABLE"));
    }
}
