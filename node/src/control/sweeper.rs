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
    sweep_every(PERIOD, consensus, stop).await;
}

async fn sweep_every(period: Duration, consensus: Arc<Consensus>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(period) => {}
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

#[cfg(test)]
mod tests {
    use trellis_core::model::{Target, TargetGroup};
    use trellis_core::registry::command::TargetList;

    use super::*;
    use crate::control::tests::node::Node;
    use crate::control::tests::shop_targets;

    #[tokio::test]
    async fn targets_that_have_drained_are_removed_and_others_stay() {
        let node = Node::start().await;
        let group = shop_targets(&node.root(), &["10.0.0.1", "10.0.0.2", "10.0.0.3"]).await;
        let deregister = |id: &str, ago: u64| {
            let target = Target {
                id: id.into(),
                ..Target::default()
            };
            let list = TargetList {
                target_group: group.clone(),
                targets: vec![target],
            };
            let mut command = cluster_command(vec![operation(Change::DeregisterTargets(list))]);
            command.at_ms -= ago;
            node.consensus.propose(command, DEADLINE)
        };
        deregister("10.0.0.1", 61_000).await.unwrap();
        deregister("10.0.0.2", 0).await.unwrap();
        let stop = CancellationToken::new();
        let every = Duration::from_millis(10);
        let sweeping = tokio::spawn(sweep_every(every, node.consensus.clone(), stop.clone()));
        let left = || {
            let state = node.consensus.state();
            let targets = state.get::<TargetGroup>(&group).unwrap().targets.iter();
            targets.map(|target| target.id.clone()).collect::<Vec<_>>()
        };
        tokio::time::timeout(DEADLINE, async {
            while left().len() == 3 {
                tokio::time::sleep(every).await;
            }
        })
        .await
        .unwrap();
        assert_eq!(left(), ["10.0.0.2", "10.0.0.3"]);
        stop.cancel();
        sweeping.await.unwrap();
    }
}
