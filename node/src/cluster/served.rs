//! Which revision every node's data plane serves: the answer to `--wait`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use trellis_core::model::{Node, Record};
use trellis_proto::cluster_v1::{
    ServedRequest, ServedResponse, TargetHealthRequest, TargetHealthResponse, peer_client,
    peer_server,
};

use super::health_exchange::Tell;
use super::links::Links;
use crate::clock;
use crate::raft::Consensus;

/// Longest wait that is granted.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// What a node is given beyond the deadline to say how far it is.
const GRACE: Duration = Duration::from_millis(500);

/// Answers which revision this node's data plane serves, and what its probes say.
pub struct PeerServer {
    /// The revision that every worker serves.
    pub served: watch::Receiver<u64>,
    /// Says what this node's probes say of targets.
    pub told: Tell,
}

#[tonic::async_trait]
impl peer_server::Peer for PeerServer {
    async fn served(
        &self,
        request: Request<ServedRequest>,
    ) -> Result<Response<ServedResponse>, Status> {
        let request = request.into_inner();
        let deadline = Duration::from_millis(request.deadline_ms.into()).min(WAIT_MAX);
        let revision = wait_here(self.served.clone(), request.revision, deadline).await;
        Ok(Response::new(ServedResponse { revision }))
    }

    async fn target_health(
        &self,
        _request: Request<TargetHealthRequest>,
    ) -> Result<Response<TargetHealthResponse>, Status> {
        Ok(Response::new(TargetHealthResponse {
            targets: (self.told)(),
        }))
    }
}

/// Waits until this node serves a revision; answers with what it serves then.
async fn wait_here(mut served: watch::Receiver<u64>, revision: u64, deadline: Duration) -> u64 {
    // Passing the deadline and losing the data plane both end the wait; the answer says how far it is.
    drop(tokio::time::timeout(deadline, served.wait_for(|at| *at >= revision)).await);
    *served.borrow()
}

/// How far one node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeServing {
    /// Id of the node.
    pub node: String,
    /// Revision it serves; `None` where it did not answer.
    pub revision: Option<u64>,
    /// Why it did not answer.
    pub reason: String,
}

/// Asks all nodes of the cluster which revision they serve.
pub struct Observer {
    /// This node's id.
    pub node_id: String,
    /// The registry, for the list of nodes.
    pub consensus: Arc<Consensus>,
    /// The others.
    pub peers: Peers,
    /// The revision that this node's data plane serves.
    pub served: watch::Receiver<u64>,
}

impl Observer {
    /// Waits until every node serves a revision, or the deadline passes; says how far each is.
    pub async fn wait(&self, revision: u64, deadline: Duration) -> Vec<NodeServing> {
        let deadline = deadline.min(WAIT_MAX);
        let state = self.consensus.state();
        let members = state.all::<Node>().map(|node| node.member);
        self.peers.keep_only(&members.collect::<Vec<_>>());
        let nodes = state
            .all::<Node>()
            .map(|node| self.ask(node.clone(), revision, deadline));
        join_all(nodes.collect::<Vec<_>>()).await
    }

    async fn ask(&self, node: Arc<Node>, revision: u64, deadline: Duration) -> NodeServing {
        let id = node.meta().id.clone();
        if id == self.node_id {
            let at = wait_here(self.served.clone(), revision, deadline).await;
            return NodeServing {
                node: id,
                revision: Some(at),
                reason: String::new(),
            };
        }
        match tokio::time::timeout(deadline + GRACE, self.reach(&node, revision, deadline)).await {
            Ok(Ok(at)) => NodeServing {
                node: id,
                revision: Some(at),
                reason: String::new(),
            },
            Ok(Err(error)) => NodeServing {
                node: id,
                revision: None,
                reason: format!("{error:#}"),
            },
            Err(_) => NodeServing {
                node: id,
                revision: None,
                reason: format!("no answer within {} ms", deadline.as_millis()),
            },
        }
    }

    async fn reach(&self, node: &Node, revision: u64, deadline: Duration) -> anyhow::Result<u64> {
        self.peers.peer(node)?.reach(revision, deadline).await
    }
}

/// The other nodes that were asked.
pub struct Peers {
    links: Links,
    /// By member.
    asked: Mutex<HashMap<u64, Arc<Peer>>>,
}

impl Peers {
    /// None yet.
    #[must_use]
    pub fn new(links: Links) -> Self {
        Self {
            links,
            asked: Mutex::default(),
        }
    }

    fn peer(&self, node: &Node) -> std::io::Result<Arc<Peer>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(peer) = asked.get(&node.member)
            && peer.address == node.cluster_address
        {
            return Ok(peer.clone());
        }
        let peer = Arc::new(Peer {
            address: node.cluster_address.clone(),
            channel: self.links.channel(node.member, &node.cluster_address)?,
            told: watch::Sender::new(0),
            asking: tokio::sync::Mutex::default(),
        });
        asked.insert(node.member, peer.clone());
        Ok(peer)
    }

    /// Forgets nodes that are no more.
    fn keep_only(&self, members: &[u64]) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|member, _| members.contains(member));
    }
}

/// Another node. Its connection is kept for the next question, as a handshake costs more than an answer, and each answer is
/// for all who wait: while many writes wait, a node is asked once for each step that it makes, not once for each write.
struct Peer {
    address: String,
    /// Connects when it is used, also after it broke.
    channel: Channel,
    /// The highest revision that the node said it serves.
    told: watch::Sender<u64>,
    /// Held by whoever asks.
    asking: tokio::sync::Mutex<()>,
}

impl Peer {
    /// Waits until the node serves a revision, or the deadline passes; answers with what it serves then.
    async fn reach(&self, revision: u64, deadline: Duration) -> anyhow::Result<u64> {
        let (started, mut told) = (clock::moment(), self.told.subscribe());
        loop {
            let asking = tokio::select! {
                biased;
                at = told.wait_for(|at| *at >= revision) => return Ok(*at?),
                asking = self.asking.lock() => asking,
            };
            let at = *self.told.borrow();
            let left = deadline.saturating_sub(started.elapsed());
            let served = self.ask(at.saturating_add(1), left).await?;
            self.told.send_if_modified(|told| {
                let is_news = served > *told;
                *told = served.max(*told);
                is_news
            });
            drop(asking);
            if served < revision && left.is_zero() {
                return Ok(served);
            }
        }
    }

    /// Asks the node what it serves once that is a revision, or the deadline has passed.
    async fn ask(&self, revision: u64, deadline: Duration) -> anyhow::Result<u64> {
        let request = ServedRequest {
            revision,
            deadline_ms: u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX),
        };
        let mut client = peer_client::PeerClient::new(self.channel.clone());
        let response = client.served(request).await;
        let response = response.map_err(|status| anyhow::anyhow!("{}", status.message()))?;
        Ok(response.into_inner().revision)
    }
}

#[cfg(test)]
mod tests;
