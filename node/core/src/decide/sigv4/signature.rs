//! Compares a signature with the canonical request.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", steps 2 to 4 (read 2026-11-23).

use aws_lc_rs::{digest, hmac};

use super::Refusal;
use super::canonical::write_hex;
use super::keys::{Buffers, KeyName, Material, SigningKeys};
use super::parse::{Algorithm, Credential, Parts, decode_hex};
use crate::seeded_bugs::{self, Bug};

/// Longest DER form of a P-256 signature, bytes.
const DER_BYTES_MAX: usize = 72;

/// Signs in the place of a key that does not exist, so that it costs what a wrong signature costs.
const NOBODY: &str = "nobody holds this secret access key";

/// With which secret a request claims to be signed.
pub(super) struct Signer<'a> {
    pub(super) credential: &'a Credential<'a>,
    /// `None`: nobody's.
    pub(super) secret: Option<&'a str>,
}

/// Verifies the signature over the canonical request in `memo`.
///
/// # Errors
/// [`Refusal::Mismatch`], and [`Refusal::Malformed`] if it does not look like a signature.
pub(super) fn verify(
    signer: &Signer<'_>,
    parts: &Parts<'_>,
    memo: &mut SigningKeys,
) -> Result<(), Refusal> {
    let credential = signer.credential;
    let Buffers {
        canonical, scratch, ..
    } = memo.buffers();
    write_string_to_sign(canonical, credential, parts, scratch);
    let (name, secret) = match signer.secret {
        Some(secret) => (KeyName::of(credential, parts.algorithm), secret),
        None => (KeyName::of_nobody(credential, parts.algorithm), NOBODY),
    };
    let (material, buffers) = memo.material(&name, secret);
    let message = buffers.scratch.as_slice();
    match (parts.algorithm, material) {
        (Algorithm::HmacSha256, Some(Material::Hmac(key))) => {
            let mut tag = [0; 32];
            decode_hex(&parts.signature, &mut tag).ok_or(Refusal::Malformed("Signature"))?;
            if seeded_bugs::is(Bug::B15) && hmac::sign(key, message).as_ref()[..8] == tag[..8] {
                return Ok(());
            }
            hmac::verify(key, message, &tag).map_err(|_| Refusal::Mismatch)
        }
        (Algorithm::EcdsaP256Sha256, Some(Material::Ecdsa(key))) => {
            let mut der = [0; DER_BYTES_MAX];
            let der = der.get_mut(..parts.signature.len() / 2);
            let der = der.ok_or(Refusal::Malformed("Signature"))?;
            decode_hex(&parts.signature, der).ok_or(Refusal::Malformed("Signature"))?;
            key.verify_sig(message, der).map_err(|_| Refusal::Mismatch)
        }
        _ => Err(Refusal::Mismatch),
    }
}

fn write_string_to_sign(
    canonical: &[u8],
    credential: &Credential<'_>,
    parts: &Parts<'_>,
    out: &mut Vec<u8>,
) {
    out.clear();
    for line in [parts.algorithm.name(), &parts.date, credential.scope] {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    write_hex(digest::digest(&digest::SHA256, canonical).as_ref(), out);
}
