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
        | Kind::Certificate
        | Kind::ClusterSettings => return None,
    })
}

/// Makes the id of a new record from random bytes: eight of them, where what follows says nothing else.
///
/// IAM records get `AIDA…`, `AKIA…`, `AROA…` and `ANPA…` with 16 characters of base 32, from ten; certificates a UUID, from
/// all. Other kinds without a prefix have ids that are not random, and get an empty string here.
#[must_use]
pub fn generate(kind: Kind, random: [u8; 16]) -> String {
    let [ten @ .., _, _, _, _, _, _] = random;
    match kind {
        Kind::User => iam("AIDA", ten),
        Kind::AccessKey => iam("AKIA", ten),
        Kind::Role => iam("AROA", ten),
        Kind::ManagedPolicy => iam("ANPA", ten),
        Kind::Certificate => uuid(random),
        _ => match prefix(kind) {
            Some(prefix) => format!("{prefix}-0{}", hex::encode(&random[..8])),
            None => String::new(),
        },
    }
}

/// A random UUID. Source: RFC 9562, section 5.4.
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let mut text = hex::encode(random);
    for dash in [20, 16, 12, 8] {
        text.insert(dash, '-');
    }
    text
}

/// Whether `text` has the shape of a UUID: 32 lower-case hex digits with dashes after 8, 12, 16 and 20.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let is_fit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_fit)
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
