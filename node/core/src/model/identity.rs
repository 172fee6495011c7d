//! Accounts, IAM users, access keys and roles.

use std::collections::BTreeMap;

use super::meta::record;

/// A 12-digit owner of resources and principals.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Account {
    /// Identity; the id is the 12 digits.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
}
record!(Account, Account);

/// An IAM user.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct User {
    /// Identity; id `AIDA…`, name unique in the account. Tags are principal tags.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Path, `/` or `/…/`.
    #[prost(string, tag = "2")]
    pub path: String,
    /// Inline identity policies by name, JSON.
    #[prost(btree_map = "string, string", tag = "3")]
    pub policies: BTreeMap<String, String>,
}
record!(User, User);

/// An IAM role.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Role {
    /// Identity; id `AROA…`, name unique in the account. Tags are principal tags.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Path, `/` or `/…/`.
    #[prost(string, tag = "2")]
    pub path: String,
    /// Who may assume the role, JSON.
    #[prost(string, tag = "3")]
    pub trust_policy: String,
    /// Inline identity policies by name, JSON.
    #[prost(btree_map = "string, string", tag = "4")]
    pub policies: BTreeMap<String, String>,
    /// Longest session, seconds, 3600–43200.
    #[prost(uint32, tag = "5")]
    pub max_session_seconds: u32,
    /// Sessions issued before this time are refused, milliseconds since the Unix epoch; 0 for none.
    #[prost(uint64, tag = "6")]
    pub sessions_not_before_ms: u64,
}
record!(Role, Role);

/// An access key of a user, or of an account's root.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AccessKey {
    /// Identity; the id is the access key id, `AKIA…`.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Id of the user; empty for the account's root.
    #[prost(string, tag = "2")]
    pub user: String,
    /// Secret access key, sealed under the cluster's sealing key with the access key id as
    /// associated data.
    #[prost(bytes = "vec", tag = "3")]
    pub sealed_secret: Vec<u8>,
    /// Whether requests signed with it are refused.
    #[prost(bool, tag = "4")]
    pub inactive: bool,
}
record!(AccessKey, AccessKey);
