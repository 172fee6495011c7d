//! The condition keys of an admin call.
//!
//! Source: IAM user guide, "AWS global condition context keys" and "IAM and AWS STS condition
//! context keys" (read 2026-11).

use std::collections::BTreeMap;

use trellis_core::policy::{Context, Key};
use trellis_core::view::PrincipalKind;

use crate::clock;
use crate::control::authn::Admin;
use crate::control::convert::timestamp;

/// What is known of a call.
pub(in crate::control) struct AdminContext<'a> {
    admin: &'a Admin,
    now_ms: u64,
    /// Tags that the request gives to what it makes.
    pub(in crate::control) request_tags: BTreeMap<&'a str, &'a str>,
    /// `sts:ExternalId`; empty for none.
    pub(in crate::control) external_id: &'a str,
    /// `sts:RoleSessionName`; empty for none.
    pub(in crate::control) session_name: &'a str,
}

impl<'a> AdminContext<'a> {
    pub(in crate::control) fn new(admin: &'a Admin) -> Self {
        Self {
            admin,
            now_ms: clock::now_ms(),
            request_tags: BTreeMap::new(),
            external_id: "",
            session_name: "",
        }
    }

    fn global(&self, key: &Key) -> Option<String> {
        let principal = &self.admin.principal;
        let address = self.admin.peer.map(|peer| peer.address.ip().to_canonical());
        match key.name() {
            "principalarn" => Some(principal.principal_arn.clone()),
            "principalaccount" => Some(principal.account.clone()),
            "principaltype" => Some(principal.kind.principal_type().to_owned()),
            "userid" => Some(principal.user_id.clone()),
            "username" if principal.kind == PrincipalKind::User => {
                principal.arn.rsplit('/').next().map(str::to_owned)
            }
            "requestedregion" => Some(self.admin.region.clone()),
            "sourceip" => address.map(|address| address.to_string()),
            "securetransport" => self.admin.peer.map(|peer| peer.secure.to_string()),
            "currenttime" => Some(timestamp(self.now_ms)),
            "epochtime" => Some((self.now_ms / 1000).to_string()),
            "tokenissuetime" => principal.issued_at_ms.map(timestamp),
            _ => None,
        }
    }

    fn tag(&self, key: &Key) -> Option<&str> {
        let name = key.argument()?;
        let named = |known: &str| known.to_ascii_lowercase() == name;
        match key.name() {
            "principaltag" => {
                let mut tags = self.admin.principal.tags.iter();
                tags.find(|(known, _)| named(known))
                    .map(|(_, value)| value.as_str())
            }
            "requesttag" => {
                let mut tags = self.request_tags.iter();
                tags.find(|(known, _)| named(known))
                    .map(|(_, value)| *value)
            }
            _ => None,
        }
    }
}

impl Context for AdminContext<'_> {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match (key.service(), key.name()) {
            ("aws", "tagkeys") => self.request_tags.keys().any(|tag| test(tag)),
            ("aws", "principaltag" | "requesttag") => self.tag(key).is_some_and(test),
            ("aws", _) => self.global(key).is_some_and(|value| test(&value)),
            ("sts", "externalid") => !self.external_id.is_empty() && test(self.external_id),
            ("sts", "rolesessionname") => !self.session_name.is_empty() && test(self.session_name),
            _ => false,
        }
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        (key.service(), key.name()) == ("aws", "tagkeys")
    }
}
