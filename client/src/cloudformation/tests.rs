//! Tests of templates.

use serde_json::json;
use trellis_proto::v1::resource::Spec;

use super::*;

/// What `cdk synth` makes of a service with its network, but for the parts that are passed over.
const SHOP: &str = r#"{
  "Parameters": {
    "Vpc": {"Type": "String"},
    "Port": {"Type": "Number", "Default": "8080"},
    "BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
  },
  "Resources": {
    "Network": {"Type": "AWS::VpcLattice::ServiceNetwork", "Properties": {
      "Name": {"Fn::Join": ["-", ["shop", {"Ref": "AWS::Region"}]]}, "AuthType": "AWS_IAM", "Tags": [{"Key": "team", "Value": "a"}]}},
    "OrdersApi": {"Type": "AWS::VpcLattice::Service", "Properties": {"AuthType": "AWS_IAM"}},
    "Member": {"Type": "AWS::VpcLattice::ServiceNetworkServiceAssociation", "Properties": {
      "ServiceIdentifier": {"Ref": "OrdersApi"}, "ServiceNetworkIdentifier": {"Fn::GetAtt": ["Network", "Id"]}}},
    "Consumers": {"Type": "AWS::VpcLattice::ServiceNetworkVpcAssociation", "Properties": {
      "VpcIdentifier": {"Ref": "Vpc"}, "ServiceNetworkIdentifier": {"Fn::GetAtt": "Network.Arn"}}},
    "Group": {"Type": "AWS::VpcLattice::TargetGroup", "Properties": {"Type": "IP",
      "Config": {"Port": {"Ref": "Port"}, "Protocol": "HTTP", "VpcIdentifier": {"Ref": "Vpc"},
        "HealthCheck": {"Enabled": true, "Path": "/health", "Matcher": {"HttpCode": "200-299"}}},
      "Targets": [{"Id": "10.0.0.1", "Port": 8080}]}},
    "Http": {"Type": "AWS::VpcLattice::Listener", "Properties": {"Protocol": "HTTP", "ServiceIdentifier": {"Ref": "OrdersApi"},
      "DefaultAction": {"FixedResponse": {"StatusCode": 404}}}},
    "Rule": {"Type": "AWS::VpcLattice::Rule", "Properties": {"Priority": 10, "ListenerIdentifier": {"Fn::GetAtt": ["Http", "Arn"]},
      "Match": {"HttpMatch": {"PathMatch": {"Match": {"Prefix": "/v1"}, "CaseSensitive": true}}},
      "Action": {"Forward": {"TargetGroups": [{"TargetGroupIdentifier": {"Ref": "Group"}, "Weight": 1}]}}}},
    "Policy": {"Type": "AWS::VpcLattice::AuthPolicy", "Properties": {"ResourceIdentifier": {"Ref": "OrdersApi"},
      "Policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": {"Ref": "AWS::AccountId"}},
        "Action": "vpc-lattice-svcs:Invoke", "Resource": {"Fn::Sub": "${OrdersApi.Arn}/${!x}/*"}}]}}},
    "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {}, "Condition": "CDKMetadataAvailable"}
  }
}"#;

fn place() -> Place {
    Place {
        account: "111111111111".into(),
        region: "eu-west-1".into(),
        stack: "shop".into(),
    }
}

fn read(text: &str) -> Result<Template, Mistake> {
    let given = BTreeMap::from([("Vpc".to_owned(), "vpc-1".to_owned())]);
    Template::read(text, &given, &place())
}

/// A template of one resource.
fn of(resource: &Value) -> Result<Vec<Declared>, Mistake> {
    let template = json!({"Resources": {"One": resource}});
    Template::read(&template.to_string(), &BTreeMap::new(), &place())?.next(&BTreeMap::new())
}

fn spec(declared: &[Declared], id: &str) -> Spec {
    let found = declared.iter().find(|(its, _)| its == id);
    found.unwrap().1.spec.clone().unwrap()
}

#[test]
fn references_become_names_and_what_needs_an_arn_waits() {
    let template = read(SHOP).unwrap();
    let first = template.next(&BTreeMap::new()).unwrap();
    let ids: Vec<_> = first.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "Consumers",
            "Group",
            "Http",
            "Member",
            "Network",
            "OrdersApi",
            "Rule"
        ]
    );
    let Spec::ServiceNetwork(network) = spec(&first, "Network") else {
        panic!("no network");
    };
    assert_eq!(network.auth_type.as_deref(), Some("AWS_IAM"));
    assert_eq!(network.tags.get("team").map(String::as_str), Some("a"));
    let Spec::ServiceAssociation(member) = spec(&first, "Member") else {
        panic!("no association");
    };
    assert_eq!(member.service_identifier, "orders-api");
    assert_eq!(member.service_network_identifier, network.name);
    let Spec::TargetGroup(group) = spec(&first, "Group") else {
        panic!("no target group");
    };
    let config = group.config.unwrap();
    assert_eq!(
        (config.port, config.vpc_identifier.as_str()),
        (Some(8080), "vpc-1")
    );
    assert_eq!(
        config.health_check.unwrap().path.as_deref(),
        Some("/health")
    );
    let Spec::Rule(rule) = spec(&first, "Rule") else {
        panic!("no rule");
    };
    assert_eq!((rule.name.as_str(), rule.priority), ("rule", Some(10)));
    assert_eq!(rule.service_identifier, "orders-api");
    assert_eq!(rule.listener_identifier, "http");

    let made = |id: &str| json!({"id": id, "arn": format!("arn:x:{id}")});
    let made: BTreeMap<_, _> = ids.iter().map(|id| ((*id).to_owned(), made(id))).collect();
    let second = template.next(&made).unwrap();
    assert_eq!(second.len(), 1);
    let Spec::AuthPolicy(policy) = spec(&second, "Policy") else {
        panic!("no policy");
    };
    assert_eq!(policy.resource_identifier, "arn:x:OrdersApi");
    assert!(
        policy.policy.contains("arn:x:OrdersApi/${x}/*"),
        "{policy:?}"
    );
    assert!(policy.policy.contains("111111111111"), "{policy:?}");
    let all = made.into_iter().chain([("Policy".to_owned(), json!({}))]);
    assert!(template.next(&all.collect()).unwrap().is_empty());
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let service =
        |properties: Value| json!({"Type": "AWS::VpcLattice::Service", "Properties": properties});
    for (resource, expected) in [
        (
            json!({"Type": "AWS::S3::Bucket"}),
            "Resources.One: AWS::S3::Bucket is not supported: only AWS::VpcLattice::* is",
        ),
        (
            json!({"Type": "AWS::VpcLattice::Service", "Condition": "IsProd"}),
            "Resources.One: conditions are not supported: leave the resource out",
        ),
        (
            service(json!({"Name": {"Fn::Select": [0, ["a"]]}})),
            "Resources.One: Name: Fn::Select is not supported: Ref, Fn::GetAtt, Fn::Sub and Fn::Join are",
        ),
        (
            service(json!({"Name": {"Ref": "Stage"}})),
            "Resources.One: Name: there is no value for Stage: give it with --parameter",
        ),
        (
            service(json!({"CustomDomainName": {"Fn::Sub": "${One.Arn}.example.com"}})),
            "Resources.One: it waits for itself, by its references",
        ),
        (
            service(json!({"Nmae": "x"})),
            "Resources.One: there is no field `nmae`; did you mean `name`?",
        ),
    ] {
        assert_eq!(of(&resource).unwrap_err().to_string(), expected);
    }
    let unknown = BTreeMap::from([("Other".to_owned(), "x".to_owned())]);
    let refused = Template::read(SHOP, &unknown, &place()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "template: there is no parameter Other in it"
    );
    for text in [
        "",
        "[]",
        "{}",
        r#"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn definitions_of_resources_and_renamed_properties_are_understood() {
    let configuration = json!({"Type": "AWS::VpcLattice::ResourceConfiguration", "Properties": {
        "Name": "db", "ResourceConfigurationType": "SINGLE", "ProtocolType": "TCP", "ResourceGatewayId": "rgw-1",
        "PortRanges": ["5432"], "ResourceConfigurationDefinition": {"IpResource": "10.0.0.9"}}});
    let declared = of(&configuration).unwrap();
    let Spec::ResourceConfiguration(made) = spec(&declared, "One") else {
        panic!("no resource configuration");
    };
    assert_eq!(
        (made.r#type.as_str(), made.protocol.as_str()),
        ("SINGLE", "TCP")
    );
    assert_eq!(made.resource_gateway_identifier, "rgw-1");
    let address = made.resource_configuration_definition.unwrap().ip_resource;
    assert_eq!(address.unwrap().ip_address, "10.0.0.9");
}

#[test]
fn logical_ids_make_names() {
    for (id, expected) in [
        ("OrdersApi", "orders-api"),
        ("HTTPRule1", "httprule1"),
        ("Http2Rule", "http2-rule"),
    ] {
        assert_eq!(property::name(id), expected);
    }
}
