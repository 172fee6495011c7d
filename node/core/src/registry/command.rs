//! Every write that exists.

use crate::model::{
    AccessKey, AccessLogSubscription, Account, AuthPolicy, Certificate, ClusterKey,
    ClusterSettings, DomainVerification, JoinToken, Kind, Listener, ManagedPolicy, Meta, Node,
    OidcProvider, Record, ResourceAssociation, ResourceConfiguration, ResourceGateway,
    ResourcePolicy, ResourceShare, Role, Rule, SecurityGroup, Service, ServiceAssociation,
    ServiceNetwork, Target, TargetGroup, User, Vpc, VpcAssociation, arn, limits,
};
use std::collections::BTreeMap;

/// The newest command version; a node that reads a newer one stops.
pub const COMMAND_VERSION: u32 = 6;

/// One write: a bundle of operations, done whole or refused whole.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Command {
    /// Version of this encoding, as [`version_of`] tells it.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// The proposer's time, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "2")]
    pub at_ms: u64,
    /// Account of the caller, 12 digits; empty for the cluster itself, which owns everything.
    #[prost(string, tag = "3")]
    pub account: String,
    /// Region of the caller's credential scope.
    #[prost(string, tag = "4")]
    pub region: String,
    /// ARN of the caller; empty for the cluster itself.
    #[prost(string, tag = "5")]
    pub principal: String,
    /// Idempotency token, 1–64 characters; empty for none. A repeated token answers with the first
    /// outcome where `fingerprint` is the same, and is refused where it differs.
    #[prost(string, tag = "6")]
    pub client_token: String,
    /// SHA-256 of who asks and of the request as the caller made it, without generated values.
    #[prost(bytes = "vec", tag = "7")]
    pub fingerprint: Vec<u8>,
    /// The operations, judged in order, each seeing those before it.
    #[prost(message, repeated, tag = "8")]
    pub operations: Vec<Operation>,
}

/// The lowest version whose nodes understand these operations, so that a cluster goes on while its nodes are
/// upgraded one by one.
///
/// Version 2 brought resource gateways, resource configurations and what belongs to them; version 3 managed policies,
/// resource shares, and descriptions of roles, security groups and their rules; version 4 OIDC providers; version 5
/// certificates; version 6 service networks of whose sharing nothing is said.
#[must_use]
pub fn version_of(operations: &[Operation]) -> u32 {
    let changes = operations.iter().filter_map(|it| it.change.as_ref());
    changes.map(Change::version).max().unwrap_or(1)
}

/// Says of new service networks that they cannot be shared, where nothing is said of it and some node does not know that.
/// Without them a cluster could make no networks while its nodes are upgraded.
pub fn lower(operations: &mut [Operation], level: u32) {
    if level >= 6 {
        return;
    }
    for operation in operations {
        if let Some(Change::Create(Stored {
            record: Some(AnyRecord::ServiceNetwork(network)),
            ..
        })) = &mut operation.change
        {
            network.sharing_unsaid = false;
        }
    }
}

impl Change {
    fn version(&self) -> u32 {
        let of_kind = |named: &Identifier| version_of_kind(named.kind);
        match self {
            Self::Create(stored) | Self::Update(stored) | Self::Put(stored) => {
                stored.record.as_ref().map_or(1, version_of_record)
            }
            Self::Delete(named) => of_kind(named),
            Self::Tag(change) | Self::Untag(change) => change.resource.as_ref().map_or(1, of_kind),
            Self::RegisterTargets(_)
            | Self::DeregisterTargets(_)
            | Self::RemoveDrained(_)
            | Self::UseJoinToken(_) => 1,
        }
    }
}

fn version_of_kind(kind: i32) -> u32 {
    if kind < Kind::ResourceGateway as i32 {
        1
    } else if kind < Kind::ManagedPolicy as i32 {
        2
    } else if kind < Kind::OidcProvider as i32 {
        3
    } else if kind < Kind::Certificate as i32 {
        4
    } else {
        5
    }
}

fn version_of_record(record: &AnyRecord) -> u32 {
    let version_of_fields = match record {
        AnyRecord::VpcAssociation(association)
            if association.private_dns_enabled
                || association.private_dns_preference != 0
                || !association.private_dns_domains.is_empty() =>
        {
            2
        }
        AnyRecord::ClusterSettings(settings) => {
            let has = |quotas: &[limits::Quota]| {
                let mut quotas = quotas.iter();
                quotas.any(|quota| settings.quotas.contains_key(quota.name))
            };
            if has(&[limits::CERTIFICATES_PER_REGION]) {
                5
            } else if has(&[limits::OIDC_PROVIDERS_PER_ACCOUNT]) {
                4
            } else if has(limits::QUOTAS_OF_POLICIES) || has(&[limits::SHARES_PER_REGION]) {
                3
            } else if has(limits::QUOTAS_OF_RESOURCES) {
                2
            } else {
                1
            }
        }
        AnyRecord::User(user) if !user.attached_policies.is_empty() => 3,
        AnyRecord::Role(role)
            if !role.attached_policies.is_empty() || !role.description.is_empty() =>
        {
            3
        }
        AnyRecord::SecurityGroup(group) if is_described(group) => 3,
        AnyRecord::ServiceNetwork(network) if network.sharing_unsaid => 6,
        _ => 1,
    };
    version_of_kind(record.kind() as i32).max(version_of_fields)
}

fn is_described(group: &SecurityGroup) -> bool {
    let mut rules = group.ingress.iter();
    !group.description.is_empty() || rules.any(|rule| !rule.description.is_empty())
}

/// One change, and the revision it expects.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Operation {
    /// Revision at which the changed record must stand; 0 for any.
    #[prost(uint64, tag = "1")]
    pub expected_revision: u64,
    /// The change.
    #[prost(oneof = "Change", tags = "2, 3, 4, 5, 6, 7, 8, 9, 10, 11")]
    pub change: Option<Change>,
}

/// The changes that exist.
#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub enum Change {
    /// Create a record under the id in its `meta`, which the proposer generated.
    #[prost(message, tag = "2")]
    Create(Stored),
    /// Replace a record that exists by this one; immutable fields must agree.
    #[prost(message, tag = "3")]
    Update(Stored),
    /// Create or replace (auth policies and resource policies).
    #[prost(message, tag = "4")]
    Put(Stored),
    /// Delete a record, with what the kind's cascade takes along.
    #[prost(message, tag = "5")]
    Delete(Identifier),
    /// Register targets, 1–100.
    #[prost(message, tag = "6")]
    RegisterTargets(TargetList),
    /// Deregister targets, 1–100: they drain.
    #[prost(message, tag = "7")]
    DeregisterTargets(TargetList),
    /// Remove targets that have drained.
    #[prost(message, tag = "8")]
    RemoveDrained(TargetList),
    /// Set tags of a record.
    #[prost(message, tag = "9")]
    Tag(TagChange),
    /// Remove tags of a record.
    #[prost(message, tag = "10")]
    Untag(TagChange),
    /// Use a join token for a node.
    #[prost(message, tag = "11")]
    UseJoinToken(JoinTokenUse),
}

/// A record of any kind.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Stored {
    /// The record.
    #[prost(
        oneof = "AnyRecord",
        tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28"
    )]
    pub record: Option<AnyRecord>,
}

macro_rules! any_record {
    ($($variant:ident($type:ident) = $tag:literal),* $(,)?) => {
        /// A record of one of the kinds; the field number is the kind's number.
        #[derive(Clone, PartialEq, Eq, prost::Oneof)]
        pub enum AnyRecord {
            $(
                #[doc = concat!("See [`", stringify!($type), "`].")]
                #[prost(message, tag = $tag)]
                $variant($type),
            )*
        }

        impl AnyRecord {
            /// The kind of the record.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => <$type as Record>::KIND,)* }
            }
            /// Identity, owner and history.
            #[must_use]
            pub fn meta(&self) -> &Meta {
                match self { $(Self::$variant(record) => record.meta(),)* }
            }
            /// Identity, owner and history, for change.
            pub fn meta_mut(&mut self) -> &mut Meta {
                match self { $(Self::$variant(record) => record.meta_mut(),)* }
            }
        }

        $(
            impl From<$type> for AnyRecord {
                fn from(record: $type) -> Self {
                    Self::$variant(record)
                }
            }
            impl From<$type> for Stored {
                fn from(record: $type) -> Self {
                    Self { record: Some(AnyRecord::$variant(record)) }
                }
            }
        )*
    };
}

any_record! {
    Account(Account) = 1,
    Vpc(Vpc) = 2,
    SecurityGroup(SecurityGroup) = 3,
    Node(Node) = 4,
    ServiceNetwork(ServiceNetwork) = 5,
    Service(Service) = 6,
    Listener(Listener) = 7,
    Rule(Rule) = 8,
    TargetGroup(TargetGroup) = 9,
    ServiceAssociation(ServiceAssociation) = 10,
    VpcAssociation(VpcAssociation) = 11,
    AuthPolicy(AuthPolicy) = 12,
    ResourcePolicy(ResourcePolicy) = 13,
    AccessLogSubscription(AccessLogSubscription) = 14,
    User(User) = 15,
    AccessKey(AccessKey) = 16,
    Role(Role) = 17,
    ClusterKey(ClusterKey) = 18,
    JoinToken(JoinToken) = 19,
    ClusterSettings(ClusterSettings) = 20,
    ResourceGateway(ResourceGateway) = 21,
    ResourceConfiguration(ResourceConfiguration) = 22,
    ResourceAssociation(ResourceAssociation) = 23,
    DomainVerification(DomainVerification) = 24,
    ManagedPolicy(ManagedPolicy) = 25,
    ResourceShare(ResourceShare) = 26,
    OidcProvider(OidcProvider) = 27,
    Certificate(Certificate) = 28,
}

impl AnyRecord {
    /// The ARN of the record.
    #[must_use]
    pub fn arn(&self) -> String {
        let meta = self.meta();
        match self {
            Self::Listener(listener) => arn::listener(meta, &listener.service),
            Self::Rule(rule) => arn::rule(meta, &rule.service, &rule.listener),
            Self::User(user) => arn::user(&meta.account, &user.path, &meta.name),
            Self::Role(role) => arn::role(&meta.account, &role.path, &meta.name),
            Self::ManagedPolicy(policy) => arn::policy(&meta.account, &policy.path, &meta.name),
            other => arn::of(other.kind(), meta),
        }
    }
}

/// Names one record.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Identifier {
    /// Its kind.
    #[prost(enumeration = "Kind", tag = "1")]
    pub kind: i32,
    /// Its id.
    #[prost(string, tag = "2")]
    pub id: String,
}

/// Targets of one group.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TargetList {
    /// Id of the target group.
    #[prost(string, tag = "1")]
    pub target_group: String,
    /// The targets; port 0 means the group's.
    #[prost(message, repeated, tag = "2")]
    pub targets: Vec<Target>,
}

/// Tags to set or to remove.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TagChange {
    /// The record.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Identifier>,
    /// Tags by key; the values are ignored where tags are removed.
    #[prost(btree_map = "string, string", tag = "2")]
    pub tags: BTreeMap<String, String>,
}

/// The use of a join token.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct JoinTokenUse {
    /// Id of the token.
    #[prost(string, tag = "1")]
    pub token: String,
    /// SHA-256 of the secret that was presented.
    #[prost(bytes = "vec", tag = "2")]
    pub secret_sha256: Vec<u8>,
    /// The node that joins. Its member id and its id `node-N` are given by the registry: N is the
    /// revision at which this command is applied, so that no id is ever reused.
    #[prost(message, optional, tag = "3")]
    pub node: Option<Node>,
    /// SHA-256 of the node's public key, 32 bytes. A use of the same token with the same key gives
    /// the node that the first use made. Empty: every repeat is refused.
    #[prost(bytes = "vec", tag = "4")]
    pub key_sha256: Vec<u8>,
}
