//! The root: what there is to begin with.

use serde_json::json;

use crate::sandbox::streams::model::domain::Domain;
use crate::sandbox::streams::wire::Answer;
use crate::sandbox::streams::wire::collection::Collection;
use crate::sandbox::streams::wire::request::Request;
use crate::sandbox::streams::wire::version;

/// GET /resources
pub(crate) fn resources(domain: &mut Domain, request: &Request) -> Answer {
    let names: &[(&str, &str)] = match domain.flavour.is_five() {
        true => &[
            ("accessTokens", "accesstokens"),
            ("instances", "instances"),
            ("toolkits", "toolkits"),
        ],
        false => &[
            ("domains", "domains"),
            ("installations", "installations"),
            ("instances", "instances"),
            ("zooKeeperEnsembles", "zookeeperensembles"),
        ],
    };
    let entries = names.iter().map(|(name, path)| {
        json!({"name": name, "resource": request.links.root(format_args!("/{path}"))})
    });
    Ok(Collection::new("resources", "resourceList", entries).reply(request))
}

/// GET /installations
pub(crate) fn installations(_: &mut Domain, request: &Request) -> Answer {
    let all = [version::installation()];
    Ok(Collection::new("installations", "installationList", all).reply(request))
}
