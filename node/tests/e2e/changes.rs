//! A change that was applied with `--wait` is obeyed by the very next request on every node.

use std::sync::atomic::Ordering;
use std::time::SystemTime;

use super::caller::Connection;
use super::cluster::Cluster;
use super::failures::Load;
use super::journey::signer;

/// Asks every node at once and returns what each answered.
async fn everywhere(
    cluster: &Cluster,
    connections: &mut [Connection],
    path: &str,
) -> Vec<(u16, String)> {
    let caller = signer(cluster);
    let mut answers = Vec::new();
    for connection in connections {
        let request = caller.request("GET", path, b"", SystemTime::now());
        let answer = connection.send(request).await.unwrap();
        let target = serde_json::from_str::<serde_json::Value>(&answer.body)
            .map(|seen| seen["target"].as_str().unwrap_or_default().to_owned())
            .unwrap_or_default();
        answers.push((answer.status, target));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_changes_are_each_obeyed_by_the_next_request_on_every_node() {
    let cluster = Cluster::start(&[]);
    let load = Load::start(&cluster, &[0, 1, 2], 16);
    let mut connections: Vec<_> = (0..3)
        .map(|node| Connection::to(cluster.ingress(1, node, 80)))
        .collect();
    for turn in 0..100 {
        let even = (turn / 3) % 2 == 0;
        match turn % 3 {
            0 => {
                let action = if even {
                    "fixedResponse: {statusCode: 404}"
                } else {
                    "forward: {targetGroups: [{targetGroupIdentifier: orders-v1, weight: 100}]}"
                };
                let rule = format!(
                    "kind: Rule\nserviceIdentifier: orders-api\nlistenerIdentifier: http\nname: probe\npriority: 5\nmatch: {{httpMatch: {{pathMatch: {{match: {{prefix: /v1/orders/probe}}, caseSensitive: true}}}}}}\naction: {{{action}}}\n"
                );
                cluster.apply(0, &rule).ok();
                let expected = if even { 404 } else { 200 };
                for answer in everywhere(&cluster, &mut connections, "/v1/orders/probe").await {
                    assert_eq!(answer.0, expected, "turn {turn}: a rule is not obeyed");
                }
            }
            1 => {
                let allow = if even { "probed-*" } else { "service-*" };
                let policy = format!(
                    "kind: AuthPolicy\nresourceIdentifier: shop\npolicy:\n  Version: '2012-10-17'\n  Statement:\n    - {{Effect: Allow, Principal: '*', Action: vpc-lattice-svcs:Invoke, Resource: '*', Condition: {{StringLike: {{aws:PrincipalArn: 'arn:aws:iam::*:role/service-*'}}}}}}\n    - {{Effect: Deny, Principal: '*', Action: vpc-lattice-svcs:Invoke, Resource: '*/v1/orders/policy', Condition: {{StringNotLike: {{aws:PrincipalArn: 'arn:aws:iam::*:role/{allow}'}}}}}}\n"
                );
                cluster.apply(0, &policy).ok();
                let expected = if even { 403 } else { 200 };
                for answer in everywhere(&cluster, &mut connections, "/v1/orders/policy").await {
                    assert_eq!(answer.0, expected, "turn {turn}: a policy is not obeyed");
                }
            }
            _ => {
                let verb = if even { "deregister" } else { "register" };
                let targets = cluster
                    .trellis(
                        0,
                        None,
                        &["target-group", "get", "reports-v2", "-o", "json"],
                    )
                    .ok();
                let group: serde_json::Value = serde_json::from_str(&targets.stdout).unwrap();
                let port = std::env::var("UNUSED")
                    .ok()
                    .map_or_else(|| second_port(&cluster, &group), |p| p);
                cluster
                    .trellis(
                        0,
                        None,
                        &[
                            "target-group",
                            verb,
                            "reports-probe",
                            "--target",
                            &format!("127.0.0.1:{port}"),
                            "--wait",
                        ],
                    )
                    .ok();
                let expected = if even { 503 } else { 200 };
                for answer in everywhere(&cluster, &mut connections, "/v1/reports/probe").await {
                    assert_eq!(
                        answer.0, expected,
                        "turn {turn}: a registration is not obeyed"
                    );
                }
            }
        }
    }
    let served = load.served.load(Ordering::Relaxed);
    let failures = load.stop().await;
    assert!(failures.is_empty(), "{failures:?}");
    println!("100 changes obeyed by all nodes under {served} signed requests");
}

fn second_port(_cluster: &Cluster, _group: &serde_json::Value) -> String {
    String::new()
}
