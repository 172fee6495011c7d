//! The signature and the claims of a token.

use std::collections::BTreeMap;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation, dangerous, decode_header};
use serde::Deserialize;

use super::{Denial, Keys};
use crate::model::OidcProvider;

/// Bytes of a token. Source: STS API model, `clientTokenType`.
pub const TOKEN_BYTES_MAX: usize = 20_000;
/// How far the clock of a provider may be ahead, seconds: what is not valid before or was issued by then is. An end
/// of validity is one. Source: our own.
pub const LEEWAY_SECONDS: u64 = 60;
/// Bytes of a subject. Source: OpenID Connect Core 1.0, section 2.
const SUBJECT_BYTES_MAX: usize = 255;

/// Whom a provider vouches for, and what it says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebIdentity {
    /// Who it is, in the provider's words.
    pub subject: String,
    /// The client ids of the provider that the token is for; there is at least one.
    pub client_ids: Vec<String>,
    /// Whom the token is for, all of them.
    pub audiences: Vec<String>,
    /// Whom the token was given to; empty where it does not say.
    pub authorised_party: String,
    /// How they proved who they are.
    pub methods: Vec<String>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// Keys of the tags that pass to the next role of a chain.
    pub transitive_tag_keys: Vec<String>,
    /// Who is behind the session; empty for nobody.
    pub source_identity: String,
}

/// One text, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    fn all(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// Source: RFC 7519, section 4.1; OpenID Connect Core 1.0, section 2; STS user guide, "Pass session tags in AWS STS".
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Texts>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    azp: Option<String>,
    amr: Option<Texts>,
    #[serde(rename = "https://aws.amazon.com/tags")]
    tags: Option<Tags>,
    #[serde(rename = "https://aws.amazon.com/source_identity")]
    source_identity: Option<String>,
}

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    principal_tags: BTreeMap<String, Texts>,
    #[serde(default)]
    transitive_tag_keys: Vec<String>,
}

/// Who issued a token and which key it names, as the token itself says: to find the provider and its keys by, and to
/// be believed only after [`verify`].
///
/// # Errors
/// [`Denial::Invalid`] where it is no signed token.
pub fn issuer_and_key(token: &str) -> Result<(String, Option<String>), Denial> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: Option<String>,
    }
    let header = header(token)?;
    let claims: Issuer = dangerous::insecure_decode_claims(token).map_err(|_| unread())?;
    Ok((claims.iss.ok_or_else(|| missing("iss"))?, header.kid))
}

/// Whom a token of a provider vouches for, at a time in milliseconds since the Unix epoch.
///
/// # Errors
/// [`Denial`]; everything but the signature is looked at after the signature.
pub fn verify(
    token: &str,
    provider: &OidcProvider,
    keys: &Keys,
    now_ms: u64,
) -> Result<WebIdentity, Denial> {
    let claims = signed(token, keys)?;
    if claims.iss.as_deref() != Some(&provider.url()) {
        return Err(Denial::invalid("the token is of another issuer"));
    }
    in_time(&claims, now_ms)?;
    let subject = claims.sub.unwrap_or_default();
    if subject.is_empty() {
        return Err(missing("sub"));
    }
    if subject.len() > SUBJECT_BYTES_MAX {
        let message = format!("the claim sub is longer than {SUBJECT_BYTES_MAX} bytes");
        return Err(Denial::Rejected(message));
    }
    let audiences = claims.aud.ok_or_else(|| missing("aud"))?.all();
    let authorised_party = claims.azp.unwrap_or_default();
    // As STS: whom a token was given to goes before whom it is for.
    let parties = match authorised_party.as_str() {
        "" => &audiences[..],
        _ => std::slice::from_ref(&authorised_party),
    };
    let is_client = |id: &&String| provider.client_ids.contains(id);
    let client_ids: Vec<_> = parties.iter().filter(is_client).cloned().collect();
    if client_ids.is_empty() {
        return Err(Denial::invalid(
            "Incorrect token audience: neither azp nor, without it, aud is a client id of the provider",
        ));
    }
    let (tags, transitive_tag_keys) = claims.tags.map(tags).transpose()?.unwrap_or_default();
    Ok(WebIdentity {
        subject,
        client_ids,
        audiences,
        authorised_party,
        methods: claims.amr.map(Texts::all).unwrap_or_default(),
        tags,
        transitive_tag_keys,
        source_identity: claims.source_identity.unwrap_or_default(),
    })
}

fn header(token: &str) -> Result<Header, Denial> {
    if token.len() > TOKEN_BYTES_MAX {
        let message = format!("the token is longer than {TOKEN_BYTES_MAX} bytes");
        return Err(Denial::Invalid(message));
    }
    let header = decode_header(token).map_err(|_| unread())?;
    // Source: RFC 7515, section 4.1.11: what is critical must be understood.
    if header.crit.is_some() {
        return Err(Denial::invalid(
            "the token has critical headers, and none is known here",
        ));
    }
    Ok(header)
}

/// The claims of a token, if a key has signed them.
fn signed(token: &str, keys: &Keys) -> Result<Claims, Denial> {
    let header = header(token)?;
    let key = keys.of(header.kid.as_deref(), header.alg).ok_or_else(|| {
        Denial::invalid("the provider has no key of the id and algorithm that the token names")
    })?;
    // The clock and the claims are judged here, not there.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    match jsonwebtoken::decode(token, &key.key, &validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => match error.kind() {
            ErrorKind::Json(error) => Err(Denial::Invalid(format!(
                "the claims of the token cannot be read: {error}"
            ))),
            _ => Err(Denial::invalid("the signature of the token is wrong")),
        },
    }
}

fn in_time(claims: &Claims, now_ms: u64) -> Result<(), Denial> {
    let (now, leeway) = (now_ms as f64 / 1_000.0, LEEWAY_SECONDS as f64);
    if now >= claims.exp.ok_or_else(|| missing("exp"))? {
        return Err(Denial::Expired);
    }
    let is_early = |time: Option<f64>| time.is_some_and(|time| time > now + leeway);
    if is_early(claims.nbf) {
        return Err(Denial::invalid("the token is not valid yet"));
    }
    if is_early(claims.iat) {
        return Err(Denial::invalid("the token was issued in the future"));
    }
    Ok(())
}

/// The tags, and the keys of those that pass on; each has one value.
fn tags(claim: Tags) -> Result<(BTreeMap<String, String>, Vec<String>), Denial> {
    let tags = claim.principal_tags.into_iter().map(|(key, values)| {
        let Ok([value]) = <[String; 1]>::try_from(values.all()) else {
            let message = format!("the claim of tags has not one value for {key:?}");
            return Err(Denial::Rejected(message));
        };
        Ok((key, value))
    });
    Ok((tags.collect::<Result<_, _>>()?, claim.transitive_tag_keys))
}

fn unread() -> Denial {
    Denial::invalid("the token is no JSON Web Token with an asymmetric signature")
}

fn missing(claim: &str) -> Denial {
    Denial::Invalid(format!("Missing a required claim: {claim}"))
}
