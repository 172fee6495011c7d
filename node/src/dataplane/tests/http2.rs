//! HTTP/2 with prior knowledge, on either side, and gRPC.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use trellis_core::model::ProtocolVersion;

use super::estate::{Node, SOON, Service, forwards};
use super::targets::{self, read_until};

async fn client<B>(node: &Node) -> SendRequest<B>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
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
async fn with_trailers() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("accept");
            counted.fetch_add(1, Ordering::SeqCst);
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
    (address, count)
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
    let (target, _) = with_trailers().await;
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

#[tokio::test]
async fn a_drain_lets_streams_under_way_finish() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        stream.write_all(answer).await.expect("write");
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = client(&node).await;
    let under_way = client.send_request(request("a.test", "GET", None));
    let under_way = tokio::spawn(under_way);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = crate::clock::instant();
    node.plane.drain(SOON).await;
    let response = under_way.await.expect("task").expect("response");
    assert_eq!(response.status(), 200);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert!(
        client
            .send_request(request("a.test", "GET", None))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn cookies_that_came_one_by_one_reach_the_target_in_one_line() {
    let echo = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[echo])]).await;
    let mut request = request("a.test", "GET", None);
    for cookie in ["a=1", "b=2"] {
        request
            .headers_mut()
            .append("cookie", cookie.parse().expect("value"));
    }
    let response = client(&node)
        .await
        .send_request(request)
        .await
        .expect("response");
    let body = response
        .into_body()
        .collect()
        .await
        .expect("body")
        .to_bytes();
    let seen: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(seen["headers"]["cookie"], serde_json::json!(["a=1; b=2"]));
}

#[tokio::test]
async fn streams_share_a_connection_to_a_target_that_speaks_http2() {
    let (target, count) = with_trailers().await;
    let node = Node::start(vec![forwards(
        "grpc.test",
        ProtocolVersion::Grpc,
        &[target],
    )])
    .await;
    let mut client = client(&node).await;
    let calls = (0..50)
        .map(|_| client.send_request(request("grpc.test", "POST", Some("application/grpc"))));
    let answers = futures_util::future::join_all(calls.collect::<Vec<_>>()).await;
    for answer in answers {
        let body = answer
            .expect("response")
            .into_body()
            .collect()
            .await
            .expect("body");
        assert_eq!(body.to_bytes(), "ping");
    }
    node.records(50).await;
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_that_does_not_go_on_with_its_body_is_told_so() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "never").await;
    })
    .await;
    let service = Service {
        idle: Duration::from_millis(200),
        ..forwards("a.test", ProtocolVersion::Http1, &[target])
    };
    let node = Node::start(vec![service]).await;
    let begun = futures_util::stream::iter([Ok(Frame::data(Bytes::from("ping")))]);
    let stalled = begun.chain(futures_util::stream::pending());
    let body = StreamBody::new(Box::pin(stalled));
    let request = request("a.test", "POST", None).map(|_| body);
    let mut sender = client(&node).await;
    let answer = tokio::time::timeout(SOON, sender.send_request(request));
    let answer = answer.await.expect("in time").expect("answer");
    assert_eq!(answer.status(), 408);
    let record = &node.records(1).await[0];
    assert_eq!(record["failureReason"], "ClientProtocolError");
    assert_eq!(record["protocol"], "HTTP/2");
}
