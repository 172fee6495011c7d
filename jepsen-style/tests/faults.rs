//! Every class of fault can be injected into a real cluster and healed, and the cluster recovers.

use std::sync::Arc;

use jepsen_style::cluster::{Cluster, Disks, Settings, node_build};
use jepsen_style::nemesis;
use jepsen_style::schedule::{Change, Fault, Planned, Schedule, Shape, Victims};
use jepsen_style::seed::Seed;
use tokio::time::Instant;

/// One fault of each class, and a second change of the membership.
const FAULTS: [Fault; 21] = [
    Fault::Kill {
        victims: Victims::Majority,
    },
    Fault::Terminate {
        victims: Victims::Leader,
    },
    Fault::RollingRestart,
    Fault::Pause {
        victims: Victims::All,
    },
    Fault::SlowDisk {
        victims: Victims::Leader,
        delay_ms: 50,
    },
    Fault::FailingSync {
        victims: Victims::Follower,
    },
    Fault::FullDisk {
        victims: Victims::Follower,
    },
    Fault::BitFlip,
    Fault::Truncation,
    Fault::ClockJump { seconds: 1 },
    Fault::Membership {
        change: Change::Grow,
    },
    Fault::Membership {
        change: Change::ReplaceLeader,
    },
    Fault::SnapshotInstall,
    Fault::LoneSurvivor {
        before_restart_ms: 1_000,
    },
    Fault::Partition {
        shape: Shape::LeaderInMinority,
    },
    Fault::Flapping {
        up_ms: 200,
        down_ms: 300,
    },
    Fault::Loss { percent: 5 },
    Fault::Latency {
        delay_ms: 20,
        jitter_ms: 10,
    },
    Fault::Corruption { per_mille: 10 },
    Fault::SlowLink {
        bytes_per_second: 20_000,
    },
    Fault::HalfOpen,
];

/// Faults one after the other, a second each.
fn in_turn(faults: &[Fault]) -> Schedule {
    let planned = faults.iter().zip(0..).map(|(fault, draw)| Planned {
        at_ms: 0,
        duration_ms: 1_000,
        fault: *fault,
        draw,
    });
    Schedule {
        faults: planned.collect(),
        heal_ms: 300_000,
    }
}

#[ignore = "twenty faults after each other, a minute or more: cargo test -p jepsen-style --test faults -- --ignored"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_class_of_fault_is_injected_and_healed() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(&node_build().unwrap(), dir.path(), 3, Seed(1));
    settings.faketime = nemesis::faketime_library();
    if nemesis::may_mount() {
        settings.disks = Disks::Small(64 << 20);
    }
    (settings.snapshot_every, settings.log_keep) = (100, 50);
    let cluster = Arc::new(Cluster::start(settings).await.unwrap());
    let schedule = in_turn(&FAULTS);
    let happenings = nemesis::run(&cluster, &schedule, Instant::now()).await;
    assert_eq!(happenings.len(), schedule.faults.len());
    for happening in &happenings {
        println!("{happening:?}");
        assert_eq!(happening.trouble, None, "{happening:?}");
        let told = !happening.description.is_empty();
        assert_ne!(told, happening.skipped.is_some(), "{happening:?}");
    }
    let injected = happenings
        .iter()
        .filter(|happening| happening.skipped.is_none());
    assert!(injected.count() >= 15);
    println!(
        "recovered in {:?}",
        nemesis::heal_all(&cluster).await.unwrap()
    );
    let verdict = cluster.verdict().await;
    assert!(verdict.holds(), "{verdict:?}");
}
