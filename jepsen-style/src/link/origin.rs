//! Which of some processes is at the other end of a connection on this machine.
//!
//! The kernel tells the inode of one socket at a time (`sock_diag(7)`), and `/proc/PID/fd` the inodes that a
//! process has open. `/proc/net/tcp` would tell the former too, but holds every connection of the last minute:
//! reading it takes longer than an election where a thousand connections are made in a second.

use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::path::Path;
use std::time::Duration;

use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{AF_INET, IPPROTO_TCP};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, SocketId, StateFlags};
use netlink_sys::Socket;
use netlink_sys::protocols::NETLINK_SOCK_DIAG;

/// "Any socket of these ends". Source: Linux, `INET_DIAG_NOCOOKIE`.
const NO_COOKIE: [u8; 8] = [0xff; 8];
/// Longest answer of the kernel, bytes: it tells of one socket.
const ANSWER_BYTES_MAX: usize = 4096;
/// Looks at the tables: a process that has just started may not be known yet.
const LOOKS_MAX: usize = 20;
/// Time between two.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Position among `processes` of the one that has connected from `peer` to `local`; `None` where it
/// is none of them, or has closed the socket already.
pub(super) async fn find(
    peer: SocketAddr,
    local: SocketAddr,
    processes: impl Fn() -> Vec<Option<u32>>,
) -> Option<usize> {
    let (SocketAddr::V4(peer), SocketAddr::V4(local)) = (peer, local) else {
        return None;
    };
    for _ in 0..LOOKS_MAX {
        let inode = inode(peer, local).ok().flatten()?;
        let owner = processes()
            .into_iter()
            .position(|pid| pid.is_some_and(|pid| holds(pid, inode)));
        if owner.is_some() {
            return owner;
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
    None
}

/// Inode of the socket with these two ends; `None` where there is none, or nobody has it open.
fn inode(own: SocketAddrV4, other: SocketAddrV4) -> io::Result<Option<u32>> {
    let request = InetRequest {
        family: AF_INET,
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::all(),
        socket_id: SocketId {
            source_port: own.port(),
            destination_port: other.port(),
            source_address: IpAddr::V4(*own.ip()),
            destination_address: IpAddr::V4(*other.ip()),
            interface_id: 0,
            cookie: NO_COOKIE,
        },
    };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST;
    let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);

    let socket = Socket::new(NETLINK_SOCK_DIAG)?;
    socket.send(&bytes, 0)?;
    let mut answer = Vec::with_capacity(ANSWER_BYTES_MAX);
    socket.recv(&mut answer, 0)?;
    let answer = NetlinkMessage::<SockDiagMessage>::deserialize(&answer);
    Ok(match answer.map_err(io::Error::other)?.payload {
        NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(found)) => {
            Some(found.header.inode).filter(|inode| *inode != 0)
        }
        _ => None,
    })
}

fn holds(pid: u32, inode: u32) -> bool {
    let wanted = format!("socket:[{inode}]");
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    descriptors
        .filter_map(Result::ok)
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .any(|target| target == Path::new(&wanted))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;

    #[tokio::test]
    async fn a_socket_is_found_by_both_of_its_ends() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let client = tokio::net::TcpStream::connect(local).await.unwrap();
        let (server, peer) = listener.accept().await.unwrap();
        let (SocketAddr::V4(peer), SocketAddr::V4(local)) = (peer, local) else {
            panic!("not of IPv4");
        };
        let ends = [(&client, peer, local), (&server, local, peer)];
        let inodes = ends.map(|(stream, own, other)| {
            let inode = inode(own, other).unwrap();
            let link = format!("/proc/self/fd/{}", stream.as_raw_fd());
            let link = std::fs::read_link(link).unwrap();
            assert_eq!(link, Path::new(&format!("socket:[{}]", inode.unwrap())));
            inode
        });
        assert_ne!(inodes[0], inodes[1]);
        let nobody = SocketAddrV4::new(*peer.ip(), 1);
        assert_eq!(inode(nobody, local).unwrap(), None);
    }

    #[tokio::test]
    async fn a_connection_of_this_process_is_known_as_its_own() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let _client = tokio::net::TcpStream::connect(local).await.unwrap();
        let (_server, peer) = listener.accept().await.unwrap();
        let own = Some(std::process::id());
        assert_eq!(find(peer, local, || vec![None, own]).await, Some(1));
        assert_eq!(find(peer, local, || vec![None]).await, None);
    }
}
