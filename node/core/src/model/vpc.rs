//! VPCs and security groups.

use super::meta::record;

/// An isolated network of consumers and targets; its addresses may overlap those of other VPCs.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Vpc {
    /// Identity; id `vpc-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Address blocks, CIDR notation; targets of an IP group must lie in one of them when any is given.
    #[prost(string, repeated, tag = "2")]
    pub cidr_blocks: Vec<String>,
}
record!(Vpc, Vpc);

/// A named set of CIDR and port ranges of a VPC.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SecurityGroup {
    /// Identity; id `sg-…`, name unique in the VPC, owner as the VPC.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the VPC.
    #[prost(string, tag = "2")]
    pub vpc: String,
    /// Which clients may enter; any that holds suffices.
    #[prost(message, repeated, tag = "3")]
    pub ingress: Vec<IngressRule>,
    /// What it is for; empty for nothing said.
    #[prost(string, tag = "4")]
    pub description: String,
}
record!(SecurityGroup, SecurityGroup);

/// One inbound permission.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct IngressRule {
    /// Client addresses, CIDR notation.
    #[prost(string, tag = "1")]
    pub cidr: String,
    /// First listener port, 0–65535.
    #[prost(uint32, tag = "2")]
    pub from_port: u32,
    /// Last listener port, 0–65535.
    #[prost(uint32, tag = "3")]
    pub to_port: u32,
    /// What it is for; empty for nothing said.
    #[prost(string, tag = "4")]
    pub description: String,
}
