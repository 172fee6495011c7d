//! Whether a role trusts a web identity: whoever an OIDC provider vouches for.
//!
//! A web identity belongs to no account and has no policies of its own, so the role's trust policy alone decides, for
//! the session and for each thing that it is to carry.
//!
//! Keys of conditions, where the provider is `https://HOST/PATH`:
//!
//! | key | value |
//! |---|---|
//! | `HOST/PATH:sub` | the claim `sub` |
//! | `HOST/PATH:aud` | client ids: the claim `azp`, or without it those of `aud` that the provider has |
//! | `HOST/PATH:oaud` | the claim `aud`, where there is an `azp` |
//! | `HOST/PATH:azp`, `HOST/PATH:amr` | those claims |
//! | `sts:RoleSessionName`, `sts:SourceIdentity`, `sts:TransitiveTagKeys` | what the session is to have |
//! | `aws:RequestTag/…`, `aws:TagKeys` | tags of the session |
//! | `aws:SourceIp`, `aws:SecureTransport`, `aws:CurrentTime`, `aws:EpochTime` | of the request |
//!
//! Source: IAM user guide, "Available keys for AWS OIDC federation" (read 2026-11); that `azp` goes before `aud` at
//! every provider is what STS does (aws-sdk-net#3071).

use std::net::IpAddr;

use crate::model::{OidcProvider, Record, arn};
use crate::oidc::WebIdentity;
use crate::policy::{Caller, Compiled, Context, Decision, Key, Request};

/// The action that a role's trust policy must allow.
pub const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

/// A web identity that asks for a session of a role.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Who vouches for it.
    pub provider: &'a OidcProvider,
    /// Who it is.
    pub identity: &'a WebIdentity,
    /// Name of the session.
    pub session_name: &'a str,
    /// Who connected, and whether over TLS; `None` where that is not known.
    pub peer: Option<(IpAddr, bool)>,
    /// The time, milliseconds since the Unix epoch.
    pub now_ms: u64,
}

impl Asker<'_> {
    /// ARN of the provider.
    #[must_use]
    pub fn provider_arn(&self) -> String {
        let meta = self.provider.meta();
        arn::oidc_provider(&meta.account, &meta.name)
    }

    /// Whether the trust policy of a role allows it an action on the role.
    #[must_use]
    pub fn may(&self, trust: &Compiled, action: &str, role_arn: &str) -> bool {
        let provider = self.provider_arn();
        let request = Request {
            caller: Some(Caller {
                provider: Some(&provider),
                ..Caller::default()
            }),
            action,
            resource: role_arn,
            context: self,
        };
        matches!(trust.evaluate(&request), Decision::Allow { .. })
    }

    /// A key that begins with the name of the provider; its name may have a port, and so a colon.
    fn of_provider(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let name = &self.provider.meta().name;
        let rest = key.as_str().strip_prefix(&name.to_ascii_lowercase());
        let mut any = |values: &[String]| values.iter().any(|value| test(value));
        let one = std::slice::from_ref;
        let identity = self.identity;
        let is_for_another = !identity.authorised_party.is_empty();
        match rest {
            Some(":sub") => any(one(&identity.subject)),
            Some(":aud") => any(&identity.client_ids),
            Some(":oaud") => is_for_another && any(&identity.audiences),
            Some(":azp") => is_for_another && any(one(&identity.authorised_party)),
            Some(":amr") => any(&identity.methods),
            _ => false,
        }
    }

    fn of_session(&self, name: &str, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        match name {
            "rolesessionname" => given(self.session_name).is_some_and(|it| test(&it)),
            "sourceidentity" => given(&self.identity.source_identity).is_some_and(|it| test(&it)),
            "transitivetagkeys" => self.identity.transitive_tag_keys.iter().any(|it| test(it)),
            _ => false,
        }
    }

    fn of_request(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let tags = &self.identity.tags;
        match (key.name(), key.argument()) {
            ("tagkeys", None) => tags.keys().any(|tag| test(tag)),
            ("requesttag", Some(name)) => tags
                .iter()
                .filter(|(tag, _)| tag.eq_ignore_ascii_case(name))
                .any(|(_, value)| test(value)),
            ("sourceip", None) => self
                .peer
                .is_some_and(|(address, _)| test(&address.to_canonical().to_string())),
            ("securetransport", None) => self
                .peer
                .is_some_and(|(_, secure)| test(if secure { "true" } else { "false" })),
            ("currenttime", None) => {
                let seconds = i64::try_from(self.now_ms / 1_000).unwrap_or(i64::MAX);
                jiff::Timestamp::from_second(seconds).is_ok_and(|time| test(&time.to_string()))
            }
            ("epochtime", None) => test(&(self.now_ms / 1_000).to_string()),
            _ => false,
        }
    }
}

impl Context for Asker<'_> {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match key.service() {
            "sts" => self.of_session(key.name(), test),
            "aws" => self.of_request(key, test),
            _ => self.of_provider(key, test),
        }
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        matches!(
            (key.service(), key.name()),
            ("aws", "tagkeys") | ("sts", "transitivetagkeys")
        ) || key.as_str().ends_with(":amr")
    }
}
