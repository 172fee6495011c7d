//! The journey of a request: find, authenticate, authorise, route, pick.
//!
//! Source: VPC Lattice user guide, "SIGv4 authenticated requests", "Auth policies", "Listener rules".

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use trellis_core::decide::target::RequestTarget;
use trellis_core::decide::{Caller, Denial, Head, Memo, Peer, Trace, Verdict};
use trellis_core::policy::Kind;
use trellis_core::view::{Layer, View};

use crate::estate::{ACCOUNT, Estate, HOST, SERVICE, peer, policy};
use crate::signer::{Sent, Signature};
use crate::target::{Draw, decoded, generate, resolved};

const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"vpc-lattice-svcs:Invoke","Resource":"*"}"#;

/// Both layers ask; the service's policy allows the account, reader has an allow of its own.
pub(crate) fn guarded() -> Estate {
    let of_account = EVERYTHING.replacen(
        "\"Action\"",
        &format!("\"Principal\":{{\"AWS\":\"{ACCOUNT}\"}},\"Action\""),
        1,
    );
    let policy_of_account = policy(Kind::Auth, &[of_account]);
    let own = policy(Kind::Identity, &[EVERYTHING.to_owned()]);
    Estate {
        network: Layer::Policy(Some(policy_of_account.clone())),
        service: Layer::Policy(Some(policy_of_account)),
        own: [("reader".to_owned(), vec![own])].into(),
        ..Estate::default()
    }
}

fn sha256(body: &[u8]) -> [u8; 32] {
    digest(&SHA256, body).as_ref().try_into().unwrap()
}

pub(crate) fn decide(
    estate: &Estate,
    view: &View,
    sent: &Sent,
    body: Option<&[u8]>,
) -> (Verdict, Trace) {
    let mut trace = Trace::default();
    let mut memo = Memo::default();
    let head = head(sent, body);
    let verdict = estate.decide(view, &head, &mut memo, &mut trace);
    // What the worker remembers must not matter.
    let again = estate.decide(view, &head, &mut memo, &mut Trace::default());
    assert_eq!(format!("{verdict:?}"), format!("{again:?}"));
    (verdict, trace)
}

fn head<'s>(sent: &'s Sent, body: Option<&[u8]>) -> Head<'s> {
    Head {
        method: sent.method,
        target: &sent.target,
        authority: HOST,
        headers: &sent.headers,
        http2: false,
        body_sha256: body.map(sha256),
    }
}

/// The verdict in words: `forward`, `forward hashed`, a status, `body`, or status and text.
#[track_caller]
fn check(estate: &Estate, sent: &Sent, body: Option<&[u8]>, expected: &str) {
    let (verdict, _) = decide(estate, &estate.view(), sent, body);
    let words = match verdict {
        Verdict::Forward(plan) if plan.body_sha256.is_some() => "forward hashed".to_owned(),
        Verdict::Forward(_) => "forward".to_owned(),
        Verdict::Respond(status) => status.to_string(),
        Verdict::NeedBody => "body".to_owned(),
        Verdict::Refuse(denial) => format!("{} {}", denial.status(), denial.text()),
    };
    let fits = match expected.strip_suffix('…') {
        Some(beginning) => words.starts_with(beginning),
        None => words == expected,
    };
    assert!(fits, "{words}\ninstead of\n{expected}");
}

#[test]
fn an_unsigned_request_passes_where_both_layers_are_open() {
    check(
        &Estate::default(),
        &Sent::plain("GET", "/"),
        None,
        "forward",
    );
}

#[test]
fn an_unsigned_request_is_anonymous_where_a_layer_asks() {
    check(
        &guarded(),
        &Sent::plain("GET", "/"),
        None,
        "403 AccessDeniedException: User: anonymous is not authorized…",
    );
}

#[test]
fn another_scheme_of_authorization_is_anonymous() {
    let bearer = Sent::plain("GET", "/").with("authorization", "Bearer abc");
    check(&Estate::default(), &bearer, None, "forward");
    check(
        &guarded(),
        &bearer,
        None,
        "403 AccessDeniedException: User: anonymous…",
    );
}

#[test]
fn a_signed_request_is_the_signers() {
    let sent = Sent::plain("GET", "/orders/7?b=2&a=1").signed(&Signature::default());
    check(&guarded(), &sent, None, "forward");
    let (_, trace) = decide(&guarded(), &guarded().view(), &sent, None);
    let Some(Caller::Signed(principal)) = trace.caller else {
        panic!("{trace:?}");
    };
    assert_eq!(principal.identity, "reader");
    let presigned = Signature {
        presigned: true,
        ..Signature::default()
    };
    let sent = Sent::plain("GET", "/orders/7?b=2").signed(&presigned);
    check(&guarded(), &sent, None, "forward");
}

#[test]
fn a_signature_that_is_present_must_be_right_also_where_everyone_passes() {
    let open = Estate::default();
    let signed = |signature: Signature<'_>| Sent::plain("GET", "/a").signed(&signature);
    check(&open, &signed(Signature::default()), None, "forward");
    let mut tampered = signed(Signature::default());
    tampered.target = "/b".into();
    check(
        &open,
        &tampered,
        None,
        "403 InvalidSignatureException: The request signature we…",
    );
    let rows = [
        (
            Signature {
                secret: "wrong",
                ..Signature::default()
            },
            "403 InvalidSignatureException: The request signature we…",
        ),
        (
            Signature {
                access_key_id: "AKIAnobody",
                ..Signature::default()
            },
            "403 UnrecognizedClientException: The security token…",
        ),
        (
            Signature {
                region: "us-east-1",
                ..Signature::default()
            },
            "403 InvalidSignatureException: Credential should be scoped to a valid region.",
        ),
        (
            Signature {
                seconds_ago: 301,
                ..Signature::default()
            },
            "403 InvalidSignatureException: Signature expired: …",
        ),
        (
            Signature {
                token: Some("token"),
                ..Signature::default()
            },
            "403 UnrecognizedClientException: The security token…",
        ),
    ];
    for (signature, expected) in rows {
        check(&open, &signed(signature), None, expected);
    }
    let broken = Sent::plain("GET", "/").with("authorization", "AWS4-HMAC-SHA256 nonsense");
    check(&open, &broken, None, "403 IncompleteSignatureException: …");
}

#[test]
fn a_signed_body_is_read_before_it_is_forwarded_and_only_for_whom_it_may_help() {
    let body: &[u8] = b"{\"a\":1}";
    let hashed = |access_key_id| {
        Sent::plain("POST", "/orders").signed(&Signature {
            access_key_id,
            body: Some(body),
            ..Signature::default()
        })
    };
    let reader = hashed("AKIAreader");
    check(&guarded(), &reader, None, "body");
    check(&guarded(), &reader, Some(body), "forward hashed");
    check(
        &guarded(),
        &reader,
        Some(b"other"),
        "403 InvalidSignatureException: the body does…",
    );
    check(
        &guarded(),
        &hashed("AKIAwriter"),
        None,
        "403 AccessDeniedException: …",
    );
    let strict = Estate {
        strict: true,
        ..guarded()
    };
    check(
        &strict,
        &reader,
        Some(body),
        "403 IncompleteSignatureException: The value of 'x-amz-content-sha256' is not…",
    );
}

#[test]
fn a_target_that_is_not_canonical_is_refused_with_the_reason() {
    for (target, reason) in [
        ("/a/../b", "400 Bad Request: dot segment in a path"),
        ("/a//b", "400 Bad Request: empty path segment"),
        (
            "/%73ecret",
            "400 Bad Request: percent-encoded character 's' in a path; send it plainly",
        ),
        (
            "*",
            "400 Bad Request: the request target must start with '/'",
        ),
    ] {
        check(
            &Estate::default(),
            &Sent::plain("GET", target),
            None,
            reason,
        );
    }
}

#[test]
fn a_listener_is_found_by_port_and_by_what_it_speaks() {
    let from = |peer| Estate {
        peer,
        ..Estate::default()
    };
    let sent = Sent::plain("GET", "/");
    check(&from(peer()), &sent, None, "forward");
    check(
        &from(Peer { port: 81, ..peer() }),
        &sent,
        None,
        "404 Not Found: …",
    );
    check(
        &from(Peer {
            secure: true,
            ..peer()
        }),
        &sent,
        None,
        "404 Not Found: …",
    );
    check(
        &from(Peer {
            vpc: "vpc-9",
            ..peer()
        }),
        &sent,
        None,
        "404 Not Found: …",
    );
}

#[test]
fn refusal_by_policy_comes_before_a_fixed_answer() {
    let fixed = vec![("/closed".to_owned(), 404)];
    let sent = Sent::plain("GET", "/closed?x=1");
    let open = Estate {
        fixed: fixed.clone(),
        ..Estate::default()
    };
    check(&open, &sent, None, "404");
    check(
        &Estate { fixed, ..guarded() },
        &sent,
        None,
        "403 AccessDeniedException: …",
    );
}

#[test]
fn policies_rules_and_targets_see_the_same_bytes() {
    // Allowed only if the resource and the path are the header, whose value the test knows.
    let header = "${vpc-lattice-svcs:RequestHeader/x-path}";
    let same = format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"{SERVICE}{header}","Condition":{{"StringEquals":{{"vpc-lattice-svcs:RequestPath":"{header}"}}}}}}"#
    );
    let secret = format!(
        r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"{SERVICE}/secret"}}"#
    );
    let mut estate = Estate {
        service: Layer::Policy(Some(policy(Kind::Auth, &[same, secret]))),
        ..Estate::default()
    };
    let (mut memo, mut draw) = (Memo::default(), Draw(20_261_125));
    let (mut forwarded, mut denied) = (0, 0);
    for round in 0..120_000 {
        let raw = generate(&mut draw);
        let (path, _) = raw.split_once('?').unwrap_or((&raw, ""));
        let Ok(value) = path.parse() else {
            continue;
        };
        let mut sent = Sent::plain("GET", &raw);
        sent.headers.insert("x-path", value);
        estate.fixed = vec![(path.to_owned(), 404)];
        let view = estate.view();
        let verdict = estate.decide(&view, &head(&sent, None), &mut memo, &mut Trace::default());
        let normal = resolved(&decoded(path));
        match verdict {
            Verdict::Respond(404) => {
                forwarded += 1;
                assert!(RequestTarget::parse(&raw).is_ok(), "{raw:?}");
                assert_ne!(normal, b"/secret", "{raw:?} passes the deny of /secret");
            }
            Verdict::Refuse(Denial::Access { .. }) => {
                denied += 1;
                assert_eq!(path, "/secret", "only what the policy names is denied");
            }
            Verdict::Refuse(Denial::BadRequest(_)) => {
                assert!(RequestTarget::parse(&raw).is_err(), "{raw:?}");
            }
            other => panic!("{round} {raw:?}: {other:?}"),
        }
    }
    assert!(forwarded > 10_000 && denied > 20, "{forwarded} {denied}");
}

#[test]
fn what_is_signed_is_what_is_judged() {
    let estate = guarded();
    let view = estate.view();
    let (mut memo, mut draw) = (Memo::default(), Draw(7));
    let mut accepted = 0;
    for _ in 0..3_000 {
        let raw = generate(&mut draw);
        // Without query: the signer reads a plain plus and bytes that are not UTF-8 its own way.
        if RequestTarget::parse(&raw).is_err() || raw.contains('?') {
            continue;
        }
        accepted += 1;
        let sent = Sent::plain("GET", &raw).signed(&Signature::default());
        let verdict = estate.decide(&view, &head(&sent, None), &mut memo, &mut Trace::default());
        assert!(
            matches!(verdict, Verdict::Forward(_)),
            "{raw:?} {verdict:?}"
        );
        let mut other = sent.clone();
        other.target.insert(1, 'x');
        let verdict = estate.decide(&view, &head(&other, None), &mut memo, &mut Trace::default());
        let refused = matches!(
            verdict,
            Verdict::Refuse(Denial::Signature(_) | Denial::BadRequest(_))
        );
        assert!(refused, "{:?} {verdict:?}", other.target);
    }
    assert!(accepted > 300, "{accepted}");
}

#[test]
fn a_presigned_request_lives_as_long_as_it_says() {
    let presigned = |seconds_ago| {
        Sent::plain("GET", "/a").signed(&Signature {
            presigned: true,
            seconds_ago,
            ..Signature::default()
        })
    };
    let lifetime = Duration::from_secs(900).as_secs();
    check(&guarded(), &presigned(lifetime), None, "forward");
    check(
        &guarded(),
        &presigned(lifetime + 1),
        None,
        "403 InvalidSignatureException: Signature expired: …",
    );
}
