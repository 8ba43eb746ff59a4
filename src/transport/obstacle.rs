//! What stands between here and a server until somebody mends it.

use super::distrust::Distrust;
use crate::config::is_untrusted;

/// The reason for which no connection is made, now or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    NoSuchHost,
    NoTls,
    ClientCertificate,
    Untrusted(Distrust),
    ProxyCredentials,
}

/// What resolvers say of a name that they have asked for and that does not exist or has no address: glibc, macOS, musl and Windows.
/// They say other things where they could not ask.
const NO_SUCH_HOST: [&str; 7] = [
    "name or service not known",
    "no address associated with hostname",
    "nodename nor servname provided",
    "name does not resolve",
    "name has no usable address",
    "no such host is known",
    "no records found",
];
/// What rustls and OpenSSL say of bytes that are no TLS.
const NO_TLS: [&str; 3] = [
    "invalidcontenttype",
    "wrong version number",
    "packet length too long",
];
/// What reqwest's tunnel says of a proxy that answers 407.
const PROXY_CREDENTIALS: &str = "proxy authorization required";
/// With which alerts a server refuses the certificate of a client or the lack of one, without spaces.
const ALERTS: [&str; 9] = [
    "certificaterequired",
    "badcertificate",
    "unsupportedcertificate",
    "certificaterevoked",
    "certificateexpired",
    "certificateunknown",
    "unknownca",
    "accessdenied",
    // Of a certificate that an authority of the same name, and not the same key, has issued.
    "decrypterror",
];

impl Obstacle {
    /// What the causes of a failed connection tell. The libraries have no type for it in common, but each names it in its text.
    pub(super) fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let causes = std::iter::successors(Some(error), |error| error.source());
        let told: Vec<String> = causes
            .map(|cause| cause.to_string().to_lowercase())
            .collect();
        let tells = |texts: &[&str]| {
            let mut told = told.iter();
            told.any(|cause| texts.iter().any(|text| cause.contains(text)))
        };
        let is_alert = told.iter().any(|cause| {
            let cause = cause.replace([' ', '_'], "");
            cause.contains("alert") && ALERTS.iter().any(|alert| cause.contains(alert))
        });
        if is_alert {
            Some(Self::ClientCertificate)
        } else if tells(&NO_SUCH_HOST) {
            Some(Self::NoSuchHost)
        } else if tells(&NO_TLS) {
            Some(Self::NoTls)
        } else if tells(&[PROXY_CREDENTIALS]) {
            Some(Self::ProxyCredentials)
        } else if is_untrusted(error) {
            Some(Self::Untrusted(Distrust::told(&told)))
        } else {
            None
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchHost => "the name of the host does not exist",
            Self::NoTls => "the URL says https, and the port does not speak TLS",
            Self::ClientCertificate => {
                "the server wants a client certificate, and none that it accepts was shown; give it one with \
                 Config::with_client_certificate"
            }
            Self::Untrusted(distrust) => distrust.as_str(),
            Self::ProxyCredentials => "the proxy wants credentials, or others than it got",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn behind(text: &str) -> Option<Obstacle> {
        Obstacle::behind(&io::Error::other(text))
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_from_a_resolver_that_cannot_be_asked() {
        for reason in [
            "Name or service not known",
            "No address associated with hostname",
            "nodename nor servname provided, or not known",
            "Name does not resolve",
        ] {
            let text = format!("failed to lookup address information: {reason}");
            assert_eq!(behind(&text), Some(Obstacle::NoSuchHost), "{text}");
        }
        assert_eq!(
            behind("No such host is known. (os error 11001)"),
            Some(Obstacle::NoSuchHost)
        );
        for reason in [
            "Temporary failure in name resolution",
            "Non-recoverable failure in name resolution",
            "Try again",
            "System error",
        ] {
            let text = format!("failed to lookup address information: {reason}");
            assert_eq!(behind(&text), None, "{text}");
        }
    }

    #[test]
    fn tls_libraries_are_understood() {
        for (text, obstacle) in [
            (
                "received corrupt message of type InvalidContentType",
                Obstacle::NoTls,
            ),
            (
                "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl/record/ssl3_record.c:354:",
                Obstacle::NoTls,
            ),
            (
                "error:0A0000C6:SSL routines:tls_get_more_records:packet length too long",
                Obstacle::NoTls,
            ),
            (
                "received fatal alert: CertificateRequired",
                Obstacle::ClientCertificate,
            ),
            (
                "received fatal alert: BadCertificate",
                Obstacle::ClientCertificate,
            ),
            (
                "received fatal alert: UnknownCA",
                Obstacle::ClientCertificate,
            ),
            (
                "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:SSL alert number 116",
                Obstacle::ClientCertificate,
            ),
            (
                "error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate",
                Obstacle::ClientCertificate,
            ),
        ] {
            assert_eq!(behind(text), Some(obstacle), "{text}");
        }
        for text in [
            "Connection refused (os error 111)",
            "received fatal alert: HandshakeFailure",
            "received fatal alert: InternalError",
            "unexpected end of file",
            "operation timed out",
        ] {
            assert_eq!(behind(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_read_from_each_library() {
        for (text, distrust) in [
            (
                "invalid peer certificate: Other(OtherError(UnsupportedCertVersion))",
                Distrust::Version,
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a\"; \
                 certificate is not valid for any names (according to its subjectAltName extension)",
                Distrust::NoName,
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a\"; certificate is only valid for DnsName(\"b\")",
                Distrust::OtherName,
            ),
            (
                "invalid peer certificate: certificate not valid yet: \
                 verification time 1 (UNIX), but certificate is not valid before 2",
                Distrust::NotYetValid,
            ),
            (
                "invalid peer certificate: BadSignature",
                Distrust::OtherIssuer,
            ),
            (
                "invalid peer certificate: Other(OtherError(certificate had invalid extensions))",
                Distrust::Purpose,
            ),
            ("invalid peer certificate: Revoked", Distrust::Revoked),
            ("invalid peer certificate: BadEncoding", Distrust::Other),
            (
                "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed: (IP address mismatch)",
                Distrust::OtherName,
            ),
            (
                "certificate verify failed: (certificate is not yet valid)",
                Distrust::NotYetValid,
            ),
            (
                "certificate verify failed: (CA signature digest algorithm too weak)",
                Distrust::Weak,
            ),
            (
                "certificate verify failed: (unsuitable certificate purpose)",
                Distrust::Purpose,
            ),
            ("certificate verify failed", Distrust::Other),
        ] {
            assert_eq!(behind(text), Some(Obstacle::Untrusted(distrust)), "{text}");
        }
    }
}
