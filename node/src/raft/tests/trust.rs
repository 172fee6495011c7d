//! Who may speak, and what is not believed.

use tonic::{Code, Request};
use trellis_core::registry::command::COMMAND_VERSION;
use trellis_proto::raft_v1 as pb;

use super::cluster::{CLUSTER, Cluster, DEADLINE, account, name, removal};
use crate::clock;
use crate::raft::{Config, Proposal, StartError, WriteError};

fn vote_of(member: u64) -> pb::AppendRequest {
    pb::AppendRequest {
        vote: Some(pb::Vote {
            term: 99,
            member,
            committed: true,
        }),
        ..pb::AppendRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_of_the_cluster_may_call_and_only_in_their_own_name() {
    let cluster = Cluster::of_one(Config::default()).await;
    let mut stranger = cluster.stranger(1);
    let mut foreigner = cluster.caller("another", 1, 1);
    // Older than the registry here, and not in it: it has left.
    let mut gone = cluster.caller(CLUSTER, 2, 1);
    let newcomer_id = cluster.leader().consensus.state().revision + 5;
    let mut newcomer = cluster.caller(CLUSTER, newcomer_id, 1);
    let refused = [
        (stranger.append(vote_of(1)).await, Code::Unauthenticated),
        (foreigner.append(vote_of(1)).await, Code::PermissionDenied),
        (gone.append(vote_of(2)).await, Code::PermissionDenied),
        (newcomer.append(vote_of(1)).await, Code::PermissionDenied),
        (
            newcomer.append(pb::AppendRequest::default()).await,
            Code::PermissionDenied,
        ),
    ];
    for (number, (answer, code)) in refused.into_iter().enumerate() {
        assert_eq!(answer.unwrap_err().code(), code, "case {number}");
    }
    let asked = newcomer.read_index(pb::ReadIndexRequest { deadline_ms: 1000 });
    assert!(
        asked.await.is_ok(),
        "a member that this node does not know yet"
    );
    assert_eq!(cluster.leader().status().term, 1, "nobody moved the term");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_node_is_told_so() {
    let cluster = Cluster::of(3).await;
    let gone = cluster.follower().status().member;
    let command = removal(gone);
    let removed = cluster
        .leader()
        .run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    removed.await.unwrap();
    cluster.until("it has left", |cluster| {
        let status = cluster.leader().status();
        !status.voters.contains(&gone) && !status.learners.contains(&gone) && !status.changing
    });
    let target = cluster.leader().status().member;
    let mut caller = cluster.caller(CLUSTER, gone, target);
    let answer = caller.read_index(pb::ReadIndexRequest { deadline_ms: 10 });
    let status = answer.await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert!(status.message().contains("rejoins"), "{}", status.message());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_applied_does_not_enter_the_log() {
    let cluster = Cluster::of_one(Config::default()).await;
    let newcomer = cluster.leader().consensus.state().revision + 1;
    let mut caller = cluster.caller(CLUSTER, newcomer, 1);
    let mut newer = account(&name(1));
    newer.version = COMMAND_VERSION + 1;
    for command in [
        vec![0xff; 7],
        trellis_core::registry::codec::encode_command(&newer),
    ] {
        let request = pb::ProposeRequest {
            command,
            deadline_ms: 1000,
        };
        let status = caller.propose(Request::new(request)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
    cluster.leader().write(&name(2)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_cannot_be_read_stops_the_raft_role_and_says_why() {
    let mut cluster = Cluster::of_one(Config::default()).await;
    cluster.leader().write(&name(1)).await.unwrap();
    let member = cluster.members.remove(&1).unwrap();
    let answer = member.run(|consensus| async move {
        consensus
            .raft
            .client_write(Proposal(vec![0xff; 7]))
            .await
            .is_err()
    });
    assert!(answer.await);
    let reason = member.status().stopped.unwrap();
    assert!(
        reason.starts_with("log entry ") && reason.contains("damaged"),
        "{reason}"
    );
    assert_eq!(
        member.write(&name(2)).await,
        Err(WriteError::Stopped(reason))
    );
    assert!(
        member.holds(&name(1)),
        "the last good registry is still there"
    );
    cluster.members.insert(1, member);
    cluster.kill(1);
    let error = loop {
        match cluster.try_start(1).await {
            Err(StartError::Store(crate::raft::store::StoreError::InUse(_))) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            started => break started.err().map(|error| error.to_string()),
        }
    };
    // Started again, it stops there again, or had not yet noted the entry as committed.
    if let Some(error) = error {
        assert!(
            error.contains("log entry ") && error.contains("damaged"),
            "{error}"
        );
    } else {
        cluster.until("stopped again", |cluster| {
            cluster.members[&1].status().stopped.is_some()
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_falls_silent_makes_room_for_another() {
    let cluster = Cluster::of_one(Config::default()).await;
    let newcomer = cluster.leader().consensus.state().revision + 5;
    let (mut silent, mut next) = (
        cluster.caller(CLUSTER, newcomer, 1),
        cluster.caller(CLUSTER, newcomer, 1),
    );
    let never = futures_util::stream::pending::<pb::SnapshotPart>();
    let stalled = tokio::spawn(async move { silent.install_snapshot(never).await });
    let mut offer = async || {
        let nothing = futures_util::stream::empty::<pb::SnapshotPart>();
        let answer = next.install_snapshot(nothing).await;
        answer.unwrap_err().code()
    };
    let begun = clock::instant();
    while offer().await != Code::ResourceExhausted {
        assert!(begun.elapsed() < DEADLINE, "the first has begun");
    }
    let given_up = stalled.await.unwrap().unwrap_err();
    assert_eq!(given_up.code(), Code::DeadlineExceeded, "{given_up}");
    // There is room: only that it is empty is wrong with the next one.
    assert_eq!(offer().await, Code::InvalidArgument);
}
