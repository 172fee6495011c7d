//! What is reached in a VPC without being a service: gateways into VPCs, the resources behind them, their
//! membership in service networks, and proofs that a domain is the account's.

use aws_lc_rs::digest;

use super::Status;
use super::meta::{Meta, Record, record};

/// The address families of a gateway, or of the addresses that a domain name is resolved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum IpAddressType {
    /// IPv4 only.
    Ipv4 = 0,
    /// IPv6 only.
    Ipv6 = 1,
    /// Both.
    Dualstack = 2,
}

/// Who resolves the domain names of a gateway's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum DnsResolution {
    /// Public DNS.
    Public = 0,
    /// The resolver of the gateway's VPC.
    InVpc = 1,
}

/// A way into a VPC, for the resources in it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResourceGateway {
    /// Identity; id `rgw-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the VPC.
    #[prost(string, tag = "2")]
    pub vpc: String,
    /// Ids of subnets, as they were given: a VPC of a cluster has none of its own.
    #[prost(string, repeated, tag = "3")]
    pub subnets: Vec<String>,
    /// Ids of the security groups that limit what the gateway reaches; empty: no limit.
    #[prost(string, repeated, tag = "4")]
    pub security_groups: Vec<String>,
    /// Address families.
    #[prost(enumeration = "IpAddressType", tag = "5")]
    pub ip_address_type: i32,
    /// IPv4 addresses of each network interface, 1–62.
    #[prost(uint32, tag = "6")]
    pub ipv4_addresses_per_eni: u32,
    /// Who resolves the domain names of its resources.
    #[prost(enumeration = "DnsResolution", tag = "7")]
    pub dns_resolution: i32,
    /// State.
    #[prost(enumeration = "Status", tag = "8")]
    pub status: i32,
}
record!(ResourceGateway, ResourceGateway);

/// What a resource configuration stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum ResourceConfigurationType {
    /// One resource.
    Single = 0,
    /// Several: its children.
    Group = 1,
    /// One resource of a group.
    Child = 2,
    /// A resource of AWS's.
    Arn = 3,
}

/// A resource: what it is and how it is reached.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResourceConfiguration {
    /// Identity; id `rcfg-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// What it stands for.
    #[prost(enumeration = "ResourceConfigurationType", tag = "2")]
    pub configuration_type: i32,
    /// Ports, `80` or `80-90` each.
    #[prost(string, repeated, tag = "3")]
    pub port_ranges: Vec<String>,
    /// Id of the gateway; a child has that of its group.
    #[prost(string, tag = "4")]
    pub gateway: String,
    /// Id of the group of a child; empty for others.
    #[prost(string, tag = "5")]
    pub group: String,
    /// The resource itself; none for a group.
    #[prost(oneof = "ResourceDefinition", tags = "6, 7, 8")]
    pub definition: Option<ResourceDefinition>,
    /// Whether it may join service networks that can be shared.
    #[prost(bool, tag = "9")]
    pub sharing_allowed: bool,
    /// Name under which clients reach it, beside the generated one; empty for none.
    #[prost(string, tag = "10")]
    pub custom_domain_name: String,
    /// Domain of the custom names of a group's children; empty for none.
    #[prost(string, tag = "11")]
    pub group_domain: String,
    /// Id of the proof that the custom name's or the group's domain is the account's; empty for none.
    #[prost(string, tag = "12")]
    pub domain_verification: String,
    /// State.
    #[prost(enumeration = "Status", tag = "13")]
    pub status: i32,
}
record!(ResourceConfiguration, ResourceConfiguration);

/// The resource behind a configuration.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum ResourceDefinition {
    /// A domain name.
    #[prost(message, tag = "6")]
    Dns(DnsResource),
    /// An IP address.
    #[prost(string, tag = "7")]
    Ip(String),
    /// The ARN of a resource of AWS's.
    #[prost(string, tag = "8")]
    Arn(String),
}

/// A resource that is found by its name.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DnsResource {
    /// Domain name.
    #[prost(string, tag = "1")]
    pub domain_name: String,
    /// Which of its addresses are used.
    #[prost(enumeration = "IpAddressType", tag = "2")]
    pub ip_address_type: i32,
}

/// Membership of a resource configuration in a service network.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResourceAssociation {
    /// Identity; id `snra-…`, owned by the account that associated.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service network.
    #[prost(string, tag = "2")]
    pub service_network: String,
    /// Id of the resource configuration.
    #[prost(string, tag = "3")]
    pub resource_configuration: String,
    /// Whether clients may use the custom domain name.
    #[prost(bool, tag = "4")]
    pub private_dns_enabled: bool,
    /// State.
    #[prost(enumeration = "Status", tag = "5")]
    pub status: i32,
}
record!(ResourceAssociation, ServiceNetworkResourceAssociation);

/// How far the proof of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum VerificationStatus {
    /// The TXT record was not seen yet.
    Pending = 0,
    /// The domain is the account's.
    Verified = 1,
    /// The TXT record was not seen in time.
    VerificationTimedOut = 2,
}

/// The proof that a domain is an account's: a TXT record that only its owner can publish.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DomainVerification {
    /// Identity; id `dv-…`.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// The domain, with all names under it.
    #[prost(string, tag = "2")]
    pub domain_name: String,
    /// How far it is.
    #[prost(enumeration = "VerificationStatus", tag = "3")]
    pub status: i32,
    /// When the TXT record was last seen, milliseconds since the Unix epoch; 0 for never.
    #[prost(uint64, tag = "4")]
    pub last_verified_ms: u64,
}
record!(DomainVerification, DomainVerification);

impl DomainVerification {
    /// Name and value of the TXT record that is looked for. They follow from the id, which is random.
    ///
    /// Source: user guide, "Custom domain names" (the shapes `_<random>` and `vpc-lattice:<token>`).
    #[must_use]
    pub fn txt_record(&self) -> (String, String) {
        let domain = &self.domain_name;
        let Meta { account, id, .. } = self.meta();
        let text = format!("{account}\n{id}\n{domain}");
        let digest = hex::encode(digest::digest(&digest::SHA256, text.as_bytes()));
        let (name, token) = digest.split_at(32);
        (format!("_{name}.{domain}"), format!("vpc-lattice:{token}"))
    }
}
