//! The calls of this client that stand for those of the Python client, on a sandbox that has the same state as Python's.

use std::time::Duration;

use headwaters::{
    Auth, Link, Result,
    sandbox::{Flavour, Streams},
    streams::{
        JobSelector, StreamingAnalyticsConnection, StreamsConnection, calls, types,
        types::{Health, JobConfig, JobConfigOverlays, JobId},
    },
};
use serde_json::Value;

use super::{
    door::{Door, cloud_pak, config},
    known::{Known, is_five},
    sent::{bundle, named, overlays, toolkit, upload, wider},
};

/// Calls that the server refuses, and why.
pub const REFUSED: [(&str, &str); 15] = [
    ("sc.get_instances() with a wrong password", "401"),
    ("Instance.of_endpoint() with a wrong password", "401"),
    ("Instance.of_endpoint() of no service", "404"),
    ("without a token", "401"),
    ("with a wrong token", "401"),
    (
        "sc.get_domains()",
        "Streams 5 has no domains, for which Python gives None",
    ),
    ("sc.get_domain('StreamsDomain')", "Streams 5 has no domains"),
    (
        "sc.get_installations()",
        "Streams 5 has no installations, for which Python gives None",
    ),
    ("job.refresh() of one that is cancelled", "404"),
    ("job.cancel() twice", "404, for which Python gives False"),
    ("submit_job to a group that is not there", "500"),
    ("the same again", "409"),
    ("configuration.delete() twice", "404"),
    (
        "toolkit.delete() twice",
        "404, for which Python gives False",
    ),
    ("allocation.get_resource()", "that of another domain"),
];

/// A sandbox and what is known of it before Python asks.
pub struct Twin {
    sandbox: Streams,
    flavour: Flavour,
    door: Door,
    known: Known,
    allocations: std::vec::IntoIter<types::ResourceAllocation>,
    allocation: Option<types::ResourceAllocation>,
    /// The job that was submitted last.
    submitted: JobId,
    configuration: Option<types::ApplicationConfiguration>,
    toolkit: Option<types::Toolkit>,
}

/// Makes the call, and forgets what it gives.
macro_rules! done {
    ($call:expr) => {
        $call.await.map(drop)
    };
}

impl Twin {
    pub async fn new(sandbox: Streams, flavour: Flavour) -> Self {
        let door = Door::open(&sandbox).await.unwrap();
        let known = Known::of(&door.sc, flavour).await.unwrap();
        let allocations = match flavour {
            Flavour::OnPrem4 | Flavour::Sas1 | Flavour::Sas2 => door
                .sc
                .instance(&known.instance)
                .resource_allocations()
                .await
                .unwrap(),
            _ => Vec::new(),
        };
        Self {
            allocations: allocations.into_iter(),
            allocation: None,
            submitted: JobId::from("none"),
            configuration: None,
            toolkit: None,
            sandbox,
            flavour,
            door,
            known,
        }
    }

    pub fn sandbox(&self) -> &Streams {
        &self.sandbox
    }

    pub fn clear_journal(&self) {
        self.sandbox.clear_journal();
    }

    /// Does what Python does between its calls.
    pub async fn prepare(&mut self, call: &str) {
        match call {
            "service.submit_job(bundle)" => {
                assert!(self.service().cancel(&self.submitted).await.unwrap());
            }
            "service.cancel_job(job_name)" => {
                self.service()
                    .submit(upload(), named("by name"))
                    .await
                    .unwrap();
            }
            "allocation.get_resource()" => self.allocation = self.allocations.next(),
            "build.get_toolkits()" => {
                let toolkits = self.door.build.toolkits().list().await.unwrap();
                self.toolkit = toolkits.into_iter().next();
            }
            _ => {}
        }
    }

    /// Makes the call here that stands for Python's; nothing where Python asks no server.
    pub async fn ask(&mut self, call: &str) -> Option<Result<()>> {
        let outcome = match call.split('.').next().unwrap() {
            "service" => self.ask_service(call).await,
            "configuration" | "build" | "toolkit" => self.ask_five(call).await,
            "domain" | "resource" | "allocation" => self.ask_domain(call).await,
            "operator" | "input" | "output" | "pe" | "view" => self.ask_parts(call).await,
            "instance" | "exported" => self.ask_instance(call).await,
            _ => None,
        };
        match outcome {
            Some(outcome) => Some(outcome),
            None => self.ask_else(call).await,
        }
    }

    fn service(&self) -> &StreamingAnalyticsConnection {
        self.door.service.as_ref().unwrap()
    }

    fn instance(&self) -> calls::Instance {
        self.door.sc.instance(&self.known.instance)
    }

    /// The job that was submitted last.
    fn job(&self) -> calls::Job {
        let path = format!("instances/StreamsInstance/jobs/{}", self.submitted);
        self.door
            .sc
            .job(Link::new(format!("{}/{path}", self.door.sc.url())))
    }

    async fn submit(&mut self, overlays: JobConfigOverlays) -> Result<()> {
        if is_five(self.flavour) {
            let uploaded = self.instance().upload_bundle(bundle()).await?;
            let job = self.instance().submit(uploaded.bundle_id, overlays).await?;
            self.submitted = job.id.unwrap();
        } else {
            self.submitted = self.service().submit(upload(), overlays).await?;
        }
        Ok(())
    }

    async fn cancel(&self) -> Result<()> {
        match &self.door.service {
            Some(service) => done!(service.cancel(&self.submitted)),
            None => self.job().cancel().await,
        }
    }

    async fn ask_else(&mut self, call: &str) -> Option<Result<()>> {
        let sc = &self.door.sc;
        let (url, user) = (self.sandbox.url(), self.sandbox.user());
        Some(match call {
            "sc.get_instances() with a wrong password" => {
                let sc = StreamsConnection::with_config(url, user, "wrong", config()).unwrap();
                done!(sc.instances().list())
            }
            "Instance.of_endpoint() with a wrong password" => {
                done!(cloud_pak(&self.sandbox, "wrong").streams("StreamsInstance"))
            }
            "Instance.of_endpoint() of no service" => {
                let password = self.sandbox.password();
                done!(cloud_pak(&self.sandbox, password).streams("none"))
            }
            "without a token" => {
                done!(
                    StreamsConnection::with_auth(url, config())
                        .unwrap()
                        .resources()
                )
            }
            "with a wrong token" => {
                let config = config().with_auth(Auth::bearer("none"));
                done!(
                    StreamsConnection::with_auth(url, config)
                        .unwrap()
                        .resources()
                )
            }
            // Python has gone through the door of Cloud Pak for Data before this call.
            "sc.get_resources()" if self.flavour == Flavour::Cp4d => done!(sc.resources()),
            "sc.get_resources()" => {
                self.door = Door::open(&self.sandbox).await.unwrap();
                done!(self.door.sc.resources())
            }
            "sc.get_instances()" => done!(sc.instances().list()),
            "sc.get_instance('StreamsInstance')" => done!(sc.find_instance("StreamsInstance")),
            "sc.get_instance('none')" => done!(sc.find_instance("none")),
            "sc.get_domains()" | "sc.get_domain('StreamsDomain')" => done!(sc.domains().list()),
            "sc.get_installations()" => done!(sc.installations().list()),
            "job.get_instance()" => done!(sc.follow(self.known.job.instance.as_ref()?)),
            "job.get_domain()" => done!(sc.follow(self.known.job.domain.as_ref()?)),
            "job.get_hosts()" => done!(sc.follow(self.known.job.hosts.as_ref()?)),
            "job.get_resource_allocations()" => {
                done!(sc.follow(self.known.job.resource_allocations.as_ref()?))
            }
            "job.get_operators()" | "job.get_operators('p')" => {
                done!(sc.follow(self.known.job.operators.as_ref()?))
            }
            "trades.get_operators()" | "its operators" => {
                done!(sc.follow(self.known.trades.operators.as_ref()?))
            }
            "job.get_operator_connections()" => {
                done!(sc.follow(self.known.job.operator_connections.as_ref()?))
            }
            "job.get_pes()" => done!(sc.follow(self.known.job.pes.as_ref()?)),
            "job.get_pe_connections()" => {
                done!(sc.follow(self.known.job.pe_connections.as_ref()?))
            }
            "job.get_views()" => done!(sc.follow(self.known.job.views.as_ref()?)),
            "job.get_job_group()" => {
                let group = self.known.job.job_group.as_ref()?;
                if !group.starts_with("http") {
                    return None;
                }
                done!(sc.job_group(Link::new(group)).get())
            }
            "job.refresh()" => done!(sc.job(&self.known.job).get()),
            "job.retrieve_log_trace()" => {
                done!(sc.job(&self.known.job).application_log_trace())
            }
            "a rate from two collections" => {
                done!(sc.input_port(&self.known.input).rate("nTuplesProcessed"))
            }
            "channels" => done!(sc.view(self.known.view("trades")).items()),
            // Streams 4 on one's own hosts has no call for it.
            "job.cancel()" if self.flavour == Flavour::OnPrem4 => return None,
            "job.cancel()" | "job.cancel() twice" => self.cancel().await,
            "job.refresh() of one that is cancelled" => done!(self.job().get()),
            "healthy" => done!(self.job().wait_for(Health::Healthy)),
            "its view" => {
                let views = self.instance().views().job(&self.submitted).await;
                done!(sc.view(&views.unwrap()[0]).items())
            }
            "job.update_operators(config)" => done!(sc.job(&self.known.trades).update(wider())),
            "submit_job to a group that is not there" => {
                self.submit(overlays(JobConfig::new().job_group("none")))
                    .await
            }
            "the same again" => {
                let nothing: [(String, String); 0] = [];
                let instance = self.instance();
                done!(instance.create_application_configuration("mine", nothing))
            }
            "Instance.of_endpoint(url)" => {
                let sc = sc.with_access_tokens().await.unwrap();
                self.door.sc = sc.clone();
                done!(sc.instances().list())
            }
            "other.get_jobs()" => done!(self.instance().jobs()),
            _ => return None,
        })
    }

    async fn ask_domain(&mut self, call: &str) -> Option<Result<()>> {
        let (sc, allocation) = (&self.door.sc, self.allocation.as_ref());
        let domain = sc.domain(self.known.domain.as_ref()?);
        let resource = sc.resource(self.known.resource.as_ref()?);
        let is_for_jobs = || allocation.filter(|known| known.application_resource == Some(true));
        Some(match call {
            "domain.get_instances()" => done!(domain.instances()),
            "domain.get_hosts()" => done!(domain.hosts()),
            "domain.get_active_services()" => done!(domain.active_services()),
            "domain.get_resource_allocations()" => done!(domain.resource_allocations()),
            "domain.get_resources()" => done!(domain.resources()),
            "domain.refresh()" => done!(domain.get()),
            "resource.get_metrics()" | "resource.get_metrics('memory')" => {
                done!(resource.metrics())
            }
            "allocation.get_resource()" => done!(sc.follow(allocation?.resource.as_ref()?)),
            "allocation.get_pes()" => done!(sc.follow(is_for_jobs()?.pes.as_ref()?)),
            "allocation.get_jobs()" => done!(sc.follow(is_for_jobs()?.jobs.as_ref()?)),
            _ => return None,
        })
    }

    async fn ask_instance(&mut self, call: &str) -> Option<Result<()>> {
        let (sc, instance) = (&self.door.sc, self.instance());
        let is_five = is_five(self.flavour);
        Some(match call {
            "instance.refresh()" => done!(instance.get()),
            "instance.get_operators()"
            | "instance.get_operators('Filter')"
            | "instance.get_operators('[')" => done!(instance.operators()),
            "instance.get_operator_connections()" => done!(instance.operator_connections()),
            "instance.get_pes()" => done!(instance.pes()),
            "instance.get_pe_connections()" => done!(instance.pe_connections()),
            "instance.get_views()" | "instance.get_views('pre')" => done!(instance.views()),
            "instance.get_jobs()"
            | "instance.get_jobs('Trades')"
            | "instance.get_jobs('.*_0$')"
            | "instance.get_jobs() of one that is stopped" => done!(instance.jobs()),
            "instance.get_job('1')" => done!(instance.find_job("1")),
            "instance.get_job(0)" => done!(instance.find_job("0")),
            "instance.get_job('99')" => done!(instance.find_job("99")),
            "instance.get_job() of one that is cancelled" => {
                done!(instance.find_job(&self.submitted))
            }
            "instance.get_imported_streams()" => done!(instance.imported_streams()),
            "instance.get_exported_streams()" => done!(instance.exported_streams()),
            "exported.get_operator_output_port()" => {
                done!(sc.follow(self.known.exported.operator_output_port.as_ref()?))
            }
            "instance.get_published_topics()" => done!(instance.published_topics()),
            "instance.get_domain()" => done!(sc.follow(self.known.instance.domain.as_ref()?)),
            // Streams 5 has no links to these.
            "instance.get_hosts()" if !is_five => done!(instance.hosts()),
            "instance.get_active_services()" if !is_five => done!(instance.active_services()),
            "instance.get_resource_allocations()" if !is_five => {
                done!(instance.resource_allocations())
            }
            "instance.upload_bundle(bundle)" if is_five => {
                done!(instance.upload_bundle(bundle()))
            }
            "instance.submit_job(bundle)" => self.submit(JobConfigOverlays::new()).await,
            "instance.submit_job(bundle, config)" => self.submit(named("named")).await,
            "instance.get_job_groups()" => done!(instance.job_groups()),
            "instance.get_application_configurations()"
            | "instance.get_application_configurations('m')" => {
                done!(instance.application_configurations())
            }
            "instance.create_application_configuration()" => {
                let properties = [("a", "1"), ("b", "x")];
                let made = instance.create_application_configuration("mine", properties);
                self.configuration = made.description("made by a witness").await.ok();
                Ok(())
            }
            _ => return None,
        })
    }

    async fn ask_parts(&mut self, call: &str) -> Option<Result<()>> {
        let (sc, known) = (&self.door.sc, &self.known);
        let (operator, pe) = (sc.operator(&known.operator), sc.pe(&known.pe));
        let (input, output) = (sc.input_port(&known.input), sc.output_port(&known.output));
        let view = known.view("predictions");
        let seconds = Duration::from_secs;
        Some(match call {
            "operator.get_metrics()" | "operator.get_metrics('n')" => done!(operator.metrics()),
            "operator.get_pe()" => done!(sc.follow(known.operator.pe.as_ref()?)),
            "operator.get_job()" => done!(sc.follow(known.operator.job.as_ref()?)),
            "operator.get_host()" => done!(sc.follow(known.operator.host.as_ref()?)),
            "operator.get_output_ports()" => done!(operator.output_ports()),
            "operator.get_input_ports()" => done!(operator.input_ports()),
            "operator.refresh()" => done!(sc.operator(&known.filter).get()),
            "output.get_metrics()" => done!(output.metrics()),
            "output.get_connections()" => done!(sc.follow(known.output.connections.as_ref()?)),
            "input.get_metrics()" => done!(input.metrics()),
            "input.get_connections()" => done!(sc.follow(known.input.connections.as_ref()?)),
            "pe.get_job()" => done!(sc.follow(known.pe.job.as_ref()?)),
            "pe.get_host()" => done!(sc.follow(known.pe.host.as_ref()?)),
            "pe.get_resource_allocation()" => {
                done!(sc.follow(known.pe.resource_allocation.as_ref()?))
            }
            "pe.get_resource()" => done!(sc.follow(known.pe.resource.as_ref()?)),
            "pe.get_metrics()" => done!(pe.metrics()),
            "pe.retrieve_trace()" => done!(pe.application_trace()),
            "pe.retrieve_console_log()" => done!(pe.console_log()),
            "view.get_instance()" => done!(sc.follow(view.instance.as_ref()?)),
            "view.get_job()" => done!(sc.follow(view.job.as_ref()?)),
            "view.get_domain()" => done!(sc.follow(view.domain.as_ref()?)),
            "view.get_view_items()" => done!(sc.view(view).items()),
            "view.get_view_items() of one that has not begun" => {
                done!(sc.view(known.view("words")).items())
            }
            "view.fetch_tuples(250, 10)" => done!(sc.view(view).tuples().fetch(250, seconds(10))),
            "view.fetch_tuples(20) of texts" => {
                done!(sc.view(known.view("words")).tuples().fetch(20, seconds(10)))
            }
            "view.fetch_tuples(20) of trades" => {
                done!(
                    sc.view(known.view("trades"))
                        .tuples()
                        .fetch(20, seconds(10))
                )
            }
            _ => return None,
        })
    }

    async fn ask_service(&mut self, call: &str) -> Option<Result<()>> {
        Some(match call {
            "service.get_instance_status()" => done!(self.service().status()),
            "service.submit_job(bundle)" => self.submit(JobConfigOverlays::new()).await,
            "service.cancel_job(job_id)" | "service.cancel_job(job_id) twice" => {
                done!(self.service().cancel(&self.submitted))
            }
            "service.cancel_job(job_name)" => {
                let job = JobSelector::Name("by name".to_owned());
                done!(self.service().cancel(job))
            }
            "service.stop_instance()" => done!(self.service().stop()),
            "service.start_instance()" => done!(self.service().start()),
            _ => return None,
        })
    }

    async fn ask_five(&mut self, call: &str) -> Option<Result<()>> {
        let build = &self.door.build;
        if let Some(configuration) = &self.configuration {
            let group = self.door.sc.application_configuration(configuration);
            match call {
                "configuration.update()" => {
                    let properties = [("a", None), ("c", Some("y"))];
                    let update = group.update().description("changed");
                    return Some(done!(update.properties(properties)));
                }
                "configuration.refresh()" => return Some(done!(group.get())),
                "configuration.delete()" | "configuration.delete() twice" => {
                    return Some(group.delete().await);
                }
                _ => {}
            }
        }
        Some(match call {
            "build.get_resources()" => done!(build.resources()),
            "build.get_toolkits()"
            | "build.get_toolkits('spl')"
            | "build.get_toolkit('com.ibm.streamsx.kafka-1.9.0')"
            | "build.get_toolkit('none-1.0.0')" => done!(build.toolkits().list()),
            "toolkit.get_index()" => done!(build.toolkit(self.toolkit.as_ref()?).index()),
            "toolkit.dependencies" | "toolkit.dependencies of mine" => {
                done!(build.toolkit(self.toolkit.as_ref()?).dependencies())
            }
            "build.upload_toolkit(path)" => {
                let uploaded = build.toolkits().upload(toolkit()).await;
                uploaded.map(|toolkits| self.toolkit = toolkits.into_iter().next())
            }
            "build.upload_toolkit(path) twice" => done!(build.toolkits().upload(toolkit())),
            "toolkit.delete()" | "toolkit.delete() twice" => {
                build.toolkit(self.toolkit.as_ref()?).delete().await
            }
            _ => return None,
        })
    }

    /// Fails unless the toolkit that is asked about depends on what Python says.
    pub async fn same_dependencies_as(&self, value: &Value) {
        let toolkit = self.door.build.toolkit(self.toolkit.as_ref().unwrap());
        let dependencies = toolkit.dependencies().await.unwrap();
        let texts: Vec<_> = dependencies.iter().map(ToString::to_string).collect();
        assert_eq!(&Value::from(texts), value);
    }

    /// Fails unless the jobs are those of another sandbox: their names, and the values with which they were submitted.
    pub async fn same_jobs_as(&self, streams: &Streams) {
        let there = Door::open(streams).await.unwrap().sc;
        let mut told = Vec::new();
        for sc in [&self.door.sc, &there] {
            let jobs = sc
                .instance(Link::new("instances/StreamsInstance"))
                .jobs()
                .await
                .unwrap();
            let jobs = jobs
                .into_iter()
                .map(|job| (job.id, job.name, job.submit_parameters));
            told.push(jobs.collect::<Vec<_>>());
        }
        assert_eq!(told[0], told[1]);
    }
}
