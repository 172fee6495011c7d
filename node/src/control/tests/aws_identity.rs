//! Sessions for identities of AWS, over the wire, with a far end that answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use trellis_client::{Class, Client, Refusal, presigned};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::estate::resource;
use super::node::{CLUSTER, Node, certificates};
use crate::clock;
use crate::control::aws_identity::{Config, Exchange};

const ROLE: &str = "arn:aws:iam::111111111111:role/deployer";
/// What every test's role trusts.
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Federated": "sts.amazonaws.com/123456789012"}, "Action": "sts:AssumeRoleWithAwsIdentity",
    "Condition": {"ArnLike": {"sts.amazonaws.com:Arn": "arn:aws:iam::123456789012:role/deploy*"}}}]}"#;

/// A far end, and the heads of the requests that it got.
struct Sts {
    exchange: Exchange,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Sts {
    /// A far end that answers everything with these bytes, and nothing where there are none.
    async fn answering(answer: String) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let tls = certificates(directory.path()).api_config().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = format!(
            "ca_file = {:?}\nsts_url = \"https://127.0.0.1:{port}\"\nexchanges_max = 1\nexchanges_per_second = 100",
            directory.path().join("ca.pem")
        );
        let config: Config = toml::from_str(&config).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (acceptor, heads) = (TlsAcceptor::from(Arc::new(tls)), asked.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let mut stream = acceptor.accept(stream).await.unwrap();
                let mut head = vec![0; 8_192];
                let length = stream.read(&mut head).await.unwrap();
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                heads.lock().unwrap().push(head);
                // Who has read enough goes away.
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        });
        Self {
            exchange: Exchange::new(&config).unwrap(),
            asked,
        }
    }
}

fn http(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nlocation: https://127.0.0.1/\r\n\r\n{body}"
    )
}

fn named(account: &str, arn: &str) -> String {
    let result =
        format!("<Arn>{arn}</Arn><UserId>AROAEXAMPLE:night</UserId><Account>{account}</Account>");
    let body = format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult>{result}</GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    http("200 OK", &body)
}

fn deployer() -> String {
    named(
        "123456789012",
        "arn:aws:sts::123456789012:assumed-role/deployer/night",
    )
}

fn url() -> String {
    let credentials = Credentials::new("ASIAEXAMPLE", "secret", Some("t/+=".into()), None, "test");
    presigned::identity(&credentials, "us-east-1", CLUSTER, clock::now()).unwrap()
}

/// A node with the role, and a client that it does not know.
async fn node(exchange: Option<Exchange>) -> (Node, Client) {
    let node = Node::with(exchange).await;
    let role = v1::Role {
        role_name: "deployer".into(),
        assume_role_policy_document: TRUST.into(),
        ..v1::Role::default()
    };
    let request = v1::CreateRequest {
        resource: Some(resource(Spec::Role(role))),
        ..v1::CreateRequest::default()
    };
    node.root().create(request).await.unwrap();
    let endpoints = [format!("http://{}", node.address)];
    let stranger = Client::stranger(&endpoints, None, Duration::from_secs(10)).unwrap();
    (node, stranger)
}

fn asking(url: String) -> v1::AssumeRoleWithAwsIdentityRequest {
    v1::AssumeRoleWithAwsIdentityRequest {
        role_arn: ROLE.into(),
        role_session_name: "night".into(),
        duration_seconds: 900,
        presigned_url: url,
    }
}

async fn refused(client: &Client, request: v1::AssumeRoleWithAwsIdentityRequest) -> Refusal {
    let answer = client.assume_role_with_aws_identity(request).await;
    answer.unwrap_err()
}

#[tokio::test]
async fn an_identity_that_the_role_trusts_gets_a_session() {
    let sts = Sts::answering(deployer()).await;
    let asked = sts.asked.clone();
    let (node, stranger) = node(Some(sts.exchange)).await;
    let session = stranger.assume_role_with_aws_identity(asking(url()));
    let session = session.await.unwrap();
    let head = asked.lock().unwrap().remove(0).to_lowercase();
    for line in [
        "get /?action=getcalleridentity&".to_owned(),
        "host: sts.us-east-1.amazonaws.com\r\n".to_owned(),
        format!("x-trellis-cluster-id: {CLUSTER}\r\n"),
    ] {
        assert!(head.contains(&line), "{line}: {head}");
    }
    let client = node.client(Credentials::new(
        session.access_key_id,
        session.secret_access_key,
        Some(session.session_token),
        None,
        "test",
    ));
    let who = client
        .get_caller_identity(v1::GetCallerIdentityRequest {})
        .await
        .unwrap();
    let expected = "arn:aws:sts::111111111111:assumed-role/deployer/night";
    assert_eq!(who.arn, expected);
    assert_eq!(session.assumed_role_arn, expected);

    let mut long = asking(url());
    long.duration_seconds = 3_601;
    let refusal = refused(&stranger, long).await;
    assert!(refusal.message.contains("900 to 3600"), "{refusal}");
}

#[tokio::test]
async fn whom_no_role_trusts_learns_nothing_of_roles() {
    let other = named("123456789012", "arn:aws:iam::123456789012:user/anna");
    let sts = Sts::answering(other).await;
    let (_node, stranger) = node(Some(sts.exchange)).await;
    for role in ["deployer", "nobody"] {
        let mut request = asking(url());
        request.role_arn = format!("arn:aws:iam::111111111111:role/{role}");
        let refusal = refused(&stranger, request).await;
        let expected = format!(
            "arn:aws:iam::123456789012:user/anna is not authorized to perform: sts:AssumeRoleWithAwsIdentity on resource: arn:aws:iam::111111111111:role/{role}"
        );
        assert_eq!((refusal.class, refusal.message), (Class::Denied, expected));
    }
}

#[tokio::test]
async fn what_is_no_presigned_get_caller_identity_is_not_replayed() {
    let sts = Sts::answering(deployer()).await;
    let asked = sts.asked.clone();
    let (_node, stranger) = node(Some(sts.exchange)).await;
    let old = presigned::identity(
        &Credentials::new("AKIAEXAMPLE", "secret", None, None, "test"),
        "us-east-1",
        CLUSTER,
        clock::now() - Duration::from_secs(1_000),
    );
    for (url, expected) in [
        (old.unwrap(), "s ago; at most 900"),
        (
            url().replace("amazonaws.com", "example"),
            "a host of AWS STS",
        ),
        (format!("{}&RoleArn=x", url()), "RoleArn"),
        ("x".repeat(5_000), "at most 4096"),
        ("x".repeat(20_000), "larger than 16384 bytes"),
    ] {
        let refusal = refused(&stranger, asking(url)).await;
        assert_eq!(refusal.class, Class::Invalid);
        assert!(refusal.message.contains(expected), "{refusal}");
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn an_answer_that_is_none_of_sts_gives_nothing() {
    let wrong_signature =
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>";
    for (answer, class, expected) in [
        (
            http("403 Forbidden", wrong_signature),
            Class::Denied,
            "SignatureDoesNotMatch; check",
        ),
        (
            http("302 Found", ""),
            Class::Unavailable,
            "no answer that it can use",
        ),
        (
            http("500 Oops", ""),
            Class::Unavailable,
            "no answer that it can use",
        ),
        (
            http("200 OK", &"x".repeat(20_000)),
            Class::Unavailable,
            "no answer that it can use",
        ),
        (
            http("200 OK", "{}"),
            Class::Unavailable,
            "no answer that it can use",
        ),
        (
            named("123456789012", "arn:aws-cn:iam::123456789012:root"),
            Class::Unavailable,
            "no answer that it can use",
        ),
        (
            String::new(),
            Class::Unavailable,
            "no answer that it can use",
        ),
    ] {
        let sts = Sts::answering(answer.clone()).await;
        let asked = sts.asked.clone();
        let (_node, stranger) = node(Some(sts.exchange)).await;
        let refusal = refused(&stranger, asking(url())).await;
        assert_eq!(refusal.class, class, "{answer}: {refusal}");
        assert!(refusal.message.contains(expected), "{answer}: {refusal}");
        assert_eq!(asked.lock().unwrap().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_node_that_is_not_set_to_takes_no_identities_of_aws() {
    let (_node, stranger) = node(None).await;
    let refusal = refused(&stranger, asking(url())).await;
    assert_eq!(refusal.class, Class::Denied);
    assert!(
        refusal.message.contains("[control.aws_identity]"),
        "{refusal}"
    );
    // Nothing else is open to whoever does not sign.
    let who = stranger.get_caller_identity(v1::GetCallerIdentityRequest {});
    assert_eq!(who.await.unwrap_err().class, Class::Denied);
}
