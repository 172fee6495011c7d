//! Resource shares.

use super::meta::record;

/// A named set of resources that a set of accounts may use. It grants beside resource policies, and never changes one.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResourceShare {
    /// Identity; id `rs-…`, the name need not be unique.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Ids of the service networks, services and resource configurations; all of the owner, sorted.
    #[prost(string, repeated, tag = "2")]
    pub resources: Vec<String>,
    /// The accounts that may use them, sorted; not the owner.
    #[prost(string, repeated, tag = "3")]
    pub accounts: Vec<String>,
    /// Whether the owner would let accounts of other organisations in. There is one organisation, the cluster.
    #[prost(bool, tag = "4")]
    pub external_allowed: bool,
}
record!(ResourceShare, ResourceShare);
