//! The settings that all nodes share.

use std::collections::BTreeMap;

use super::meta::record;

/// Settings of the whole cluster, one record with id `cluster`.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ClusterSettings {
    /// Identity; id `cluster`.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Regions that resources may live in; the first is the default.
    #[prost(string, repeated, tag = "2")]
    pub regions: Vec<String>,
    /// Suffix of generated DNS names, e.g. `trellis.internal`.
    #[prost(string, tag = "3")]
    pub dns_suffix: String,
    /// The label of generated DNS names that tells clusters apart: 7 hex digits.
    #[prost(string, tag = "4")]
    pub partition_id: String,
    /// Quotas that differ from the defaults of [`crate::model::limits::Quota`], by quota code name.
    #[prost(btree_map = "string, uint64", tag = "5")]
    pub quotas: BTreeMap<String, u64>,
}
record!(ClusterSettings, ClusterSettings);
