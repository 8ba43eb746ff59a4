//! Versions, and installations of them.

use serde_json::{Value, json};

pub(crate) const FOUR: &str = "4.3.1.0";
/// The last whose root is at `/streams/rest/resources`.
pub(crate) const FIVE: &str = "5.4.0.0";

/// `activeVersion` of a domain and of an instance.
pub(crate) fn active() -> Value {
    json!({
        "architecture": "x86_64",
        "buildVersion": "20200226_0845",
        "editionName": "IBM Streams",
        "fullProductVersion": FOUR,
        "minimumOSBaseVersion": "7",
        "minimumOSPatchVersion": "2",
        "minimumOSVersion": "Red Hat Enterprise Linux 7.2",
        "productName": "IBM Streams",
        "productVersion": FOUR,
    })
}

/// An installation: a version, and where it is.
pub(crate) fn installation() -> Value {
    let mut installation = active();
    if let Value::Object(members) = &mut installation {
        let path = format!("/opt/ibm/InfoSphere_Streams/{FOUR}");
        members.insert("resourceType".to_owned(), "installation".into());
        members.insert("installPath".to_owned(), path.into());
        members.insert("owner".to_owned(), "streamsadmin".into());
    }
    installation
}
