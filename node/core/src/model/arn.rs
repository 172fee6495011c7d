//! ARNs: `arn:partition:service:region:account:resource`.
//!
//! Source: VPC Lattice API model 2022-11-30; IAM user guide, "IAM identifiers".

use std::fmt;

use super::{Kind, Meta};

/// The partition of every ARN that a cluster makes.
pub const PARTITION: &str = "aws";

/// The six parts of an ARN, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// Partition, e.g. `aws`.
    pub partition: &'a str,
    /// Service namespace, e.g. `vpc-lattice`.
    pub service: &'a str,
    /// Region; may be empty.
    pub region: &'a str,
    /// Account; may be empty.
    pub account: &'a str,
    /// The rest, e.g. `service/svc-0123456789abcdef0`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits a text into the parts of an ARN; `None` where it is not one.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let arn = Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        (!arn.partition.is_empty() && !arn.service.is_empty() && !arn.resource.is_empty())
            .then_some(arn)
    }

    /// The id of the record an ARN of this system names: what follows the last `/`.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.resource.rsplit('/').next().unwrap_or(self.resource)
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

fn arn(service: &str, meta: &Meta, resource: &str) -> String {
    format!(
        "arn:{PARTITION}:{service}:{}:{}:{resource}",
        meta.region, meta.account
    )
}

/// The ARN of a record whose resource part is one word and its id, or the name of an OIDC provider.
///
/// Listeners and rules have [`listener`] and [`rule`]; users, roles and managed policies have [`user`], [`role`] and
/// [`policy`].
#[must_use]
pub fn of(kind: Kind, meta: &Meta) -> String {
    let id = &meta.id;
    match kind {
        Kind::ServiceNetwork => arn("vpc-lattice", meta, &format!("servicenetwork/{id}")),
        Kind::Service => arn("vpc-lattice", meta, &format!("service/{id}")),
        Kind::TargetGroup => arn("vpc-lattice", meta, &format!("targetgroup/{id}")),
        Kind::ServiceNetworkServiceAssociation => arn(
            "vpc-lattice",
            meta,
            &format!("servicenetworkserviceassociation/{id}"),
        ),
        Kind::ServiceNetworkVpcAssociation => arn(
            "vpc-lattice",
            meta,
            &format!("servicenetworkvpcassociation/{id}"),
        ),
        Kind::AccessLogSubscription => {
            arn("vpc-lattice", meta, &format!("accesslogsubscription/{id}"))
        }
        Kind::ResourceGateway => arn("vpc-lattice", meta, &format!("resourcegateway/{id}")),
        Kind::ResourceConfiguration => {
            arn("vpc-lattice", meta, &format!("resourceconfiguration/{id}"))
        }
        Kind::ServiceNetworkResourceAssociation => arn(
            "vpc-lattice",
            meta,
            &format!("servicenetworkresourceassociation/{id}"),
        ),
        Kind::DomainVerification => arn("vpc-lattice", meta, &format!("domainverification/{id}")),
        Kind::ResourceShare => arn("ram", meta, &format!("resource-share/{id}")),
        Kind::Certificate => arn("acm", meta, &format!("certificate/{id}")),
        Kind::OidcProvider => oidc_provider(&meta.account, &meta.name),
        Kind::Vpc => arn("ec2", meta, &format!("vpc/{id}")),
        Kind::SecurityGroup => arn("ec2", meta, &format!("security-group/{id}")),
        Kind::Account => format!("arn:{PARTITION}:iam::{id}:root"),
        Kind::Node
        | Kind::JoinToken
        | Kind::ClusterKey
        | Kind::ClusterSettings
        | Kind::AccessKey
        | Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::Listener
        | Kind::Rule
        | Kind::User
        | Kind::Role
        | Kind::ManagedPolicy => {
            let word = kind.resource_type().to_ascii_lowercase().replace('_', "");
            arn("trellis", meta, &format!("{word}/{id}"))
        }
    }
}

/// The ARN of a listener.
#[must_use]
pub fn listener(meta: &Meta, service: &str) -> String {
    arn(
        "vpc-lattice",
        meta,
        &format!("service/{service}/listener/{}", meta.id),
    )
}

/// The ARN of a rule.
#[must_use]
pub fn rule(meta: &Meta, service: &str, listener: &str) -> String {
    arn(
        "vpc-lattice",
        meta,
        &format!("service/{service}/listener/{listener}/rule/{}", meta.id),
    )
}

/// The ARN of an account's root.
#[must_use]
pub fn root(account: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:root")
}

/// The ARN of an IAM user; `path` begins and ends with `/`.
#[must_use]
pub fn user(account: &str, path: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:user{path}{name}")
}

/// The ARN of an IAM role; `path` begins and ends with `/`.
#[must_use]
pub fn role(account: &str, path: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:role{path}{name}")
}

/// The ARN of a managed policy; `path` begins and ends with `/`.
#[must_use]
pub fn policy(account: &str, path: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:policy{path}{name}")
}

/// What the ARN of an OIDC provider has before the provider's name.
pub const OIDC_PROVIDER: &str = "oidc-provider/";

/// The ARN of an OIDC provider; `name` is its URL without `https://`.
#[must_use]
pub fn oidc_provider(account: &str, name: &str) -> String {
    format!("arn:{PARTITION}:iam::{account}:{OIDC_PROVIDER}{name}")
}

/// The ARN of a session of a role. A role's path is not part of it.
#[must_use]
pub fn session(account: &str, role: &str, session: &str) -> String {
    format!("arn:{PARTITION}:sts::{account}:assumed-role/{role}/{session}")
}
