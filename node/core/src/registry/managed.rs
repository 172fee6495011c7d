//! Rules of managed policies, and of who has them.
//!
//! A version never changes, and its number is never given to another.
//!
//! Source: IAM API reference, `CreatePolicy`, `CreatePolicyVersion`, `DeletePolicy`,
//! `DeletePolicyVersion`; IAM user guide, "IAM and AWS STS quotas".

use super::access::{self, Document};
use super::identity::path_shape;
use super::mistakes::Mistakes;
use super::outcome::{Refusal, RefusalKind};
use super::rules::{Case, Rules};
use super::state::owner;
use crate::model::limits::{self, Quota};
use crate::model::{Kind, ManagedPolicy, Meta, Record};
use crate::policy;

/// Puts the ids of attached policies in order, each once.
pub(super) fn sort(attached: &mut Vec<String>) {
    attached.sort();
    attached.dedup();
}

/// Judges a description.
pub(super) fn description_shape(description: &str, mistakes: &mut Mistakes) {
    let length = description.chars().count();
    mistakes.length("description", length, 0, limits::DESCRIPTION_CHARS_MAX);
}

/// Whether a user or role may have these policies: those of its account, and not too many.
///
/// # Errors
/// Not found; quota exceeded.
pub(super) fn attachable(
    case: &Case<'_>,
    holder: &Meta,
    attached: &[String],
    quota: &Quota,
) -> Result<(), Refusal> {
    for id in attached {
        let policy = case.owned::<ManagedPolicy>(id)?;
        if policy.meta().account != holder.account {
            return Err(Refusal::not_found(Kind::ManagedPolicy, id));
        }
    }
    let limit = case.quota(quota);
    if attached.len() as u64 > limit {
        return Err(Refusal::quota(quota, limit, Kind::ManagedPolicy));
    }
    Ok(())
}

impl ManagedPolicy {
    /// Numbers the versions that are new; the newest is in force where none is named.
    fn number(&mut self, now_ms: u64) {
        for version in &mut self.versions {
            if version.number == 0 {
                self.last_version = self.last_version.saturating_add(1);
                version.number = self.last_version;
                version.created_at_ms = now_ms;
            }
        }
        if self.default_version == 0 {
            self.default_version = self.last_version;
        }
    }

    /// The version in force must be there.
    fn in_force(&self, before: Option<&Self>) -> Result<(), Refusal> {
        let number = self.default_version;
        if self.version(number).is_some() {
            return Ok(());
        }
        if before.is_some_and(|before| before.version(number).is_some()) {
            let message = "Cannot delete the default version of a policy.";
            return Err(Refusal::conflict(Self::KIND, &self.meta().id, message));
        }
        let message = format!("the policy has no version v{number}");
        Err(Refusal::new(RefusalKind::NotFound, message))
    }
}

impl Rules for ManagedPolicy {
    fn complete(&mut self) {
        if self.path.is_empty() {
            "/".clone_into(&mut self.path);
        }
        for version in &mut self.versions {
            access::minify(&mut version.document);
        }
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        path_shape(&self.path, mistakes);
        description_shape(&self.description, mistakes);
        // Of a policy that has a version in force, the last version is another mistake to take away: see `in_force`.
        let is_given = !self.versions.is_empty() || self.default_version != 0;
        mistakes.check(is_given, "policyDocument", "is required");
        // What is stored was judged when it came.
        for version in self.versions.iter().filter(|version| version.number == 0) {
            let document =
                Document::new("policyDocument", &version.document, policy::Kind::Identity);
            document.shape(mistakes);
        }
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("path", &before.path, &self.path);
        mistakes.same("description", &before.description, &self.description);
        let kept = self.versions.iter().filter(|version| version.number != 0);
        let is_in_order = kept
            .clone()
            .map(|version| version.number)
            .is_sorted_by(|a, b| a < b);
        let is_kept = is_in_order
            && kept
                .clone()
                .all(|version| before.version(version.number) == Some(version));
        mistakes.check(is_kept, "versions", "cannot be changed; make another");
        self.last_version = before.last_version;
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if before.is_none() {
            self.last_version = 0;
            self.default_version = 0;
            self.versions.iter_mut().for_each(|it| it.number = 0);
        }
        self.number(case.command.at_ms);
        self.in_force(before)?;
        let (count, limit) = (self.versions.len(), limits::VERSIONS_PER_POLICY);
        if count > limit {
            let what = "the number of versions of the policy";
            return Err(Refusal::limit(Self::KIND, what, count, limit));
        }
        let sizes = self.versions.iter().map(|it| it.document.chars().count());
        let (size, limit) = (
            sizes.max().unwrap_or_default(),
            limits::MANAGED_POLICY_CHARS_MAX,
        );
        if size > limit {
            return Err(Refusal::limit(
                Self::KIND,
                "the size of the policy",
                size,
                limit,
            ));
        }
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, "");
        case.fits(&limits::POLICIES_PER_ACCOUNT, &owner, Self::KIND)
    }

    /// As IAM: whoever has it, and all versions but the one in force, go first.
    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        let is_attached = |kind| case.state.has_children(id, kind);
        let message = if is_attached(Kind::User) || is_attached(Kind::Role) {
            "Cannot delete a policy attached to entities."
        } else if self.versions.len() > 1 {
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
        } else {
            return Ok(());
        };
        Err(Refusal::conflict(Self::KIND, id, message))
    }
}
