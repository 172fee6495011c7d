//! The registry's rules, as transcripts.
//!
//! Source: VPC Lattice API model 2022-11-30 and user guide; IAM user guide. One test for each
//! sentence; answers that these do not document are our own.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]

mod fields;
mod script;

mod access;
mod certificate;
mod chance;
mod frame;
mod identity;
mod managed;
mod network;
mod oidc;
mod reads;
mod resource;
#[cfg(feature = "seeded-bugs")]
mod seeded_bugs;
mod service;
mod share;
mod target;
mod vpc;

use script::check;
