//! The public keys of a provider: a JSON Web Key Set.
//!
//! The kind of a key decides which algorithms it may verify, never the token: a token that names another one,
//! `none` or one of shared secrets is not signed with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The public keys of a provider that can be used here; there is at least one.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

/// A public key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: Option<String>,
    /// What it may verify.
    algorithms: &'static [Algorithm],
    pub(super) key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// Source: RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    /// Private keys have it.
    d: Option<IgnoredAny>,
}

impl Keys {
    /// Reads a JSON Web Key Set. Keys for other purposes and of kinds that are not used here are passed over.
    ///
    /// # Errors
    /// What is wrong: it is no set, holds a private key, or has no key that can be used.
    pub fn parse(text: &str) -> Result<Self, String> {
        let set: Set = serde_json::from_str(text)
            .map_err(|error| format!("is no JSON Web Key Set: {error}"))?;
        let keys = set.keys.into_iter();
        let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let keys: Vec<_> = keys.collect();
        if keys.iter().any(|key| key.d.is_some()) {
            return Err(
                "holds a private key; give public keys only, and make a new one".to_owned(),
            );
        }
        let keys: Vec<_> = keys.into_iter().filter_map(Jwk::usable).collect();
        if keys.is_empty() {
            return Err(
                "has no key for signatures; RSA keys from 2,048 bits, and those of the curves P-256, P-384 and Ed25519 are used"
                    .to_owned(),
            );
        }
        Ok(Self(keys))
    }

    /// Whether there is a key with the id that a token names.
    #[must_use]
    pub fn knows(&self, id: Option<&str>) -> bool {
        id.is_none_or(|id| self.0.iter().any(|key| key.id.as_deref() == Some(id)))
    }

    /// The key that a token is signed with: the one of its id, or the only one for its algorithm where it names none.
    pub(super) fn of(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut fit = self
            .0
            .iter()
            .filter(|key| key.algorithms.contains(&algorithm));
        match id {
            Some(id) => fit.find(|key| key.id.as_deref() == Some(id)),
            None => fit.next().filter(|_| fit.next().is_none()),
        }
    }
}

impl Jwk {
    /// The key, if it can be used to verify signatures.
    fn usable(self) -> Option<Key> {
        if self
            .purpose
            .as_deref()
            .is_some_and(|purpose| purpose != "sig")
        {
            return None;
        }
        let (algorithms, key) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => (RSA, self.rsa()?),
            ("EC", Some("P-256")) => (P_256, self.point(32)?),
            ("EC", Some("P-384")) => (P_384, self.point(48)?),
            ("OKP", Some("Ed25519")) => (ED25519, self.edwards()?),
            _ => return None,
        };
        // A key for one algorithm is for no other of its kind.
        let mut known = (0..algorithms.len()).map(|at| &algorithms[at..=at]);
        let algorithms = match &self.alg {
            None => algorithms,
            Some(alg) => known.find(|one| name(one[0]) == alg)?,
        };
        Some(Key {
            id: self.kid,
            algorithms,
            key,
        })
    }

    /// Of 2,048 to 8,192 bits, as the library verifies no others.
    fn rsa(&self) -> Option<DecodingKey> {
        let (modulus, exponent) = (bytes(self.n.as_ref())?, bytes(self.e.as_ref())?);
        let is_fit = (256..=1_024).contains(&modulus.len());
        is_fit.then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
    }

    fn point(&self, length: usize) -> Option<DecodingKey> {
        let (x, y) = (self.x.as_ref()?, self.y.as_ref()?);
        let is_fit = |text| bytes(Some(text)).is_some_and(|bytes| bytes.len() == length);
        let key = DecodingKey::from_ec_components(x, y).ok();
        key.filter(|_| is_fit(x) && is_fit(y))
    }

    fn edwards(&self) -> Option<DecodingKey> {
        let x = bytes(self.x.as_ref()).filter(|bytes| bytes.len() == 32)?;
        Some(DecodingKey::from_ed_der(&x))
    }
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

const RSA: &[Algorithm] = &[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];
const P_256: &[Algorithm] = &[Algorithm::ES256];
const P_384: &[Algorithm] = &[Algorithm::ES384];
const ED25519: &[Algorithm] = &[Algorithm::EdDSA];

fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::EdDSA => "EdDSA",
        _ => "",
    }
}
