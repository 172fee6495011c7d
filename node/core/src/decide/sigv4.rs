//! Authenticates a request: AWS Signature Version 4 and 4A, in headers or in the query.
//!
//! A request without any trace of a signature is anonymous. One with a trace of it is authenticated
//! or refused, whatever the policies say. `Authorization` of another scheme (`Bearer`, `Basic`) is
//! the application's business: anonymous.
//!
//! The order of the checks: one mechanism only, syntax, date window, credential scope, canonical
//! request (what must be signed is signed, what is named as signed is there), key, payload,
//! signature. An unknown key costs as much as a wrong signature.
//!
//! The payload is either unsigned (`x-amz-content-sha256: UNSIGNED-PAYLOAD`, the only form that VPC
//! Lattice knows) or has a SHA-256 which the caller of [`authenticate`] must compare with the body
//! before it forwards the last byte: [`Payload::Sha256`]. `STREAMING-…` is refused.
//!
//! The canonical path is the SDKs' default outside S3: dot segments removed, slashes merged, then
//! the raw path percent-encoded once more. That covers more than one raw path, so callers accept
//! only targets that pass [`super::target::RequestTarget::parse`], of which there is one.
//!
//! Pure: time comes as [`Scope::now`], keys through [`Keys`]; [`SigningKeys`] only saves work.
//!
//! Source: IAM User Guide, "AWS Signature Version 4 for API requests" and "Elements of an AWS API
//! request signature"; VPC Lattice User Guide, "SIGv4 authenticated requests" (read 2026-11-23).

mod canonical;
mod keys;
mod parse;
mod refusal;
mod signature;
pub(crate) mod time;

use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

pub use super::head::Head;
use crate::seeded_bugs::{self, Bug};
pub use keys::SigningKeys;
pub use refusal::Refusal;

use parse::{Credential, Form, Parts};
use signature::Signer;
use time::Stamp;

/// SHA-256 of no bytes: the body hash of a request that has no body.
pub const EMPTY_SHA256: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// What a signature must be made for, and when.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// Regions that are answered for; the data plane gives the one of the service.
    pub regions: &'s [&'s str],
    /// Service names: `vpc-lattice-svcs` in the data plane.
    pub services: &'s [&'s str],
    /// The verifier's clock.
    pub now: SystemTime,
    /// How far the signing time may be from `now`, either way. Setting, default 300 s.
    pub max_skew: Duration,
    /// Whether only `UNSIGNED-PAYLOAD` is accepted, as VPC Lattice does. Setting, default off.
    pub strict_unsigned_payload: bool,
    /// Whether the path is signed as it was sent instead of normalised: what a signer computes
    /// whose path normalisation was turned off. Both agree on every canonical target. Default off.
    pub verbatim_path: bool,
}

/// Finds what belongs to an access key id.
pub trait Keys {
    /// Whom a key speaks for.
    type Principal;

    /// Finds the secret and the principal.
    ///
    /// `session_token` is what the request carries; temporary credentials must refuse a missing or
    /// foreign one, long-term keys any. The signature is not yet verified.
    ///
    /// # Errors
    /// [`KeyError`] says why nobody may sign with this key now.
    fn find(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
        now: SystemTime,
    ) -> Result<Found<'_, Self::Principal>, KeyError>;
}

/// What [`Keys::find`] answers.
pub struct Found<'k, P> {
    /// The secret access key.
    pub secret: Secret<'k>,
    /// Whom it speaks for.
    pub principal: P,
}

/// A secret access key, kept somewhere or just unsealed from a session token.
pub enum Secret<'k> {
    /// Kept by the [`Keys`].
    Kept(&'k str),
    /// Unsealed for this request; wiped after it.
    Unsealed(Zeroizing<String>),
}

impl Secret<'_> {
    fn text(&self) -> &str {
        match self {
            Secret::Kept(secret) => secret,
            Secret::Unsealed(secret) => secret,
        }
    }
}

/// Why nobody may sign with an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no such key.
    #[error("unknown access key")]
    Unknown,
    /// The key, its user or its role was disabled, or its sessions were revoked.
    #[error("inactive access key")]
    Inactive,
    /// The session token is missing, not ours, or of another key.
    #[error("invalid session token")]
    InvalidToken,
    /// The session is over.
    #[error("expired session token")]
    ExpiredToken,
}

/// Who sent the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller<'s, P> {
    /// Nobody that says who it is.
    Anonymous,
    /// The holder of a secret access key.
    Signed(Signed<'s, P>),
}

/// A verified signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<'s, P> {
    /// What [`Keys::find`] gave.
    pub principal: P,
    /// Which of [`Scope::regions`] it was signed for; the first that fits a SigV4A region set.
    pub region: &'s str,
    /// Which of [`Scope::services`] it was signed for.
    pub service: &'s str,
    /// What the signature says about the body.
    pub payload: Payload,
}

/// What a signature says about the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Nothing.
    Unsigned,
    /// Its SHA-256, which has to be compared before the body is forwarded completely, unless
    /// [`Head::body_sha256`] was given: then they are equal.
    Sha256([u8; 32]),
}

/// Authenticates the sender of a request.
///
/// `memo` belongs to the calling thread; it changes the cost, never the answer.
///
/// Cost, key cached and nothing to re-encode: two hashes over the signed parts, no allocation but
/// the principal's.
///
/// # Errors
/// [`Refusal::BodyHashNeeded`]: the body's hash is part of the signature and was not given; buffer
/// the body and call again. Every other [`Refusal`]: answer 403 with [`Refusal::public_text`].
pub fn authenticate<'s, K: Keys>(
    head: &Head<'_>,
    keys: &K,
    scope: &Scope<'s>,
    memo: &mut SigningKeys,
) -> Result<Caller<'s, K::Principal>, Refusal> {
    let Some(parts) = Parts::of(head)? else {
        return Ok(Caller::Anonymous);
    };
    let credential = Credential::parse(&parts)?;
    let signed_at = Stamp::parse(&parts.date).ok_or(Refusal::BadDate)?;
    check_window(signed_at, &parts.form, scope)?;
    let (region, service) = check_scope(&credential, &parts, scope)?;
    canonical::write_head(head, &parts, scope.verbatim_path, memo.buffers())?;
    let declared = parse::declared_payload(head, scope.strict_unsigned_payload)?;

    let found = keys.find(credential.access_key_id, parts.token.as_deref(), scope.now);
    let (secret, principal) = match found {
        Ok(Found { secret, principal }) => (Some(secret), Ok(principal)),
        Err(error) => (None, Err(error)),
    };
    let signer = Signer {
        credential: &credential,
        secret: secret.as_ref().map(Secret::text),
    };
    let verified = verify(&signer, &parts, declared, head.body_sha256, memo);
    let principal = principal?;
    let payload = verified?;
    match (payload, head.body_sha256) {
        (Payload::Sha256(signed), Some(body)) if signed != body => Err(Refusal::PayloadMismatch),
        _ => Ok(Caller::Signed(Signed {
            principal,
            region,
            service,
            payload,
        })),
    }
}

/// Verifies the signature and answers with what it says about the body.
///
/// Without `x-amz-content-sha256` a header signature is over the body's hash; a presigned URL is
/// over `UNSIGNED-PAYLOAD` or over the hash, as the signer likes it, so both are tried.
fn verify(
    signer: &Signer<'_>,
    parts: &Parts<'_>,
    declared: Option<Payload>,
    body_sha256: Option<[u8; 32]>,
    memo: &mut SigningKeys,
) -> Result<Payload, Refusal> {
    let presigned = matches!(parts.form, Form::Query { .. });
    let attempts = match declared {
        Some(payload) => [Some(payload), None],
        None => [
            presigned.then_some(Payload::Unsigned),
            body_sha256.map(Payload::Sha256),
        ],
    };
    for payload in attempts.into_iter().flatten() {
        canonical::write_payload(payload, memo.buffers());
        match signature::verify(signer, parts, memo) {
            Ok(()) => return Ok(payload),
            Err(Refusal::Mismatch) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    match (declared, body_sha256) {
        (None, None) => Err(Refusal::BodyHashNeeded),
        _ => Err(Refusal::Mismatch),
    }
}

fn check_window(signed_at: Stamp, form: &Form, scope: &Scope<'_>) -> Result<(), Refusal> {
    let now = Stamp::of(scope.now);
    let mut skew = i64::try_from(scope.max_skew.as_secs()).unwrap_or(i64::MAX);
    if seeded_bugs::is(Bug::B15) {
        skew = skew.saturating_mul(60);
    }
    if signed_at.0.saturating_sub(now.0) > skew {
        return Err(Refusal::NotYetCurrent {
            signed_at: signed_at.0,
            now: now.0,
            skew,
        });
    }
    match form {
        Form::Header if now.0.saturating_sub(signed_at.0) > skew => Err(Refusal::Expired {
            signed_at: signed_at.0,
            now: now.0,
            skew,
        }),
        Form::Query { lifetime } if now.0.saturating_sub(signed_at.0) > *lifetime => {
            Err(Refusal::PresignedExpired {
                expired_at: signed_at.0 + lifetime,
                now: now.0,
            })
        }
        Form::Header | Form::Query { .. } => Ok(()),
    }
}

/// Answers with the region and the service, of those in `scope`, that the credential is for.
fn check_scope<'s>(
    credential: &Credential<'_>,
    parts: &Parts<'_>,
    scope: &Scope<'s>,
) -> Result<(&'s str, &'s str), Refusal> {
    if !parts.date.starts_with(credential.date) {
        return Err(Refusal::WrongDate);
    }
    let region = scope.regions.iter().find(|region| match credential.region {
        Some(only) => only == **region,
        None => parts
            .region_set
            .as_deref()
            .is_some_and(|set| covers(set, region)),
    });
    let service = scope
        .services
        .iter()
        .find(|service| **service == credential.service);
    let region = *region.ok_or(Refusal::WrongRegion)?;
    let service = *service.ok_or(Refusal::WrongService)?;
    Ok((region, service))
}

/// Whether a SigV4A region set, `*` or `eu-*,us-west-2`, names a region.
fn covers(set: &str, region: &str) -> bool {
    set.split(',')
        .map(str::trim)
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => region.starts_with(prefix),
            None => pattern == region,
        })
}

#[cfg(test)]
mod tests;
