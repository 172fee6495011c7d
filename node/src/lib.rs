//! The shell of a Trellis node: everything with a socket, a file, a clock or a task.
//!
//! | module | holds | never uses |
//! |---|---|---|
//! | [`config`] | what the operator may set | |
//! | [`dataplane`] | accept, decide, forward, probe, log: serves one view at a time | `raft`, `control`, the registry |
//! | [`raft`] | the replicated registry: log, snapshots, members | `dataplane`, `control` |
//! | [`control`] | the admin API: reads, writes, who may | `dataplane` |
//! | [`telemetry`] | log, metrics, readiness | `raft`, `control`, the registry |
//! | [`cluster`] | certificates, joining, what nodes ask each other beside Raft | `dataplane` |
//!
//! The data plane does not know that Raft exists: with no leader it serves the last view.

pub mod command;
pub mod config;
pub mod run;

pub mod dataplane;

pub mod control;
pub mod raft;

pub mod cluster;
pub mod last_good;
pub mod publish;

pub mod clock;
pub mod dev;
pub mod drain;
#[cfg(feature = "seeded-bugs")]
pub mod seeded_bugs;
pub mod telemetry;
