//! Fault tests of a Trellis cluster, from outside: real `trellis-node` processes run while faults are
//! injected; what clients saw is recorded and then checked against what was promised.
//!
//! | module | holds |
//! |---|---|
//! | [`access`] | how clients reach a cluster |
//! | [`history`] | the calls that clients made and what they learnt |
//! | [`check`] | one file for each property that a history must have; pure |
//! | [`report`] | what a run came to, to read |
//! | [`ledger`] | all runs, a line each |
//! | [`seed`] | chance: one number repeats a run |

pub mod access;
pub mod check;
pub mod history;
pub mod ledger;
pub mod report;
pub mod seed;
