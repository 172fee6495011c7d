//! Which roles trust a web identity.
//!
//! Source: IAM user guide, "Available keys for AWS OIDC federation" and "Create a role for OpenID Connect federation".

use trellis_core::decide::web_identity::{ASSUME, Asker};
use trellis_core::model::{Meta, OidcProvider};
use trellis_core::oidc::WebIdentity;
use trellis_core::policy::{self, Kind};

const PROVIDER: &str = "arn:aws:iam::111111111111:oidc-provider/id.example.com:8443/Realm";

fn provider() -> OidcProvider {
    OidcProvider {
        meta: Some(Meta {
            account: "111111111111".into(),
            name: "id.example.com:8443/Realm".into(),
            ..Meta::default()
        }),
        ..OidcProvider::default()
    }
}

fn identity() -> WebIdentity {
    WebIdentity {
        subject: "system:serviceaccount:shop:orders".into(),
        client_ids: vec!["sts.amazonaws.com".into()],
        audiences: vec!["kube".into(), "sts.amazonaws.com".into()],
        methods: vec!["mfa".into()],
        tags: [("team".to_owned(), "orders".to_owned())].into(),
        transitive_tag_keys: vec!["team".into()],
        source_identity: "anna".into(),
        ..WebIdentity::default()
    }
}

/// Whether a role that trusts this principal, under this condition, trusts the identity.
fn trusts(principal: &str, condition: &str, identity: &WebIdentity) -> bool {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{ASSUME}","Condition":{condition}}}]}}"#
    );
    let trust = policy::compile(&policy::parse(&text, Kind::Trust).unwrap());
    let asker = Asker {
        provider: &provider(),
        identity,
        session_name: "build-7",
        peer: Some(("10.0.0.9".parse().unwrap(), true)),
        now_ms: 1_773_576_000_000,
    };
    let arn = "arn:aws:iam::111111111111:role/orders";
    assert!(!asker.may(&trust, "sts:TagSession", arn), "{condition}");
    asker.may(&trust, ASSUME, arn)
}

#[test]
fn a_role_trusts_the_provider_that_it_names() {
    for (principal, expected) in [
        (format!(r#"{{"Federated":"{PROVIDER}"}}"#), true),
        (
            format!(r#"{{"Federated":"{}"}}"#, PROVIDER.to_lowercase()),
            false,
        ),
        (r#"{"Federated":"id.example.com"}"#.to_owned(), false),
        (
            r#"{"Federated":"arn:aws:iam::222222222222:oidc-provider/id.example.com:8443/Realm"}"#
                .to_owned(),
            false,
        ),
        (r#"{"AWS":"111111111111"}"#.to_owned(), false),
        (
            r#"{"AWS":"arn:aws:iam::111111111111:role/orders"}"#.to_owned(),
            false,
        ),
    ] {
        assert_eq!(
            trusts(&principal, "{}", &identity()),
            expected,
            "{principal}"
        );
    }
}

/// Conditions, and whether they hold.
const CONDITIONS: &[(&str, bool)] = &[
    (
        r#"{"StringEquals":{"id.example.com:8443/Realm:sub":"system:serviceaccount:shop:orders"}}"#,
        true,
    ),
    (
        r#"{"StringEquals":{"ID.EXAMPLE.COM:8443/realm:SUB":"system:serviceaccount:shop:orders"}}"#,
        true,
    ),
    (
        r#"{"StringLike":{"id.example.com:8443/Realm:sub":"system:serviceaccount:shop:*"}}"#,
        true,
    ),
    (
        r#"{"StringLike":{"id.example.com:8443/Realm:sub":"system:serviceaccount:bank:*"}}"#,
        false,
    ),
    (
        r#"{"StringEquals":{"other.example.com:sub":"system:serviceaccount:shop:orders"}}"#,
        false,
    ),
    (
        r#"{"StringEquals":{"id.example.com:sub":"system:serviceaccount:shop:orders"}}"#,
        false,
    ),
    (
        r#"{"StringEquals":{"id.example.com:8443/Realm:aud":"sts.amazonaws.com"}}"#,
        true,
    ),
    (
        r#"{"StringEquals":{"id.example.com:8443/Realm:aud":"kube"}}"#,
        false,
    ),
    (
        r#"{"Null":{"id.example.com:8443/Realm:oaud":"true"}}"#,
        true,
    ),
    (r#"{"Null":{"id.example.com:8443/Realm:azp":"true"}}"#, true),
    (
        r#"{"ForAnyValue:StringEquals":{"id.example.com:8443/Realm:amr":["mfa","otp"]}}"#,
        true,
    ),
    (
        r#"{"ForAnyValue:StringEquals":{"id.example.com:8443/Realm:amr":"pwd"}}"#,
        false,
    ),
    (
        r#"{"StringEquals":{"sts:RoleSessionName":"build-7"}}"#,
        true,
    ),
    (
        r#"{"StringEquals":{"sts:RoleSessionName":"${id.example.com:8443/Realm:sub}"}}"#,
        false,
    ),
    (r#"{"StringEquals":{"sts:SourceIdentity":"anna"}}"#, true),
    (
        r#"{"ForAllValues:StringEquals":{"sts:TransitiveTagKeys":"team"}}"#,
        true,
    ),
    (r#"{"StringEquals":{"aws:RequestTag/Team":"orders"}}"#, true),
    (
        r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"floor"}}"#,
        false,
    ),
    (
        r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}}"#,
        true,
    ),
    (
        r#"{"DateLessThan":{"aws:CurrentTime":"2026-03-15T12:00:01Z"}}"#,
        true,
    ),
    (
        r#"{"NumericLessThan":{"aws:EpochTime":"1773576000"}}"#,
        false,
    ),
    (
        r#"{"Null":{"aws:PrincipalArn":"true","aws:PrincipalAccount":"true"}}"#,
        true,
    ),
];

#[test]
fn conditions_ask_for_claims_by_the_name_of_the_provider() {
    let named = format!(r#"{{"Federated":"{PROVIDER}"}}"#);
    for (condition, expected) in CONDITIONS {
        assert_eq!(
            trusts(&named, condition, &identity()),
            *expected,
            "{condition}"
        );
    }
}

#[test]
fn whom_the_token_was_given_to_is_the_audience() {
    let named = format!(r#"{{"Federated":"{PROVIDER}"}}"#);
    let given = WebIdentity {
        client_ids: vec!["web".into()],
        authorised_party: "web".into(),
        ..identity()
    };
    for (condition, expected) in [
        (
            r#"{"StringEquals":{"id.example.com:8443/Realm:aud":"web","id.example.com:8443/Realm:azp":"web"}}"#,
            true,
        ),
        (
            r#"{"StringEquals":{"id.example.com:8443/Realm:oaud":"kube"}}"#,
            true,
        ),
        (
            r#"{"StringEquals":{"id.example.com:8443/Realm:aud":"kube"}}"#,
            false,
        ),
    ] {
        assert_eq!(trusts(&named, condition, &given), expected, "{condition}");
    }
}
