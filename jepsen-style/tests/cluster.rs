//! A cluster of three real nodes survives the loss of its leader, a partition and a replaced node.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where the cluster does not come up"
)]

use std::time::Duration;

use jepsen_style::cluster::{Cluster, Disks, Settings, node_build};
use jepsen_style::link::Rule;
use jepsen_style::nemesis::may_mount;
use jepsen_style::seed::Seed;
use trellis_proto::v1::{self, resource::Spec};

/// Longest wait for a cluster to recover.
const RECOVERY: Duration = Duration::from_secs(15);

async fn write(
    cluster: &Cluster,
    position: usize,
    name: &str,
) -> Result<u64, trellis_client::Refusal> {
    let user = v1::User {
        user_name: name.to_owned(),
        ..v1::User::default()
    };
    let request = v1::CreateRequest {
        resource: Some(v1::Resource {
            metadata: None,
            spec: Some(Spec::User(user)),
        }),
        ..v1::CreateRequest::default()
    };
    let answer = cluster.root_at(position).unwrap().create(request).await?;
    Ok(answer.resource.unwrap().metadata.unwrap().revision)
}

/// Writes through a node until a write succeeds.
async fn written(cluster: &Cluster, position: usize, name: &str) -> u64 {
    let start = tokio::time::Instant::now();
    for attempt in 0.. {
        match write(cluster, position, &format!("{name}-{attempt}")).await {
            Ok(revision) => return revision,
            Err(refusal) => assert!(start.elapsed() < RECOVERY, "{name}: {refusal}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    unreachable!()
}

/// Names of the users that a node knows.
async fn users(cluster: &Cluster, position: usize) -> Vec<String> {
    let client = cluster.root_at(position).unwrap();
    let request = v1::ListRequest {
        kind: v1::ResourceKind::User.into(),
        ..v1::ListRequest::default()
    };
    let answer = client.list(request).await.unwrap();
    let names = answer.resources.into_iter().map(|user| match user.spec {
        Some(Spec::User(user)) => user.user_name,
        other => panic!("no user: {other:?}"),
    });
    names.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_go_on_after_a_lost_leader_a_partition_and_a_replaced_node() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::new(&node_build().unwrap(), dir.path(), 3, Seed(1));
    let cluster = Cluster::start(settings).await.unwrap();
    assert_eq!(cluster.access().nodes.len(), 3);
    assert!(
        cluster.links().connections() > 0,
        "nodes meet through the links"
    );
    written(&cluster, 0, "before").await;

    let leader = cluster.wait_for_leader(RECOVERY).await.unwrap();
    cluster.kill(leader).await.unwrap();
    written(&cluster, (leader + 1) % 3, "without-the-leader").await;
    cluster.start_again(leader).await.unwrap();
    cluster.wait_for_part(leader, RECOVERY).await.unwrap();

    let leader = cluster.wait_for_leader(RECOVERY).await.unwrap();
    let others = [(leader + 1) % 3, (leader + 2) % 3];
    let cut = others
        .into_iter()
        .flat_map(|other| [(leader, other), (other, leader)]);
    let cut = cluster.links().lay(cut.map(|way| (way, Rule::silent())));
    written(&cluster, others[0], "beyond-the-cut").await;
    assert!(
        write(&cluster, leader, "alone").await.is_err(),
        "a minority writes nothing"
    );
    cluster.links().lift(cut);
    cluster.wait_for_part(leader, RECOVERY).await.unwrap();
    written(&cluster, leader, "healed").await;

    cluster.replace(leader).await.unwrap();
    cluster.wait_for_members(3, RECOVERY).await.unwrap();
    written(&cluster, leader, "replaced").await;

    let follower = (cluster.wait_for_leader(RECOVERY).await.unwrap() + 1) % 3;
    cluster.pause(follower).await.unwrap();
    assert!(!cluster.running().await.contains(&follower));
    written(&cluster, (follower + 1) % 3, "while-one-sleeps").await;
    cluster.resume(follower).await.unwrap();
    cluster.terminate(follower).await.unwrap();
    cluster.start_again(follower).await.unwrap();
    cluster.wait_for_part(follower, RECOVERY).await.unwrap();
    let verdict = cluster.verdict().await;
    assert!(verdict.holds(), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_the_loss_of_all_power() {
    if !may_mount() || !std::path::Path::new("/dev/fuse").exists() {
        println!("skipped: disks that lose their power need root and /dev/fuse");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(&node_build().unwrap(), dir.path(), 3, Seed(3));
    settings.disks = Disks::Synced;
    let cluster = Cluster::start(settings).await.unwrap();
    let mut acknowledged = 0;
    for round in 0..3 {
        for number in 0..5 {
            acknowledged = written(&cluster, number % 3, &format!("round-{round}-{number}")).await;
        }
        for position in 0..3 {
            let chance = Seed(round).stream(&position.to_string());
            cluster.cut_power(position, chance).await.unwrap();
        }
        cluster.revive().await.unwrap();
        for position in 0..3 {
            cluster.wait_for_part(position, RECOVERY).await.unwrap();
        }
    }
    let users = users(&cluster, 1).await;
    for round in 0..3 {
        for number in 0..5 {
            let name = format!("round-{round}-{number}-");
            let kept = users.iter().any(|user| user.starts_with(&name));
            assert!(kept, "{name} is not among {users:?}");
        }
    }
    assert!(written(&cluster, 2, "afterwards").await > acknowledged);
    let verdict = cluster.verdict().await;
    assert!(verdict.holds(), "{verdict:?}");
}
