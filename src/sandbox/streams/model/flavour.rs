//! The forms in which the product can be had.

use std::fmt;
use std::str::FromStr;

/// A form of IBM Streams, which decides the paths, the credentials and what can be done over REST.
///
/// As text: `on-prem4`, `standalone5`, `cp4d`, `sas1`, `sas2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flavour {
    /// Streams 4.3 on your own hosts: domains, Basic authentication, and neither cancel nor submit over REST.
    #[default]
    OnPrem4,
    /// Streams 5.4 without Cloud Pak for Data: no domains, Basic authentication or a token of the instance; jobs are submitted,
    /// changed and cancelled over REST.
    Standalone5,
    /// Streams 5.4 in Cloud Pak for Data: always over TLS, with tokens of the latter.
    Cp4d,
    /// Streaming Analytics in the cloud, version 1 of its API: Basic authentication.
    Sas1,
    /// Streaming Analytics in the cloud, version 2 of its API: tokens of IBM Cloud.
    Sas2,
}

impl Flavour {
    /// Every flavour.
    pub const ALL: [Self; 5] = [
        Self::OnPrem4,
        Self::Standalone5,
        Self::Cp4d,
        Self::Sas1,
        Self::Sas2,
    ];

    /// Whether it is Streams 5, whose resources and errors look different.
    pub(crate) fn is_five(self) -> bool {
        matches!(self, Self::Standalone5 | Self::Cp4d)
    }

    /// Whether it is the service in the cloud.
    pub(crate) fn is_service(self) -> bool {
        matches!(self, Self::Sas1 | Self::Sas2)
    }

    fn name(self) -> &'static str {
        match self {
            Self::OnPrem4 => "on-prem4",
            Self::Standalone5 => "standalone5",
            Self::Cp4d => "cp4d",
            Self::Sas1 => "sas1",
            Self::Sas2 => "sas2",
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Flavour {
    type Err = UnknownFlavour;

    fn from_str(text: &str) -> Result<Self, UnknownFlavour> {
        let mut all = Self::ALL.into_iter();
        all.find(|flavour| flavour.name() == text)
            .ok_or(UnknownFlavour)
    }
}

/// That a text names no [`Flavour`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFlavour;

impl fmt::Display for UnknownFlavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Flavour::ALL.map(Flavour::name).join(", ");
        write!(f, "not a flavour of Streams; there are {names}")
    }
}

impl std::error::Error for UnknownFlavour {}
