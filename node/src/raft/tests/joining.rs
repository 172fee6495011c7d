//! What a node that asks to join may make the cluster do.

use std::time::Duration;

use aws_lc_rs::digest;
use tonic::{Code, Request, Response, Status};
use trellis_core::model::{ClusterKey, ClusterKeyUse, JoinToken, Kind, Node, id};
use trellis_core::registry::Change;
use trellis_core::registry::command::COMMAND_VERSION;
use trellis_core::seal::Keyring;
use trellis_proto::cluster_v1::{JoinRequest, JoinResponse, join_server::Join as _};

use super::cluster::{Cluster, DEADLINE, Member, meta};
use crate::clock;
use crate::cluster::admission::JoinServer;
use crate::cluster::certificates::{new_key, signing_request};
use crate::cluster::join::{cluster_command, operation};
use crate::raft::Config;

const SECRET: [u8; 32] = [7; 32];

async fn ask(member: &Member, request: JoinRequest) -> Result<JoinResponse, Status> {
    let keyring = Keyring::new("k1", [1; 32]).unwrap();
    member
        .run(|consensus| async move {
            let server = JoinServer::new(consensus, keyring.into());
            server.join(Request::new(request)).await
        })
        .await
        .map(Response::into_inner)
}

/// A cluster of one with an authority and an unused token; gives the token's id.
async fn prepared() -> (Cluster, String) {
    let cluster = Cluster::of_one(Config::default()).await;
    let token = prepare(&cluster).await;
    (cluster, token)
}

/// Gives a cluster an authority and an unused token; answers with the token's id.
async fn prepare(cluster: &Cluster) -> String {
    let keyring = Keyring::new("k1", [1; 32]).unwrap();
    let key_id = id::generate(Kind::ClusterKey, rand::random());
    let authority = cluster.authority();
    let sealed = keyring.seal(key_id.as_bytes(), &authority.key, rand::random());
    let key = ClusterKey {
        meta: meta(&key_id),
        key_use: ClusterKeyUse::CertificateAuthority as i32,
        public: authority.certificate.to_vec(),
        sealed: sealed.unwrap(),
    };
    let token_id = id::generate(Kind::JoinToken, rand::random());
    let token = JoinToken {
        meta: meta(&token_id),
        secret_sha256: digest::digest(&digest::SHA256, &SECRET).as_ref().to_vec(),
        expires_at_ms: clock::now_ms() + 60_000,
        ..JoinToken::default()
    };
    let command = cluster_command(vec![
        operation(Change::Create(key.into())),
        operation(Change::Create(token.into())),
    ]);
    let made = cluster
        .leader()
        .run(|consensus| async move { consensus.propose(command, DEADLINE).await });
    made.await.unwrap();
    token_id
}

fn request(token_id: &str) -> JoinRequest {
    JoinRequest {
        token_id: token_id.into(),
        secret: SECRET.into(),
        signing_request: signing_request(&new_key().unwrap()).unwrap(),
        cluster_address: "127.0.0.1:7601".into(),
        api_address: "127.0.0.1:7600".into(),
        feature_level: COMMAND_VERSION,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_join_writes_nothing_and_leaves_the_token_unused() {
    let (cluster, token) = prepared().await;
    let good = || request(&token);
    let cases = [
        (
            "a stranger",
            Code::PermissionDenied,
            request("join-of-a-stranger"),
        ),
        (
            "a wrong secret",
            Code::PermissionDenied,
            JoinRequest {
                secret: vec![8; 32],
                ..good()
            },
        ),
        (
            "a long token id",
            Code::InvalidArgument,
            request(&"j".repeat(65)),
        ),
        (
            "a long address",
            Code::InvalidArgument,
            JoinRequest {
                api_address: "a".repeat(263),
                ..good()
            },
        ),
        (
            "no signing request",
            Code::InvalidArgument,
            JoinRequest {
                signing_request: vec![1; 300],
                ..good()
            },
        ),
        (
            "a build that the cluster has gone beyond",
            Code::PermissionDenied,
            JoinRequest {
                feature_level: COMMAND_VERSION - 1,
                ..good()
            },
        ),
        (
            "a host that no certificate can name",
            Code::InvalidArgument,
            JoinRequest {
                cluster_address: "bücher:7601".into(),
                ..good()
            },
        ),
    ];
    let before = cluster.leader().consensus.state().revision;
    for (case, code, request) in cases {
        let refused = ask(cluster.leader(), request).await.unwrap_err();
        assert_eq!(refused.code(), code, "{case}: {refused}");
    }
    let state = cluster.leader().consensus.state();
    assert_eq!(state.revision, before, "nothing was proposed");
    assert_eq!(state.all::<Node>().count(), 1);
    assert!(ask(cluster.leader(), good()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_asks_again_gets_the_same_place_and_another_gets_none() {
    let (cluster, token) = prepared().await;
    let first = request(&token);
    let answers = [
        ask(cluster.leader(), first.clone()).await.unwrap(),
        ask(cluster.leader(), first).await.unwrap(),
    ];
    assert_eq!(answers[0].member, answers[1].member);
    let other = ask(cluster.leader(), request(&token)).await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied, "{other}");
    let state = cluster.leader().consensus.state();
    let nodes: Vec<u64> = state.all::<Node>().map(|node| node.member).collect();
    assert_eq!(nodes, [1, answers[0].member]);
    let used = state.get::<JoinToken>(&token).unwrap();
    assert_eq!(used.used_by, format!("node-{}", answers[0].member));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_not_heard_of_the_token_yet_catches_up_before_it_answers() {
    let cluster = Cluster::of(3).await;
    let follower = cluster.follower();
    let way = cluster.way(follower.status().member);
    way.cut();
    let token = prepare(&cluster).await;
    let known = follower
        .consensus
        .state()
        .get::<JoinToken>(&token)
        .is_some();
    assert!(!known, "the follower does not lag");
    let mended = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        way.mend();
    };
    let (answer, ()) = tokio::join!(ask(follower, request(&token)), mended);
    let member = answer.unwrap().member;
    let state = cluster.leader().consensus.state();
    assert!(state.all::<Node>().any(|node| node.member == member));
}
