//! Joining and trust: certificates, join tokens, and what nodes ask each other beside Raft.

pub mod certificates;
pub mod identity;
pub mod links;
pub mod membership;
pub mod pinned;
pub mod token;
