//! The api listener: connections, TLS, and an end that loses no call.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::authn::{Peer, Standing};
use super::{Config, Front};

/// Longest TLS handshake, and longest wait for a request's head.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// Calls under way on one connection; more wait.
const STREAMS_MAX: u32 = 128;
/// Bytes of the headers of one request.
const HEADER_BYTES_MAX: u32 = 64 * 1024;
/// How often an idle HTTP/2 peer is asked whether it is still there, and how long it has to answer.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Why the api listener does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Credentials would travel in the clear.
    #[error(
        "plain HTTP is refused on {0}: it is not a loopback address; use TLS (control.plain_http = false) or bind 127.0.0.1"
    )]
    PlainHttp(SocketAddr),
    /// The socket is gone.
    #[error("the api listener: {0}")]
    Io(#[from] io::Error),
}

/// Serves the admin API until `stop`; then refuses new connections, and ends when the calls under
/// way have, or at the deadline of [`Config::drain_seconds`].
///
/// # Errors
/// [`ServeError::PlainHttp`] before anything is accepted.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    tls: Option<Arc<rustls::ServerConfig>>,
    config: &Config,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if tls.is_none() && !address.ip().is_loopback() {
        return Err(ServeError::PlainHttp(address));
    }
    let doorman = Doorman {
        router: front.router,
        acceptor: tls.map(TlsAcceptor::from),
        probation: Duration::from_millis(config.probation_ms),
        stop: stop.clone(),
    };
    let connections = Arc::new(Semaphore::new(config.connections_max));
    let tasks = TaskTracker::new();
    while let Some((stream, permit)) = accept(&listener, &connections, &stop).await {
        tasks.spawn(doorman.clone().connection(stream, permit));
    }
    front
        .health
        .set_service_status("", tonic_health::ServingStatus::NotServing)
        .await;
    tasks.close();
    let drain = Duration::from_secs(config.drain_seconds);
    if tokio::time::timeout(drain, tasks.wait()).await.is_err() {
        tracing::warn!(
            connections = tasks.len(),
            "calls cut off at the end of the drain"
        );
    }
    Ok(())
}

/// The next connection, as soon as there may be one more; `None` once stopped.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    loop {
        let accepted = async {
            let permit = connections.clone().acquire_owned().await.ok()?;
            Some((listener.accept().await, permit))
        };
        let (accepted, permit) = tokio::select! {
            accepted = accepted => accepted?,
            () = stop.cancelled() => return None,
        };
        match accepted {
            Ok((stream, _)) => return Some((stream, permit)),
            // Out of descriptors, or a peer that went away: neither may end the listener.
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

#[derive(Clone)]
struct Doorman {
    router: axum::Router,
    acceptor: Option<TlsAcceptor>,
    probation: Duration,
    stop: CancellationToken,
}

impl Doorman {
    async fn connection(self, stream: TcpStream, permit: OwnedSemaphorePermit) {
        let _permit = permit;
        let peer = stream.set_nodelay(true).and_then(|()| stream.peer_addr());
        let address = match peer {
            Ok(address) => address,
            Err(error) => return tracing::debug!(%error, "connection already gone"),
        };
        match self.acceptor.clone() {
            None => {
                self.calls(
                    stream,
                    Peer {
                        address,
                        secure: false,
                    },
                )
                .await
            }
            Some(acceptor) => {
                match tokio::time::timeout(HEAD_DEADLINE, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        self.calls(
                            stream,
                            Peer {
                                address,
                                secure: true,
                            },
                        )
                        .await
                    }
                    Ok(Err(error)) => tracing::debug!(%error, "handshake failed"),
                    Err(_) => tracing::debug!("handshake too slow"),
                }
            }
        }
    }

    async fn calls<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        stream: S,
        peer: Peer,
    ) {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_DEADLINE);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEADER_BYTES_MAX)
            .keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE);
        let standing = Standing::default();
        let router = self.router.layer(axum::Extension(peer));
        let router = router.layer(axum::Extension(standing.clone()));
        let service = TowerToHyperService::new(router);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = stranger(&standing, self.probation) => {
                connection.as_mut().graceful_shutdown();
                let end = tokio::time::timeout(self.probation, connection);
                end.await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended");
        }
    }
}

/// Returns when a connection has carried no call of anyone known in time: strangers may ask for
/// health and the protocol's description, but not keep others out.
async fn stranger(standing: &Standing, probation: Duration) {
    tokio::time::sleep(probation).await;
    if standing.is_known() {
        std::future::pending::<()>().await;
    }
}
