//! Nodes come and go.

use super::cluster::{Cluster, DEADLINE, name, registered, removal};
use crate::raft::Config;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_grows_from_one_to_three_to_five_voters() {
    let mut cluster = Cluster::of_one(Config::default()).await;
    for voters in [1, 3, 3, 5] {
        cluster.join().await;
        cluster.until("voters", |cluster| {
            let status = cluster.leader().status();
            let members = status.voters.len() + status.learners.len();
            status.voters.len() == voters && members == cluster.members.len()
        });
    }
    cluster.follower().write(&name(1)).await.unwrap();
    cluster.everywhere(&name(1));
    assert_eq!(registered(cluster.leader()).len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_node_stops_voting_and_is_turned_away() {
    let mut cluster = Cluster::of(3).await;
    let gone = cluster.follower().status().member;
    let command = removal(gone);
    let removed = cluster
        .leader()
        .run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    removed.await.unwrap();
    cluster.until("two voters are left", |cluster| {
        !cluster.leader().status().voters.contains(&gone)
    });
    let written = cluster.members[&gone].write(&name(1)).await;
    assert!(written.is_err(), "{written:?}");
    cluster.kill(gone);
    cluster.leader().write(&name(2)).await.unwrap();
    cluster.everywhere(&name(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_stops_amid_a_change_of_members_finishes_it() {
    let mut cluster = Cluster::of_one(Config::default()).await;
    cluster.join().await;
    cluster.join().await;
    cluster.until("three voters, perhaps not yet for good", |cluster| {
        cluster.leader().status().voters.len() == 3
    });
    cluster.stop(1).await;
    let survivor = cluster.members.values().next().unwrap();
    survivor.write(&name(1)).await.unwrap();
}
