//! What manifests may hold, and what is said about each kind of mistake.

use trellis_client::manifest::{self, parse};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

fn only(text: &str) -> Spec {
    let mut resources = parse(text, "shop.yaml").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(resources.len(), 1, "{text}");
    resources.remove(0).spec.unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_rule_has_the_flat_properties_of_the_api() {
    let spec = only(
        "kind: Rule\nserviceIdentifier: orders-api\nlistenerIdentifier: http\nname: probe\npriority: 5\n\
         match: {httpMatch: {pathMatch: {match: {prefix: /v1/orders/probe}, caseSensitive: true}}}\n\
         action: {forward: {targetGroups: [{targetGroupIdentifier: orders-v1, weight: 100}]}}\n",
    );
    let forward = v1::ForwardAction {
        target_groups: vec![v1::WeightedTargetGroup {
            target_group_identifier: "orders-v1".into(),
            weight: Some(100),
        }],
    };
    let path = v1::PathMatch {
        r#match: Some(v1::PathMatchType {
            exact: None,
            prefix: Some("/v1/orders/probe".into()),
        }),
        case_sensitive: true,
    };
    assert_eq!(
        spec,
        Spec::Rule(v1::Rule {
            name: "probe".into(),
            service_identifier: "orders-api".into(),
            listener_identifier: "http".into(),
            priority: Some(5),
            r#match: Some(v1::RuleMatch {
                http_match: Some(v1::HttpMatch {
                    method: String::new(),
                    path_match: Some(path),
                    header_matches: Vec::new(),
                }),
            }),
            action: Some(v1::RuleAction {
                forward: Some(forward),
                fixed_response: None,
            }),
            tags: [].into(),
        })
    );
}

#[test]
fn managed_policies_and_keys_of_providers_are_mappings_too() {
    let spec = only("kind: ManagedPolicy\npolicyName: p\npolicyDocument: {Statement: []}\n");
    let Spec::ManagedPolicy(policy) = spec else {
        panic!("{spec:?}");
    };
    assert_eq!(policy.policy_document, r#"{"Statement":[]}"#);
    for (jwks, expected) in [
        ("{keys: [{kid: a}]}", r#"{"keys":[{"kid":"a"}]}"#),
        (r#"'{"keys": []}'"#, r#"{"keys": []}"#),
        ("''", ""),
    ] {
        let spec = only(&format!(
            "kind: OidcProvider\nurl: https://a.example\njwks: {jwks}\n"
        ));
        let Spec::OidcProvider(provider) = spec else {
            panic!("{spec:?}");
        };
        assert_eq!(provider.jwks.as_deref(), Some(expected));
    }
}

#[test]
fn a_policy_is_a_mapping_or_json_text() {
    let mapping = "kind: AuthPolicy\nresourceIdentifier: shop\npolicy:\n  Version: '2012-10-17'\n  Statement:\n    - {Effect: Allow, Principal: '*'}\n";
    let text = "kind: AuthPolicy\nresourceIdentifier: shop\npolicy: '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\"}]}'\n";
    let json = text
        .replace("kind: AuthPolicy", "{\"kind\": \"AuthPolicy\"")
        .replace(
            "\nresourceIdentifier: shop\npolicy: '",
            ", \"resourceIdentifier\": \"shop\", \"policy\": ",
        );
    let json = json.replace("}]}'\n", "}]}}");
    let expected =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\"}]}";
    for manifest in [mapping, text, &json] {
        let Spec::AuthPolicy(policy) = only(manifest) else {
            panic!("{manifest}")
        };
        assert_eq!(policy.policy, expected, "{manifest}");
    }
}

#[test]
fn policies_of_a_role_are_documents_by_name() {
    let spec = only(
        "kind: Role\nroleName: caller\nassumeRolePolicyDocument: {Statement: []}\n\
         policies: {invoke: {Statement: [{Effect: Allow}]}, policy: '{}'}\n",
    );
    let Spec::Role(role) = spec else { panic!() };
    assert_eq!(role.assume_role_policy_document, "{\"Statement\":[]}");
    assert_eq!(
        role.policies["invoke"],
        "{\"Statement\":[{\"Effect\":\"Allow\"}]}"
    );
    assert_eq!(role.policies["policy"], "{}");
}

#[test]
fn targets_are_a_list_and_absent_differs_from_empty() {
    let targets = |text: &str| {
        let spec = only(&format!("kind: TargetGroup\nname: blue\n{text}"));
        let Spec::TargetGroup(group) = spec else {
            panic!()
        };
        group.targets
    };
    assert_eq!(targets(""), None);
    assert_eq!(targets("targets: []"), Some(v1::TargetList::default()));
    let one = targets("targets: [{id: 10.0.0.1, port: 80}]").unwrap();
    assert_eq!(
        (one.items[0].id.as_str(), one.items[0].port),
        ("10.0.0.1", Some(80))
    );
}

#[test]
fn whole_numbers_stand_for_text() {
    for (text, id) in [
        ("kind: Account\nid: 111111111111\n", "111111111111"),
        ("kind: Account\nid: 012345678901\n", "012345678901"),
        ("kind: Account\nid: '000000000001'\n", "000000000001"),
    ] {
        let Spec::Account(account) = only(text) else {
            panic!()
        };
        assert_eq!(account.id, id);
    }
}

#[test]
fn what_the_registry_says_is_read_over() {
    let spec = only(
        "kind: Service\narn: arn:x\nid: svc-1\nname: orders\nstatus: ACTIVE\ncreatedAt: now\n\
         lastUpdatedAt: now\nrevision: 7\ncreatedBy: me\naccount: 111111111111\nregion: eu\n\
         dnsEntry: {domainName: x}\n",
    );
    let Spec::Service(service) = spec else {
        panic!()
    };
    assert_eq!(service.name, "orders");
}

#[test]
fn documents_are_many_and_aws_kinds_and_anchors_are_understood() {
    let text = "---\n# a comment\nkind: ServiceNetworkVpcAssociation\nserviceNetworkIdentifier: &net shop\nvpcIdentifier: vpc-1\n\
                ---\n---\nkind: ServiceNetwork\nname: shop\ntags: {a: b}\n...\n";
    let resources = parse(text, "shop.yaml").unwrap();
    assert_eq!(resources.len(), 2);
    assert!(matches!(resources[0].spec, Some(Spec::VpcAssociation(_))));
    assert_eq!(parse("", "x").unwrap(), []);
    assert_eq!(parse("# nothing\n", "x").unwrap(), []);
}

/// What is written, and what is said about it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "name: shop\n",
        "f.yaml:1:1: document 1: `kind` is missing; begin with a line such as `kind: Service`",
    ),
    (
        "- kind: Service\n",
        "f.yaml:1:1: document 1: a resource is a mapping with `kind`; begin with a line such as `kind: Service`",
    ),
    (
        "kind: Sevice\n",
        "f.yaml:1:7: document 1: kind: there is no kind `Sevice`; did you mean `Service`?",
    ),
    (
        "kind: Service\nnmae: orders\n",
        "f.yaml:2:1: document 1: there is no field `nmae`; did you mean `name`?",
    ),
    (
        "kind: Listener\ndefaultAction:\n  foward: {}\n",
        "f.yaml:3:3: document 1: defaultAction: there is no field `foward`; did you mean `forward`?",
    ),
    (
        "kind: VpcAssociation\nfirewall: x\n",
        "f.yaml:2:1: document 1: there is no field `firewall`; fields here are serviceNetworkIdentifier, vpcIdentifier, securityGroupIds, tags, privateDnsEnabled, dnsOptions",
    ),
    (
        "kind: Listener\nname: http\nport: eighty\n",
        "f.yaml:3:7: document 1: port: a whole number is expected, not string \"eighty\"",
    ),
    (
        "kind: Listener\nport: -1\n",
        "f.yaml:2:7: document 1: port: a whole number up to 4294967295 is expected, not integer `-1`",
    ),
    (
        "kind: Listener\nport: 99999999999\n",
        "f.yaml:2:7: document 1: port: a whole number up to 4294967295 is expected, not integer `99999999999`",
    ),
    (
        "kind: Service\nname: [a]\n",
        "f.yaml:2:7: document 1: name: text is expected, not a list",
    ),
    (
        "kind: Service\nname: true\n",
        "f.yaml:2:7: document 1: name: text is expected, not boolean `true`",
    ),
    (
        "kind: Service\nname:\n",
        "f.yaml:2:5: document 1: name: text is expected, not nothing",
    ),
    (
        "kind: Rule\naction: 404\n",
        "f.yaml:2:9: document 1: action: a mapping is expected, not integer `404`",
    ),
    (
        "kind: Listener\ndefaultAction:\n  forward:\n    targetGroups:\n      - targetGroupIdentifier: a\n        weight: x\n",
        "f.yaml:6:17: document 1: defaultAction.forward.targetGroups[0].weight: a whole number is expected, not string \"x\"",
    ),
    (
        "kind: TargetGroup\ntargets: [{id: a}, {id: b, prot: 80}]\n",
        "f.yaml:2:28: document 1: targets[1]: there is no field `prot`; did you mean `port`?",
    ),
    (
        "kind: AuthPolicy\npolicy: not json\n",
        "f.yaml:2:9: document 1: policy: the document is not JSON: expected ident at line 1 column 2; write it as a YAML mapping",
    ),
    (
        "kind: Role\npolicies: {a: [1]}\n",
        "f.yaml:2:15: document 1: policies.a: a document is a mapping or JSON text",
    ),
    (
        "kind: Service\nname: a\nname: b\n",
        "f.yaml:3:1: duplicate mapping key `name` is not allowed here",
    ),
    (
        "kind: Service\n  name: a\n",
        "f.yaml:2:7: mapping values are not allowed in this context",
    ),
    (
        "kind: Service\nname: a\n---\nkind: Service\nname: b\n---\nkind: Servise\n---\nkind: Service\nport: 1\n",
        "f.yaml:7:7: document 3: kind: there is no kind `Servise`; did you mean `Service`?\n\
             f.yaml:10:1: document 4: there is no field `port`; fields here are name, authType, customDomainName, certificateArn, idleTimeoutSeconds, tags",
    ),
];

#[test]
fn each_mistake_is_told_with_its_place_and_a_way_out() {
    for (text, expected) in MISTAKES {
        let error = parse(text, "f.yaml").map(|_| text).unwrap_err();
        assert_eq!(error.to_string(), *expected, "{text}");
    }
}

#[test]
fn a_manifest_has_a_limit() {
    let text = format!("# {}\n", "x".repeat(manifest::BYTES_MAX));
    let error = parse(&text, "big.yaml").unwrap_err().to_string();
    assert_eq!(
        error,
        "big.yaml: the text is larger than 4 MiB; split it into several files"
    );
}

#[test]
fn a_text_that_grows_when_it_is_read_is_refused() {
    let deep = format!("kind: Rule\naction: {}", "[".repeat(100_000));
    let bomb = (1..20).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let before = format!("*a{}", n - 1);
        text + &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 10].join(", "))
    });
    for text in [deep, bomb, "kind: Service\nname: *nobody\n".to_owned()] {
        let error = parse(&text, "f.yaml").unwrap_err();
        assert_eq!(error.mistakes.len(), 1);
        assert_eq!(error.mistakes[0].document, 0, "{error}");
    }
}
