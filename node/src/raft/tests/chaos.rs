//! Nodes die and come back while others write: what was answered stays, and all agree.

use std::time::Duration;

use trellis_core::registry::codec;
use trellis_core::registry::outcome::Judgement;

use super::cluster::{Cluster, Member, account, name};
use crate::clock;
use crate::raft::Config;

/// How long clients write in each round, at least.
const ROUND: Duration = Duration::from_millis(1_500);
/// Writes that each client gets an answer to in each round, at least.
const WRITES_MIN: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_nodes_that_die_and_come_back() {
    let config = Config {
        snapshot_every: 50,
        log_keep: 10,
        ..Config::default()
    };
    let mut cluster = Cluster::with(3, config).await;
    let mut answered = Vec::new();
    for round in 0..6 {
        let leader = cluster.leader().status().member;
        let follower = cluster.follower().status().member;
        let victim = if round % 2 == 0 { leader } else { follower };
        let others = cluster.members.iter().filter(|(id, _)| **id != victim);
        let clients: Vec<_> = others
            .map(|(id, member)| client(member, (round * 10 + id) * 1_000_000))
            .collect();
        tokio::time::sleep(ROUND / 5).await;
        cluster.kill(victim);
        for client in clients {
            answered.extend(client.await.unwrap());
        }
        cluster.start(victim).await;
    }
    cluster.leader().write(&name(1)).await.unwrap();
    cluster.everywhere(&name(1));
    for name in &answered {
        for member in cluster.members.values() {
            assert!(
                member.holds(name),
                "{name} is lost on {}",
                member.status().member
            );
        }
    }
    cluster.until("one revision", |cluster| {
        let mut revisions = cluster.members.values().map(revision);
        let first = revisions.next();
        revisions.all(|revision| Some(revision) == first)
    });
    let states = cluster
        .members
        .values()
        .map(|member| member.consensus.state());
    let mut digests: Vec<_> = states.map(|state| codec::digest(&state)).collect();
    digests.dedup();
    assert_eq!(digests.len(), 1, "all members agree");
}

fn revision(member: &Member) -> u64 {
    member.consensus.state().revision
}

/// Writes on a node for a while, and until enough was answered; says what was answered as done.
fn client(member: &Member, first: u64) -> tokio::task::JoinHandle<Vec<String>> {
    let consensus = member.consensus.clone();
    member.spawn(async move {
        let began = clock::instant();
        let mut answered = Vec::new();
        for number in first.. {
            if began.elapsed() > ROUND && answered.len() >= WRITES_MIN {
                break;
            }
            let name = name(number);
            let written = consensus.propose(account(&name), Duration::from_secs(2));
            if let Ok(applied) = written.await {
                let done = matches!(applied.judgement, Some(Judgement::Done(_)));
                assert!(done, "{applied:?}");
                answered.push(name);
            }
        }
        answered
    })
}
