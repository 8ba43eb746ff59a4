//! Certificates that are not trusted: what is wrong with each, and what to do.

use std::sync::Arc;

use headwaters::{Config, flink::Flink, reqwest::ClientBuilder};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};

use super::{
    OVERVIEW, assert_readable, brisk,
    scripted_server::{Answer, ScriptedServer},
};

pub type Authority = CertifiedIssuer<'static, KeyPair>;

fn named(hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params
}

pub fn authority() -> Authority {
    let mut params = named(&[]);
    params
        .distinguished_name
        .push(DnType::CommonName, "authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What this authority says of a host or a client.
pub fn identity(authority: &Authority) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let certificate = named(&["localhost"]).signed_by(&key, authority).unwrap();
    (certificate, key)
}

/// Lets in whom this authority knows.
pub fn mutual(authority: &Authority) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
    let (certificate, key) = identity(authority);
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap()
}

/// A server's certificate and key, and what is given as its authority.
struct Shown {
    certificate: CertificateDer<'static>,
    key: KeyPair,
    authority: String,
}

fn issued(params: &CertificateParams) -> Shown {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    Shown {
        certificate: params.signed_by(&key, &authority).unwrap().der().clone(),
        key,
        authority: authority.pem(),
    }
}

fn self_signed(params: &CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Shown {
        certificate: certificate.der().clone(),
        key,
        authority: certificate.pem(),
    }
}

/// As `openssl x509 -req` makes one without extensions.
fn version_1() -> Shown {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let whole = named(&["localhost"]).signed_by(&key, &authority).unwrap();
    let [whole] = elements(whole.der())[..] else {
        panic!("a certificate is one element")
    };
    let [body, algorithm, _] = elements(content(whole))[..] else {
        panic!("a certificate has three elements")
    };
    // Without the tagged elements, which are the version and the extensions.
    let untagged = elements(content(body)).into_iter();
    let untagged = untagged.filter(|element| !matches!(element[0], 0xa0 | 0xa3));
    let body = encoded(0x30, &untagged.collect::<Vec<_>>().concat());
    let signature = rcgen::SigningKey::sign(authority.key(), &body).unwrap();
    let signature = encoded(0x03, &[&[0], &*signature].concat());
    let whole = encoded(0x30, &[&body, algorithm, &signature].concat());
    Shown {
        certificate: whole.into(),
        key,
        authority: authority.pem(),
    }
}

/// Where the content of an element of DER begins and ends.
fn extent(der: &[u8]) -> (usize, usize) {
    let (begin, length) = match der[1] {
        short @ ..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    (begin, begin + length)
}

fn content(der: &[u8]) -> &[u8] {
    let (begin, end) = extent(der);
    &der[begin..end]
}

fn elements(mut der: &[u8]) -> Vec<&[u8]> {
    let mut elements = Vec::new();
    while !der.is_empty() {
        let (element, rest) = der.split_at(extent(der).1);
        elements.push(element);
        der = rest;
    }
    elements
}

fn encoded(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let length: &[u8] = match length {
        [0, short @ ..=0x7f] => &[short],
        [0, byte] => &[0x81, byte],
        [high, low] => &[0x82, high, low],
    };
    [&[tag], length, content].concat()
}

fn serving(shown: &Shown) -> (ScriptedServer, String) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(shown.key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    // Whoever serves a certificate of version 1 has not looked into it.
    let signing = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    let certified = rustls::sign::CertifiedKey::new(vec![shown.certificate.clone()], signing);
    let config =
        config.with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
    let stub = ScriptedServer::tls(config, |_| Answer::json(OVERVIEW));
    let url = stub.url().replace("http://127.0.0.1", "https://localhost");
    (stub, url)
}

fn expired() -> CertificateParams {
    let mut params = named(&["localhost"]);
    params.not_before = rcgen::date_time_ymd(2019, 1, 1);
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    params
}

fn future() -> CertificateParams {
    let mut params = named(&["localhost"]);
    params.not_before = rcgen::date_time_ymd(2090, 1, 1);
    params.not_after = rcgen::date_time_ymd(2091, 1, 1);
    params
}

fn of_an_authority() -> CertificateParams {
    let mut params = named(&["localhost"]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn stranger() -> Shown {
    Shown {
        authority: authority().pem(),
        ..issued(&named(&["localhost"]))
    }
}

async fn assert_told(
    backend: fn(ClientBuilder) -> ClientBuilder,
    what: &str,
    shown: &Shown,
    expected: Option<&str>,
) {
    let (stub, url) = serving(shown);
    let config = brisk()
        .with_http(backend)
        .with_certificate_authority(shown.authority.as_str());
    let outcome = Flink::with_config(&url, config).unwrap().overview().await;
    let Some(expected) = expected else {
        outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
        return;
    };
    let error = outcome.expect_err(what);
    let told = format!("the server's certificate is not trusted: {expected}");
    assert!(error.to_string().contains(&told), "{what}: {error}");
    assert!(error.is_connect() && !error.is_retryable(), "{what}");
    assert_eq!((error.attempts(), stub.count()), (1, 0), "{what}");
    assert_readable(&error);
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told_with_what_to_do() {
    let backend = |http: ClientBuilder| http.tls_backend_rustls();
    for (what, shown, expected) in [
        ("good", issued(&named(&["localhost"])), None),
        ("its own", self_signed(&named(&["localhost"])), None),
        ("v1", version_1(), Some("it is of X.509 version 1")),
        (
            "CN",
            issued(&named(&[])),
            Some("it names no host in subjectAltName"),
        ),
        (
            "other",
            issued(&named(&["node.test"])),
            Some("it is for other hosts"),
        ),
        (
            "address",
            issued(&named(&["10.1.2.3"])),
            Some("it is for other hosts"),
        ),
        ("expired", issued(&expired()), Some("it has expired")),
        ("future", issued(&future()), Some("it is not valid yet")),
        (
            "authority",
            self_signed(&of_an_authority()),
            Some("it is that of an authority"),
        ),
        ("stranger", stranger(), Some("its signature is not that of")),
        (
            "unknown",
            Shown {
                authority: self_signed(&expired()).authority,
                ..issued(&named(&["localhost"]))
            },
            Some("no authority that is known here has issued it"),
        ),
    ] {
        assert_told(backend, what, &shown, expected).await;
    }
}

#[cfg(feature = "native-tls")]
#[tokio::test]
async fn the_systems_library_is_understood_too() {
    let backend = |http: ClientBuilder| http.tls_backend_native();
    for (what, shown, expected) in [
        ("good", issued(&named(&["localhost"])), None),
        (
            "other",
            issued(&named(&["node.test"])),
            Some("it is for other hosts"),
        ),
        ("expired", issued(&expired()), Some("it has expired")),
        ("future", issued(&future()), Some("it is not valid yet")),
        (
            "unknown",
            Shown {
                authority: self_signed(&expired()).authority,
                ..issued(&named(&["localhost"]))
            },
            Some("no authority that is known here has issued it"),
        ),
        (
            "self",
            Shown {
                authority: authority().pem(),
                ..self_signed(&named(&["localhost"]))
            },
            Some("no authority that is known here has issued it"),
        ),
    ] {
        assert_told(backend, what, &shown, expected).await;
    }
}

#[tokio::test]
async fn a_file_in_pem_is_read_whatever_its_editor_has_put_around_it() {
    let shown = issued(&named(&["localhost"]));
    let (_stub, url) = serving(&shown);
    let pem = &shown.authority;
    let other = self_signed(&named(&["elsewhere.test"])).authority;
    let wide = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    for (what, file) in [
        ("a mark", format!("\u{feff}{pem}").into_bytes()),
        (
            "a mark between",
            format!("{other}\u{feff}{pem}").into_bytes(),
        ),
        ("CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("UTF-16", wide(pem)),
        ("a heading", [b"Autorit\xe9\n", pem.as_bytes()].concat()),
    ] {
        let config = brisk().with_certificate_authority(file);
        let outcome = Flink::with_config(&url, config).unwrap().overview().await;
        outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    for file in [shown.certificate.to_vec(), b"\xef\xbb\xbf".to_vec()] {
        let config = Config::new().with_certificate_authority(file);
        let error = Flink::with_config(&url, config).unwrap_err();
        assert!(error.to_string().contains("PEM"), "{error}");
    }
}
