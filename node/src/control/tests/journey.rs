//! Writes and reads over the wire, from a signing client to consensus and back.

use std::time::Duration;

use aws_credential_types::Credentials;
use trellis_client::Class;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::calls::{create, get, named, spec};
use super::node::Node;

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
    let mut between = request("between");
    between.options = options("t4");
    root.create(between).await.unwrap();
    let repeated = root.apply(bundle()).await.unwrap();
    assert_eq!(repeated.results[0].action, "unchanged");
    assert_eq!(repeated.revision, applied.revision);
}

#[tokio::test]
async fn a_client_token_is_its_users_alone_and_asking_for_it_writes_nothing() {
    let node = Node::start().await;
    let root = node.root();
    for json in [
        r#"{"service": {"name": "shop"}}"#,
        r#"{"user": {"userName": "anna"}}"#,
    ] {
        create(&root, json).await.unwrap();
    }
    let anna = node.client(node.access_key(&root, "anna").await);
    let delete = |token: &str| v1::DeleteRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        options: Some(v1::WriteOptions {
            client_token: token.into(),
            ..v1::WriteOptions::default()
        }),
    };
    let update = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        resource: Some(spec(r#"{"service": {"authType": "AWS_IAM"}}"#)),
        options: delete("fresh").options,
    };
    let deleted = root.delete(delete("hers")).await.unwrap();
    let revision = node.consensus.state().revision;
    for token in ["hers", "fresh"] {
        let refusal = anna.delete(delete(token)).await.unwrap_err();
        assert_eq!(refusal.class, Class::NotFound, "{token}: {refusal}");
    }
    let refusal = anna.update(update).await.unwrap_err();
    assert_eq!(refusal.class, Class::NotFound, "{refusal}");
    assert_eq!(root.delete(delete("hers")).await.unwrap(), deleted);
    assert_eq!(node.consensus.state().revision, revision);
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

#[tokio::test]
async fn updates_at_the_same_time_lose_nothing() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    let update = |json: String| {
        let request = v1::UpdateRequest {
            identifier: named(v1::ResourceKind::Service, "shop"),
            resource: Some(spec(&json)),
            options: None,
        };
        let root = root.clone();
        async move { root.update(request).await }
    };
    for round in 0..10 {
        let seconds = 60 + round;
        let policy = if round % 2 == 0 { "AWS_IAM" } else { "NONE" };
        let (one, two) = tokio::join!(
            update(format!(
                r#"{{"service": {{"idleTimeoutSeconds": {seconds}}}}}"#
            )),
            update(format!(r#"{{"service": {{"authType": "{policy}"}}}}"#)),
        );
        one.unwrap();
        two.unwrap();
        let read = get(&root, v1::ResourceKind::Service, "shop").await.unwrap();
        let Some(Spec::Service(read)) = read.resource.unwrap().spec else {
            panic!("a service")
        };
        assert_eq!(read.idle_timeout_seconds, Some(seconds));
        assert_eq!(read.auth_type.as_deref(), Some(policy));
    }
}

#[tokio::test]
async fn without_consensus_writes_fail_fast_and_local_reads_go_on() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    node.consensus.shutdown(Duration::from_secs(5)).await;
    let began = crate::clock::instant();
    let refusal = create(&root, r#"{"service": {"name": "more"}}"#)
        .await
        .unwrap_err();
    assert_eq!(refusal.class, Class::Unavailable, "{refusal}");
    let refusal = get(&root, v1::ResourceKind::Service, "shop")
        .await
        .unwrap_err();
    assert_eq!(refusal.class, Class::Unavailable, "{refusal}");
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
    let local = v1::GetRequest {
        identifier: named(v1::ResourceKind::Service, "shop"),
        options: Some(v1::ReadOptions { local: true }),
    };
    root.get(local).await.unwrap();
    root.status(v1::StatusRequest {}).await.unwrap();
}
