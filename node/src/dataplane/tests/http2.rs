//! HTTP/2 with prior knowledge, on either side, and gRPC.

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use tokio::net::{TcpListener, TcpStream};
use trellis_core::model::ProtocolVersion;

use super::estate::{Node, forwards};
use super::targets;

async fn client(node: &Node) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(node.address).await.expect("connect");
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("handshake");
    tokio::spawn(connection);
    sender
}

fn request(host: &str, method: &str, content_type: Option<&str>) -> Request<Full<Bytes>> {
    let uri = format!("http://{host}/pkg.Service/Method?a=b");
    let builder = Request::builder()
        .method(method)
        .uri(uri)
        .header("te", "trailers");
    let builder = content_type
        .into_iter()
        .fold(builder, |b, value| b.header("content-type", value));
    builder.body(Full::from("ping")).expect("request")
}

/// A target that speaks HTTP/2 only and answers with trailers.
async fn with_trailers() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("accept");
            let serve = service_fn(|request: Request<Incoming>| async {
                assert_eq!(request.version(), Version::HTTP_2);
                let te = request.headers().get("te").cloned();
                let body = request
                    .into_body()
                    .collect()
                    .await
                    .expect("body")
                    .to_bytes();
                let mut trailers = http::HeaderMap::new();
                trailers.insert("grpc-status", http::HeaderValue::from_static("7"));
                trailers.insert("x-saw-te", te.expect("te"));
                let frames = [Frame::data(body), Frame::trailers(trailers)];
                let frames = futures_util::stream::iter(frames.map(Ok::<_, Infallible>));
                Ok::<_, Infallible>(Response::new(StreamBody::new(frames)))
            });
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), serve),
            );
        }
    });
    address
}

#[tokio::test]
async fn each_protocol_reaches_the_groups_that_can_serve_it() {
    let echo = targets::echo().await;
    let node = Node::start(vec![
        forwards("http1.test", ProtocolVersion::Http1, &[echo]),
        forwards("http2.test", ProtocolVersion::Http2, &[echo]),
        forwards("grpc.test", ProtocolVersion::Grpc, &[echo]),
    ])
    .await;
    let grpc = Some("application/grpc");
    let cases = [
        ("http1.test", "GET", None, 200, "HTTP/1.1"),
        ("http2.test", "GET", None, 200, "HTTP/2.0"),
        ("grpc.test", "GET", None, 400, ""),
        ("grpc.test", "POST", None, 200, "HTTP/2.0"),
        ("http1.test", "POST", grpc, 400, ""),
        ("http2.test", "POST", grpc, 200, "HTTP/2.0"),
        ("grpc.test", "POST", grpc, 200, "HTTP/2.0"),
    ];
    let mut client = client(&node).await;
    for (host, method, content_type, status, version) in cases {
        let sent = client.send_request(request(host, method, content_type));
        let response = sent.await.expect("response");
        assert_eq!(
            response.status(),
            status,
            "{host} {method} {content_type:?}"
        );
        assert!(response.headers().contains_key("x-amzn-requestid"));
        let body = response
            .into_body()
            .collect()
            .await
            .expect("body")
            .to_bytes();
        if status == 200 {
            let seen: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(seen["version"], version, "{host} {method} {content_type:?}");
            assert_eq!(seen["path"], "/pkg.Service/Method?a=b");
            assert_eq!(seen["body"], "ping");
            if version == "HTTP/1.1" {
                assert_eq!(seen["headers"]["host"], serde_json::json!([host]));
            }
        }
    }
    let records = node.records(cases.len()).await;
    assert!(
        records.iter().all(|record| record["protocol"] == "HTTP/2"),
        "{records:#?}"
    );
}

#[tokio::test]
async fn a_grpc_call_gets_its_trailers_and_its_status_is_recorded() {
    let target = with_trailers().await;
    let node = Node::start(vec![forwards(
        "grpc.test",
        ProtocolVersion::Grpc,
        &[target],
    )])
    .await;
    let mut client = client(&node).await;
    let call = request("grpc.test", "POST", Some("application/grpc"));
    let response = client.send_request(call).await.expect("response");
    let body = response.into_body().collect().await.expect("body");
    let trailers = body.trailers().expect("trailers").clone();
    assert_eq!(trailers["grpc-status"], "7");
    assert_eq!(trailers["x-saw-te"], "trailers");
    assert_eq!(body.to_bytes(), "ping");
    assert_eq!(node.records(1).await[0]["grpcResponseCode"], 7);
}

#[tokio::test]
async fn an_authority_that_is_not_one_is_refused() {
    let echo = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[echo])]).await;
    let mut client = client(&node).await;
    let cases = [
        (None, 200),
        (Some("A.test"), 200),
        (Some("b.test"), 400),
        (Some(""), 400),
    ];
    for (host, status) in cases {
        let mut request = request("a.test", "GET", None);
        if let Some(host) = host {
            request
                .headers_mut()
                .insert("host", host.parse().expect("value"));
        }
        let response = client.send_request(request).await.expect("response");
        assert_eq!(response.status(), status, "{host:?}");
    }
}
