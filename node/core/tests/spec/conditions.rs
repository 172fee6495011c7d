//! What conditions see of a request. Source: VPC Lattice user guide, "Auth policies", condition
//! keys; IAM user guide, "AWS global condition context keys".

use std::net::SocketAddr;

use http::HeaderMap;
use trellis_core::decide::facts::{Facts, Message};
use trellis_core::decide::target::RequestTarget;
use trellis_core::decide::{Head, Peer};
use trellis_core::policy::{Context, Key};

use crate::estate::{Estate, caller, noon, peer};

/// A request to ask about.
struct Asked {
    who: &'static str,
    method: &'static str,
    target: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
    http2: bool,
    peer: Peer<'static>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            who: "anonymous",
            method: "GET",
            target: Some("/orders/7?tag=a&Tag=%20b&x&tag=c"),
            headers: &[],
            http2: false,
            peer: peer(),
        }
    }
}

/// Checks lines `key => values joined with |`; a missing key has no value at all.
#[track_caller]
fn check(asked: &Asked, table: &str) {
    let view = Estate::default().view();
    let vpc = &view.vpcs["vpc-1"];
    let mut headers = HeaderMap::new();
    for (name, value) in asked.headers {
        headers.append(*name, value.parse().unwrap());
    }
    let head = Head {
        method: asked.method,
        target: asked.target.unwrap_or_default(),
        authority: "orders.example.internal:80",
        headers: &headers,
        http2: asked.http2,
        body_sha256: None,
    };
    let facts = Facts {
        peer: &asked.peer,
        vpc,
        reach: &vpc.reaches[0],
        caller: &caller(asked.who),
        message: asked.target.map(|target| Message {
            head: &head,
            target: RequestTarget::parse(target).unwrap(),
        }),
        now: noon(),
    };
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (key, expected) = line.split_once("=>").unwrap();
        let key = Key::parse(key.trim()).unwrap();
        let mut values = Vec::new();
        facts.any(&key, &mut |value| {
            values.push(format!("{value:?}"));
            false
        });
        assert_eq!(values.join("|"), expected.trim(), "{line}");
    }
}

#[test]
fn everyone_has_the_facts_of_the_connection_and_the_service() {
    check(
        &Asked::default(),
        r#"vpc-lattice-svcs:Port                  => "80"
           vpc-lattice-svcs:ServiceArn            => "arn:aws:vpc-lattice:eu-west-1:222222222222:service/svc-0123456789abcdef0"
           vpc-lattice-svcs:ServiceNetworkArn     => "arn:aws:vpc-lattice:eu-west-1:222222222222:servicenetwork/sn-0123456789abcdef0"
           vpc-lattice-svcs:SourceVpc             => "vpc-1"
           vpc-lattice-svcs:SourceVpcOwnerAccount => "111111111111"
           aws:SourceIp                           => "10.0.0.7"
           aws:SourceVpc                          => "vpc-1"
           aws:SourceVpcArn                       => "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1"
           aws:SecureTransport                    => "false"
           aws:CurrentTime                        => "2026-03-15T12:00:00Z"
           aws:EpochTime                          => "1773576000"
           aws:ResourceAccount                    => "222222222222"
           aws:ResourceTag/Stage                  => "prod"
           aws:ResourceTag/other                  =>
           aws:NoSuchKey                          =>
           aws:SourceIp/x                         =>
           ec2:Vpc                                =>
           VPC-LATTICE-SVCS:PORT                  => "80""#,
    );
}

#[test]
fn requests_have_method_path_query_and_headers() {
    let headers = &[
        ("x-team", "blue"),
        ("x-team", "red"),
        ("x-empty", ""),
        ("user-agent", "curl/8"),
    ];
    check(
        &Asked {
            headers,
            ..Asked::default()
        },
        r#"vpc-lattice-svcs:RequestMethod           => "GET"
           vpc-lattice-svcs:RequestPath             => "/orders/7"
           vpc-lattice-svcs:RequestHeader/X-Team    => "blue"|"red"
           vpc-lattice-svcs:RequestHeader/x-empty   => ""
           vpc-lattice-svcs:RequestHeader/x-other   =>
           vpc-lattice-svcs:RequestHeader/host      => "orders.example.internal:80"
           vpc-lattice-svcs:RequestQueryString/tag  => "a"|" b"|"c"
           vpc-lattice-svcs:RequestQueryString/x    => ""
           vpc-lattice-svcs:RequestQueryString/none =>
           aws:UserAgent                            => "curl/8""#,
    );
}

#[test]
fn grpc_calls_have_no_query() {
    check(
        &Asked {
            method: "POST",
            headers: &[("content-type", "application/grpc+proto")],
            http2: true,
            ..Asked::default()
        },
        r#"vpc-lattice-svcs:RequestMethod          => "POST"
           vpc-lattice-svcs:RequestQueryString/tag =>"#,
    );
}

#[test]
fn streams_have_nothing_of_a_request() {
    check(
        &Asked {
            target: None,
            ..Asked::default()
        },
        r#"vpc-lattice-svcs:Port                   => "80"
           vpc-lattice-svcs:RequestMethod          =>
           vpc-lattice-svcs:RequestPath            =>
           vpc-lattice-svcs:RequestHeader/host     =>
           aws:UserAgent                           =>"#,
    );
}

#[test]
fn callers_have_what_they_are() {
    let of = |who| Asked {
        who,
        ..Asked::default()
    };
    check(
        &of("reader"),
        r#"aws:PrincipalArn       => "arn:aws:iam::111111111111:role/reader"
           aws:PrincipalAccount   => "111111111111"
           aws:PrincipalType      => "AssumedRole"
           aws:PrincipalTag/TEAM  => "blue"
           aws:PrincipalTag/none  =>
           aws:userid             => "AROAEXAMPLE:build-7"
           aws:username           =>
           aws:TokenIssueTime     => "2026-03-15T11:00:00Z""#,
    );
    check(
        &of("alice"),
        r#"aws:PrincipalArn       => "arn:aws:iam::111111111111:user/team/alice"
           aws:PrincipalType      => "User"
           aws:userid             => "AIDAEXAMPLE"
           aws:username           => "alice"
           aws:TokenIssueTime     =>"#,
    );
    check(
        &of("root"),
        r#"aws:PrincipalArn       => "arn:aws:iam::111111111111:root"
           aws:PrincipalType      => "Account""#,
    );
    check(
        &of("anonymous"),
        r#"aws:PrincipalArn       =>
           aws:PrincipalAccount   =>
           aws:PrincipalType      => "Anonymous"
           aws:PrincipalTag/team  =>
           aws:userid             => "anonymous""#,
    );
}

#[test]
fn addresses_are_of_their_own_family() {
    let from = |address: &str| Asked {
        peer: Peer {
            address: SocketAddr::new(address.parse().unwrap(), 1),
            secure: true,
            ..peer()
        },
        ..Asked::default()
    };
    check(
        &from("::ffff:10.1.2.3"),
        r#"aws:SourceIp        => "10.1.2.3"
           aws:SecureTransport => "true""#,
    );
    let long = "2001:db8:1234:5678:9abc:def0:1234:5678";
    check(&from(long), &format!("aws:SourceIp => {long:?}"));
}
