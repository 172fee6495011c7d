//! The replicated state machine: the commands that exist, the rules that judge them, the state.
//!
//! [`apply`] is deterministic: no clock, no chance, no configuration. Ids, times and random values
//! are in the command. A command is a bundle of operations that is done whole or refused whole; a
//! refused command still advances the revision, so that all members agree on every revision.

mod apply;
pub mod codec;
pub mod command;
mod node;
pub mod outcome;
pub mod state;

pub use apply::apply;
pub use command::{Change, Command, Operation};
pub use outcome::{Applied, Outcome, Refusal};
pub use state::State;
