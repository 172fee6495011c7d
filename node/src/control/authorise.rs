//! Whether a caller may: its own identity policies decide.
//!
//! The root of an account may do everything in its account. Everyone else needs an allow of a
//! policy of its own, and no deny. What belongs to the whole cluster is for callers of the first
//! account only. Whose resource it is, is judged by the registry: a foreign id answers like an
//! absent one.

use trellis_core::decide::Finding;
use trellis_core::decide::authorise::held;
use trellis_core::model::{Kind, Record};
use trellis_core::policy::{Caller, Request};
use trellis_core::registry::State;
use trellis_core::view::{PrincipalKind, View};

use super::authn::Admin;
use super::error::Failure;
use context::AdminContext;

pub(super) mod actions;
pub(super) mod context;
pub(super) mod subject;

/// Why a caller is denied that no policy of its own speaks of, while nothing limits its session to less.
pub(super) const SILENT: &str = " because no identity-based policy allows the action";

/// What a caller may, as of a view.
pub(super) struct Authority<'a> {
    pub(super) admin: &'a Admin,
    pub(super) view: &'a View,
}

impl Authority<'_> {
    /// Whether the caller's policies allow an action on a resource.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) fn allow(&self, action: &str, resource: &str) -> Result<(), Failure> {
        self.allow_in(action, resource, &AdminContext::new(self.admin))
    }

    /// As [`Authority::allow`], with what the request itself adds to the context.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) fn allow_in(
        &self,
        action: &str,
        resource: &str,
        context: &AdminContext<'_>,
    ) -> Result<(), Failure> {
        let principal = &self.admin.principal;
        let identity = self.view.credentials.identities.get(&principal.identity);
        let denied = |why| Failure::Denied {
            who: principal.arn.clone(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            why,
        };
        let Some(identity) = identity else {
            return Err(denied(" because its identity does not exist any more"));
        };
        if identity.root {
            return Ok(());
        }
        if principal.is_user_session() && is_of_users_alone(action) {
            return Err(denied(" because the session of a user may not"));
        }
        let request = Request {
            caller: Some(caller(self.admin)),
            action,
            resource,
            context,
        };
        match held(&self.view.credentials, principal, &request) {
            (Finding::Denied(_), _) => {
                Err(denied(" with an explicit deny in an identity-based policy"))
            }
            (_, Finding::Denied(_)) => Err(denied(" with an explicit deny in a session policy")),
            (_, Finding::Silent) => Err(denied(" because no session policy allows the action")),
            (Finding::Silent, _) => Err(denied(SILENT)),
            (Finding::Allowed(_) | Finding::Skipped, _) => Ok(()),
        }
    }

    /// As [`Authority::allow_in`], for a resource of a kind: what belongs to the whole cluster is
    /// for callers of the first account only.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub(super) fn permit(
        &self,
        (state, kind): (&State, Kind),
        action: &str,
        resource: &str,
        context: &AdminContext<'_>,
    ) -> Result<(), Failure> {
        if is_of_cluster(kind) && !self.is_first(state) {
            return Err(Failure::Denied {
                who: self.admin.principal.arn.clone(),
                action: action.to_owned(),
                resource: resource.to_owned(),
                why: " because it belongs to the account that created the cluster",
            });
        }
        self.allow_in(action, resource, context)
    }

    /// Whether the caller is of the first account.
    pub(super) fn is_first(&self, state: &State) -> bool {
        let first = state.settings().map(|settings| &settings.meta().account);
        first == Some(&self.admin.principal.account)
    }

    /// Whether the caller is the root of the first account.
    pub(super) fn is_first_root(&self, state: &State) -> bool {
        self.is_first(state) && self.admin.principal.kind == PrincipalKind::Root
    }
}

/// Whether an action is none of a user's session. Source: IAM user guide, "Comparing AWS STS credentials", for
/// sessions without MFA.
fn is_of_users_alone(action: &str) -> bool {
    const OF_ROLES: [&str; 3] = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    action.starts_with("iam:") || (action.starts_with("sts:") && !OF_ROLES.contains(&action))
}

/// Whether a kind belongs to the whole cluster.
pub(super) fn is_of_cluster(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Account | Kind::Node | Kind::JoinToken | Kind::ClusterKey | Kind::ClusterSettings
    )
}

/// A caller as policies see it.
pub(super) fn caller(admin: &Admin) -> Caller<'_> {
    let principal = &admin.principal;
    Caller {
        arn: &principal.arn,
        account: &principal.account,
        principal_arn: &principal.principal_arn,
        user_id: &principal.user_id,
        provider: None,
    }
}
