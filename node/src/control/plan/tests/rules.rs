//! Who may add to lists and take from them: rules of a security group, what is in a share, client ids of a provider.

use trellis_core::model::{Kind, OidcProvider, Record, ResourceShare, SecurityGroup};
use trellis_proto::v1;

use super::apply;
use crate::control::tests::Estate;
use crate::control::tests::estate::resource;

const GROUP: &[&str] = &[
    r#"{"vpc": {"name": "main"}}"#,
    r#"{"securityGroup": {"name": "web", "vpcIdentifier": "main", "ingress": [{"cidr": "10.0.0.0/8", "toPort": 1}]}}"#,
];
const ADD: &str = r#"{"securityGroup": {"addedIngress": [{"cidr": "11.0.0.0/8", "toPort": 2, "description": "new"}]}}"#;
const REMOVE: &str =
    r#"{"securityGroup": {"removedIngress": [{"cidr": "10.0.0.0/8", "toPort": 1}]}}"#;
const REMOVE_NONE: &str =
    r#"{"securityGroup": {"removedIngress": [{"cidr": "12.0.0.0/8", "toPort": 1}]}}"#;
const REPLACE: &str = r#"{"securityGroup": {"ingress": [{"cidr": "13.0.0.0/8"}]}}"#;
const DESCRIBE: &str =
    r#"{"securityGroup": {"description": "x", "addedIngress": [{"cidr": "14.0.0.0/8"}]}}"#;

/// The ranges of the group after a change by a user who may do this; or what it may not.
fn change(action: &str, change: &str) -> String {
    let mut estate = Estate::new();
    apply(&mut estate, GROUP).unwrap();
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "ec2:{action}", "Resource": "*"}}]}}"#
    );
    let user = estate.user("clerk", &policy);
    let group = estate.state.all::<SecurityGroup>().next().unwrap();
    let request = v1::UpdateRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::SecurityGroup as i32,
            identifier: group.meta().id.clone(),
            ..v1::Identifier::default()
        }),
        resource: Some(resource(serde_json::from_str(change).unwrap())),
        options: None,
    };
    if let Err(failure) = estate.write(&user, |planner| planner.update(&request)) {
        let text = failure.to_string();
        let denied = text.split("perform: ec2:").nth(1).unwrap();
        return denied.split(' ').next().unwrap().to_owned();
    }
    let group = estate.state.all::<SecurityGroup>().next().unwrap();
    let rules = group.ingress.iter();
    let rules = rules.map(|it| format!("{}{}", it.cidr, it.description));
    rules.collect::<Vec<_>>().join(" ")
}

#[test]
fn rules_are_added_and_removed_by_actions_of_their_own() {
    let (add, remove) = (
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    );
    let all = "ModifySecurityGroupRules";
    for (action, asked, expected) in [
        (add, ADD, "10.0.0.0/8 11.0.0.0/8new"),
        (add, REMOVE, remove),
        (add, REPLACE, all),
        (add, DESCRIBE, all),
        (remove, REMOVE, ""),
        (remove, REMOVE_NONE, "10.0.0.0/8"),
        (remove, ADD, add),
        (all, REPLACE, "13.0.0.0/8"),
        (all, DESCRIBE, "10.0.0.0/8 14.0.0.0/8"),
        // A denial does not tell whether there is such a rule.
        (all, REMOVE, remove),
        (all, REMOVE_NONE, remove),
    ] {
        assert_eq!(change(action, asked), expected, "{action} {asked}");
    }
}

#[test]
fn what_is_in_a_share_is_changed_by_actions_of_its_own() {
    let (add, remove) = ("AssociateResourceShare", "DisassociateResourceShare");
    let all = "UpdateResourceShare";
    for (action, asked, expected) in [
        (
            add,
            r#""addedAccounts": ["222222222222"]"#,
            "net 222222222222",
        ),
        (add, r#""addedResources": ["shop"]"#, "net shop "),
        (add, r#""removedResources": ["net"]"#, remove),
        (
            add,
            r#""name": "x", "addedAccounts": ["222222222222"]"#,
            all,
        ),
        (remove, r#""removedResources": ["net"]"#, ""),
        (remove, r#""addedResources": ["shop"]"#, add),
        (all, r#""resourceIdentifiers": ["shop"]"#, "shop "),
        (all, r#""addedResources": ["shop"]"#, add),
    ] {
        assert_eq!(share(action, asked), expected, "{action} {asked}");
    }
}

/// What is in a share after a change by a user who may do this; or what it may not.
fn share(action: &str, change: &str) -> String {
    let mut estate = Estate::new();
    let specs = [
        r#"{"serviceNetwork": {"name": "net", "sharingConfig": {"enabled": true}}}"#,
        r#"{"service": {"name": "shop"}}"#,
        r#"{"resourceShare": {"name": "all", "resourceIdentifiers": ["net"]}}"#,
    ];
    assert_eq!(apply(&mut estate, &specs).unwrap(), ["created"; 3]);
    assert_eq!(apply(&mut estate, &specs).unwrap(), ["unchanged"; 3]);
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "ram:{action}", "Resource": "*"}}]}}"#
    );
    let user = estate.user("clerk", &policy);
    let share = estate.state.all::<ResourceShare>().next().unwrap();
    let request = v1::UpdateRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::ResourceShare as i32,
            identifier: share.meta().id.clone(),
            ..v1::Identifier::default()
        }),
        resource: Some(resource(
            serde_json::from_str(&format!(r#"{{"resourceShare": {{{change}}}}}"#)).unwrap(),
        )),
        options: None,
    };
    if let Err(failure) = estate.write(&user, |planner| planner.update(&request)) {
        let text = failure.to_string();
        let denied = text.split("perform: ram:").nth(1).unwrap();
        return denied.split(' ').next().unwrap().to_owned();
    }
    let share = estate.state.all::<ResourceShare>().next().unwrap();
    let names = share.resources.iter().map(|id| {
        let kind = match id.starts_with("sn-") {
            true => Kind::ServiceNetwork,
            false => Kind::Service,
        };
        let record = estate.state.get_any(kind, id).unwrap();
        format!("{} ", record.meta().name)
    });
    names.chain(share.accounts.iter().cloned()).collect()
}

#[test]
fn client_ids_of_an_oidc_provider_are_changed_by_actions_of_their_own() {
    let (add, remove) = (
        "AddClientIDToOpenIDConnectProvider",
        "RemoveClientIDFromOpenIDConnectProvider",
    );
    let all = "UpdateOpenIDConnectProviderThumbprint";
    let print = "0123456789abcdef0123456789abcdef01234567";
    let prints = format!(r#""thumbprints": ["{print}"]"#);
    for (action, asked, expected) in [
        (add, r#""addedClientIds": ["web"]"#, "sts web"),
        (add, r#""addedClientIds": ["sts"]"#, "sts"),
        (add, r#""removedClientIds": ["sts"]"#, remove),
        (add, r#""clientIds": ["sts", "web"]"#, all),
        (add, &prints, all),
        (remove, r#""removedClientIds": ["sts"]"#, ""),
        (remove, r#""removedClientIds": ["web"]"#, "sts"),
        (all, &prints, "sts"),
        (all, r#""jwks": """#, "sts"),
        (all, r#""clientIds": ["sts", "web"]"#, add),
        (all, r#""clientIds": ["web"]"#, add),
        (all, r#""removedClientIds": ["sts"]"#, remove),
    ] {
        assert_eq!(client_ids(action, asked), expected, "{action} {asked}");
    }
}

/// The client ids of a provider after a change by a user who may do this; or what it may not.
fn client_ids(action: &str, change: &str) -> String {
    let mut estate = Estate::new();
    let specs = [r#"{"oidcProvider": {"url": "https://id.example.com/a", "clientIds": ["sts"]}}"#];
    assert_eq!(apply(&mut estate, &specs).unwrap(), ["created"]);
    assert_eq!(apply(&mut estate, &specs).unwrap(), ["unchanged"]);
    let provider = "arn:aws:iam::111111111111:oidc-provider/id.example.com/a";
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "iam:{action}", "Resource": "{provider}"}}]}}"#
    );
    let user = estate.user("clerk", &policy);
    let request = v1::UpdateRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::OidcProvider as i32,
            identifier: provider.into(),
            ..v1::Identifier::default()
        }),
        resource: Some(resource(
            serde_json::from_str(&format!(r#"{{"oidcProvider": {{{change}}}}}"#)).unwrap(),
        )),
        options: None,
    };
    if let Err(failure) = estate.write(&user, |planner| planner.update(&request)) {
        let text = failure.to_string();
        let denied = text.split("perform: iam:").nth(1).unwrap();
        return denied.split(' ').next().unwrap().to_owned();
    }
    let provider = estate.state.all::<OidcProvider>().next().unwrap();
    provider.client_ids.join(" ")
}
