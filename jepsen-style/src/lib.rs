//! Fault tests of a Trellis cluster, from outside: real `trellis-node` processes run while faults are
//! injected; what clients saw is recorded and then checked against what was promised.
//!
//! | module | holds |
//! |---|---|
//! | [`access`] | how clients reach a cluster |
//! | [`cluster`] | a cluster of real node processes, each of which can be stopped, lost and replaced |
//! | [`link`] | links between nodes that can be cut, slowed and damaged |
//! | [`history`] | the calls that clients made and what they learnt |
//! | [`check`] | one file for each property that a history must have; pure |
//! | [`nemesis`] | brings the faults about, and heals them |
//! | [`schedule`] | which faults a run injects and when; pure |
//! | [`power`] | the power-cut rig: what the stores are worth when the power goes |
//! | [`etcd`] | the register's workload and checkers, tried on etcd |
//! | [`hunt`] | whether every bug that is built in on purpose is caught |
//! | [`run`] | one run, from a seed to its verdicts |
//! | [`report`] | what a run came to, to read |
//! | [`ledger`] | all runs, a line each |
//! | [`seed`] | chance: one number repeats a run |
//! | [`traffic`] | requests through every node while routes, policies and keys change |
//! | [`workload`] | what clients do to the registry meanwhile |

pub mod access;
pub mod check;
pub mod cluster;
pub mod etcd;
pub mod history;
pub mod hunt;
pub mod ledger;
pub mod link;
pub mod nemesis;
pub mod power;
pub mod report;
pub mod run;
pub mod schedule;
pub mod seed;
pub mod traffic;
pub mod workload;
