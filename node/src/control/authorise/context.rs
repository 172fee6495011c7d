//! The condition keys of an admin call.
//!
//! Source: IAM user guide, "AWS global condition context keys" and "IAM and AWS STS condition
//! context keys"; Service Authorization Reference, "Amazon EC2" (read 2026-11). Those of VPC Lattice are in `subject`.

use std::collections::BTreeMap;

use trellis_core::policy::{Context, Key};
use trellis_core::registry::State;
use trellis_core::registry::command::AnyRecord;
use trellis_core::view::PrincipalKind;

use super::subject::Subject;
use crate::clock;
use crate::control::authn::Admin;
use crate::control::convert::timestamp;

/// Tags by key.
pub(in crate::control) type Tags<'a> = BTreeMap<&'a str, &'a str>;

/// What is known of a call.
pub(in crate::control) struct AdminContext<'a> {
    admin: &'a Admin,
    now_ms: u64,
    /// Tags that the request gives to what it makes.
    pub(in crate::control) request_tags: Tags<'a>,
    /// Tags of the resource that is acted on.
    pub(in crate::control) resource_tags: Tags<'a>,
    /// `sts:ExternalId`; empty for none.
    pub(in crate::control) external_id: &'a str,
    /// `sts:RoleSessionName`; empty for none.
    pub(in crate::control) session_name: &'a str,
    /// `sts:SourceIdentity`; empty for none.
    pub(in crate::control) source_identity: &'a str,
    /// `sts:TransitiveTagKeys`.
    pub(in crate::control) transitive_tag_keys: &'a [String],
    /// `iam:PolicyARN`: the managed policy that is attached or detached; empty for none.
    pub(in crate::control) policy_arn: String,
    /// `vpc-lattice:CreateAction` and `ec2:CreateAction`, where what is made gets tags; empty for none.
    pub(in crate::control) create_action: &'a str,
    /// What else VPC Lattice's keys are of, and the registry that knows it.
    subject: Option<(&'a State, Subject<'a>)>,
}

impl<'a> AdminContext<'a> {
    pub(in crate::control) fn new(admin: &'a Admin) -> Self {
        Self {
            admin,
            now_ms: clock::now_ms(),
            request_tags: Tags::new(),
            resource_tags: Tags::new(),
            external_id: "",
            session_name: "",
            source_identity: "",
            transitive_tag_keys: &[],
            policy_arn: String::new(),
            create_action: "",
            subject: None,
        }
    }

    /// The same call, with what it is about.
    pub(in crate::control) fn about(self, state: &'a State, subject: Subject<'a>) -> Self {
        Self {
            subject: Some((state, subject)),
            ..self
        }
    }

    /// The context of acting on a record.
    pub(in crate::control) fn on(admin: &'a Admin, record: &'a AnyRecord) -> Self {
        Self {
            resource_tags: tags(&record.meta().tags),
            ..Self::new(admin)
        }
    }

    /// The context of making a record.
    pub(in crate::control) fn of_new(admin: &'a Admin, record: &'a AnyRecord) -> Self {
        Self {
            request_tags: tags(&record.meta().tags),
            ..Self::new(admin)
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
            "sourceidentity" if !principal.source_identity.is_empty() => {
                Some(principal.source_identity.clone())
            }
            "federatedprovider" if !principal.provider.is_empty() => {
                Some(principal.provider.clone())
            }
            _ => None,
        }
    }

    fn tag(&self, key: &Key) -> Option<&str> {
        let name = key.argument()?;
        let named = |known: &str| known.to_ascii_lowercase() == name;
        let tags = match key.name() {
            "principaltag" => {
                let mut tags = self.admin.principal.tags.iter();
                let found = tags.find(|(known, _)| named(known));
                return found.map(|(_, value)| value.as_str());
            }
            "requesttag" => &self.request_tags,
            "resourcetag" => &self.resource_tags,
            _ => return None,
        };
        let mut tags = tags.iter();
        tags.find(|(known, _)| named(known))
            .map(|(_, value)| *value)
    }
}

/// Tags, borrowed.
pub(in crate::control) fn tags(tags: &BTreeMap<String, String>) -> Tags<'_> {
    tags.iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect()
}

impl Context for AdminContext<'_> {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match (key.service(), key.name()) {
            ("aws", "tagkeys") => self.request_tags.keys().any(|tag| test(tag)),
            ("aws", "principaltag" | "requesttag" | "resourcetag") => {
                self.tag(key).is_some_and(test)
            }
            ("aws", _) => self.global(key).is_some_and(|value| test(&value)),
            ("sts", "externalid") => !self.external_id.is_empty() && test(self.external_id),
            ("sts", "rolesessionname") => !self.session_name.is_empty() && test(self.session_name),
            ("sts", "sourceidentity") => {
                !self.source_identity.is_empty() && test(self.source_identity)
            }
            ("iam", "policyarn") => !self.policy_arn.is_empty() && test(&self.policy_arn),
            ("sts", "transitivetagkeys") => self.transitive_tag_keys.iter().any(|key| test(key)),
            ("ec2" | "iam", "resourcetag") => self.tag(key).is_some_and(test),
            ("ec2", "region") => test(&self.admin.region),
            ("ec2", "vpc") => self.subject.is_some_and(|(state, subject)| {
                let vpc = subject.vpc_arn(state);
                vpc.is_some_and(|vpc| test(&vpc))
            }),
            ("ec2" | "vpc-lattice", "createaction") => {
                !self.create_action.is_empty() && test(self.create_action)
            }
            ("vpc-lattice", name) => self.subject.is_some_and(|(state, subject)| {
                let values = subject.values(state, name);
                values.iter().any(|value| test(value))
            }),
            _ => false,
        }
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        matches!(
            (key.service(), key.name()),
            ("aws", "tagkeys")
                | ("sts", "transitivetagkeys")
                | (
                    "vpc-lattice",
                    "targetgrouparns" | "securitygroupids" | "privatednsspecifieddomains"
                )
        )
    }
}
