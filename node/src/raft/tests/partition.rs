//! Ways between nodes that swallow what is sent.

use std::time::Duration;

use super::cluster::{Cluster, DEADLINE, name};
use crate::clock;
use crate::raft::WriteError;

fn later(number: u64) -> String {
    name(10 + number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_nothing_reaches_fails_fast_disturbs_nobody_and_catches_up() {
    let cluster = Cluster::of(3).await;
    let term = cluster.leader().status().term;
    let lone = cluster.follower().status().member;
    cluster.way(lone).cut();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for number in 0..3 {
        let asked = clock::instant();
        // The first may reach the leader, whose answer is not cut off; but it is not applied here.
        let name = name(number);
        let written = cluster.members[&lone].write_within(&name, Duration::from_secs(2));
        let written = written.await;
        assert!(
            asked.elapsed() < Duration::from_millis(2_500),
            "{:?}",
            asked.elapsed()
        );
        let fits = written.is_ok() || written == Err(WriteError::NoQuorum);
        assert!(fits, "{written:?}");
        cluster.leader().write(&later(number)).await.unwrap();
    }
    let read = cluster.members[&lone]
        .run(|consensus| async move { consensus.linearizable(Duration::from_secs(2)).await });
    assert_eq!(read.await.unwrap_err(), WriteError::NoQuorum);
    cluster.way(lone).mend();
    let mended = clock::instant();
    cluster.everywhere(&later(2));
    assert!(
        mended.elapsed() < Duration::from_secs(3),
        "{:?}",
        mended.elapsed()
    );
    assert_eq!(
        cluster.leader().status().term,
        term,
        "the leader was not disturbed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_cannot_reach_each_other_fail_fast_and_go_on_when_they_can() {
    let cluster = Cluster::of(3).await;
    cluster.leader().write(&name(0)).await.unwrap();
    let ids: Vec<u64> = cluster.members.keys().copied().collect();
    for id in &ids {
        cluster.way(*id).cut();
    }
    for round in 0..2 {
        for id in &ids {
            let asked = clock::instant();
            let written = cluster.members[id].write(&name(round * 10 + id)).await;
            assert!(
                asked.elapsed() < Duration::from_secs(2),
                "{:?}",
                asked.elapsed()
            );
            // Those of the first round may have been on their way.
            let fits = match written {
                Err(WriteError::NoQuorum) => true,
                Err(WriteError::Unknown(_)) => round == 0,
                _ => false,
            };
            assert!(fits, "{written:?}");
        }
    }
    for id in &ids {
        cluster.way(*id).mend();
    }
    let since = clock::instant();
    while cluster.members[&ids[0]].write(&name(99)).await.is_err() {
        assert!(
            since.elapsed() < DEADLINE,
            "no write after the ways were mended"
        );
    }
    cluster.everywhere(&name(99));
    let mut states = cluster
        .members
        .values()
        .map(|member| member.consensus.state());
    let first = states.next().unwrap();
    let (digest, revision) = (
        trellis_core::registry::codec::digest(&first),
        first.revision,
    );
    for state in states.filter(|state| state.revision == revision) {
        assert_eq!(trellis_core::registry::codec::digest(&state), digest);
    }
}
