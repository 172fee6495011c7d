//! Credentials: access keys, users, roles and roots.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::model::{AccessKey, Account, Record, Role, User, arn};
use crate::policy;
use crate::registry::State;
use crate::seal::{Keyring, SessionKeys};
use crate::view::{AccessKeyView, Credentials, IdentityView, Principal, PrincipalKind};

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
    for user in state.all::<User>() {
        let id = user.meta().id.clone();
        let known = known(before, &id, user.meta().revision);
        let view = known.unwrap_or_else(|| Arc::new(user_view(user)));
        credentials.identities.insert(id, view);
    }
    for role in state.all::<Role>() {
        let id = role.meta().id.clone();
        let known = known(before, &id, role.meta().revision);
        let view = known.unwrap_or_else(|| Arc::new(role_view(role)));
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

/// One policy that cannot be read takes all away: it might hold a deny.
fn policies<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<Arc<policy::Compiled>> {
    let documents = texts.map(|text| policy::parse(text, policy::Kind::Identity).ok());
    let compiled = documents.map(|document| Some(Arc::new(policy::compile(&document?))));
    compiled.collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn tags(meta: &crate::model::Meta) -> Vec<(String, String)> {
    meta.tags
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn user_view(user: &User) -> IdentityView {
    let meta = user.meta();
    IdentityView {
        revision: meta.revision,
        policies: policies(user.policies.values()),
        root: false,
        arn: arn::user(&meta.account, &user.path, &meta.name),
        account: meta.account.clone(),
        name: meta.name.clone(),
        tags: tags(meta),
        sessions_not_before_ms: 0,
    }
}

fn role_view(role: &Role) -> IdentityView {
    let meta = role.meta();
    IdentityView {
        revision: meta.revision,
        policies: policies(role.policies.values()),
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
                session_name: None,
                tags: tags(user.meta()),
                issued_at_ms: None,
                transitive_tag_keys: Vec::new(),
                source_identity: String::new(),
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
            session_name: None,
            tags: Vec::new(),
            issued_at_ms: None,
            transitive_tag_keys: Vec::new(),
            source_identity: String::new(),
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
