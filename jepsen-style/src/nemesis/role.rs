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
    let chosen = choose(&positions, victims, leader, draw);
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

/// Positions in an order that a draw decides.
pub(super) fn rotated(positions: &[usize], draw: u64) -> Vec<usize> {
    let mut positions = positions.to_vec();
    let count = u64::try_from(positions.len().max(1)).unwrap_or(1);
    positions.rotate_left(usize::try_from(draw % count).unwrap_or_default());
    positions
}

fn choose(positions: &[usize], victims: Victims, leader: Option<usize>, draw: u64) -> Vec<usize> {
    let mut order = rotated(positions, draw);
    let count = match victims {
        Victims::Leader => return leader.into_iter().collect(),
        Victims::Follower => {
            order.retain(|position| Some(*position) != leader);
            1
        }
        Victims::Minority => positions.len().saturating_sub(1) / 2,
        Victims::Majority => positions.len() / 2 + 1,
        Victims::All => positions.len(),
    };
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_as_many_nodes_as_their_names_say() {
        for (nodes, victims, count) in [
            (3, Victims::Leader, 1),
            (3, Victims::Follower, 1),
            (3, Victims::Minority, 1),
            (3, Victims::Majority, 2),
            (5, Victims::Minority, 2),
            (5, Victims::Majority, 3),
            (4, Victims::Minority, 1),
            (4, Victims::All, 4),
            (1, Victims::Minority, 0),
            (1, Victims::Follower, 0),
        ] {
            let positions: Vec<_> = (0..nodes).collect();
            for draw in 0..10 {
                let chosen = choose(&positions, victims, Some(0), draw);
                assert_eq!(chosen.len(), count, "{victims:?} of {nodes}");
                assert!(victims != Victims::Leader || chosen == [0]);
                assert!(victims != Victims::Follower || !chosen.contains(&0));
            }
        }
    }
}
