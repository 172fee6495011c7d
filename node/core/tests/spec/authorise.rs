//! Rules of authorisation. Source: VPC Lattice user guide, "Auth policies".

use http::HeaderMap;
use trellis_core::decide::authorise::{self, Finding};
use trellis_core::decide::facts::{Facts, Message};
use trellis_core::decide::target::RequestTarget;
use trellis_core::decide::{AuthDenied, Denial, Findings, Head};
use trellis_core::policy::Kind;
use trellis_core::view::Layer;

use crate::estate::{ACCOUNT, Estate, SERVICE, caller, noon, peer, policy};

/// Checks a table: first the layers, then what they say about requests.
///
/// A line `layer AWS_IAM` or `layer effect principal method path`, the layers being `network`,
/// `service` and the name of an identity (without principal); a layer without a line is NONE. Then
/// `who method path => allowed` or `=> layer no allow` or `=> layer deny N`, N being the statement.
#[track_caller]
fn check(table: &str) {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let (requests, layers): (Vec<_>, Vec<_>) = lines.partition(|line| line.contains("=>"));
    let estate = estate(&layers);
    for line in requests {
        let (request, expected) = line.split_once("=>").unwrap();
        let words: Vec<_> = request.split_whitespace().collect();
        let (findings, _) = judge(&estate, words[0], words[1], words[2]);
        assert_eq!(said(&findings), expected.trim(), "{line}");
    }
}

fn estate(lines: &[&str]) -> Estate {
    let mut estate = Estate::default();
    for name in ["network", "service", "alice", "reader", "writer", "root"] {
        let of_layer = lines
            .iter()
            .filter_map(|line| line.strip_prefix(name))
            .map(str::trim);
        let of_layer: Vec<_> = of_layer.collect();
        let statements: Vec<_> = of_layer
            .iter()
            .filter(|line| **line != "AWS_IAM")
            .map(|line| statement(line))
            .collect();
        let layer = |statements: &[String]| {
            Layer::Policy((!statements.is_empty()).then(|| policy(Kind::Auth, statements)))
        };
        match name {
            "network" if !of_layer.is_empty() => estate.network = layer(&statements),
            "service" if !of_layer.is_empty() => estate.service = layer(&statements),
            "network" | "service" => {}
            // Every statement a policy of its own.
            identity => {
                let policies = statements
                    .iter()
                    .map(|statement| policy(Kind::Identity, std::slice::from_ref(statement)));
                estate.own.insert(identity.into(), policies.collect());
            }
        }
    }
    estate
}

/// `allow role/reader GET /orders/*`, or without a principal.
fn statement(line: &str) -> String {
    let words: Vec<_> = line.split_whitespace().collect();
    let effect = if words[0] == "deny" { "Deny" } else { "Allow" };
    let principal = match words.as_slice() {
        [_, "*", _, _] => r#""Principal":"*","#.to_owned(),
        [_, name, _, _] => {
            format!(r#""Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:{name}"}},"#)
        }
        _ => String::new(),
    };
    let (method, path) = (words[words.len() - 2], words[words.len() - 1]);
    format!(
        r#"{{"Effect":"{effect}",{principal}"Action":"vpc-lattice-svcs:Invoke","Resource":"{SERVICE}{path}","Condition":{{"StringLike":{{"vpc-lattice-svcs:RequestMethod":"{method}"}}}}}}"#
    )
}

fn judge(estate: &Estate, who: &str, method: &str, path: &str) -> (Findings, Option<Denial>) {
    let view = estate.view();
    let vpc = &view.vpcs["vpc-1"];
    let headers = HeaderMap::new();
    let head = Head {
        method,
        target: path,
        authority: "orders",
        headers: &headers,
        http2: false,
        body_sha256: None,
    };
    let facts = Facts {
        peer: &peer(),
        vpc,
        reach: &vpc.reaches[0],
        caller: &caller(who),
        message: Some(Message {
            head: &head,
            target: RequestTarget::parse(path).unwrap(),
        }),
        now: noon(),
    };
    let (mut resource, mut findings) = (String::new(), Findings::default());
    let grant = authorise::request(&view.credentials, &facts, &mut resource, &mut findings);
    assert_eq!(grant.is_ok(), findings.refusal().is_none());
    (findings, grant.err())
}

fn said(findings: &Findings) -> String {
    let Some((layer, _)) = findings.refusal() else {
        return "allowed".into();
    };
    let finding = match layer {
        AuthDenied::Network => findings.network,
        AuthDenied::Service => findings.service,
        AuthDenied::Identity => findings.identity,
        AuthDenied::Session => findings.session,
    };
    match finding {
        Finding::Denied(place) => format!("{} deny {}", layer.label(), place.statement + 1),
        _ => format!("{} no allow", layer.label()),
    }
}

#[test]
fn with_both_layers_open_everyone_passes() {
    check(
        "alice deny * /*

         anonymous GET / => allowed
         alice     GET / => allowed
         reader    GET / => allowed",
    );
}

#[test]
fn a_layer_without_policy_denies_everything() {
    check(
        "network AWS_IAM
         reader  allow * /*

         root      GET / => Network no allow
         reader    GET / => Network no allow
         anonymous GET / => Network no allow",
    );
    check(
        "network allow * * /*
         service AWS_IAM

         root      GET / => Service no allow
         anonymous GET / => Service no allow",
    );
}

#[test]
fn every_layer_must_allow() {
    check(
        "network allow * * /orders*
         service allow * GET /*
         reader  allow * /*

         reader    GET  /orders/7 => allowed
         anonymous GET  /orders/7 => allowed
         reader    POST /orders/7 => Service no allow
         reader    GET  /admin    => Network no allow
         reader    POST /admin    => Network no allow",
    );
}

#[test]
fn a_layer_of_type_none_is_skipped() {
    check(
        "service allow role/reader GET /orders/*
         reader  allow * /*

         reader    GET /orders/7 => allowed
         anonymous GET /orders/7 => Service no allow",
    );
    check(
        "network allow role/reader GET /orders/*
         reader  allow * /*

         reader    GET /orders/7 => allowed
         anonymous GET /orders/7 => Network no allow",
    );
}

#[test]
fn a_signed_caller_needs_an_allow_of_its_own_but_a_root_does_not() {
    check(
        "service allow * * /*
         reader  allow GET /orders/*

         reader    GET  /orders/7 => allowed
         reader    POST /orders/7 => Identity no allow
         alice     GET  /orders/7 => Identity no allow
         root      GET  /orders/7 => allowed
         anonymous GET  /orders/7 => allowed",
    );
}

#[test]
fn an_explicit_deny_beats_every_allow() {
    check(
        "service allow role/reader GET /orders/*
         service deny  *           *   /orders/42
         network allow * * /*
         reader  allow * /*
         writer  allow * /*

         reader GET /orders/7  => allowed
         reader GET /orders/42 => Service deny 2
         writer GET /orders/7  => Service no allow
         root   GET /orders/42 => Service deny 2",
    );
    check(
        "network deny  * DELETE *
         network allow * * *
         service allow * * *
         reader  allow * *
         reader  deny  * /admin

         reader GET    /      => allowed
         reader DELETE /      => Network deny 1
         reader GET    /admin => Identity deny 1",
    );
}

#[test]
fn an_explicit_deny_is_named_before_a_missing_allow() {
    check(
        "network AWS_IAM
         service deny * * *
         reader  allow * *

         reader GET / => Service deny 1",
    );
}

#[test]
fn an_identity_that_is_gone_holds_nothing() {
    check(
        "service allow * * *

         nobody GET / => Identity no allow",
    );
}

#[test]
fn a_role_covers_its_sessions_and_an_account_all_of_its_own() {
    check(
        "service allow root GET  *
         service allow role/writer POST *
         service allow user/team/alice PUT *
         reader  allow * *
         writer  allow * *
         alice   allow * *

         reader    GET  / => allowed
         alice     GET  / => allowed
         root      GET  / => allowed
         anonymous GET  / => Service no allow
         writer    POST / => allowed
         reader    POST / => Service no allow
         alice     PUT  / => allowed
         root      PUT  / => Service no allow",
    );
}

#[test]
fn the_path_is_judged_with_case_and_without_the_query() {
    check(
        "service allow * * /orders

         anonymous GET /orders?admin=1 => allowed
         anonymous GET /Orders         => Service no allow
         anonymous GET /orders/        => Service no allow
         anonymous GET /               => Service no allow",
    );
}

#[test]
fn refusals_say_who_what_where_and_which_layer() {
    let text =
        |lines: &[&str], who: &str, path: &str| match judge(&estate(lines), who, "GET", path).1 {
            Some(Denial::Access { text, .. }) => text,
            other => panic!("{other:?}"),
        };
    let lines = ["network allow * GET /orders", "service deny * GET /orders"];
    assert_eq!(
        text(&lines, "reader", "/orders?x=1"),
        "AccessDeniedException: User: arn:aws:sts::111111111111:assumed-role/reader/build-7 is not \
         authorized to perform: vpc-lattice-svcs:Invoke on resource: \
         arn:aws:vpc-lattice:eu-west-1:222222222222:service/svc-0123456789abcdef0/orders with an \
         explicit deny in a service-based policy"
    );
    assert_eq!(
        text(&lines[..1], "anonymous", "/"),
        "AccessDeniedException: User: anonymous is not authorized to perform: \
         vpc-lattice-svcs:Invoke on resource: \
         arn:aws:vpc-lattice:eu-west-1:222222222222:service/svc-0123456789abcdef0/ because no \
         network-based policy allows the vpc-lattice-svcs:Invoke action"
    );
    assert_eq!(
        text(&lines[..1], "alice", "/orders"),
        "AccessDeniedException: User: arn:aws:iam::111111111111:user/team/alice is not authorized \
         to perform: vpc-lattice-svcs:Invoke on resource: \
         arn:aws:vpc-lattice:eu-west-1:222222222222:service/svc-0123456789abcdef0/orders because no \
         identity-based policy allows the vpc-lattice-svcs:Invoke action"
    );
}

#[test]
fn an_explanation_names_every_statement_of_every_layer() {
    let estate = estate(&[
        "service allow role/writer GET /*",
        "service allow * GET /orders/*",
        "service allow * POST /*",
        "reader allow GET /*",
    ]);
    let view = estate.view();
    let vpc = &view.vpcs["vpc-1"];
    let headers = HeaderMap::new();
    let head = Head {
        method: "GET",
        target: "/",
        authority: "orders",
        headers: &headers,
        http2: false,
        body_sha256: None,
    };
    let facts = Facts {
        peer: &peer(),
        vpc,
        reach: &vpc.reaches[0],
        caller: &caller("reader"),
        message: Some(Message {
            head: &head,
            target: RequestTarget::parse("/").unwrap(),
        }),
        now: noon(),
    };
    let lines: Vec<String> = authorise::explain(&view.credentials, &facts)
        .iter()
        .flat_map(|(layer, all)| all.iter().map(move |one| (layer.label(), one)))
        .map(|(layer, one)| format!("{layer} {} {:?}", one.statement + 1, one.applies))
        .collect();
    assert_eq!(
        lines,
        [
            "Service 1 OtherPrincipal",
            "Service 2 OtherResource",
            "Service 3 Conditions([\"vpc-lattice-svcs:requestmethod\"])",
            "Identity 1 Yes",
        ]
    );
}

#[test]
fn an_action_of_its_own_is_held_by_policy_or_as_root_of_the_owner() {
    let explain = r#"{"Effect":"Allow","Action":"trellis:Explain","Resource":"*"}"#;
    let mut estate = Estate::default();
    estate.own.insert(
        "reader".into(),
        vec![policy(Kind::Identity, &[explain.to_owned()])],
    );
    let view = estate.view();
    let vpc = &view.vpcs["vpc-1"];
    let holds = |who: &str| {
        let facts = Facts {
            peer: &peer(),
            vpc,
            reach: &vpc.reaches[0],
            caller: &caller(who),
            message: None,
            now: noon(),
        };
        authorise::holds(&view.credentials, &facts, "trellis:Explain")
    };
    assert!(holds("reader"));
    // The root of another account than the service's.
    for who in ["root", "writer", "alice", "anonymous"] {
        assert!(!holds(who), "{who}");
    }
}
