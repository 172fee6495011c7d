//! Joining and trust: certificates, join tokens, and what nodes ask each other beside Raft.

pub mod admission;
pub mod bootstrap;
pub mod certificates;
mod handshakes;
pub mod health_exchange;
pub mod identity;
pub mod join;
pub mod links;
pub mod membership;
pub mod pinned;
pub mod registration;
pub mod renewal;
pub mod served;
pub mod token;
