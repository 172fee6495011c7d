//! What is printed, letter by letter.

use serde_json::{Map, Value, json};
use trellis_client::manifest;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Format, flat, render_many, render_one};

fn service(name: &str) -> Value {
    let resource = v1::Resource {
        metadata: Some(v1::Metadata {
            id: "svc-00123456789abcdef".into(),
            arn: "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-00123456789abcdef".into(),
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            revision: 7,
            status: "ACTIVE".into(),
            dns_name: "orders.example".into(),
            ..v1::Metadata::default()
        }),
        spec: Some(Spec::Service(v1::Service {
            name: name.into(),
            auth_type: Some("AWS_IAM".into()),
            ..v1::Service::default()
        })),
    };
    flat(&resource).unwrap()
}

#[test]
fn a_resource_is_flat_and_says_only_what_is_there() {
    assert_eq!(
        service("orders"),
        json!({
            "kind": "Service",
            "name": "orders",
            "authType": "AWS_IAM",
            "id": "svc-00123456789abcdef",
            "arn": "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-00123456789abcdef",
            "account": "111111111111",
            "region": "eu-west-1",
            "revision": 7,
            "status": "ACTIVE",
            "dnsEntry": {"domainName": "orders.example"},
        })
    );
}

#[test]
fn targets_of_a_target_group_are_a_list() {
    let target = v1::Target {
        id: "10.0.0.1".into(),
        port: Some(80),
        ..v1::Target::default()
    };
    let resource = v1::Resource {
        metadata: None,
        spec: Some(Spec::TargetGroup(v1::TargetGroup {
            name: "blue".into(),
            targets: Some(v1::TargetList {
                items: vec![target],
            }),
            ..v1::TargetGroup::default()
        })),
    };
    assert_eq!(
        flat(&resource).unwrap()["targets"],
        json!([{"id": "10.0.0.1", "port": 80}])
    );
}

#[test]
fn each_format_prints_one_and_many() {
    let one = json!({"id": "sn-1", "name": "shop", "tags": {"team": "blue"}});
    let other = json!({"id": "sn-2"});
    let around = || Map::from_iter([("revision".to_owned(), json!(7))]);
    for (format, single, list) in [
        (
            Format::Table,
            "id    sn-1\nname  shop\ntags  {\"team\":\"blue\"}",
            "NAME  ID    TEAM\nshop  sn-1  blue\n      sn-2",
        ),
        (Format::Name, "shop", "shop\nsn-2"),
        (
            Format::Yaml,
            "id: sn-1\nname: shop\ntags:\n  team: blue",
            "items:\n- id: sn-1\n  name: shop\n  tags:\n    team: blue\n- id: sn-2\nrevision: 7",
        ),
        (
            Format::Json,
            "{\n  \"id\": \"sn-1\",\n  \"name\": \"shop\",\n  \"tags\": {\n    \"team\": \"blue\"\n  }\n}",
            "{\n  \"items\": [\n    {\n      \"id\": \"sn-1\",\n      \"name\": \"shop\",\n      \"tags\": {\n        \"team\": \"blue\"\n      }\n    },\n    {\n      \"id\": \"sn-2\"\n    }\n  ],\n  \"revision\": 7\n}",
        ),
    ] {
        assert_eq!(render_one(format, &one).unwrap(), single, "{format:?}");
        let items = vec![one.clone(), other.clone()];
        let rendered = render_many(format, items, &["name", "id", "tags.team"], around());
        assert_eq!(rendered.unwrap(), list, "{format:?}");
    }
}

#[test]
fn what_is_printed_as_yaml_or_json_can_be_applied_again() {
    let manifests = "\
kind: Rule
name: probe
serviceIdentifier: svc-1
listenerIdentifier: listener-1
priority: 5
match: {httpMatch: {method: GET, pathMatch: {match: {prefix: /v1}, caseSensitive: true}, headerMatches: [{name: x-team, match: {exact: '123'}}]}}
action: {forward: {targetGroups: [{targetGroupIdentifier: blue, weight: 0}]}}
tags: {when: '2026-11-25', on: 'true', number: '007'}
---
kind: TargetGroup
name: blue
type: IP
config: {port: 80, protocol: HTTP, healthCheck: {enabled: false, matcher: {httpCode: 200-299}}}
targets: [{id: 10.0.0.1, port: 80}]
---
kind: Account
id: '012345678901'
---
kind: Vpc
id: vpc-1
name: a
---
kind: AccessKey
userName: alice
status: Inactive
---
kind: Role
roleName: r
assumeRolePolicyDocument: {Statement: []}
policies: {a: {Statement: []}}
---
kind: ClusterSettings
regions: [eu-west-1]
quotas: {listenersPerService: 5}
";
    let written = manifest::parse(manifests, "f").unwrap();
    for resource in &written {
        let metadata = v1::Metadata {
            id: "12".into(),
            arn: format!("arn:{}", "x".repeat(200)),
            revision: 7,
            dns_name: "x".into(),
            ..v1::Metadata::default()
        };
        // These two are named by an id that is theirs to give.
        let metadata = match resource.spec {
            Some(Spec::Account(_) | Spec::Vpc(_)) => None,
            _ => Some(metadata),
        };
        let printed = flat(&v1::Resource {
            metadata,
            spec: resource.spec.clone(),
        })
        .unwrap();
        for format in [Format::Yaml, Format::Json] {
            let text = render_one(format, &printed).unwrap();
            let read = manifest::parse(&text, "f").unwrap();
            assert_eq!(read, std::slice::from_ref(resource), "{text}");
            assert!(!text.contains(">-"), "{text}");
        }
    }
}
