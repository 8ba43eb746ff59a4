//! What is wrong with a server's certificate, and what to do about it.

/// The reason for which a certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distrust {
    Version,
    NoName,
    OtherName,
    Expired,
    NotYetValid,
    UnknownIssuer,
    OtherIssuer,
    Authority,
    Purpose,
    Weak,
    Revoked,
    /// The library's own words have to do.
    Other,
}

/// What rustls and OpenSSL say in lower case, the most telling first.
const TOLD: [(&str, Distrust); 24] = [
    ("unsupportedcertversion", Distrust::Version),
    ("not valid for any names", Distrust::NoName),
    ("not valid for name", Distrust::OtherName),
    ("notvalidforname", Distrust::OtherName),
    ("hostname mismatch", Distrust::OtherName),
    ("ip address mismatch", Distrust::OtherName),
    ("certificate expired", Distrust::Expired),
    ("certificate has expired", Distrust::Expired),
    ("not valid yet", Distrust::NotYetValid),
    ("not yet valid", Distrust::NotYetValid),
    ("unknownissuer", Distrust::UnknownIssuer),
    ("local issuer certificate", Distrust::UnknownIssuer),
    ("get issuer certificate", Distrust::UnknownIssuer),
    ("verify the first certificate", Distrust::UnknownIssuer),
    ("self-signed certificate", Distrust::UnknownIssuer),
    ("self signed certificate", Distrust::UnknownIssuer),
    ("badsignature", Distrust::OtherIssuer),
    ("certificate signature failure", Distrust::OtherIssuer),
    ("causedasendentity", Distrust::Authority),
    ("invalid extensions", Distrust::Purpose),
    ("certificate purpose", Distrust::Purpose),
    ("unsupportedsignaturealgorithm", Distrust::Weak),
    ("too weak", Distrust::Weak),
    ("revoked", Distrust::Revoked),
];

impl Distrust {
    /// What the causes of a failure tell, each in lower case.
    pub(super) fn told(causes: &[String]) -> Self {
        let mut known = TOLD.iter();
        let told = known.find(|(text, _)| causes.iter().any(|cause| cause.contains(text)));
        told.map_or(Self::Other, |(_, distrust)| *distrust)
    }

    /// What is wrong, and what to do.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Version => {
                "the server's certificate is not trusted: it is of X.509 version 1, which names no hosts; issue one of version 3 \
                 with the host of the URL in subjectAltName"
            }
            Self::NoName => {
                "the server's certificate is not trusted: it names no host in subjectAltName, and a common name does not count; \
                 issue one that has the host of the URL there"
            }
            Self::OtherName => {
                "the server's certificate is not trusted: it is for other hosts; use one of its names in the URL, or issue one with \
                 the host of the URL in subjectAltName"
            }
            Self::Expired => {
                "the server's certificate is not trusted: it has expired, unless the clock of this host is wrong; renew it"
            }
            Self::NotYetValid => {
                "the server's certificate is not trusted: it is not valid yet, unless the clock of this host is wrong"
            }
            Self::UnknownIssuer => {
                "the server's certificate is not trusted: no authority that is known here has issued it; give that authority's \
                 certificate to Config::with_certificate_authority"
            }
            Self::OtherIssuer => {
                "the server's certificate is not trusted: its signature is not that of the authority of this name; give the \
                 certificate of the authority that issued it"
            }
            Self::Authority => {
                "the server's certificate is not trusted: it is that of an authority, which cannot be a server's too; issue one \
                 with basicConstraints CA:FALSE"
            }
            Self::Purpose => {
                "the server's certificate is not trusted: it is not meant for servers; issue one with serverAuth in \
                 extendedKeyUsage, or without extendedKeyUsage"
            }
            Self::Weak => {
                "the server's certificate is not trusted: it is signed in a way that is not secure; issue one that is signed with \
                 SHA-256 or better"
            }
            Self::Revoked => {
                "the server's certificate is not trusted: its authority has revoked it; the server needs a new one"
            }
            Self::Other => "the server's certificate is not trusted",
        }
    }
}
