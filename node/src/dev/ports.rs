//! Addresses of a development cluster: fixed ones, so that documentation holds, or free ones.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

/// How addresses are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Ports {
    /// The documented ones.
    Fixed,
    /// Free ports, and ingress addresses in a block of 127/8 that nobody else uses.
    Auto,
}

/// Added to each listener port at the ingress of a development cluster.
pub(super) const PORT_OFFSET: u16 = 8000;

/// The addresses of a whole development cluster.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// By node: api, cluster and telemetry.
    pub nodes: Vec<[SocketAddr; 3]>,
    /// Ingress addresses of VPC a and of VPC b, by node.
    pub ingress: [Vec<IpAddr>; 2],
    /// Echo targets.
    pub echoes: [SocketAddr; 3],
}

/// Chooses the addresses of a cluster of `nodes` nodes.
///
/// # Errors
/// Where no free port or block can be found.
pub(super) fn plan(ports: Ports, nodes: u8) -> std::io::Result<Plan> {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    match ports {
        Ports::Fixed => Ok(Plan {
            nodes: (0..u16::from(nodes))
                .map(|n| [0, 1, 2].map(|k| SocketAddr::new(loopback, 7600 + 10 * n + k)))
                .collect(),
            ingress: [11, 12].map(|block| {
                (1..=nodes)
                    .map(|n| IpAddr::V4(Ipv4Addr::new(127, 0, block, n)))
                    .collect()
            }),
            echoes: [9001, 9002, 9003].map(|port| SocketAddr::from(([127, 0, 10, 1], port))),
        }),
        Ports::Auto => {
            // The sockets are held until all ports are chosen, so that no port is chosen twice.
            let mut held = Vec::new();
            let mut free = || -> std::io::Result<SocketAddr> {
                let socket = TcpListener::bind(SocketAddr::new(loopback, 0))?;
                let address = socket.local_addr()?;
                held.push(socket);
                Ok(address)
            };
            let mut addresses = Vec::new();
            for _ in 0..nodes {
                addresses.push([free()?, free()?, free()?]);
            }
            let echoes = [free()?, free()?, free()?];
            let block = free_block()?;
            let ingress = [0, 1].map(|vpc| {
                (1..=nodes)
                    .map(|n| IpAddr::V4(Ipv4Addr::new(127, block, 11 + vpc, n)))
                    .collect()
            });
            Ok(Plan {
                nodes: addresses,
                ingress,
                echoes,
            })
        }
    }
}

/// A second octet of 127/8 where nothing listens on the first ingress address; the choice starts
/// at a place that differs between processes.
fn free_block() -> std::io::Result<u8> {
    let start = std::process::id() % 200;
    for step in 0..200u32 {
        let block = u8::try_from(20 + (start + step) % 200).unwrap_or(20);
        let address = SocketAddr::from(([127, block, 11, 1], PORT_OFFSET + 80));
        if TcpListener::bind(address).is_ok() {
            return Ok(block);
        }
    }
    Err(std::io::Error::other("no free block of loopback addresses"))
}
