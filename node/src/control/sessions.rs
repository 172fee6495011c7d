//! Temporary credentials: `AssumeRole`.
//!
//! Needs no quorum: the role is read from this node's registry, and the session token carries all
//! that any node must know.
//!
//! Within one account the role's trust policy suffices where it names the caller itself; where it
//! names the account, the caller's own policies must allow it, too. From another account both must
//! allow it. An explicit deny anywhere wins. Session tags need `sts:TagSession` in the same way.
//!
//! Source: IAM user guide, "How IAM roles differ from resource-based policies" and "Cross-account
//! policy evaluation logic"; STS API, `AssumeRole` (read 2026-11).

use std::collections::BTreeMap;

use trellis_core::model::arn::{self, Arn};
use trellis_core::model::{Kind, Record, Role, limits};
use trellis_core::policy::{self, Caller, Decision, Request};
use trellis_core::registry::{Refusal, State};
use trellis_core::seal::{Claims, SessionError, SessionKeys, seal_session, temporary_key_id};
use trellis_core::view::{PrincipalKind, View};
use trellis_proto::v1;

use super::Api;
use super::authn::Admin;
use super::authorise::context::AdminContext;
use super::authorise::{self, Authority};
use super::convert::{invalid, timestamp};
use super::error::Failure;
use crate::clock;
use crate::cluster::bootstrap::{random, secret_access_key};

/// Shortest session, seconds. Source: STS API, `AssumeRole`.
const SECONDS_MIN: u32 = 900;
/// Session where none is asked for, and longest session that a session may assume, seconds.
/// Source: as above; IAM user guide, "Role chaining".
const SECONDS_DEFAULT: u32 = 3_600;
/// Characters of a session tag's key and value. Source: STS API, `Tag`.
const TAG_KEY_CHARS: usize = 128;
const TAG_VALUE_CHARS: usize = 256;

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
        let role = assumable(&state, &view, admin, request)?;
        let seconds = check(admin, role, request)?;
        let claims = self.claims(role, request, seconds)?;
        let keys = SessionKeys::new(&self.keyring).map_err(anyhow::Error::from)?;
        let token = match seal_session(&keys, &claims, random()?) {
            Ok(token) => token,
            Err(SessionError::TooLong) => {
                return Err(mistake("tags", "are too long together; give fewer").into());
            }
            Err(error) => return Err(anyhow::Error::from(error).into()),
        };
        tracing::info!(
            principal = admin.principal.arn,
            role = request.role_arn,
            session = request.role_session_name,
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
        })
    }

    fn claims(
        &self,
        role: &Role,
        request: &v1::AssumeRoleRequest,
        seconds: u32,
    ) -> Result<Claims, Failure> {
        let now_ms = clock::now_ms();
        let meta = role.meta();
        let mut claims = Claims::default();
        claims.account.clone_from(&meta.account);
        claims.role_id.clone_from(&meta.id);
        claims.role_name.clone_from(&meta.name);
        claims.role_path.clone_from(&role.path);
        claims.session_name.clone_from(&request.role_session_name);
        claims.tags = request.tags.clone().into_iter().collect();
        claims.issued_at_ms = now_ms;
        claims.expires_at_ms = now_ms + u64::from(seconds) * 1_000;
        claims.secret_access_key = secret_access_key()?;
        claims.access_key_id = temporary_key_id(random()?);
        Ok(claims)
    }
}

/// The role, if the caller may assume it. A role that does not exist is denied like any other, so
/// that nobody learns which roles there are.
fn assumable<'s>(
    state: &'s State,
    view: &View,
    admin: &Admin,
    request: &v1::AssumeRoleRequest,
) -> Result<&'s Role, Failure> {
    let role = named(state, &request.role_arn);
    let trust = role.and_then(|role| policy::parse(&role.trust_policy, policy::Kind::Trust).ok());
    let (Some(role), Some(trust)) = (role, trust) else {
        return Err(denied(admin, "sts:AssumeRole", &request.role_arn));
    };
    let trust = policy::compile(&trust);
    let mut context = AdminContext::new(admin);
    context.external_id = &request.external_id;
    context.session_name = &request.role_session_name;
    let tags = request.tags.iter();
    context.request_tags = tags.map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let actions: &[&str] = if request.tags.is_empty() {
        &["sts:AssumeRole"]
    } else {
        &["sts:AssumeRole", "sts:TagSession"]
    };
    for action in actions {
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

fn named<'s>(state: &'s State, role_arn: &str) -> Option<&'s Role> {
    let parsed = Arn::parse(role_arn)?;
    if parsed.service != "iam" || !parsed.resource.starts_with("role/") {
        return None;
    }
    let id = state.id_by_name(Kind::Role, parsed.account, &parsed.id().to_lowercase())?;
    let role = state.get::<Role>(id)?;
    let is_same = arn::role(parsed.account, &role.path, &role.meta().name) == role_arn;
    is_same.then_some(&**role)
}

fn denied(admin: &Admin, action: &str, role_arn: &str) -> Failure {
    Failure::Denied {
        who: admin.principal.arn.clone(),
        action: action.to_owned(),
        resource: role_arn.to_owned(),
        why: "",
    }
}

/// Checks the shape of a request; answers with the seconds of the session.
fn check(admin: &Admin, role: &Role, request: &v1::AssumeRoleRequest) -> Result<u32, Refusal> {
    let mut fields = Vec::new();
    let mut wrong = |name: &str, message: String| {
        fields.push(trellis_core::registry::outcome::FieldMistake {
            name: name.to_owned(),
            message,
        });
    };
    let name = &request.role_session_name;
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if !(2..=64).contains(&name.len()) || !name.bytes().all(is_fit) {
        wrong(
            "roleSessionName",
            "must be 2 to 64 letters, digits and _+=,.@-".into(),
        );
    }
    let is_chained = admin.principal.kind == PrincipalKind::AssumedRole;
    let longest = match role.max_session_seconds {
        0 => SECONDS_DEFAULT,
        seconds if is_chained => seconds.min(SECONDS_DEFAULT),
        seconds => seconds,
    };
    let seconds = match request.duration_seconds {
        0 => SECONDS_DEFAULT.min(longest),
        seconds => seconds,
    };
    if !(SECONDS_MIN..=longest).contains(&seconds) {
        wrong(
            "durationSeconds",
            format!("must be {SECONDS_MIN} to {longest} for this role"),
        );
    }
    if request.tags.len() > limits::TAGS_MAX {
        wrong("tags", format!("at most {}", limits::TAGS_MAX));
    }
    let mut seen = BTreeMap::new();
    for (key, value) in &request.tags {
        let is_long =
            key.chars().count() > TAG_KEY_CHARS || value.chars().count() > TAG_VALUE_CHARS;
        let folded = key.to_lowercase();
        if key.is_empty() || is_long || folded.starts_with("aws:") {
            wrong(
                "tags",
                format!(
                    "{key:?}: keys have 1 to {TAG_KEY_CHARS} characters and do not begin with aws:, values at most {TAG_VALUE_CHARS}"
                ),
            );
        }
        if seen.insert(folded, ()).is_some() {
            wrong(
                "tags",
                format!("{key:?} differs from another key only by case"),
            );
        }
    }
    if fields.is_empty() {
        Ok(seconds)
    } else {
        Err(invalid(fields))
    }
}

fn mistake(name: &str, message: &str) -> Refusal {
    super::plan::wrong(name, message)
}
