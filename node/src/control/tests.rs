//! What the tests of the admin API share: a registry without consensus, and callers.

mod aws_identity;
mod calls;
mod doors;
pub(super) mod estate;
mod identities;
mod journey;
pub(super) mod node;
mod sessions;
mod web_identities;

use std::sync::Arc;

use trellis_core::model::arn;
use trellis_core::view::{Principal, PrincipalKind};

use trellis_client::Client;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::authn::Admin;

pub(super) use estate::{Estate, FIRST, SECOND};

/// Creates a VPC and in it a target group with these targets; answers with the group's id.
pub(super) async fn shop_targets(root: &Client, targets: &[&str]) -> String {
    let target = |id: &&str| v1::Target {
        id: (*id).into(),
        ..v1::Target::default()
    };
    let vpc = r#"{"vpc": {"name": "main"}}"#;
    let group = r#"{"targetGroup": {"name": "shop-targets", "type": "IP",
        "config": {"protocol": "HTTP", "vpcIdentifier": "main"}}}"#;
    let spec = |json: &str| -> Spec { serde_json::from_str(json).unwrap() };
    let resources = [vpc, group].map(|json| estate::resource(spec(json)));
    let request = v1::ApplyRequest {
        resources: resources.to_vec(),
        options: None,
    };
    let applied = root.apply(request).await.unwrap();
    let group = applied.results[1].resource.clone().unwrap();
    let request = v1::TargetsRequest {
        target_group_identifier: "shop-targets".into(),
        targets: targets.iter().map(target).collect(),
        options: None,
    };
    root.register_targets(request).await.unwrap();
    group.metadata.unwrap().id
}

/// The root of an account, in `eu-west-1`.
pub(super) fn admin(account: &str) -> Admin {
    Admin {
        principal: Arc::new(Principal {
            kind: PrincipalKind::Root,
            account: account.into(),
            arn: arn::root(account),
            principal_arn: arn::root(account),
            identity: account.into(),
            user_id: account.into(),
            access_key_id: String::new(),
            session_name: None,
            tags: Vec::new(),
            issued_at_ms: None,
            transitive_tag_keys: Vec::new(),
            source_identity: String::new(),
            provider: String::new(),
            limits: None,
        }),
        region: "eu-west-1".into(),
        peer: None,
    }
}
