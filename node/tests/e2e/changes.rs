//! A change that was applied with `--wait` is obeyed by the very next request on every node.

use std::sync::atomic::Ordering;
use std::time::SystemTime;

use super::caller::Connection;
use super::cluster::Cluster;
use super::failures::Load;
use super::journey::signer;

/// Changes that are applied, one after the other.
const CHANGES: usize = 100;

/// Adds a target group `probe` with the target of `orders`, and a rule that leads to it.
fn add_probe(cluster: &Cluster) {
    cluster.apply(
        0,
        &format!(
            "kind: TargetGroup\nname: probe\ntype: IP\nconfig: {{port: 80, protocol: HTTP, vpcIdentifier: {vpc}}}\n---\n\
             kind: Rule\nserviceIdentifier: orders-api\nlistenerIdentifier: http\nname: probe-target\npriority: 6\n\
             match: {{httpMatch: {{pathMatch: {{match: {{prefix: /v1/orders/target}}}}}}}}\n\
             action: {{forward: {{targetGroups: [{{targetGroupIdentifier: probe}}]}}}}\n",
            vpc = cluster.ready.vpcs[0].id
        ),
    )
    .ok();
}

/// `address:port` of the target of `orders`.
fn echo_target(cluster: &Cluster) -> String {
    let ran = cluster
        .trellis(
            0,
            None,
            &["target-group", "list-targets", "orders", "-o", "json"],
        )
        .ok();
    let targets: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let target = targets.get(0).unwrap_or_else(|| &targets["items"][0]);
    format!("{}:{}", target["id"].as_str().unwrap(), target["port"])
}

/// A rule that answers 404 on a path of its own, or forwards it.
fn change_rule(cluster: &Cluster, refuses: bool) {
    let action = if refuses {
        "fixedResponse: {statusCode: 404}"
    } else {
        "forward: {targetGroups: [{targetGroupIdentifier: orders, weight: 100}]}"
    };
    cluster
        .apply(
            0,
            &format!(
                "kind: Rule\nserviceIdentifier: orders-api\nlistenerIdentifier: http\nname: probe-rule\npriority: 5\n\
                 match: {{httpMatch: {{pathMatch: {{match: {{prefix: /v1/orders/rule}}}}}}}}\naction: {{{action}}}\n"
            ),
        )
        .ok();
}

/// The network's policy, with or without a denial on a path of its own.
fn change_policy(cluster: &Cluster, refuses: bool) {
    let denied = if refuses {
        "*/v1/orders/policy"
    } else {
        "*/v1/orders/nothing"
    };
    cluster
        .apply(
            0,
            &format!(
                "kind: AuthPolicy\nresourceIdentifier: shop\npolicy:\n  Version: '2012-10-17'\n  Statement:\n\
                 \x20   - {{Effect: Allow, Principal: '*', Action: 'vpc-lattice-svcs:Invoke', Resource: '*'}}\n\
                 \x20   - {{Effect: Deny, Principal: '*', Action: 'vpc-lattice-svcs:Invoke', Resource: '{denied}'}}\n"
            ),
        )
        .ok();
}

fn change_target(cluster: &Cluster, target: &str, refuses: bool) {
    let verb = if refuses { "deregister" } else { "register" };
    cluster
        .trellis(
            0,
            None,
            &["target-group", verb, "probe", "--target", target, "--wait"],
        )
        .ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_changes_are_each_obeyed_by_the_next_request_on_every_node() {
    let cluster = Cluster::start(&[]);
    add_probe(&cluster);
    let target = echo_target(&cluster);
    change_target(&cluster, &target, false);
    let load = Load::start(&cluster, &[0, 1, 2], 16);
    let caller = signer(&cluster);
    let mut connections: Vec<_> = (0..3)
        .map(|node| Connection::to(cluster.ingress(1, node, 80)))
        .collect();
    for turn in 0..CHANGES {
        let refuses = (turn / 3) % 2 == 0;
        let (path, refusal) = match turn % 3 {
            0 => {
                change_rule(&cluster, refuses);
                ("/v1/orders/rule", 404)
            }
            1 => {
                change_policy(&cluster, refuses);
                ("/v1/orders/policy", 403)
            }
            _ => {
                change_target(&cluster, &target, refuses);
                ("/v1/orders/target", 503)
            }
        };
        for (node, connection) in connections.iter_mut().enumerate() {
            let request = caller.request("GET", path, b"", SystemTime::now());
            let answer = connection.send(request).await.unwrap();
            let expected = if refuses { refusal } else { 200 };
            assert_eq!(
                answer.status, expected,
                "turn {turn}, node {node}, {path}: {answer:?}"
            );
        }
    }
    let served = load.served.load(Ordering::Relaxed);
    let failures = load.stop().await;
    println!(
        "{CHANGES} changes obeyed by all nodes under {served} signed requests, {} failed",
        failures.len()
    );
    assert!(failures.is_empty(), "{failures:?}");
    assert!(served > 500, "only {served} requests were served");
}
