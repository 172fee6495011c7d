//! Which of some processes is at the other end of a connection on this machine.
//!
//! `/proc/net/tcp` holds the inode of every socket, and `/proc/PID/fd` the inodes that a process has
//! open. Source: proc(5), Linux.

use std::net::{SocketAddr, SocketAddrV4};
use std::path::Path;
use std::time::Duration;

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
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let inode = inode(&table, peer, local)?;
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

/// Inode of the socket with these two ends.
fn inode(table: &str, own: SocketAddrV4, other: SocketAddrV4) -> Option<u64> {
    let (own, other) = (hex(own), hex(other));
    table.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let matches = fields.nth(1) == Some(&own) && fields.next() == Some(&other);
        // After the two ends: state, queues, timer, retransmissions, uid, timeout, inode.
        let inode = fields.nth(6)?.parse().ok()?;
        (matches && inode != 0).then_some(inode)
    })
}

/// An address as the table writes it: the address's bytes in memory order, the port as a number.
fn hex(address: SocketAddrV4) -> String {
    let ip = u32::from_ne_bytes(address.ip().octets());
    format!("{ip:08X}:{:04X}", address.port())
}

fn holds(pid: u32, inode: u64) -> bool {
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
    use super::*;

    #[test]
    fn a_socket_is_found_by_both_of_its_ends() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 77 1 0 20 4 30 10 -1\n   \
            1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 78 1 0 20 4 30 10 -1\n   \
            2: 0100007F:C351 0100007F:1F90 06 00000000:00000000 03:00000000 00000000     0        0 0 1 0 20 4 30 10 -1\n";
        let at = |port| SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, port);
        for (own, other, found) in [
            (0xC350, 0x1F90, Some(78)),
            (0x1F90, 0xC350, Some(77)),
            (0xC351, 0x1F90, None),
            (0xC352, 0x1F90, None),
        ] {
            assert_eq!(inode(table, at(own), at(other)), found, "{own:x}");
        }
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
