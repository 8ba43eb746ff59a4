//! What there is to see of an instance. Nothing here changes anything.

use std::{fmt::Display, time::Duration};

use headwaters::{
    Batch,
    streams::types::{Instance, Job, Pe, View},
};

use super::Walk;
use crate::failure::Failure;

/// How many of many things are asked for one by one.
const ASKED: usize = 10;
/// How long tuples of a view are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

impl Walk {
    /// Gives an instance to look at, a running one if there is any.
    pub(super) async fn instances(&mut self) -> Result<Option<Instance>, Failure> {
        self.account.step("The instances", "instances_list")?;
        let instances = self.sc.instances().list().await?;
        self.account.tell_all(instances.iter().map(|instance| {
            let takes = match instance.is_running() {
                true => "it takes jobs",
                false => "it takes no jobs",
            };
            format!(
                "{} is {} and {}: {takes}",
                instance.id,
                said(&instance.status),
                said(&instance.health)
            )
        }))?;
        let running = instances.iter().position(Instance::is_running);
        Ok(instances.into_iter().nth(running.unwrap_or_default()))
    }

    pub(super) async fn jobs(&mut self, instance: &Instance) -> Result<Vec<Job>, Failure> {
        self.account.step("Its jobs", "instance_jobs")?;
        let jobs = self.sc.instance(instance).jobs().await?;
        let lines = jobs.iter().map(|job| {
            let (status, health) = (said(&job.status), said(&job.health));
            format!("{} {}: {status}, {health}", job.id, said(&job.name))
        });
        match jobs.is_empty() {
            true => self.account.tell("There is none.")?,
            false => self.account.tell_all(lines)?,
        }
        Ok(jobs)
    }

    /// For each job, for each operator of that job, its name.
    pub(super) async fn operators(
        &mut self,
        instance: &Instance,
        jobs: &[Job],
    ) -> Result<(), Failure> {
        self.account
            .step("The operators of each job", "instance_operators")?;
        for job in jobs {
            let operators = self.sc.instance(instance).operators();
            let operators = operators.job(&job.restid).await?;
            self.account.tell(said(&job.name))?;
            let names = operators.iter();
            self.account
                .tell_all(names.map(|operator| format!("  {}", operator.name)))?;
        }
        Ok(())
    }

    pub(super) async fn health(
        &mut self,
        instance: &Instance,
        job: &Job,
    ) -> Result<Vec<Pe>, Failure> {
        self.account
            .step("The health of one of the jobs", "instance_pes")?;
        let now = self.sc.job(job).get().await?;
        let (status, health) = (said(&now.status), said(&now.health));
        self.account
            .tell(format_args!("job {} is {status} and {health}", now.id))?;
        let pes = self.sc.instance(instance).pes().job(&job.restid).await?;
        self.account.tell_all(pes.iter().map(|pe| {
            format!(
                "PE {} is {} and {}, launched {}",
                pe.id,
                said(&pe.status),
                said(&pe.health),
                times(pe.launch_count)
            )
        }))?;
        Ok(pes)
    }

    pub(super) async fn rates(&mut self, instance: &Instance, job: &Job) -> Result<(), Failure> {
        self.account
            .step("The rates of its streams", "output_port_metrics")?;
        let operators = self.sc.instance(instance).operators();
        let operators = operators.job(&job.restid).await?;
        let ports: Batch<_> = operators
            .iter()
            .take(ASKED)
            .map(|operator| self.sc.operator(operator).output_ports())
            .collect();
        let ports = ports.await?;
        let ports: Vec<_> = ports.iter().flatten().take(ASKED).collect();
        self.account
            .talk("waiting for the metrics to be collected twice");
        let rates: Batch<_> = ports
            .iter()
            .map(|port| self.sc.output_port(*port).rate("nTuplesSubmitted"))
            .collect();
        let rates = rates.with_concurrency(ASKED).all().await;
        for (port, rate) in ports.into_iter().zip(rates) {
            let stream = said(&port.stream_name);
            match rate {
                Ok(rate) => self
                    .account
                    .tell(format_args!("{stream}: {rate:.1} tuples/s"))?,
                Err(error) if error.is_timeout() => self
                    .account
                    .tell(format_args!("{stream}: not collected in time"))?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub(super) async fn congestion(
        &mut self,
        instance: &Instance,
        job: &Job,
        pes: &[Pe],
    ) -> Result<(), Failure> {
        self.account.step(
            "The congestion between its PEs, from 0 to 100",
            "pe_connection_metrics",
        )?;
        let connections = self.sc.instance(instance).pe_connections();
        let connections = connections.job(&job.restid).await?;
        for connection in connections.iter().take(ASKED) {
            let congestion = self.sc.pe_connection(connection).congestion().await?;
            let name = |link| {
                let pe = pes.iter().find(|pe| Some(&pe.self_) == link);
                pe.map_or("another job".to_owned(), |pe| format!("PE {}", pe.id))
            };
            let source = connection.source.as_ref().and_then(|end| end.pe.as_ref());
            let target = connection.target.as_ref().and_then(|end| end.pe.as_ref());
            let (source, target) = (name(source), name(target));
            self.account
                .tell(format_args!("{source} to {target}: {}", said(&congestion)))?;
        }
        Ok(())
    }

    /// Its operators and connections as tables, and where tuples are held up.
    pub(super) async fn flow(&mut self, job: &Job) -> Result<(), Failure> {
        self.account.step(
            "The flow through its operators, and its bottleneck",
            "instance_operator_connections",
        )?;
        self.account
            .talk("waiting for the metrics to be collected twice");
        let flow = match self.sc.job(job).flow().await {
            Err(error) if error.is_timeout() => {
                return self.account.tell("The metrics were not collected in time.");
            }
            flow => flow?.to_string(),
        };
        // Two tables and a line: what is long in one of them is cut, and the others are told.
        for part in flow.split("\n\n") {
            self.account.tell_all(part.lines())?;
        }
        Ok(())
    }

    /// Tuples of one of the views of a job.
    pub(super) async fn live(&mut self, instance: &Instance, job: &Job) -> Result<(), Failure> {
        self.account.step("Live tuples of a view", "view_items")?;
        let views = self.sc.instance(instance).views().job(&job.restid).await?;
        let Some(view) = views.first() else {
            return self.account.tell("The job has no view.");
        };
        self.tuples(view).await
    }

    async fn tuples(&self, view: &View) -> Result<(), Failure> {
        let name = said(&view.name);
        self.account.talk(format_args!("waiting for {name}"));
        let tuples = self.sc.view(view).tuples();
        let mut tuples = tuples.with_period(Duration::from_millis(200));
        let first = tuples.fetch(3, PATIENCE).await?;
        if first.is_empty() {
            return self
                .account
                .tell(format_args!("{name}: nothing within {PATIENCE:?}"));
        }
        self.account.tell(name)?;
        let lines = first.iter().map(|tuple| format!("  {}", tuple.data));
        self.account.tell_all(lines)
    }

    pub(super) async fn topics(&mut self, instance: &Instance) -> Result<(), Failure> {
        self.account
            .step("Published topics", "instance_exported_streams")?;
        let topics = self.sc.instance(instance).published_topics().await?;
        if topics.is_empty() {
            return self.account.tell("There is none.");
        }
        self.account.tell_all(topics.iter().map(|published| {
            let schema = said(&published.schema);
            format!("{}: {schema}", published.topic)
        }))
    }
}

/// What the server says, if it does.
pub(super) fn said<T: Display>(value: &Option<T>) -> String {
    match value {
        Some(value) => value.to_string(),
        None => "unknown".to_owned(),
    }
}

fn times(count: Option<i32>) -> String {
    match count {
        Some(1) => "once".to_owned(),
        Some(count) => format!("{count} times"),
        None => "an unknown number of times".to_owned(),
    }
}
