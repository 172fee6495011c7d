//! The life of a request: what is let through, what is refused and with which words, and that
//! each request leaves one line in the access log.

use std::process::Command;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;

use super::caller::{Answer, Connection, Signer};
use super::cluster::{Cluster, wait};

/// The sample's caller.
pub fn signer(cluster: &Cluster) -> Signer {
    let sample = cluster.sample();
    Signer {
        credentials: Credentials::new(
            &sample.access_key_id,
            &sample.secret_access_key,
            Some(sample.session_token.clone()),
            None,
            "sample",
        ),
        region: cluster.ready.region.clone(),
        host: sample.service_dns.clone(),
    }
}

fn header(seen: &serde_json::Value, name: &str) -> String {
    seen["headers"][name][0]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn the_curl_line_that_dev_prints_reaches_a_target_that_knows_the_caller() {
    let cluster = Cluster::start(&[]);
    let mut line = String::new();
    wait("the printed curl", Duration::from_secs(10), || {
        let output = cluster.output.lock().unwrap().join("\n");
        let Some(start) = output.find("curl ") else {
            return false;
        };
        line = output[start..].split("\n\n").next().unwrap().to_owned();
        output[start..].contains("\n\n")
    });
    let ran = Command::new("bash")
        .arg("-c")
        .arg(format!("{line} -sS"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{line}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let seen: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let identity = header(&seen, "x-amzn-lattice-identity");
    assert!(
        identity.contains("assumed-role/service-orders-frontend/"),
        "{identity}"
    );
    assert!(header(&seen, "x-amzn-lattice-network").contains("SourceVpcArn=arn:aws:ec2:"));
    assert!(header(&seen, "x-amzn-lattice-target").contains("TargetGroupArn=arn:aws:vpc-lattice:"));
}

#[test]
fn botocore_signs_what_every_node_accepts() {
    let cluster = Cluster::start(&[]);
    let sample = cluster.sample();
    for node in 0..3 {
        let script = r"
import sys, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
key, secret, token, region, host, ingress = sys.argv[1:]
for method, path, body in [('GET', '/v1/orders/42?b=2&a=1', None), ('POST', '/v1/orders', b'{}')]:
    request = AWSRequest(method=method, url=f'http://{host}{path}', data=body,
                         headers={'Host': host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD'})
    signer = SigV4Auth(Credentials(key, secret, token), 'vpc-lattice-svcs', region)
    signer.payload = lambda request: 'UNSIGNED-PAYLOAD'
    signer.add_auth(request)
    sent = urllib.request.Request(f'http://{ingress}{path}', data=body, method=method,
                                  headers=dict(request.headers))
    print(urllib.request.urlopen(sent).status)
";
        let ran = Command::new("python3")
            .args([
                "-c",
                script,
                &sample.access_key_id,
                &sample.secret_access_key,
            ])
            .args([
                &sample.session_token,
                &cluster.ready.region,
                &sample.service_dns,
            ])
            .arg(cluster.ingress(1, node, 80).to_string())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(
            String::from_utf8_lossy(&ran.stdout),
            "200\n200\n",
            "{stderr}"
        );
    }
}

/// Sends one request on a new connection and tells its request id.
async fn ask(
    cluster: &Cluster,
    change: impl FnOnce(&mut http::Request<http_body_util::Full<bytes::Bytes>>),
    method: &str,
    path: &str,
) -> Answer {
    let mut request = signer(cluster).request(method, path, b"", SystemTime::now());
    change(&mut request);
    Connection::to(cluster.ingress(1, 0, 80))
        .send(request)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_refusal_has_its_text_and_its_line_in_the_access_log() {
    let cluster = Cluster::start(&[]);
    let mut answers = Vec::new();

    let allowed = ask(&cluster, |_| (), "GET", "/v1/orders/7").await;
    assert_eq!(allowed.status, 200, "{allowed:?}");
    answers.push((allowed, "-", "-"));

    let unsigned = ask(
        &cluster,
        |request| {
            request.headers_mut().remove("authorization");
            request.headers_mut().remove("x-amz-security-token");
            request.headers_mut().remove("x-amz-date");
        },
        "GET",
        "/v1/orders/7",
    )
    .await;
    assert!(
        unsigned.body.starts_with("AccessDeniedException: User: anonymous is not authorized to perform: vpc-lattice-svcs:Invoke on resource: arn:aws:vpc-lattice:"),
        "{unsigned:?}"
    );
    assert!(
        unsigned.body.ends_with(
            "/v1/orders/7 because no network-based policy allows the vpc-lattice-svcs:Invoke action"
        ),
        "{unsigned:?}"
    );
    answers.push((unsigned, "Network", "ClientAccessDenied"));

    let tampered = ask(
        &cluster,
        |request| *request.uri_mut() = "/v1/orders/8".parse().unwrap(),
        "GET",
        "/v1/orders/7",
    )
    .await;
    assert!(
        tampered.body.starts_with("InvalidSignatureException: "),
        "{tampered:?}"
    );
    answers.push((tampered, "-", "ClientAccessDenied"));

    let old = SystemTime::now() - Duration::from_secs(1000);
    let expired = signer(&cluster).request("GET", "/v1/orders/7", b"", old);
    let expired = Connection::to(cluster.ingress(1, 0, 80))
        .send(expired)
        .await
        .unwrap();
    assert!(expired.body.contains("Signature expired"), "{expired:?}");
    answers.push((expired, "-", "ClientAccessDenied"));

    let mut elsewhere = signer(&cluster);
    elsewhere.region = "us-east-1".into();
    let elsewhere = elsewhere.request("GET", "/v1/orders/7", b"", SystemTime::now());
    let elsewhere = Connection::to(cluster.ingress(1, 0, 80))
        .send(elsewhere)
        .await
        .unwrap();
    assert!(elsewhere.body.contains("region"), "{elsewhere:?}");
    answers.push((elsewhere, "-", "ClientAccessDenied"));

    let denied = ask(&cluster, |_| (), "GET", "/v1/orders/secret").await;
    assert!(
        denied
            .body
            .ends_with("with an explicit deny in a service-based policy"),
        "{denied:?}"
    );
    assert!(
        denied
            .body
            .contains(":assumed-role/service-orders-frontend/"),
        "{denied:?}"
    );
    answers.push((denied, "Service", "ClientAccessDenied"));

    let method = ask(&cluster, |_| (), "DELETE", "/v1/orders/7").await;
    assert!(
        method
            .body
            .ends_with("because no service-based policy allows the vpc-lattice-svcs:Invoke action"),
        "{method:?}"
    );
    answers.push((method, "Service", "ClientAccessDenied"));

    for (answer, denied, failure) in &answers {
        let expected = if *failure == "-" { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{answer:?}");
        one_line(&cluster, answer, denied, failure);
    }
    for trick in [
        "/v1/orders/%73ecret",
        "/v1/orders/./secret",
        "/v1/orders/x/../secret",
        "/v1/orders//secret",
        "/v1/orders/%2e%2e/orders/secret",
        "/v1/orders%2fsecret",
        "/v1/orders/%2573ecret/%252e",
        "/v1/orders/secret%00",
        "/v1/orders\\secret",
    ] {
        // The tricks are not signed: the gate refuses them before anybody is authenticated.
        let request = http::Request::builder()
            .uri(trick.replace('\\', "%5c"))
            .header("host", &cluster.sample().service_dns)
            .body(http_body_util::Full::default())
            .unwrap();
        let answer = Connection::to(cluster.ingress(1, 0, 80))
            .send(request)
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{trick}: {answer:?}");
        one_line(&cluster, &answer, "-", "ClientProtocolError");
    }
}

fn one_line(cluster: &Cluster, answer: &Answer, denied: &str, failure: &str) {
    let id = answer.headers["x-amzn-requestid"].to_str().unwrap();
    let of_request = |cluster: &Cluster| -> Vec<serde_json::Value> {
        cluster
            .access_log()
            .into_iter()
            .filter(|line| line["requestId"] == id)
            .collect()
    };
    wait("the access log line", Duration::from_secs(5), || {
        !of_request(cluster).is_empty()
    });
    let lines = of_request(cluster);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["authDeniedReason"], denied, "{lines:?}");
    assert_eq!(lines[0]["failureReason"], failure, "{lines:?}");
    assert_eq!(lines[0]["responseCode"], answer.status, "{lines:?}");
}
