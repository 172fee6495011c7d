//! Signed requests: bodies that the signature covers, and what targets learn of the caller.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use serde_json::json;
use trellis_core::model::ProtocolVersion;
use trellis_core::view::{AccessKeyView, Principal, PrincipalKind, View};

use super::estate::{Node, forwards, free_port, seen, status, view};
use super::targets;
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
        session_name: None,
        tags: vec![("team".into(), "a;b".into())],
        issued_at_ms: None,
    };
    let key = AccessKeyView {
        revisions: (1, 1),
        secret: SECRET.to_owned().into(),
        principal: Arc::new(principal),
    };
    view.credentials
        .access_keys
        .insert(KEY.into(), Arc::new(key));
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
