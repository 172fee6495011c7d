//! Brings this node's record in the registry in line with its configuration.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use trellis_core::model::{self, Node};
use trellis_core::registry::command::COMMAND_VERSION;
use trellis_core::registry::outcome::Judgement;
use trellis_core::registry::{Change, State};

use super::join::{cluster_command, operation};
use crate::config::Config;
use crate::raft::Consensus;

/// Longest wait for one write.
const WRITE_DEADLINE: Duration = Duration::from_secs(5);
/// Time between two attempts.
const RETRY: Duration = Duration::from_secs(1);

/// Writes addresses, feature level and attachments of this node where they differ.
pub struct Registration {
    /// The registry.
    pub consensus: Arc<Consensus>,
    /// This node's id.
    pub node_id: String,
    /// What the operator has set.
    pub config: Config,
}

impl Registration {
    /// Waits for the record, writes it where it differs, and tries again until it stands or the node
    /// stops.
    pub async fn run(self, stop: CancellationToken) {
        let registered = async {
            let mut states = self.consensus.states();
            // An error means that consensus has ended, and so has the node.
            let known = |state: &State| state.get::<Node>(&self.node_id).is_some();
            states.wait_for(known).await.is_ok()
        };
        tokio::select! {
            registered = registered => if !registered { return },
            () = stop.cancelled() => return,
        }
        while let Some(node) = self.difference() {
            let Err(failure) = self.write(node).await else {
                info!("the record of this node was brought up to date");
                return;
            };
            warn!(failure, "the record of this node is out of date");
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn write(&self, node: Node) -> Result<(), String> {
        let command = cluster_command(vec![operation(Change::Update(node.into()))]);
        let applied = self.consensus.propose(command, WRITE_DEADLINE).await;
        match applied.map_err(|error| error.to_string())?.judgement {
            Some(Judgement::Refused(refusal)) => Err(refusal.message),
            Some(Judgement::Done(_)) | None => Ok(()),
        }
    }

    /// The record as it should be, where it is not.
    fn difference(&self) -> Option<Node> {
        let state = self.consensus.state();
        let stands = state.get::<Node>(&self.node_id)?;
        let mut node = (**stands).clone();
        node.cluster_address = self.config.cluster.advertised();
        node.api_address = self.config.api.advertised();
        node.feature_level = COMMAND_VERSION;
        if let Some(attachments) = &self.config.attachments {
            node.attachments = attachments.iter().map(attachment).collect();
        }
        (node != **stands).then_some(node)
    }
}

fn attachment(configured: &crate::config::Attachment) -> model::Attachment {
    model::Attachment {
        vpc: configured.vpc.clone(),
        ingress_address: configured.ingress_address.to_string(),
        dns_address: configured
            .dns_address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        port_offset: configured.port_offset.into(),
        reaches_targets: configured.reaches_targets,
        zone: configured.zone.clone(),
    }
}
