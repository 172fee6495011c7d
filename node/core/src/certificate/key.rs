//! Whether a private key is a certificate's.

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
};
use x509_parser::asn1_rs::{Any, FromDer, Oid};
use x509_parser::public_key::PublicKey;

use super::facts::{self, KeyAlgorithm};
use super::mistake::Mistake;
use super::pem;

const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC: &str = "1.2.840.10045.2.1";

/// Judges a private key, PEM, beside the certificate that it must belong to: unencrypted, PKCS #8, or of the older forms of
/// RSA and elliptic keys.
///
/// # Errors
/// [`Mistake`], of the key or of the certificate.
pub fn check_key(certificate: &str, key: &str) -> Result<(), Mistake> {
    let der = facts::one(certificate)?;
    let certificate = facts::parse(&der)?;
    let public = certificate.public_key();
    let algorithm = facts::algorithm(public).ok_or(Mistake::Algorithm)?;
    let blocks = pem::blocks(key).ok_or(Mistake::KeyNotPem)?;
    // OpenSSL writes the curve before the key.
    let mut blocks = blocks.iter().filter(|block| block.label != "EC PARAMETERS");
    let (Some(block), None) = (blocks.next(), blocks.next()) else {
        return Err(Mistake::KeyNotPem);
    };
    if block.is_encrypted || block.label == "ENCRYPTED PRIVATE KEY" {
        return Err(Mistake::KeyEncrypted);
    }
    let of_rsa = match block.label {
        "RSA PRIVATE KEY" => Some(&block.der[..]),
        "EC PRIVATE KEY" => None,
        "PRIVATE KEY" => of_pkcs8(&block.der)?,
        _ => return Err(Mistake::KeyNotPem),
    };
    let is_its = match (public.parsed(), curve(algorithm), of_rsa) {
        (Ok(PublicKey::RSA(rsa)), None, Some(key)) => {
            is_of_rsa(key, algorithm, (rsa.modulus, rsa.exponent))
        }
        (Ok(PublicKey::EC(point)), Some(curve), None) => {
            EcdsaKeyPair::from_private_key_der(curve, &block.der)
                .is_ok_and(|pair| pair.public_key().as_ref() == point.data())
        }
        _ => false,
    };
    if is_its {
        Ok(())
    } else {
        Err(Mistake::NotItsKey)
    }
}

fn curve(algorithm: KeyAlgorithm) -> Option<&'static EcdsaSigningAlgorithm> {
    match algorithm {
        KeyAlgorithm::P256 => Some(&ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyAlgorithm::P384 => Some(&ECDSA_P384_SHA384_ASN1_SIGNING),
        KeyAlgorithm::P521 => Some(&ECDSA_P521_SHA512_ASN1_SIGNING),
        _ => None,
    }
}

/// The RSA key within PKCS #8; `None` for an elliptic key, which is read whole. Source: RFC 5208.
fn of_pkcs8(der: &[u8]) -> Result<Option<&[u8]>, Mistake> {
    let (algorithm, key) = pkcs8(der).ok_or(Mistake::NotItsKey)?;
    match algorithm.as_str() {
        RSA => Ok(Some(key)),
        ELLIPTIC => Ok(None),
        _ => Err(Mistake::KeyAlgorithm),
    }
}

fn pkcs8(der: &[u8]) -> Option<(String, &[u8])> {
    let (_, outer) = Any::from_der(der).ok()?;
    let (rest, _version) = Any::from_der(outer.data).ok()?;
    let (rest, algorithm) = Any::from_der(rest).ok()?;
    let (_, oid) = Oid::from_der(algorithm.data).ok()?;
    let (_, key) = Any::from_der(rest).ok()?;
    Some((oid.to_id_string(), key.data))
}

/// Whether an RSA key has this modulus and exponent, and is whole; the library reads none of 1024 bits, of which modulus
/// and exponent are compared alone. Source: RFC 8017, appendix A.1.2.
fn is_of_rsa(key: &[u8], algorithm: KeyAlgorithm, (modulus, exponent): (&[u8], &[u8])) -> bool {
    let parts = || {
        let (_, outer) = Any::from_der(key).ok()?;
        let (rest, _version) = Any::from_der(outer.data).ok()?;
        let (rest, modulus) = Any::from_der(rest).ok()?;
        let (_, exponent) = Any::from_der(rest).ok()?;
        Some((modulus.data, exponent.data))
    };
    let same = |one, other| facts::significant(one) == facts::significant(other);
    parts().is_some_and(|(n, e)| same(n, modulus) && same(e, exponent))
        && (algorithm == KeyAlgorithm::Rsa1024 || rsa::KeyPair::from_der(key).is_ok())
}
