//! Calls over the wire, from a signing client to consensus and back.

use std::net::SocketAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trellis_client::{Class, Client, Refusal};
use trellis_core::model::{JoinToken, Record};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::estate::resource;
use super::node::Node;
use crate::cluster::token::Token;
use crate::control::{Config, ServeError, serve};

fn spec(json: &str) -> v1::Resource {
    resource(serde_json::from_str(json).unwrap())
}

async fn create(client: &Client, json: &str) -> Result<v1::Resource, Refusal> {
    let request = v1::CreateRequest {
        resource: Some(spec(json)),
        ..v1::CreateRequest::default()
    };
    Ok(client.create(request).await?.resource.unwrap())
}

fn named(kind: v1::ResourceKind, identifier: &str) -> Option<v1::Identifier> {
    Some(v1::Identifier {
        kind: kind as i32,
        identifier: identifier.into(),
        ..v1::Identifier::default()
    })
}

async fn get(
    client: &Client,
    kind: v1::ResourceKind,
    name: &str,
) -> Result<v1::GetResponse, Refusal> {
    let identifier = named(kind, name);
    client
        .get(v1::GetRequest {
            identifier,
            options: None,
        })
        .await
}

fn key(credentials: &v1::AccessKey, id: &str) -> Credentials {
    Credentials::new(id, &credentials.secret_access_key, None, None, "test")
}

#[tokio::test]
async fn a_resource_is_created_read_changed_and_deleted() {
    let node = Node::start().await;
    let root = node.root();
    let made = create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    let metadata = made.metadata.unwrap();
    assert!(
        metadata.dns_name.starts_with("shop-0"),
        "{}",
        metadata.dns_name
    );
    assert_eq!(
        metadata.arn,
        format!(
            "arn:aws:vpc-lattice:eu-west-1:111111111111:service/{}",
            metadata.id
        )
    );
    assert_eq!(metadata.created_by, "arn:aws:iam::111111111111:root");
    for identifier in ["shop", &metadata.id, &metadata.arn] {
        let read = get(&root, v1::ResourceKind::Service, identifier)
            .await
            .unwrap();
        assert_eq!(
            (read.resource.unwrap().metadata.unwrap().id, read.age_ms),
            (metadata.id.clone(), 0)
        );
        assert!(read.revision >= metadata.revision);
    }
    let update = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        resource: Some(spec(r#"{"service": {"authType": "AWS_IAM"}}"#)),
        options: None,
    };
    let changed = root.update(update).await.unwrap();
    assert!(changed.revision > metadata.revision);
    let delete = v1::DeleteRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        options: None,
    };
    let Some(Spec::Service(last)) = root.delete(delete).await.unwrap().resource.unwrap().spec
    else {
        panic!("a service")
    };
    assert_eq!(last.auth_type.as_deref(), Some("AWS_IAM"));
    let gone = get(&root, v1::ResourceKind::Service, "shop")
        .await
        .unwrap_err();
    assert_eq!(
        (gone.class, gone.code.as_str()),
        (Class::NotFound, "ResourceNotFoundException")
    );
}

#[tokio::test]
async fn a_repeated_client_token_answers_with_the_first_outcome() {
    let node = Node::start().await;
    let root = node.root();
    let options = |token: &str| {
        Some(v1::WriteOptions {
            client_token: token.into(),
            ..v1::WriteOptions::default()
        })
    };
    let request = |name: &str| v1::CreateRequest {
        resource: Some(spec(&format!(
            r#"{{"service": {{"name": "{name}", "tags": {{"a": "1", "b": "2", "c": "3"}}}}}}"#
        ))),
        options: options("t1"),
        owner_account: String::new(),
    };
    let first = root.create(request("shop")).await.unwrap();
    assert_eq!(root.create(request("shop")).await.unwrap(), first);
    let other = root.create(request("other")).await.unwrap_err();
    assert_eq!(other.class, Class::Conflict, "{other}");
    let delete = || v1::DeleteRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        options: options("t2"),
    };
    let deleted = root.delete(delete()).await.unwrap();
    assert_eq!(root.delete(delete()).await.unwrap(), deleted);
    let bundle = || v1::ApplyRequest {
        resources: vec![spec(r#"{"vpc": {"name": "main"}}"#)],
        options: options("t3"),
    };
    let applied = root.apply(bundle()).await.unwrap();
    assert_eq!(applied.results[0].action, "created");
    assert_eq!(
        root.apply(bundle()).await.unwrap().results[0].action,
        "unchanged"
    );
}

#[tokio::test]
async fn refusals_have_their_classes() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    for (json, class, word, text) in [
        (
            r#"{"service": {"name": "shop"}}"#,
            Class::Conflict,
            "ConflictException",
            "shop",
        ),
        (
            r#"{"service": {"name": "Shop"}}"#,
            Class::Invalid,
            "ValidationException",
            "name: ",
        ),
        (
            r#"{"service": {"name": "x", "authType": "no"}}"#,
            Class::Invalid,
            "ValidationException",
            "authType: ",
        ),
        (
            r#"{"serviceAssociation": {"serviceIdentifier": "shop", "serviceNetworkIdentifier": "absent"}}"#,
            Class::NotFound,
            "ResourceNotFoundException",
            "serviceNetworkIdentifier: SERVICE_NETWORK absent not found",
        ),
        (
            r#"{"node": {}}"#,
            Class::Invalid,
            "ValidationException",
            "joins with a token",
        ),
    ] {
        let refusal = create(&root, json).await.unwrap_err();
        assert_eq!(
            (refusal.class, refusal.code.as_str()),
            (class, word),
            "{json}"
        );
        assert!(refusal.message.contains(text), "{json}: {refusal}");
    }
    let stranger = node.client(Credentials::new(
        "AKIAROOTROOTROOTROOT",
        "guess",
        None,
        None,
        "test",
    ));
    let refusal = get(&stranger, v1::ResourceKind::Service, "shop")
        .await
        .unwrap_err();
    assert_eq!(refusal.class, Class::Denied, "{refusal}");
    let stale = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        resource: Some(spec(r#"{"service": {"authType": "AWS_IAM"}}"#)),
        options: Some(v1::WriteOptions {
            expected_revision: 1,
            ..v1::WriteOptions::default()
        }),
    };
    let refusal = root.update(stale).await.unwrap_err();
    assert_eq!(refusal.class, Class::Conflict, "{refusal}");
}

#[tokio::test]
async fn lists_are_told_page_by_page() {
    let node = Node::start().await;
    let root = node.root();
    for name in ["one", "two", "three"] {
        create(&root, &format!(r#"{{"service": {{"name": "{name}"}}}}"#))
            .await
            .unwrap();
    }
    let mut request = v1::ListRequest {
        kind: v1::ResourceKind::Service as i32,
        max_results: 2,
        ..v1::ListRequest::default()
    };
    let first = root.list(request.clone()).await.unwrap();
    assert_eq!(first.resources.len(), 2);
    request.next_token = first.next_token;
    let second = root.list(request.clone()).await.unwrap();
    assert_eq!(
        (second.resources.len(), second.next_token.as_str()),
        (1, "")
    );
    request.kind = v1::ResourceKind::Vpc as i32;
    let refusal = root.list(request).await.unwrap_err();
    assert!(refusal.message.starts_with("nextToken: "), "{refusal}");
    for kind in 1..=20 {
        if matches!(kind, 7 | 8 | 18) {
            continue;
        }
        let request = v1::ListRequest {
            kind,
            ..v1::ListRequest::default()
        };
        root.list(request).await.unwrap();
    }
}

#[tokio::test]
async fn a_write_waits_for_the_data_planes_and_names_the_late_ones() {
    let node = Node::start().await;
    let root = node.root();
    let request = |name: &str, deadline| v1::CreateRequest {
        resource: Some(spec(&format!(r#"{{"service": {{"name": "{name}"}}}}"#))),
        options: Some(v1::WriteOptions {
            wait: true,
            wait_deadline_ms: deadline,
            ..v1::WriteOptions::default()
        }),
        owner_account: String::new(),
    };
    assert_eq!(root.create(request("fast", 5_000)).await.unwrap().late, []);
    node.served.send(3).unwrap();
    let slow = root.create(request("slow", 50)).await.unwrap();
    assert_eq!(slow.late.len(), 1);
    assert_eq!(
        (slow.late[0].node.as_str(), slow.late[0].revision),
        ("node-1", 3)
    );
    let served = node.served.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        served.send(u64::MAX).unwrap();
    });
    assert_eq!(root.create(request("later", 5_000)).await.unwrap().late, []);
}

#[tokio::test]
async fn an_access_key_is_told_once_and_signs() {
    let node = Node::start().await;
    let root = node.root();
    let policy = r#"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"vpc-lattice:Get*\", \"Resource\": \"*\"}]}"#;
    create(
        &root,
        &format!(r#"{{"user": {{"userName": "anna", "policies": {{"own": "{policy}"}}}}}}"#),
    )
    .await
    .unwrap();
    let made = create(&root, r#"{"accessKey": {"userName": "anna"}}"#)
        .await
        .unwrap();
    let id = made.metadata.unwrap().id;
    let Some(Spec::AccessKey(made)) = made.spec else {
        panic!("an access key")
    };
    assert_eq!(
        (made.user_name.as_str(), made.secret_access_key.len()),
        ("anna", 40)
    );
    let read = get(&root, v1::ResourceKind::AccessKey, &id).await.unwrap();
    let Some(Spec::AccessKey(read)) = read.resource.unwrap().spec else {
        panic!("an access key")
    };
    assert_eq!(
        (read.user_name.as_str(), read.secret_access_key.as_str()),
        ("anna", "")
    );

    let anna = node.client(key(&made, &id));
    let who = anna
        .get_caller_identity(v1::GetCallerIdentityRequest {})
        .await
        .unwrap();
    assert_eq!(who.arn, "arn:aws:iam::111111111111:user/anna");
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    get(&anna, v1::ResourceKind::Service, "shop").await.unwrap();
    let refusal = create(&anna, r#"{"service": {"name": "mine"}}"#)
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.class, refusal.code.as_str()),
        (Class::Denied, "AccessDeniedException")
    );
    assert!(
        refusal.message.contains("arn:aws:iam::111111111111:user/anna is not authorized to perform: vpc-lattice:CreateService"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_role_is_assumed_and_its_session_signs() {
    let node = Node::start().await;
    let root = node.root();
    let trust = r#"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"111111111111\"},
        \"Action\": \"sts:AssumeRole\", \"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"door\"}}}]}"#.replace('\n', " ");
    create(&root, &format!(r#"{{"role": {{"roleName": "reader", "path": "/apps/", "assumeRolePolicyDocument": "{trust}"}}}}"#))
        .await
        .unwrap();
    let request = |arn: &str, external_id: &str| v1::AssumeRoleRequest {
        role_arn: arn.into(),
        role_session_name: "night".into(),
        external_id: external_id.into(),
        ..v1::AssumeRoleRequest::default()
    };
    let arn = "arn:aws:iam::111111111111:role/apps/reader";
    let session = root.assume_role(request(arn, "door")).await.unwrap();
    assert_eq!(
        session.assumed_role_arn,
        "arn:aws:sts::111111111111:assumed-role/reader/night"
    );
    let (id, secret) = (session.access_key_id, session.secret_access_key);
    let reader = node.client(Credentials::new(
        id,
        secret,
        Some(session.session_token),
        None,
        "test",
    ));
    let who = reader
        .get_caller_identity(v1::GetCallerIdentityRequest {})
        .await
        .unwrap();
    assert_eq!(who.arn, session.assumed_role_arn);
    assert!(who.user_id.ends_with(":night"), "{}", who.user_id);

    let denied = [
        ("wrong external id", request(arn, "window")),
        (
            "no such role",
            request("arn:aws:iam::111111111111:role/absent", "door"),
        ),
        (
            "another path",
            request("arn:aws:iam::111111111111:role/reader", "door"),
        ),
    ];
    for (name, request) in denied {
        let refusal = root.assume_role(request).await.unwrap_err();
        assert_eq!(refusal.class, Class::Denied, "{name}: {refusal}");
    }
    let refusal = reader.assume_role(request(arn, "door")).await.unwrap_err();
    assert!(
        refusal.message.contains("no identity-based policy allows"),
        "{refusal}"
    );
    let mut tagged = request(arn, "door");
    tagged.tags.insert("team".into(), "blue".into());
    let refusal = root.assume_role(tagged).await.unwrap_err();
    assert!(refusal.message.contains("sts:TagSession"), "{refusal}");
    let mut long = request(arn, "door");
    (long.duration_seconds, long.role_session_name) = (7_200, "a b".into());
    let refusal = root.assume_role(long).await.unwrap_err();
    for field in ["roleSessionName: ", "durationSeconds: must be 900 to 3600"] {
        assert!(refusal.message.contains(field), "{refusal}");
    }
}

#[tokio::test]
async fn a_role_that_names_its_caller_needs_no_policy_of_the_caller() {
    let node = Node::start().await;
    let root = node.root();
    let user = create(&root, r#"{"user": {"userName": "anna"}}"#)
        .await
        .unwrap();
    let made = create(&root, r#"{"accessKey": {"userName": "anna"}}"#)
        .await
        .unwrap();
    let id = made.metadata.unwrap().id;
    let Some(Spec::AccessKey(made)) = made.spec else {
        panic!("an access key")
    };
    let anna = node.client(key(&made, &id));
    for (name, principal, expected) in [
        ("named", user.metadata.unwrap().arn, true),
        ("account", "111111111111".to_owned(), false),
        ("other", "222222222222".to_owned(), false),
    ] {
        let trust = format!(
            r#"{{\"Version\": \"2012-10-17\", \"Statement\": [{{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"{principal}\"}}, \"Action\": \"sts:AssumeRole\"}}]}}"#
        );
        create(
            &root,
            &format!(
                r#"{{"role": {{"roleName": "{name}", "assumeRolePolicyDocument": "{trust}"}}}}"#
            ),
        )
        .await
        .unwrap();
        let request = v1::AssumeRoleRequest {
            role_arn: format!("arn:aws:iam::111111111111:role/{name}"),
            role_session_name: "night".into(),
            ..v1::AssumeRoleRequest::default()
        };
        assert_eq!(anna.assume_role(request).await.is_ok(), expected, "{name}");
    }
}

#[tokio::test]
async fn a_join_token_holds_what_a_node_needs_and_is_not_kept() {
    let node = Node::start().await;
    let made = node
        .root()
        .create_join_token(v1::CreateJoinTokenRequest::default())
        .await
        .unwrap();
    let token = Token::parse(&made.token).unwrap();
    assert_eq!(token.addresses, ["127.0.0.1:7601"]);
    assert_eq!(token.id, made.id);
    let state = node.consensus.state();
    let kept = state.get::<JoinToken>(&made.id).unwrap();
    assert_eq!(
        (kept.meta().account.as_str(), kept.meta().region.as_str()),
        ("111111111111", "eu-west-1")
    );
    let secret = hex::decode(&token.secret).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &secret);
    assert_eq!(kept.secret_sha256, digest.as_ref());
    let short = v1::CreateJoinTokenRequest {
        lifetime_seconds: 59,
        ..v1::CreateJoinTokenRequest::default()
    };
    let refusal = node.root().create_join_token(short).await.unwrap_err();
    assert_eq!(refusal.class, Class::Invalid);
}

#[tokio::test]
async fn targets_are_registered_and_told_with_their_health() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"vpc": {"name": "main"}}"#).await.unwrap();
    create(&root, r#"{"targetGroup": {"name": "web", "type": "IP", "config": {"protocol": "HTTP", "vpcIdentifier": "main"}}}"#)
        .await
        .unwrap();
    let request = |ids: &[&str]| v1::TargetsRequest {
        target_group_identifier: "web".into(),
        targets: ids
            .iter()
            .map(|id| v1::Target {
                id: (*id).into(),
                ..v1::Target::default()
            })
            .collect(),
        options: None,
    };
    let done = root
        .register_targets(request(&["10.0.0.1", "10.0.0.2", "10.0.0.3", "nowhere"]))
        .await
        .unwrap();
    assert_eq!((done.successful.len(), done.unsuccessful.len()), (3, 1));
    root.deregister_targets(request(&["10.0.0.2"]))
        .await
        .unwrap();
    let listed = root
        .list_targets(v1::ListTargetsRequest {
            target_group_identifier: "web".into(),
            options: None,
        })
        .await
        .unwrap();
    let told: Vec<_> = listed
        .items
        .iter()
        .map(|it| (it.id.as_str(), it.port, it.status.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("10.0.0.1", 80, "HEALTHY"),
            ("10.0.0.2", 80, "DRAINING"),
            ("10.0.0.3", 80, "INITIAL")
        ]
    );
}

#[tokio::test]
async fn the_status_names_leader_and_revisions() {
    let node = Node::start().await;
    let status = node.root().status(v1::StatusRequest {}).await.unwrap();
    assert_eq!((status.leader.as_str(), status.quorum), ("node-1", true));
    assert_eq!(status.revision_applied, node.consensus.state().revision);
    assert_eq!(status.members.len(), 1);
    assert_eq!(status.members[0].role, "leader");
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

#[tokio::test]
async fn a_shared_network_is_seen_by_the_other_account_and_by_nobody_before() {
    let node = Node::start().await;
    let root = node.root();
    let made = create(
        &root,
        r#"{"serviceNetwork": {"name": "estate", "sharingConfig": {"enabled": true}}}"#,
    )
    .await
    .unwrap();
    let arn = made.metadata.unwrap().arn;
    let request = v1::CreateRequest {
        resource: Some(spec(r#"{"accessKey": {}}"#)),
        owner_account: "222222222222".into(),
        options: None,
    };
    let made = root.create(request).await.unwrap().resource.unwrap();
    let id = made.metadata.unwrap().id;
    let Some(Spec::AccessKey(secret)) = made.spec else {
        panic!("an access key")
    };
    let other = node.client(key(&secret, &id));
    let list = v1::ListRequest {
        kind: v1::ResourceKind::ServiceNetwork as i32,
        ..v1::ListRequest::default()
    };
    let refusal = get(&other, v1::ResourceKind::ServiceNetwork, &arn)
        .await
        .unwrap_err();
    assert_eq!(refusal.class, Class::NotFound, "{refusal}");
    assert_eq!(other.list(list.clone()).await.unwrap().resources, []);

    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Resource": arn,
        "Action": ["vpc-lattice:GetServiceNetwork", "vpc-lattice:ListServiceNetworks",
            "vpc-lattice:CreateServiceNetworkVpcAssociation"]}]});
    let share = v1::ResourcePolicy {
        resource_arn: arn.clone(),
        policy: policy.to_string(),
    };
    let request = v1::CreateRequest {
        resource: Some(resource(Spec::ResourcePolicy(share))),
        ..v1::CreateRequest::default()
    };
    root.create(request).await.unwrap();
    get(&other, v1::ResourceKind::ServiceNetwork, &arn)
        .await
        .unwrap();
    let listed = other.list(list).await.unwrap().resources;
    assert_eq!(listed[0].metadata.as_ref().unwrap().arn, arn);
    create(&other, r#"{"vpc": {"name": "theirs"}}"#)
        .await
        .unwrap();
    let join = format!(
        r#"{{"vpcAssociation": {{"serviceNetworkIdentifier": "{arn}", "vpcIdentifier": "theirs"}}}}"#
    );
    let joined = create(&other, &join).await.unwrap().metadata.unwrap();
    assert_eq!(
        (joined.account.as_str(), joined.status.as_str()),
        ("222222222222", "ACTIVE")
    );
    for kind in [
        v1::ResourceKind::Account,
        v1::ResourceKind::Node,
        v1::ResourceKind::JoinToken,
    ] {
        let request = v1::ListRequest {
            kind: kind as i32,
            ..v1::ListRequest::default()
        };
        let refusal = other.list(request).await.unwrap_err();
        assert_eq!(refusal.class, Class::Denied, "{kind:?}: {refusal}");
    }
}

#[tokio::test]
async fn a_node_gets_its_attachments_by_update() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"vpc": {"name": "main"}}"#).await.unwrap();
    let update = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::Node, "node-1"),
        resource: Some(spec(
            r#"{"node": {"attachments": [{"vpcIdentifier": "main", "ingressAddress": "127.0.11.1", "portOffset": 8000, "reachesTargets": true}]}}"#,
        )),
        options: None,
    };
    let updated = root.update(update).await.unwrap().resource.unwrap();
    let Some(Spec::Node(updated)) = updated.spec else {
        panic!("a node")
    };
    assert!(updated.attachments[0].vpc_identifier.starts_with("vpc-0"));
    assert_eq!(updated.attachments[0].port_offset, 8000);
}
