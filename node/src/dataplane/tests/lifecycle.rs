//! Connections, pools, views and drains over time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trellis_core::model::ProtocolVersion;
use trellis_core::view::Ingress;

use super::estate::{Node, SOON, forwards, free_port, status, view};
use super::targets::{self, read_until};
use crate::dataplane::Config;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn workers(workers: usize) -> Config {
    Config {
        workers,
        ..Config::default()
    }
}

#[tokio::test]
async fn a_connection_to_a_target_serves_request_after_request() {
    let (target, count) = targets::raw(|_, mut stream| async move {
        while read_until(&mut stream, "\r\n\r\n").await.is_some() {
            stream.write_all(OK).await.expect("write");
        }
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    for _ in 0..5 {
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .expect("write");
        read_until(&mut client, "\r\n\r\nok").await.expect("answer");
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    node.records(5).await;
}

#[tokio::test]
async fn a_pooled_connection_that_died_costs_idempotent_requests_nothing() {
    // Each connection answers once, reads a second request and closes without a word.
    let (target, count) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(OK).await.expect("write");
        read_until(&mut stream, "\r\n\r\n").await;
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    for expected in [1, 2, 3] {
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .expect("write");
        let answer = read_until(&mut client, "\r\n\r\nok").await.expect("answer");
        assert_eq!(status(&answer), 200);
        assert_eq!(count.load(Ordering::SeqCst), expected);
    }
    let post = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    client.write_all(post.as_bytes()).await.expect("write");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("read");
    assert_eq!(status(&answer), 502, "a POST is never sent twice");
    assert_eq!(count.load(Ordering::SeqCst), 3);
    let last = &node.records(4).await[3];
    assert_eq!(last["failureReason"], "TargetConnectionClosed");
}

#[tokio::test]
async fn another_target_is_tried_where_one_cannot_be_connected_to() {
    let dead = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let live = targets::echo().await;
    let node = Node::start(vec![
        forwards("half.test", ProtocolVersion::Http1, &[dead, live]),
        forwards("dead.test", ProtocolVersion::Http1, &[dead]),
    ])
    .await;
    for _ in 0..10 {
        assert_eq!(status(&node.get("half.test", "/").await), 200);
    }
    assert_eq!(status(&node.get("dead.test", "/").await), 500);
    let records = node.records(11).await;
    assert_eq!(records[10]["failureReason"], "TargetConnectionError");
    assert!(
        records[..10]
            .iter()
            .all(|record| record["targetIpPort"] == live.to_string())
    );
}

#[tokio::test]
async fn ports_open_and_close_with_the_view_and_one_that_cannot_be_bound_stops_no_other() {
    let target = targets::echo().await;
    let service = || vec![forwards("a.test", ProtocolVersion::Http1, &[target])];
    let node = Node::with(workers(3), service()).await;
    assert_eq!(status(&node.get("a.test", "/").await), 200);

    let other = free_port();
    node.views.publish(view(2, other, service()).into());
    node.serves(2).await;
    assert!(
        TcpStream::connect(node.address).await.is_err(),
        "the port is still open"
    );
    let opened = SocketAddr::from(([127, 0, 0, 1], other));
    assert!(
        TcpStream::connect(opened).await.is_ok(),
        "the new port is not open"
    );

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let port = taken.local_addr().expect("address").port();
    node.views.publish(view(3, port, service()).into());
    node.serves(3).await;
    drop(taken);
    let again = SocketAddr::from(([127, 0, 0, 1], port));
    for _ in 0..100 {
        if TcpStream::connect(again).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the port was not bound once it was free");
}

#[tokio::test]
async fn a_served_revision_decides_every_later_request() {
    let target = targets::echo().await;
    let node = Node::with(
        workers(3),
        vec![forwards("a.test", ProtocolVersion::Http1, &[target])],
    )
    .await;
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    for revision in 2..50 {
        let known = revision % 2 == 0;
        let name = if known { "a.test" } else { "b.test" };
        let services = vec![forwards(name, ProtocolVersion::Http1, &[target])];
        node.views
            .publish(view(revision, node.address.port(), services).into());
        node.serves(revision).await;
        client
            .write_all(b"HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .expect("write");
        let answer = read_until(&mut client, "\r\n\r\n").await.expect("answer");
        assert_eq!(
            status(&answer),
            if known { 200 } else { 404 },
            "revision {revision}"
        );
    }
}

#[tokio::test]
async fn a_drain_finishes_what_is_under_way_and_takes_nothing_new() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        stream.write_all(OK).await.expect("write");
    })
    .await;
    let node = Node::with(
        workers(3),
        vec![forwards("a.test", ProtocolVersion::Http1, &[target])],
    )
    .await;
    let mut busy = TcpStream::connect(node.address).await.expect("connect");
    let mut idle = TcpStream::connect(node.address).await.expect("connect");
    busy.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .expect("write");
    idle.write_all(b"HEAD / HTTP/1.1\r\nHost: b.test\r\n\r\n")
        .await
        .expect("write");
    read_until(&mut idle, "\r\n\r\n").await.expect("answer");
    tokio::time::sleep(Duration::from_millis(100)).await;

    let started = crate::clock::instant();
    let address = node.address;
    let drain = tokio::spawn(node.plane.drain(SOON));
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.expect("read");
    assert_eq!(status(&answer), 200);
    assert!(answer.contains("connection: close"), "{answer}");
    assert_eq!(
        idle.read(&mut [0]).await.expect("read"),
        0,
        "the idle connection is open"
    );
    drain.await.expect("drain");
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the port is still open"
    );
}

#[tokio::test]
async fn a_drain_ends_at_its_deadline() {
    let (target, _) = targets::raw(|_, mut stream| async move {
        read_until(&mut stream, "never").await;
    })
    .await;
    let node = Node::with(
        workers(3),
        vec![forwards("a.test", ProtocolVersion::Http1, &[target])],
    )
    .await;
    let mut busy = TcpStream::connect(node.address).await.expect("connect");
    busy.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .expect("write");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = crate::clock::instant();
    node.plane.drain(Duration::from_millis(300)).await;
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(300) && took < Duration::from_secs(3),
        "{took:?}"
    );
    assert_eq!(busy.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn connections_beyond_the_limit_and_old_ones_are_closed() {
    let config = Config {
        connections_per_client_max: 2,
        connection_lifetime_seconds: 1,
        ..Config::default()
    };
    let target = targets::echo().await;
    let services = vec![forwards("a.test", ProtocolVersion::Http1, &[target])];
    let node = Node::with(config, services).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(TcpStream::connect(node.address).await.expect("connect"));
        let client = open.last_mut().expect("client");
        client
            .write_all(b"HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .expect("write");
        assert!(read_until(client, "\r\n\r\n").await.is_some());
    }
    let mut beyond = TcpStream::connect(node.address).await.expect("connect");
    assert_eq!(beyond.read(&mut [0]).await.unwrap_or(0), 0);
    for client in &mut open {
        let ended = tokio::time::timeout(SOON, client.read(&mut [0])).await;
        assert_eq!(ended.expect("closed for its age").expect("read"), 0);
    }
    drop(open);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(status(&node.get("a.test", "/").await), 200);
}

#[tokio::test]
async fn clients_that_no_security_group_admits_are_closed_at_once() {
    let target = targets::echo().await;
    let services = || vec![forwards("a.test", ProtocolVersion::Http1, &[target])];
    let node = Node::start(services()).await;
    for (revision, from, admitted) in [(2, "10.0.0.0/8", false), (3, "127.0.0.0/8", true)] {
        let mut view = view(revision, node.address.port(), services());
        let vpc = Arc::make_mut(&mut view.vpcs)
            .get_mut("vpc-clients")
            .and_then(Arc::get_mut)
            .expect("the VPC");
        vpc.reaches[0].ingress = Some(Arc::new([Ingress {
            from: from.parse().expect("network"),
            first_port: 0,
            last_port: u16::MAX,
        }]));
        node.views.publish(view.into());
        node.serves(revision).await;
        let answer = node.get("a.test", "/").await;
        assert_eq!(
            answer.starts_with("HTTP/1.1 200"),
            admitted,
            "{from}: {answer}"
        );
        assert_eq!(answer.is_empty(), !admitted, "{from}: {answer}");
    }
}

#[tokio::test]
async fn a_connection_that_has_not_spoken_does_not_hold_a_drain_up_and_may_still_speak() {
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let _silent = TcpStream::connect(node.address).await.expect("connect");
    let mut late = TcpStream::connect(node.address).await.expect("connect");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = crate::clock::instant();
    let drain = tokio::spawn(node.plane.drain(SOON));
    tokio::time::sleep(Duration::from_millis(100)).await;
    late.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .expect("write");
    let mut answer = String::new();
    late.read_to_string(&mut answer).await.expect("read");
    assert_eq!(status(&answer), 200);
    drain.await.expect("drain");
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}
