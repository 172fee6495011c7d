//! The shape of what every record has: id, account, name and tags.
//!
//! Source: VPC Lattice API model 2022-11-30; IAM user guide, "IAM and AWS STS quotas"; EC2 API
//! reference for VPCs and security groups.

use std::collections::BTreeMap;

use super::mistakes::Mistakes;
use super::oidc;
use crate::model::{Kind, Meta, id, limits};

/// Bytes of the name of a user or a role. Source: IAM quotas.
const IAM_NAME_MAX: usize = 64;
/// Bytes of the name of a policy. Source: IAM API reference, `CreatePolicy`.
pub(super) const POLICY_NAME_MAX: usize = 128;

/// Judges the identity of a record that is to be created.
pub(super) fn check(kind: Kind, meta: &Meta, mistakes: &mut Mistakes) {
    mistakes.check(is_id(kind, &meta.id), "id", "has not the shape of an id");
    if !meta.account.is_empty() {
        let account = id::is_account(&meta.account);
        mistakes.check(account, "account", "is not 12 digits");
    }
    name(kind, &meta.name, mistakes);
    tags(&meta.tags, mistakes);
}

fn is_id(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Account => id::is_account(text),
        Kind::ClusterSettings => text == "cluster",
        Kind::Node => text.strip_prefix("node-").is_some_and(|member| {
            member.bytes().all(|b| b.is_ascii_digit()) && (1..=20).contains(&member.len())
        }),
        Kind::AuthPolicy | Kind::ResourcePolicy => {
            let kinds = [
                Kind::ServiceNetwork,
                Kind::Service,
                Kind::ResourceConfiguration,
            ];
            kinds.into_iter().any(|kind| id::is_valid(kind, text))
        }
        Kind::User => is_iam("AIDA", text),
        Kind::Role => is_iam("AROA", text),
        Kind::ManagedPolicy => is_iam("ANPA", text),
        Kind::AccessKey => {
            (16..=128).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }
        // Ids of VPCs and security groups may come from elsewhere, in the old form of 8 characters.
        Kind::Vpc | Kind::SecurityGroup => {
            let tail = id::prefix(kind).and_then(|prefix| text.strip_prefix(prefix));
            tail.and_then(|tail| tail.strip_prefix('-'))
                .is_some_and(|tail| {
                    matches!(tail.len(), 8 | 17)
                        && tail
                            .bytes()
                            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                })
        }
        Kind::Certificate => id::is_uuid(text),
        Kind::ServiceNetwork
        | Kind::Service
        | Kind::Listener
        | Kind::Rule
        | Kind::TargetGroup
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::ResourceGateway
        | Kind::ResourceConfiguration
        | Kind::DomainVerification
        | Kind::ResourceShare
        | Kind::OidcProvider
        | Kind::AccessLogSubscription
        | Kind::ClusterKey
        | Kind::JoinToken => id::is_valid(kind, text),
    }
}

fn is_iam(letters: &str, text: &str) -> bool {
    text.strip_prefix(letters).is_some_and(|tail| {
        (12..=124).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Judges the name of a record of a kind.
pub(super) fn name(kind: Kind, name: &str, mistakes: &mut Mistakes) {
    match kind {
        Kind::ServiceNetwork => lattice_name(name, 63, "servicenetwork-", mistakes),
        Kind::Service => lattice_name(name, 40, "svc-", mistakes),
        Kind::Listener => lattice_name(name, 63, "listener-", mistakes),
        Kind::Rule => lattice_name(name, 63, "rule-", mistakes),
        Kind::TargetGroup => lattice_name(name, 128, "tg-", mistakes),
        Kind::ResourceGateway => lattice_name(name, 40, "rgw-", mistakes),
        Kind::ResourceConfiguration => lattice_name(name, 40, "rcfg-", mistakes),
        Kind::User | Kind::Role => {
            let fits = is_iam_name(name, IAM_NAME_MAX);
            mistakes.check(fits, "name", "1–64 letters, digits and _+=,.@- are allowed");
        }
        Kind::ManagedPolicy => {
            let fits = is_iam_name(name, POLICY_NAME_MAX);
            mistakes.check(
                fits,
                "name",
                "1–128 letters, digits and _+=,.@- are allowed",
            );
        }
        Kind::SecurityGroup => {
            mistakes.length("name", name.chars().count(), 1, 255);
            let own = !name.starts_with("sg-") && is_plain(name);
            mistakes.check(
                own,
                "name",
                "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed, and no leading sg-",
            );
        }
        Kind::Account | Kind::Vpc => {
            let fits = name.chars().count() <= 64 && is_plain(name) && !name.starts_with("vpc-");
            mistakes.check(fits, "name", "up to 64 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are allowed, and no leading vpc-");
        }
        Kind::ClusterSettings => mistakes.length("name", name.len(), 0, 64),
        Kind::ResourceShare => {
            let most = limits::SHARE_NAME_CHARS_MAX;
            mistakes.length("name", name.chars().count(), 1, most);
        }
        Kind::OidcProvider => oidc::name(name, mistakes),
        // They take the name of their resource.
        Kind::AuthPolicy | Kind::ResourcePolicy => {}
        Kind::Node
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::DomainVerification
        | Kind::AccessLogSubscription
        | Kind::AccessKey
        | Kind::Certificate
        | Kind::ClusterKey
        | Kind::JoinToken => {
            mistakes.check(name.is_empty(), "name", "this kind of resource has no name");
        }
    }
}

fn lattice_name(name: &str, longest: usize, prefix: &str, mistakes: &mut Mistakes) {
    mistakes.length("name", name.len(), 3, longest);
    let letters = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let dashes = !name.starts_with('-') && !name.ends_with('-') && !name.contains("--");
    if !letters || !dashes || name.starts_with(prefix) {
        let message = format!(
            "lower-case letters, digits and single dashes inside are allowed, and no leading {prefix}"
        );
        mistakes.add("name", message);
    }
}

/// Whether a text is a name of IAM: 1 to `longest` letters, digits and `_+=,.@-`.
pub(super) fn is_iam_name(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// The characters that EC2 allows in names and descriptions of security groups.
pub(super) fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b" ._-:/()#,@[]+=&;{}!$*".contains(&b))
}

/// Judges the tags of a record: at most 50, keys of 1–128 and values of 0–256 characters, letters,
/// digits, white space and `_.:/=+-@`, no key of AWS's own.
pub(super) fn tags(tags: &BTreeMap<String, String>, mistakes: &mut Mistakes) {
    mistakes.length("tags", tags.len(), 0, limits::TAGS_MAX);
    for (key, value) in tags {
        let path = format!("tags.{key}");
        mistakes.length(&path, key.chars().count(), 1, 128);
        mistakes.length(&path, value.chars().count(), 0, 256);
        let allowed = |text: &str| {
            text.chars()
                .all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c))
        };
        if !allowed(key) || !allowed(value) {
            mistakes.add(
                &path,
                "letters, digits, white space and _.:/=+-@ are allowed",
            );
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            mistakes.add(&path, "keys that begin with aws: are reserved");
        }
    }
}

/// Whether records of the kind may have tags.
pub(super) fn is_taggable(kind: Kind) -> bool {
    match kind {
        Kind::Account
        | Kind::Vpc
        | Kind::SecurityGroup
        | Kind::Node
        | Kind::ServiceNetwork
        | Kind::Service
        | Kind::Listener
        | Kind::Rule
        | Kind::TargetGroup
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::ResourceGateway
        | Kind::ResourceConfiguration
        | Kind::DomainVerification
        | Kind::ResourceShare
        | Kind::AccessLogSubscription
        | Kind::User
        | Kind::Role
        | Kind::ManagedPolicy
        | Kind::OidcProvider
        | Kind::Certificate => true,
        Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::AccessKey
        | Kind::ClusterKey
        | Kind::JoinToken
        | Kind::ClusterSettings => false,
    }
}

/// Whether records of the kind live in a region.
pub(super) fn is_regional(kind: Kind) -> bool {
    match kind {
        Kind::Vpc
        | Kind::SecurityGroup
        | Kind::ServiceNetwork
        | Kind::Service
        | Kind::Listener
        | Kind::Rule
        | Kind::TargetGroup
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::ServiceNetworkResourceAssociation
        | Kind::ResourceGateway
        | Kind::ResourceConfiguration
        | Kind::DomainVerification
        | Kind::ResourceShare
        | Kind::Certificate
        | Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::AccessLogSubscription => true,
        Kind::Account
        | Kind::Node
        | Kind::User
        | Kind::AccessKey
        | Kind::Role
        | Kind::ManagedPolicy
        | Kind::OidcProvider
        | Kind::ClusterKey
        | Kind::JoinToken
        | Kind::ClusterSettings => false,
    }
}

/// Whether records of the kind belong to the cluster as a whole: only the cluster itself and the
/// account of its settings, its operator, create and delete them.
pub(super) fn is_of_cluster(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Account | Kind::Node | Kind::ClusterKey | Kind::JoinToken | Kind::ClusterSettings
    )
}
