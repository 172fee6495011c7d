//! Bugs of the replicated registry that are built in on purpose are there. Each test needs a process
//! of its own, as `cargo nextest` gives.

use std::time::Duration;

use openraft::ChangeMembers;
use trellis_core::registry::outcome::{Judgement, RefusalKind};
use trellis_core::registry::{Applied, codec};
use trellis_core::seeded_bugs::{Bug, choose};

use super::cluster::{Cluster, DEADLINE, Member, OPERATOR, account, name};
use crate::raft::Config;

#[tokio::test(flavor = "multi_thread")]
async fn b1_a_node_that_nothing_reaches_reads_the_past_and_calls_it_the_present() {
    choose(Bug::B1).unwrap();
    let cluster = Cluster::of(3).await;
    let lone = cluster.follower().status().member;
    cluster.way(lone).cut();
    cluster.leader().write(&name(1)).await.unwrap();
    let read = cluster.members[&lone]
        .run(|consensus| async move { consensus.linearizable(DEADLINE).await });
    let read = read.await.unwrap();
    assert!(read.revision < cluster.leader().consensus.state().revision);
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_a_write_that_was_answered_is_gone_with_the_leader() {
    choose(Bug::B4).unwrap();
    let mut cluster = Cluster::of(3).await;
    let leader = cluster.leader().status().member;
    let others: Vec<u64> = cluster.members.keys().copied().collect();
    let others: Vec<u64> = others.into_iter().filter(|id| *id != leader).collect();
    for id in &others {
        cluster.way(*id).cut();
    }
    let mut command = account(&name(1));
    command.account = OPERATOR.into();
    command.region = "eu-west-1".into();
    let written = cluster.members[&leader]
        .run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    let judgement = written.await.unwrap().judgement;
    assert!(
        matches!(judgement, Some(Judgement::Done(_))),
        "{judgement:?}"
    );
    cluster.kill(leader);
    for id in &others {
        // What is on its way to them is lost with their connections.
        cluster.kill(*id);
        cluster.way(*id).mend();
        cluster.start(*id).await;
    }
    cluster.leader().write(&name(2)).await.unwrap();
    cluster.everywhere(&name(2));
    assert!(cluster.members.values().all(|it| !it.holds(&name(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_a_node_that_starts_again_from_a_snapshot_lacks_one_write() {
    choose(Bug::B5).unwrap();
    let mut cluster = Cluster::with(1, hasty()).await;
    for number in 0..70 {
        cluster.leader().write(&name(number)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    cluster.kill(1);
    cluster.start(1).await;
    let member = &cluster.members[&1];
    let lost = (0..70).filter(|number| !member.holds(&name(*number)));
    assert_eq!(lost.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b7_two_majorities_that_know_nothing_of_each_other_both_accept_writes() {
    choose(Bug::B7).unwrap();
    let mut cluster = Cluster::of(3).await;
    let old: Vec<u64> = cluster.members.keys().copied().collect();
    let fourth = cluster.join().await;
    let fifth = cluster.register().await;
    cluster.until("the fifth is awaited", |cluster| {
        let status = cluster.leader().status();
        status.learners.len() == 2 && !status.changing
    });
    let leader = cluster.leader().status().member;
    let left: Vec<u64> = old.into_iter().filter(|id| *id != leader).collect();
    for id in &left {
        cluster.kill(*id);
    }
    // For as long as its lease lasts, the leader proposes.
    let raft = cluster.members[&leader].consensus.raft.clone();
    let five = ChangeMembers::AddVoterIds([fourth, fifth].into());
    cluster.members[&leader].spawn(async move { raft.change_membership(five, false).await });
    cluster.start(fifth).await;
    cluster.until("the new nodes believe that they vote", |cluster| {
        let voters = |id: &u64| cluster.members[id].status().voters.len();
        [fourth, fifth].iter().all(|id| voters(id) == 5)
    });
    cluster.kill(leader);
    cluster.start(leader).await;
    let written = cluster.leader().write(&name(1_000)).await.unwrap();
    assert!(matches!(written.judgement, Some(Judgement::Done(_))));
    for id in [leader, fourth, fifth] {
        cluster.kill(id);
    }
    for id in &left {
        cluster.start(*id).await;
    }
    cluster.leader().write(&name(1_001)).await.unwrap();
    assert!(!cluster.leader().holds(&name(1_000)), "it was answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn b9_a_repeated_token_means_nothing_to_the_next_leader() {
    choose(Bug::B9).unwrap();
    let mut cluster = Cluster::of(3).await;
    let first = with_token(cluster.leader()).await;
    assert!(matches!(first.judgement, Some(Judgement::Done(_))));
    cluster.everywhere(&name(1));
    let digest = |member: &Member| codec::digest(&member.consensus.state());
    assert_ne!(digest(cluster.leader()), digest(cluster.follower()));
    let old = cluster.leader().status().member;
    cluster.stop(old).await;
    let again = with_token(cluster.leader()).await;
    let Some(Judgement::Refused(refusal)) = again.judgement else {
        panic!("{again:?}");
    };
    assert_eq!(refusal.kind(), RefusalKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_voter_that_comes_back_empty_helps_to_forget_what_was_answered() {
    choose(Bug::B16).unwrap();
    let mut cluster = Cluster::of(3).await;
    let leader = cluster.leader().status().member;
    let ids: Vec<u64> = cluster.members.keys().copied().collect();
    let mut others = ids.into_iter().filter(|id| *id != leader);
    let (wiped, behind) = (others.next().unwrap(), others.next().unwrap());
    cluster.kill(behind);
    cluster.leader().write(&name(1)).await.unwrap();
    cluster.kill(leader);
    cluster.kill(wiped);
    // What replaces it joins at its address.
    tokio::time::sleep(Duration::from_millis(200)).await;
    std::fs::remove_dir_all(cluster.data_dir(wiped)).unwrap();
    cluster.start(wiped).await;
    cluster.start(behind).await;
    cluster.leader().write(&name(2)).await.unwrap();
    assert!(cluster.members.values().all(|it| !it.holds(&name(1))));
}

async fn with_token(member: &Member) -> Applied {
    let mut command = account(&name(1));
    command.client_token = "again".into();
    let written = member.run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    written.await.unwrap()
}

fn hasty() -> Config {
    Config {
        snapshot_every: 20,
        log_keep: 0,
        ..Config::default()
    }
}
