//! The state: persistent tables, so that a clone costs little.

/// Everything the cluster has agreed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Revision at which this state was reached.
    pub revision: u64,
}
