//! Joining and trust: certificates, join tokens, and what nodes ask each other beside Raft.

pub mod certificates;
