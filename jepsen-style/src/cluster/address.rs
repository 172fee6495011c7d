//! Addresses of a cluster: free ports, and a block of 127/8 for the legs in VPCs.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use super::NODES_MAX;

/// Added to each listener port at the ingress.
pub(super) const PORT_OFFSET: u16 = 8000;

/// Where ports are chosen from: below those that the system gives to outgoing connections, which would
/// take the port of a node that does not run. Source: ip(7), `ip_local_port_range`, 32768 to 60999.
const FIRST_PORT: u32 = 11_000;
/// How many.
const PORTS: u32 = 20_000;
/// Distance between the first ports of clusters with numbers next to each other.
const PORTS_PER_CLUSTER: u32 = 40;

/// Addresses of a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    /// Api listener.
    pub(super) api: SocketAddr,
    /// Cluster listener.
    pub(super) cluster: SocketAddr,
    /// What other nodes are told of it: the link.
    pub(super) advertised: SocketAddr,
    /// Telemetry listener.
    pub(super) telemetry: SocketAddr,
    /// Legs in the VPCs of the accounts.
    pub(super) ingress: [IpAddr; 2],
}

impl Addresses {
    /// URL of the api listener.
    pub(super) fn api_url(&self) -> String {
        format!("http://{}", self.api)
    }
}

/// Chooses addresses for all positions, each with the socket of its advertised address. That one is not let go and bound
/// again: a process that is being started elsewhere in this program has it until it runs its own.
///
/// # Errors
/// Where no free port or block can be found.
pub(super) fn plan() -> io::Result<Vec<(Addresses, TcpListener)>> {
    // The other sockets are held until all ports are chosen, so that no port is chosen twice.
    let mut held = Vec::new();
    let number = number();
    let start = number.wrapping_mul(PORTS_PER_CLUSTER);
    let mut ports = (0..PORTS).map(|step| FIRST_PORT + start.wrapping_add(step) % PORTS);
    let mut free = || -> io::Result<TcpListener> {
        let taken = || io::Error::other("no free port below those of outgoing connections");
        let socket = ports.find_map(|port| {
            let port = u16::try_from(port).ok()?;
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
        });
        socket.ok_or_else(taken)
    };
    let mut choose = |socket: TcpListener| {
        let address = socket.local_addr();
        held.push(socket);
        address
    };
    let block = free_block(number)?;
    let leg = |vpc, number| IpAddr::V4(Ipv4Addr::new(127, block, vpc, number));
    (1..=u8::try_from(NODES_MAX).unwrap_or(u8::MAX))
        .map(|number| {
            let link = free()?;
            let addresses = Addresses {
                api: choose(free()?)?,
                cluster: choose(free()?)?,
                advertised: link.local_addr()?,
                telemetry: choose(free()?)?,
                ingress: [leg(11, number), leg(12, number)],
            };
            Ok((addresses, link))
        })
        .collect()
}

/// A number that other clusters, of this process and of others, do not have at the same time, as a rule.
fn number() -> u32 {
    static CLUSTERS: AtomicU32 = AtomicU32::new(0);
    let here = CLUSTERS.fetch_add(1, Ordering::Relaxed);
    std::process::id().wrapping_add(here)
}

/// A second octet of 127/8 where nothing listens on the first ingress address; the choice starts
/// at a place that differs between clusters.
fn free_block(number: u32) -> io::Result<u8> {
    let start = number % 200;
    for step in 0..200u32 {
        let block = u8::try_from(20 + (start + step) % 200).unwrap_or(20);
        let address = SocketAddr::from(([127, block, 11, 1], PORT_OFFSET + 80));
        if TcpListener::bind(address).is_ok() {
            return Ok(block);
        }
    }
    Err(io::Error::other("no free block of loopback addresses"))
}
