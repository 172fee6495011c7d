//! Nodes and their attachments; join tokens; keys of the cluster.

use super::meta::record;

/// One `trellis-node` process.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Node {
    /// Identity; id `node-N` where N is the Raft member id (a log index; never reused). The account
    /// is the one the node works for.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Raft member id.
    #[prost(uint64, tag = "2")]
    pub member: u64,
    /// `host:port` of the cluster listener.
    #[prost(string, tag = "3")]
    pub cluster_address: String,
    /// `host:port` of the api listener.
    #[prost(string, tag = "4")]
    pub api_address: String,
    /// Highest command version this node understands.
    #[prost(uint32, tag = "5")]
    pub feature_level: u32,
    /// Legs in VPCs.
    #[prost(message, repeated, tag = "6")]
    pub attachments: Vec<Attachment>,
}
record!(Node, Node);

/// A node's leg in a VPC.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Attachment {
    /// Id of the VPC.
    #[prost(string, tag = "1")]
    pub vpc: String,
    /// Address that listeners bind, an IP address.
    #[prost(string, tag = "2")]
    pub ingress_address: String,
    /// `address:port` of the DNS server; empty for none.
    #[prost(string, tag = "3")]
    pub dns_address: String,
    /// Added to each listener port to get the port that is bound; 0 outside development.
    #[prost(uint32, tag = "4")]
    pub port_offset: u32,
    /// Whether the node may reach targets in the VPC through this leg.
    #[prost(bool, tag = "5")]
    pub reaches_targets: bool,
    /// Zone, for locality; empty for none.
    #[prost(string, tag = "6")]
    pub zone: String,
}

/// A single-use right to join the cluster.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct JoinToken {
    /// Identity; id `join-…`; the account is the joining node's.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// SHA-256 of the secret, 32 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub secret_sha256: Vec<u8>,
    /// Expiry, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "3")]
    pub expires_at_ms: u64,
    /// Id of the node that used it; empty while unused.
    #[prost(string, tag = "4")]
    pub used_by: String,
    /// SHA-256 of the public key of the node that used it, 32 bytes: the same node may ask again.
    /// Empty while unused.
    #[prost(bytes = "vec", tag = "5")]
    pub key_sha256: Vec<u8>,
}
record!(JoinToken, JoinToken);

/// What a key of the cluster is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum ClusterKeyUse {
    /// Certificate authority of node certificates: `public` is the certificate (DER), `sealed` its
    /// private key (PKCS#8).
    CertificateAuthority = 0,
    /// Sealing of session tokens: `sealed` is 32 bytes.
    SessionSealing = 1,
}

/// A key of the cluster, sealed under the cluster's sealing key, which lives outside the store.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ClusterKey {
    /// Identity; id `key-…`.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// What it is for.
    #[prost(enumeration = "ClusterKeyUse", tag = "2")]
    pub key_use: i32,
    /// Public part, DER; empty for symmetric keys.
    #[prost(bytes = "vec", tag = "3")]
    pub public: Vec<u8>,
    /// Secret part, sealed.
    #[prost(bytes = "vec", tag = "4")]
    pub sealed: Vec<u8>,
}
record!(ClusterKey, ClusterKey);
