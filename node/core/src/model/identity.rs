//! Accounts, IAM users, access keys, roles and managed policies.

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
    /// Ids of the managed policies that it has, sorted.
    #[prost(string, repeated, tag = "4")]
    pub attached_policies: Vec<String>,
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
    /// Ids of the managed policies that it has, sorted.
    #[prost(string, repeated, tag = "7")]
    pub attached_policies: Vec<String>,
    /// For people.
    #[prost(string, tag = "8")]
    pub description: String,
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

/// A managed policy: an identity policy that users and roles share.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ManagedPolicy {
    /// Identity; id `ANPA…`, name unique in the account.
    #[prost(message, optional, tag = "1")]
    pub meta: Option<super::Meta>,
    /// Path, `/` or `/…/`.
    #[prost(string, tag = "2")]
    pub path: String,
    /// For people; never changes.
    #[prost(string, tag = "3")]
    pub description: String,
    /// Its versions, oldest first; the number 0 stands for the next one.
    #[prost(message, repeated, tag = "4")]
    pub versions: Vec<PolicyVersion>,
    /// Number of the version in force; 0 for the newest.
    #[prost(uint32, tag = "5")]
    pub default_version: u32,
    /// The highest number that was ever given to a version: none is given twice.
    #[prost(uint32, tag = "6")]
    pub last_version: u32,
}
record!(ManagedPolicy, ManagedPolicy);

/// One version of a managed policy; it never changes.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PolicyVersion {
    /// Its number, from 1.
    #[prost(uint32, tag = "1")]
    pub number: u32,
    /// Policy document, JSON with insignificant white space removed.
    #[prost(string, tag = "2")]
    pub document: String,
    /// When it was made, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "3")]
    pub created_at_ms: u64,
}

impl ManagedPolicy {
    /// A version by its number.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The document in force; `None` where the record is none that the registry would hold.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        let version = self.version(self.default_version)?;
        Some(&version.document)
    }
}
