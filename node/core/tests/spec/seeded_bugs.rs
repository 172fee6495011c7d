//! The bug of the journey that is built in on purpose is there. Each test needs a process of its own,
//! as `cargo nextest` gives.
//!
//! Source: `docs/seeded-bugs.md`.

use trellis_core::decide::{Memo, Trace, Verdict};
use trellis_core::policy::Kind;
use trellis_core::seeded_bugs::{Bug, choose};
use trellis_core::view::Layer;

use crate::estate::{Estate, HOST, SERVICE, policy};

#[test]
fn b14_a_rule_is_reached_by_a_path_that_its_deny_does_not_see() {
    choose(Bug::B14).unwrap();
    let allow = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#.to_owned();
    let deny =
        format!(r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"{SERVICE}/admin"}}"#);
    let estate = Estate {
        service: Layer::Policy(Some(policy(Kind::Auth, &[allow, deny]))),
        fixed: vec![("/admin".to_owned(), 404)],
        ..Estate::default()
    };
    let view = estate.view();
    let verdict = |target| {
        let headers = http::HeaderMap::new();
        let head = trellis_core::decide::Head {
            method: "GET",
            target,
            authority: HOST,
            headers: &headers,
            http2: false,
            body_sha256: None,
        };
        estate.decide(&view, &head, &mut Memo::default(), &mut Trace::default())
    };
    assert!(matches!(verdict("/admin"), Verdict::Refuse(_)));
    assert!(matches!(verdict("/%2561dmin"), Verdict::Respond(404)));
}
