//! What requests come to, against a registry without consensus.

mod certificates;
mod conditions;
mod managed;
mod rules;
mod unread;

use trellis_core::model::{Kind, Record, TargetGroup};
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::Step;
use crate::control::error::Failure;
use crate::control::tests::estate::resource;
use crate::control::tests::{Estate, FIRST, SECOND, admin};

const ESTATE: &[&str] = &[
    // In the wrong order on purpose: what is named comes after what names it.
    r#"{"rule": {"name": "only", "serviceIdentifier": "shop", "listenerIdentifier": "web", "priority": 10,
        "match": {"httpMatch": {"pathMatch": {"match": {"prefix": "/a"}}}},
        "action": {"forward": {"targetGroups": [{"targetGroupIdentifier": "shop-targets"}]}}}}"#,
    r#"{"serviceAssociation": {"serviceNetworkIdentifier": "estate", "serviceIdentifier": "shop"}}"#,
    r#"{"vpcAssociation": {"serviceNetworkIdentifier": "estate", "vpcIdentifier": "main", "securityGroupIds": ["all"]}}"#,
    r#"{"authPolicy": {"resourceIdentifier": "shop", "policy": "{ \"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"vpc-lattice-svcs:Invoke\", \"Resource\": \"*\"}] }"}}"#,
    r#"{"accessLogSubscription": {"resourceIdentifier": "shop", "destinationArn": "stdout"}}"#,
    r#"{"listener": {"name": "web", "serviceIdentifier": "shop", "protocol": "HTTP", "port": 80,
        "defaultAction": {"fixedResponse": {"statusCode": 404}}}}"#,
    r#"{"securityGroup": {"name": "all", "vpcIdentifier": "main", "ingress": [{"cidr": "10.0.0.0/8", "toPort": 65535}]}}"#,
    r#"{"targetGroup": {"name": "shop-targets", "type": "IP",
        "config": {"port": 8080, "protocol": "HTTP", "vpcIdentifier": "main"},
        "targets": {"items": [{"id": "10.0.0.1"}, {"id": "10.0.0.2", "port": 81}]}}}"#,
    r#"{"service": {"name": "shop", "authType": "AWS_IAM"}}"#,
    r#"{"serviceNetwork": {"name": "estate"}}"#,
    r#"{"vpc": {"name": "main", "cidrBlocks": ["10.0.0.0/16"]}}"#,
    r#"{"role": {"roleName": "Reader", "assumeRolePolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"111111111111\"}, \"Action\": \"sts:AssumeRole\"}]}"}}"#,
];

fn bundle(specs: &[&str]) -> v1::ApplyRequest {
    let spec = |json: &&str| -> Spec { serde_json::from_str(json).unwrap() };
    v1::ApplyRequest {
        resources: specs.iter().map(|json| resource(spec(json))).collect(),
        options: None,
    }
}

/// What a bundle of the first account's root did, a word for each resource.
fn apply(estate: &mut Estate, specs: &[&str]) -> Result<Vec<&'static str>, Failure> {
    let request = bundle(specs);
    let (plan, _) = estate.write(&admin(FIRST), |planner| planner.apply(&request))?;
    let word = |step: &Step| match step {
        Step::Unchanged(_) => "unchanged",
        Step::Written { action, .. } => action,
    };
    Ok(plan.steps.iter().map(word).collect())
}

fn refusal(failure: Failure) -> (RefusalKind, String) {
    match failure {
        Failure::Refused(refusal) => (refusal.kind(), refusal.message),
        other => panic!("{other}"),
    }
}

fn targets(estate: &Estate) -> Vec<String> {
    let mut groups = estate.state.all::<TargetGroup>();
    let group = groups.next().unwrap();
    let word = |target: &trellis_core::model::Target| {
        let draining = if target.draining_since_ms == 0 {
            ""
        } else {
            " draining"
        };
        format!("{}:{}{draining}", target.id, target.port)
    };
    group.targets.iter().map(word).collect()
}

#[test]
fn a_bundle_is_created_whole_and_then_found_unchanged() {
    let mut estate = Estate::new();
    assert_eq!(apply(&mut estate, ESTATE).unwrap(), ["created"; 12]);
    let revision = estate.state.revision;
    assert_eq!(targets(&estate), ["10.0.0.1:8080", "10.0.0.2:81"]);
    let request = bundle(ESTATE);
    let again = estate
        .plan(&admin(FIRST), |planner| planner.apply(&request))
        .unwrap();
    assert!(again.operations.is_empty(), "{:?}", again.operations);
    assert_eq!(again.steps.len(), 12);
    assert_eq!(estate.state.revision, revision);
}

#[test]
fn only_what_differs_is_changed() {
    let mut estate = Estate::new();
    apply(&mut estate, ESTATE).unwrap();
    let mut changed = ESTATE.to_vec();
    changed[0] = r#"{"rule": {"name": "only", "serviceIdentifier": "shop", "listenerIdentifier": "web", "priority": 20}}"#;
    changed[8] = r#"{"service": {"name": "shop", "authType": "NONE"}}"#;
    let mut expected = ["unchanged"; 12];
    (expected[0], expected[8]) = ("updated", "updated");
    assert_eq!(apply(&mut estate, &changed).unwrap(), expected);
}

#[test]
fn targets_are_brought_in_line() {
    let mut estate = Estate::new();
    apply(&mut estate, ESTATE).unwrap();
    let group = r#"{"targetGroup": {"name": "shop-targets", "targets": {"items": [{"id": "10.0.0.3"}, {"id": "10.0.0.1", "port": 8080}]}}}"#;
    assert_eq!(apply(&mut estate, &[group]).unwrap(), ["updated"]);
    assert_eq!(
        targets(&estate),
        ["10.0.0.1:8080", "10.0.0.2:81 draining", "10.0.0.3:8080"]
    );
    assert_eq!(apply(&mut estate, &[group]).unwrap(), ["unchanged"]);
    let without = r#"{"targetGroup": {"name": "shop-targets"}}"#;
    assert_eq!(apply(&mut estate, &[without]).unwrap(), ["unchanged"]);
    let back = r#"{"targetGroup": {"name": "shop-targets", "targets": {"items": [{"id": "10.0.0.2", "port": 81}]}}}"#;
    assert_eq!(apply(&mut estate, &[back]).unwrap(), ["updated"]);
    assert_eq!(
        targets(&estate),
        [
            "10.0.0.1:8080 draining",
            "10.0.0.2:81",
            "10.0.0.3:8080 draining"
        ]
    );
}

#[test]
fn a_wrong_target_of_a_new_group_refuses_the_bundle() {
    let mut estate = Estate::new();
    let group = r#"{"targetGroup": {"name": "shop-targets", "type": "IP",
        "config": {"protocol": "HTTP", "vpcIdentifier": "main"}, "targets": {"items": [{"id": "192.168.0.1"}]}}}"#;
    let failure = apply(&mut estate, &[ESTATE[10], group]).unwrap_err();
    let (kind, message) = refusal(failure);
    assert_eq!(kind, RefusalKind::Validation, "{message}");
    assert_eq!(
        estate
            .state
            .id_by_name(Kind::Vpc, "111111111111/eu-west-1", "main"),
        None
    );
}

#[test]
fn more_targets_than_one_call_takes_are_registered_all_the_same() {
    let mut estate = Estate::new();
    let target = |n: usize| format!(r#"{{"id": "10.0.{}.{}"}}"#, n / 250, n % 250 + 1);
    let items: Vec<String> = (0..250).map(target).collect();
    let group = format!(
        r#"{{"targetGroup": {{"name": "shop-targets", "type": "IP", "config": {{"protocol": "HTTP", "vpcIdentifier": "main"}},
            "targets": {{"items": [{}]}}}}}}"#,
        items.join(",")
    );
    assert_eq!(
        apply(&mut estate, &[ESTATE[10], &group]).unwrap(),
        ["created", "created"]
    );
    assert_eq!(targets(&estate).len(), 250);
}

#[test]
fn all_mistakes_of_a_bundle_are_told_at_once() {
    let mut estate = Estate::new();
    let failure = apply(
        &mut estate,
        &[
            r#"{"service": {"authType": "IAM", "name": "shop"}}"#,
            r#"{"listener": {"name": "web", "serviceIdentifier": "shop"}}"#,
            r#"{"service": {"name": "shop"}}"#,
        ],
    );
    let (kind, message) = refusal(failure.unwrap_err());
    assert_eq!(kind, RefusalKind::Validation);
    for expected in [
        "resources[0].authType: \"IAM\" is none of NONE, AWS_IAM",
        "resources[1].protocol: required",
        "resources[1].defaultAction: required",
        "resources[2].name: the same resource stands in this bundle before",
    ] {
        assert!(
            message.contains(expected),
            "{expected} is not in: {message}"
        );
    }
}

#[test]
fn what_bundles_cannot_hold_is_refused_with_the_way_out() {
    for (spec, expected) in [
        (r#"{"accessKey": {}}"#, "access keys are made by Create"),
        (r#"{"node": {}}"#, "a node joins with a token"),
        (
            r#"{"joinToken": {}}"#,
            "join tokens are made by Cluster.CreateJoinToken",
        ),
    ] {
        let (kind, message) = refusal(apply(&mut Estate::new(), &[spec]).unwrap_err());
        assert_eq!(kind, RefusalKind::Validation);
        assert!(message.contains(expected), "{message}");
    }
}

fn create(spec: &str, owner_account: &str) -> v1::CreateRequest {
    v1::CreateRequest {
        resource: Some(resource(serde_json::from_str(spec).unwrap())),
        options: None,
        owner_account: owner_account.into(),
    }
}

#[test]
fn the_operator_may_create_for_another_account_and_nobody_else_may() {
    let mut estate = Estate::new();
    let vpc = create(r#"{"vpc": {"name": "theirs"}}"#, SECOND);
    let (_, outcome) = estate
        .write(&admin(FIRST), |planner| planner.create(&vpc))
        .unwrap();
    let record = outcome.results[0].record.clone().unwrap().record.unwrap();
    assert_eq!(record.meta().account, SECOND);
    assert_eq!(record.meta().created_by, "arn:aws:iam::111111111111:root");
    let vpc = create(r#"{"vpc": {"name": "mine"}}"#, FIRST);
    let failure = estate
        .write(&admin(SECOND), |planner| planner.create(&vpc))
        .unwrap_err();
    assert!(matches!(failure, Failure::Denied { .. }), "{failure}");
    let user = estate.user("all", r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#);
    let vpc = create(r#"{"vpc": {"name": "other"}}"#, SECOND);
    let failure = estate
        .write(&user, |planner| planner.create(&vpc))
        .unwrap_err();
    assert!(matches!(failure, Failure::Denied { .. }), "{failure}");
}

#[test]
fn what_belongs_to_the_cluster_is_the_operators() {
    let mut estate = Estate::new();
    let account = create(
        r#"{"account": {"id": "333333333333", "name": "third"}}"#,
        "",
    );
    let failure = estate
        .write(&admin(SECOND), |planner| planner.create(&account))
        .unwrap_err();
    assert!(matches!(failure, Failure::Denied { .. }), "{failure}");
    let (_, outcome) = estate
        .write(&admin(FIRST), |planner| planner.create(&account))
        .unwrap();
    let record = outcome.results[0].record.clone().unwrap().record.unwrap();
    assert_eq!(
        (record.meta().id.as_str(), record.meta().account.as_str()),
        ("333333333333", "333333333333")
    );
    let delete = v1::DeleteRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::Account as i32,
            identifier: "333333333333".into(),
            ..v1::Identifier::default()
        }),
        options: None,
    };
    estate
        .write(&admin(FIRST), |planner| planner.delete(&delete))
        .unwrap();
}

#[test]
fn policies_of_the_caller_decide_action_by_action() {
    let mut estate = Estate::new();
    let user = estate.user(
        "maker",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["vpc-lattice:Create*", "iam:CreateRole"], "Resource": "*"},
            {"Effect": "Deny", "Action": "vpc-lattice:CreateServiceNetwork", "Resource": "*"}]}"#,
    );
    let trust = r#""assumeRolePolicyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"111111111111\"}, \"Action\": \"sts:AssumeRole\"}]}""#;
    let table = [
        (r#"{"service": {"name": "shop"}}"#.to_owned(), None),
        (
            r#"{"serviceNetwork": {"name": "net"}}"#.to_owned(),
            Some("explicit deny"),
        ),
        (
            r#"{"vpc": {"name": "main"}}"#.to_owned(),
            Some(
                "perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-west-1:111111111111:vpc/* because no",
            ),
        ),
        (format!(r#"{{"role": {{"roleName": "a", {trust}}}}}"#), None),
        (
            format!(r#"{{"role": {{"roleName": "b", "policies": {{"p": "{{}}"}}, {trust}}}}}"#),
            Some("perform: iam:PutRolePolicy on resource: arn:aws:iam::111111111111:role/b"),
        ),
    ];
    for (spec, expected) in table {
        let request = create(&spec, "");
        let result = estate.plan(&user, |planner| planner.create(&request));
        match (result, expected) {
            (Ok(_), None) => {}
            (Err(failure @ Failure::Denied { .. }), Some(expected)) => {
                let text = failure.to_string();
                assert!(text.contains(expected), "{spec}: {text}");
            }
            (result, _) => panic!("{spec}: {result:?}"),
        }
    }
}

#[test]
fn a_foreign_id_answers_like_an_absent_one() {
    let mut estate = Estate::new();
    estate.create(serde_json::from_str(r#"{"service": {"name": "shop"}}"#).unwrap());
    let mut services = estate.state.all::<trellis_core::model::Service>();
    let id = services.next().unwrap().meta().id.clone();
    drop(services);
    let delete = |identifier: &str| v1::DeleteRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::Service as i32,
            identifier: identifier.into(),
            ..v1::Identifier::default()
        }),
        options: None,
    };
    for identifier in [id.as_str(), "svc-0ffffffffffffffff", "shop"] {
        let request = delete(identifier);
        let failure = estate.write(&admin(SECOND), |planner| planner.delete(&request));
        let (kind, message) = refusal(failure.unwrap_err());
        assert_eq!(kind, RefusalKind::NotFound);
        assert_eq!(message, format!("SERVICE {identifier} not found"));
    }
    let request = delete("shop");
    estate
        .write(&admin(FIRST), |planner| planner.delete(&request))
        .unwrap();
}

#[test]
fn an_update_holds_only_for_what_it_was_planned_from() {
    let mut estate = Estate::new();
    estate.create(serde_json::from_str(r#"{"service": {"name": "shop"}}"#).unwrap());
    let update = v1::UpdateRequest {
        identifier: Some(v1::Identifier {
            kind: v1::ResourceKind::Service as i32,
            identifier: "shop".into(),
            ..v1::Identifier::default()
        }),
        resource: Some(resource(
            serde_json::from_str(r#"{"service": {"authType": "AWS_IAM"}}"#).unwrap(),
        )),
        options: None,
    };
    let plan = estate
        .plan(&admin(FIRST), |planner| planner.update(&update))
        .unwrap();
    assert_eq!(plan.operations[0].expected_revision, 2);
    estate
        .write(&admin(FIRST), |planner| planner.update(&update))
        .unwrap();
    let late = estate.write(&admin(FIRST), |_| {
        Ok(super::Plan {
            account: FIRST.into(),
            operations: plan.operations.clone(),
            steps: Vec::new(),
        })
    });
    assert_eq!(refusal(late.unwrap_err()).0, RefusalKind::RevisionMismatch);
}

#[test]
fn tags_are_conditions_and_writing_them_needs_its_own_action() {
    let mut estate = Estate::new();
    let user = estate.user(
        "blue",
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "vpc-lattice:CreateService", "Resource": "*"},
            {"Effect": "Allow", "Action": "vpc-lattice:TagResource", "Resource": "*",
             "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}},
            {"Effect": "Allow", "Action": "vpc-lattice:DeleteService", "Resource": "*",
             "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}"#,
    );
    let mut made = |spec: &str| {
        let request = create(spec, "");
        estate
            .write(&user, |planner| planner.create(&request))
            .is_ok()
    };
    assert!(made(r#"{"service": {"name": "plain"}}"#));
    assert!(made(
        r#"{"service": {"name": "own", "tags": {"team": "blue"}}}"#
    ));
    assert!(!made(
        r#"{"service": {"name": "red", "tags": {"team": "red"}}}"#
    ));
    assert!(!made(
        r#"{"service": {"name": "more", "tags": {"team": "blue", "x": "y"}}}"#
    ));
    for (name, expected) in [("plain", false), ("own", true)] {
        let request = v1::DeleteRequest {
            identifier: Some(v1::Identifier {
                kind: v1::ResourceKind::Service as i32,
                identifier: name.into(),
                ..v1::Identifier::default()
            }),
            options: None,
        };
        let result = estate.write(&user, |planner| planner.delete(&request));
        assert_eq!(result.is_ok(), expected, "{name}: {result:?}");
    }
}

#[test]
fn whoever_may_update_a_user_may_not_thereby_change_its_rights() {
    let mut estate = Estate::new();
    let clerk = estate.user(
        "clerk",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:UpdateUser", "Resource": "*"}]}"#,
    );
    for (change, action) in [
        (
            r#"{"user": {"policies": {"own": "{}"}}}"#,
            "iam:PutUserPolicy",
        ),
        (r#"{"user": {"tags": {"team": "blue"}}}"#, "iam:TagUser"),
    ] {
        let request = v1::UpdateRequest {
            identifier: Some(v1::Identifier {
                kind: v1::ResourceKind::User as i32,
                identifier: "clerk".into(),
                ..v1::Identifier::default()
            }),
            resource: Some(resource(serde_json::from_str(change).unwrap())),
            options: None,
        };
        let failure = estate.plan(&clerk, |planner| planner.update(&request));
        let text = failure.unwrap_err().to_string();
        assert!(text.contains(&format!("perform: {action} on")), "{text}");
    }
}
