//! Bodies: streamed both ways, with trailers, timeouts and broken ends.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use trellis_core::model::ProtocolVersion;

use super::estate::{Node, Service, forwards, status};
use super::targets::{self, read_until};

#[tokio::test]
async fn bodies_are_streamed_both_ways_with_trailers() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        let head = read_until(&mut stream, "\r\n\r\n").await.expect("head");
        assert!(
            head.to_ascii_lowercase()
                .contains("transfer-encoding: chunked"),
            "{head}"
        );
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n";
        stream.write_all(start.as_bytes()).await.expect("write");
        for word in ["one", "two"] {
            read_until(&mut stream, &format!("3\r\n{word}\r\n"))
                .await
                .expect(word);
            let echo = format!("3\r\n{word}\r\n");
            stream.write_all(echo.as_bytes()).await.expect("write");
        }
        read_until(&mut stream, "\r\n\r\n").await.expect("end");
        stream
            .write_all(b"0\r\nx-sum: 6\r\n\r\n")
            .await
            .expect("write");
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    let head =
        "POST / HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.write_all(head.as_bytes()).await.expect("write");
    // The head of the response and each word come back before the request has ended.
    read_until(&mut client, "\r\n\r\n").await.expect("head");
    for word in ["one", "two"] {
        let chunk = format!("3\r\n{word}\r\n");
        client.write_all(chunk.as_bytes()).await.expect("write");
        read_until(&mut client, &chunk).await.expect(word);
    }
    client.write_all(b"0\r\n\r\n").await.expect("write");
    let end = read_until(&mut client, "\r\n\r\n").await.expect("end");
    assert_eq!(end, "0\r\nx-sum: 6\r\n\r\n");
    let record = &node.records(1).await[0];
    assert_eq!(record["failureReason"], "-");
}

#[tokio::test]
async fn an_expected_continue_is_sent_and_a_head_request_has_no_body() {
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    let head =
        "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    client.write_all(head.as_bytes()).await.expect("write");
    let interim = read_until(&mut client, "\r\n\r\n").await.expect("100");
    assert!(interim.starts_with("HTTP/1.1 100 "), "{interim}");
    client.write_all(b"ok").await.expect("write");
    let answer = read_until(&mut client, "\r\n\r\n").await.expect("200");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let close = "Host: a.test\r\nConnection: close\r\n\r\n";
    let answer = node.raw(format!("HEAD / HTTP/1.1\r\n{close}")).await;
    assert_eq!(status(&answer), 200);
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_leaves_is_recorded_as_aborted() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        let start = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
        stream.write_all(start.as_bytes()).await.expect("write");
        read_until(&mut stream, "never").await;
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .expect("write");
    read_until(&mut client, "12345").await.expect("half a body");
    drop(client);
    let record = &node.records(1).await[0];
    assert_eq!(record["failureReason"], "ClientConnectionClosed");
    assert_eq!(record["responseCode"], 200);
}

#[tokio::test]
async fn a_target_that_is_silent_for_too_long_is_given_up() {
    let (target, count) = targets::raw(|number, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        if number == 1 {
            let start = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
            stream.write_all(start.as_bytes()).await.expect("write");
        }
        read_until(&mut stream, "never").await;
    })
    .await;
    let service = Service {
        idle: Duration::from_millis(200),
        ..forwards("a.test", ProtocolVersion::Http1, &[target])
    };
    let node = Node::start(vec![service]).await;
    assert_eq!(status(&node.get("a.test", "/").await), 504);
    let answer = node.get("a.test", "/").await;
    assert!(answer.ends_with("12345"), "{answer}");
    assert_eq!(count.load(Ordering::SeqCst), 2);
    for record in node.records(2).await {
        assert_eq!(record["failureReason"], "TargetDataTimeout", "{record:#}");
    }
}

#[tokio::test]
async fn a_broken_chunk_ends_the_request_and_its_connection_to_the_target() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        let seen = read_until(&mut stream, "smuggled").await;
        assert_eq!(seen, None, "the tail of a broken body reached the target");
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let head = "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = node
        .raw(format!(
            "{head}2\r\nab\r\n1\nx\r\nGET /smuggled HTTP/1.1\r\n\r\n"
        ))
        .await;
    assert!(!answer.contains("200"), "{answer}");
    let record = &node.records(1).await[0];
    assert_eq!(record["failureReason"], "ClientConnectionClosed");
}

#[tokio::test]
async fn targets_that_break_the_protocol_are_bad_gateways() {
    let cases = [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            502,
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx", 502),
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            502,
        ),
        ("garbage\r\n\r\n", 502),
        ("", 502),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204),
        (
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            200,
        ),
    ];
    for (response, expected) in cases {
        let (target, _) = targets::raw(move |_, mut stream| async move {
            read_until(&mut stream, "\r\n\r\n").await;
            stream.write_all(response.as_bytes()).await.expect("write");
        })
        .await;
        let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
        assert_eq!(
            status(&node.get("a.test", "/").await),
            expected,
            "{response:?}"
        );
        assert_eq!(
            node.records(1).await[0]["responseCode"],
            expected,
            "{response:?}"
        );
    }
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
    let head = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\n";
    assert_eq!(status(&node.raw(format!("{head}12345")).await), 408);
    assert_eq!(
        node.records(1).await[0]["failureReason"],
        "ClientProtocolError"
    );
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_recorded_without_a_status() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        let gone = read_until(&mut stream, "never").await;
        assert_eq!(gone, None, "the connection to the target is closed too");
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .expect("write");
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(client);
    let record = &node.records(1).await[0];
    assert_eq!(record["failureReason"], "ClientConnectionClosed");
    assert_eq!(record["responseCode"], "-");
    assert_eq!(record["targetIpPort"], target.to_string());
}

#[tokio::test]
async fn answers_never_reach_another_request_than_their_own() {
    let targets = [targets::echo().await, targets::echo().await];
    let node = Node::start(vec![
        forwards("http1.test", ProtocolVersion::Http1, &targets),
        forwards("other.test", ProtocolVersion::Http1, &targets),
    ])
    .await;
    let address = node.address;
    let clients = (0..8usize).map(|client| {
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("connect");
            for turn in 0..60usize {
                let host = ["http1.test", "other.test"][turn % 2];
                let body = format!("{client}-{turn}-").repeat(1 + turn * 37 % 500);
                let length = body.len();
                let head = format!(
                    "POST /{client}/{turn} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await.expect("write");
                // Every few requests the client leaves in the middle of its body, or of the answer.
                let aborts = (client + turn) % 5;
                let sent = if aborts == 0 { length / 2 } else { length };
                stream.write_all(&body.as_bytes()[..sent]).await.expect("write");
                if aborts < 2 {
                    tokio::task::yield_now().await;
                    stream = TcpStream::connect(address).await.expect("connect");
                    continue;
                }
                let answer = read_until(&mut stream, "\r\n\r\n").await.expect("head");
                assert_eq!(status(&answer), 200);
                let end = format!("\"body\": \"{body}\"");
                let seen = read_until(&mut stream, "\n}\n").await.expect("body");
                assert!(seen.contains(&format!("/{client}/{turn}\"")), "{seen}");
                assert!(seen.contains(&end), "{seen}");
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("client");
    }
}
