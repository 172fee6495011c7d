//! The ports that services are reached on: bound and closed as the view says.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use http::HeaderValue;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tracing::{debug, warn};
use trellis_core::decide::{Peer, identify};

use super::connection::{self, Connection, Port};
use super::worker::{Adopted, Worker};

/// Connections that may wait to be accepted. Source: Linux's `net.core.somaxconn`.
const BACKLOG: i32 = 4096;
/// Pause after an accept failed, for want of file descriptors most likely.
const PAUSE: Duration = Duration::from_millis(50);

/// The listening sockets of a worker.
pub(crate) struct Listeners {
    worker: Rc<Worker>,
    open: BTreeMap<SocketAddr, Open>,
    /// Addresses that could not be bound; tried again.
    failed: BTreeMap<SocketAddr, Rc<Port>>,
}

struct Open {
    port: Rc<Port>,
    socket: Rc<TcpListener>,
    accepting: JoinHandle<()>,
}

impl Listeners {
    pub(crate) fn new(worker: Rc<Worker>) -> Self {
        Self {
            worker,
            open: BTreeMap::new(),
            failed: BTreeMap::new(),
        }
    }

    /// Closes what the view does not have any more, binds what it has; afterwards that is so. What
    /// cannot be bound stops nothing else and is tried again.
    pub(crate) async fn reconcile(&mut self, adopted: &Adopted) {
        let wanted = wanted(adopted);
        let is_wanted = |address: &SocketAddr, port: &Port| {
            wanted
                .get(address)
                .is_some_and(|(vpc, own)| *vpc == port.vpc && *own == port.port)
        };
        let gone = self
            .open
            .iter()
            .filter(|(at, open)| !is_wanted(at, &open.port));
        let gone: BTreeSet<SocketAddr> = gone.map(|(address, _)| *address).collect();
        for address in gone {
            if let Some(open) = self.open.remove(&address) {
                open.accepting.abort();
                // The socket is closed once the task that held it is gone; an error says that it is.
                let _ended = open.accepting.await;
            }
        }
        self.failed.retain(|address, port| is_wanted(address, port));
        for (address, (vpc, port)) in wanted {
            if !self.open.contains_key(&address) && !self.failed.contains_key(&address) {
                let port = Rc::new(Port {
                    vpc: vpc.to_owned(),
                    port,
                    port_value: HeaderValue::from(port),
                });
                self.bind(address, port, true);
            }
        }
    }

    /// Tries again what could not be bound.
    pub(crate) fn retry(&mut self) {
        for (address, port) in std::mem::take(&mut self.failed) {
            self.bind(address, port, false);
        }
    }

    fn bind(&mut self, address: SocketAddr, port: Rc<Port>, first: bool) {
        match listen(address) {
            Ok(socket) => {
                let socket = Rc::new(socket);
                let task = accept(self.worker.clone(), socket.clone(), port.clone());
                let accepting = tokio::task::spawn_local(task);
                let open = Open {
                    port,
                    socket,
                    accepting,
                };
                self.open.insert(address, open);
            }
            Err(error) => {
                if first {
                    warn!(%address, %error, "listener could not be bound, trying again");
                }
                self.failed.insert(address, port);
            }
        }
    }

    /// Takes what is waiting and closes every port.
    pub(crate) fn close(self) {
        for open in self.open.into_values() {
            open.accepting.abort();
            while let Some(Ok((stream, address))) = open.socket.accept().now_or_never() {
                admit(&self.worker, &open.port, stream, address);
            }
        }
    }
}

/// Every address that this node listens on, with the VPC and the listener port it means.
fn wanted(adopted: &Adopted) -> BTreeMap<SocketAddr, (&str, u16)> {
    let mut wanted = BTreeMap::new();
    for attachment in &adopted.attachments {
        let Some(vpc) = adopted.view.vpcs.get(&attachment.vpc) else {
            continue;
        };
        let Ok(ingress) = attachment.ingress_address.parse::<IpAddr>() else {
            warn!(
                address = attachment.ingress_address,
                "ingress address is no IP address"
            );
            continue;
        };
        for port in &vpc.ports {
            let bound = u32::from(*port).saturating_add(attachment.port_offset);
            match u16::try_from(bound) {
                Ok(bound) => {
                    let address = SocketAddr::new(ingress, bound);
                    let own = (attachment.vpc.as_str(), *port);
                    if *wanted.entry(address).or_insert(own) != own {
                        warn!(%address, vpc = attachment.vpc, "address belongs to another VPC");
                    }
                }
                Err(_) => warn!(%ingress, port, "port with its offset is beyond 65535"),
            }
        }
    }
    wanted
}

/// Binds an address that other workers bind too.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

async fn accept(worker: Rc<Worker>, socket: Rc<TcpListener>, port: Rc<Port>) {
    loop {
        match socket.accept().await {
            Ok((stream, address)) => admit(&worker, &port, stream, address),
            Err(error) => {
                debug!(%error, "accept failed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Starts serving a connection, or closes it: where there are too many, or where no security group
/// lets the client in.
fn admit(worker: &Rc<Worker>, port: &Rc<Port>, stream: TcpStream, address: SocketAddr) {
    let (all, own) = worker.seats.count(address.ip());
    let config = &worker.config;
    if all >= config.connections_max || own >= config.connections_per_client_max {
        debug!(client = %address, "too many connections");
        return;
    }
    let peer = Peer {
        vpc: &port.vpc,
        address,
        port: port.port,
        secure: false,
        server_name: None,
    };
    if !identify::admits(&worker.adopted().view, &peer) {
        debug!(client = %address, vpc = port.vpc, "client is not admitted");
        return;
    }
    let connection = Rc::new(Connection::new(worker.clone(), port.clone(), address));
    let seat = worker.seats.enter(&connection);
    tokio::task::spawn_local(async move {
        let _seat = seat;
        connection::run(connection, stream).await;
    });
}
