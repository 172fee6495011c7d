//! What every record has: identity, owner, tags, times, revisions; and the kinds of record.

use std::collections::BTreeMap;

/// Identity, owner and history of one record.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Meta {
    /// Unique id, e.g. `svc-0123456789abcdef0`; never reused.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Owning account, 12 digits.
    #[prost(string, tag = "2")]
    pub account: String,
    /// Region the record lives in; empty for global records (accounts, IAM, nodes).
    #[prost(string, tag = "3")]
    pub region: String,
    /// Name, unique as the kind prescribes; empty for kinds without names.
    #[prost(string, tag = "4")]
    pub name: String,
    /// Tags by key.
    #[prost(btree_map = "string, string", tag = "5")]
    pub tags: BTreeMap<String, String>,
    /// Creation time, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "6")]
    pub created_at_ms: u64,
    /// Time of the last change, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "7")]
    pub updated_at_ms: u64,
    /// Revision of the last change.
    #[prost(uint64, tag = "8")]
    pub revision: u64,
    /// Principal ARN that created the record.
    #[prost(string, tag = "9")]
    pub created_by: String,
}

/// The kinds of record, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum Kind {
    /// A 12-digit owner of resources and principals.
    Account = 1,
    /// An isolated consumer and target network.
    Vpc = 2,
    /// A named set of CIDR and port ranges of a VPC.
    SecurityGroup = 3,
    /// One `trellis-node` process.
    Node = 4,
    /// A service network.
    ServiceNetwork = 5,
    /// A service.
    Service = 6,
    /// A listener of a service.
    Listener = 7,
    /// A rule of a listener.
    Rule = 8,
    /// A target group.
    TargetGroup = 9,
    /// A service network service association.
    ServiceNetworkServiceAssociation = 10,
    /// A service network VPC association.
    ServiceNetworkVpcAssociation = 11,
    /// An auth policy of a service network or a service.
    AuthPolicy = 12,
    /// A resource policy: a share with other accounts.
    ResourcePolicy = 13,
    /// An access log subscription.
    AccessLogSubscription = 14,
    /// An IAM user.
    User = 15,
    /// An access key of a user or of an account's root.
    AccessKey = 16,
    /// An IAM role.
    Role = 17,
    /// A key of the cluster: certificate authority or session sealing.
    ClusterKey = 18,
    /// A single-use right to join the cluster.
    JoinToken = 19,
    /// The settings that all nodes share.
    ClusterSettings = 20,
    /// A way into a VPC, for resources that are no services.
    ResourceGateway = 21,
    /// A resource behind a gateway.
    ResourceConfiguration = 22,
    /// A service network resource association.
    ServiceNetworkResourceAssociation = 23,
    /// The proof that a domain is an account's.
    DomainVerification = 24,
    /// A managed policy.
    ManagedPolicy = 25,
    /// A named set of resources that other accounts may use.
    ResourceShare = 26,
    /// An OIDC identity provider.
    OidcProvider = 27,
    /// A certificate that was imported.
    Certificate = 28,
}

impl Kind {
    /// The word that refusals use for the kind, e.g. `SERVICE_NETWORK`.
    #[must_use]
    pub fn resource_type(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Vpc => "VPC",
            Self::SecurityGroup => "SECURITY_GROUP",
            Self::Node => "NODE",
            Self::ServiceNetwork => "SERVICE_NETWORK",
            Self::Service => "SERVICE",
            Self::Listener => "LISTENER",
            Self::Rule => "RULE",
            Self::TargetGroup => "TARGET_GROUP",
            Self::ServiceNetworkServiceAssociation => "SERVICE_NETWORK_SERVICE_ASSOCIATION",
            Self::ServiceNetworkVpcAssociation => "SERVICE_NETWORK_VPC_ASSOCIATION",
            Self::AuthPolicy => "AUTH_POLICY",
            Self::ResourcePolicy => "RESOURCE_POLICY",
            Self::AccessLogSubscription => "ACCESS_LOG_SUBSCRIPTION",
            Self::User => "USER",
            Self::AccessKey => "ACCESS_KEY",
            Self::Role => "ROLE",
            Self::ClusterKey => "CLUSTER_KEY",
            Self::JoinToken => "JOIN_TOKEN",
            Self::ClusterSettings => "CLUSTER_SETTINGS",
            Self::ResourceGateway => "RESOURCE_GATEWAY",
            Self::ResourceConfiguration => "RESOURCE_CONFIGURATION",
            Self::ServiceNetworkResourceAssociation => "SERVICE_NETWORK_RESOURCE_ASSOCIATION",
            Self::DomainVerification => "DOMAIN_VERIFICATION",
            Self::ManagedPolicy => "POLICY",
            Self::ResourceShare => "RESOURCE_SHARE",
            Self::OidcProvider => "OIDC_PROVIDER",
            Self::Certificate => "CERTIFICATE",
        }
    }
}

/// A stored record of one kind.
pub trait Record: prost::Message + Clone + Default + PartialEq + 'static {
    /// The kind.
    const KIND: Kind;
    /// Identity, owner and history.
    fn meta(&self) -> &Meta;
    /// Identity, owner and history, for the registry to change.
    fn meta_mut(&mut self) -> &mut Meta;
}

macro_rules! record {
    ($type:ident, $kind:ident) => {
        impl crate::model::Record for $type {
            const KIND: crate::model::Kind = crate::model::Kind::$kind;
            fn meta(&self) -> &crate::model::Meta {
                static EMPTY: std::sync::LazyLock<crate::model::Meta> =
                    std::sync::LazyLock::new(crate::model::Meta::default);
                self.meta.as_ref().unwrap_or(&EMPTY)
            }
            fn meta_mut(&mut self) -> &mut crate::model::Meta {
                self.meta.get_or_insert_default()
            }
        }
    };
}
pub(crate) use record;
