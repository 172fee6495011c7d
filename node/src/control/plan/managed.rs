//! What a change of managed policies, and of who has them, needs.
//!
//! Source: Service Authorization Reference of IAM.

use trellis_core::model::{Kind, ManagedPolicy};
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::{Change, Operation, Refusal};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::Planner;
use crate::control::authorise::context::AdminContext;
use crate::control::error::Failure;

/// The actions that a change of a managed policy needs; at least one. As in IAM, who may make a
/// version may put it in force.
pub(super) fn changes(before: &ManagedPolicy, after: &ManagedPolicy) -> Vec<&'static str> {
    let mut actions = Vec::new();
    let kept = |version| before.versions.contains(version);
    let is_added = !after.versions.iter().all(kept);
    let is_removed = !before.versions.iter().all(|it| after.versions.contains(it));
    let is_put_in_force =
        after.default_version != before.default_version && after.default_version != 0;
    if is_removed {
        actions.push("iam:DeletePolicyVersion");
    }
    if is_put_in_force {
        actions.push("iam:SetDefaultPolicyVersion");
    }
    if is_added || actions.is_empty() {
        actions.push("iam:CreatePolicyVersion");
    }
    actions
}

/// Whether a change of a user or role is one of its managed policies alone: that has actions of its
/// own ([`Planner::allow_attached`]).
pub(super) fn is_of_attachment(before: &AnyRecord, after: &AnyRecord) -> bool {
    let mut same = after.clone();
    let attached = attached(before).to_vec();
    match &mut same {
        AnyRecord::User(user) => user.attached_policies = attached,
        AnyRecord::Role(role) => role.attached_policies = attached,
        _ => return false,
    }
    before != after && same == *before
}

impl Planner<'_> {
    /// Whether the caller may take away, or put in force, what an update names: what is attached, and which versions
    /// there are, is told only to whoever may.
    pub(super) fn allow_taken(&self, before: &AnyRecord, spec: &Spec) -> Result<(), Failure> {
        let resource = self.arn(before);
        let mut context = AdminContext::on(self.admin(), before);
        let (action, detached) = match spec {
            Spec::User(given) => ("iam:DetachUserPolicy", &given.detach_policies),
            Spec::Role(given) => ("iam:DetachRolePolicy", &given.detach_policies),
            Spec::ManagedPolicy(given) => {
                if !given.removed_versions.is_empty() {
                    let action = "iam:DeletePolicyVersion";
                    self.authority.allow_in(action, &resource, &context)?;
                }
                if !given.default_version_id.is_empty() {
                    let action = "iam:SetDefaultPolicyVersion";
                    self.authority.allow_in(action, &resource, &context)?;
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        for name in detached {
            let policy = self.find(Some(&v1::Identifier {
                kind: v1::ResourceKind::ManagedPolicy.into(),
                identifier: name.clone(),
                ..v1::Identifier::default()
            }))?;
            context.policy_arn = policy.arn();
            self.authority.allow_in(action, &resource, &context)?;
        }
        Ok(())
    }

    /// Whether the caller may attach and detach what a change of a user or role attaches and
    /// detaches, one by one.
    pub(super) fn allow_attached(
        &self,
        (before, after): (Option<&AnyRecord>, &AnyRecord),
        bundle: &[Operation],
        resource: &str,
        mut context: AdminContext<'_>,
    ) -> Result<(), Failure> {
        let (had, has) = (before.map_or(&[][..], attached), attached(after));
        let noun = match after {
            AnyRecord::Role(_) => "Role",
            _ => "User",
        };
        let attach = has.iter().filter(|id| !had.contains(id));
        let detach = had.iter().filter(|id| !has.contains(id));
        let attach = attach.map(|id| ("Attach", id));
        for (verb, id) in attach.chain(detach.map(|id| ("Detach", id))) {
            let policy = self.state.get_any(Kind::ManagedPolicy, id);
            let policy = policy.or_else(|| made(bundle, id));
            let policy = policy.ok_or_else(|| Refusal::not_found(Kind::ManagedPolicy, id))?;
            context.policy_arn = policy.arn();
            let action = format!("iam:{verb}{noun}Policy");
            self.authority.allow_in(&action, resource, &context)?;
        }
        Ok(())
    }
}

/// The record of an id that a bundle makes.
fn made(bundle: &[Operation], id: &str) -> Option<AnyRecord> {
    let made = bundle
        .iter()
        .filter_map(|operation| match &operation.change {
            Some(Change::Create(stored)) => stored.record.as_ref(),
            _ => None,
        });
    let mut made = made.filter(|record| record.meta().id == id);
    made.next().cloned()
}

/// The managed policies of a user or role.
fn attached(record: &AnyRecord) -> &[String] {
    match record {
        AnyRecord::User(user) => &user.attached_policies,
        AnyRecord::Role(role) => &role.attached_policies,
        _ => &[],
    }
}
