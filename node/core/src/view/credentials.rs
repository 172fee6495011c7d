//! Who may sign: access keys, sessions, and the identity policies of users and roles.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Map;
use crate::policy::Compiled;
use crate::seal::SessionKeys;

/// The credentials that are valid as of a view.
#[derive(Debug, Default)]
pub struct Credentials {
    /// Keys that open session tokens; `None` in a view that was made without cluster keys.
    pub session_keys: Option<SessionKeys>,
    /// Access keys by id; inactive ones are absent.
    pub access_keys: Map<String, Arc<AccessKeyView>>,
    /// Users and roles by id; an account's root by account id.
    pub identities: Map<String, Arc<IdentityView>>,
    /// Managed policies by id.
    pub policies: Map<String, Arc<PolicyView>>,
}

/// A managed policy.
#[derive(Debug)]
pub struct PolicyView {
    /// Revision of the record this was compiled from.
    pub revision: u64,
    /// The version in force; `None` where it cannot be read.
    pub policy: Option<Arc<Compiled>>,
}

/// An access key.
pub struct AccessKeyView {
    /// Revisions of the key and of its user.
    pub revisions: (u64, u64),
    /// Secret access key.
    pub secret: Zeroizing<String>,
    /// Whose it is.
    pub principal: Arc<Principal>,
}

impl fmt::Debug for AccessKeyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeyView")
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

/// What kind of principal signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// An account's root.
    Root,
    /// An IAM user.
    User,
    /// A session of an IAM role.
    AssumedRole,
}

impl PrincipalKind {
    /// The value of the condition key `aws:PrincipalType`.
    #[must_use]
    pub fn principal_type(self) -> &'static str {
        match self {
            Self::Root => "Account",
            Self::User => "User",
            Self::AssumedRole => "AssumedRole",
        }
    }
}

/// An authenticated principal.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Root, user or session.
    pub kind: PrincipalKind,
    /// Account, 12 digits.
    pub account: String,
    /// ARN that signed: the session's for a role.
    pub arn: String,
    /// ARN of the identity: the role's for a session. The value of `aws:PrincipalArn`.
    pub principal_arn: String,
    /// Id in [`Credentials::identities`].
    pub identity: String,
    /// The value of `aws:userid`: the user's id, `AROA…:session`, or the account.
    pub user_id: String,
    /// Id of the access key that signed.
    pub access_key_id: String,
    /// Session name; `None` but for sessions of roles.
    pub session_name: Option<String>,
    /// Principal tags, sorted by key; session tags override the role's.
    pub tags: Vec<(String, String)>,
    /// When the session's credentials were issued, milliseconds since the Unix epoch.
    pub issued_at_ms: Option<u64>,
    /// Keys of the tags that pass to the next role of a chain.
    pub transitive_tag_keys: Vec<String>,
    /// Who is behind the session, as whoever began the chain said; empty for nobody.
    pub source_identity: String,
    /// ARN of the identity provider that vouched for whoever asked for the session; empty where a principal asked.
    pub provider: String,
    /// The policies that limit the session; `None` where it has none.
    pub limits: Option<Arc<SessionPolicies>>,
}

impl Principal {
    /// Whether this is a session of a user, which may less than the user.
    #[must_use]
    pub fn is_user_session(&self) -> bool {
        self.kind == PrincipalKind::User && self.issued_at_ms.is_some()
    }
}

/// The policies that limit a session: one of them must allow what its role may, and none deny it.
#[derive(Debug, Default)]
pub struct SessionPolicies {
    /// The one that came with the session.
    pub inline: Option<Compiled>,
    /// Ids of managed policies, which are what they are in the view.
    pub managed: Vec<String>,
}

impl SessionPolicies {
    /// All of them; `None` for one that is gone or cannot be read.
    pub fn policies<'c>(
        &'c self,
        credentials: &'c Credentials,
    ) -> impl Iterator<Item = Option<&'c Compiled>> {
        let managed = self.managed.iter().map(|id| {
            let view = credentials.policies.get(id)?;
            view.policy.as_deref()
        });
        self.inline.iter().map(Some).chain(managed)
    }
}

/// A user, a role or an account's root, as an owner of identity policies.
#[derive(Debug, Default)]
pub struct IdentityView {
    /// The highest revision of the records this was compiled from: the identity and its managed policies.
    pub revision: u64,
    /// Identity policies: inline ones by name, then managed ones by id.
    pub policies: Vec<Arc<Compiled>>,
    /// An account's root needs no policy.
    pub root: bool,
    /// ARN of the user or role.
    pub arn: String,
    /// Account.
    pub account: String,
    /// Name of the user or role.
    pub name: String,
    /// Tags of the user or role.
    pub tags: Vec<(String, String)>,
    /// Sessions issued before this are refused, milliseconds since the Unix epoch.
    pub sessions_not_before_ms: u64,
}
