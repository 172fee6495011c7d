//! Access keys, sessions, join tokens, shares: who may come in, over the wire.

use aws_credential_types::Credentials;
use trellis_client::Class;
use trellis_core::model::{JoinToken, Record};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::calls::{create, get, key, spec};
use super::estate::resource;
use super::node::Node;
use crate::cluster::token::Token;

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
