//! The listener: TLS, what is open, what is limited, and its end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use trellis_client::{Client, Settings};
use trellis_proto::v1;

use super::estate::{ROOT_KEY, resource};
use super::node::Node;
use crate::control::{Config, ServeError, serve};

async fn channel(node: &Node) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{}", node.address)).unwrap();
    endpoint.connect().await.unwrap()
}

fn service(name: &str) -> Option<v1::Resource> {
    let json = format!(r#"{{"service": {{"name": "{name}"}}}}"#);
    Some(resource(serde_json::from_str(&json).unwrap()))
}

#[tokio::test]
async fn tls_is_spoken_with_the_certificate_of_the_cluster() {
    let node = Node::start().await;
    let (address, ca) = node.serve_tls().await;
    let settings = Settings {
        endpoints: vec![format!("https://{address}")],
        ca: Some(ca.into_bytes()),
        credentials: aws_credential_types::Credentials::new(
            ROOT_KEY.0, ROOT_KEY.1, None, None, "test",
        ),
        region: "eu-north-1".into(),
        deadline: Duration::from_secs(5),
    };
    let client = Client::connect(&settings).unwrap();
    let who = client
        .get_caller_identity(v1::GetCallerIdentityRequest {})
        .await
        .unwrap();
    assert_eq!(who.arn, "arn:aws:iam::111111111111:root");
}

#[tokio::test]
async fn health_is_told_to_anyone() {
    let node = Node::start().await;
    let mut health = HealthClient::new(channel(&node).await);
    for service in [
        "",
        "trellis.v1.Registry",
        "trellis.v1.Cluster",
        "trellis.v1.Identity",
    ] {
        let request = HealthCheckRequest {
            service: service.into(),
        };
        let status = health.check(request).await.unwrap().into_inner().status;
        assert_eq!(status, 1, "{service:?} serves");
    }
}

#[tokio::test]
async fn the_protocol_is_described_to_anyone() {
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    use tonic_reflection::pb::v1::{ServerReflectionRequest, ServiceResponse};

    let node = Node::start().await;
    let mut client = ServerReflectionClient::new(channel(&node).await);
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers = client
        .server_reflection_info(tokio_stream::iter([ask]))
        .await
        .unwrap();
    let answer = answers.into_inner().message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let named = |service: &ServiceResponse| service.name.clone();
    let mut names: Vec<String> = list.service.iter().map(named).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "grpc.health.v1.Health",
            "trellis.v1.Cluster",
            "trellis.v1.Identity",
            "trellis.v1.Registry"
        ]
    );
}

#[tokio::test]
async fn a_call_under_way_ends_well_when_the_node_stops() {
    let node = Node::start().await;
    node.served.send(1).unwrap();
    let root = node.root();
    let request = v1::CreateRequest {
        resource: service("shop"),
        options: Some(v1::WriteOptions {
            wait: true,
            wait_deadline_ms: 5_000,
            ..v1::WriteOptions::default()
        }),
        owner_account: String::new(),
    };
    let call = tokio::spawn(async move { root.create(request).await });
    tokio::time::timeout(Duration::from_secs(5), async {
        while node
            .consensus
            .state()
            .all::<trellis_core::model::Service>()
            .next()
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    node.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!call.is_finished());
    node.served.send(u64::MAX).unwrap();
    assert_eq!(call.await.unwrap().unwrap().late, []);
    assert!(tokio::net::TcpStream::connect(&node.address).await.is_err());
}

#[tokio::test]
async fn policies_see_where_a_call_comes_from() {
    let node = Node::start().await;
    let root = node.root();
    for (name, network, expected) in [("near", "127.0.0.0/8", true), ("far", "10.0.0.0/8", false)] {
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "vpc-lattice:*", "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": network}, "Bool": {"aws:SecureTransport": "false"}}}]});
        let user = v1::User {
            user_name: name.into(),
            policies: [("own".to_owned(), policy.to_string())].into(),
            ..v1::User::default()
        };
        let spec = v1::resource::Spec::User(user);
        let request = v1::CreateRequest {
            resource: Some(resource(spec)),
            ..v1::CreateRequest::default()
        };
        root.create(request).await.unwrap();
        let client = node.client(node.access_key(&root, name).await);
        let request = v1::CreateRequest {
            resource: service(&format!("of-{name}")),
            ..v1::CreateRequest::default()
        };
        assert_eq!(client.create(request).await.is_ok(), expected, "{name}");
    }
}

#[tokio::test]
async fn a_local_read_says_its_age() {
    let node = Node::start().await;
    let request = v1::GetRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::ClusterSettings as i32,
            identifier: "cluster".into(),
            ..v1::Identifier::default()
        }),
        options: Some(v1::ReadOptions { local: true }),
    };
    let read = node.root().get(request).await.unwrap();
    assert_eq!(read.revision, node.consensus.state().revision);
    assert!(read.age_ms < 5_000, "{}", read.age_ms);
}

#[tokio::test]
async fn a_connection_of_strangers_is_closed_and_one_of_a_known_caller_stays() {
    use tokio::io::AsyncReadExt;

    let node = Node::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (front, stop) = (node.front().await, node.stop.clone());
    tokio::spawn(async move {
        let config = Config {
            probation_ms: 200,
            ..Config::default()
        };
        serve(listener, front, None, &config, stop).await.unwrap();
    });
    let mut silent = tokio::net::TcpStream::connect(&address).await.unwrap();
    let client = node.client_at(&address);
    let who = || client.get_caller_identity(v1::GetCallerIdentityRequest {});
    who().await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read(&mut [0; 64])).await;
    assert!(
        matches!(ended.unwrap(), Ok(0) | Err(_)),
        "the silent connection ends"
    );
    who().await.unwrap();
}

#[tokio::test]
async fn plain_http_is_refused_where_others_could_listen() {
    let node = Node::start().await;
    let front = node.front().await;
    let listener = TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 0)))
        .await
        .unwrap();
    let refused = serve(
        listener,
        front,
        None,
        &Config::default(),
        CancellationToken::new(),
    )
    .await;
    let error = refused.unwrap_err();
    assert!(matches!(error, ServeError::PlainHttp(_)));
    assert!(
        error.to_string().contains("not a loopback address"),
        "{error}"
    );
}
