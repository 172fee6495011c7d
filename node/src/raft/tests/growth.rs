//! Nodes come and go.

use super::cluster::{Cluster, DEADLINE, Member, account, name, registered, removal};
use crate::raft::{Config, CreateError};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_removed_hands_over_and_the_others_go_on() {
    let mut cluster = Cluster::of(3).await;
    let old = cluster.leader().status().member;
    let command = removal(old);
    let removed = cluster
        .leader()
        .run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    removed.await.unwrap();
    cluster.until("the others vote, and one of them leads", |cluster| {
        let others = cluster
            .members
            .values()
            .filter(|m| m.status().member != old);
        let others: Vec<_> = others.map(Member::status).collect();
        others.iter().all(|status| {
            !status.voters.contains(&old) && status.leader.is_some_and(|leader| leader != old)
        })
    });
    cluster.kill(old);
    cluster.leader().write(&name(1)).await.unwrap();
    cluster.everywhere(&name(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_created_once() {
    let cluster = Cluster::of_one(Config::default()).await;
    let again = cluster.leader().run(|consensus| async move {
        let address = "127.0.0.1:1".to_owned();
        consensus.create(address, account(&name(1)), DEADLINE).await
    });
    assert!(matches!(again.await, Err(CreateError::Exists(_))));
    assert!(!cluster.leader().holds(&name(1)));
}
