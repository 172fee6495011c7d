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

type Request = http::Request<http_body_util::Full<bytes::Bytes>>;

/// Sends one request to the first node on a new connection.
async fn send(cluster: &Cluster, request: Request) -> Answer {
    Connection::to(cluster.ingress(1, 0, 80))
        .send(request)
        .await
        .unwrap()
}

fn without_signature(mut request: Request) -> Request {
    for name in ["authorization", "x-amz-security-token", "x-amz-date"] {
        request.headers_mut().remove(name);
    }
    request
}

fn to(mut request: Request, path: &str) -> Request {
    *request.uri_mut() = path.parse().unwrap();
    request
}

#[tokio::test]
async fn every_refusal_has_its_text_and_its_line_in_the_access_log() {
    let cluster = Cluster::start(&[]);
    let caller = signer(&cluster);
    let now = SystemTime::now();
    let sign = |method, path| caller.request(method, path, b"", now);
    let expired = caller.request("GET", "/v1/orders/7", b"", now - Duration::from_secs(1000));
    let elsewhere = Signer {
        region: "us-east-1".into(),
        ..caller.clone()
    };
    let elsewhere = elsewhere.request("GET", "/v1/orders/7", b"", now);
    let nobody = "because no network-based policy allows the vpc-lattice-svcs:Invoke action";
    let method = "because no service-based policy allows the vpc-lattice-svcs:Invoke action";
    let secret = "with an explicit deny in a service-based policy";
    let signature = "InvalidSignatureException: ";
    let session = "User: arn:aws:sts::222222222222:assumed-role/service-orders-frontend/dev is not";
    let table = [
        (
            without_signature(sign("GET", "/v1/orders/7")),
            "User: anonymous is not authorized",
            nobody,
            "Network",
        ),
        (
            to(sign("GET", "/v1/orders/7"), "/v1/orders/8"),
            signature,
            "does not match",
            "-",
        ),
        (expired, signature, "Signature expired", "-"),
        (elsewhere, signature, "region", "-"),
        (sign("GET", "/v1/orders/secret"), session, secret, "Service"),
        (sign("DELETE", "/v1/orders/7"), session, method, "Service"),
        (sign("GET", "/v1/reports/7"), session, method, "Service"),
    ];
    for (request, first, second, denied) in table {
        let what = format!("{request:?}");
        let answer = send(&cluster, request).await;
        assert_eq!(answer.status, 403, "{what}: {answer:?}");
        assert!(
            answer.body.contains(first) && answer.body.contains(second),
            "{what}: {answer:?}"
        );
        one_line(&cluster, &answer, denied, "ClientAccessDenied");
    }
    let allowed = send(&cluster, sign("GET", "/v1/orders/7")).await;
    assert_eq!(allowed.status, 200, "{allowed:?}");
    one_line(&cluster, &allowed, "-", "-");
}

/// Paths that a policy might read otherwise than a target does.
const TRICKS: [&str; 9] = [
    "/v1/orders/%73ecret",
    "/v1/orders/./secret",
    "/v1/orders/x/../secret",
    "/v1/orders//secret",
    "/v1/orders/%2e%2e/orders/secret",
    "/v1/orders%2fsecret",
    "/v1/orders/%2573ecret/%252e",
    "/v1/orders/secret%00",
    "/v1/orders%5csecret",
];

#[tokio::test]
async fn encoded_paths_cannot_get_around_a_policy() {
    let cluster = Cluster::start(&[]);
    let caller = signer(&cluster);
    for trick in TRICKS {
        // Signed for the very bytes that are sent, or for a harmless path, or not at all.
        let signed = caller.request("GET", trick, b"", SystemTime::now());
        let harmless = caller.request("GET", "/v1/orders/7", b"", SystemTime::now());
        for request in [
            to(signed, trick),
            to(harmless, trick),
            without_signature(to(
                caller.request("GET", "/", b"", SystemTime::now()),
                trick,
            )),
        ] {
            let answer = send(&cluster, request).await;
            assert_eq!(answer.status, 400, "{trick}: {answer:?}");
            one_line(&cluster, &answer, "-", "ClientProtocolError");
        }
    }
}

fn one_line(cluster: &Cluster, answer: &Answer, denied: &str, failure: &str) {
    let id = answer.headers["x-amzn-requestid"]
        .to_str()
        .expect("a request id");
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
