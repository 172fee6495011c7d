//! Sessions: what limits them, what they pass on, and managed policies, over the wire.

use aws_credential_types::Credentials;
use serde_json::json;
use trellis_client::{Class, Client, Refusal};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::calls::{create, get, key, named};
use super::estate::resource;
use super::node::Node;

const ACCOUNT: &str = "111111111111";

fn document(statements: &serde_json::Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn allow(actions: &serde_json::Value) -> String {
    document(&json!([{ "Effect": "Allow", "Action": actions, "Resource": "*" }]))
}

/// A role that everyone in the account may assume, with tags and a source identity, and whose
/// policies allow these actions.
async fn role(root: &Client, name: &str, actions: serde_json::Value) -> String {
    let trusted = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let trust = json!([{ "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": trusted }]);
    let role = v1::Role {
        role_name: name.into(),
        assume_role_policy_document: document(&trust),
        policies: [("own".to_owned(), allow(&actions))].into(),
        ..v1::Role::default()
    };
    make(root, Spec::Role(role)).await.metadata.unwrap().arn
}

async fn make(root: &Client, spec: Spec) -> v1::Resource {
    let request = v1::CreateRequest {
        resource: Some(resource(spec)),
        ..v1::CreateRequest::default()
    };
    root.create(request).await.unwrap().resource.unwrap()
}

fn request(role_arn: &str) -> v1::AssumeRoleRequest {
    v1::AssumeRoleRequest {
        role_arn: role_arn.into(),
        role_session_name: "night".into(),
        ..v1::AssumeRoleRequest::default()
    }
}

async fn assume(
    node: &Node,
    client: &Client,
    request: v1::AssumeRoleRequest,
) -> Result<(Client, v1::AssumeRoleResponse), Refusal> {
    let session = client.assume_role(request).await?;
    let credentials = Credentials::new(
        session.access_key_id.clone(),
        session.secret_access_key.clone(),
        Some(session.session_token.clone()),
        None,
        "test",
    );
    Ok((node.client(credentials), session))
}

#[tokio::test]
async fn a_session_policy_limits_what_its_session_may_call() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    let arn = role(&root, "reader", json!(["vpc-lattice:*", "sts:*"])).await;
    let mut limited = request(&arn);
    limited.policy = allow(&json!("vpc-lattice:GetService"));
    let (session, told) = assume(&node, &root, limited).await.unwrap();
    assert!((1..=100).contains(&told.packed_policy_size), "{told:?}");
    get(&session, v1::ResourceKind::Service, "shop")
        .await
        .unwrap();
    let refusal = create(&session, r#"{"service": {"name": "mine"}}"#)
        .await
        .unwrap_err();
    let expected = "because no session policy allows the action";
    assert!(refusal.message.contains(expected), "{refusal}");
    // Its policy says nothing of roles, and the role's policies do.
    let refusal = session.assume_role(request(&arn)).await.unwrap_err();
    assert!(refusal.message.contains(expected), "{refusal}");

    let (session, told) = assume(&node, &root, request(&arn)).await.unwrap();
    assert_eq!(told.packed_policy_size, 0);
    create(&session, r#"{"service": {"name": "mine"}}"#)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_session_policy_is_refused_that_says_nothing_or_too_much() {
    let node = Node::start().await;
    let root = node.root();
    let arn = role(&root, "reader", json!("vpc-lattice:*")).await;
    let spaces = " ".repeat(2_048);
    let tags = (0..40).map(|n| (format!("key-{n}"), "x".repeat(256)));
    for (request, expected) in [
        (
            v1::AssumeRoleRequest {
                policy: "{}".into(),
                ..request(&arn)
            },
            "policy: ",
        ),
        (
            v1::AssumeRoleRequest {
                policy: format!("{}{spaces}", allow(&json!("*"))),
                ..request(&arn)
            },
            "packedPolicySize: the policies have ",
        ),
        (
            v1::AssumeRoleRequest {
                tags: tags.collect(),
                ..request(&arn)
            },
            "packedPolicySize: policies and tags are too long together",
        ),
        (
            v1::AssumeRoleRequest {
                policy_arns: vec![format!("arn:aws:iam::{ACCOUNT}:policy/none")],
                ..request(&arn)
            },
            "policyArns: ",
        ),
        (
            v1::AssumeRoleRequest {
                transitive_tag_keys: vec!["team".into()],
                ..request(&arn)
            },
            "transitiveTagKeys: ",
        ),
        (
            v1::AssumeRoleRequest {
                source_identity: "aws:x".into(),
                ..request(&arn)
            },
            "sourceIdentity: ",
        ),
    ] {
        let refusal = root.assume_role(request).await.unwrap_err();
        assert_eq!(refusal.class, Class::Invalid, "{refusal}");
        assert!(refusal.message.contains(expected), "{refusal}");
    }
}

#[tokio::test]
async fn a_chain_of_roles_keeps_transitive_tags_and_who_is_behind_it() {
    let node = Node::start().await;
    let root = node.root();
    let first = role(&root, "first", json!("sts:*")).await;
    let second = role(&root, "second", json!("sts:*")).await;
    let mut begin = request(&first);
    begin.tags = [("team", "blue"), ("shift", "night")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    begin.transitive_tag_keys = vec!["Team".into()];
    begin.source_identity = "anna".into();
    let (chained, told) = assume(&node, &root, begin).await.unwrap();
    assert_eq!(told.source_identity, "anna");

    let refused = |change: fn(&mut v1::AssumeRoleRequest)| {
        let mut request = request(&second);
        change(&mut request);
        request
    };
    for (request, expected) in [
        (
            refused(|it| it.source_identity = "bert".into()),
            "sourceIdentity: is \"anna\" in the calling session",
        ),
        (
            refused(|it| drop(it.tags.insert("TEAM".into(), "red".into()))),
            "tags: \"TEAM\" is a transitive tag",
        ),
        (
            refused(|it| it.duration_seconds = 3_601),
            "durationSeconds: must be 900 to 3600",
        ),
    ] {
        let refusal = chained.assume_role(request).await.unwrap_err();
        assert!(refusal.message.contains(expected), "{refusal}");
    }
    let mut tagged = request(&second);
    tagged.tags = [("shift".to_owned(), "day".to_owned())].into();
    let (_, told) = assume(&node, &chained, tagged).await.unwrap();
    assert_eq!(told.source_identity, "anna");

    // What is passed on needs the permission of the next role, too.
    let trust =
        json!([{ "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "sts:AssumeRole" }]);
    let role = v1::Role {
        assume_role_policy_document: document(&trust),
        ..v1::Role::default()
    };
    let change = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::Role, "second"),
        resource: Some(resource(Spec::Role(role))),
        options: None,
    };
    root.update(change).await.unwrap();
    let refusal = chained.assume_role(request(&second)).await.unwrap_err();
    assert!(refusal.message.contains("sts:TagSession"), "{refusal}");
}

#[tokio::test]
async fn managed_policies_are_held_by_whoever_they_are_attached_to() {
    let node = Node::start().await;
    let root = node.root();
    create(&root, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    let policy = v1::ManagedPolicy {
        policy_name: "Shop".into(),
        policy_document: allow(&json!("vpc-lattice:GetService")),
        ..v1::ManagedPolicy::default()
    };
    let made = make(&root, Spec::ManagedPolicy(policy)).await;
    let policy = made.metadata.unwrap().arn;
    assert_eq!(policy, format!("arn:aws:iam::{ACCOUNT}:policy/Shop"));
    let arn = role(&root, "reader", json!("vpc-lattice:ListServices")).await;
    let (session, _) = assume(&node, &root, request(&arn)).await.unwrap();
    let shop = || get(&session, v1::ResourceKind::Service, "shop");
    assert_eq!(shop().await.unwrap_err().class, Class::Denied);

    let update = |kind, name: &str, spec| v1::UpdateRequest {
        identifier: named(kind, name),
        resource: Some(resource(spec)),
        options: None,
    };
    let attach = Spec::Role(v1::Role {
        attach_policies: vec![policy.clone()],
        ..v1::Role::default()
    });
    let request_of = update(v1::ResourceKind::Role, "reader", attach);
    root.update(request_of).await.unwrap();
    shop().await.unwrap();

    // A version that is not in force changes nothing; one that is, at once.
    let version = |is_default| {
        let version = v1::PolicyVersion {
            document: allow(&json!("vpc-lattice:ListServices")),
            is_default,
            ..v1::PolicyVersion::default()
        };
        Spec::ManagedPolicy(v1::ManagedPolicy {
            versions: vec![version],
            ..v1::ManagedPolicy::default()
        })
    };
    let kind = v1::ResourceKind::ManagedPolicy;
    root.update(update(kind, &policy, version(false)))
        .await
        .unwrap();
    shop().await.unwrap();
    root.update(update(kind, &policy, version(true)))
        .await
        .unwrap();
    assert_eq!(shop().await.unwrap_err().class, Class::Denied);
    let back = Spec::ManagedPolicy(v1::ManagedPolicy {
        default_version_id: "v1".into(),
        ..v1::ManagedPolicy::default()
    });
    root.update(update(kind, &policy, back)).await.unwrap();
    shop().await.unwrap();

    // As a session policy it limits.
    let arn = role(&root, "writer", json!("vpc-lattice:*")).await;
    let mut limited = request(&arn);
    limited.policy_arns = vec![policy];
    let (session, _) = assume(&node, &root, limited).await.unwrap();
    get(&session, v1::ResourceKind::Service, "shop")
        .await
        .unwrap();
    let refusal = create(&session, r#"{"service": {"name": "mine"}}"#)
        .await
        .unwrap_err();
    assert!(refusal.message.contains("no session policy"), "{refusal}");
}

#[tokio::test]
async fn a_session_of_a_user_is_less_than_the_user_and_ends_with_its_key() {
    let node = Node::start().await;
    let root = node.root();
    let policy = allow(&json!(["vpc-lattice:*", "iam:*", "sts:*"]));
    let user = v1::User {
        user_name: "anna".into(),
        policies: [("own".to_owned(), policy)].into(),
        ..v1::User::default()
    };
    make(&root, Spec::User(user)).await;
    let made = create(&root, r#"{"accessKey": {"userName": "anna"}}"#)
        .await
        .unwrap();
    let id = made.metadata.unwrap().id;
    let Some(Spec::AccessKey(made)) = made.spec else {
        panic!("an access key")
    };
    let anna = node.client(key(&made, &id));
    let ask = |duration_seconds| v1::GetSessionTokenRequest { duration_seconds };
    for seconds in [899, 129_601] {
        let refusal = anna.get_session_token(ask(seconds)).await.unwrap_err();
        assert_eq!(refusal.class, Class::Invalid, "{refusal}");
    }
    let refusal = root.get_session_token(ask(0)).await.unwrap_err();
    assert_eq!(refusal.class, Class::Denied, "{refusal}");
    let given = anna.get_session_token(ask(129_600)).await.unwrap();
    let credentials = Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        Some(given.session_token),
        None,
        "test",
    );
    let session = node.client(credentials);
    let who = v1::GetCallerIdentityRequest {};
    let who = session.get_caller_identity(who).await.unwrap();
    assert_eq!(who.arn, format!("arn:aws:iam::{ACCOUNT}:user/anna"));
    create(&session, r#"{"service": {"name": "shop"}}"#)
        .await
        .unwrap();
    get(&anna, v1::ResourceKind::User, "anna").await.unwrap();
    let refusal = get(&session, v1::ResourceKind::User, "anna")
        .await
        .unwrap_err();
    let expected = "because the session of a user may not";
    assert!(refusal.message.contains(expected), "{refusal}");
    let refusal = session.get_session_token(ask(0)).await.unwrap_err();
    assert_eq!(refusal.class, Class::Denied, "{refusal}");
    let arn = role(&root, "reader", json!("vpc-lattice:*")).await;
    assume(&node, &session, request(&arn)).await.unwrap();

    let key = v1::AccessKey {
        status: Some("Inactive".into()),
        ..v1::AccessKey::default()
    };
    let change = v1::UpdateRequest {
        identifier: named(v1::ResourceKind::AccessKey, &id),
        resource: Some(resource(Spec::AccessKey(key))),
        options: None,
    };
    root.update(change).await.unwrap();
    let who = v1::GetCallerIdentityRequest {};
    let refusal = session.get_caller_identity(who).await.unwrap_err();
    assert_eq!(refusal.class, Class::Denied, "{refusal}");
}
