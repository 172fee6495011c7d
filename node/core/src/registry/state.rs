//! The state: persistent tables, so that a clone costs little.
use crate::model::Record;
use std::sync::Arc;
/// Everything the cluster has agreed on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Revision at which this state was reached.
    pub revision: u64,
    /// Id of the cluster.
    pub cluster_id: String,
}
impl State {
    /// One.
    #[must_use]
    pub fn get<R: Record>(&self, _id: &str) -> Option<&Arc<R>> {
        None
    }
    /// All.
    pub fn all<R: Record>(&self) -> impl Iterator<Item = &Arc<R>> {
        std::iter::empty()
    }
    /// Children.
    pub fn children<R: Record>(&self, _parent: &str) -> impl Iterator<Item = &Arc<R>> {
        std::iter::empty()
    }
}
