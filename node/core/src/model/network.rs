//! Service networks and their associations with services and VPCs.

use super::meta::record;

/// Whether a layer asks for an authenticated and authorised caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum AuthType {
    /// The layer lets everyone pass.
    None = 0,
    /// The layer's auth policy decides; without one everything is denied.
    AwsIam = 1,
}

/// State of a record whose creation or deletion may take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum Status {
    /// Ready.
    Active = 0,
    /// Being created.
    CreateInProgress = 1,
    /// Could not be created.
    CreateFailed = 2,
    /// Being deleted.
    DeleteInProgress = 3,
    /// Could not be deleted.
    DeleteFailed = 4,
    /// Being changed.
    UpdateInProgress = 5,
    /// Could not be changed.
    UpdateFailed = 6,
}

/// A service network: what VPCs and services join.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ServiceNetwork {
    /// Identity; id `sn-…`, name unique in account and region.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Whether the network's auth policy decides.
    #[prost(enumeration = "AuthType", tag = "2")]
    pub auth_type: i32,
    /// Whether the network may be shared with other accounts.
    #[prost(bool, tag = "3")]
    pub sharing_enabled: bool,
    /// Whether nothing was said of sharing: then it may be shared, too.
    #[prost(bool, tag = "4")]
    pub sharing_unsaid: bool,
}
record!(ServiceNetwork, ServiceNetwork);

/// Membership of a service in a service network.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ServiceAssociation {
    /// Identity; id `snsa-…`, owned by the account that associated.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service network.
    #[prost(string, tag = "2")]
    pub service_network: String,
    /// Id of the service.
    #[prost(string, tag = "3")]
    pub service: String,
    /// State.
    #[prost(enumeration = "Status", tag = "4")]
    pub status: i32,
}
record!(ServiceAssociation, ServiceNetworkServiceAssociation);

/// Membership of a VPC in a service network: its clients may call the network's services.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct VpcAssociation {
    /// Identity; id `snva-…`, owned by the account that associated.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the service network.
    #[prost(string, tag = "2")]
    pub service_network: String,
    /// Id of the VPC.
    #[prost(string, tag = "3")]
    pub vpc: String,
    /// Ids of the security groups whose inbound rules limit the clients; empty: no limit.
    #[prost(string, repeated, tag = "4")]
    pub security_groups: Vec<String>,
    /// State.
    #[prost(enumeration = "Status", tag = "5")]
    pub status: i32,
    /// Whether the VPC's clients may reach resources by their private domain names.
    #[prost(bool, tag = "6")]
    pub private_dns_enabled: bool,
    /// By which of them.
    #[prost(enumeration = "PrivateDnsPreference", tag = "7")]
    pub private_dns_preference: i32,
    /// Domains that are allowed by name, `*.example.com` for all under one.
    #[prost(string, repeated, tag = "8")]
    pub private_dns_domains: Vec<String>,
}
record!(VpcAssociation, ServiceNetworkVpcAssociation);

/// Which private domains the clients of a VPC may reach resources by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub enum PrivateDnsPreference {
    /// Those that were verified.
    VerifiedDomainsOnly = 0,
    /// All.
    AllDomains = 1,
    /// Those that were verified, and some by name.
    VerifiedDomainsAndSpecifiedDomains = 2,
    /// Some by name.
    SpecifiedDomainsOnly = 3,
}
