//! The cluster goes on without its leader.

use std::time::Duration;

use super::cluster::{Cluster, name};
use crate::clock;

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_leader_is_replaced_and_nothing_answered_is_lost() {
    let mut cluster = Cluster::of(3).await;
    for number in 0..20 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    let dead = cluster.leader().status().member;
    cluster.kill(dead);
    let killed = clock::instant();
    let survivor = cluster.members.values().next().unwrap();
    while survivor
        .write_within(&name(20), Duration::from_secs(1))
        .await
        .is_err()
    {
        assert!(
            killed.elapsed() < Duration::from_secs(5),
            "no write accepted"
        );
    }
    tracing::info!(elapsed = ?killed.elapsed(), "first write after the leader died");
    assert!(
        killed.elapsed() < Duration::from_secs(3),
        "{:?}",
        killed.elapsed()
    );
    for number in 0..=20 {
        cluster.everywhere(&name(number));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_stopped_hands_over_at_once() {
    let mut cluster = Cluster::of(3).await;
    let term = cluster.leader().status().term;
    let old = cluster.leader().status().member;
    cluster.stop(old).await;
    let stopped = clock::instant();
    let survivor = cluster.members.values().next().unwrap();
    survivor.write(&name(1)).await.unwrap();
    assert!(
        stopped.elapsed() < Duration::from_millis(500),
        "{:?}",
        stopped.elapsed()
    );
    assert_eq!(
        cluster.leader().status().term,
        term + 1,
        "one election was enough"
    );
    cluster.everywhere(&name(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_comes_back_does_not_disturb_the_leader() {
    let mut cluster = Cluster::of(3).await;
    let term = cluster.leader().status().term;
    let away = cluster.follower().status().member;
    cluster.kill(away);
    cluster.leader().write(&name(1)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.start(away).await;
    cluster.everywhere(&name(1));
    assert_eq!(cluster.leader().status().term, term);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_nodes_go_on_without_two_and_a_sixth_only_follows() {
    let mut cluster = Cluster::of(5).await;
    let sixth = cluster.join().await;
    cluster.until("the sixth follows", |cluster| {
        cluster.leader().status().learners == [sixth]
    });
    let leader = cluster.leader().status().member;
    let follower = cluster.follower().status().member;
    cluster.kill(leader);
    cluster.kill(follower);
    let survivor = cluster.members.values().next().unwrap();
    let since = clock::instant();
    while survivor.write(&name(1)).await.is_err() {
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "no write accepted"
        );
    }
    cluster.everywhere(&name(1));
}
