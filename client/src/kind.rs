//! The kinds of resource by their names in manifests and on the command line.

use trellis_proto::v1::ResourceKind;

/// One kind's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The kind in the API.
    pub kind: ResourceKind,
    /// `kind:` in manifests.
    pub manifest: &'static str,
    /// The noun on the command line.
    pub noun: &'static str,
    /// Other nouns and manifest names that are understood: AWS's and short ones.
    pub aliases: &'static [&'static str],
}

const fn kind(
    kind: ResourceKind,
    manifest: &'static str,
    noun: &'static str,
    aliases: &'static [&'static str],
) -> Kind {
    Kind {
        kind,
        manifest,
        noun,
        aliases,
    }
}

/// Every kind that people name.
pub const KINDS: &[Kind] = &[
    kind(ResourceKind::Account, "Account", "account", &[]),
    kind(ResourceKind::Vpc, "Vpc", "vpc", &["VPC"]),
    kind(
        ResourceKind::SecurityGroup,
        "SecurityGroup",
        "security-group",
        &["sg"],
    ),
    kind(ResourceKind::Node, "Node", "node", &[]),
    kind(
        ResourceKind::ServiceNetwork,
        "ServiceNetwork",
        "service-network",
        &["sn"],
    ),
    kind(ResourceKind::Service, "Service", "service", &["svc"]),
    kind(ResourceKind::Listener, "Listener", "listener", &[]),
    kind(ResourceKind::Rule, "Rule", "rule", &[]),
    kind(
        ResourceKind::TargetGroup,
        "TargetGroup",
        "target-group",
        &["tg"],
    ),
    kind(
        ResourceKind::ServiceAssociation,
        "ServiceAssociation",
        "service-association",
        &["ServiceNetworkServiceAssociation", "snsa"],
    ),
    kind(
        ResourceKind::VpcAssociation,
        "VpcAssociation",
        "vpc-association",
        &["ServiceNetworkVpcAssociation", "snva"],
    ),
    kind(
        ResourceKind::ResourceGateway,
        "ResourceGateway",
        "resource-gateway",
        &["rgw"],
    ),
    kind(
        ResourceKind::ResourceConfiguration,
        "ResourceConfiguration",
        "resource-configuration",
        &["rcfg"],
    ),
    kind(
        ResourceKind::ResourceAssociation,
        "ResourceAssociation",
        "resource-association",
        &["ServiceNetworkResourceAssociation", "snra"],
    ),
    kind(
        ResourceKind::DomainVerification,
        "DomainVerification",
        "domain-verification",
        &["dv"],
    ),
    kind(
        ResourceKind::ResourceShare,
        "ResourceShare",
        "resource-share",
        &["rs"],
    ),
    kind(ResourceKind::AuthPolicy, "AuthPolicy", "auth-policy", &[]),
    kind(
        ResourceKind::ResourcePolicy,
        "ResourcePolicy",
        "resource-policy",
        &[],
    ),
    kind(
        ResourceKind::AccessLogSubscription,
        "AccessLogSubscription",
        "access-log-subscription",
        &["access-log", "als"],
    ),
    kind(ResourceKind::User, "User", "user", &[]),
    kind(ResourceKind::AccessKey, "AccessKey", "access-key", &["key"]),
    kind(ResourceKind::Role, "Role", "role", &[]),
    kind(
        ResourceKind::ManagedPolicy,
        "ManagedPolicy",
        "managed-policy",
        &[],
    ),
    kind(
        ResourceKind::OidcProvider,
        "OidcProvider",
        "oidc-provider",
        &["OIDCProvider"],
    ),
    kind(
        ResourceKind::Certificate,
        "Certificate",
        "certificate",
        &["cert"],
    ),
    kind(
        ResourceKind::ClusterSettings,
        "ClusterSettings",
        "settings",
        &["Settings"],
    ),
];

/// Finds a kind by its manifest name or an alias.
#[must_use]
pub fn by_manifest(name: &str) -> Option<&'static Kind> {
    KINDS
        .iter()
        .find(|kind| kind.manifest == name || kind.aliases.contains(&name))
}

/// Finds a kind by its noun, an alias, or its manifest name; plurals are understood.
#[must_use]
pub fn by_noun(name: &str) -> Option<&'static Kind> {
    let find = |name: &str| {
        KINDS
            .iter()
            .find(|kind| kind.noun == name || kind.manifest == name || kind.aliases.contains(&name))
    };
    let singular = |ending: &str, instead: &str| {
        let stem = name.strip_suffix(ending)?;
        find(&format!("{stem}{instead}"))
    };
    find(name)
        .or_else(|| singular("s", ""))
        .or_else(|| singular("ies", "y"))
}

/// The manifest name of a kind; empty for kinds that people do not name.
#[must_use]
pub fn manifest_name(kind: ResourceKind) -> &'static str {
    KINDS
        .iter()
        .find(|known| known.kind == kind)
        .map_or("", |known| known.manifest)
}

/// The name among `names` that was probably meant, if one is near enough.
#[must_use]
pub fn nearest<'n>(meant: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let meant = meant.to_lowercase();
    let distance = |name: &str| edits(&meant, &name.to_lowercase());
    let near = names.into_iter().map(|name| (distance(name), name)).min()?;
    (near.0 <= 1 + meant.chars().count() / 4).then_some(near.1)
}

/// Edits of one letter (insert, delete, replace) between two words.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{KINDS, by_noun, nearest};
    use trellis_proto::v1::ResourceKind;

    #[test]
    fn kinds_are_found_by_noun_alias_manifest_name_and_plural() {
        for (name, kind) in [
            ("service-network", ResourceKind::ServiceNetwork),
            ("sn", ResourceKind::ServiceNetwork),
            ("ServiceNetwork", ResourceKind::ServiceNetwork),
            ("target-groups", ResourceKind::TargetGroup),
            ("auth-policies", ResourceKind::AuthPolicy),
            ("settings", ResourceKind::ClusterSettings),
        ] {
            assert_eq!(by_noun(name).map(|found| found.kind), Some(kind), "{name}");
        }
        assert_eq!(by_noun("gateway"), None);
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        let names = || KINDS.iter().map(|kind| kind.manifest);
        assert_eq!(nearest("ServiceNetwrok", names()), Some("ServiceNetwork"));
        assert_eq!(nearest("targetgroup", names()), Some("TargetGroup"));
        assert_eq!(nearest("Rul", names()), Some("Rule"));
        assert_eq!(nearest("Banana", names()), None);
    }
}
