//! The model: a cluster and its jobs as functions of the time, without HTTP.

pub(super) mod accumulator;
pub(super) mod acknowledgement;
pub(super) mod checkpoint;
pub(super) mod checkpoint_coordinator;
pub(super) mod cluster;
mod date;
pub(super) mod demo;
mod flame_graph;
pub(super) mod jar;
pub(super) mod job;
pub(super) mod jvm;
pub(super) mod log;
pub(super) mod measurement;
pub(super) mod operation;
pub(super) mod plan;
pub(super) mod profile;
pub(super) mod program;
mod scheduler;
pub(super) mod status;
pub(super) mod subtasks;
pub(super) mod task;
pub(super) mod taskmanager;
pub(super) mod timeline;
