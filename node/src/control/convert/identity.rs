//! Accounts, users, roles and access keys.

use trellis_core::model::{AccessKey, Account, Kind, Record, Role, User};
use trellis_proto::v1;

use super::metadata::timestamp;
use super::reader::{put, put_text, tags};
use super::words::{self, print};
use super::{Convert, Reader};

/// Longest session where none is given, seconds. Source: IAM API, `CreateRole`.
const MAX_SESSION_SECONDS: u32 = 3_600;

impl Convert for Account {
    type Message = v1::Account;

    fn read(mut self, given: &v1::Account, reader: &mut Reader<'_>) -> Self {
        let meta = self.meta_mut();
        put_text(&mut meta.id, &given.id);
        meta.account.clone_from(&meta.id);
        reader.naming(meta, &given.name, &given.tags);
        self
    }

    fn write(&self) -> v1::Account {
        v1::Account {
            id: self.meta().id.clone(),
            name: self.meta().name.clone(),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for User {
    type Message = v1::User;

    fn read(mut self, given: &v1::User, reader: &mut Reader<'_>) -> Self {
        reader.named("userName", self.meta_mut(), &given.user_name, &given.tags);
        put_path(&mut self.path, &given.path, reader.creating);
        reader.policies(&mut self.policies, &given.policies);
        let removed = &given.removed_policies;
        self.policies.retain(|name, _| !removed.contains(name));
        let attached = &mut self.attached_policies;
        reader.attached(attached, &given.attached_policies);
        reader.attach(attached, &given.attach_policies);
        reader.detach(attached, &given.detach_policies);
        self
    }

    fn write(&self) -> v1::User {
        v1::User {
            user_name: self.meta().name.clone(),
            path: self.path.clone(),
            policies: self.policies.clone().into_iter().collect(),
            tags: tags(self.meta()),
            removed_policies: Vec::new(),
            attached_policies: self.attached_policies.clone(),
            attach_policies: Vec::new(),
            detach_policies: Vec::new(),
        }
    }
}

impl Convert for Role {
    type Message = v1::Role;

    fn read(mut self, given: &v1::Role, reader: &mut Reader<'_>) -> Self {
        reader.named("roleName", self.meta_mut(), &given.role_name, &given.tags);
        put_path(&mut self.path, &given.path, reader.creating);
        reader.policy(
            "assumeRolePolicyDocument",
            &mut self.trust_policy,
            &given.assume_role_policy_document,
        );
        reader.policies(&mut self.policies, &given.policies);
        let removed = &given.removed_policies;
        self.policies.retain(|name, _| !removed.contains(name));
        let attached = &mut self.attached_policies;
        reader.attached(attached, &given.attached_policies);
        reader.attach(attached, &given.attach_policies);
        reader.detach(attached, &given.detach_policies);
        put(&mut self.description, given.description.as_ref());
        if reader.creating {
            self.max_session_seconds = MAX_SESSION_SECONDS;
        }
        let longest = given.max_session_duration.as_ref();
        put(&mut self.max_session_seconds, longest);
        match given.sessions_not_before.as_deref() {
            None => {}
            Some("") => self.sessions_not_before_ms = 0,
            Some(text) => match milliseconds(text) {
                Some(ms) => self.sessions_not_before_ms = ms,
                None => reader.mistake("sessionsNotBefore", "is not a time as in RFC 3339"),
            },
        }
        self
    }

    fn write(&self) -> v1::Role {
        let not_before = self.sessions_not_before_ms;
        v1::Role {
            role_name: self.meta().name.clone(),
            path: self.path.clone(),
            assume_role_policy_document: self.trust_policy.clone(),
            policies: self.policies.clone().into_iter().collect(),
            tags: tags(self.meta()),
            max_session_duration: Some(self.max_session_seconds),
            sessions_not_before: (not_before != 0).then(|| timestamp(not_before)),
            removed_policies: Vec::new(),
            attached_policies: self.attached_policies.clone(),
            attach_policies: Vec::new(),
            detach_policies: Vec::new(),
            description: (!self.description.is_empty()).then(|| self.description.clone()),
        }
    }
}

impl Convert for AccessKey {
    type Message = v1::AccessKey;

    fn read(mut self, given: &v1::AccessKey, reader: &mut Reader<'_>) -> Self {
        if let Some(user) = reader.id("userName", Kind::User, "", &given.user_name) {
            self.user = user;
        }
        let status = given.status.as_deref().unwrap_or_default();
        if let Some(inactive) = reader.word("status", status, words::KEY_STATUSES) {
            self.inactive = inactive;
        }
        if !given.secret_access_key.is_empty() {
            reader.mistake("secretAccessKey", "is generated; leave it out");
        }
        self
    }

    /// The user's name is not in the record, and the secret is nobody's business.
    fn write(&self) -> v1::AccessKey {
        v1::AccessKey {
            user_name: self.user.clone(),
            status: Some(print(words::KEY_STATUSES, self.inactive)),
            secret_access_key: String::new(),
        }
    }
}

pub(super) fn put_path(path: &mut String, given: &str, creating: bool) {
    if creating {
        "/".clone_into(path);
    }
    put_text(path, given);
}

fn milliseconds(text: &str) -> Option<u64> {
    let time: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}
