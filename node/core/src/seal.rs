//! Sealing: secrets before they enter the log, and session tokens.
//!
//! Everything sealed is AES-256-GCM-SIV under a named cluster key that lives outside the store
//! ([`Keyring`]). Nonces are arguments, 96 random bits each; should one ever repeat, GCM-SIV gives
//! away only whether the same text was sealed again. Session tokens use keys of their own, derived
//! from the cluster keys, so that nothing sealed for the log can pass for a session ([`SessionKeys`]).

mod keyring;
mod session;

pub use keyring::{Keyring, KeyringError, NONCE_BYTES, SealError};
pub use session::{
    Claims, SESSION_TOKEN_CHARS_MAX, SessionError, SessionKeys, TEMPORARY_KEY_PREFIX, open_session,
    seal_session, temporary_key_id,
};
