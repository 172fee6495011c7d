//! Skeleton.

pub mod sigv4;
pub mod target;
