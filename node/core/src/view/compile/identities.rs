//! Credentials: access keys, users, roles, roots, and managed policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::model::{AccessKey, Account, ManagedPolicy, Meta, Record, Role, User, arn};
use crate::policy;
use crate::registry::State;
use crate::seal::{Keyring, SessionKeys};
use crate::view::{AccessKeyView, Credentials, IdentityView, PolicyView, Principal, PrincipalKind};

/// Everyone who may sign.
pub(super) fn credentials(state: &State, keyring: &Keyring, before: &Credentials) -> Credentials {
    let session_keys = SessionKeys::new(keyring).ok();
    let mut credentials = Credentials {
        session_keys,
        ..Credentials::default()
    };
    for account in state.all::<Account>() {
        let id = &account.meta().id;
        let root = IdentityView {
            root: true,
            arn: arn::root(id),
            account: id.clone(),
            ..IdentityView::default()
        };
        credentials.identities.insert(id.clone(), Arc::new(root));
    }
    for policy in state.all::<ManagedPolicy>() {
        let id = policy.meta().id.clone();
        let known = before.policies.get(&id);
        let known = known.filter(|view| view.revision == policy.meta().revision);
        let view = known.cloned();
        let view = view.unwrap_or_else(|| Arc::new(policy_view(policy)));
        credentials.policies.insert(id, view);
    }
    for user in state.all::<User>() {
        let id = user.meta().id.clone();
        let own = Own::of(user.meta(), &user.policies, &user.attached_policies);
        let known = known(before, &id, own.revision(&credentials));
        let view = known.unwrap_or_else(|| Arc::new(user_view(user, &own, &credentials)));
        credentials.identities.insert(id, view);
    }
    for role in state.all::<Role>() {
        let id = role.meta().id.clone();
        let own = Own::of(role.meta(), &role.policies, &role.attached_policies);
        let known = known(before, &id, own.revision(&credentials));
        let view = known.unwrap_or_else(|| Arc::new(role_view(role, &own, &credentials)));
        credentials.identities.insert(id, view);
    }
    for key in state.all::<AccessKey>().filter(|key| !key.inactive) {
        if let Some(view) = access_key(state, keyring, key, before) {
            credentials.access_keys.insert(key.meta().id.clone(), view);
        }
    }
    credentials
}

fn known(before: &Credentials, id: &str, revision: u64) -> Option<Arc<IdentityView>> {
    before
        .identities
        .get(id)
        .filter(|view| view.revision == revision)
        .cloned()
}

fn compiled(text: &str) -> Option<Arc<policy::Compiled>> {
    let document = policy::parse(text, policy::Kind::Identity).ok()?;
    Some(Arc::new(policy::compile(&document)))
}

fn policy_view(policy: &ManagedPolicy) -> PolicyView {
    PolicyView {
        revision: policy.meta().revision,
        policy: policy.document().and_then(compiled),
    }
}

/// The policies of a user or role.
struct Own<'s> {
    meta: &'s Meta,
    inline: &'s BTreeMap<String, String>,
    attached: &'s [String],
}

impl<'s> Own<'s> {
    fn of(meta: &'s Meta, inline: &'s BTreeMap<String, String>, attached: &'s [String]) -> Self {
        Self {
            meta,
            inline,
            attached,
        }
    }

    fn managed<'c>(
        &'c self,
        credentials: &'c Credentials,
    ) -> impl Iterator<Item = Option<&'c Arc<PolicyView>>> {
        let attached = self.attached.iter();
        attached.map(|id| credentials.policies.get(id))
    }

    /// The highest revision of what the policies come from: it grows with every change of any.
    fn revision(&self, credentials: &Credentials) -> u64 {
        let managed = self.managed(credentials).flatten();
        let newest = managed.map(|view| view.revision).max().unwrap_or_default();
        newest.max(self.meta.revision)
    }

    /// One policy that cannot be read takes all away: it might hold a deny.
    fn policies(&self, credentials: &Credentials) -> Vec<Arc<policy::Compiled>> {
        let inline = self.inline.values().map(|text| compiled(text));
        let managed = self.managed(credentials).map(|view| view?.policy.clone());
        let all: Option<Vec<_>> = inline.chain(managed).collect();
        all.unwrap_or_default()
    }
}

fn tags(meta: &Meta) -> Vec<(String, String)> {
    meta.tags
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn user_view(user: &User, own: &Own<'_>, credentials: &Credentials) -> IdentityView {
    let meta = user.meta();
    IdentityView {
        revision: own.revision(credentials),
        policies: own.policies(credentials),
        root: false,
        arn: arn::user(&meta.account, &user.path, &meta.name),
        account: meta.account.clone(),
        name: meta.name.clone(),
        tags: tags(meta),
        sessions_not_before_ms: 0,
    }
}

fn role_view(role: &Role, own: &Own<'_>, credentials: &Credentials) -> IdentityView {
    let meta = role.meta();
    IdentityView {
        revision: own.revision(credentials),
        policies: own.policies(credentials),
        root: false,
        arn: arn::role(&meta.account, &role.path, &meta.name),
        account: meta.account.clone(),
        name: meta.name.clone(),
        tags: tags(meta),
        sessions_not_before_ms: role.sessions_not_before_ms,
    }
}

fn access_key(
    state: &State,
    keyring: &Keyring,
    key: &AccessKey,
    before: &Credentials,
) -> Option<Arc<AccessKeyView>> {
    let id = &key.meta().id;
    let user = if key.user.is_empty() {
        None
    } else {
        Some(state.get::<User>(&key.user)?)
    };
    let revisions = (
        key.meta().revision,
        user.map_or(0, |user| user.meta().revision),
    );
    if let Some(known) = before
        .access_keys
        .get(id)
        .filter(|view| view.revisions == revisions)
    {
        return Some(known.clone());
    }
    let secret = keyring.open(id.as_bytes(), &key.sealed_secret).ok()?;
    let secret = Zeroizing::new(std::str::from_utf8(&secret).ok()?.to_owned());
    let account = key.meta().account.clone();
    let principal = match user {
        Some(user) => {
            let arn = arn::user(&account, &user.path, &user.meta().name);
            Principal {
                kind: PrincipalKind::User,
                arn: arn.clone(),
                principal_arn: arn,
                identity: user.meta().id.clone(),
                user_id: user.meta().id.clone(),
                access_key_id: id.clone(),
                session_name: None,
                tags: tags(user.meta()),
                issued_at_ms: None,
                transitive_tag_keys: Vec::new(),
                source_identity: String::new(),
                provider: String::new(),
                limits: None,
                account,
            }
        }
        None => Principal {
            kind: PrincipalKind::Root,
            arn: arn::root(&account),
            principal_arn: arn::root(&account),
            identity: account.clone(),
            user_id: account.clone(),
            access_key_id: id.clone(),
            session_name: None,
            tags: Vec::new(),
            issued_at_ms: None,
            transitive_tag_keys: Vec::new(),
            source_identity: String::new(),
            provider: String::new(),
            limits: None,
            account,
        },
    };
    Some(Arc::new(AccessKeyView {
        revisions,
        secret,
        principal: Arc::new(principal),
    }))
}
