//! New connections to targets.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;

use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tracing::debug;

use super::{Shared, Slot};
use crate::clock;
use crate::dataplane::body::RequestBody;
use crate::dataplane::failure::Failure;
use crate::dataplane::local::LocalExecutor;

/// Header list of a response over HTTP/2, bytes. Source: as for requests.
const HEAD_BYTES_MAX: u32 = 61_440;

/// Counts an open connection for as long as it lives.
struct Open(Rc<Slot>);

impl Open {
    fn new(slot: &Rc<Slot>) -> Result<Self, Failure> {
        let open = slot.open.get();
        if open >= slot.limits.connections {
            return Err(Failure::Busy);
        }
        slot.open.set(open + 1);
        Ok(Self(slot.clone()))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.set(self.0.open.get() - 1);
    }
}

/// Connects over HTTP/1.1.
///
/// # Errors
/// [`Failure::Busy`] at the limit of connections, else [`Failure::Connect`].
pub(super) async fn http1(slot: &Rc<Slot>) -> Result<http1::SendRequest<RequestBody>, Failure> {
    let open = Open::new(slot)?;
    let stream = tcp(slot).await?;
    match &slot.tls {
        None => start_http1(open, stream).await,
        Some(tls) => start_http1(open, handshake(slot, tls, stream).await?).await,
    }
}

/// Connects over HTTP/2.
///
/// # Errors
/// As [`http1`].
pub(super) async fn http2(slot: &Rc<Slot>) -> Result<Shared, Failure> {
    let open = Open::new(slot)?;
    let stream = tcp(slot).await?;
    match &slot.tls {
        None => start_http2(open, stream).await,
        Some(tls) => start_http2(open, handshake(slot, tls, stream).await?).await,
    }
}

/// Connects within the limit of time.
///
/// # Errors
/// [`Failure::Connect`] where it passes, else those of `connect`.
pub(super) async fn within<T>(
    slot: &Slot,
    connect: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let connected = timeout(slot.limits.connect_timeout, connect).await;
    connected.unwrap_or_else(|_| {
        debug!(target = %slot.address, "target could not be connected to in time");
        Err(Failure::Connect)
    })
}

async fn tcp(slot: &Slot) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(slot.address).await;
    let stream = stream.map_err(|error| {
        debug!(target = %slot.address, %error, "target could not be connected to");
        Failure::Connect
    })?;
    // Where it cannot be set, requests are only slower.
    let _set = stream.set_nodelay(true);
    Ok(stream)
}

async fn handshake(
    slot: &Slot,
    tls: &TlsConnector,
    stream: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
    let name = ServerName::IpAddress(slot.address.ip().into());
    tls.connect(name, stream).await.map_err(|error| {
        debug!(target = %slot.address, %error, "TLS handshake with a target failed");
        Failure::Connect
    })
}

async fn start_http1(
    open: Open,
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
) -> Result<http1::SendRequest<RequestBody>, Failure> {
    let (sender, connection) = http1::Builder::new()
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Connect)?;
    tokio::task::spawn_local(async move {
        let _open = open;
        if let Err(error) = connection.await {
            debug!(%error, "connection to a target ended");
        }
    });
    Ok(sender)
}

async fn start_http2(
    open: Open,
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
) -> Result<Shared, Failure> {
    let (sender, connection) = http2::Builder::new(LocalExecutor)
        .max_header_list_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Connect)?;
    let streams_max = Rc::new(Cell::new(connection.current_max_send_streams()));
    let allowed = streams_max.clone();
    tokio::task::spawn_local(async move {
        let _open = open;
        let mut connection = pin!(connection);
        let ended = poll_fn(|cx| {
            let ended = connection.as_mut().poll(cx);
            allowed.set(connection.current_max_send_streams());
            ended
        });
        if let Err(error) = ended.await {
            debug!(%error, "connection to a target ended");
        }
    });
    Ok(Shared {
        sender,
        streams: Rc::new(Cell::new(0)),
        streams_max,
        used: Rc::new(Cell::new(clock::instant())),
    })
}
