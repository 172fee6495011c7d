//! The shell of a Trellis node.

pub mod cluster;
