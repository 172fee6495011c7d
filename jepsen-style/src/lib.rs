//! Fault tests of a Trellis cluster, from outside: real `trellis-node` processes run while faults are
//! injected; what clients saw is recorded and then checked against what was promised.
//!
//! | module | holds |
//! |---|---|
//! | [`access`] | how clients reach a cluster |
//! | [`history`] | the calls that clients made and what they learnt |
//! | [`check`] | one file for each property that a history must have; pure |
//! | [`seed`] | chance: one number repeats a run |
//! | [`traffic`] | requests through every node while routes, policies and keys change |

pub mod access;
pub mod check;
pub mod history;
pub mod seed;
pub mod traffic;
