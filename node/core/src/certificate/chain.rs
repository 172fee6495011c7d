//! Where a chain leads: each of its certificates has issued the one before it.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certificate::X509Certificate;
use x509_parser::signature_algorithm::RsaSsaPssParams;

use super::facts::{self, KeyAlgorithm};
use super::mistake::Mistake;

/// Judges a chain: the certificate of the issuer, that of its issuer, and so on. The last may be signed by an authority
/// that is not there.
///
/// # Errors
/// [`Mistake`], of the chain or of the certificate.
pub fn check_chain(certificate: &str, chain: &str) -> Result<(), Mistake> {
    let own = facts::one(certificate)?;
    let issuers = facts::all(chain)?;
    let mut subject = facts::parse(&own)?;
    for (index, der) in issuers.iter().enumerate() {
        let issuer = facts::parse(der)?;
        if !has_issued(&issuer, &subject) {
            return Err(Mistake::Broken(index + 1));
        }
        subject = issuer;
    }
    Ok(())
}

fn has_issued(issuer: &X509Certificate<'_>, subject: &X509Certificate<'_>) -> bool {
    issuer.subject().as_raw() == subject.issuer().as_raw()
        && verifier(issuer, subject).is_some_and(|algorithm| {
            let key = &issuer.public_key().subject_public_key.data;
            let signature = &subject.signature_value.data;
            UnparsedPublicKey::new(algorithm, key)
                .verify(subject.tbs_certificate.as_ref(), signature)
                .is_ok()
        })
}

/// How a signature of a certificate by the key of another is verified; `None` where that is not known here.
fn verifier(
    issuer: &X509Certificate<'_>,
    subject: &X509Certificate<'_>,
) -> Option<&'static dyn VerificationAlgorithm> {
    let key = facts::algorithm(issuer.public_key())?;
    let signed = &subject.signature_algorithm;
    let of_curves = |of_256, of_384, of_521| match key {
        KeyAlgorithm::P256 => Some(of_256),
        KeyAlgorithm::P384 => Some(of_384),
        KeyAlgorithm::P521 => Some(of_521),
        _ => None,
    };
    Some(match signed.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.5" => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "1.2.840.113549.1.1.10" => {
            let parameters = RsaSsaPssParams::try_from(signed.parameters.as_ref()?).ok()?;
            match parameters.hash_algorithm_oid().to_id_string().as_str() {
                "2.16.840.1.101.3.4.2.1" => &signature::RSA_PSS_2048_8192_SHA256,
                "2.16.840.1.101.3.4.2.2" => &signature::RSA_PSS_2048_8192_SHA384,
                "2.16.840.1.101.3.4.2.3" => &signature::RSA_PSS_2048_8192_SHA512,
                _ => return None,
            }
        }
        "1.2.840.113549.1.1.11" => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        "1.2.840.113549.1.1.12" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "1.2.840.113549.1.1.13" => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        "1.2.840.10045.4.3.2" => of_curves(
            &signature::ECDSA_P256_SHA256_ASN1,
            &signature::ECDSA_P384_SHA256_ASN1,
            &signature::ECDSA_P521_SHA256_ASN1,
        )?,
        "1.2.840.10045.4.3.3" => of_curves(
            &signature::ECDSA_P256_SHA384_ASN1,
            &signature::ECDSA_P384_SHA384_ASN1,
            &signature::ECDSA_P521_SHA384_ASN1,
        )?,
        "1.2.840.10045.4.3.4" => of_curves(
            &signature::ECDSA_P256_SHA512_ASN1,
            &signature::ECDSA_P384_SHA512_ASN1,
            &signature::ECDSA_P521_SHA512_ASN1,
        )?,
        _ => return None,
    })
}
