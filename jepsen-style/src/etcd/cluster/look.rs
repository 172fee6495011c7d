//! Who leads, as the nodes say.

use std::sync::PoisonError;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{Addresses, Cluster, POLL};
use crate::etcd::client::Client;
use crate::etcd::wire::Status;

/// How long a node may take to say how it is.
const STATUS_DEADLINE: Duration = Duration::from_millis(500);

impl Cluster {
    /// The leader of the newest term that a node says to lead.
    pub(in crate::etcd) async fn leader(&self) -> Option<usize> {
        let statuses = self.statuses().await;
        let leaders = statuses.iter().enumerate().filter_map(|(at, status)| {
            let status = status.as_ref()?;
            (status.leader == status.header.member_id).then_some((status.term, at))
        });
        let (term, leader) = leaders.max()?;
        let leaders = self.leaders.lock();
        let mut leaders = leaders.unwrap_or_else(PoisonError::into_inner);
        leaders.insert(term, leader);
        Some(leader)
    }

    /// The leader, once there is one; `None` where there is none in time.
    pub(in crate::etcd) async fn wait_for_leader(&self, deadline: Duration) -> Option<usize> {
        let begin = Instant::now();
        while begin.elapsed() < deadline {
            if let Some(leader) = self.leader().await {
                return Some(leader);
            }
            tokio::time::sleep(POLL).await;
        }
        None
    }

    /// How often the leader was seen to be another than before.
    pub(in crate::etcd) fn leader_changes(&self) -> usize {
        let leaders = self.leaders.lock();
        let leaders = leaders.unwrap_or_else(PoisonError::into_inner);
        let in_turn: Vec<_> = leaders.values().collect();
        in_turn.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    async fn statuses(&self) -> Vec<Option<Status>> {
        let clients = self.clients(STATUS_DEADLINE);
        let asked = clients.iter().map(Client::status);
        let answers = join_all(asked).await;
        answers.into_iter().map(Result::ok).collect()
    }

    pub(super) fn clients(&self, deadline: Duration) -> Vec<Client> {
        let addresses = self.addresses.iter();
        let client = |at: &Addresses| Client::new(at.client, deadline, false);
        addresses.map(client).collect()
    }
}
