//! What a certificate says.

use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ExtendedKeyUsage, GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, SubjectPublicKeyInfo, X509Version};

use super::mistake::Mistake;
use super::pem;

/// Characters of the URL of an OCSP server. Source: ACM API reference, `ImportCertificate`.
const OCSP_URL_CHARS_MAX: usize = 1_000;

/// The keys that certificates may have, in ACM's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA of 1024 bits.
    Rsa1024,
    /// RSA of 2048 bits.
    Rsa2048,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits.
    Rsa4096,
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// P-521.
    P521,
}

impl KeyAlgorithm {
    /// Its name in ACM's API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa1024 => "RSA_1024",
            Self::Rsa2048 => "RSA_2048",
            Self::Rsa3072 => "RSA_3072",
            Self::Rsa4096 => "RSA_4096",
            Self::P256 => "EC_prime256v1",
            Self::P384 => "EC_secp384r1",
            Self::P521 => "EC_secp521r1",
        }
    }

    /// Whether it is one of elliptic curves.
    #[must_use]
    pub fn is_elliptic(self) -> bool {
        matches!(self, Self::P256 | Self::P384 | Self::P521)
    }
}

/// What a certificate may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Its name in ACM's API; `CUSTOM` where it has none there.
    pub name: &'static str,
    /// Its object identifier.
    pub oid: String,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Domains and addresses that it is for, the one that it is called by first; never empty.
    pub names: Vec<String>,
    /// Serial number, bytes in hex with colons between.
    pub serial: String,
    /// Distinguished name of its subject.
    pub subject: String,
    /// The authority that issued it: its organisation, or its common name, or its distinguished name.
    pub issuer: String,
    /// From when it is valid, seconds since the Unix epoch.
    pub not_before_seconds: i64,
    /// Until when it is valid, seconds since the Unix epoch.
    pub not_after_seconds: i64,
    /// Its public key.
    pub key: KeyAlgorithm,
    /// What it is signed with, such as `SHA256WITHRSA`.
    pub signature: &'static str,
    /// What its key may do, in ACM's words; empty where it does not say.
    pub usages: Vec<&'static str>,
    /// What it may be used for; empty where it does not say.
    pub purposes: Vec<Purpose>,
}

/// Reads the one certificate of a PEM text.
///
/// # Errors
/// [`Mistake`], for everything that ACM does not import; whether the certificate is valid now is the caller's to judge.
pub fn read(text: &str) -> Result<Facts, Mistake> {
    let der = one(text)?;
    let certificate = parse(&der)?;
    let key = algorithm(certificate.public_key()).ok_or(Mistake::Algorithm)?;
    if certificate.issuer().iter_attributes().next().is_none() {
        return Err(Mistake::NoIssuer);
    }
    let signature = signature(&certificate).ok_or(Mistake::Signature)?;
    if key.is_elliptic() != signature.ends_with("ECDSA") {
        return Err(Mistake::Mixed);
    }
    if has_long_url(&certificate) {
        return Err(Mistake::LongUrl);
    }
    let names = names(&certificate);
    if names.is_empty() {
        return Err(Mistake::Nameless);
    }
    let validity = certificate.validity();
    Ok(Facts {
        names,
        serial: certificate.raw_serial_as_string(),
        subject: certificate.subject().to_string(),
        issuer: issuer(&certificate),
        not_before_seconds: validity.not_before.timestamp(),
        not_after_seconds: validity.not_after.timestamp(),
        key,
        signature,
        usages: usages(&certificate)?,
        purposes: purposes(&certificate)?,
    })
}

/// The bytes of the one certificate of a text.
pub(super) fn one(text: &str) -> Result<Vec<u8>, Mistake> {
    match <[_; 1]>::try_from(all(text)?) {
        Ok([der]) => Ok(der),
        Err(several) => Err(Mistake::Several(several.len())),
    }
}

/// The bytes of the certificates of a text; there is at least one.
pub(super) fn all(text: &str) -> Result<Vec<Vec<u8>>, Mistake> {
    let blocks = pem::blocks(text).ok_or(Mistake::NotPem)?;
    let is_one = |block: &pem::Block<'_>| block.label == "CERTIFICATE" && !block.is_encrypted;
    if !blocks.iter().all(is_one) {
        return Err(Mistake::NotPem);
    }
    Ok(blocks.into_iter().map(|it| it.der.to_vec()).collect())
}

pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, Mistake> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) if certificate.version() == X509Version::V3 => Ok(certificate),
        _ => Err(Mistake::Unreadable),
    }
}

/// The kind of a public key; `None` where it is none that certificates may have here.
pub(super) fn algorithm(key: &SubjectPublicKeyInfo<'_>) -> Option<KeyAlgorithm> {
    match key.parsed().ok()? {
        PublicKey::RSA(rsa) => match bits(rsa.modulus) {
            1024 => Some(KeyAlgorithm::Rsa1024),
            2048 => Some(KeyAlgorithm::Rsa2048),
            3072 => Some(KeyAlgorithm::Rsa3072),
            4096 => Some(KeyAlgorithm::Rsa4096),
            _ => None,
        },
        PublicKey::EC(_) => {
            let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
            match curve.to_id_string().as_str() {
                "1.2.840.10045.3.1.7" => Some(KeyAlgorithm::P256),
                "1.3.132.0.34" => Some(KeyAlgorithm::P384),
                "1.3.132.0.35" => Some(KeyAlgorithm::P521),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Bits of a number, big-endian.
fn bits(number: &[u8]) -> usize {
    let significant = significant(number);
    let zeros = significant.first().map_or(0, |byte| byte.leading_zeros());
    significant.len() * 8 - zeros as usize
}

/// A number, big-endian, without zeros before it.
pub(super) fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// What a certificate is signed with. Source: RFC 4055, RFC 5758.
fn signature(certificate: &X509Certificate<'_>) -> Option<&'static str> {
    let oid = certificate.signature_algorithm.algorithm.to_id_string();
    Some(match oid.as_str() {
        "1.2.840.113549.1.1.5" => "SHA1WITHRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "SHA256WITHRSA",
        "1.2.840.113549.1.1.12" => "SHA384WITHRSA",
        "1.2.840.113549.1.1.13" => "SHA512WITHRSA",
        "1.2.840.10045.4.3.2" => "SHA256WITHECDSA",
        "1.2.840.10045.4.3.3" => "SHA384WITHECDSA",
        "1.2.840.10045.4.3.4" => "SHA512WITHECDSA",
        _ => return None,
    })
}

/// The common name first where it is a domain or an address, then the alternative names, each once.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let common = certificate.subject().iter_common_name().filter_map(text);
    let mut names: Vec<String> = common.filter(|name| is_name(name)).collect();
    names.truncate(1);
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let alternatives = alternatives.map(|found| found.value.general_names.iter());
    for name in alternatives.into_iter().flatten() {
        let name = match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        };
        names.extend(name.filter(|name| !name.is_empty() && !names.contains(name)));
    }
    names
}

fn text(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    attribute.as_str().ok().map(str::to_owned)
}

/// Whether a text can be the name of a website.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let domain = text.strip_prefix("*.").unwrap_or(text);
    (domain.contains('.') && domain.split('.').all(is_word)) || text.parse::<IpAddr>().is_ok()
}

fn address(bytes: &[u8]) -> Option<String> {
    let address = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
    };
    Some(address.to_string())
}

fn issuer(certificate: &X509Certificate<'_>) -> String {
    let issuer = certificate.issuer();
    let organisation = issuer.iter_organization().find_map(text);
    let name = organisation.or_else(|| issuer.iter_common_name().find_map(text));
    name.unwrap_or_else(|| issuer.to_string())
}

/// Whether it is asked about at a URL that is too long. Source: ACM API reference, `ImportCertificate`; RFC 5280, section
/// 4.2.2.1.
fn has_long_url(certificate: &X509Certificate<'_>) -> bool {
    let extensions = certificate.extensions().iter();
    let told = extensions.filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => Some(&access.accessdescs),
        _ => None,
    });
    told.flatten().any(|access| {
        let is_ocsp = access.access_method.to_id_string() == "1.3.6.1.5.5.7.48.1";
        is_ocsp
            && matches!(access.access_location, GeneralName::URI(url) if url.len() > OCSP_URL_CHARS_MAX)
    })
}

/// Source: RFC 5280, section 4.2.1.3; ACM API model, `KeyUsageName`.
fn usages(certificate: &X509Certificate<'_>) -> Result<Vec<&'static str>, Mistake> {
    const NAMES: [&str; 9] = [
        "DIGITAL_SIGNATURE",
        "NON_REPUDIATION",
        "KEY_ENCIPHERMENT",
        "DATA_ENCIPHERMENT",
        "KEY_AGREEMENT",
        "CERTIFICATE_SIGNING",
        "CRL_SIGNING",
        "ENCIPHER_ONLY",
        "DECIPHER_ONLY",
    ];
    let found = certificate
        .key_usage()
        .map_err(|_| Mistake::Unreadable)?
        .map_or(0, |usage| usage.value.flags);
    let names = NAMES.into_iter().enumerate();
    Ok(names
        .filter(|(bit, _)| found >> bit & 1 == 1)
        .map(|(_, name)| name)
        .collect())
}

/// Source: RFC 5280, section 4.2.1.12; ACM API model, `ExtendedKeyUsageName`.
fn purposes(certificate: &X509Certificate<'_>) -> Result<Vec<Purpose>, Mistake> {
    let found = certificate.extended_key_usage();
    let Some(found) = found.map_err(|_| Mistake::Unreadable)? else {
        return Ok(Vec::new());
    };
    let usage: &ExtendedKeyUsage<'_> = found.value;
    let known = [
        (usage.any, "ANY", "2.5.29.37.0"),
        (
            usage.server_auth,
            "TLS_WEB_SERVER_AUTHENTICATION",
            "1.3.6.1.5.5.7.3.1",
        ),
        (
            usage.client_auth,
            "TLS_WEB_CLIENT_AUTHENTICATION",
            "1.3.6.1.5.5.7.3.2",
        ),
        (usage.code_signing, "CODE_SIGNING", "1.3.6.1.5.5.7.3.3"),
        (
            usage.email_protection,
            "EMAIL_PROTECTION",
            "1.3.6.1.5.5.7.3.4",
        ),
        (usage.time_stamping, "TIME_STAMPING", "1.3.6.1.5.5.7.3.8"),
        (usage.ocsp_signing, "OCSP_SIGNING", "1.3.6.1.5.5.7.3.9"),
    ];
    let known = known.into_iter().filter(|(is_given, ..)| *is_given);
    let known = known.map(|(_, name, oid)| (name, oid.to_owned()));
    let other = usage.other.iter().map(|oid| {
        let oid = oid.to_id_string();
        let name = match oid.as_str() {
            "1.3.6.1.5.5.7.3.5" => "IPSEC_END_SYSTEM",
            "1.3.6.1.5.5.7.3.6" => "IPSEC_TUNNEL",
            "1.3.6.1.5.5.7.3.7" => "IPSEC_USER",
            _ => "CUSTOM",
        };
        (name, oid)
    });
    let all = known.chain(other);
    Ok(all.map(|(name, oid)| Purpose { name, oid }).collect())
}
