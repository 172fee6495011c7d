//! Whether a role's trust policy lets an identity of AWS in.
//!
//! A statement that allows must name the identity's account: `{"Federated": "sts.amazonaws.com/123456789012"}`. An ARN of
//! AWS is never compared with the principals of this cluster, whose accounts may have the same numbers, and whoever
//! says `"*"` means everyone here, not everyone at AWS. Denies count whomever they name.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use super::AwsIdentity;
use crate::policy::{
    self, Caller, Context, Decision, Effect, Key, Kind, Principal, Request, Statement,
};

/// What the trust policy must allow.
pub const ACTION: &str = "sts:AssumeRoleWithAwsIdentity";
/// What the keys of an identity begin with.
const KEYS: &str = "sts.amazonaws.com";

/// An identity that wants a session of a role, and what conditions may ask about that.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Who.
    pub identity: &'a AwsIdentity,
    /// The name that the session is to have.
    pub session_name: &'a str,
    /// Where the call comes from.
    pub source_ip: Option<IpAddr>,
    /// Whether it came over TLS.
    pub secure_transport: Option<bool>,
    /// The clock.
    pub now: SystemTime,
}

impl Occasion<'_> {
    /// Whether a trust policy allows it. One that cannot be read does not.
    #[must_use]
    pub fn is_allowed_by(&self, trust_policy: &str) -> bool {
        let Ok(mut document) = policy::parse(trust_policy, Kind::Trust) else {
            return false;
        };
        let provider = self.identity.provider();
        let named = Principal::Provider(provider.clone());
        document
            .statements
            .retain(|statement| statement.effect == Effect::Deny || names(statement, &named));
        let request = Request {
            caller: Some(Caller {
                provider: Some(&provider),
                ..Caller::default()
            }),
            action: ACTION,
            resource: "",
            context: self,
        };
        let decision = policy::compile(&document).evaluate(&request);
        matches!(decision, Decision::Allow { .. })
    }

    fn global(&self, name: &str) -> Option<String> {
        let since = self.now.duration_since(UNIX_EPOCH).unwrap_or_default();
        match name {
            "sourceip" => self.source_ip.map(|address| address.to_string()),
            "securetransport" => self.secure_transport.map(|secure| secure.to_string()),
            "epochtime" => Some(since.as_secs().to_string()),
            "currenttime" => {
                let seconds = i64::try_from(since.as_secs()).ok()?;
                let instant = jiff::Timestamp::from_second(seconds).ok()?;
                Some(instant.to_string())
            }
            _ => None,
        }
    }
}

fn names(statement: &Statement, principal: &Principal) -> bool {
    let principals = statement.principals.as_ref();
    principals.is_some_and(|named| !named.negated && named.items.contains(principal))
}

impl Context for Occasion<'_> {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match (key.service(), key.name(), key.argument()) {
            (KEYS, "arn", None) => test(&self.identity.arn),
            (KEYS, "account", None) => test(&self.identity.account),
            (KEYS, "userid", None) => test(&self.identity.user_id),
            ("sts", "rolesessionname", None) => test(self.session_name),
            ("aws", name, None) => self.global(name).is_some_and(|value| test(&value)),
            _ => false,
        }
    }
}
