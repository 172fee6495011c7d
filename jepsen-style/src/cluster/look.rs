//! What nodes tell of themselves on their telemetry listeners.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{Cluster, wait_on};
use crate::check::raft::{self, Role};
use crate::check::state::Told;

/// How long a node may take to tell.
const LOOK_DEADLINE: Duration = Duration::from_millis(500);
/// How long a node may take to make the digest of its registry.
const DIGEST_DEADLINE: Duration = Duration::from_secs(2);
/// Most bytes of metrics that are read.
const METRICS_BYTES_MAX: u64 = 8 << 20;

/// What a node says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its position.
    pub position: usize,
    /// When it said so: others may have taken longer, or never answered.
    pub at: Instant,
    /// Its role in Raft.
    pub role: Role,
    /// Revision that its data plane serves.
    pub served: u64,
}

impl Cluster {
    /// What each node says, by position; `None` where it does not answer.
    pub async fn look(&self) -> Vec<Option<Sight>> {
        let looks = self.addresses.iter().enumerate().map(|(position, at)| {
            let telemetry = at.telemetry;
            async move {
                let metrics = tell(telemetry, "/metrics", LOOK_DEADLINE).await?;
                sight(position, Instant::now(), &metrics)
            }
        });
        futures_util::future::join_all(looks).await
    }

    /// What each node says of its registry, by position; `None` where it does not answer.
    pub async fn digests(&self) -> Vec<Option<Told>> {
        let looks = self.addresses.iter().map(|at| async {
            let answer = tell(at.telemetry, "/digest", DIGEST_DEADLINE).await?;
            let (_, body) = answer.split_once("\r\n\r\n")?;
            serde_json::from_str(body).ok()
        });
        futures_util::future::join_all(looks).await
    }

    /// Position of the leader: of those that take themselves for it, the one of the latest term.
    pub async fn leader(&self) -> Option<usize> {
        leader_of(&self.look().await)
    }

    /// Waits for a leader.
    ///
    /// # Errors
    /// Where there is none in time.
    pub async fn wait_for_leader(&self, deadline: Duration) -> anyhow::Result<usize> {
        let start = Instant::now();
        loop {
            if let Some(leader) = self.leader().await {
                return Ok(leader);
            }
            wait_on(start, deadline, "there is no leader").await?;
        }
    }
}

pub(super) fn leader_of(sights: &[Option<Sight>]) -> Option<usize> {
    let leaders = sights.iter().flatten().filter(|sight| sight.role.is_leader);
    Some(leaders.max_by_key(|sight| sight.role.term)?.position)
}

/// What a node's telemetry listener answers: head and body.
async fn tell(telemetry: SocketAddr, path: &str, deadline: Duration) -> Option<String> {
    let exchange = async {
        let mut stream = TcpStream::connect(telemetry).await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        let mut answering = stream.take(METRICS_BYTES_MAX);
        answering.read_to_end(&mut answer).await.ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    };
    tokio::time::timeout(deadline, exchange).await.ok()?
}

fn sight(position: usize, at: Instant, metrics: &str) -> Option<Sight> {
    Some(Sight {
        position,
        at,
        role: Role::parse(metrics)?,
        served: raft::metric(metrics, "trellis_view_revision")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRICS: &str = "HTTP/1.1 200 OK\r\n\r\n# TYPE trellis_raft_term gauge\ntrellis_raft_term 3\n\
        trellis_raft_leader 1\ntrellis_raft_last_log_index 9\ntrellis_raft_applied_index 8\ntrellis_view_revision 7\n# EOF\n";

    #[test]
    fn a_node_is_seen_as_its_metrics_tell() {
        let seen = sight(2, Instant::now(), METRICS).unwrap();
        let role = Role {
            id: 0,
            term: 3,
            is_leader: true,
            last_log_index: 9,
            applied_index: 8,
        };
        assert_eq!((seen.position, seen.role, seen.served), (2, role, 7));
        assert_eq!(sight(2, Instant::now(), "trellis_raft_term 3\n"), None);
    }

    #[test]
    fn of_two_that_take_themselves_for_the_leader_the_later_term_counts() {
        let seen = |position, term, is_leader| {
            let mut sight = sight(position, Instant::now(), METRICS).unwrap();
            (sight.role.term, sight.role.is_leader) = (term, is_leader);
            Some(sight)
        };
        assert_eq!(
            leader_of(&[seen(0, 3, true), None, seen(2, 4, true)]),
            Some(2)
        );
        assert_eq!(leader_of(&[seen(0, 3, true), seen(1, 9, false)]), Some(0));
        assert_eq!(leader_of(&[None, seen(1, 9, false)]), None);
    }
}
