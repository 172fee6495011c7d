//! TLS streams that are not opened. Source: VPC Lattice user guide, "TLS listeners".

use trellis_core::decide::{Caller, Peer, Trace, Verdict};
use trellis_core::model::{ListenerProtocol, TargetProtocol};
use trellis_core::policy::Kind;
use trellis_core::view::Layer;

use crate::estate::{Estate, HOST, SERVICE, peer, policy};

fn estate() -> Estate {
    Estate {
        peer: Peer {
            server_name: Some(HOST),
            ..peer()
        },
        protocols: (ListenerProtocol::TlsPassthrough, TargetProtocol::Tcp),
        ..Estate::default()
    }
}

#[track_caller]
fn check(estate: &Estate, expected: &str) {
    let mut trace = Trace::default();
    let words = match estate.decide_stream(&mut trace) {
        Verdict::Forward(plan) => {
            assert_eq!((trace.group, trace.target), (Some(0), Some(0)));
            assert!(matches!(trace.caller, Some(Caller::Anonymous)));
            assert_eq!(plan.body_sha256, None);
            "forward".to_owned()
        }
        Verdict::Refuse(denial) => format!("{} {}", denial.status(), denial.text()),
        other => panic!("{other:?}"),
    };
    assert!(words.starts_with(expected), "{words}");
}

#[test]
fn a_stream_is_found_by_its_server_name_and_port() {
    let from = |peer| Estate { peer, ..estate() };
    let named = estate().peer;
    check(&estate(), "forward");
    check(&from(peer()), "404 ");
    check(&from(Peer { port: 81, ..named }), "404 ");
    let server_name = Some("other.example.internal");
    check(
        &from(Peer {
            server_name,
            ..named
        }),
        "404 ",
    );
}

#[test]
fn only_a_listener_that_passes_tls_through_to_tcp_targets_will_do() {
    let with = |listener, targets| Estate {
        protocols: (listener, targets),
        ..estate()
    };
    check(&with(ListenerProtocol::Https, TargetProtocol::Tcp), "404 ");
    check(
        &with(ListenerProtocol::TlsPassthrough, TargetProtocol::Https),
        "400 Bad Request: a TLS stream",
    );
}

#[test]
fn a_stream_is_an_anonymous_connect_to_the_service() {
    let guarded = |action: &str, resource: &str| Estate {
        service: Layer::Policy(Some(policy(
            Kind::Auth,
            &[format!(
                r#"{{"Effect":"Allow","Principal":"*","Action":"vpc-lattice-svcs:{action}","Resource":"{resource}"}}"#
            )],
        ))),
        ..estate()
    };
    check(&guarded("Connect", SERVICE), "forward");
    let refusal = format!(
        "403 AccessDeniedException: User: anonymous is not authorized to perform: \
         vpc-lattice-svcs:Connect on resource: {SERVICE} because no service-based policy allows \
         the vpc-lattice-svcs:Connect action"
    );
    check(&guarded("Invoke", "*"), &refusal);
    check(&guarded("Connect", "*/orders"), &refusal);
}
