//! Calls one etcd node over its JSON gateway, and knows what it does not know.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::wire::{self, Error};

/// Longest answer, bytes. Source: our own; more than any answer about one key.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// The gRPC code of a request that is wrong in itself. Source: gRPC, `statuscodes.md`.
const INVALID_ARGUMENT: u32 = 3;
/// What etcd says only before it proposes a write. All else may come after: "database space exceeded"
/// too is said of a write that was applied. Source: etcd 3.4, `etcdserver/v3_server.go`
/// (`processInternalRaftRequestOnce`) and `etcdserver/apply.go` (`quotaApplierV3`).
const BEFORE_PROPOSAL: [&str; 2] = [
    "etcdserver: too many requests",
    "etcdserver: request is too large",
];

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// It was never sent, or refused before anything came of it.
    #[error("{0}")]
    NotDone(String),
    /// It may have been done, and may yet be.
    #[error("{0}")]
    Unknown(String),
}

/// Calls one node. Each call has a connection of its own, so that it is certain whether it was sent.
#[derive(Clone, Debug)]
pub(super) struct Client {
    address: SocketAddr,
    deadline: Duration,
    /// Whether reads take what the node has, however old that is.
    pub(super) serializable: bool,
}

impl Client {
    /// A client of the node at an address, that waits so long for an answer.
    pub(super) fn new(address: SocketAddr, deadline: Duration, serializable: bool) -> Self {
        Self {
            address,
            deadline,
            serializable,
        }
    }

    /// Asks, and reads the answer.
    ///
    /// # Errors
    /// [`Failure::NotDone`] only where it is certain that the call has no effect and never will.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, Failure> {
        let end = Instant::now() + self.deadline;
        let connecting = tokio::time::timeout_at(end, TcpStream::connect(self.address));
        let stream = match connecting.await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(Failure::NotDone(format!("connect: {error}"))),
            Err(_) => return Err(Failure::NotDone("connect: no answer in time".to_owned())),
        };
        match tokio::time::timeout_at(end, self.exchange(stream, path, body)).await {
            Ok(Ok((status, answer))) => understand(status, &answer),
            Ok(Err(error)) => Err(Failure::Unknown(format!("{error:#}"))),
            Err(_) => Err(Failure::Unknown("no answer in time".to_owned())),
        }
    }

    async fn exchange(
        &self,
        stream: TcpStream,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        stream.set_nodelay(true)?;
        let request = Request::post(path)
            .header(header::HOST, self.address.to_string())
            .header(header::CONNECTION, "close")
            .body(Full::new(Bytes::from(body.to_string())))?;
        let (mut send, connection) = handshake(TokioIo::new(stream)).await?;
        let asking = async {
            let response = send.send_request(request).await.context("send")?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect();
            match body.await {
                Ok(body) => Ok((status, body.to_bytes())),
                Err(error) => anyhow::bail!("status {status}, then {error}"),
            }
        };
        tokio::pin!(asking);
        tokio::select! {
            answer = &mut asking => answer,
            // How it ended is told by what comes of the request.
            _ended = connection => asking.await,
        }
    }

    /// How the node is.
    ///
    /// # Errors
    /// Where it does not say.
    pub(super) async fn status(&self) -> Result<wire::Status, Failure> {
        self.ask("/v3/maintenance/status", &serde_json::json!({}))
            .await
    }
}

/// Reads an answer of the gateway.
fn understand<T: DeserializeOwned>(status: StatusCode, answer: &[u8]) -> Result<T, Failure> {
    if status.is_success() {
        let garbled = |error| Failure::Unknown(format!("the answer is garbled: {error}"));
        return serde_json::from_slice(answer).map_err(garbled);
    }
    match serde_json::from_slice::<Error>(answer) {
        Ok(error) => Err(failure(error)),
        Err(_) => Err(Failure::Unknown(format!("status {status}"))),
    }
}

/// What an error of etcd means.
fn failure(error: Error) -> Failure {
    if error.code == INVALID_ARGUMENT || BEFORE_PROPOSAL.contains(&error.text.as_str()) {
        Failure::NotDone(error.text)
    } else {
        Failure::Unknown(error.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    fn error(text: &str, code: u32) -> Vec<u8> {
        json!({ "error": text, "message": text, "code": code })
            .to_string()
            .into_bytes()
    }

    #[test]
    fn only_what_is_said_before_a_write_is_proposed_is_certain() {
        let not_done = |text: &str| Failure::NotDone(text.to_owned());
        let unknown = |text: &str| Failure::Unknown(text.to_owned());
        for (status, answer, expected) in [
            (
                400,
                error("etcdserver: key is not provided", 3),
                not_done("etcdserver: key is not provided"),
            ),
            (
                429,
                error("etcdserver: too many requests", 8),
                not_done("etcdserver: too many requests"),
            ),
            (
                503,
                error("etcdserver: request timed out", 14),
                unknown("etcdserver: request timed out"),
            ),
            (
                503,
                error("etcdserver: leader changed", 14),
                unknown("etcdserver: leader changed"),
            ),
            (
                503,
                error("etcdserver: no leader", 14),
                unknown("etcdserver: no leader"),
            ),
            (
                429,
                error("etcdserver: mvcc: database space exceeded", 8),
                unknown("etcdserver: mvcc: database space exceeded"),
            ),
            (
                500,
                error("context deadline exceeded", 2),
                unknown("context deadline exceeded"),
            ),
            (
                502,
                b"bad gateway".to_vec(),
                unknown("status 502 Bad Gateway"),
            ),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let understood = understand::<wire::Put>(status, &answer);
            assert_eq!(understood.unwrap_err(), expected);
        }
    }

    #[test]
    fn an_answer_that_cannot_be_read_says_nothing() {
        for answer in ["", "{}", r#"{"header":{"revision":"#] {
            let understood = understand::<wire::Put>(StatusCode::OK, answer.as_bytes());
            let is_unknown = matches!(understood, Err(Failure::Unknown(_)));
            assert!(is_unknown, "{answer}: {understood:?}");
        }
    }

    async fn asked(address: SocketAddr) -> Result<wire::Put, Failure> {
        let client = Client::new(address, Duration::from_millis(300), false);
        client.ask("/v3/kv/txn", &wire::put("k", 7, None)).await
    }

    #[tokio::test]
    async fn a_call_whose_connection_is_refused_was_not_done() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let answer = asked(address).await;
        assert!(matches!(answer, Err(Failure::NotDone(_))), "{answer:?}");
    }

    /// What comes of a call on a node that reads the request and then says this.
    async fn answered(words: &'static str, stays: bool) -> Result<wire::Put, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let node = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _read = stream.read(&mut request).await.unwrap();
            stream.write_all(words.as_bytes()).await.unwrap();
            if stays {
                std::future::pending::<()>().await;
            }
        });
        let answer = asked(address).await;
        node.abort();
        answer
    }

    #[tokio::test]
    async fn a_call_that_was_sent_and_not_answered_is_unknown() {
        for (words, stays) in [
            ("", true),
            ("", false),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"header\"",
                true,
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"header\"",
                false,
            ),
            ("SSH-2.0-OpenSSH\r\n", true),
        ] {
            let answer = answered(words, stays).await;
            let is_unknown = matches!(answer, Err(Failure::Unknown(_)));
            assert!(is_unknown, "{words:?} {stays}: {answer:?}");
        }
    }

    #[tokio::test]
    async fn a_call_that_is_answered_is_done() {
        let words = "HTTP/1.1 200 OK\r\ncontent-length: 44\r\n\r\n\
            {\"header\":{\"revision\":\"3\"},\"succeeded\":true}";
        let put = answered(words, true).await.unwrap();
        assert_eq!(put.answer().revision, 3);
    }
}
