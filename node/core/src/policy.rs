//! Skeleton.
/// A compiled policy.
#[derive(Debug)]
pub struct Compiled;
