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
    let mut connection = Connection::to(cluster.ingress(1, 2, 80));
    let caller = signer(&cluster);
    let start = Instant::now();
    loop {
        let request = caller.request("GET", "/v1/orders/42", b"", SystemTime::now());
        if connection
            .send(request)
            .await
            .is_ok_and(|answer| answer.status == 200)
        {
            break;
        }
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "the survivor does not serve alone"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("restarted alone: serves after {:?}", start.elapsed());
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
