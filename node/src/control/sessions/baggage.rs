//! What a session passes on to the next one of a chain: transitive tags, and the source identity.
//!
//! What the caller's session passes on stays as it is: a request that says otherwise is refused
//! ([`super::shape`]).
//!
//! Source: IAM user guide, "Chaining roles with session tags" and "Monitor and control actions taken
//! with assumed roles" (read 2026-11).

use std::collections::BTreeMap;

use trellis_core::view::Principal;
use trellis_proto::v1;

/// What a session carries: what the request asks for, and what the caller's own session passes on.
pub(super) struct Baggage {
    /// Session tags.
    pub(super) tags: BTreeMap<String, String>,
    /// Keys of those that pass on.
    pub(super) transitive_tag_keys: Vec<String>,
    /// Who is behind the session; empty for nobody.
    pub(super) source_identity: String,
}

impl Baggage {
    pub(super) fn of(principal: &Principal, request: &v1::AssumeRoleRequest) -> Self {
        let mut tags: BTreeMap<_, _> = request.tags.clone().into_iter().collect();
        let passed_on = passed_on(principal);
        let mut transitive_tag_keys = request.transitive_tag_keys.clone();
        transitive_tag_keys.extend(passed_on.keys().cloned());
        tags.extend(passed_on);
        let source_identity = match principal.source_identity.as_str() {
            "" => &request.source_identity,
            inherited => inherited,
        };
        Self {
            tags,
            transitive_tag_keys,
            source_identity: source_identity.to_owned(),
        }
    }
}

/// The tags that a caller's session passes on.
pub(super) fn passed_on(principal: &Principal) -> BTreeMap<String, String> {
    let transitive = |key: &str| {
        let mut keys = principal.transitive_tag_keys.iter();
        keys.any(|known| is_same_key(known, key))
    };
    let tags = principal.tags.iter().filter(|(key, _)| transitive(key));
    tags.cloned().collect()
}

/// Whether two keys of session tags are the same: case does not tell them apart.
pub(super) fn is_same_key(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
