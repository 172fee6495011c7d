//! Page tokens: opaque, unforgeable, and good only for the list that they were given for.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use trellis_core::registry::outcome::FieldMistake;
use trellis_core::seal::Keyring;
use trellis_proto::v1::ListRequest;

use super::authn::Admin;
use super::convert::invalid;
use super::error::Failure;
use crate::cluster::bootstrap::random;

/// Longest token that is read, characters. Source: API model, `NextToken`.
const CHARS_MAX: usize = 2_048;

/// What a token of a list of resources is bound to: the caller's account and region, and the filter.
pub(super) fn binding_of(admin: &Admin, request: &ListRequest) -> Vec<u8> {
    let kind = request.kind.to_string();
    let parts = [
        kind.as_str(),
        &request.parent,
        &request.service,
        &request.service_network,
        &request.member,
        &request.target_group_type,
    ];
    binding(admin, &parts)
}

/// What a token is bound to: the caller's account and region, and what tells its list from others.
pub(super) fn binding(admin: &Admin, list: &[&str]) -> Vec<u8> {
    let caller = [
        "page token, version 2",
        &admin.principal.account,
        &admin.region,
    ];
    // A length before each part, so that no two lists of parts read the same.
    let mut text = Vec::new();
    for part in caller.iter().chain(list) {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part.as_bytes());
    }
    digest(&SHA256, &text).as_ref().to_vec()
}

/// The token of the page that begins after an id.
///
/// # Errors
/// Where the system has no random bytes.
pub(super) fn seal(keyring: &Keyring, binding: &[u8], after: &str) -> Result<String, Failure> {
    let sealed = keyring
        .seal(binding, after.as_bytes(), random()?)
        .map_err(anyhow::Error::from)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The id that a page begins after; empty for the first page, whose token is empty.
///
/// # Errors
/// Validation where the token is not one of this list.
pub(super) fn open(keyring: &Keyring, binding: &[u8], token: &str) -> Result<String, Failure> {
    if token.is_empty() {
        return Ok(String::new());
    }
    let opened = (token.len() <= CHARS_MAX)
        .then(|| URL_SAFE_NO_PAD.decode(token).ok())
        .flatten()
        .and_then(|sealed| keyring.open(binding, &sealed).ok())
        .and_then(|after| String::from_utf8(after.to_vec()).ok());
    opened.ok_or_else(|| {
        let mistake = FieldMistake {
            name: "nextToken".into(),
            message: "is not a token of this list; ask for the first page again".into(),
        };
        invalid(vec![mistake]).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::tests::admin;

    fn list(kind: i32, member: &str) -> ListRequest {
        ListRequest {
            kind,
            member: member.into(),
            ..ListRequest::default()
        }
    }

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let keyring = Keyring::new("k1", [1; 32]).unwrap();
        let (anna, bert) = (admin("111111111111"), admin("222222222222"));
        let bound = binding_of(&anna, &list(6, ""));
        let token = seal(&keyring, &bound, "svc-00000000000000001").unwrap();
        let after = open(&keyring, &bound, &token).unwrap();
        assert_eq!(after, "svc-00000000000000001");
        let mut elsewhere = admin("111111111111");
        elsewhere.region = "eu-north-1".into();
        let others = [
            ("another account", binding_of(&bert, &list(6, ""))),
            ("another region", binding_of(&elsewhere, &list(6, ""))),
            ("another kind", binding_of(&anna, &list(9, ""))),
            ("another filter", binding_of(&anna, &list(6, "x"))),
        ];
        for (name, other) in others {
            assert!(open(&keyring, &other, &token).is_err(), "{name}");
        }
        for forged in ["x", "AAAA", &token[1..], &"a".repeat(CHARS_MAX + 1)] {
            let failure = open(&keyring, &bound, forged).unwrap_err();
            assert_eq!(failure.codes().0, "ValidationException", "{forged}");
        }
        assert_eq!(open(&keyring, &bound, "").unwrap(), "");
    }
}
