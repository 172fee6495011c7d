//! Signs tokens with each kind of key.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key, by the algorithm that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signer {
    Rs256,
    Rs384,
    Rs512,
    Es256,
    Es384,
    EdDsa,
}

static RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
static P_256: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
static P_384: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap());
static ED25519: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());

impl Signer {
    pub(super) const ALL: &[Signer] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    pub(super) fn header(self) -> Value {
        json!({ "typ": "JWT", "alg": self.name(), "kid": self.name() })
    }

    /// The public key.
    pub(super) fn jwk(self) -> Value {
        let mut key = match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 => {
                // RFC 8017, A.1.1: two heads of 4 bytes and a zero, the modulus of 256, the exponent 65,537.
                let der: &[u8] = RSA.public_key().as_ref();
                json!({ "kty": "RSA", "n": encoded(&der[9..265]), "e": "AQAB" })
            }
            Self::Es256 => point("P-256", P_256.public_key().as_ref()),
            Self::Es384 => point("P-384", P_384.public_key().as_ref()),
            Self::EdDsa => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(ED25519.public_key().as_ref()) })
            }
        };
        key["kid"] = self.name().into();
        key["alg"] = self.name().into();
        key
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        let rsa = |padding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; RSA.public_modulus_len()];
            RSA.sign(padding, &SystemRandom::new(), message, &mut signature)
                .unwrap();
            signature
        };
        let ecdsa = |pair: &EcdsaKeyPair| {
            let signature = pair.sign(&SystemRandom::new(), message).unwrap();
            signature.as_ref().to_vec()
        };
        match self {
            Self::Rs256 => rsa(&RSA_PKCS1_SHA256),
            Self::Rs384 => rsa(&RSA_PKCS1_SHA384),
            Self::Rs512 => rsa(&RSA_PKCS1_SHA512),
            Self::Es256 => ecdsa(&P_256),
            Self::Es384 => ecdsa(&P_384),
            Self::EdDsa => ED25519.sign(message).as_ref().to_vec(),
        }
    }

    /// A token that somebody else has signed.
    pub(super) fn stranger(header: &Value, claims: &Value) -> String {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let message = signed_part(header, claims);
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", encoded(signature.as_ref()))
    }
}

fn point(curve: &str, bytes: &[u8]) -> Value {
    let (x, y) = bytes[1..].split_at(bytes.len() / 2);
    json!({ "kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y) })
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is signed of a token.
pub(super) fn signed_part(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| encoded(part.to_string().as_bytes()));
    format!("{header}.{claims}")
}

pub(super) fn token(signer: Signer, header: &Value, claims: &Value) -> String {
    let message = signed_part(header, claims);
    let signature = signer.sign(message.as_bytes());
    format!("{message}.{}", encoded(&signature))
}

/// A token that is signed with a secret.
pub(super) fn with_secret(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = signed_part(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", encoded(signature.as_ref()))
}
