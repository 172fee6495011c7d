//! HTTP/1.1 from client to target.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use trellis_core::model::{ProtocolVersion, TargetProtocol};
use trellis_core::view::ActionView;

use super::estate::{Node, Service, forwards, seen, status};
use super::targets::{self, read_until};
use crate::dataplane::Config;

#[tokio::test]
async fn a_request_reaches_the_target_as_it_was_sent_and_is_recorded_once() {
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let answer = node
        .raw(
            "PUT /caf%C3%A9;x/b?q=1&q=%20 HTTP/1.1\r\nHost: A.test:80\r\nUser-Agent: t\r\n\
             X-Own: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
        )
        .await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    let seen = seen(&answer);
    assert_eq!(seen["method"], "PUT");
    assert_eq!(seen["path"], "/caf%C3%A9;x/b?q=1&q=%20");
    assert_eq!(seen["body"], "body");
    let headers = &seen["headers"];
    assert_eq!(headers["host"], json!(["A.test:80"]));
    assert_eq!(headers["x-own"], json!(["1"]));
    assert_eq!(headers["x-forwarded-for"], json!(["127.0.0.1"]));
    let port = node.address.port().to_string();
    assert_eq!(headers["x-forwarded-port"], json!([port]));
    assert_eq!(headers["x-forwarded-proto"], json!(["http"]));
    assert_eq!(
        headers["x-amzn-lattice-network"],
        json!(["SourceVpcArn=arn:vpc-clients"])
    );
    let target_header =
        "ServiceArn=arn:svc-a.test; ServiceNetworkArn=arn:sn-1; TargetGroupArn=arn:tg-a.test";
    assert_eq!(headers["x-amzn-lattice-target"], json!([target_header]));
    assert!(headers.get("connection").is_none(), "{headers}");

    let records = node.records(1).await;
    let record = &records[0];
    assert_eq!(record["responseCode"], 200);
    assert_eq!(record["requestMethod"], "PUT");
    assert_eq!(record["requestPath"], "/caf%C3%A9;x/b?q=1&q=%20");
    assert_eq!(record["targetIpPort"], target.to_string());
    assert_eq!(record["resolvedUser"], "Anonymous");
    assert_eq!(record["failureReason"], "-");
    assert_eq!(headers["x-amzn-requestid"], json!([record["requestId"]]));
    let metrics = node.metrics.encode().expect("metrics");
    let counted = r#"trellis_requests_total{service="svc-a.test",listener_protocol="HTTP",target_group="tg-a.test",code_class="2xx",reason="-"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn what_only_the_node_may_say_is_taken_from_the_client() {
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let answer = node
        .raw(
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Amzn-Lattice-Identity: Principal=root\r\n\
             x-amzn-lattice-identity-tags: a=b\r\nX_Amzn_Lattice_Network: x\r\n\
             x-amzn-lattice-new: x\r\nx-amzn-source-vpc: vpc-other\r\nX-Forwarded-For: 9.9.9.9\r\n\
             X-Forwarded-Proto: https\r\nForwarded: for=9.9.9.9\r\nTE: gzip\r\n\
             Keep-Alive: 5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\
             X-Amzn-RequestId: mine\r\nConnection: close, X-Absent, Upgrade, Keep-Alive, TE\r\n\r\n",
        )
        .await;
    let seen = seen(&answer);
    let headers = seen["headers"].as_object().expect("headers");
    let mut names: Vec<&str> = headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "host",
        "x-amzn-lattice-network",
        "x-amzn-lattice-target",
        "x-amzn-requestid",
        "x-amzn-source-vpc",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
    ];
    assert_eq!(names, expected);
    assert_eq!(headers["x-amzn-source-vpc"], json!(["vpc-clients"]));
    assert_eq!(headers["x-forwarded-for"], json!(["127.0.0.1"]));
    assert_eq!(headers["x-forwarded-proto"], json!(["http"]));
    assert_eq!(headers["x-amzn-requestid"], json!(["mine"]));
    assert!(answer.contains("x-amzn-requestid: mine\r\n"));
}

#[tokio::test]
async fn a_request_id_that_a_log_cannot_show_is_replaced() {
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[])]).await;
    for own in [&b""[..], b"caf\xe9", b"a\tb"] {
        let mut request = b"GET / HTTP/1.1\r\nHost: a.test\r\nX-Amzn-RequestId: ".to_vec();
        request.extend_from_slice(own);
        request.extend_from_slice(b"\r\nConnection: close\r\n\r\n");
        let answer = node.raw(request).await;
        let id = answer.split_once("x-amzn-requestid: ").expect("an id").1;
        assert_eq!(id.find("\r\n"), Some(36), "{answer}");
    }
    let records = node.records(3).await;
    assert!(
        records.iter().all(|record| record["requestId"]
            .as_str()
            .is_some_and(|id| id.len() == 36)),
        "{records:#?}"
    );
}

#[tokio::test]
async fn hop_by_hop_headers_of_the_target_stay_with_the_target() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        let answer = "HTTP/1.1 200 OK\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\
                      X-End: 2\r\nContent-Length: 2\r\n\r\nok";
        stream.write_all(answer.as_bytes()).await.expect("write");
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let answer = node.get("a.test", "/").await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("x-end: 2"), "{answer}");
    assert!(!answer.contains("x-hop"), "{answer}");
    assert!(!answer.contains("keep-alive"), "{answer}");
}

#[tokio::test]
async fn ambiguous_requests_are_refused_and_nothing_of_them_reaches_a_target() {
    let (target, count) = targets::raw(|_, _| async {}).await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let cases = [
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        ),
        (400, "GET / HTTP/1.1\r\nHost: a.test\r\nX: 1\r\n 2\r\n\r\n"),
        (400, "GET / HTTP/1.1\nHost: a.test\n\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test, b.test\r\nConnection: close\r\n\r\n",
        ),
        (400, "GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: x\r\nConnection: close, authorization\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Amzn-Lattice-Identity: x\r\nConnection: close, X-Amzn-Lattice-Identity\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Role: admin\r\nConnection: x-role, close\r\n\r\n",
        ),
        (
            400,
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nConnection: HOST\r\n\r\n",
        ),
        (405, "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        (
            417,
            "GET / HTTP/1.1\r\nHost: a.test\r\nExpect: 200-ok\r\n\r\n",
        ),
        (
            404,
            "GET / HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\n\r\n",
        ),
    ];
    for (expected, request) in cases {
        let tail = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
        let answer = node.raw(format!("{request}{tail}")).await;
        assert_eq!(status(&answer), expected, "{request:?}");
        assert!(answer.contains("x-amzn-requestid"), "{answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{request:?} {answer}"
        );
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "a target was connected to");
}

#[tokio::test]
async fn limits_of_the_head_are_answered() {
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let large = "v".repeat(61_440);
    let many = "X: y\r\n".repeat(100);
    let long = "a".repeat(8_192);
    let head = "Host: a.test\r\nConnection: close";
    let cases = [
        (
            431,
            format!("GET / HTTP/1.1\r\n{head}\r\nX: {large}\r\n\r\n"),
        ),
        (431, format!("GET / HTTP/1.1\r\n{head}\r\n{many}\r\n")),
        (414, format!("GET /{long} HTTP/1.1\r\n{head}\r\n\r\n")),
        (
            200,
            format!(
                "GET / HTTP/1.1\r\n{head}\r\nX: {}\r\n\r\n",
                &large[..60_000]
            ),
        ),
    ];
    for (expected, request) in cases {
        assert_eq!(status(&node.raw(request).await), expected);
    }
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_head_is_closed() {
    let config = Config {
        head_timeout_ms: 300,
        ..Config::default()
    };
    let node = Node::with(config, vec![]).await;
    let target = targets::echo().await;
    let port = node.address.port();
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[target])];
    node.views
        .publish(super::estate::view(2, port, services).into());
    node.serves(2).await;
    for begun in [
        "GET / HTTP/1.1\r\nHost: a",
        "GET / HTTP/1.1\r\nHost: a.test\r\n\r\nGET /",
    ] {
        let started = crate::clock::instant();
        node.raw(begun).await;
        assert!(started.elapsed() < Duration::from_secs(5), "{begun:?}");
    }
}

#[tokio::test]
async fn protocols_that_a_group_cannot_serve_are_refused() {
    let target = targets::echo().await;
    let node = Node::start(vec![
        forwards("h2.test", ProtocolVersion::Http2, &[target]),
        forwards("grpc.test", ProtocolVersion::Grpc, &[target]),
    ])
    .await;
    for host in ["h2.test", "grpc.test"] {
        assert_eq!(status(&node.get(host, "/").await), 400);
    }
    for record in node.records(2).await {
        assert_eq!(record["failureReason"], "ClientProtocolError");
        assert_eq!(record["targetIpPort"], "-");
    }
}

#[tokio::test]
async fn fixed_responses_and_empty_groups_answer_by_themselves() {
    let fixed = Service {
        action: ActionView::Fixed(404),
        ..forwards("fixed.test", ProtocolVersion::Http1, &[])
    };
    let empty = forwards("empty.test", ProtocolVersion::Http1, &[]);
    let node = Node::start(vec![fixed, empty]).await;
    let answer = node.get("fixed.test", "/").await;
    assert_eq!(status(&answer), 404);
    assert!(answer.ends_with("\r\n\r\nNot Found"), "{answer}");
    assert_eq!(status(&node.get("empty.test", "/").await), 503);
    let records = node.records(2).await;
    let codes: Vec<_> = records
        .iter()
        .map(|record| record["responseCode"].clone())
        .collect();
    assert_eq!(codes, [json!(404), json!(503)]);
}

#[tokio::test]
async fn a_target_with_a_certificate_of_its_own_is_reached_over_tls() {
    let certified = rcgen::generate_simple_self_signed(["target.test".to_owned()]).expect("cert");
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.expect("key"))
        .expect("certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let (target, _) = targets::raw(move |_, stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.expect("handshake");
            let mut head = [0; 4096];
            let _read = stream.read(&mut head).await.expect("read");
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntls";
            stream.write_all(answer).await.expect("write");
        }
    })
    .await;
    let mut service = forwards("a.test", ProtocolVersion::Http1, &[target]);
    let ActionView::Forward { groups, .. } = &mut service.action else {
        panic!("it forwards");
    };
    let group = Arc::get_mut(&mut groups[0].group).expect("group");
    group.protocol = TargetProtocol::Https;
    let node = Node::start(vec![service]).await;
    let answer = node.get("a.test", "/").await;
    assert!(answer.ends_with("\r\n\r\ntls"), "{answer}");
}
