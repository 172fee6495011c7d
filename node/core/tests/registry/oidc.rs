//! OIDC providers: their URLs, client ids, thumbprints and keys.

use trellis_core::model::{ClusterSettings, Kind, OidcProvider, limits};
use trellis_core::registry::command::{Identifier, Stored, version_of};
use trellis_core::registry::{Change, Operation};

use super::check;

/// A public key, RFC 8037, appendix A.2.
const KEYS: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

#[test]
fn a_provider_is_named_by_its_url() {
    check(
        "
        create oidc-provider github name=token.actions.githubusercontent.com clients=b,a,b
        show oidc-provider github arn
        => ok arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com
        show oidc-provider github clients
        => ok a b
        create oidc-provider again name=token.actions.githubusercontent.com
        => refused Conflict: OIDC_PROVIDER github has the name token.actions.githubusercontent.com; choose another
        as other create oidc-provider theirs name=token.actions.githubusercontent.com
        => ok theirs
        create oidc-provider eks name=oidc.eks.example.com/id/AB12
        create oidc-provider other name=oidc.eks.example.com/id/ab12   # paths are told apart by case
        create oidc-provider local name=kube.internal:6443/
        update oidc-provider eks name=else.example.com
        => refused Validation: name: cannot be changed
        delete oidc-provider eks
        => ok eks
    ",
    );
}

#[test]
fn what_is_no_url_of_a_provider_is_refused() {
    for name in [
        "a..b", "/path", "a:0", "a:65536", "a:x", "a?q", "a/b?q", "a/b#f", "u@a", "a/*", "a/ü",
        "*.a",
    ] {
        check(&format!(
            "
            create oidc-provider one name={name}
            => refused Validation: url: has a host, which a port and a path may follow, and no query
        "
        ));
    }
    check(&format!(
        "
        create oidc-provider one name={}
        => refused Validation: url: has length 256; 9–255 is allowed
        create oidc-provider one name={}
        => ok one
        create oidc-provider two name=
        => refused Validation: url: has length 8; 9–255 is allowed…
    ",
        "a".repeat(248),
        "a".repeat(247),
    ));
}

#[test]
fn lists_and_keys_of_a_provider_have_limits() {
    let ids = |count: usize| {
        (0..count)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let print = "0123456789abcdefABCDEF0123456789abcdef01";
    check(&format!(
        "
        create oidc-provider one name=a.example clients={}
        => ok one
        create oidc-provider two name=b.example clients={}
        => refused QuotaExceeded: the number of client ids of the provider is 101, above the limit of 100; make it smaller
        create oidc-provider two name=b.example clients={}
        => refused Validation: clientIds[0]: has length 256; 1–255 is allowed
        create oidc-provider two name=b.example thumbprints={print},{print},{print},{print},{print},{print}
        => refused Validation: thumbprints: has length 6; 0–5 is allowed
        create oidc-provider two name=b.example thumbprints={print},x
        => refused Validation: thumbprints[1]: is not 40 hex digits
        create oidc-provider two name=b.example jwks={KEYS}
        => ok two
        create oidc-provider three name=c.example jwks={{}}
        => refused Validation: jwks: is no JSON Web Key Set: missing field…
        create oidc-provider three name=c.example jwks={{\"keys\":[]}}
        => refused Validation: jwks: has no key for signatures…
        create oidc-provider three name=c.example jwks={}
        => refused Validation: jwks: has length 16385; 0–16384 is allowed…
    ",
        ids(100),
        ids(101),
        "x".repeat(256),
        "x".repeat(16_385),
    ));
    check("
        as ops update settings cluster oidcProvidersPerAccount=1
        create oidc-provider one name=a.example
        create oidc-provider two name=b.example
        => refused QuotaExceeded(L-858F3967): the quota oidcProvidersPerAccount of 1 is reached; delete one or raise the quota
        as other create oidc-provider two name=b.example
        => ok two
    ");
}

#[test]
fn only_its_account_sees_a_provider() {
    check(
        "
        create oidc-provider one name=a.example
        as other list oidc-provider
        => ok
        as other delete oidc-provider one
        => refused NotFound: OIDC_PROVIDER one not found
        list oidc-provider
        => ok one
        as ops delete account 222222222222
        => refused Conflict: account 222222222222 owns OIDC_PROVIDER one; delete that first
    ",
    );
}

#[test]
fn members_that_do_not_know_providers_are_not_asked_about_them() {
    let version = |change| {
        version_of(&[Operation {
            change: Some(change),
            ..Operation::default()
        }])
    };
    let create = |record: Stored| version(Change::Create(record));
    assert_eq!(create(OidcProvider::default().into()), 4);
    let mut settings = ClusterSettings::default();
    assert_eq!(create(settings.clone().into()), 1);
    let quota = limits::OIDC_PROVIDERS_PER_ACCOUNT.name.to_owned();
    settings.quotas.insert(quota, 1);
    assert_eq!(create(settings.into()), 4);
    let named = Identifier {
        kind: Kind::OidcProvider as i32,
        id: String::new(),
    };
    assert_eq!(version(Change::Delete(named)), 4);
}
