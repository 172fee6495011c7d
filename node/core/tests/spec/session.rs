//! Sessions of roles: until when they sign, what limits them, what they carry.
//!
//! Source: IAM user guide, "Session policies", "Monitor and control actions taken with assumed roles".

use std::sync::Arc;

use trellis_core::decide::{Caller, Denial, Verdict};
use trellis_core::policy::Kind;
use trellis_core::seal::{Claims, Keyring, SessionKeys, seal_session, temporary_key_id};
use trellis_core::view::{IdentityView, Layer, PolicyView, View};

use crate::estate::{ACCOUNT, Estate, SECRET, SERVICE, policy};
use crate::journey::{decide, guarded};
use crate::signer::{Sent, Signature};

/// A session of the role `reader`.
fn claims() -> Claims {
    let mut claims = Claims::default();
    claims.account = ACCOUNT.into();
    claims.role_id = "reader".into();
    claims.role_name = "reader".into();
    claims.session_name = "build-7".into();
    claims.issued_at_ms = 1_773_572_400_000;
    claims.expires_at_ms = 1_773_576_000_001;
    claims.secret_access_key = SECRET.into();
    claims.access_key_id = temporary_key_id([5; 10]);
    claims
}

/// A view in which the role has the policies of the estate, and sessions can be opened.
fn view(estate: &Estate, role: IdentityView) -> View {
    let mut view = estate.view();
    Arc::get_mut(&mut view.credentials).unwrap().session_keys = Some(keys());
    let role = IdentityView {
        policies: estate.own["reader"].clone(),
        account: ACCOUNT.into(),
        name: "reader".into(),
        ..role
    };
    let identities = &mut Arc::get_mut(&mut view.credentials).unwrap().identities;
    identities.insert("reader".into(), role.into());
    view
}

fn keys() -> SessionKeys {
    SessionKeys::new(&Keyring::new("k1", [1; 32]).unwrap()).unwrap()
}

/// What happens to a request for a path that the session signs.
fn asked(estate: &Estate, view: &View, claims: &Claims, path: &str) -> (Verdict, Option<Caller>) {
    let token = seal_session(&keys(), claims, [7; 12]).unwrap();
    let sent = Sent::plain("GET", path).signed(&Signature {
        access_key_id: &claims.access_key_id,
        token: Some(&token),
        ..Signature::default()
    });
    let (verdict, trace) = decide(estate, view, &sent, None);
    (verdict, trace.caller)
}

/// `forward`, or why not.
fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Forward(_) => "forward".into(),
        Verdict::Refuse(Denial::Access { layer, text }) => {
            let (_, why) = text.rsplit_once(SERVICE).unwrap();
            let (_, why) = why.split_once(' ').unwrap();
            format!("{}: {why}", layer.label())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_signs_until_it_is_revoked() {
    let estate = guarded();
    let verdict = |sessions_not_before_ms| {
        let role = IdentityView {
            sessions_not_before_ms,
            ..IdentityView::default()
        };
        asked(&estate, &view(&estate, role), &claims(), "/")
    };
    let (before, caller) = verdict(1_773_572_400_000);
    assert_eq!(told(&before), "forward");
    let Some(Caller::Signed(principal)) = caller else {
        panic!("not signed");
    };
    assert_eq!(
        principal.arn,
        "arn:aws:sts::111111111111:assumed-role/reader/build-7"
    );
    let (after, _) = verdict(1_773_572_400_001);
    assert!(matches!(after, Verdict::Refuse(Denial::Signature(_))));
}

/// A policy that allows a path and denies another below it.
fn limiting(path: &str, denied: &str) -> String {
    let statement = |effect: &str, path: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"vpc-lattice-svcs:*","Resource":"*{path}"}}"#)
    };
    let (allow, deny) = (statement("Allow", path), statement("Deny", denied));
    format!(r#"{{"Version":"2012-10-17","Statement":[{allow},{deny}]}}"#)
}

#[test]
fn a_session_may_what_both_its_role_and_its_own_policy_allow() {
    let estate = guarded();
    let view = view(&estate, IdentityView::default());
    let mut limited = claims();
    limited.policy = limiting("/orders/*", "/orders/secret");
    for (path, expected) in [
        ("/orders/7", "forward"),
        (
            "/orders/secret",
            "Session: with an explicit deny in a session policy",
        ),
        (
            "/admin",
            "Session: because no session policy allows the vpc-lattice-svcs:Invoke action",
        ),
    ] {
        let (verdict, _) = asked(&estate, &view, &limited, path);
        assert_eq!(told(&verdict), expected, "{path}");
    }
    let (verdict, _) = asked(&estate, &view, &claims(), "/admin");
    assert_eq!(told(&verdict), "forward", "a session without policy");
}

#[test]
fn a_session_policy_gives_nothing_that_the_role_has_not() {
    let mut estate = guarded();
    let own = r#"{"Effect":"Allow","Action":"vpc-lattice-svcs:Invoke","Resource":"*/orders/*"}"#;
    let own = vec![policy(Kind::Identity, &[own.to_owned()])];
    estate.own.insert("reader".into(), own);
    let view = view(&estate, IdentityView::default());
    let mut limited = claims();
    limited.policy = limiting("/*", "/nothing");
    let (verdict, _) = asked(&estate, &view, &limited, "/orders/7");
    assert_eq!(told(&verdict), "forward");
    let (verdict, _) = asked(&estate, &view, &limited, "/admin");
    assert_eq!(
        told(&verdict),
        "Identity: because no identity-based policy allows the vpc-lattice-svcs:Invoke action"
    );
}

#[test]
fn an_auth_policy_that_names_the_session_does_not_widen_its_policy() {
    let mut estate = guarded();
    let principal = "arn:aws:sts::111111111111:assumed-role/reader/build-7";
    let named = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"*","Resource":"*"}}"#
    );
    estate.service = Layer::Policy(Some(policy(Kind::Auth, &[named])));
    let view = view(&estate, IdentityView::default());
    let mut limited = claims();
    limited.policy = limiting("/orders/*", "/nothing");
    let (verdict, _) = asked(&estate, &view, &limited, "/admin");
    assert!(told(&verdict).starts_with("Session: "), "{verdict:?}");
}

#[test]
fn managed_policies_limit_a_session_as_they_are_now() {
    let estate = guarded();
    let mut view = view(&estate, IdentityView::default());
    let mut limited = claims();
    limited.policy_ids = vec!["ANPA1".into(), "ANPA2".into()];
    let mut put = |id: &str, path: Option<&str>| {
        let policy = path.map(|path| {
            let statement = format!(
                r#"{{"Effect":"Allow","Action":"vpc-lattice-svcs:*","Resource":"*{path}"}}"#
            );
            policy(Kind::Identity, &[statement])
        });
        let compiled = PolicyView {
            revision: 1,
            policy,
        };
        let policies = &mut Arc::get_mut(&mut view.credentials).unwrap().policies;
        policies.insert(id.to_owned(), compiled.into());
    };
    put("ANPA1", Some("/orders"));
    put("ANPA2", Some("/carts"));
    let told = |view: &View, path: &str| told(&asked(&estate, view, &limited, path).0);
    assert_eq!(told(&view, "/orders"), "forward");
    assert_eq!(told(&view, "/carts"), "forward");
    assert!(told(&view, "/admin").starts_with("Session: because no session policy"));
    // One that is gone or cannot be read might have denied.
    let policies = &mut Arc::get_mut(&mut view.credentials).unwrap().policies;
    let gone = policies.remove("ANPA2");
    assert!(told(&view, "/orders").starts_with("Session: "));
    let unread = PolicyView {
        revision: 2,
        policy: None,
    };
    let policies = &mut Arc::get_mut(&mut view.credentials).unwrap().policies;
    policies.insert("ANPA2".into(), unread.into());
    assert!(told(&view, "/orders").starts_with("Session: "));
    let policies = &mut Arc::get_mut(&mut view.credentials).unwrap().policies;
    policies.insert("ANPA2".into(), gone.unwrap());
    assert_eq!(told(&view, "/orders"), "forward");
}

#[test]
fn a_session_of_a_user_is_the_user_as_long_as_its_key_is_active() {
    let mut estate = guarded();
    estate
        .own
        .insert("alice".into(), estate.own["reader"].clone());
    let mut view = view(&estate, IdentityView::default());
    let alice = IdentityView {
        policies: estate.own["alice"].clone(),
        arn: "arn:aws:iam::111111111111:user/team/alice".into(),
        account: ACCOUNT.into(),
        name: "alice".into(),
        ..IdentityView::default()
    };
    let identities = &mut Arc::get_mut(&mut view.credentials).unwrap().identities;
    identities.insert("alice".into(), alice.into());
    let mut session = claims();
    session.role_id.clear();
    session.user_id = "alice".into();
    session.user_key_id = "AKIAalice".into();
    let (verdict, caller) = asked(&estate, &view, &session, "/");
    assert_eq!(told(&verdict), "forward");
    let Some(Caller::Signed(principal)) = caller else {
        panic!("not signed");
    };
    assert_eq!(principal.arn, "arn:aws:iam::111111111111:user/team/alice");
    assert!(principal.is_user_session());

    session.user_key_id = "AKIAwriter".into();
    let (verdict, _) = asked(&estate, &view, &session, "/");
    let is_refused = |verdict| matches!(verdict, Verdict::Refuse(Denial::Signature(_)));
    assert!(is_refused(verdict), "the key of another");
    session.user_key_id = "AKIAalice".into();
    let credentials = Arc::get_mut(&mut view.credentials).unwrap();
    credentials.access_keys.remove("AKIAalice");
    let (verdict, _) = asked(&estate, &view, &session, "/");
    assert!(is_refused(verdict), "an inactive key");
}

#[test]
fn a_session_whose_policy_cannot_be_read_is_none() {
    let estate = guarded();
    let view = view(&estate, IdentityView::default());
    let mut broken = claims();
    broken.policy = "{}".into();
    let (verdict, _) = asked(&estate, &view, &broken, "/");
    assert!(matches!(verdict, Verdict::Refuse(Denial::Signature(_))));
}

#[test]
fn policies_know_who_is_behind_a_session() {
    let mut estate = guarded();
    let own = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceIdentity":"anna"}}}"#;
    let own = vec![policy(Kind::Identity, &[own.to_owned()])];
    estate.own.insert("reader".into(), own);
    let view = view(&estate, IdentityView::default());
    for (source_identity, expected) in [("anna", true), ("bert", false), ("", false)] {
        let mut session = claims();
        session.source_identity = source_identity.into();
        let (verdict, _) = asked(&estate, &view, &session, "/");
        let is_forwarded = matches!(verdict, Verdict::Forward(_));
        assert_eq!(is_forwarded, expected, "{source_identity}");
    }
}
