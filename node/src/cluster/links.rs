//! Connections between nodes: TLS both ways, the peer known by its certificate.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, TlsConnector, server::TlsStream};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Connected;
use tonic::transport::{Channel, Endpoint, Uri};

use super::certificates::{NodeIdentity, server_name};
use super::handshakes::Handshakes;

/// Longest TLS handshake.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// Longest time until the first byte of one.
const FIRST_BYTE_DEADLINE: Duration = Duration::from_secs(2);
/// Longest time to connect to another node.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
/// Time between two HTTP/2 pings on a connection: with [`PING_DEADLINE`] it bounds how long one that has
/// fallen silent for good is used. Both ends send them.
pub const PING_INTERVAL: Duration = Duration::from_secs(2);
/// Longest wait for the answer to one.
pub const PING_DEADLINE: Duration = Duration::from_secs(2);

/// Makes channels to other nodes of the cluster.
#[derive(Clone)]
pub struct Links {
    cluster_id: String,
    tls: Arc<rustls::ClientConfig>,
}

impl Links {
    /// Channels of a cluster, with this node's certificate.
    #[must_use]
    pub fn new(cluster_id: String, tls: Arc<rustls::ClientConfig>) -> Self {
        Self { cluster_id, tls }
    }

    /// A channel to a member; it connects when it is first used, and refuses a peer whose
    /// certificate names another member.
    ///
    /// # Errors
    /// Where the address is no `host:port`.
    pub fn channel(&self, member: u64, address: &str) -> Result<Channel, io::Error> {
        let name = ServerName::try_from(server_name(&self.cluster_id, member))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        channel(address, name, self.tls.clone())
    }
}

/// A channel to an address whose certificate must hold `name`.
///
/// # Errors
/// Where the address is no `host:port`.
pub fn channel(
    address: &str,
    name: ServerName<'static>,
    tls: Arc<rustls::ClientConfig>,
) -> Result<Channel, io::Error> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?
        .connect_timeout(CONNECT_DEADLINE)
        .http2_keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_DEADLINE)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true);
    let address = address.to_owned();
    let connector = TlsConnector::from(tls);
    Ok(
        endpoint.connect_with_connector_lazy(tower::service_fn(move |_: Uri| {
            let (address, name, connector) = (address.clone(), name.clone(), connector.clone());
            async move {
                let stream = TcpStream::connect(&address).await?;
                stream.set_nodelay(true)?;
                let stream = connector.connect(name, stream).await?;
                Ok::<_, io::Error>(TokioIo::new(stream))
            }
        })),
    )
}

/// An accepted connection whose handshake is done.
pub struct Link {
    stream: TlsStream<TcpStream>,
    peer: Peer,
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Whom its certificate names; `None` without one.
    pub identity: Option<NodeIdentity>,
}

impl Link {
    fn new(stream: TlsStream<TcpStream>, address: SocketAddr) -> Self {
        let certificates = stream.get_ref().1.peer_certificates();
        let identity = certificates.and_then(|chain| NodeIdentity::of(chain.first()?).ok());
        Self {
            stream,
            peer: Peer { address, identity },
        }
    }
}

impl Connected for Link {
    type ConnectInfo = Peer;
    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Accepts connections, does their handshakes side by side, and hands them over.
///
/// The returned stream ends when `stop` is cancelled.
pub fn accept(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    stop: CancellationToken,
) -> ReceiverStream<io::Result<Link>> {
    let (sender, receiver) = mpsc::channel(16);
    let acceptor = TlsAcceptor::from(tls);
    let handshakes = Arc::new(Handshakes::default());
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => return,
            };
            let Ok((stream, address)) = accepted else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let place = handshakes.begin(address.ip());
            let (acceptor, sender) = (acceptor.clone(), sender.clone());
            tokio::spawn(async move {
                let shaken = tokio::select! {
                    shaken = tokio::time::timeout(HANDSHAKE_DEADLINE, shake(&acceptor, stream)) => shaken,
                    () = place.lost() => return,
                };
                drop(place);
                if let Ok(Ok(stream)) = shaken {
                    // A closed channel means that the server stops.
                    drop(sender.send(Ok(Link::new(stream, address))).await);
                }
            });
        }
    });
    ReceiverStream::new(receiver)
}

async fn shake(acceptor: &TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    stream.set_nodelay(true)?;
    tokio::time::timeout(FIRST_BYTE_DEADLINE, stream.peek(&mut [0])).await??;
    acceptor.accept(stream).await
}

/// Lets a call through only where the connection showed a node certificate of this cluster.
///
/// # Errors
/// `PERMISSION_DENIED` otherwise.
pub fn from_node(request: tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status> {
    let peer = request.extensions().get::<Peer>();
    if peer.is_some_and(|peer| peer.identity.is_some()) {
        Ok(request)
    } else {
        Err(tonic::Status::permission_denied(
            "only nodes of this cluster may call this",
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::pki_types::ServerName;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsConnector;
    use tokio_stream::StreamExt;
    use tokio_util::sync::CancellationToken;

    use super::accept;
    use crate::clock;
    use crate::cluster::certificates::{Authority, CertificateCell, NodeIdentity};

    #[tokio::test]
    async fn sockets_that_say_nothing_do_not_keep_a_node_out() {
        let authority = Authority::generate("c0ffee", clock::now()).unwrap();
        let identity = NodeIdentity {
            cluster_id: "c0ffee".into(),
            account: "111111111111".into(),
            member: 1,
        };
        let certificate = authority.issue(&identity, &[], clock::now()).unwrap();
        let cell = CertificateCell::new(certificate).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = Arc::new(cell.server_config().unwrap());
        let mut links = accept(listener, tls, CancellationToken::new());
        let mut idle = Vec::new();
        for _ in 0..100 {
            idle.push(TcpStream::connect(address).await.unwrap());
        }
        let connector = TlsConnector::from(Arc::new(cell.client_config().unwrap()));
        let name = ServerName::try_from(identity.server_name()).unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let joined = tokio::time::timeout(Duration::from_millis(1500), async {
            let stream = connector.connect(name, stream).await.unwrap();
            (stream, links.next().await.unwrap().unwrap())
        });
        let (_stream, link) = joined.await.expect("in before the idle ones are given up");
        assert_eq!(link.peer.identity, Some(identity));
        assert_eq!(idle.len(), 100, "they stay open meanwhile");
    }
}
