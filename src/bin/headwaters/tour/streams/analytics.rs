//! The Streaming Analytics service of IBM Cloud, version 2, which is opened by tokens.

use headwaters::{
    Config, Upload,
    sandbox::{self, Flavour, Streams},
    streams::{
        ServiceCredentials, StreamingAnalyticsConnection,
        types::{Health, Instance, JobConfigOverlays},
    },
};

use super::{Account, BUNDLE, sights::said};
use crate::{failure::Failure, interrupt::interrupt};

pub(super) async fn walk() -> Result<(), Failure> {
    let mut account = Account::new("Streaming Analytics");
    account.talk("starting a sandbox");
    let server = sandbox::Streams::builder().demo(true);
    let server = server.flavour(Flavour::Sas2).start().await?;
    account.begin(format_args!("a sandbox at {}", server.origin()))?;
    let credentials = ServiceCredentials::of_vcap(server.vcap().unwrap_or_default(), "sandbox")?;
    account.tell(format_args!(
        "VCAP_SERVICES has the service {}, version {}",
        credentials.service_name(),
        credentials.version()
    ))?;
    // Tokens of a sandbox come from itself, and not from IBM Cloud.
    let config = Config::new();
    let service = StreamingAnalyticsConnection::with_iam(credentials, server.origin(), config)?;
    let interrupted = interrupt()?;
    let outcome = tokio::select! {
        outcome = steps(&mut account, &service, &server) => outcome,
        () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
    };
    // The sandbox goes, and what was submitted goes with it.
    outcome.map_err(|failure| account.blamed(failure))
}

async fn steps(
    account: &mut Account,
    service: &StreamingAnalyticsConnection,
    server: &Streams,
) -> Result<(), Failure> {
    account.step("The service", "service_get")?;
    let status = service.status().await?;
    account.tell(format_args!(
        "{}, its instance is {}; jobs: {}",
        said(&status.state),
        said(&status.status),
        said(&status.job_count)
    ))?;

    account.step("Its instance of Streams", "instances_list")?;
    let sc = service.streams().await?;
    let instances = sc.instances().list().await?;
    let instance = instances.into_iter().find(Instance::is_running);
    let instance = instance.ok_or_else(|| Failure::Failed("no instance is running".to_owned()))?;
    account.tell(format_args!("{} at {}", instance.id, sc.url()))?;

    account.step("Submitting a bundle as a job", "service_submit")?;
    let bundle = Upload::bytes("demo.Main.sab", BUNDLE);
    let id = service.submit(bundle, JobConfigOverlays::new()).await?;
    account.tell(format_args!("job {id}"))?;

    account.step("The job, followed until it is healthy", "job_get")?;
    let job = sc.instance(&instance).find_job(&id).await?;
    let job = job.ok_or_else(|| Failure::Failed(format!("job {id} is not listed")))?;
    let job = sc.job(&job).wait_for(Health::Healthy).await?;
    account.tell(format_args!(
        "{} is {} and {}",
        said(&job.name),
        said(&job.status),
        said(&job.health)
    ))?;

    account.step("Cancelling the job", "service_cancel")?;
    account.tell(match service.cancel(&id).await? {
        true => format!("job {id} is gone"),
        false => format!("there was no job {id}"),
    })?;

    let (tokens, requests): (Vec<_>, Vec<_>) = server
        .journal()
        .into_iter()
        .partition(|sent| sent.target.contains("/token"));
    let tokens = match tokens.len() {
        1 => "one token".to_owned(),
        many => format!("{many} tokens"),
    };
    account.end(format_args!(
        "{tokens} opened it for {} requests.",
        requests.len()
    ))
}
