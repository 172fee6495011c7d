//! Stateless sessions: everything a node must know about temporary credentials is in their token.
//!
//! A token is base64url text of [`Claims`], sealed with the access key id as associated data. Any
//! node with the cluster keys opens it alone; nobody else can read or make one. Revocation is the
//! caller's: it compares [`Claims::issued_at_ms`] with the role's `sessions_not_before`.
//!
//! Claims that an older node would pass over, to the session's advantage, make a token of version 2:
//! it begins with `2.`, and so does its associated data. Older nodes refuse it, with and without that. Version 3 is of
//! sessions of web identities.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use zeroize::{Zeroize, Zeroizing};

use super::keyring::{Keyring, NONCE_BYTES, SealError};

/// Longest session token, characters: what AWS clients store without complaint.
pub const SESSION_TOKEN_CHARS_MAX: usize = 4096;

/// What the access key id of temporary credentials starts with.
pub const TEMPORARY_KEY_PREFIX: &str = "ASIA";

const PURPOSE: &str = "trellis session tokens, version 1";
/// What tokens of version 2 begin with.
const VERSION_2: &str = "2.";
/// What tokens of version 3 begin with.
const VERSION_3: &str = "3.";

/// The keys of session tokens, derived from the cluster keys.
#[derive(Clone, Debug)]
pub struct SessionKeys(Keyring);

impl SessionKeys {
    /// Derives the keys.
    ///
    /// # Errors
    /// [`SealError::Library`].
    pub fn new(cluster: &Keyring) -> Result<SessionKeys, SealError> {
        cluster.derive(PURPOSE).map(SessionKeys)
    }

    /// Ids of the keys, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.ids()
    }
}

/// Who a session speaks for, and until when.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct Claims {
    /// Account of the role, 12 digits.
    #[prost(string, tag = "1")]
    pub account: String,
    /// Id of the role, `AROA…`.
    #[prost(string, tag = "2")]
    pub role_id: String,
    /// Name of the role.
    #[prost(string, tag = "3")]
    pub role_name: String,
    /// Path of the role, `/` or `/…/`.
    #[prost(string, tag = "4")]
    pub role_path: String,
    /// Name of the session.
    #[prost(string, tag = "5")]
    pub session_name: String,
    /// Session tags; they win over the role's tags of the same key.
    #[prost(btree_map = "string, string", tag = "6")]
    pub tags: BTreeMap<String, String>,
    /// Keys of the session tags that pass to the next role of a chain.
    #[prost(string, repeated, tag = "7")]
    pub transitive_tag_keys: Vec<String>,
    /// When the session began, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "8")]
    pub issued_at_ms: u64,
    /// First moment after the session, milliseconds since the Unix epoch.
    #[prost(uint64, tag = "9")]
    pub expires_at_ms: u64,
    /// The secret access key; wiped when dropped.
    #[prost(string, tag = "10")]
    pub secret_access_key: String,
    /// The access key id, `ASIA` and 16 characters.
    #[prost(string, tag = "11")]
    pub access_key_id: String,
    /// The policy that limits the session, JSON; empty for none.
    #[prost(string, tag = "12")]
    pub policy: String,
    /// Ids of the managed policies that limit the session.
    #[prost(string, repeated, tag = "13")]
    pub policy_ids: Vec<String>,
    /// Who is behind the session, through all roles of a chain; empty where nobody said.
    #[prost(string, tag = "14")]
    pub source_identity: String,
    /// Id of the user, `AIDA…`, for a session of a user; empty for one of a role.
    #[prost(string, tag = "15")]
    pub user_id: String,
    /// Id of the access key that the user's session was asked for with, and without which it ends.
    #[prost(string, tag = "16")]
    pub user_key_id: String,
    /// ARN of the identity provider that vouched for whoever asked for the session; empty where a principal asked.
    #[prost(string, tag = "17")]
    pub provider: String,
}

impl Claims {
    /// What a token of these claims begins with.
    fn version(&self) -> &'static str {
        let is_plain = self.policy.is_empty()
            && self.policy_ids.is_empty()
            && self.source_identity.is_empty()
            && self.user_id.is_empty();
        match (self.provider.as_str(), is_plain) {
            ("", true) => "",
            ("", false) => VERSION_2,
            _ => VERSION_3,
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        self.secret_access_key.zeroize();
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("account", &self.account)
            .field("role_name", &self.role_name)
            .field("session_name", &self.session_name)
            .field("access_key_id", &self.access_key_id)
            .field("expires_at_ms", &self.expires_at_ms)
            .finish_non_exhaustive()
    }
}

/// Why a session token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Not one of our tokens, changed, of another access key, or sealed under a key that is gone.
    #[error("not a session token of this cluster and access key")]
    Invalid,
    /// The session is over.
    #[error("the session has expired")]
    Expired,
    /// The claims make a token longer than [`SESSION_TOKEN_CHARS_MAX`]: too many tags.
    #[error("the session token would be too long")]
    TooLong,
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The access key id that belongs to 80 random bits: `ASIA` and 16 base32 characters.
pub fn temporary_key_id(random: [u8; 10]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = random
        .iter()
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let letter = |index: u32| LETTERS[(bits >> (75 - 5 * index) & 31) as usize];
    let suffix = (0..16).map(|index| char::from(letter(index)));
    TEMPORARY_KEY_PREFIX.chars().chain(suffix).collect()
}

/// Seals claims into a session token.
///
/// `nonce` must come from a cryptographic random generator.
///
/// # Errors
/// [`SessionError::TooLong`], [`SessionError::Seal`].
pub fn seal_session(
    keys: &SessionKeys,
    claims: &Claims,
    nonce: [u8; NONCE_BYTES],
) -> Result<String, SessionError> {
    let plaintext = Zeroizing::new(claims.encode_to_vec());
    let version = claims.version();
    let about = format!("{version}{}", claims.access_key_id);
    let sealed = keys.0.seal(about.as_bytes(), &plaintext, nonce)?;
    let token = format!("{version}{}", URL_SAFE_NO_PAD.encode(sealed));
    if token.len() > SESSION_TOKEN_CHARS_MAX {
        Err(SessionError::TooLong)
    } else {
        Ok(token)
    }
}

/// Opens the session token that came with an access key id.
///
/// # Errors
/// [`SessionError::Invalid`]; [`SessionError::Expired`] from [`Claims::expires_at_ms`] on.
pub fn open_session(
    keys: &SessionKeys,
    access_key_id: &str,
    token: &str,
    now_ms: u64,
) -> Result<Claims, SessionError> {
    if token.len() > SESSION_TOKEN_CHARS_MAX {
        return Err(SessionError::Invalid);
    }
    let mut versions = [VERSION_2, VERSION_3].into_iter();
    let versioned = versions.find_map(|version| Some((version, token.strip_prefix(version)?)));
    let (version, text) = versioned.unwrap_or(("", token));
    let sealed = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| SessionError::Invalid)?;
    let about = format!("{version}{access_key_id}");
    let plaintext = keys.0.open(about.as_bytes(), &sealed);
    let plaintext = plaintext.map_err(|_| SessionError::Invalid)?;
    let claims = Claims::decode(plaintext.as_slice()).map_err(|_| SessionError::Invalid)?;
    if claims.access_key_id != access_key_id {
        return Err(SessionError::Invalid);
    }
    if now_ms >= claims.expires_at_ms {
        Err(SessionError::Expired)
    } else {
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> SessionKeys {
        SessionKeys::new(&Keyring::new("k1", [1; 32]).unwrap()).unwrap()
    }

    fn claims() -> Claims {
        let mut claims = Claims::default();
        claims.account = "111111111111".into();
        claims.role_id = "AROAEXAMPLE".into();
        claims.role_name = "reader".into();
        claims.role_path = "/".into();
        claims.session_name = "build-7".into();
        claims.tags = [("team".to_owned(), "orders".to_owned())].into();
        claims.transitive_tag_keys = vec!["team".into()];
        claims.issued_at_ms = 1_000;
        claims.expires_at_ms = 2_000;
        claims.secret_access_key = "canary-secret".into();
        claims.access_key_id = temporary_key_id([5; 10]);
        claims
    }

    fn token() -> String {
        seal_session(&keys(), &claims(), [7; NONCE_BYTES]).unwrap()
    }

    #[test]
    fn a_token_carries_its_claims_to_any_node_with_the_keys() {
        let opened = open_session(&keys(), &claims().access_key_id, &token(), 1_500).unwrap();
        assert_eq!(opened, claims());
    }

    #[test]
    fn a_token_is_only_good_with_its_own_access_key_and_cluster() {
        let other = temporary_key_id([6; 10]);
        assert_eq!(
            open_session(&keys(), &other, &token(), 1_500),
            Err(SessionError::Invalid)
        );
        let stranger = SessionKeys::new(&Keyring::new("k1", [2; 32]).unwrap()).unwrap();
        let id = &claims().access_key_id;
        assert_eq!(
            open_session(&stranger, id, &token(), 1_500),
            Err(SessionError::Invalid)
        );
    }

    #[test]
    fn a_token_ends_at_its_expiry() {
        let id = &claims().access_key_id;
        assert!(open_session(&keys(), id, &token(), 1_999).is_ok());
        assert_eq!(
            open_session(&keys(), id, &token(), 2_000),
            Err(SessionError::Expired)
        );
    }

    #[test]
    fn a_changed_token_is_invalid() {
        let id = &claims().access_key_id;
        for at in 0..token().len() {
            let mut changed = token().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let opened = open_session(&keys(), id, &changed, 1_500);
            assert_eq!(opened, Err(SessionError::Invalid), "character {at}");
        }
        for bad in ["", "AA", "ümlaut", &"A".repeat(5_000)] {
            assert_eq!(
                open_session(&keys(), id, bad, 1_500),
                Err(SessionError::Invalid)
            );
        }
    }

    #[test]
    fn what_the_cluster_key_sealed_is_not_a_session() {
        let ring = Keyring::new("k1", [1; 32]).unwrap();
        let id = claims().access_key_id.clone();
        let sealed = ring
            .seal(id.as_bytes(), &claims().encode_to_vec(), [7; 12])
            .unwrap();
        let token = URL_SAFE_NO_PAD.encode(sealed);
        assert_eq!(
            open_session(&keys(), &id, &token, 1_500),
            Err(SessionError::Invalid)
        );
    }

    #[test]
    fn the_session_of_a_web_identity_makes_a_token_of_its_own_version() {
        let mut vouched = claims();
        vouched.provider = "arn:aws:iam::111111111111:oidc-provider/id.example.com".into();
        let token = seal_session(&keys(), &vouched, [7; NONCE_BYTES]).unwrap();
        let id = &vouched.access_key_id;
        assert_eq!(
            open_session(&keys(), id, &token, 1_500),
            Ok(vouched.clone())
        );
        let rest = token.strip_prefix(VERSION_3).unwrap();
        for version in ["", VERSION_2] {
            let token = format!("{version}{rest}");
            assert_eq!(
                open_session(&keys(), id, &token, 1_500),
                Err(SessionError::Invalid)
            );
        }
    }

    #[test]
    fn what_an_older_node_would_pass_over_makes_a_token_that_it_refuses() {
        let mut limited = claims();
        limited.policy = "{}".into();
        let token = seal_session(&keys(), &limited, [7; NONCE_BYTES]).unwrap();
        let id = &limited.access_key_id;
        assert_eq!(
            open_session(&keys(), id, &token, 1_500),
            Ok(limited.clone())
        );
        // An older node decodes no `.`, and whoever takes it away breaks the seal.
        let stripped = token.strip_prefix(VERSION_2).unwrap();
        assert!(URL_SAFE_NO_PAD.decode(&token).is_err());
        for token in [stripped, &format!("2.{token}")] {
            assert_eq!(
                open_session(&keys(), id, token, 1_500),
                Err(SessionError::Invalid)
            );
        }
        assert!(!self::token().starts_with(VERSION_2));
    }

    #[test]
    fn claims_that_would_not_fit_are_refused() {
        let mut large = claims();
        large.tags = (0..50)
            .map(|n| (format!("key-{n}"), "x".repeat(256)))
            .collect();
        assert_eq!(
            seal_session(&keys(), &large, [7; 12]),
            Err(SessionError::TooLong)
        );
    }

    #[test]
    fn debug_output_and_token_have_no_secret() {
        assert!(!format!("{:?}", claims()).contains("canary"));
        let raw = URL_SAFE_NO_PAD.decode(token()).unwrap();
        assert!(!String::from_utf8_lossy(&raw).contains("canary"));
    }

    #[test]
    fn temporary_key_ids_have_sixteen_base32_characters() {
        assert_eq!(temporary_key_id([0; 10]), "ASIAAAAAAAAAAAAAAAAA");
        assert_eq!(temporary_key_id([0xff; 10]), "ASIA7777777777777777");
        assert_eq!(temporary_key_id(*b"0123456789"), "ASIAGAYTEMZUGU3DOOBZ");
    }
}
