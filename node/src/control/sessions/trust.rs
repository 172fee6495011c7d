//! Whether a caller, or a web identity, may assume a role.
//!
//! Within one account the role's trust policy suffices where it names the caller itself; where it
//! names the account, the caller's own policies must allow it, too. From another account both must
//! allow it. An explicit deny anywhere wins, and a session that policies limit needs their allow in
//! any case. Session tags need `sts:TagSession` in the same way, and a source identity needs
//! `sts:SetSourceIdentity`: those of the request, and those that the caller's session passes on.
//!
//! A web identity has no policies of its own: the trust policy alone decides
//! ([`trellis_core::decide::web_identity`]).
//!
//! Source: IAM user guide, "How IAM roles differ from resource-based policies", "Cross-account
//! policy evaluation logic", "Pass session tags in AWS STS" and "Monitor and control actions taken
//! with assumed roles" (read 2026-11).

use trellis_core::decide::web_identity::{ASSUME, Asker};
use trellis_core::model::arn::{self, Arn};
use trellis_core::model::{Kind, Record, Role};
use trellis_core::policy::{self, Caller, Decision, Request};
use trellis_core::registry::State;
use trellis_core::view::View;
use trellis_proto::v1;

use super::baggage::Baggage;
use crate::control::authn::Admin;
use crate::control::authorise::context::{self, AdminContext};
use crate::control::authorise::{self, Authority};
use crate::control::error::Failure;

/// The role, if the caller may assume it. A role that does not exist is denied like any other, so
/// that nobody learns which roles there are.
pub(super) fn assumable<'s>(
    state: &'s State,
    view: &View,
    admin: &Admin,
    request: &v1::AssumeRoleRequest,
    baggage: &Baggage,
) -> Result<&'s Role, Failure> {
    let Some((role, trust)) = named(state, &request.role_arn) else {
        return Err(denied(admin, "sts:AssumeRole", &request.role_arn));
    };
    let mut context = AdminContext::new(admin);
    context.external_id = &request.external_id;
    context.session_name = &request.role_session_name;
    context.request_tags = context::tags(&baggage.tags);
    context.transitive_tag_keys = &baggage.transitive_tag_keys;
    context.source_identity = &baggage.source_identity;
    for action in baggage.actions("sts:AssumeRole") {
        let permission = Permission {
            admin,
            view,
            trust: &trust,
            context: &context,
            role,
        };
        permission.check(action, &request.role_arn)?;
    }
    Ok(role)
}

/// The role, if it trusts a web identity.
pub(super) fn trusting<'s>(
    state: &'s State,
    asker: &Asker<'_>,
    role_arn: &str,
    baggage: &Baggage,
) -> Result<&'s Role, Failure> {
    let denied = |action: &str| Failure::Denied {
        who: format!("{} of {}", asker.identity.subject, asker.provider_arn()),
        action: action.to_owned(),
        resource: role_arn.to_owned(),
        why: "",
    };
    let (role, trust) = named(state, role_arn).ok_or_else(|| denied(ASSUME))?;
    let mut actions = baggage.actions(ASSUME).into_iter();
    match actions.find(|action| !asker.may(&trust, action, role_arn)) {
        Some(action) => Err(denied(action)),
        None => Ok(role),
    }
}

struct Permission<'a> {
    admin: &'a Admin,
    view: &'a View,
    trust: &'a policy::Compiled,
    context: &'a AdminContext<'a>,
    role: &'a Role,
}

impl Permission<'_> {
    fn check(&self, action: &str, role_arn: &str) -> Result<(), Failure> {
        let caller = authorise::caller(self.admin);
        let trusts = |caller: Caller<'_>| {
            let request = Request {
                caller: Some(caller),
                action,
                resource: role_arn,
                context: self.context,
            };
            self.trust.evaluate(&request)
        };
        if !matches!(trusts(caller), Decision::Allow { .. }) {
            return Err(denied(self.admin, action, role_arn));
        }
        let same_account = caller.account == self.role.meta().account;
        // Without its account the caller is covered only where it is named itself.
        let nameless = Caller {
            account: "",
            ..caller
        };
        let is_named = matches!(trusts(nameless), Decision::Allow { .. });
        let authority = Authority {
            admin: self.admin,
            view: self.view,
        };
        match authority.allow_in(action, role_arn, self.context) {
            Err(Failure::Denied { why, .. })
                if same_account && is_named && why == authorise::SILENT =>
            {
                Ok(())
            }
            result => result,
        }
    }
}

/// The role of an ARN, and whom it trusts; `None` where there is none, or nobody can tell whom it trusts.
pub(in crate::control) fn named<'s>(
    state: &'s State,
    role_arn: &str,
) -> Option<(&'s Role, policy::Compiled)> {
    let parsed = Arn::parse(role_arn)?;
    if parsed.service != "iam" || !parsed.resource.starts_with("role/") {
        return None;
    }
    let id = state.id_by_name(Kind::Role, parsed.account, &parsed.id().to_lowercase())?;
    let role = state.get::<Role>(id)?;
    let is_same = arn::role(parsed.account, &role.path, &role.meta().name) == role_arn;
    let trust = policy::parse(&role.trust_policy, policy::Kind::Trust).ok();
    let trust = trust.filter(|_| is_same)?;
    Some((&**role, policy::compile(&trust)))
}

fn denied(admin: &Admin, action: &str, role_arn: &str) -> Failure {
    Failure::Denied {
        who: admin.principal.arn.clone(),
        action: action.to_owned(),
        resource: role_arn.to_owned(),
        why: "",
    }
}
