//! Bugs of the data plane that are built in on purpose are there. Each test needs a process of its
//! own, as `cargo nextest` gives.

use std::sync::atomic::Ordering;

use tokio::io::AsyncWriteExt;
use trellis_core::model::ProtocolVersion;
use trellis_core::seeded_bugs::{Bug, choose};

use super::estate::{Node, forwards, seen, status};
use super::targets::{self, read_until};
use crate::dev::echo;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn b12_a_post_that_a_target_has_read_is_sent_again() {
    choose(Bug::B12).unwrap();
    // The first connection reads the request and closes without a word.
    let (target, count) = targets::raw(|number, mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        if number > 0 {
            stream.write_all(OK).await.expect("write");
        }
    })
    .await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let post = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&node.raw(post).await), 200);
    assert_eq!(count.load(Ordering::SeqCst), 2, "the target had it twice");
}

#[tokio::test]
async fn b13_a_request_goes_over_the_connection_of_another_service() {
    choose(Bug::B13).unwrap();
    let mut services = Vec::new();
    for name in ["a.test", "b.test"] {
        let listener = echo::bind(([127, 0, 0, 1], 0).into()).await.expect("bind");
        let address = listener.local_addr().expect("address");
        tokio::spawn(echo::serve(listener, name.to_owned()));
        services.push(forwards(name, ProtocolVersion::Http1, &[address]));
    }
    let node = Node::start(services).await;
    for name in ["a.test", "b.test"] {
        let answer = seen(&node.get(name, "/").await);
        assert_eq!(answer["target"], "a.test", "{name}");
    }
}
