//! A cluster grows by joins, loses a voter and replaces it, and loses no acknowledged write.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use trellis_client::{Client, Settings};
use trellis_proto::v1::{self, resource::Spec};

use super::cluster::{Cluster, wait};

/// A node that joined, beside those that `dev` started.
struct Joined {
    api: String,
    child: Child,
}

impl Drop for Joined {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn client(cluster: &Cluster, endpoints: Vec<String>) -> Client {
    let account = &cluster.ready.accounts[0];
    Client::connect(&Settings {
        endpoints,
        ca: None,
        credentials: aws_credential_types::Credentials::new(
            &account.access_key_id,
            &account.secret_access_key,
            None,
            None,
            "test",
        ),
        region: cluster.ready.region.clone(),
        deadline: Duration::from_secs(5),
    })
    .unwrap()
}

fn join(cluster: &Cluster, dir: &Path, number: usize) -> Joined {
    let token = cluster
        .trellis(0, None, &["cluster", "join-token", "-o", "json"])
        .ok()
        .stdout;
    let token: serde_json::Value = serde_json::from_str(&token).unwrap();
    let home = dir.join(format!("joined-{number}"));
    std::fs::create_dir_all(&home).unwrap();
    let config: PathBuf = home.join("node.toml");
    let [api, member, telemetry] = [free_port(), free_port(), free_port()];
    let text = format!(
        "data_dir = {:?}\n[api]\naddress = \"127.0.0.1:{api}\"\n[cluster]\naddress = \"127.0.0.1:{member}\"\n[telemetry]\naddress = \"127.0.0.1:{telemetry}\"\n[control]\nplain_http = true\n",
        home.join("data")
    );
    std::fs::write(&config, text).unwrap();
    let log = std::fs::File::create(home.join("node.log")).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_trellis-node"))
        .args(["run", "--config"])
        .arg(&config)
        .args(["--join", token["token"].as_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Joined {
        api: format!("http://127.0.0.1:{api}"),
        child,
    }
}

/// Members by role, as the cluster sees them.
fn members(cluster: &Cluster) -> Vec<(String, String, String)> {
    let ran = cluster.trellis(0, None, &["status", "-o", "json"]).ok();
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let text = |member: &serde_json::Value, key: &str| member[key].as_str().unwrap().to_owned();
    let members = status["members"].as_array().unwrap().iter();
    members
        .map(|m| (text(m, "node"), text(m, "role"), text(m, "apiAddress")))
        .collect()
}

fn wait_for_voters(cluster: &Cluster, voters: usize, total: usize) {
    wait(
        &format!("{voters} voters of {total}"),
        Duration::from_secs(60),
        || {
            let members = members(cluster);
            let votes = members
                .iter()
                .filter(|(_, role, _)| role == "leader" || role == "voter");
            votes.count() == voters && members.len() == total
        },
    );
}

/// Writers under way at once.
const WRITERS: usize = 4;
/// Acknowledged writes without which the test says nothing.
const WRITES_MIN: usize = 500;

/// Creates users one after the other until stopped; answers with the names of those acknowledged.
async fn write_until(
    stop: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    client: Client,
    writer: usize,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("writer-{writer}-{number}");
        let user = v1::User {
            user_name: name.clone(),
            ..v1::User::default()
        };
        let resource = v1::Resource {
            metadata: None,
            spec: Some(Spec::User(user)),
        };
        let request = v1::CreateRequest {
            resource: Some(resource),
            ..v1::CreateRequest::default()
        };
        if client.create(request).await.is_ok() {
            acknowledged.push(name);
            count.fetch_add(1, Ordering::Relaxed);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    acknowledged
}

/// Names of the users that a node holds, from its own state.
async fn users(client: &Client) -> Vec<String> {
    let mut names = Vec::new();
    let mut next_token = String::new();
    loop {
        let request = v1::ListRequest {
            kind: v1::ResourceKind::User as i32,
            next_token,
            options: Some(v1::ReadOptions { local: true }),
            ..v1::ListRequest::default()
        };
        let page = client.list(request).await.unwrap();
        names.extend(
            page.resources
                .into_iter()
                .filter_map(|resource| match resource.spec {
                    Some(Spec::User(user)) => Some(user.user_name),
                    _ => None,
                }),
        );
        if page.next_token.is_empty() {
            return names;
        }
        next_token = page.next_token;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_grows_to_five_and_replaces_a_voter_and_loses_no_acknowledged_write() {
    let cluster = Cluster::start(&["--nodes", "1", "--no-sample"]);
    let dir = tempfile::tempdir().unwrap();
    let first = cluster.ready.nodes[0].api.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let client = client(&cluster, vec![first.clone()]);
            tokio::spawn(write_until(stop.clone(), count.clone(), client, writer))
        })
        .collect();
    let mut joined = Vec::new();
    for (number, voters) in [(2, 1), (3, 3), (4, 3), (5, 5)] {
        joined.push(join(&cluster, dir.path(), number));
        wait_for_voters(&cluster, voters, number);
    }
    let lost = joined.remove(1);
    let id = members(&cluster)
        .into_iter()
        .find(|(_, _, api)| lost.api.ends_with(api.as_str()))
        .map(|(node, ..)| node)
        .unwrap();
    drop(lost);
    cluster.trellis(0, None, &["node", "delete", &id]).ok();
    joined.push(join(&cluster, dir.path(), 6));
    wait_for_voters(&cluster, 5, 5);
    assert!(
        members(&cluster).iter().all(|(node, ..)| *node != id),
        "{id} is gone"
    );
    wait("enough writes", Duration::from_secs(60), || {
        count.load(Ordering::Relaxed) >= WRITES_MIN
    });
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }

    let mut nodes = vec![first];
    nodes.extend(joined.iter().map(|node| node.api.clone()));
    for node in nodes {
        let reader = client(&cluster, vec![node.clone()]);
        let mut missing = acknowledged.clone();
        for _ in 0..100 {
            let held: std::collections::HashSet<_> = users(&reader).await.into_iter().collect();
            missing.retain(|name| !held.contains(name));
            if missing.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(missing.is_empty(), "{node} lost {missing:?}");
    }
    println!(
        "{} acknowledged writes, none lost on any of five nodes",
        acknowledged.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_a_leg_learns_the_health_of_targets_from_the_others() {
    let cluster = Cluster::start(&["--nodes", "1"]);
    let dir = tempfile::tempdir().unwrap();
    let joined = join(&cluster, dir.path(), 2);
    wait_for_voters(&cluster, 1, 2);
    let reader = client(&cluster, vec![joined.api.clone()]);
    let request = v1::ListTargetsRequest {
        target_group_identifier: "orders".into(),
        options: Some(v1::ReadOptions { local: true }),
    };
    let mut statuses = Vec::new();
    for _ in 0..100 {
        // The node may not serve yet; the last answer is judged.
        if let Ok(answer) = reader.list_targets(request.clone()).await {
            statuses = answer.items.into_iter().map(|item| item.status).collect();
        }
        if statuses == ["HEALTHY"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the joined node says {statuses:?}");
}
