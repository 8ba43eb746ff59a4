//! `headwaters call`: one operation by name.

use std::{
    error::Error as _,
    io::{self, Read as _},
    path::PathBuf,
    pin::Pin,
};

use bytes::{Bytes, BytesMut};
use clap::Args;
use futures_core::Stream;
use headwaters::{
    Config, Error, ErrorKind, Operation, Secret, Upload,
    dynamic::{Answer, Arguments, Platform, Server},
};
use serde::de::IgnoredAny;
use tokio::io::AsyncReadExt as _;

use crate::{failure::Failure, nearest::nearest, output, platform};

/// Makes one call through its typed request and response.
///
/// A JSON answer goes to stdout as one document, bytes go as they come, and where there is no answer nothing is
/// written. `headwaters ops` lists the operations with their parameters.
#[derive(Args)]
#[command(after_help = "Examples:
  headwaters call flink jobs_overview
  headwaters call flink jobs_metrics jobid=9b1d0… get=uptime,numRestarts
  headwaters call flink jars_upload --body @target/job.jar
  headwaters call joule data_intervals path=/plugs/meter
  headwaters call streams instance_operators instance=StreamsInstance job.restid=0
  headwaters call flink jars_run jarid=f1c5…_job.jar --body '{\"parallelism\": 2}'")]
pub(crate) struct Call {
    /// The platform, such as flink.
    #[arg(value_parser = platform::find)]
    platform: &'static Platform,
    /// The operation's id, such as jobs_get.
    operation: String,
    /// A parameter by its name on the wire; all that follows the first `=` is its value.
    #[arg(value_name = "NAME=VALUE")]
    arguments: Vec<String>,
    /// The server's base URL; without it, the usual one of the operation's server, such as http://localhost:8081 or
    /// https://api.flowthings.io.
    #[arg(long)]
    url: Option<String>,
    /// What opens the server: a bearer token of Flink's proxy, a key of Joule, USER:PASSWORD or a bearer token of Streams,
    /// ACCOUNT:TOKEN of flowthings.io. Better left to the variable HEADWATERS_KEY: others on the machine see command lines.
    #[arg(long, env = "HEADWATERS_KEY", hide_env_values = true, value_parser = secret)]
    key: Option<Secret>,
    /// One more request header. Its value is never shown.
    #[arg(long, value_name = "NAME=VALUE")]
    header: Vec<String>,
    /// One more query parameter, which the operation need not know.
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,
    /// The request body: JSON, the file at a path, or stdin.
    #[arg(long, value_name = "JSON|@FILE|@-", value_parser = Body::parse)]
    body: Option<Body>,
}

#[derive(Clone)]
enum Body {
    Text(String),
    File(PathBuf),
    Stdin,
}

impl Call {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let platform = self.platform;
        let operation = find(platform, &self.operation)?;
        let pairs = self
            .arguments
            .iter()
            .map(|argument| {
                pair(argument).ok_or_else(|| wrong(operation, "an argument is not NAME=VALUE"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        check(operation, &pairs)?;
        let mut config = Config::new();
        for header in &self.header {
            // Not shown, not even when it is malformed: it may hold a credential.
            let (name, value) = pair(header)
                .ok_or_else(|| Failure::Usage("--header takes NAME=VALUE".to_owned()))?;
            config = config.with_header(name, value);
        }
        let mut arguments: Arguments = pairs.into_iter().collect();
        for query in &self.query {
            let (name, value) =
                pair(query).ok_or_else(|| Failure::Usage("--query takes NAME=VALUE".to_owned()))?;
            arguments = arguments.with_query(name, value);
        }
        let arguments = with_body(platform, operation, arguments, self.body)?;
        let url = match &self.url {
            Some(url) => url,
            None => platform.default_url(operation.id)?,
        };
        let mut server = Server::new(url).with_config(config);
        if let Some(key) = self.key {
            server = server.with_key(key);
        }
        let answer = platform.call(server, operation.id, arguments).await;
        match answer.map_err(refused)? {
            Answer::Json(json) => {
                // What nests too deep for a tree is not printed level by level either.
                json.to_value().map_err(io::Error::from)?;
                Ok(output::json(&output::Tree(&json))?)
            }
            Answer::Bytes(stream) => Ok(output::bytes(stream).await?),
            Answer::Empty => Ok(()),
        }
    }
}

/// What the types refuse before anything is sent was said wrongly, unless it is a file that cannot be read.
fn refused(error: Error) -> Failure {
    let is_unread = error
        .source()
        .is_some_and(|source| source.is::<io::Error>());
    match error.kind() {
        ErrorKind::Request if error.attempts() == 0 && !is_unread => Failure::Usage(error.report()),
        _ => error.into(),
    }
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(text.into())
}

fn find(platform: &Platform, id: &str) -> Result<&'static Operation, Failure> {
    let operations = platform.operations;
    if let Some(operation) = operations.iter().find(|operation| operation.id == id) {
        return Ok(operation);
    }
    let name = platform.name;
    let meant = nearest(id, operations.iter().map(|operation| operation.id));
    let meant = match meant.is_empty() {
        true => String::new(),
        false => format!("\n  the nearest: {}", meant.join(", ")),
    };
    Err(Failure::Usage(format!(
        "{name} has no operation {id:?}{meant}\n  all of them: headwaters ops {name}"
    )))
}

/// `NAME=VALUE`, split at the first `=`.
fn pair(argument: &str) -> Option<(&str, &str)> {
    argument
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
}

/// What the operation table can say against the arguments; the rest is for the call itself to refuse.
fn check(operation: &'static Operation, pairs: &[(&str, &str)]) -> Result<(), Failure> {
    for (index, (name, value)) in pairs.iter().enumerate() {
        let parameters = operation.parameters;
        let Some(parameter) = parameters.iter().find(|known| known.name == *name) else {
            return Err(wrong(operation, format!("there is no parameter {name:?}")));
        };
        let is_list = parameter.type_.starts_with('[');
        if !is_list && pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(wrong(operation, format!("{name} is given more than once")));
        }
        if !is_of(parameter.type_, value) {
            let reason = format!("{name} is not of type {}", parameter.type_);
            return Err(wrong(operation, reason));
        }
    }
    for parameter in operation.parameters {
        if parameter.required && !pairs.iter().any(|(name, _)| *name == parameter.name) {
            return Err(wrong(operation, format!("{} is missing", parameter.name)));
        }
    }
    Ok(())
}

/// Whether the text can be a value of this type; anything can where the type is a string or an id.
fn is_of(type_: &str, text: &str) -> bool {
    match type_ {
        "int32" => text.parse::<i32>().is_ok(),
        "int64" => text.parse::<i64>().is_ok(),
        "double" => text.parse::<f64>().is_ok(),
        "boolean" => text.parse::<bool>().is_ok(),
        _ => true,
    }
}

/// A usage error that shows how the operation is called.
fn wrong(operation: &Operation, reason: impl std::fmt::Display) -> Failure {
    let mut usage = format!("headwaters call {} {}", operation.platform, operation.id);
    for parameter in operation.parameters {
        usage += &match parameter.required {
            true => format!(" {}=<{}>", parameter.name, parameter.type_),
            false => format!(" [{}=<{}>]", parameter.name, parameter.type_),
        };
    }
    if let Some(body) = operation.body {
        usage += &match is_media_type(body) {
            true => format!(" --body <{body}>"),
            false => format!(" [--body <{body}>]"),
        };
    }
    Failure::Usage(format!("{}: {reason}\n\nUsage: {usage}", operation.id))
}

/// The media type of a body that may be any bytes.
const BYTES: &str = "application/octet-stream";

/// A body is a JSON type's name or a media type.
fn is_media_type(body: &str) -> bool {
    body.contains('/')
}

impl Body {
    fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix('@') {
            Some("") => Err("@ wants the path of a file, or - for stdin".to_owned()),
            Some("-") => Ok(Self::Stdin),
            Some(path) => Ok(Self::File(path.into())),
            None => Ok(Self::Text(text.to_owned())),
        }
    }

    /// All of it.
    fn read(self) -> Result<Bytes, Failure> {
        let unreadable =
            |what: &str, error| Failure::Failed(format!("{what} cannot be read: {error}"));
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::File(path) => match std::fs::read(&path) {
                Ok(bytes) => Ok(bytes.into()),
                Err(error) => Err(unreadable(&path.display().to_string(), error)),
            },
            Self::Stdin => {
                let mut bytes = Vec::new();
                match std::io::stdin().read_to_end(&mut bytes) {
                    Ok(_) => Ok(bytes.into()),
                    Err(error) => Err(unreadable("stdin", error)),
                }
            }
        }
    }
}

fn with_body(
    platform: &Platform,
    operation: &'static Operation,
    arguments: Arguments,
    body: Option<Body>,
) -> Result<Arguments, Failure> {
    let (kind, body) = match (operation.body, body) {
        (None, None) => return Ok(arguments),
        (None, Some(_)) => return Err(wrong(operation, "it takes no body")),
        (Some(kind), None) if is_media_type(kind) => {
            return Err(wrong(operation, "its body is missing"));
        }
        (Some(_), None) => return Ok(arguments),
        (Some(kind), Some(body)) => (kind, body),
    };
    let is_form = kind.starts_with("multipart/");
    match body {
        Body::Text(_) if is_form => {
            return Err(wrong(operation, "its body is a file: --body @FILE"));
        }
        // Of any size.
        Body::File(path) if is_form || kind == BYTES => return Ok(arguments.with_file(path)),
        Body::Stdin if is_form || kind == BYTES => {
            let file = Upload::stream(stdin_name(platform), None, stdin());
            return Ok(arguments.with_file(file));
        }
        _ => {}
    }
    if let Body::Text(text) = &body
        && !is_media_type(kind)
        && let Err(error) = serde_json::from_str::<IgnoredAny>(text)
    {
        return Err(wrong(operation, format!("the body is not JSON: {error}")));
    }
    Ok(arguments.with_body(body.read()?))
}

/// The file name of an upload from stdin: Flink takes a jar only.
fn stdin_name(platform: &Platform) -> &'static str {
    match platform.name {
        "flink" => "stdin.jar",
        _ => "stdin",
    }
}

/// Stdin, piece by piece.
fn stdin() -> Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send + Sync>> {
    Box::pin(futures_util::stream::try_unfold(
        tokio::io::stdin(),
        async |mut stdin| {
            let mut piece = BytesMut::with_capacity(64 << 10);
            let count = stdin.read_buf(&mut piece).await?;
            Ok((count > 0).then(|| (piece.freeze(), stdin)))
        },
    ))
}
