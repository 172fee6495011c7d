//! One probe: a connection of its own, one request, one status.

use std::fmt::Display;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use trellis_core::view::HealthCheckView;

/// What probes send as `User-Agent`, so that targets can tell them from requests.
pub const USER_AGENT: &str = concat!("Trellis-HealthChecker/", env!("CARGO_PKG_VERSION"));

/// Why a probe failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection.
    #[error("connect: {0}")]
    Connect(String),
    /// No TLS.
    #[error("tls: {0}")]
    Tls(String),
    /// No HTTP response.
    #[error("http: {0}")]
    Http(String),
    /// A status that does not match.
    #[error("status {0} does not match")]
    Status(u16),
    /// No response in time.
    #[error("timed out")]
    TimedOut,
}

/// TLS of probes, by ALPN protocol.
pub(super) struct Tls {
    http1: Arc<ClientConfig>,
    http2: Arc<ClientConfig>,
}

impl Tls {
    pub(super) fn new() -> Result<Self, rustls::Error> {
        Ok(Self {
            http1: Arc::new(crate::dataplane::target_tls::client_config(b"http/1.1")?),
            http2: Arc::new(crate::dataplane::target_tls::client_config(b"h2")?),
        })
    }
}

/// Probes a target once.
///
/// # Errors
/// [`Failure`]; also where the whole of it takes longer than the check's timeout.
pub(super) async fn probe(
    check: &HealthCheckView,
    target: SocketAddr,
    tls: &Tls,
) -> Result<(), Failure> {
    let address = SocketAddr::new(target.ip(), check.port.unwrap_or(target.port()));
    let status = tokio::time::timeout(check.timeout, exchange(check, address, tls))
        .await
        .unwrap_or(Err(Failure::TimedOut))?;
    let mut ranges = check.statuses.iter();
    if ranges.any(|range| (range.first..=range.last).contains(&status)) {
        Ok(())
    } else {
        Err(Failure::Status(status))
    }
}

async fn exchange(check: &HealthCheckView, address: SocketAddr, tls: &Tls) -> Result<u16, Failure> {
    let request = request(check, address)?;
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| Failure::Connect(error.to_string()))?;
    if !check.tls {
        return send(check.http2, stream, request).await;
    }
    let config = if check.http2 { &tls.http2 } else { &tls.http1 };
    let name = ServerName::from(address.ip());
    let stream = TlsConnector::from(config.clone())
        .connect(name, stream)
        .await;
    let stream = stream.map_err(|error| Failure::Tls(error.to_string()))?;
    send(check.http2, stream, request).await
}

fn request(check: &HealthCheckView, address: SocketAddr) -> Result<Request<Empty<Bytes>>, Failure> {
    let builder = Request::builder()
        .method(Method::GET)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*");
    let request = if check.http2 {
        let uri = Uri::builder()
            .scheme(if check.tls { "https" } else { "http" })
            .authority(address.to_string())
            .path_and_query(&*check.path)
            .build()
            .map_err(failed)?;
        builder.uri(uri)
    } else {
        builder
            .uri(&*check.path)
            .header(header::HOST, address.to_string())
            .header(header::CONNECTION, "close")
    };
    request.body(Empty::new()).map_err(failed)
}

/// Sends the request on a connection of its own and waits for the response's head.
async fn send<S>(http2: bool, stream: S, request: Request<Empty<Bytes>>) -> Result<u16, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let io = TokioIo::new(stream);
    if http2 {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io)
            .await
            .map_err(failed)?;
        drive(sender.send_request(request), connection).await
    } else {
        let (mut sender, connection) = http1::handshake(io).await.map_err(failed)?;
        drive(sender.send_request(request), connection).await
    }
}

async fn drive(
    response: impl Future<Output = hyper::Result<Response<Incoming>>>,
    connection: impl Future<Output = hyper::Result<()>>,
) -> Result<u16, Failure> {
    let (mut response, connection) = (pin!(response), pin!(connection));
    let response = tokio::select! {
        biased;
        response = &mut response => response,
        // The connection has ended: the response is there, or never will be.
        ended = connection => match ended {
            Ok(()) => response.await,
            Err(error) => Err(error),
        },
    };
    response
        .map(|response| response.status().as_u16())
        .map_err(failed)
}

fn failed(error: impl Display) -> Failure {
    Failure::Http(error.to_string())
}
