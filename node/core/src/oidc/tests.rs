//! Which tokens are believed. Keys are made anew, and tokens signed by hand.

mod signer;

use serde_json::{Value, json};

use super::*;
use crate::model::{Meta, OidcProvider};
use signer::{Signer, signed_part, token};

const URL: &str = "https://id.example.com/realm";
const NOW: u64 = 1_773_576_000;

fn provider() -> OidcProvider {
    OidcProvider {
        meta: Some(Meta {
            account: "111111111111".into(),
            name: "id.example.com/realm".into(),
            ..Meta::default()
        }),
        client_ids: vec!["sts.amazonaws.com".into(), "web".into()],
        ..OidcProvider::default()
    }
}

fn claims() -> Value {
    json!({
        "iss": URL,
        "sub": "system:serviceaccount:shop:orders",
        "aud": ["kube", "sts.amazonaws.com"],
        "exp": NOW + 600,
        "nbf": NOW,
        "iat": NOW,
    })
}

/// Keys of every kind, in a set, each with its kind as its id.
fn keys() -> Keys {
    let keys: Vec<_> = Signer::ALL.iter().map(|it| it.jwk()).collect();
    Keys::parse(&json!({ "keys": keys }).to_string()).unwrap()
}

fn judged(token: &str) -> Result<WebIdentity, Denial> {
    verify(token, &provider(), &keys(), NOW * 1_000)
}

/// What becomes of a token whose claims differ in this.
fn with(changes: Value) -> Result<WebIdentity, Denial> {
    let (mut claims, Value::Object(changes)) = (claims(), changes) else {
        panic!("claims are an object");
    };
    for (name, value) in changes {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(&name)),
            value => claims[name] = value,
        }
    }
    judged(&token(Signer::Rs256, &Signer::Rs256.header(), &claims))
}

fn invalid(outcome: Result<WebIdentity, Denial>) -> String {
    match outcome {
        Err(Denial::Invalid(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_of_every_algorithm_is_believed() {
    for signer in Signer::ALL {
        let token = token(*signer, &signer.header(), &claims());
        let identity = judged(&token).unwrap_or_else(|denial| panic!("{signer:?}: {denial}"));
        assert_eq!(identity.subject, "system:serviceaccount:shop:orders");
        assert_eq!(identity.client_ids, ["sts.amazonaws.com"]);
        assert_eq!(identity.audiences, ["kube", "sts.amazonaws.com"]);
        let told = issuer_and_key(&token).unwrap();
        assert_eq!(told, (URL.to_owned(), Some(signer.name().to_owned())));
    }
}

#[test]
fn a_token_is_for_its_time() {
    let denied = |changes| with(changes).unwrap_err();
    assert!(with(json!({ "exp": NOW + 1 })).is_ok());
    assert!(with(json!({ "exp": NOW as f64 + 0.5 })).is_ok());
    for exp in [json!(NOW), json!(NOW - 1), json!(0), json!(-1)] {
        assert_eq!(denied(json!({ "exp": exp })), Denial::Expired);
    }
    for claim in ["nbf", "iat"] {
        assert!(with(json!({ claim: NOW + LEEWAY_SECONDS })).is_ok());
        assert!(with(json!({ claim: null })).is_ok());
        let early = with(json!({ claim: NOW + LEEWAY_SECONDS + 1 }));
        assert!(
            matches!(early, Err(Denial::Invalid(_))),
            "{claim}: {early:?}"
        );
    }
}

#[test]
fn what_is_missing_or_of_another_is_refused() {
    for (changes, expected) in [
        (json!({ "iss": null }), "another issuer"),
        (
            json!({ "iss": "https://id.example.com/realm/" }),
            "another issuer",
        ),
        (json!({ "iss": "id.example.com/realm" }), "another issuer"),
        (
            json!({ "iss": "http://id.example.com/realm" }),
            "another issuer",
        ),
        (json!({ "sub": null }), "required claim: sub"),
        (json!({ "sub": "" }), "required claim: sub"),
        (json!({ "exp": null }), "required claim: exp"),
        (json!({ "exp": "soon" }), "cannot be read"),
        (json!({ "aud": null }), "required claim: aud"),
        (json!({ "aud": [] }), "Incorrect token audience"),
        (
            json!({ "aud": "STS.amazonaws.com" }),
            "Incorrect token audience",
        ),
        (json!({ "aud": ["kube"] }), "Incorrect token audience"),
        (json!({ "azp": "phone" }), "Incorrect token audience"),
    ] {
        let text = invalid(with(changes.clone()));
        assert!(text.contains(expected), "{changes}: {text}");
    }
    let long = with(json!({ "sub": "x".repeat(256) }));
    assert!(matches!(long, Err(Denial::Rejected(_))), "{long:?}");
}

#[test]
fn whom_a_token_was_given_to_goes_before_whom_it_is_for() {
    let identity = with(json!({ "azp": "web", "aud": "account" })).unwrap();
    assert_eq!(identity.client_ids, ["web"]);
    assert_eq!(identity.audiences, ["account"]);
    assert_eq!(identity.authorised_party, "web");
    let mut nobody = provider();
    nobody.client_ids.clear();
    let token = token(Signer::Rs256, &Signer::Rs256.header(), &claims());
    let text = invalid(verify(&token, &nobody, &keys(), NOW * 1_000));
    assert!(text.contains("Incorrect token audience"), "{text}");
}

#[test]
fn a_token_carries_tags_and_who_is_behind_it() {
    let tags = |tags| json!({ "https://aws.amazon.com/tags": tags });
    let identity = with(json!({
        "amr": ["mfa", "pwd"],
        "https://aws.amazon.com/tags": {
            "principal_tags": { "team": ["orders"], "floor": "2" },
            "transitive_tag_keys": ["team"],
        },
        "https://aws.amazon.com/source_identity": "anna",
    }))
    .unwrap();
    let told: Vec<_> = identity
        .tags
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(told, ["floor=2", "team=orders"]);
    assert_eq!(identity.transitive_tag_keys, ["team"]);
    assert_eq!(identity.source_identity, "anna");
    assert_eq!(identity.methods, ["mfa", "pwd"]);
    for values in [json!([]), json!(["a", "b"])] {
        let denied = with(tags(json!({ "principal_tags": { "team": values } })));
        assert!(matches!(denied, Err(Denial::Rejected(_))), "{denied:?}");
    }
    let text = invalid(with(tags(json!("team=orders"))));
    assert!(text.contains("cannot be read"), "{text}");
}

#[test]
fn a_token_that_was_changed_is_refused() {
    let good = token(Signer::Es256, &Signer::Es256.header(), &claims());
    let other = signed_part(
        &Signer::Es256.header(),
        &json!({ "iss": URL, "sub": "root", "exp": NOW + 600 }),
    );
    let signature = good.rsplit('.').next().unwrap();
    let text = invalid(judged(&format!("{other}.{signature}")));
    assert_eq!(text, "the signature of the token is wrong");
    for at in (0..good.len()).step_by(7) {
        let mut changed = good.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(judged(&changed).is_err(), "character {at}");
    }
    for bad in [
        "",
        ".",
        "..",
        "a.b.c",
        &good[..good.len() - 1],
        &format!("{good}."),
        &format!("{good}="),
    ] {
        assert!(judged(bad).is_err(), "{bad}");
    }
    let long = "x".repeat(TOKEN_BYTES_MAX + 1);
    assert!(invalid(judged(&long)).contains("longer than 20000"));
}

#[test]
fn the_key_decides_which_algorithm_a_token_may_name() {
    // Signed with nothing, and with the public key as if it were a secret.
    let mut unsigned = Signer::Rs256.header();
    unsigned["alg"] = "none".into();
    let text = invalid(judged(&format!("{}.", signed_part(&unsigned, &claims()))));
    assert!(text.contains("asymmetric"), "{text}");
    for secret in Signer::ALL.iter().map(|it| it.jwk().to_string()) {
        let mut shared = Signer::Rs256.header();
        shared["alg"] = "HS256".into();
        let text = invalid(judged(&signer::with_secret(
            secret.as_bytes(),
            &shared,
            &claims(),
        )));
        assert!(text.contains("no key of the id and algorithm"), "{text}");
    }
    // Another algorithm of the same kind, by a key that is for one only; and a key of another kind.
    for (signer, id) in [
        (Signer::Rs512, "RS256"),
        (Signer::Es256, "RS256"),
        (Signer::EdDsa, "ES256"),
    ] {
        let mut header = signer.header();
        header["kid"] = id.into();
        let text = invalid(judged(&token(signer, &header, &claims())));
        assert!(text.contains("no key of the id and algorithm"), "{text}");
    }
    let mut critical = Signer::Rs256.header();
    critical["crit"] = json!(["b64"]);
    let text = invalid(judged(&token(Signer::Rs256, &critical, &claims())));
    assert!(text.contains("critical"), "{text}");
}

#[test]
fn a_key_is_chosen_by_its_id_or_is_the_only_one() {
    let mut header = Signer::Es384.header();
    header["kid"] = "rotated".into();
    let rotated = token(Signer::Es384, &header, &claims());
    assert!(invalid(judged(&rotated)).contains("no key of the id"));
    assert!(!keys().knows(Some("rotated")) && keys().knows(Some("ES384")) && keys().knows(None));
    header.as_object_mut().unwrap().remove("kid");
    let nameless = token(Signer::Es384, &header, &claims());
    assert!(judged(&nameless).is_ok(), "one key is for it");
    let twice = json!({ "keys": [Signer::Es384.jwk(), Signer::Es384.jwk()] });
    let twice = Keys::parse(&twice.to_string()).unwrap();
    assert!(verify(&nameless, &provider(), &twice, NOW * 1_000).is_err());
    // Signed by another key of the same id.
    let stranger = Signer::stranger(&Signer::Es256.header(), &claims());
    assert_eq!(
        invalid(judged(&stranger)),
        "the signature of the token is wrong"
    );
}

#[test]
fn only_public_keys_for_signatures_are_keys() {
    let of = |change: Value| {
        let mut key = Signer::Rs256.jwk();
        key.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        Keys::parse(&json!({ "keys": [key] }).to_string()).map(drop)
    };
    for change in [json!({}), json!({ "use": "sig" }), json!({ "x5t": "?" })] {
        assert_eq!(of(change.clone()), Ok(()), "{change}");
    }
    for change in [
        json!({ "use": "enc" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "PS256" }),
        json!({ "kty": "oct", "k": "c2VjcmV0" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
        json!({ "n": "AQAB" }),
        json!({ "n": "!" }),
    ] {
        let refused = of(change.clone()).unwrap_err();
        assert!(
            refused.starts_with("has no key for signatures"),
            "{change}: {refused}"
        );
    }
    let refused = of(json!({ "d": "AQAB" })).unwrap_err();
    assert!(refused.starts_with("holds a private key"), "{refused}");
    for text in ["", "[]", "{}", r#"{"keys":1}"#] {
        assert!(
            Keys::parse(text)
                .unwrap_err()
                .starts_with("is no JSON Web Key Set")
        );
    }
    // Others beside it do no harm.
    let mixed = json!({ "keys": [{ "kty": "new" }, 7, Signer::EdDsa.jwk()] });
    assert!(
        Keys::parse(&mixed.to_string())
            .unwrap()
            .knows(Some("EdDSA"))
    );
}
