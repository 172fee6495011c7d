//! Ids: `<prefix>-` and 17 characters, of which the first is `0` and the rest are hex digits.
//!
//! Source: VPC Lattice API model 2022-11-30, and ids seen from the real service.

use super::Kind;

/// The prefix of ids of a kind, without the dash; `None` for kinds whose ids have another shape.
#[must_use]
pub fn prefix(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Vpc => "vpc",
        Kind::SecurityGroup => "sg",
        Kind::ServiceNetwork => "sn",
        Kind::Service => "svc",
        Kind::Listener => "listener",
        Kind::Rule => "rule",
        Kind::TargetGroup => "tg",
        Kind::ServiceNetworkServiceAssociation => "snsa",
        Kind::ServiceNetworkVpcAssociation => "snva",
        Kind::AccessLogSubscription => "als",
        Kind::ResourceGateway => "rgw",
        Kind::ResourceConfiguration => "rcfg",
        Kind::ServiceNetworkResourceAssociation => "snra",
        Kind::DomainVerification => "dv",
        Kind::ResourceShare => "rs",
        Kind::OidcProvider => "oidc",
        Kind::ClusterKey => "key",
        Kind::JoinToken => "join",
        Kind::Account
        | Kind::Node
        | Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::User
        | Kind::AccessKey
        | Kind::Role
        | Kind::ManagedPolicy
        | Kind::ClusterSettings => return None,
    })
}

/// Makes the id of a new record from eight random bytes.
///
/// IAM records get `AIDA…`, `AKIA…`, `AROA…` and `ANPA…` with 16 characters of base 32; other kinds without
/// a prefix have ids that are not random, and get an empty string here.
#[must_use]
pub fn generate(kind: Kind, random: [u8; 10]) -> String {
    match kind {
        Kind::User => iam("AIDA", random),
        Kind::AccessKey => iam("AKIA", random),
        Kind::Role => iam("AROA", random),
        Kind::ManagedPolicy => iam("ANPA", random),
        _ => match prefix(kind) {
            Some(prefix) => format!("{prefix}-0{}", hex::encode(&random[..8])),
            None => String::new(),
        },
    }
}

/// An IAM id: four letters and 16 characters of base 32 (RFC 4648 alphabet).
#[must_use]
pub fn iam(letters: &str, random: [u8; 10]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut id = String::with_capacity(letters.len() + 16);
    id.push_str(letters);
    let bits = random
        .iter()
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    for position in (0..16).rev() {
        let digit = (bits >> (position * 5)) & 31;
        id.push(char::from(ALPHABET[digit as usize]));
    }
    id
}

/// Whether `text` has the shape of an id of the kind: the prefix and 17 lower-case letters or digits.
#[must_use]
pub fn is_valid(kind: Kind, text: &str) -> bool {
    let Some(tail) = prefix(kind).and_then(|prefix| text.strip_prefix(prefix)) else {
        return false;
    };
    let Some(tail) = tail.strip_prefix('-') else {
        return false;
    };
    tail.len() == 17
        && tail
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Whether `text` is a 12-digit account id.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}
