//! Signed requests: bodies that the signature covers, and what targets learn of the caller.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use serde_json::json;
use trellis_core::model::ProtocolVersion;
use trellis_core::policy;
use trellis_core::view::{AccessKeyView, IdentityView, Principal, PrincipalKind, View};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::estate::{Node, SOON, Service, forwards, free_port, seen, status, view};
use super::targets::{self, read_until};
use crate::clock;
use crate::dataplane::Config;

const KEY: &str = "AKIATEST";
const SECRET: &str = "secret";

fn with_key(mut view: View) -> View {
    let arn = "arn:aws:iam::111111111111:root";
    let principal = Principal {
        kind: PrincipalKind::Root,
        account: "111111111111".into(),
        arn: arn.into(),
        principal_arn: arn.into(),
        identity: "111111111111".into(),
        user_id: "111111111111".into(),
        access_key_id: String::new(),
        session_name: None,
        tags: vec![("team".into(), "a;b".into())],
        issued_at_ms: None,
        transitive_tag_keys: Vec::new(),
        source_identity: String::new(),
        provider: String::new(),
        limits: None,
    };
    let key = AccessKeyView {
        revisions: (1, 1),
        secret: SECRET.to_owned().into(),
        principal: Arc::new(principal),
    };
    let credentials = Arc::get_mut(&mut view.credentials).unwrap();
    credentials.access_keys.insert(KEY.into(), Arc::new(key));
    view
}

/// A POST whose signature covers `signed`, with `body` as its body.
fn post(signed: &str, body: &str) -> String {
    let identity = Credentials::new(KEY, SECRET, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("vpc-lattice-svcs")
        .time(clock::now())
        .settings(settings)
        .build()
        .expect("parameters")
        .into();
    let headers = [("host", "a.test")].into_iter();
    let signed = SignableBody::Bytes(signed.as_bytes());
    let request = SignableRequest::new("POST", "http://a.test/", headers, signed);
    let (instructions, _) = sign(request.expect("request"), &params)
        .expect("signature")
        .into_parts();
    let mut head = "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n".to_owned();
    for (name, value) in instructions.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_signed_body_is_checked_before_any_of_it_is_forwarded() {
    let echo = targets::echo().await;
    let port = free_port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[echo])];
    let config = Config {
        body_hash_bytes_max: 10,
        ..Config::default()
    };
    let node = Node::of(config, port, with_key(view(1, port, services))).await;
    let answer = node.raw(post("0123456789", "0123456789")).await;
    assert_eq!(status(&answer), 200, "{answer}");
    let seen = seen(&answer);
    assert_eq!(seen["body"], "0123456789");
    let headers = &seen["headers"];
    let identity = "Principal=arn:aws:iam::111111111111:root; Type=AWS_IAM";
    assert_eq!(headers["x-amzn-lattice-identity"], json!([identity]));
    let tags = r"principal=arn:aws:iam::111111111111:root;team=a\;b;";
    assert_eq!(headers["x-amzn-lattice-identity-tags"], json!([tags]));
    let record = &node.records(1).await[0];
    assert_eq!(record["resolvedUser"], "arn:aws:iam::111111111111:root");

    let (untouched, count) = targets::raw(|_, _| async {}).await;
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[untouched])];
    node.views.publish(with_key(view(2, port, services)).into());
    node.serves(2).await;
    let cases = [
        (403, "ClientAccessDenied", post("0123456789", "0123456780")),
        (403, "ClientAccessDenied", post("0123456789", "")),
        (
            413,
            "ClientProtocolError",
            post("0123456789a", "0123456789a"),
        ),
    ];
    for (expected, _, request) in &cases {
        assert_eq!(status(&node.raw(request).await), *expected);
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "a target was connected to");
    let records = node.records(4).await;
    for (record, (expected, reason, _)) in records[1..].iter().zip(&cases) {
        assert_eq!(record["responseCode"], *expected);
        assert_eq!(record["failureReason"], *reason);
    }
}

#[tokio::test]
async fn a_bad_signature_is_refused_and_its_caller_unknown() {
    let echo = targets::echo().await;
    let port = free_port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[echo])];
    let node = Node::of(Config::default(), port, with_key(view(1, port, services))).await;
    let forged = post("", "").replace("Signature=", "Signature=0");
    assert_eq!(status(&node.raw(forged).await), 403);
    let record = &node.records(1).await[0];
    assert_eq!(record["resolvedUser"], "Unknown");
    assert_eq!(record["targetIpPort"], "-");
    let metrics = node.metrics.encode().expect("metrics");
    assert!(
        metrics.contains("trellis_sigv4_failures_total"),
        "{metrics}"
    );
}

/// Sends a request again and again until its status is `expected`.
async fn until(node: &Node, request: &str, expected: u16) -> String {
    let repeat = async {
        loop {
            let answer = node.raw(request).await;
            if status(&answer) == expected {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let answer = tokio::time::timeout(SOON, repeat).await;
    answer.unwrap_or_else(|_| panic!("{expected} in time"))
}

#[tokio::test]
async fn bodies_that_are_held_to_be_checked_have_one_limit_together() {
    let echo = targets::echo().await;
    let port = free_port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[echo])];
    let config = Config {
        body_hash_total_bytes_max: 10,
        ..Config::default()
    };
    let node = Node::of(config, port, with_key(view(1, port, services))).await;
    let whole = post("0123456789", "0123456789");
    assert_eq!(status(&node.raw(&whole).await), 200);
    let mut holder = TcpStream::connect(node.address).await.expect("connect");
    let part = &whole[..whole.len() - 2];
    holder.write_all(part.as_bytes()).await.expect("write");
    let answer = until(&node, &post("01234", "01234"), 503).await;
    assert!(answer.ends_with("try again"), "{answer}");
    drop(holder);
    until(&node, &whole, 200).await;
}

#[tokio::test]
async fn a_forged_signature_is_refused_before_its_body_and_takes_no_part_of_the_limit() {
    let echo = targets::echo().await;
    let port = free_port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[echo])];
    let config = Config {
        body_hash_total_bytes_max: 10,
        ..Config::default()
    };
    let node = Node::of(config, port, with_key(view(1, port, services))).await;
    let whole = post("0123456789", "0123456789");
    let (before, signature) = whole.split_once("Signature=").expect("a signature");
    let other = if signature.starts_with('0') { "1" } else { "0" };
    let forged = format!("{before}Signature={other}{}", &signature[1..]);
    let mut forger = TcpStream::connect(node.address).await.expect("connect");
    let part = &forged[..forged.len() - 2];
    forger.write_all(part.as_bytes()).await.expect("write");
    let answer = read_until(&mut forger, "\r\n\r\n").await.expect("answer");
    assert_eq!(status(&answer), 403, "{answer}");
    assert_eq!(status(&node.raw(&whole).await), 200);
}

#[tokio::test]
async fn a_signed_body_that_stops_arriving_is_given_up() {
    let (target, count) = targets::raw(|_, _| async {}).await;
    let port = free_port();
    let service = Service {
        idle: Duration::from_millis(200),
        ..forwards("a.test", ProtocolVersion::Http1, &[target])
    };
    let node = Node::of(
        Config::default(),
        port,
        with_key(view(1, port, vec![service])),
    )
    .await;
    let stalled = post("0123456789", "01234").replace("Content-Length: 5", "Content-Length: 10");
    assert_eq!(status(&node.raw(stalled).await), 408);
    assert_eq!(count.load(Ordering::SeqCst), 0, "a target was connected to");
    let record = &node.records(1).await[0];
    assert_eq!(record["responseCode"], 408);
}

#[tokio::test]
async fn the_trailers_of_a_signed_body_reach_the_target() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        let body = "\r\n\r\n4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n";
        read_until(&mut stream, body).await.expect("trailers");
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.expect("write");
    })
    .await;
    let port = free_port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[target])];
    let node = Node::of(Config::default(), port, with_key(view(1, port, services))).await;
    let chunked = "Trailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n\
                   4\r\nbody\r\n0\r\nX-Sum: 1\r\n\r\n";
    let request = post("body", "body").replace("Content-Length: 4\r\n\r\nbody", chunked);
    let answer = node.raw(request).await;
    assert_eq!(status(&answer), 200, "{answer}");
}

/// The view with a policy of the caller's own.
fn with_policy(mut view: View, action: &str) -> View {
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let document = policy::parse(&text, policy::Kind::Identity).expect("policy");
    let identity = IdentityView {
        revision: 1,
        policies: vec![Arc::new(policy::compile(&document))],
        root: false,
        sessions_not_before_ms: 0,
        arn: "arn:aws:iam::111111111111:root".into(),
        account: "111111111111".into(),
        name: "root".into(),
        tags: Vec::new(),
    };
    let identities = &mut Arc::get_mut(&mut view.credentials).unwrap().identities;
    identities.insert("111111111111".into(), Arc::new(identity));
    with_key(view)
}

#[tokio::test]
async fn a_response_is_explained_to_a_caller_that_asks_and_may_know() {
    let echo = targets::echo().await;
    let port = free_port();
    let services = || vec![forwards("a.test", ProtocolVersion::Http1, &[echo])];
    let debug = |request: &str, value: &str| {
        let header = format!("\r\nX-Trellis-Debug: {value}\r\nConnection: close");
        request.replace("\r\nConnection: close", &header)
    };
    let may = with_policy(view(1, port, services()), "trellis:Explain");
    let node = Node::of(Config::default(), port, may).await;
    let signed = post("a", "a");
    let answer = node.raw(debug(&signed, "1")).await;
    assert_eq!(status(&answer), 200, "{answer}");
    for line in [
        "x-trellis-revision: 1".to_owned(),
        "x-trellis-node: node-1".to_owned(),
        "x-trellis-rule: default".to_owned(),
        format!("x-trellis-target: {echo}"),
    ] {
        assert!(
            answer.contains(&format!("\r\n{line}\r\n")),
            "{line}: {answer}"
        );
    }
    let anonymous = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    let forged = signed.replace("Signature=", "Signature=0");
    for request in [
        debug(&signed, "0"),
        signed.clone(),
        debug(anonymous, "1"),
        debug(&forged, "1"),
    ] {
        let answer = node.raw(request).await;
        let head = answer.split_once("\r\n\r\n").expect("a head").0;
        assert!(!head.contains("x-trellis-"), "{answer}");
    }
    let may_not = with_policy(view(2, port, services()), "vpc-lattice-svcs:Invoke");
    node.views.publish(may_not.into());
    node.serves(2).await;
    let answer = node.raw(debug(&signed, "1")).await;
    let head = answer.split_once("\r\n\r\n").expect("a head").0;
    assert!(!head.contains("x-trellis-"), "{answer}");
}
