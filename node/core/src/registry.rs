//! The replicated state machine: the commands that exist, the rules that judge them, the state.
//!
//! [`apply`] is deterministic: no clock, no chance, no configuration. Ids, times and random values
//! are in the command. A command is a bundle of operations that is done whole or refused whole; a
//! refused command still advances the revision, so that all members agree on every revision.
//!
//! Each kind of record has its rules in the file of its family: what completes it, what is wrong in
//! itself ([`Command::validate`] tells before a proposal), what an update may not change, what the
//! state forbids, what blocks its deletion. Shares with other accounts are in [`share`], reads in
//! [`query`]. Specification: `tests/registry`.

pub mod command;
pub mod outcome;

mod apply;
mod validate;

mod access;
mod certificate;
mod identity;
mod managed;
mod network;
mod node;
mod oidc;
mod resource;
mod service;
mod settings;
mod target;
mod vpc;

pub mod query;
pub mod share;
pub mod state;

pub mod codec;

mod meta;
mod mistakes;
mod rules;

pub use apply::{apply, first_outcome};
pub use certificate::used_by;
pub use command::{Change, Command, Operation};
pub use node::{ADDRESS_CHARS_MAX, Admission, admission, lowest_level, too_old};
pub use outcome::{Applied, Outcome, Refusal};
pub use state::State;
