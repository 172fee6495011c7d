//! Which nodes have a role, at the moment.

use std::time::Duration;

use super::Obstacle;
use crate::cluster::Cluster;
use crate::schedule::Victims;

/// Longest wait for a leader.
const LEADER_DEADLINE: Duration = Duration::from_secs(10);

/// Positions of the nodes that a fault shall meet.
pub(super) async fn victims(
    cluster: &Cluster,
    victims: Victims,
    draw: u64,
) -> Result<Vec<usize>, Obstacle> {
    let positions = cluster.positions().await;
    let leader = match victims {
        Victims::Leader | Victims::Follower => Some(leader(cluster).await?),
        Victims::Minority | Victims::Majority | Victims::All => None,
    };
    let chosen = victims.among(&positions, leader, draw);
    if chosen.is_empty() {
        let reason = format!("none of {} nodes has the role", positions.len());
        return Err(Obstacle::Lacking(reason));
    }
    Ok(chosen)
}

/// The leader's position.
pub(super) async fn leader(cluster: &Cluster) -> Result<usize, Obstacle> {
    let leader = cluster.wait_for_leader(LEADER_DEADLINE).await;
    leader.map_err(|error| Obstacle::Lacking(format!("{error:#}")))
}

/// A node that does not lead.
pub(super) async fn follower(cluster: &Cluster, draw: u64) -> Result<usize, Obstacle> {
    let followers = victims(cluster, Victims::Follower, draw).await?;
    let none = || Obstacle::Lacking("there is no follower".to_owned());
    followers.first().copied().ok_or_else(none)
}
