//! What a session passes on to the next one of a chain: transitive tags, and the source identity.
//!
//! What the caller's session passes on stays as it is: a request that says otherwise is refused
//! ([`super::shape`]).
//!
//! Source: IAM user guide, "Chaining roles with session tags" and "Monitor and control actions taken
//! with assumed roles" (read 2026-11).

use std::collections::BTreeMap;

use trellis_core::view::{Principal, PrincipalKind};
use trellis_proto::v1;

/// What the caller's own session passes on; nothing of whoever has none.
#[derive(Default)]
pub(super) struct Inherited {
    /// Whether it is the session of a role, so that the next one is chained.
    pub(super) is_chained: bool,
    /// Tags.
    pub(super) tags: BTreeMap<String, String>,
    /// Who is behind it; empty for nobody.
    pub(super) source_identity: String,
}

impl Inherited {
    pub(super) fn of(principal: &Principal) -> Self {
        let is_transitive = |key: &str| {
            let mut keys = principal.transitive_tag_keys.iter();
            keys.any(|known| is_same_key(known, key))
        };
        let tags = principal.tags.iter().filter(|(key, _)| is_transitive(key));
        Self {
            is_chained: principal.kind == PrincipalKind::AssumedRole,
            tags: tags.cloned().collect(),
            source_identity: principal.source_identity.clone(),
        }
    }
}

/// What a session carries: what the request asks for, and what the caller's own session passes on.
#[derive(Default)]
pub(super) struct Baggage {
    /// Session tags.
    pub(super) tags: BTreeMap<String, String>,
    /// Keys of those that pass on.
    pub(super) transitive_tag_keys: Vec<String>,
    /// Who is behind the session; empty for nobody.
    pub(super) source_identity: String,
}

impl Baggage {
    pub(super) fn of(inherited: &Inherited, request: &v1::AssumeRoleRequest) -> Self {
        let mut tags: BTreeMap<_, _> = request.tags.clone().into_iter().collect();
        let mut transitive_tag_keys = request.transitive_tag_keys.clone();
        transitive_tag_keys.extend(inherited.tags.keys().cloned());
        tags.extend(inherited.tags.clone());
        let source_identity = match inherited.source_identity.as_str() {
            "" => &request.source_identity,
            inherited => inherited,
        };
        Self {
            tags,
            transitive_tag_keys,
            source_identity: source_identity.to_owned(),
        }
    }

    /// The actions on the role that a session with this needs, the one that asks for it first.
    pub(super) fn actions(&self, assume: &'static str) -> Vec<&'static str> {
        let mut actions = vec![assume];
        if !self.tags.is_empty() {
            actions.push("sts:TagSession");
        }
        if !self.source_identity.is_empty() {
            actions.push("sts:SetSourceIdentity");
        }
        actions
    }
}

/// Whether two keys of session tags are the same: case does not tell them apart.
pub(super) fn is_same_key(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
