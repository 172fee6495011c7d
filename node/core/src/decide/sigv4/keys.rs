//! Signing keys derived from secrets, and the bounded memory of them.
//!
//! Deriving a SigV4 key costs four HMACs, a SigV4A key a multiplication on the curve; a client
//! signs with the same one all day. The memory belongs to one thread. It can be stale in no way:
//! a slot counts only if the key id, day, region, service and the secret's SHA-256 are all the
//! same, so a rotated secret finds nothing.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use aws_lc_rs::agreement::{self, ECDH_P256};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use aws_lc_rs::{constant_time, digest, hmac};
use zeroize::{Zeroize, Zeroizing};

use super::parse::{Algorithm, Credential};

/// The order of P-256 minus two, big-endian.
///
/// Source: NIST SP 800-186, §3.2.1.3.
const ORDER_MINUS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Derived keys and work buffers of one thread, passed to every [`super::authenticate`].
///
/// Bounded: each key has one slot, and a key that falls on a taken slot replaces what is there.
pub struct SigningKeys {
    slots: Vec<Option<Box<Slot>>>,
    buffers: Buffers,
}

/// Memory that is used again for each request.
#[derive(Default)]
pub(super) struct Buffers {
    /// The canonical request.
    pub(super) canonical: Vec<u8>,
    /// How much of it is there without the payload line.
    pub(super) head_bytes: usize,
    /// First the encoded query, then the string to sign.
    pub(super) scratch: Vec<u8>,
}

struct Slot {
    access_key_id: String,
    scope: String,
    secret_sha256: [u8; 32],
    material: Material,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.secret_sha256.zeroize();
    }
}

/// What verifies a signature. The library wipes HMAC keys when they are dropped.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are HMAC keys, and slots are boxed"
)]
pub(super) enum Material {
    Hmac(hmac::Key),
    Ecdsa(ParsedPublicKey),
}

/// What a derived key is for.
pub(super) struct KeyName<'a> {
    access_key_id: &'a str,
    /// `YYYYMMDD/region/service/aws4_request`; empty in SigV4A, whose key is for everything.
    scope: &'a str,
    algorithm: Algorithm,
}

impl<'a> KeyName<'a> {
    pub(super) fn of(credential: &Credential<'a>, algorithm: Algorithm) -> KeyName<'a> {
        let scope = match algorithm {
            Algorithm::HmacSha256 => credential.scope,
            Algorithm::EcdsaP256Sha256 => "",
        };
        KeyName {
            access_key_id: credential.access_key_id,
            scope,
            algorithm,
        }
    }

    /// The same for all keys that do not exist: they must not fill the memory.
    pub(super) fn of_nobody(credential: &Credential<'a>, algorithm: Algorithm) -> KeyName<'a> {
        KeyName {
            access_key_id: "",
            ..KeyName::of(credential, algorithm)
        }
    }
}

impl SigningKeys {
    /// Keys remembered where nothing else is known: about 1 MiB when full.
    pub const SLOTS: usize = 1024;

    /// Room for `slots` keys, at least one.
    pub fn new(slots: usize) -> SigningKeys {
        let mut empty = Vec::new();
        empty.resize_with(slots.max(1), || None);
        SigningKeys {
            slots: empty,
            buffers: Buffers::default(),
        }
    }

    pub(super) fn buffers(&mut self) -> &mut Buffers {
        &mut self.buffers
    }

    /// The key of this name, derived from `secret` unless it is remembered. `None` if the key
    /// derivation of SigV4A ends without a key pair, which no secret is known to cause.
    pub(super) fn material(
        &mut self,
        name: &KeyName<'_>,
        secret: &str,
    ) -> (Option<&Material>, &Buffers) {
        let mut secret_sha256 = [0; 32];
        let hash = digest::digest(&digest::SHA256, secret.as_bytes());
        secret_sha256.copy_from_slice(hash.as_ref());
        let index = index(name, self.slots.len());
        let slot = &mut self.slots[index];
        if !slot
            .as_ref()
            .is_some_and(|slot| slot.is(name, &secret_sha256))
        {
            *slot = derive(name, secret).map(|material| {
                Box::new(Slot {
                    access_key_id: name.access_key_id.to_owned(),
                    scope: name.scope.to_owned(),
                    secret_sha256,
                    material,
                })
            });
        }
        secret_sha256.zeroize();
        (slot.as_ref().map(|slot| &slot.material), &self.buffers)
    }
}

impl Default for SigningKeys {
    fn default() -> SigningKeys {
        SigningKeys::new(SigningKeys::SLOTS)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = self.slots.iter().flatten().count();
        f.debug_struct("SigningKeys")
            .field("used", &used)
            .finish_non_exhaustive()
    }
}

impl Slot {
    fn is(&self, name: &KeyName<'_>, secret_sha256: &[u8; 32]) -> bool {
        self.access_key_id == name.access_key_id
            && self.scope == name.scope
            && matches!(
                (&self.material, name.algorithm),
                (Material::Hmac(_), Algorithm::HmacSha256)
                    | (Material::Ecdsa(_), Algorithm::EcdsaP256Sha256)
            )
            && constant_time::verify_slices_are_equal(&self.secret_sha256, secret_sha256).is_ok()
    }
}

/// Fixed keys on purpose: only ids of existing access keys get here, and a collision costs a
/// derivation.
fn index(name: &KeyName<'_>, slots: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    (name.access_key_id, name.scope, name.algorithm.name()).hash(&mut hasher);
    usize::try_from(hasher.finish() % slots as u64).unwrap_or(0)
}

fn derive(name: &KeyName<'_>, secret: &str) -> Option<Material> {
    match name.algorithm {
        Algorithm::HmacSha256 => Some(Material::Hmac(derive_hmac(name.scope, secret))),
        Algorithm::EcdsaP256Sha256 => derive_ecdsa(name.access_key_id, secret).map(Material::Ecdsa),
    }
}

/// Source: IAM User Guide, "Create a signed AWS API request", step 3 (read 2026-11-23).
pub(super) fn derive_hmac(scope: &str, secret: &str) -> hmac::Key {
    let root = Zeroizing::new([b"AWS4", secret.as_bytes()].concat());
    let root = hmac::Key::new(hmac::HMAC_SHA256, &root);
    scope.split('/').fold(root, |key, field| {
        let next = hmac::sign(&key, field.as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, next.as_ref())
    })
}

/// The public half of the P-256 key pair that a secret stands for.
///
/// The counter-mode KDF of NIST SP 800-108 with HMAC-SHA256, one block, tried with a rising
/// counter until the block is at most the order minus two; the private key is the block plus one.
///
/// Source: aws-c-auth, `source/key_derivation.c`, commit 495329c.
fn derive_ecdsa(access_key_id: &str, secret: &str) -> Option<ParsedPublicKey> {
    let root = Zeroizing::new([b"AWS4A", secret.as_bytes()].concat());
    let root = hmac::Key::new(hmac::HMAC_SHA256, &root);
    (1..=254u8).find_map(|counter| {
        let mut context = hmac::Context::with_key(&root);
        context.update(&1u32.to_be_bytes());
        context.update(Algorithm::EcdsaP256Sha256.name().as_bytes());
        context.update(&[0]);
        context.update(access_key_id.as_bytes());
        context.update(&[counter]);
        context.update(&256u32.to_be_bytes());
        let mut block = Zeroizing::new([0; 32]);
        block.copy_from_slice(context.sign().as_ref());
        if *block > ORDER_MINUS_TWO {
            return None;
        }
        for byte in block.iter_mut().rev() {
            let (sum, carried) = byte.overflowing_add(1);
            *byte = sum;
            if !carried {
                break;
            }
        }
        let private = agreement::PrivateKey::from_private_key(&ECDH_P256, block.as_slice()).ok()?;
        let public = private.compute_public_key().ok()?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public.as_ref()).ok()
    })
}
