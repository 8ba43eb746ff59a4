//! Every public type that is written by hand can be sent to another thread and shared, and none is left out of the list. The
//! clients and the generated types have the same test beside them.

use std::{collections::BTreeSet, fs, path::Path};

#[cfg(feature = "outbox")]
use headwaters::flowthings::{Outbox, Recipient, Waiting};
use headwaters::{
    Auth, Batch, ByteStream, Change, Config, Double, Error, ErrorKind, Idempotence, Json, Limits,
    Link, Locator, Operation, Parameter, Place, Poll, Response, ResponseKind, Retry, Secret,
    Spawned, TimeoutClass, Timeouts, Token, Upload,
    call::{Optional, Pages, RawRequest, Sending, WithBeside, WithResponse},
    dynamic::{Answer, Arguments, Platform, Server},
    flink::{
        Checkpoint, Restart, Restarted, Sample, Sampling, Savepoint, Submission, calls::JobsSubmit,
    },
    flowthings::{
        self, Age, Center, Changes, Distance, Event, Explanation, Filter, FlowPosition, Follow,
        FollowEvent, Follower, Host, Member, Milliseconds, Modify, ModifyError, Modulo, Number,
        Operand, Sessions, Socket, SocketFindMany, SocketHandle, SocketObjects,
        calls::SessionWebsocket,
    },
    joule::{
        ArgumentError, Axis, Block, Columns, Condition, DataWrite, Decimated, ElementStyle,
        ElementType, EventFilter, EventReader, EventStyle, FilterError, Layout, LayoutError,
        LayoutMismatch, LumenView, NodeEntry, NodeInfo, NodeStore, PipeReader, PipeWindow,
        PipeWriter, PlacedSetting, Rows, Setting, SizedSetting, Timestamp, TimestampError,
    },
    sandbox::{
        Exchange, Fault, Flavour, FlinkBuilder, Flowthings, FlowthingsBuilder, Joule, JouleBuilder,
        Streams, StreamsBuilder, Undelivered, UnknownFlavour,
    },
    streams::{
        self, AnalyticsStatus, BuildService, CloudPak, CloudPakStreams, CredentialsSource, Flow,
        FlowConnection, FlowEnd, FlowOperator, Iam, JobChange, JobEvent, JobSelector, MetricSample,
        Pattern, PatternError, PublishedTopic, Rates, SampledMetric, ServiceCredentials, SplType,
        SplTypeError, StreamingAnalytics, StreamingAnalyticsConnection, ToolkitDependency, Tuples,
        ViewEvent, ViewPolls, ViewTuple, Watch, calls::ServiceV1Cancel,
    },
};

use crate::platform;

fn can_be_sent<T: Send + Unpin + 'static>() {}

fn can_be_sent_and_shared<T: Send + Sync + Unpin + 'static>() {}

/// The names of these types, which the compiler has looked at.
macro_rules! names {
    ($check:ident: $($type_:ident $(<$of:ty>)?),* $(,)?) => {{
        $($check::<$type_$(<$of>)?>();)*
        BTreeSet::from([$(stringify!($type_)),*])
    }};
}

#[test]
fn every_public_type_can_be_sent_and_shared() {
    let mut known = names![can_be_sent_and_shared:
        Answer, ArgumentError, Arguments, Auth, Axis, Block, ByteStream, Change<()>, Checkpoint,
        Columns<f32>, Condition, Config, DataWrite, Decimated, Double, Json, ElementStyle,
        ElementType, Error, ErrorKind, EventFilter, EventReader, EventStyle, Exchange,
        Fault, FilterError, FlinkBuilder, Idempotence, JobsSubmit, Joule,
        JouleBuilder, Layout, LayoutError, LayoutMismatch, Spawned<()>, Limits, Link<()>,
        Locator<()>, LumenView, NodeEntry, NodeInfo, NodeStore, Operation, Parameter,
        PipeReader, PipeWindow, PipeWriter, Place, PlacedSetting, Platform, RawRequest, Response<()>,
        ResponseKind, Restart, Restarted, Retry, Rows, Sample, Sampling, Savepoint, Secret, Server, Sessions, Setting,
        SizedSetting, Submission, TimeoutClass, Timeouts, Timestamp, TimestampError, Token,
        Optional<()>, Upload, WithBeside<()>, WithResponse<()>,
        Age, Center, Changes, Distance, Explanation, Filter, Host, Member, Milliseconds, Modify<()>, ModifyError, Modulo,
        Number, Operand, SessionWebsocket, ServiceV1Cancel, Event, Socket, SocketFindMany<()>, SocketHandle, SocketObjects<()>, Flowthings,
        FlowPosition, Follow, FollowEvent, Follower,
        FlowthingsBuilder, Undelivered,
        AnalyticsStatus, BuildService, CloudPak, CloudPakStreams, CredentialsSource, Flavour, Flow, FlowConnection,
        FlowEnd, FlowOperator, Iam, JobChange, JobEvent, JobSelector, SampledMetric, Watch,
        MetricSample, Pattern, PatternError, PublishedTopic, Rates<u8>, ServiceCredentials, SplType,
        SplTypeError, StreamingAnalytics, StreamingAnalyticsConnection, Streams, StreamsBuilder,
        ToolkitDependency, Tuples<()>, UnknownFlavour, ViewEvent<()>, ViewPolls<()>, ViewTuple,
    ];
    // Names that two platforms have.
    can_be_sent_and_shared::<streams::Sample<u8>>();
    can_be_sent_and_shared::<streams::Sampling<u8>>();
    can_be_sent_and_shared::<flowthings::FilterError>();
    can_be_sent_and_shared::<flowthings::Token>();
    // Looked at where its feature is on.
    #[cfg(feature = "toolkits")]
    can_be_sent_and_shared::<streams::ToolkitArchive>();
    known.insert("ToolkitArchive");
    // Futures, and what holds some: nobody can poll one that is shared.
    known.append(&mut names![can_be_sent: Batch<()>, Pages<()>, Poll<()>, Sending<()>]);
    // The probe's own, and what borrows from one of the above.
    let mut others = BTreeSet::from([
        "Counter",
        "Filter",
        "Issuer",
        "Moment",
        "Outgoing",
        "PollProgress",
        "Probe",
        "Row",
        "Tenant",
    ]);
    #[cfg(feature = "outbox")]
    known.append(&mut names![can_be_sent_and_shared: Outbox, Recipient, Waiting]);
    #[cfg(not(feature = "outbox"))]
    others.extend(["Outbox", "Recipient", "Waiting"]);
    let platforms = platform::Platform::all().into_iter();
    let clients: Vec<String> = platforms.map(|platform| platform.client()).collect();
    others.extend(clients.iter().map(String::as_str));
    let declared = declared(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let forgotten: Vec<&String> = declared
        .iter()
        .filter(|name| !known.contains(name.as_str()) && !others.contains(name.as_str()))
        .collect();
    assert_eq!(forgotten, [""; 0], "public types that the list above lacks");
}

/// What is declared `pub` below a folder, but for the command.
fn declared(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("bin") {
                names.extend(declared(&path));
            }
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let declaration = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "));
            if let Some(rest) = declaration {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                names.insert(rest[..end].to_owned());
            }
        }
    }
    names
}
