//! Routing survives the loss of nodes: of a minority, and of all the others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::caller::{Connection, Signer};
use super::cluster::{Cluster, wait};
use super::journey::signer;

/// Signed requests on kept connections to some nodes, until stopped.
pub struct Load {
    stop: Arc<AtomicBool>,
    pub served: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<Vec<String>>>,
}

impl Load {
    pub fn start(cluster: &Cluster, nodes: &[usize], connections: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let served = Arc::new(AtomicU64::new(0));
        let signer = signer(cluster);
        let tasks = (0..connections)
            .map(|index| {
                let address = cluster.ingress(1, nodes[index % nodes.len()], 80);
                let (stop, served, signer) = (stop.clone(), served.clone(), signer.clone());
                tokio::spawn(send_until(stop, served, signer, Connection::to(address)))
            })
            .collect();
        Self {
            stop,
            served,
            tasks,
        }
    }

    /// Stops and returns every failure.
    pub async fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut failures = Vec::new();
        for task in self.tasks {
            failures.extend(task.await.unwrap());
        }
        failures
    }
}

async fn send_until(
    stop: Arc<AtomicBool>,
    served: Arc<AtomicU64>,
    signer: Signer,
    mut connection: Connection,
) -> Vec<String> {
    let mut failures = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let request = signer.request("GET", "/v1/orders/42", b"", SystemTime::now());
        match connection.send(request).await {
            Ok(answer) if answer.status == 200 => {
                served.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => failures.push(format!("{answer:?}")),
            Err(error) => failures.push(error.to_string()),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    failures
}

fn write(cluster: &Cluster, node: usize, name: &str) -> super::cluster::Ran {
    cluster.trellis(
        0,
        Some(node),
        &["service-network", "create", "--name", name],
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_of_three_dies_and_no_request_fails_and_writes_go_on() {
    let mut cluster = Cluster::start(&[]);
    let load = Load::start(&cluster, &[1, 2], 64);
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.kill(0);
    let start = Instant::now();
    wait("a write after the loss", Duration::from_secs(3), || {
        write(&cluster, 1, "after-the-loss").code == 0
    });
    println!("writes work again after {:?}", start.elapsed());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let served = load.served.load(Ordering::Relaxed);
    let failures = load.stop().await;
    println!("{served} requests served, {} failed", failures.len());
    assert!(failures.is_empty(), "{failures:?}");
    assert!(served > 500, "only {served} requests were served");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_of_three_die_and_the_survivor_serves_even_after_a_restart() {
    let mut cluster = Cluster::start(&[]);
    cluster
        .trellis(
            0,
            None,
            &["service-network", "create", "--name", "the-last"],
        )
        .ok();
    let load = Load::start(&cluster, &[2], 32);
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.kill(0);
    cluster.kill(1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    let refused = write(&cluster, 2, "without-quorum");
    let took = start.elapsed();
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(refused.stderr.contains("no quorum"), "{refused:?}");
    assert!(took < Duration::from_secs(2), "the refusal took {took:?}");
    println!("no quorum after {took:?}");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let served = load.served.load(Ordering::Relaxed);
    let failures = load.stop().await;
    println!(
        "{served} requests served by the survivor, {} failed",
        failures.len()
    );
    assert!(failures.is_empty(), "{failures:?}");
    assert!(served > 200, "only {served} requests were served");

    let before = revision(&cluster, 2);
    cluster.kill(2);
    cluster.restart(2);
    let took = wait_until_served(&cluster, 2).await;
    println!("restarted alone: serves after {took:?}");
    assert_eq!(
        revision(&cluster, 2),
        before,
        "the last applied revision is back"
    );

    cluster.restart(0);
    cluster.restart(1);
    wait("writes after the return", Duration::from_secs(20), || {
        write(&cluster, 0, "after-the-return").code == 0
    });
    wait("convergence", Duration::from_secs(20), || {
        let revisions: Vec<_> = (0..3).map(|node| revision(&cluster, node)).collect();
        revisions
            .iter()
            .all(|revision| *revision == revisions[0] && *revision > before)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_store_is_damaged_goes_on_forwarding_and_says_what_to_do() {
    let mut cluster = Cluster::start(&[]);
    // The last good state is kept within half a second.
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.kill(1);
    let store = cluster.ready.nodes[1].data_dir.join("raft/redb");
    damage(&store);
    cluster.restart(1);
    wait_until_served(&cluster, 1).await;
    let log = cluster.ready.nodes[1].data_dir.join("restarted.log");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("raft does not run") && log.contains("raft/redb"),
        "{log}"
    );
    assert!(
        log.contains("quarantine") || log.contains("rejoin"),
        "{log}"
    );
    let refused = write(&cluster, 1, "on-the-damaged-node");
    assert_eq!(refused.code, 6, "{refused:?}");
    write(&cluster, 0, "on-a-good-node").ok();
}

/// Sends signed requests to a node until one is served; answers with the time that took.
async fn wait_until_served(cluster: &Cluster, node: usize) -> Duration {
    let mut connection = Connection::to(cluster.ingress(1, node, 80));
    let caller = signer(cluster);
    let start = Instant::now();
    loop {
        let request = caller.request("GET", "/v1/orders/42", b"", SystemTime::now());
        let answer = connection.send(request).await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return start.elapsed();
        }
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "node {node} does not serve"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Overwrites the middle of every file of a store.
fn damage(store: &std::path::Path) {
    let mut damaged = 0;
    for entry in std::fs::read_dir(store).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 4..bytes.len() * 3 / 4;
            bytes[middle].fill(0xa5);
            std::fs::write(&path, bytes).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0, "no file in {}", store.display());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_asked_to_stop_finishes_what_it_has_begun() {
    let cluster = Cluster::start(&[]);
    let load = Load::start(&cluster, &[1, 2], 16);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let pid = cluster.ready.nodes[0].pid.to_string();
    let caller = signer(&cluster);
    let mut connection = Connection::to(cluster.ingress(1, 0, 80));
    let body = vec![b'x'; 1 << 20];
    let request = caller.request("POST", "/v1/orders", &body, SystemTime::now());
    let under_way = connection.send(request);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(
            std::process::Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    };
    let (answer, ()) = tokio::join!(under_way, stop);
    assert_eq!(answer.unwrap().status, 200);
    wait(
        "the hand-over of leadership",
        Duration::from_secs(3),
        || write(&cluster, 1, "after-the-stop").code == 0,
    );
    let failures = load.stop().await;
    assert!(failures.is_empty(), "{failures:?}");
}

/// The revision that a node's data plane serves, by its own status.
pub fn revision(cluster: &Cluster, node: usize) -> u64 {
    let ran = cluster
        .trellis(0, Some(node), &["status", "-o", "json"])
        .ok();
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let revision = &status["revisionServed"];
    revision
        .as_u64()
        .or_else(|| revision.as_str()?.parse().ok())
        .unwrap_or_else(|| panic!("{status}"))
}
