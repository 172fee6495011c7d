//! Rules of accounts, users, roles and access keys.
//!
//! Names and paths of users and roles are fixed, as ARNs are made of them.
//!
//! Source: IAM API reference; IAM user guide, "IAM and AWS STS quotas".

use std::collections::BTreeMap;

use super::access::Document;
use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::rules::{Case, Rules};
use super::state::owner;
use super::{access, managed, meta};
use crate::model::{AccessKey, Account, Kind, Record, Role, User, limits};
use crate::policy;

/// Characters of a path. Source: IAM API reference, `CreateUser`.
const PATH_CHARS_MAX: usize = 512;
/// Sessions of a role last this long unless it says otherwise, seconds.
const SESSION_SECONDS: u32 = 3_600;

impl Rules for Account {
    fn shape(&self, _mistakes: &mut Mistakes) {}

    fn succeed(&mut self, _before: &Self, _mistakes: &mut Mistakes) {}

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        let limit = case.quota(&limits::ACCOUNTS);
        if before.is_none() && case.state.all::<Self>().count() as u64 >= limit {
            return Err(Refusal::quota(&limits::ACCOUNTS, limit, Self::KIND));
        }
        Ok(())
    }

    /// Root access keys go with the account; everything else must be gone.
    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        let settings = case.state.settings();
        if settings.is_some_and(|settings| settings.meta().account == *id) {
            let message = format!("account {id} operates the cluster and cannot be deleted");
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        match case.state.possessions(id).next() {
            Some((kind, owned)) => {
                let message = format!(
                    "account {id} owns {} {owned}; delete that first",
                    kind.resource_type()
                );
                Err(Refusal::conflict(Self::KIND, id, message))
            }
            None => Ok(()),
        }
    }
}

pub(super) fn path_shape(path: &str, mistakes: &mut Mistakes) {
    let printable = path.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let closed = path == "/" || (path.starts_with('/') && path.ends_with('/') && path.len() > 2);
    let fits = printable && closed && path.len() <= PATH_CHARS_MAX;
    mistakes.check(fits, "path", "is not / or /…/ of at most 512 characters");
}

fn policies_shape(policies: &BTreeMap<String, String>, mistakes: &mut Mistakes) {
    for (name, text) in policies {
        let path = format!("policies.{name}");
        if !meta::is_iam_name(name, meta::POLICY_NAME_MAX) {
            mistakes.add(&path, "a name has 1–128 letters, digits and _+=,.@-");
        }
        Document::new(&path, text, policy::Kind::Identity).shape(mistakes);
    }
}

fn policies_fit(
    kind: Kind,
    policies: &BTreeMap<String, String>,
    limit: usize,
) -> Result<(), Refusal> {
    let size = policies.values().map(|text| text.chars().count()).sum();
    if size > limit {
        let what = "the size of all inline policies";
        return Err(Refusal::limit(kind, what, size, limit));
    }
    Ok(())
}

/// As IAM: policies must be removed before their owner.
fn policies_gone(
    kind: Kind,
    id: &str,
    policies: &BTreeMap<String, String>,
    attached: &[String],
) -> Result<(), Refusal> {
    let message = match (attached, policies.is_empty()) {
        ([], true) => return Ok(()),
        ([], false) => "Cannot delete entity, must delete policies first.",
        _ => "Cannot delete entity, must detach all policies first.",
    };
    Err(Refusal::conflict(kind, id, message))
}

impl Rules for User {
    fn complete(&mut self) {
        if self.path.is_empty() {
            "/".clone_into(&mut self.path);
        }
        self.policies.values_mut().for_each(access::minify);
        managed::sort(&mut self.attached_policies);
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        path_shape(&self.path, mistakes);
        policies_shape(&self.policies, mistakes);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("path", &before.path, &self.path);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        policies_fit(Self::KIND, &self.policies, limits::USER_POLICY_CHARS_MAX)?;
        let attached = &self.attached_policies;
        managed::attachable(case, self.meta(), attached, &limits::POLICIES_PER_USER)?;
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, "");
        case.fits(&limits::USERS_PER_ACCOUNT, &owner, Self::KIND)
    }

    fn release(&self, case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        if case.state.has_children(id, Kind::AccessKey) {
            let message = "Cannot delete entity, must delete access keys first.";
            return Err(Refusal::conflict(Self::KIND, id, message));
        }
        policies_gone(Self::KIND, id, &self.policies, &self.attached_policies)
    }
}

impl Rules for Role {
    fn complete(&mut self) {
        if self.path.is_empty() {
            "/".clone_into(&mut self.path);
        }
        if self.max_session_seconds == 0 {
            self.max_session_seconds = SESSION_SECONDS;
        }
        access::minify(&mut self.trust_policy);
        self.policies.values_mut().for_each(access::minify);
        managed::sort(&mut self.attached_policies);
    }

    fn shape(&self, mistakes: &mut Mistakes) {
        path_shape(&self.path, mistakes);
        let (name, seconds) = ("maxSessionDuration", self.max_session_seconds);
        mistakes.range(name, seconds, 3_600, 43_200);
        let trust = Document::new(
            "assumeRolePolicyDocument",
            &self.trust_policy,
            policy::Kind::Trust,
        );
        trust.shape(mistakes);
        managed::description_shape(&self.description, mistakes);
        policies_shape(&self.policies, mistakes);
    }

    /// What revoked sessions once cannot be taken back: the later time stays.
    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("path", &before.path, &self.path);
        let (old, new) = (before.sessions_not_before_ms, self.sessions_not_before_ms);
        self.sessions_not_before_ms = old.max(new);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        policies_fit(Self::KIND, &self.policies, limits::ROLE_POLICY_CHARS_MAX)?;
        let attached = &self.attached_policies;
        managed::attachable(case, self.meta(), attached, &limits::POLICIES_PER_ROLE)?;
        let size = self.trust_policy.chars().count();
        if size > limits::TRUST_POLICY_CHARS_MAX {
            let limit = limits::TRUST_POLICY_CHARS_MAX;
            return Err(Refusal::limit(Self::KIND, "the trust policy", size, limit));
        }
        if before.is_some() {
            return Ok(());
        }
        let owner = owner(&self.meta().account, "");
        case.fits(&limits::ROLES_PER_ACCOUNT, &owner, Self::KIND)
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        let id = &self.meta().id;
        policies_gone(Self::KIND, id, &self.policies, &self.attached_policies)
    }
}

impl Rules for AccessKey {
    fn shape(&self, mistakes: &mut Mistakes) {
        let length = self.sealed_secret.len();
        mistakes.length("sealedSecret", length, 1, limits::KEY_BYTES_MAX);
    }

    fn succeed(&mut self, before: &Self, mistakes: &mut Mistakes) {
        mistakes.same("userName", &before.user, &self.user);
    }

    fn admit(&mut self, case: &Case<'_>, before: Option<&Self>) -> Result<(), Refusal> {
        if let Some(before) = before {
            // Only a change of the sealing keys seals a secret anew.
            if before.sealed_secret != self.sealed_secret && !case.is_cluster() {
                let mut mistakes = Mistakes::default();
                mistakes.same("sealedSecret", &before.sealed_secret, &self.sealed_secret);
                mistakes.refuse()?;
            }
            return Ok(());
        }
        let account = &self.meta().account;
        let holder = if self.user.is_empty() {
            account
        } else {
            &self.user
        };
        if !self.user.is_empty() && case.owned::<User>(&self.user)?.meta().account != *account {
            return Err(Refusal::not_found(Kind::User, &self.user));
        }
        case.fits(&limits::ACCESS_KEYS_PER_USER, holder, Self::KIND)
    }

    fn release(&self, _case: &Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
