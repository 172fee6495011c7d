//! Finds the secret and the principal of an access key id, in the view or in the session token.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::sigv4::{Found, KeyError, Keys, Secret};
use crate::model::arn;
use crate::policy;
use crate::seal::{Claims, SessionError, SessionKeys, TEMPORARY_KEY_PREFIX, open_session};
use crate::view::{Credentials, IdentityView, Principal, PrincipalKind, SessionPolicies};

/// Most sessions that one worker remembers.
const SESSIONS_MAX: usize = 4096;
/// Most bytes of the policies of these sessions, as text; compiled they are some ten times that.
const SESSION_POLICY_BYTES_MAX: usize = 1024 * 1024;

/// Sessions that a worker has opened before. They change cost, never the answer: all that may change
/// about a session is looked up in the view again, and where the keys change all are forgotten.
#[derive(Debug, Default)]
pub struct Sessions {
    by_token: HashMap<Box<str>, Session>,
    /// Bytes of their policies.
    policy_bytes: usize,
    /// Ids of the keys that opened them.
    key_ids: Vec<String>,
}

impl Sessions {
    fn forget_unless_of(&mut self, keys: Option<&SessionKeys>) {
        let ids = || keys.into_iter().flat_map(SessionKeys::ids);
        if !self.key_ids.iter().map(String::as_str).eq(ids()) {
            self.key_ids = ids().map(str::to_owned).collect();
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.by_token.clear();
        self.policy_bytes = 0;
    }

    fn remember(&mut self, token: &str, session: Session) {
        let policy_bytes = session.claims.policy.len();
        let bytes = self.policy_bytes.saturating_add(policy_bytes);
        if self.by_token.len() >= SESSIONS_MAX || bytes > SESSION_POLICY_BYTES_MAX {
            self.forget();
        }
        self.policy_bytes += policy_bytes;
        self.by_token.insert(token.into(), session);
    }
}

#[derive(Debug)]
struct Session {
    claims: Claims,
    /// Revision of the user or role that the principal was made with.
    revision: u64,
    limits: Option<Arc<SessionPolicies>>,
    principal: Arc<Principal>,
}

/// The credentials of a view, with a worker's memory of sessions.
pub struct Lookup<'a> {
    credentials: &'a Credentials,
    sessions: RefCell<&'a mut Sessions>,
}

impl<'a> Lookup<'a> {
    /// Looks keys up in a view.
    pub fn new(credentials: &'a Credentials, sessions: &'a mut Sessions) -> Self {
        sessions.forget_unless_of(credentials.session_keys.as_ref());
        Self {
            credentials,
            sessions: RefCell::new(sessions),
        }
    }

    fn session(
        &self,
        id: &str,
        token: &str,
        now: SystemTime,
    ) -> Result<Found<'_, Arc<Principal>>, KeyError> {
        let now_ms = now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let now_ms = u64::try_from(now_ms).unwrap_or(u64::MAX);
        let mut sessions = self.sessions.borrow_mut();
        if !sessions.by_token.contains_key(token) {
            let keys = self
                .credentials
                .session_keys
                .as_ref()
                .ok_or(KeyError::InvalidToken)?;
            let claims = open_session(keys, id, token, now_ms).map_err(|error| match error {
                SessionError::Expired => KeyError::ExpiredToken,
                _ => KeyError::InvalidToken,
            })?;
            let identity = self.identity(&claims)?;
            let limits = limits(&claims).ok_or(KeyError::InvalidToken)?;
            let session = Session {
                revision: identity.revision,
                principal: Arc::new(principal(&claims, limits.clone(), identity)),
                limits,
                claims,
            };
            sessions.remember(token, session);
        }
        let session = sessions
            .by_token
            .get_mut(token)
            .ok_or(KeyError::InvalidToken)?;
        let claims = &session.claims;
        if claims.access_key_id != id {
            return Err(KeyError::InvalidToken);
        }
        if claims.expires_at_ms <= now_ms {
            return Err(KeyError::ExpiredToken);
        }
        let identity = self.identity(claims)?;
        if identity.revision != session.revision {
            let limits = session.limits.clone();
            session.principal = Arc::new(principal(claims, limits, identity));
            session.revision = identity.revision;
        }
        let secret = Secret::Unsealed(Zeroizing::new(session.claims.secret_access_key.clone()));
        Ok(Found {
            secret,
            principal: session.principal.clone(),
        })
    }

    /// The user or role of a session, if it still exists and has not revoked the session.
    fn identity(&self, claims: &Claims) -> Result<&IdentityView, KeyError> {
        let Credentials {
            access_keys,
            identities,
            ..
        } = self.credentials;
        let id = match claims.user_id.as_str() {
            "" => &claims.role_id,
            user => {
                let key = access_keys.get(&claims.user_key_id);
                let is_active = key.is_some_and(|key| key.principal.identity == user);
                is_active
                    .then_some(&claims.user_id)
                    .ok_or(KeyError::Inactive)?
            }
        };
        let identity = identities.get(id).ok_or(KeyError::Inactive)?;
        if claims.issued_at_ms < identity.sessions_not_before_ms {
            return Err(KeyError::Inactive);
        }
        Ok(identity)
    }
}

impl Keys for Lookup<'_> {
    type Principal = Arc<Principal>;

    fn find(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
        now: SystemTime,
    ) -> Result<Found<'_, Arc<Principal>>, KeyError> {
        match session_token {
            Some(token) => self.session(access_key_id, token, now),
            None if access_key_id.starts_with(TEMPORARY_KEY_PREFIX) => Err(KeyError::InvalidToken),
            None => {
                let key = self
                    .credentials
                    .access_keys
                    .get(access_key_id)
                    .ok_or(KeyError::Unknown)?;
                let secret = Secret::Kept(&key.secret);
                Ok(Found {
                    secret,
                    principal: key.principal.clone(),
                })
            }
        }
    }
}

/// What limits a session; nothing where that cannot be read.
fn limits(claims: &Claims) -> Option<Option<Arc<SessionPolicies>>> {
    if claims.policy.is_empty() && claims.policy_ids.is_empty() {
        return Some(None);
    }
    let inline = match claims.policy.as_str() {
        "" => None,
        text => Some(policy::parse(text, policy::Kind::Session).ok()?),
    };
    Some(Some(Arc::new(SessionPolicies {
        inline: inline.as_ref().map(policy::compile),
        managed: claims.policy_ids.clone(),
    })))
}

fn principal(
    claims: &Claims,
    limits: Option<Arc<SessionPolicies>>,
    identity: &IdentityView,
) -> Principal {
    let mut tags = identity.tags.clone();
    for (key, value) in &claims.tags {
        match tags
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
        {
            Some(tag) => *tag = (key.clone(), value.clone()),
            None => tags.push((key.clone(), value.clone())),
        }
    }
    tags.sort();
    let account = identity.account.clone();
    let (kind, arn, id, user_id, session_name) = match claims.user_id.as_str() {
        "" => (
            PrincipalKind::AssumedRole,
            arn::session(&account, &identity.name, &claims.session_name),
            claims.role_id.clone(),
            format!("{}:{}", claims.role_id, claims.session_name),
            Some(claims.session_name.clone()),
        ),
        user => (
            PrincipalKind::User,
            identity.arn.clone(),
            user.to_owned(),
            user.to_owned(),
            None,
        ),
    };
    Principal {
        kind,
        account,
        arn,
        principal_arn: identity.arn.clone(),
        identity: id,
        user_id,
        access_key_id: claims.access_key_id.clone(),
        session_name,
        tags,
        issued_at_ms: Some(claims.issued_at_ms),
        transitive_tag_keys: claims.transitive_tag_keys.clone(),
        source_identity: claims.source_identity.clone(),
        provider: claims.provider.clone(),
        limits,
    }
}
