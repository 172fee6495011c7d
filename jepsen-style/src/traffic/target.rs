//! Targets: HTTP servers on loopback that say who they are and what they saw, and keep a record of
//! every request that arrived complete.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::content::{content, digest};
use super::estate;
use super::history::{Receipt, UNKNOWN_CALLER};
use super::sender::{ANSWER_BYTES, HANG_UP, MARKER, marker_header};

/// Longest body that is taken, and longest that is answered, bytes. Source: our own; above what
/// senders send.
const BODY_BYTES_MAX: usize = 4 << 20;

/// What a target says of a request: the first line of its response, before the content.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) target: u8,
    pub(super) marker: u64,
    pub(super) host: String,
    pub(super) method: String,
    pub(super) path: String,
    /// Digest of the body.
    pub(super) body: u64,
    /// `x-amzn-lattice-identity`.
    pub(super) identity: Option<String>,
}

/// All targets; they stop when this is dropped.
pub(super) struct Targets {
    /// Addresses, by number.
    pub(super) addresses: Vec<SocketAddr>,
    received: Arc<Mutex<Vec<Receipt>>>,
    _servers: Vec<AbortOnDropHandle<()>>,
}

impl Targets {
    /// Starts the targets on free ports.
    ///
    /// # Errors
    /// Where no port can be bound.
    pub(super) async fn start(began: Instant) -> std::io::Result<Self> {
        let received = Arc::new(Mutex::new(Vec::new()));
        let (mut addresses, mut servers) = (Vec::new(), Vec::new());
        for number in 0..estate::TARGETS {
            let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
            addresses.push(listener.local_addr()?);
            let target = Arc::new(Target {
                number,
                began,
                received: received.clone(),
            });
            servers.push(AbortOnDropHandle::new(tokio::spawn(serve(
                listener, target,
            ))));
        }
        Ok(Self {
            addresses,
            received,
            _servers: servers,
        })
    }

    /// What was received so far.
    pub(super) fn received(&self) -> Vec<Receipt> {
        let received = self.received.lock();
        received.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The target ends the connection, as it was asked to.
#[derive(Debug, thiserror::Error)]
#[error("hung up")]
struct HungUp;

struct Target {
    number: u8,
    began: Instant,
    received: Arc<Mutex<Vec<Receipt>>>,
}

async fn serve(listener: TcpListener, target: Arc<Target>) {
    loop {
        // Out of descriptors, say: the request fails, and the run tells.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        // Whole responses at once: what matters here is not throughput.
        let _nodelay = stream.set_nodelay(true);
        let target = target.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(request, target.clone()));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection to a target ended");
            }
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    target: Arc<Target>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let (head, body) = request.into_parts();
    if head.uri.path() == "/health" {
        return Ok(Response::default());
    }
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    };
    let text = |name: &str| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.map(str::to_owned)
    };
    let marker = marker(&head.headers);
    let seen = Seen {
        target: target.number,
        marker,
        host: text(header::HOST.as_str()).unwrap_or_default(),
        method: head.method.to_string(),
        path: head.uri.to_string(),
        body: digest(&body.to_bytes()),
        identity: text("x-amzn-lattice-identity"),
    };
    // Probes have no marker.
    if marker != 0 {
        target.record(&seen);
    }
    if head.headers.contains_key(HANG_UP) {
        return Err(HungUp);
    }
    let bytes = text(ANSWER_BYTES).and_then(|text| text.parse().ok());
    let bytes = bytes.unwrap_or(0).min(BODY_BYTES_MAX);
    // Serialising text and numbers cannot fail.
    let mut answer = serde_json::to_vec(&seen).unwrap_or_default();
    answer.push(b'\n');
    answer.extend(content(!marker, bytes));
    let mut response = Response::new(answer.into());
    let headers = response.headers_mut();
    headers.insert(MARKER, marker_header(marker));
    Ok(response)
}

impl Target {
    fn record(&self, seen: &Seen) {
        let receipt = Receipt {
            at_us: super::micros(self.began),
            target: self.number,
            marker: seen.marker,
            body: seen.body,
            caller: seen.identity.as_deref().map(caller),
        };
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.push(receipt);
    }
}

fn marker(headers: &HeaderMap) -> u64 {
    let text = headers.get(MARKER).and_then(|value| value.to_str().ok());
    text.and_then(|text| u64::from_str_radix(text, 16).ok())
        .unwrap_or(0)
}

/// The caller in a value of `x-amzn-lattice-identity`: `Principal=arn:…:user/NAME; Type=AWS_IAM`.
fn caller(identity: &str) -> u8 {
    let principal = identity
        .split("; ")
        .find_map(|part| part.strip_prefix("Principal="));
    let name = principal.and_then(|arn| arn.split_once(":user/"));
    name.and_then(|(_, name)| estate::caller_named(name))
        .unwrap_or(UNKNOWN_CALLER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_is_read_from_the_identity_that_the_node_tells() {
        for (identity, expected) in [
            (
                "Principal=arn:aws:iam::111111111111:user/traffic-caller-2; Type=AWS_IAM",
                2,
            ),
            (
                "Principal=arn:aws:iam::111111111111:user/anna; Type=AWS_IAM",
                UNKNOWN_CALLER,
            ),
            ("forged", UNKNOWN_CALLER),
        ] {
            assert_eq!(caller(identity), expected, "{identity}");
        }
    }
}
