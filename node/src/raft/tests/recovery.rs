//! What a node has after it starts again.

use std::time::Duration;

use super::cluster::{Cluster, name};
use crate::raft::store::StoreKind;
use crate::raft::{Config, StartError, StoreError};

#[tokio::test(flavor = "multi_thread")]
async fn a_node_started_again_alone_has_its_last_applied_registry_at_once() {
    let mut cluster = Cluster::of(3).await;
    for number in 0..10 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    cluster.everywhere(&name(9));
    let ids: Vec<u64> = cluster.members.keys().copied().collect();
    let revision = cluster.members[&ids[0]].consensus.state().revision;
    for id in &ids {
        cluster.kill(*id);
    }
    cluster.start(ids[0]).await;
    let state = cluster.members[&ids[0]].consensus.state();
    assert_eq!(state.revision, revision);
    assert!(cluster.members[&ids[0]].holds(&name(9)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_snapshot_is_named_and_never_served() {
    let mut cluster = Cluster::with(1, hasty()).await;
    for number in 0..70 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    cluster.stop(1).await;
    let snapshots = cluster.data_dir(1).join("raft/snapshots");
    for file in std::fs::read_dir(&snapshots).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let error = cluster.try_start(1).await.unwrap_err().to_string();
    let named = error.contains(snapshots.to_str().unwrap()) && error.contains("damaged");
    assert!(named, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_bring_back_everything() {
    for store in StoreKind::ALL {
        let config = Config { store, ..hasty() };
        let mut cluster = Cluster::with(1, config).await;
        for number in 0..30 {
            cluster.leader().write(&name(number)).await.unwrap();
        }
        cluster.stop(1).await;
        cluster.start(1).await;
        for number in 0..30 {
            assert!(cluster.members[&1].holds(&name(number)), "{store}");
        }
        cluster.leader().write(&name(30)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_cluster_started_again_goes_on() {
    let mut cluster = Cluster::of(3).await;
    cluster.leader().write(&name(1)).await.unwrap();
    let ids: Vec<u64> = cluster.members.keys().copied().collect();
    for id in &ids {
        cluster.kill(*id);
    }
    for id in &ids {
        cluster.start(*id).await;
    }
    cluster.leader().write(&name(2)).await.unwrap();
    cluster.everywhere(&name(1));
    cluster.everywhere(&name(2));
}

fn hasty() -> Config {
    Config {
        snapshot_every: 20,
        log_keep: 0,
        ..Config::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laggard_catches_up_by_snapshot_where_the_log_it_needs_is_gone() {
    let mut cluster = Cluster::with(3, hasty()).await;
    let laggard = cluster.follower().status().member;
    cluster.kill(laggard);
    for number in 0..100 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    cluster.start(laggard).await;
    for number in 0..100 {
        cluster.everywhere(&name(number));
    }
    let snapshot = cluster.members[&laggard].consensus.metrics().snapshot;
    assert!(snapshot.is_some_and(|id| id.index > 60), "{snapshot:?}");
    cluster.leader().write(&name(100)).await.unwrap();
    cluster.everywhere(&name(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_joins_a_cluster_whose_whole_log_is_purged() {
    let mut cluster = Cluster::of_one(hasty()).await;
    for number in 0..50 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    let upto = cluster.leader().status().last_applied;
    let leader = cluster.leader();
    leader
        .run(move |consensus| async move {
            consensus.raft.trigger().snapshot().await.unwrap();
            let wait = consensus.raft.wait(Some(Duration::from_secs(5)));
            let snapshot = wait.metrics(
                |m| m.snapshot.is_some_and(|id| id.index >= upto),
                "snapshot",
            );
            snapshot.await.unwrap();
            consensus.raft.trigger().purge_log(upto).await.unwrap();
            let wait = consensus.raft.wait(Some(Duration::from_secs(5)));
            let purged = wait.metrics(|m| m.purged.is_some_and(|id| id.index >= upto), "purge");
            purged.await.unwrap();
        })
        .await;
    cluster.join().await;
    cluster.everywhere(&name(0));
    cluster.everywhere(&name(49));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_started_again_after_snapshots_has_everything() {
    let mut cluster = Cluster::with(1, hasty()).await;
    for number in 0..70 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = cluster.leader().consensus.state();
    cluster.kill(1);
    cluster.start(1).await;
    let after = cluster.members[&1].consensus.state();
    assert!(after == before || after.revision > before.revision);
    for number in 0..70 {
        assert!(cluster.members[&1].holds(&name(number)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_whose_store_was_removed_or_emptied_never_begins_anew() {
    let mut cluster = Cluster::of(3).await;
    let member = cluster.follower().status().member;
    let raft = cluster.data_dir(member).join("raft");
    for emptied in [false, true] {
        cluster.kill(member);
        let aside = raft.with_file_name("elsewhere");
        std::fs::rename(&raft, &aside).unwrap();
        if emptied {
            std::fs::create_dir(&raft).unwrap();
        }
        let refused = cluster.try_start(member).await.unwrap_err();
        let lost = matches!(refused, StartError::Store(StoreError::Amnesia { .. }));
        assert!(lost, "{refused}");
        if emptied {
            std::fs::remove_dir_all(&raft).unwrap();
        }
        std::fs::rename(&aside, &raft).unwrap();
        cluster.start(member).await;
    }
    cluster.leader().write(&name(1)).await.unwrap();
    cluster.everywhere(&name(1));
}
