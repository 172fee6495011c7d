//! Target health as other nodes' probes see it, for nodes without a leg in the targets' VPC.
//!
//! Every node asks every other in turn; what a node said is forgotten when it stops answering.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use trellis_core::model::{Node, Record};
use trellis_proto::cluster_v1::{ProbedTarget, TargetHealthRequest, peer_client};

use super::links::Links;
use crate::raft::Consensus;

/// Time between two rounds, and the longest wait for an answer.
const INTERVAL: Duration = Duration::from_secs(2);
/// Longest answer, bytes: room for 100,000 targets of about 70 bytes.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// Says what this node's own probes say.
pub type Tell = Arc<dyn Fn() -> Vec<ProbedTarget> + Send + Sync>;
/// Takes in all that another node's probes say, in place of what it said before.
pub type Learn = Box<dyn Fn(&str, Vec<ProbedTarget>) + Send + Sync>;

/// Asks the other nodes.
pub struct HealthExchange {
    /// The registry, for the list of nodes.
    pub consensus: Arc<Consensus>,
    /// This node's id.
    pub node_id: String,
    /// Connections to the others.
    pub links: Links,
    /// Where the answers go.
    pub learn: Learn,
}

/// A node that is asked.
struct Asked {
    address: String,
    channel: Channel,
}

impl HealthExchange {
    /// Asks again and again until the node stops.
    pub async fn run(self, stop: CancellationToken) {
        let rounds = async {
            let mut asked = BTreeMap::new();
            let mut tick = tokio::time::interval(INTERVAL);
            loop {
                tick.tick().await;
                self.follow(&mut asked);
                let answers = asked.iter().map(|(node, asked)| self.ask(node, asked));
                join_all(answers).await;
            }
        };
        tokio::select! {
            () = rounds => {}
            () = stop.cancelled() => {}
        }
    }

    /// Brings the nodes to ask in line with the registry, and forgets what those that left have said.
    fn follow(&self, asked: &mut BTreeMap<String, Asked>) {
        let state = self.consensus.state();
        let others = || {
            state
                .all::<Node>()
                .filter(|node| node.meta().id != self.node_id)
        };
        asked.retain(|id, known| {
            let stays =
                others().any(|node| node.meta().id == *id && node.cluster_address == known.address);
            if !stays {
                (self.learn)(id, Vec::new());
            }
            stays
        });
        for node in others() {
            let id = &node.meta().id;
            if asked.contains_key(id) {
                continue;
            }
            if let Ok(channel) = self.links.channel(node.member, &node.cluster_address) {
                let address = node.cluster_address.clone();
                asked.insert(id.clone(), Asked { address, channel });
            }
        }
    }

    async fn ask(&self, node: &str, asked: &Asked) {
        let mut client = peer_client::PeerClient::new(asked.channel.clone())
            .max_decoding_message_size(ANSWER_BYTES_MAX);
        let answer = client.target_health(TargetHealthRequest {});
        let said = match tokio::time::timeout(INTERVAL, answer).await {
            Ok(Ok(answer)) => answer.into_inner().targets,
            // A node that is silent has no say.
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        (self.learn)(node, said);
    }
}
