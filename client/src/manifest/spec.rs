//! From a kind and its properties to the API's message.

use trellis_proto::v1::ResourceKind;
use trellis_proto::v1::resource::Spec;

use super::Mistake;
use super::read::read;
use super::tree::Tree;

/// What the registry says of every resource and no manifest needs to.
const METADATA: &[&str] = &[
    "arn",
    "account",
    "region",
    "createdAt",
    "lastUpdatedAt",
    "revision",
    "createdBy",
    "dnsEntry",
];

/// Drops what only the registry may say.
pub(super) fn read_over_metadata(kind: ResourceKind, properties: &mut Tree) {
    for name in METADATA {
        properties.take(name);
    }
    if !matches!(kind, ResourceKind::Account | ResourceKind::Vpc) {
        properties.take("id");
    }
    if kind != ResourceKind::AccessKey {
        properties.take("status");
    }
    // A manifest says what is in force.
    if kind == ResourceKind::ManagedPolicy {
        properties.take("versions");
        properties.take("defaultVersionId");
    }
}

/// Reads the properties of a kind.
pub(super) fn spec(kind: ResourceKind, properties: &Tree) -> Result<Spec, Mistake> {
    Ok(match kind {
        ResourceKind::Account => Spec::Account(read(properties)?),
        ResourceKind::Vpc => Spec::Vpc(read(properties)?),
        ResourceKind::SecurityGroup => Spec::SecurityGroup(read(properties)?),
        ResourceKind::Node => Spec::Node(read(properties)?),
        ResourceKind::ServiceNetwork => Spec::ServiceNetwork(read(properties)?),
        ResourceKind::Service => Spec::Service(read(properties)?),
        ResourceKind::Listener => Spec::Listener(read(properties)?),
        ResourceKind::Rule => Spec::Rule(read(properties)?),
        ResourceKind::TargetGroup => Spec::TargetGroup(read(properties)?),
        ResourceKind::ServiceAssociation => Spec::ServiceAssociation(read(properties)?),
        ResourceKind::VpcAssociation => Spec::VpcAssociation(read(properties)?),
        ResourceKind::ResourceGateway => Spec::ResourceGateway(read(properties)?),
        ResourceKind::ResourceConfiguration => Spec::ResourceConfiguration(read(properties)?),
        ResourceKind::ResourceAssociation => Spec::ResourceAssociation(read(properties)?),
        ResourceKind::DomainVerification => Spec::DomainVerification(read(properties)?),
        ResourceKind::ResourceShare => Spec::ResourceShare(read(properties)?),
        ResourceKind::AuthPolicy => Spec::AuthPolicy(read(properties)?),
        ResourceKind::ResourcePolicy => Spec::ResourcePolicy(read(properties)?),
        ResourceKind::AccessLogSubscription => Spec::AccessLogSubscription(read(properties)?),
        ResourceKind::User => Spec::User(read(properties)?),
        ResourceKind::AccessKey => Spec::AccessKey(read(properties)?),
        ResourceKind::Role => Spec::Role(read(properties)?),
        ResourceKind::ManagedPolicy => Spec::ManagedPolicy(read(properties)?),
        ResourceKind::OidcProvider => Spec::OidcProvider(read(properties)?),
        ResourceKind::Certificate => Spec::Certificate(read(properties)?),
        ResourceKind::ClusterSettings => Spec::ClusterSettings(read(properties)?),
        ResourceKind::JoinToken | ResourceKind::Unspecified => {
            return Err(Mistake {
                at: Some(properties.at),
                message: "this kind is not written in manifests".to_owned(),
                ..Mistake::default()
            });
        }
    })
}
