//! The table of contents: every operation, the flavours that have it, and who answers it.

mod active_service;
mod application_configuration;
mod bundle;
mod cloud_pak;
mod connection;
mod domain;
mod host;
mod instance;
mod job;
mod job_group;
pub(super) mod metric;
mod operator;
mod pe;
mod pe_port;
mod port;
mod root;
mod service1;
mod service2;
mod stream;
mod submission;
mod token;
mod toolkit;
mod view;

use std::sync::LazyLock;

use super::model::domain::Domain;
use super::model::flavour::Flavour;
use super::wire::Answer;
use super::wire::request::Request;

/// Who answers.
pub(super) type Handler = fn(&mut Domain, &Request) -> Answer;

/// An operation.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Where it is below the resources, or as a whole, if it begins with two slashes.
    path: &'static str,
    /// Its name in the spec.
    pub(super) id: &'static str,
    flavours: Flavours,
    /// None where the sandbox does not carry it.
    pub(super) handler: Option<Handler>,
}

/// Some of the flavours.
#[derive(Clone, Copy, Debug)]
enum Flavours {
    All,
    Four,
    Five,
    Cp4d,
    Sas1,
    Sas2,
}

impl Flavours {
    fn include(self, flavour: Flavour) -> bool {
        match self {
            Self::All => true,
            Self::Four => !flavour.is_five(),
            Self::Five => flavour.is_five(),
            Self::Cp4d => flavour == Flavour::Cp4d,
            Self::Sas1 => flavour == Flavour::Sas1,
            Self::Sas2 => flavour == Flavour::Sas2,
        }
    }
}

use Flavours::{All, Cp4d, Five, Four, Sas1, Sas2};

/// Operations for which nobody needs to be known.
pub(super) const OPEN: [&str; 3] = ["cloud_pak_authorize", "iam_oidc_token", "iam_token"];

/// Operations to which archives come.
pub(super) const ARCHIVES: [&str; 1] = ["toolkits_upload"];

/// Operations whose answers are the same for as long as there are the same jobs.
pub(super) const STEADY: [&str; 2] = ["instance_operators", "instance_operator_connections"];

const fn route(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    flavours: Flavours,
    handler: Handler,
) -> Route {
    Route {
        method,
        path,
        id,
        flavours,
        handler: Some(handler),
    }
}

/// An operation that answers 501.
const fn uncarried(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    flavours: Flavours,
) -> Route {
    Route {
        method,
        path,
        id,
        flavours,
        handler: None,
    }
}

/// `{instance}` and `{domain}`, `{service}` and `{binding}` stand for the only ones that there are.
#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/resources", "root_resources", All, root::resources),
    route("GET", "/roots", "root_roots", Five, root::resources),
    //
    route("GET", "/domains", "domains_list", Four, domain::list),
    route("GET", "/domains/{domain}", "domain_get", Four, domain::get),
    route("GET", "/domains/{domain}/instances", "domain_instances", Four, instance::list),
    route("GET", "/domains/{domain}/hosts", "domain_hosts", Four, host::list_of_domain),
    route("GET", "/domains/{domain}/hosts/{host}", "domain_host", Four, host::get_of_domain),
    route("GET", "/domains/{domain}/hosts/{host}/metrics", "domain_host_metrics", Four, metric::list),
    route("GET", "/domains/{domain}/resources", "domain_resources", Four, host::resources),
    route("GET", "/domains/{domain}/resources/{resource}", "resource_get", Four, host::resource),
    route("GET", "/domains/{domain}/resources/{resource}/metrics", "resource_metrics", Four, metric::list),
    route("GET", "/domains/{domain}/resources/{resource}/installations", "resource_installations", Four, host::installations),
    route("GET", "/domains/{domain}/resourceallocations", "domain_resource_allocations", Four, host::allocations),
    route("GET", "/domains/{domain}/activeservices", "domain_active_services", Four, active_service::list_of_domain),
    route("GET", "/domains/{domain}/activeservices/{service_id}", "domain_active_service", Four, active_service::get_of_domain),
    uncarried("GET", "/domains/{domain}/productlog", "domain_product_log", Four),
    uncarried("POST", "/domains/{domain}/actions", "domain_action", Four),
    route("GET", "/installations", "installations_list", Four, root::installations),
    route("GET", "/zookeeperensembles", "zookeeper_ensembles_list", Four, domain::ensembles),
    route("GET", "/domains/{domain}/zookeeperensembles", "domain_zookeeper_ensembles", Four, domain::ensembles),
    route("GET", "/domains/{domain}/zookeeperensembles/{zookeeper_ensemble}", "zookeeper_ensemble_get", Four, domain::ensemble),
    route("GET", "/domains/{domain}/zookeeperensembles/{zookeeper_ensemble}/nodes", "zookeeper_ensemble_nodes", Four, domain::nodes),
    route("GET", "/domains/{domain}/zookeeperensembles/{zookeeper_ensemble}/nodes/{zookeeper_node}", "zookeeper_node_get", Four, domain::node),
    //
    route("GET", "/instances", "instances_list", All, instance::list),
    route("GET", "/instances/{instance}", "instance_get", All, instance::get),
    uncarried("POST", "/instances/{instance}/actions", "instance_action", All),
    route("GET", "/instances/{instance}/activeservices", "instance_active_services", Four, active_service::list_of_instance),
    route("GET", "/instances/{instance}/hosts", "instance_hosts", Four, host::list_of_instance),
    route("GET", "/instances/{instance}/hosts/{host}", "host_get", Four, host::get_of_instance),
    route("GET", "/instances/{instance}/hosts/{host}/metrics", "host_metrics", Four, metric::list),
    route("GET", "/instances/{instance}/resourceallocations", "instance_resource_allocations", Four, host::allocations),
    route("GET", "/instances/{instance}/resourceallocations/{resource_allocation}", "resource_allocation_get", Four, host::allocation),
    route("GET", "/instances/{instance}/resourceallocations/{resource_allocation}/activeservices", "resource_allocation_active_services", Four, active_service::list_of_allocation),
    route("GET", "/instances/{instance}/resourceallocations/{resource_allocation}/activeservices/{active_service}", "active_service_get", Four, active_service::get_of_allocation),
    route("GET", "/instances/{instance}/resources/{resource}", "instance_resource", Five, host::resource),
    route("GET", "/instances/{instance}/resources/{resource}/metrics", "instance_resource_metrics", Five, metric::list),
    //
    route("GET", "/instances/{instance}/jobs", "instance_jobs", All, job::list),
    route("POST", "/instances/{instance}/jobs", "instance_submit", Five, submission::submit),
    uncarried("GET", "/instances/{instance}/jobs/snapshot", "instance_jobs_snapshot", All),
    uncarried("GET", "/instances/{instance}/jobs/metricssnapshot", "instance_jobs_metrics_snapshot", All),
    route("GET", "/instances/{instance}/jobs/{job}", "job_get", All, job::get),
    route("PATCH", "/instances/{instance}/jobs/{job}", "job_update", Five, job::update),
    route("DELETE", "/instances/{instance}/jobs/{job}", "job_cancel", Five, job::cancel),
    uncarried("POST", "/instances/{instance}/jobs/{job}/actions", "job_action", All),
    route("GET", "/instances/{instance}/jobs/{job}/applicationlogtrace", "job_application_log_trace", All, job::logs),
    route("GET", "/instances/{instance}/jobs/{job}/productlog", "job_product_log", All, job::logs),
    uncarried("GET", "/instances/{instance}/jobs/{job}/snapshot", "job_snapshot", All),
    uncarried("GET", "/instances/{instance}/jobs/{job}/metricssnapshot", "job_metrics_snapshot", All),
    //
    route("GET", "/instances/{instance}/operators", "instance_operators", All, operator::list),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}", "operator_get", All, operator::get),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/metrics", "operator_metrics", All, metric::list),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/inputports", "operator_input_ports", All, port::inputs),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/inputports/{input_port}", "input_port_get", All, port::input),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/inputports/{input_port}/metrics", "input_port_metrics", All, metric::list),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/inputports/{input_port}/peinputports", "input_port_pe_input_ports", All, port::pe_inputs),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/outputports", "operator_output_ports", All, port::outputs),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/outputports/{output_port}", "output_port_get", All, port::output),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/outputports/{output_port}/metrics", "output_port_metrics", All, metric::list),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/outputports/{output_port}/tupleattributes", "output_port_tuple_attributes", All, port::tuple_attributes),
    route("GET", "/instances/{instance}/jobs/{job}/operators/{operator}/outputports/{output_port}/peoutputports", "output_port_pe_output_ports", All, port::pe_outputs),
    route("GET", "/instances/{instance}/operatorconnections", "instance_operator_connections", All, connection::of_operators),
    route("GET", "/instances/{instance}/operatorconnections/{operator_connection}", "operator_connection_get", All, connection::of_operator),
    //
    route("GET", "/instances/{instance}/pes", "instance_pes", All, pe::list),
    route("GET", "/instances/{instance}/pes/{pe}", "pe_get", All, pe::get),
    uncarried("POST", "/instances/{instance}/pes/{pe}/actions", "pe_action", All),
    route("GET", "/instances/{instance}/pes/{pe}/metrics", "pe_metrics", All, metric::list),
    route("GET", "/instances/{instance}/pes/{pe}/inputports", "pe_input_ports", All, pe_port::inputs),
    route("GET", "/instances/{instance}/pes/{pe}/inputports/{pe_input_port}", "pe_input_port_get", All, pe_port::input),
    route("GET", "/instances/{instance}/pes/{pe}/inputports/{pe_input_port}/metrics", "pe_input_port_metrics", All, metric::list),
    route("GET", "/instances/{instance}/pes/{pe}/outputports", "pe_output_ports", All, pe_port::outputs),
    route("GET", "/instances/{instance}/pes/{pe}/outputports/{pe_output_port}", "pe_output_port_get", All, pe_port::output),
    route("GET", "/instances/{instance}/pes/{pe}/outputports/{pe_output_port}/metrics", "pe_output_port_metrics", All, metric::list),
    route("GET", "/instances/{instance}/pes/{pe}/consolelog", "pe_console_log", All, pe::console_log),
    route("GET", "/instances/{instance}/pes/{pe}/applicationtrace", "pe_application_trace", All, pe::trace),
    route("GET", "/instances/{instance}/pes/{pe}/productlog", "pe_product_log", All, pe::trace),
    uncarried("GET", "/instances/{instance}/pes/{pe}/snapshot", "pe_snapshot", All),
    uncarried("GET", "/instances/{instance}/pes/{pe}/metricssnapshot", "pe_metrics_snapshot", All),
    route("GET", "/instances/{instance}/peconnections", "instance_pe_connections", All, connection::of_pes),
    route("GET", "/instances/{instance}/peconnections/{pe_connection}", "pe_connection_get", All, connection::of_pe),
    route("GET", "/instances/{instance}/peconnections/{pe_connection}/metrics", "pe_connection_metrics", All, metric::list),
    //
    route("GET", "/instances/{instance}/views", "instance_views", All, view::list),
    route("GET", "/instances/{instance}/views/{view}", "view_get", All, view::get),
    route("GET", "/instances/{instance}/views/{view}/viewitems", "view_items", All, view::items),
    uncarried("POST", "/instances/{instance}/views/{view}/actions", "view_action", All),
    route("GET", "/instances/{instance}/activeviews", "instance_active_views", All, view::active),
    route("GET", "/instances/{instance}/activeviews/{active_view}", "active_view_get", All, view::active_one),
    route("GET", "/instances/{instance}/activeviews/{active_view}/viewitems", "active_view_items", All, view::items),
    route("GET", "/instances/{instance}/configuredviews", "instance_configured_views", All, view::configured),
    route("GET", "/instances/{instance}/configuredviews/{configured_view}", "configured_view_get", All, view::configured_one),
    //
    route("GET", "/instances/{instance}/exportedstreams", "instance_exported_streams", All, stream::exported),
    route("GET", "/instances/{instance}/exportedstreams/{stream}", "exported_stream", All, stream::exported_one),
    route("GET", "/instances/{instance}/importedstreams", "instance_imported_streams", All, stream::imported),
    route("GET", "/instances/{instance}/importedstreams/{stream}", "imported_stream", All, stream::imported_one),
    //
    route("POST", "/instances/{instance}/applicationbundles", "instance_upload_bundle", Five, bundle::upload),
    // The link that the upload tells, which the spec does not follow.
    route("GET", "/instances/{instance}/applicationbundles/{application_bundle}", "application_bundle_get", Five, bundle::get),
    route("GET", "/instances/{instance}/applicationconfigurations", "instance_application_configurations", Five, application_configuration::list),
    route("POST", "/instances/{instance}/applicationconfigurations", "instance_create_application_configuration", Five, application_configuration::create),
    route("GET", "/instances/{instance}/applicationconfigurations/{application_configuration}", "application_configuration_get", Five, application_configuration::get),
    route("PATCH", "/instances/{instance}/applicationconfigurations/{application_configuration}", "application_configuration_update", Five, application_configuration::update),
    route("DELETE", "/instances/{instance}/applicationconfigurations/{application_configuration}", "application_configuration_delete", Five, application_configuration::delete),
    route("GET", "/instances/{instance}/jobgroups", "instance_job_groups", Five, job_group::list),
    route("GET", "/instances/{instance}/jobgroups/{job_group}", "job_group_get", Five, job_group::get),
    uncarried("POST", "/instances/{instance}/jobsubmissions", "instance_create_job_submission", Five),
    uncarried("GET", "/instances/{instance}/jobsubmissions/{job_submission}", "job_submission_get", Five),
    uncarried("GET", "/instances/{instance}/jobsubmissions/{job_submission}/logmessages", "job_submission_log_messages", Five),
    route("GET", "/instances/{instance}/properties/{property}", "instance_property", Five, instance::property),
    route("POST", "/accesstokens", "access_tokens_create", Five, token::of_instance),
    //
    route("GET", "/toolkits", "toolkits_list", Five, toolkit::list),
    route("POST", "/toolkits", "toolkits_upload", Five, toolkit::upload),
    route("GET", "/toolkits/{toolkit}", "toolkit_get", Five, toolkit::get),
    route("DELETE", "/toolkits/{toolkit}", "toolkit_delete", Five, toolkit::delete),
    route("GET", "/toolkits/{toolkit}/index", "toolkit_index", Five, toolkit::index),
    uncarried("GET", "/builds", "builds_list", Five),
    uncarried("POST", "/builds", "builds_create", Five),
    uncarried("GET", "/builds/{build}", "build_get", Five),
    uncarried("PUT", "/builds/{build}", "build_upload", Five),
    uncarried("DELETE", "/builds/{build}", "build_delete", Five),
    uncarried("POST", "/builds/{build}/actions", "build_submit", Five),
    uncarried("GET", "/builds/{build}/logmessages", "build_log_messages", Five),
    uncarried("GET", "/builds/{build}/artifacts", "build_artifacts", Five),
    uncarried("GET", "/builds/{build}/artifacts/{artifact}/applicationbundle", "build_bundle", Five),
    uncarried("GET", "/buildpools", "build_pools_list", Five),
    uncarried("GET", "/buildpools/{build_pool}", "build_pool_get", Five),
    uncarried("GET", "/buildpools/{build_pool}/toolkits", "build_pool_toolkits", Five),
    uncarried("GET", "/buildpools/{build_pool}/baseimages", "build_pool_images", Five),
    uncarried("GET", "/buildpools/{build_pool}/baseimages/{image}", "image_get", Five),
    //
    route("POST", "//icp4d-api/v1/authorize", "cloud_pak_authorize", Cp4d, cloud_pak::authorize),
    route("GET", "//zen-data/v2/serviceInstance/details", "cloud_pak_service_instance", Cp4d, cloud_pak::details),
    route("POST", "//zen-data/v2/serviceInstance/token", "cloud_pak_service_token", Cp4d, cloud_pak::token),
    route("GET", "//streams-resource/instances/{instance}", "root_resources", Cp4d, root::resources),
    route("GET", "//streams-build-resource/instances/{instance}", "builder_resources", Cp4d, root::resources),
    // As the details tell it.
    route("GET", "//streams-build-resource/instances/{instance}/", "builder_resources", Cp4d, root::resources),
    //
    route("POST", "//oidc/token", "iam_oidc_token", Sas2, token::of_cloud),
    route("POST", "//identity/token", "iam_token", Sas2, token::of_cloud),
    //
    route("GET", "//jax-rs/resources/service_instances/{service}/service_bindings/{binding}", "service_v1_resources", Sas1, service1::resources),
    route("GET", "//jax-rs/streams/status/service_instances/{service}/service_bindings/{binding}", "service_v1_status", Sas1, service1::status),
    route("PUT", "//jax-rs/streams/start/service_instances/{service}/service_bindings/{binding}", "service_v1_start", Sas1, service1::start),
    route("PUT", "//jax-rs/streams/stop/service_instances/{service}/service_bindings/{binding}", "service_v1_stop", Sas1, service1::stop),
    uncarried("GET", "//jax-rs/streams/size/service_instances/{service}/service_bindings/{binding}", "service_size", Sas1),
    uncarried("GET", "//jax-rs/bundles/service_instances/{service}/service_bindings/{binding}", "service_bundles", Sas1),
    uncarried("GET", "//jax-rs/jobs/service_instances/{service}/service_bindings/{binding}", "service_v1_jobs", Sas1),
    route("POST", "//jax-rs/jobs/service_instances/{service}/service_bindings/{binding}", "service_v1_submit", Sas1, service1::submit),
    route("DELETE", "//jax-rs/jobs/service_instances/{service}/service_bindings/{binding}", "service_v1_cancel", Sas1, service1::cancel),
    uncarried("GET", "//jax-rs/builds/service_instances/{service}/service_bindings/{binding}", "service_v1_builds", Sas1),
    uncarried("POST", "//jax-rs/builds/service_instances/{service}/service_bindings/{binding}", "service_v1_create_build", Sas1),
    uncarried("PUT", "//jax-rs/builds/service_instances/{service}/service_bindings/{binding}", "service_v1_submit_artifact", Sas1),
    //
    route("GET", "//v2/streaming_analytics/{service}", "service_get", Sas2, service2::status),
    route("PATCH", "//v2/streaming_analytics/{service}", "service_change", Sas2, service2::change),
    route("GET", "//v2/streaming_analytics/{service}/jobs", "service_jobs", Sas2, service2::jobs),
    route("POST", "//v2/streaming_analytics/{service}/jobs", "service_submit", Sas2, service2::submit),
    route("GET", "//v2/streaming_analytics/{service}/jobs/{job}", "service_job", Sas2, service2::job),
    route("DELETE", "//v2/streaming_analytics/{service}/jobs/{job}", "service_cancel", Sas2, service2::cancel),
    uncarried("GET", "//v2/streaming_analytics/{service}/builds", "service_builds", Sas2),
    uncarried("GET", "//v2/streaming_analytics/{service}/builds/{analytics_build}", "service_build", Sas2),
    uncarried("GET", "//v2/streaming_analytics/{service}/builds/{analytics_build}/artifacts/{analytics_artifact}/download", "service_artifact", Sas2),
    uncarried("POST", "//v2/streaming_analytics/{service}/builds/{analytics_build}/artifacts/{analytics_artifact}/jobs", "artifact_submit", Sas2),
    uncarried("POST", "//v2/streaming_analytics/{service}/builds", "service_create_build", Sas2),
];

/// The routes of a flavour at a path, each with what stands in the places of its template.
pub(super) fn at<'a>(
    domain: &Domain,
    path: &'a [String],
) -> impl Iterator<Item = (&'static Route, Vec<&'a str>)> {
    let routes = ROUTES.iter().zip(&*TEMPLATES);
    let of_flavour = routes.filter(|(route, _)| route.flavours.include(domain.flavour));
    of_flavour.filter_map(move |(route, template)| Some((route, template.places(domain, path)?)))
}

/// Where an operation is, by its segments.
struct Template {
    /// Whether it is below the resources.
    is_below: bool,
    segments: Vec<&'static str>,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let templates = ROUTES.iter().map(|route| Template {
        is_below: !route.path.starts_with("//"),
        segments: route.path.trim_start_matches('/').split('/').collect(),
    });
    templates.collect()
});

impl Template {
    /// What stands in its places, if the path fits it.
    fn places<'a>(&self, domain: &Domain, path: &'a [String]) -> Option<Vec<&'a str>> {
        let root: &[&str] = match (self.is_below, domain.flavour) {
            (false, _) => &[],
            (true, Flavour::Cp4d) => &["streams-rest"],
            (true, _) => &["streams", "rest"],
        };
        if path.len() != root.len() + self.segments.len() {
            return None;
        }
        let mut places = Vec::new();
        for (expected, segment) in root.iter().chain(&self.segments).zip(path) {
            let only = match *expected {
                "{instance}" => &domain.instance.id,
                // The ensemble is named after its domain.
                "{domain}" | "{zookeeper_ensemble}" => &domain.id,
                "{service}" => &domain.service.id,
                "{binding}" => &domain.service.binding,
                place if place.starts_with('{') => {
                    places.push(segment.as_str());
                    continue;
                }
                literal if literal == segment => continue,
                _ => return None,
            };
            if only != segment {
                return None;
            }
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;

    use serde_norway::Value;

    use super::ROUTES;

    /// Operations that stand for others: the root of the build service is the same as that of the instance.
    const ALIASES: [&str; 2] = ["builder_resources", "builder_roots"];

    /// Method, path and id of every operation of the spec; paths of other servers than that of the resources begin with two slashes.
    fn operations(spec: &Value) -> BTreeSet<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let tags = spec["tags"].as_sequence().unwrap().iter();
        let servers: BTreeMap<String, Option<&str>> = tags
            .map(|tag| (text(&tag["name"]), tag["x-server"].as_str()))
            .collect();
        let mut operations = BTreeSet::new();
        for (path, methods) in spec["paths"].as_mapping().unwrap() {
            for (method, operation) in methods.as_mapping().unwrap() {
                let Some(id) = operation["operationId"].as_str() else {
                    continue;
                };
                let path = text(path);
                let path = path.split('?').next().unwrap();
                let path = match servers[&text(&operation["tags"][0])] {
                    None | Some("BuildService") => path.to_owned(),
                    Some(_) => format!("/{path}"),
                };
                operations.insert((text(method).to_uppercase(), path, id.to_owned()));
            }
        }
        operations
    }

    #[test]
    fn every_operation_of_the_spec_is_in_the_table() {
        let spec = fs::read_to_string("specs/streams.yaml").unwrap();
        let mut table = BTreeSet::new();
        for route in ROUTES {
            let row = (route.method, route.path, route.id);
            assert!(table.insert(row), "{row:?} is there twice");
        }
        let missing: Vec<_> = operations(&serde_norway::from_str(&spec).unwrap())
            .into_iter()
            .filter(|(method, path, id)| {
                let row = (method.as_str(), path.as_str(), id.as_str());
                !ALIASES.contains(&row.2) && !table.contains(&row)
            })
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
