//! Heads that are refused: whatever a client sends, it gets an answer with a request id, and there
//! is a record of it.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use trellis_core::model::ProtocolVersion;

use super::estate::{Node, SOON, forwards, status};
use super::targets::{self, read_until};

/// Sends a head and reads the head of its answer.
async fn answer(node: &Node, head: &[u8]) -> String {
    let mut client = TcpStream::connect(node.address).await.expect("connect");
    client.write_all(head).await.expect("write");
    let answer = tokio::time::timeout(SOON, read_until(&mut client, "\r\n\r\n"));
    let answer = answer.await.expect("in time");
    answer.unwrap_or_else(|| panic!("no answer to {:?}", head.escape_ascii().to_string()))
}

#[tokio::test]
async fn a_head_with_any_byte_in_any_place_is_answered_with_a_request_id_and_recorded_once() {
    const BYTES: &[u8] = b"\x00\x01\t\n\x0b\x0c\r\x1f \"#%/:<>?@[\\]^`{\x7f\x80\xff";
    let target = targets::echo().await;
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[target])]).await;
    let mut sent = 0;
    let mut passed = 0;
    for template in [
        "GET /a?b HTTP/1.1\r\nHost: a.test\r\nX: yz\r\n\r\n",
        "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    ] {
        for at in 0..template.len() - "\r\n\r\n".len() {
            for byte in BYTES {
                let mut head = template.as_bytes().to_vec();
                head[at] = *byte;
                let answer = answer(&node, &head).await;
                let shown = head.escape_ascii().to_string();
                assert!(
                    answer.contains("\r\nx-amzn-requestid: "),
                    "{shown}: {answer}"
                );
                sent += 1;
                passed += usize::from(status(&answer) == 200);
            }
        }
    }
    assert!(passed > 50, "{passed} of {sent} reached the target");
    node.records(sent).await;
}

#[tokio::test]
async fn an_authority_that_is_no_host_is_refused_with_a_record() {
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[])]).await;
    let hosts = ["[a", "a:1:2", "a%41", "a]", "[a]b[", ""];
    for host in hosts {
        let head = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let answer = answer(&node, head.as_bytes()).await;
        assert_eq!(status(&answer), 400, "{host:?}");
        assert!(answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    }
    for record in node.records(hosts.len()).await {
        assert_eq!(record["failureReason"], "ClientProtocolError");
    }
}

#[tokio::test]
async fn an_answer_that_leaves_a_body_unread_says_that_the_connection_ends() {
    let node = Node::start(vec![forwards("a.test", ProtocolVersion::Http1, &[])]).await;
    let head = "POST / HTTP/1.1\r\nHost: b.test\r\n";
    for (name, request, closes) in [
        ("no body", format!("{head}\r\n"), false),
        (
            "an empty one",
            format!("{head}Content-Length: 0\r\n\r\n"),
            false,
        ),
        (
            "one to come",
            format!("{head}Content-Length: 9\r\n\r\n"),
            true,
        ),
        (
            "a chunked one",
            format!("{head}Transfer-Encoding: chunked\r\n\r\n"),
            true,
        ),
    ] {
        let answer = answer(&node, request.as_bytes()).await;
        assert_eq!(status(&answer), 404, "{name}: {answer}");
        assert_eq!(
            answer.contains("\r\nconnection: close"),
            closes,
            "{name}: {answer}"
        );
    }
}
