//! Removes targets that have drained: one task on every node, at work on the leader only.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use trellis_core::model::limits::OPERATIONS_PER_COMMAND;
use trellis_core::registry::{Change, query};

use crate::clock;
use crate::cluster::join::{cluster_command, operation};
use crate::raft::Consensus;

/// Time between two looks.
const PERIOD: Duration = Duration::from_secs(5);
/// Longest wait for consensus.
const DEADLINE: Duration = Duration::from_secs(5);

/// Removes drained targets until `stop`.
///
/// A target that is removed twice, or registered again meanwhile, is no harm: the registry removes
/// only what has drained at the command's time.
pub async fn sweep(consensus: Arc<Consensus>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = stop.cancelled() => return,
        }
        let status = consensus.status();
        if status.leader != Some(status.member) {
            continue;
        }
        let state = consensus.state();
        let changes: Vec<Change> = query::drained(&state, clock::now_ms())
            .take(OPERATIONS_PER_COMMAND)
            .map(Change::RemoveDrained)
            .collect();
        if changes.is_empty() {
            continue;
        }
        let groups = changes.len();
        let command = cluster_command(changes.into_iter().map(operation).collect());
        // What could not be written is found again at the next look.
        match consensus.propose(command, DEADLINE).await {
            Ok(applied) => tracing::debug!(
                revision = applied.revision,
                groups,
                "drained targets removed"
            ),
            Err(error) => tracing::debug!(%error, "drained targets not removed"),
        }
    }
}
