//! Keys and tokens of OIDC providers: who a token is for, whom it vouches for, whether to believe it.
//!
//! | file | holds |
//! |---|---|
//! | `keys` | the public keys of a provider, and which of them a token may be signed with |
//! | `token` | the signature and the claims of a token |
//! | `denial` | why a token is not accepted |
//!
//! Pure: the time comes in as an argument, and so do keys, wherever they come from.
//!
//! Source: RFC 7515, 7517, 7518, 7519; OpenID Connect Core 1.0, "ID Token"; STS API,
//! `AssumeRoleWithWebIdentity` (read 2026-11).

mod denial;
mod keys;
mod token;

pub use denial::Denial;
pub use keys::Keys;
pub use token::{LEEWAY_SECONDS, TOKEN_BYTES_MAX, WebIdentity, issuer_and_key, verify};

/// Whether a text is a URL of a provider without its `https://`: a host, which a port and a path may follow.
///
/// No wildcards, so that a policy can name it; no query, no fragment, no user.
#[must_use]
pub fn is_host_and_path(text: &str) -> bool {
    let (authority, path) = text.split_once('/').unwrap_or((text, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_in_path = |b: u8| b.is_ascii_alphanumeric() || b"-._~%/".contains(&b);
    host.split('.').all(is_word)
        && port.parse::<u16>().is_ok_and(|port| port > 0)
        && path.bytes().all(is_in_path)
}

#[cfg(test)]
mod tests;
