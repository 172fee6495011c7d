//! Sealed explanations of denials: callers hand them to someone who may know why.
//!
//! A message is base64url text of JSON that is sealed for the account whose caller was denied; whoever
//! of this account may `sts:DecodeAuthorizationMessage` opens it.
//!
//! Source: STS API, `DecodeAuthorizationMessage`; what EC2 adds to its errors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use trellis_core::seal::Keyring;

use crate::cluster::bootstrap::random;
use crate::control::authn::Admin;
use crate::control::error::Failure;

/// Longest explanation, bytes; of what is longer there is none.
const BYTES_MAX: usize = 4_096;
/// Longest message that is read, characters. Source: STS API, `EncodedMessage`.
const CHARS_MAX: usize = 10_240;

/// The message of a denial; `None` for other failures, and where it cannot be made.
pub(super) fn message(keyring: &Keyring, admin: &Admin, failure: &Failure) -> Option<String> {
    let Failure::Denied {
        who,
        action,
        resource,
        why,
    } = failure
    else {
        return None;
    };
    let explanation = json!({
        "allowed": false,
        "explicitDeny": why.contains("an explicit deny"),
        "matchedStatements": { "items": [] },
        "failures": { "items": [] },
        "reason": why.trim(),
        "context": {
            "principal": { "id": admin.principal.user_id, "arn": who },
            "action": action,
            "resource": resource,
            "conditions": { "items": [] },
        },
    });
    let text = explanation.to_string();
    if text.len() > BYTES_MAX {
        return None;
    }
    let sealed = keyring.seal(&binding(admin), text.as_bytes(), random().ok()?);
    Some(URL_SAFE_NO_PAD.encode(sealed.ok()?))
}

/// What a message says; `None` where it is none of the caller's account.
pub(super) fn open(keyring: &Keyring, admin: &Admin, message: &str) -> Option<String> {
    if message.len() > CHARS_MAX {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(message).ok()?;
    let text = keyring.open(&binding(admin), &sealed).ok()?;
    String::from_utf8(text.to_vec()).ok()
}

fn binding(admin: &Admin) -> Vec<u8> {
    let account = &admin.principal.account;
    format!("authorization message, version 1, {account}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::tests::admin;

    fn denied(resource: &str) -> Failure {
        Failure::Denied {
            who: "arn:aws:iam::111111111111:user/anna".into(),
            action: "vpc-lattice:GetService".into(),
            resource: resource.into(),
            why: " with an explicit deny in an identity-based policy",
        }
    }

    #[test]
    fn a_message_is_for_the_account_that_was_denied() {
        let keyring = Keyring::new("k1", [1; 32]).unwrap();
        let (anna, bert) = (admin("111111111111"), admin("222222222222"));
        let sealed = message(&keyring, &anna, &denied("*")).unwrap();
        let told = open(&keyring, &anna, &sealed).unwrap();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["explicitDeny"], true);
        assert_eq!(told["context"]["action"], "vpc-lattice:GetService");
        assert_eq!(open(&keyring, &bert, &sealed), None);
        for forged in ["", "x", &sealed[1..], &"A".repeat(CHARS_MAX + 1)] {
            assert_eq!(open(&keyring, &anna, forged), None, "{forged}");
        }
    }

    #[test]
    fn only_denials_of_bounded_length_have_a_message() {
        let keyring = Keyring::new("k1", [1; 32]).unwrap();
        let anna = admin("111111111111");
        assert_eq!(message(&keyring, &anna, &Failure::NotReady), None);
        assert_eq!(
            message(&keyring, &anna, &denied(&"x".repeat(BYTES_MAX))),
            None
        );
        let longest = message(&keyring, &anna, &denied(&"x".repeat(2_048))).unwrap();
        assert!(longest.len() < CHARS_MAX);
    }
}
