//! Takes a signature apart: `Authorization` header or query parameters, and the credential scope.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{AUTHORIZATION, AsHeaderName, DATE};

use super::time::Stamp;
use super::{Head, Payload, Refusal};
use crate::decide::target::{percent_decoded, query_pairs};

/// Longest life of a presigned URL, seconds.
///
/// Source: IAM User Guide, "Authenticating requests: using query parameters".
const PRESIGNED_SECONDS_MAX: i64 = 604_800;

/// The two signature algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// SigV4: HMAC with a key derived for day, region and service.
    HmacSha256,
    /// SigV4A: ECDSA over P-256 with a key pair derived from the secret, for a set of regions.
    EcdsaP256Sha256,
}

impl Algorithm {
    /// The name in `Authorization` and in the string to sign.
    pub(super) fn name(self) -> &'static str {
        match self {
            Algorithm::HmacSha256 => "AWS4-HMAC-SHA256",
            Algorithm::EcdsaP256Sha256 => "AWS4-ECDSA-P256-SHA256",
        }
    }

    fn parse(name: &str) -> Result<Algorithm, Refusal> {
        [Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(Refusal::Algorithm)
    }
}

/// Where the signature was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Header,
    /// Presigned; `lifetime` in seconds, 1..=604800.
    Query {
        lifetime: i64,
    },
}

/// The parts of a signature, each there and of the right kind, none yet believed.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) form: Form,
    pub(super) algorithm: Algorithm,
    pub(super) credential: Cow<'a, str>,
    /// Lower-case names joined with `;`, still unchecked.
    pub(super) signed_headers: Cow<'a, str>,
    /// Hex, still unchecked.
    pub(super) signature: Cow<'a, str>,
    /// Signing time as it stands in the string to sign, still unchecked.
    pub(super) date: Cow<'a, str>,
    pub(super) token: Option<Cow<'a, str>>,
    /// SigV4A: the regions that it was signed for.
    pub(super) region_set: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    /// Finds the signature of a request; `None` if it carries no trace of one.
    ///
    /// # Errors
    /// More than one signature, or an incomplete or malformed one.
    pub(super) fn of(head: &Head<'a>) -> Result<Option<Parts<'a>>, Refusal> {
        let query = head.target.split_once('?').map_or("", |(_, query)| query);
        let presigned = QueryParts::collect(query)?;
        let mut authorizations = head.headers.get_all(AUTHORIZATION).iter();
        let authorization = authorizations.next();
        if authorizations.next().is_some() || (authorization.is_some() && presigned.is_some()) {
            return Err(Refusal::SeveralMechanisms);
        }
        if let Some(presigned) = presigned {
            return presigned.into_parts().map(Some);
        }
        let scheme = authorization.map(|value| value.as_bytes().get(..3).unwrap_or_default());
        match (authorization, scheme) {
            (Some(value), Some(scheme)) if scheme.eq_ignore_ascii_case(b"AWS") => {
                let value = value
                    .to_str()
                    .map_err(|_| Refusal::Malformed("Authorization"))?;
                from_authorization(value, head.headers).map(Some)
            }
            (Some(value), _) if value.is_empty() => Err(Refusal::Malformed("Authorization")),
            _ if head.headers.contains_key("x-amz-security-token") => {
                Err(Refusal::Missing("Authorization"))
            }
            _ => Ok(None),
        }
    }
}

/// Reads `ALGORITHM Credential=…, SignedHeaders=…, Signature=…`, each part once, in any order.
fn from_authorization<'a>(value: &'a str, headers: &'a HeaderMap) -> Result<Parts<'a>, Refusal> {
    let (algorithm, rest) = value
        .split_once(' ')
        .ok_or(Refusal::Malformed("Authorization"))?;
    let algorithm = Algorithm::parse(algorithm)?;
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for part in rest.split(',') {
        let (name, value) = part
            .trim()
            .split_once('=')
            .ok_or(Refusal::Malformed("Authorization"))?;
        let slot = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => return Err(Refusal::Malformed("Authorization")),
        };
        if slot.replace(value).is_some() {
            return Err(Refusal::Malformed("Authorization"));
        }
    }
    let required = |part: Option<&'a str>, name| {
        part.filter(|value| !value.is_empty())
            .map(Cow::Borrowed)
            .ok_or(Refusal::Missing(name))
    };
    Ok(Parts {
        form: Form::Header,
        algorithm,
        credential: required(credential, "Credential")?,
        signed_headers: required(signed_headers, "SignedHeaders")?,
        signature: required(signature, "Signature")?,
        date: signing_date(headers)?,
        token: single(headers, "x-amz-security-token", "X-Amz-Security-Token")?.map(Cow::Borrowed),
        region_set: single(headers, "x-amz-region-set", "X-Amz-Region-Set")?.map(Cow::Borrowed),
    })
}

/// `x-amz-date` as it stands, or `date` rewritten in the same format.
fn signing_date(headers: &HeaderMap) -> Result<Cow<'_, str>, Refusal> {
    if let Some(date) = single(headers, "x-amz-date", "X-Amz-Date")? {
        return Ok(Cow::Borrowed(date));
    }
    let date = single(headers, DATE, "Date")?.ok_or(Refusal::NoDate)?;
    let stamp = Stamp::parse_date_header(date).ok_or(Refusal::BadDate)?;
    Ok(Cow::Owned(stamp.to_string()))
}

/// The one value of a header; none, or several, or not ASCII text.
fn single<'a>(
    headers: &'a HeaderMap,
    name: impl AsHeaderName,
    label: &'static str,
) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::Malformed(label));
    }
    value
        .to_str()
        .map(|text| Some(text.trim()))
        .map_err(|_| Refusal::Malformed(label))
}

/// The query parameters of a presigned URL, decoded.
#[derive(Default)]
struct QueryParts<'a> {
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    token: Option<Cow<'a, str>>,
    region_set: Option<Cow<'a, str>>,
}

impl<'a> QueryParts<'a> {
    /// `None` if the query has no trace of a signature: a date or a lifetime alone is none.
    fn collect(query: &'a str) -> Result<Option<QueryParts<'a>>, Refusal> {
        let mut parts = QueryParts::default();
        let mut traced = false;
        for (name, value) in query_pairs(query).filter(|(name, _)| is_amz(name.as_bytes())) {
            let (slot, trace, spelling) = match name.to_ascii_lowercase().as_str() {
                "x-amz-algorithm" => (&mut parts.algorithm, true, "X-Amz-Algorithm"),
                "x-amz-credential" => (&mut parts.credential, true, "X-Amz-Credential"),
                "x-amz-date" => (&mut parts.date, false, "X-Amz-Date"),
                "x-amz-expires" => (&mut parts.expires, false, "X-Amz-Expires"),
                "x-amz-signedheaders" => (&mut parts.signed_headers, true, "X-Amz-SignedHeaders"),
                "x-amz-signature" => (&mut parts.signature, true, "X-Amz-Signature"),
                "x-amz-security-token" => (&mut parts.token, true, "X-Amz-Security-Token"),
                "x-amz-region-set" => (&mut parts.region_set, false, "X-Amz-Region-Set"),
                _ => continue,
            };
            traced |= trace;
            if (name != spelling || slot.replace(value).is_some()) && trace {
                return Err(Refusal::Malformed(spelling));
            }
        }
        Ok(traced.then_some(parts))
    }

    fn into_parts(self) -> Result<Parts<'a>, Refusal> {
        let required = |part: Option<Cow<'a, str>>, name| {
            part.filter(|value| !value.is_empty())
                .ok_or(Refusal::Missing(name))
        };
        let algorithm = Algorithm::parse(&required(self.algorithm, "X-Amz-Algorithm")?)?;
        let credential = required(self.credential, "X-Amz-Credential")?;
        let date = required(self.date, "X-Amz-Date")?;
        let lifetime = lifetime(&required(self.expires, "X-Amz-Expires")?)?;
        Ok(Parts {
            form: Form::Query { lifetime },
            algorithm,
            credential,
            signed_headers: required(self.signed_headers, "X-Amz-SignedHeaders")?,
            signature: required(self.signature, "X-Amz-Signature")?,
            date,
            token: self.token,
            region_set: self.region_set,
        })
    }
}

/// Reads `X-Amz-Expires`: digits only, 1..=604800.
fn lifetime(text: &str) -> Result<i64, Refusal> {
    let digits = text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: Option<i64> = if digits { text.parse().ok() } else { None };
    seconds
        .filter(|seconds| (1..=PRESIGNED_SECONDS_MAX).contains(seconds))
        .ok_or(Refusal::Malformed("X-Amz-Expires"))
}

/// Whether a header or parameter name starts with `x-amz-`.
pub(super) fn is_amz(name: &[u8]) -> bool {
    name.get(..6)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"x-amz-"))
}

/// Whether a raw query pair is the signature of a presigned URL, which does not sign itself.
pub(super) fn is_query_signature(raw_name: &str) -> bool {
    percent_decoded(raw_name) == "X-Amz-Signature"
}

/// The access key id and the scope of a credential.
#[derive(Debug)]
pub(super) struct Credential<'a> {
    pub(super) access_key_id: &'a str,
    /// `YYYYMMDD`.
    pub(super) date: &'a str,
    /// `None` in SigV4A, whose regions are in a header of their own.
    pub(super) region: Option<&'a str>,
    pub(super) service: &'a str,
    /// Everything behind the access key id, as it stands in the string to sign.
    pub(super) scope: &'a str,
}

impl<'a> Credential<'a> {
    /// Reads `KEYID/YYYYMMDD/region/service/aws4_request`, in SigV4A without the region.
    pub(super) fn parse(parts: &'a Parts<'_>) -> Result<Credential<'a>, Refusal> {
        let malformed = Refusal::Malformed("Credential");
        let Some((access_key_id, scope)) = parts.credential.split_once('/') else {
            return Err(malformed);
        };
        let mut fields = scope.split('/');
        let mut next = || fields.next().filter(|field| !field.is_empty());
        let date = next();
        let region = match parts.algorithm {
            Algorithm::HmacSha256 => Some(next()),
            Algorithm::EcdsaP256Sha256 => None,
        };
        let (service, terminator) = (next(), next());
        let (Some(date), Some(service), Some(terminator)) = (date, service, terminator) else {
            return Err(malformed);
        };
        let region = match region {
            Some(None) => return Err(malformed),
            Some(region) => region,
            None => None,
        };
        let digits = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        if access_key_id.is_empty() || !digits || fields.next().is_some() {
            return Err(malformed);
        }
        if terminator != "aws4_request" {
            return Err(Refusal::WrongTerminator);
        }
        Ok(Credential {
            access_key_id,
            date,
            region,
            service,
            scope,
        })
    }
}

/// What `x-amz-content-sha256` says; `None` if it is absent and may be.
///
/// # Errors
/// Anything but `UNSIGNED-PAYLOAD` and, unless `strict`, a lower-case hex SHA-256.
pub(super) fn declared_payload(head: &Head<'_>, strict: bool) -> Result<Option<Payload>, Refusal> {
    let value = single(head.headers, "x-amz-content-sha256", "X-Amz-Content-Sha256")?;
    match value {
        None if strict => Err(Refusal::NoContentSha256),
        None => Ok(None),
        Some("UNSIGNED-PAYLOAD") => Ok(Some(Payload::Unsigned)),
        Some(_) if strict => Err(Refusal::BadContentSha256),
        Some(value) => {
            let mut hash = [0; 32];
            decode_hex(value, &mut hash).ok_or(Refusal::BadContentSha256)?;
            Ok(Some(Payload::Sha256(hash)))
        }
    }
}

/// Decodes lower-case hex that fills `out` exactly.
pub(super) fn decode_hex(text: &str, out: &mut [u8]) -> Option<()> {
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if upper {
        None
    } else {
        hex::decode_to_slice(text, out).ok()
    }
}
