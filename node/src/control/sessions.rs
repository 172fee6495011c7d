//! Temporary credentials: `AssumeRole`, `AssumeRoleWithWebIdentity` and `GetSessionToken`.
//!
//! Needs no quorum: the role is read from this node's registry, and the session token carries all
//! that any node must know.
//!
//! | file | holds |
//! |---|---|
//! | `trust` | whether the caller or web identity may assume the role |
//! | `web` | web identities: whom the token of an identity provider is about |
//! | `keys`, `fetch` | the keys of identity providers, and where they come from |
//! | `baggage` | what a session passes on to the next one of a chain |
//! | `shape` | what is wrong with a request |
//!
//! Source: STS API, `AssumeRole`, `AssumeRoleWithWebIdentity` and `GetSessionToken` (read 2026-11).

mod baggage;
mod fetch;
mod keys;
mod shape;
pub(super) mod trust;
mod web;

use trellis_core::model::{Record, Role, arn};
use trellis_core::policy;
use trellis_core::registry::State;
use trellis_core::seal::{
    Claims, SESSION_TOKEN_CHARS_MAX, SessionError, SessionKeys, seal_session, temporary_key_id,
};
use trellis_core::view::PrincipalKind;
use trellis_proto::v1;

use super::Api;
use super::authn::Admin;
use super::convert::timestamp;
use super::error::Failure;
use super::plan::wrong;
use crate::clock;
use crate::cluster::bootstrap::{random, secret_access_key};
use baggage::{Baggage, Inherited};

pub use keys::ProviderKeys;

impl Admin {
    /// Who it is, as STS tells it.
    pub(super) fn identity(&self) -> v1::GetCallerIdentityResponse {
        v1::GetCallerIdentityResponse {
            account: self.principal.account.clone(),
            arn: self.principal.arn.clone(),
            user_id: self.principal.user_id.clone(),
        }
    }
}

impl Api {
    /// Temporary credentials of a role whose policies allow it to the caller.
    ///
    /// # Errors
    /// Validation; [`Failure::Denied`], also for a role that does not exist.
    pub(super) fn assume_role(
        &self,
        admin: &Admin,
        request: &v1::AssumeRoleRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        let state = self.consensus.state();
        let view = (self.view)();
        let inherited = Inherited::of(&admin.principal);
        let baggage = Baggage::of(&inherited, request);
        let role = trust::assumable(&state, &view, admin, request, &baggage)?;
        let claims = claims(&state, role, request, &inherited, baggage)?;
        self.assumed(&claims, &admin.principal.arn)
    }

    /// Gives a session of a role to whoever is named.
    pub(super) fn assumed(
        &self,
        claims: &Claims,
        who: &str,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        let (token, percent) = self.seal(claims)?;
        let is_packed =
            !claims.policy.is_empty() || !claims.policy_ids.is_empty() || !claims.tags.is_empty();
        tracing::info!(
            principal = who,
            account = claims.account,
            role = claims.role_name,
            session = claims.session_name,
            source_identity = claims.source_identity,
            access_key_id = claims.access_key_id,
            "role assumed"
        );
        Ok(v1::AssumeRoleResponse {
            assumed_role_id: format!("{}:{}", claims.role_id, claims.session_name),
            access_key_id: claims.access_key_id.clone(),
            secret_access_key: claims.secret_access_key.clone(),
            session_token: token,
            expiration: timestamp(claims.expires_at_ms),
            assumed_role_arn: arn::session(
                &claims.account,
                &claims.role_name,
                &claims.session_name,
            ),
            packed_policy_size: if is_packed { percent } else { 0 },
            source_identity: claims.source_identity.clone(),
        })
    }

    /// Temporary credentials of the user whose access key signed.
    ///
    /// Needs no permission, and gives none: the session may what the user may, but no more about
    /// identities than to assume roles. It ends with the access key.
    ///
    /// # Errors
    /// Validation; [`Failure::Denied`] for whoever is no user with an access key.
    pub(super) fn get_session_token(
        &self,
        admin: &Admin,
        request: &v1::GetSessionTokenRequest,
    ) -> Result<v1::GetSessionTokenResponse, Failure> {
        let principal = &admin.principal;
        if principal.kind != PrincipalKind::User || principal.is_user_session() {
            return Err(Failure::Denied {
                who: principal.arn.clone(),
                action: "sts:GetSessionToken".to_owned(),
                resource: "*".to_owned(),
                why: " because only the access key of a user may",
            });
        }
        let mut claims = fresh(shape::user_seconds(request.duration_seconds)?)?;
        claims.account.clone_from(&principal.account);
        claims.user_id.clone_from(&principal.identity);
        claims.user_key_id.clone_from(&principal.access_key_id);
        let (session_token, _) = self.seal(&claims)?;
        tracing::info!(
            principal = principal.arn,
            access_key_id = claims.access_key_id,
            "session of a user given"
        );
        Ok(v1::GetSessionTokenResponse {
            access_key_id: claims.access_key_id.clone(),
            secret_access_key: claims.secret_access_key.clone(),
            session_token,
            expiration: timestamp(claims.expires_at_ms),
        })
    }

    /// The token of a session, and how much of its room is used, percent.
    fn seal(&self, claims: &Claims) -> Result<(String, u32), Failure> {
        let keys = SessionKeys::new(&self.keyring).map_err(anyhow::Error::from)?;
        match seal_session(&keys, claims, random()?) {
            Ok(token) => {
                let percent = (token.len() * 100).div_ceil(SESSION_TOKEN_CHARS_MAX);
                Ok((token, u32::try_from(percent).unwrap_or(100)))
            }
            Err(SessionError::TooLong) => Err(wrong(
                shape::PACKED,
                "policies and tags are too long together; pass smaller or fewer ones",
            )
            .into()),
            Err(error) => Err(anyhow::Error::from(error).into()),
        }
    }
}

/// What a session of a role holds for someone from outside, with whom a chain begins.
///
/// # Errors
/// Validation: all wrong fields of the request.
pub(super) fn first(
    state: &State,
    role: &Role,
    request: &v1::AssumeRoleRequest,
) -> Result<Claims, Failure> {
    let nothing = Inherited::default();
    claims(
        state,
        role,
        request,
        &nothing,
        Baggage::of(&nothing, request),
    )
}

/// What a session of a role holds.
///
/// # Errors
/// Validation: all wrong fields of the request.
fn claims(
    state: &State,
    role: &Role,
    request: &v1::AssumeRoleRequest,
    inherited: &Inherited,
    baggage: Baggage,
) -> Result<Claims, Failure> {
    let limits = shape::check(state, inherited, role, request)?;
    let meta = role.meta();
    let mut claims = fresh(limits.seconds)?;
    claims.account.clone_from(&meta.account);
    claims.role_id.clone_from(&meta.id);
    claims.role_name.clone_from(&meta.name);
    claims.role_path.clone_from(&role.path);
    claims.session_name.clone_from(&request.role_session_name);
    if !request.policy.is_empty() {
        claims.policy = policy::minified(&request.policy).map_err(anyhow::Error::from)?;
    }
    claims.policy_ids = limits.policy_ids;
    claims.tags = baggage.tags;
    claims.transitive_tag_keys = baggage.transitive_tag_keys;
    claims.source_identity = baggage.source_identity;
    Ok(claims)
}

/// Claims of nobody yet, with a new access key, from now on.
fn fresh(seconds: u32) -> Result<Claims, Failure> {
    let now_ms = clock::now_ms();
    let mut claims = Claims::default();
    claims.issued_at_ms = now_ms;
    claims.expires_at_ms = now_ms + u64::from(seconds) * 1_000;
    claims.secret_access_key = secret_access_key()?;
    claims.access_key_id = temporary_key_id(random()?);
    Ok(claims)
}
