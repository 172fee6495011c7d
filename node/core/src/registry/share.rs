//! Shares: what a resource policy lets other accounts do.
//!
//! A share is for whole accounts: the question is asked for the account's root, as shares with
//! single users or roles do not exist. A policy that cannot be read shares nothing.
//!
//! Source: VPC Lattice user guide, "Share your VPC Lattice entities"; API model, `PutResourcePolicy`.

use super::state::State;
use crate::model::{Kind, Meta, ResourcePolicy, arn};
use crate::policy::{self, Caller, Decision, Request};

/// Whether the resource policy of a resource allows an action to an account.
///
/// Cost: parses the policy; nothing where there is none.
#[must_use]
pub fn allows(state: &State, kind: Kind, resource: &Meta, account: &str, action: &str) -> bool {
    let Some(record) = state.get::<ResourcePolicy>(&resource.id) else {
        return false;
    };
    let Ok(document) = policy::parse(&record.policy, policy::Kind::Resource) else {
        return false;
    };
    let root = arn::root(account);
    let context: &[(&str, &str)] = &[
        ("aws:PrincipalAccount", account),
        ("aws:PrincipalArn", &root),
    ];
    let request = Request {
        caller: Some(Caller {
            arn: &root,
            account,
            principal_arn: &root,
            user_id: account,
            provider: None,
        }),
        action,
        resource: &arn::of(kind, resource),
        context: &context,
    };
    let decision = policy::compile(&document).evaluate(&request);
    matches!(decision, Decision::Allow { .. })
}

/// The action that lets an account see a shared resource of a kind; `None` for kinds that cannot be
/// shared.
#[must_use]
pub fn read_action(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::ServiceNetwork => Some("vpc-lattice:GetServiceNetwork"),
        Kind::Service => Some("vpc-lattice:GetService"),
        Kind::ResourceConfiguration => Some("vpc-lattice:GetResourceConfiguration"),
        _ => None,
    }
}
