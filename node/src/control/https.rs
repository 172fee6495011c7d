//! One request to another host, over TLS and a connection of its own, whose answer is read to a limit.
//!
//! Redirects are not followed. Deadlines, and where to connect, are with whoever asks.

use std::pin::pin;

use anyhow::Context;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Largest head of an answer, bytes. Source: our own.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Sends a request over a stream that leads to a host, and reads at most `limit` bytes of the body that answers it.
///
/// # Errors
/// What went wrong, for the log.
pub(super) async fn exchange(
    tls: &TlsConnector,
    host: &str,
    stream: TcpStream,
    mut request: Request<Empty<Bytes>>,
    limit: usize,
) -> anyhow::Result<(StatusCode, Bytes)> {
    let server = ServerName::try_from(host.to_owned())?;
    let stream = tls.connect(server, stream).await.context("TLS")?;
    let handshake = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await?;
    let close = HeaderValue::from_static("close");
    request.headers_mut().insert(header::CONNECTION, close);
    let answer = async {
        let response = sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, limit).collect().await;
        let body = body.map_err(anyhow::Error::from_boxed)?;
        Ok((head.status, body.to_bytes()))
    };
    let mut answer = pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // The connection has ended: the answer is there, or never will be.
        ended = connection => {
            ended?;
            answer.await
        }
    }
}
