//! What bundles tell of records to callers who may not read them: nothing.

use serde_json::json;
use trellis_core::model::{Kind, Record, ServiceNetwork, arn};
use trellis_core::registry::outcome::RefusalKind;

use super::{ESTATE, apply, bundle};
use crate::control::error::Failure;
use crate::control::tests::{Estate, FIRST, SECOND, admin};

const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}"#;
/// Of each kind that bundles hold: the fields that find the record; a further one that differs from it;
/// the action that reading it needs.
const GUESSES: &[(&str, &str, &str, &str)] = &[
    (
        "account",
        r#""id": "222222222222""#,
        r#""name": "x""#,
        "trellis:GetAccount",
    ),
    (
        "clusterSettings",
        r#""dnsSuffix": """#,
        r#""regions": ["x"]"#,
        "trellis:GetClusterSettings",
    ),
    (
        "vpc",
        r#""name": "main""#,
        r#""cidrBlocks": ["10.0.0.0/15"]"#,
        "ec2:DescribeVpcs",
    ),
    (
        "securityGroup",
        r#""name": "all", "vpcIdentifier": "main""#,
        r#""tags": {"a": "b"}"#,
        "ec2:DescribeSecurityGroups",
    ),
    (
        "serviceNetwork",
        r#""name": "estate""#,
        r#""authType": "AWS_IAM""#,
        "vpc-lattice:GetServiceNetwork",
    ),
    (
        "service",
        r#""name": "shop""#,
        r#""authType": "NONE""#,
        "vpc-lattice:GetService",
    ),
    (
        "listener",
        r#""name": "web", "serviceIdentifier": "shop""#,
        r#""port": 81"#,
        "vpc-lattice:GetListener",
    ),
    (
        "rule",
        r#""name": "only", "serviceIdentifier": "shop", "listenerIdentifier": "web""#,
        r#""priority": 11"#,
        "vpc-lattice:GetRule",
    ),
    (
        "targetGroup",
        r#""name": "shop-targets""#,
        r#""tags": {"a": "b"}"#,
        "vpc-lattice:GetTargetGroup",
    ),
    (
        "targetGroup",
        r#""name": "shop-targets", "targets": {"items": [{"id": "10.0.0.1"}, {"id": "10.0.0.2", "port": 81}]}"#,
        r#""tags": {"a": "b"}"#,
        "vpc-lattice:GetTargetGroup",
    ),
    (
        "targetGroup",
        r#""name": "shop-targets""#,
        r#""targets": {"items": []}"#,
        "vpc-lattice:GetTargetGroup",
    ),
    (
        "serviceAssociation",
        r#""serviceNetworkIdentifier": "estate", "serviceIdentifier": "shop""#,
        r#""tags": {"a": "b"}"#,
        "vpc-lattice:GetServiceNetworkServiceAssociation",
    ),
    (
        "vpcAssociation",
        r#""serviceNetworkIdentifier": "estate", "vpcIdentifier": "main""#,
        r#""tags": {"a": "b"}"#,
        "vpc-lattice:GetServiceNetworkVpcAssociation",
    ),
    (
        "accessLogSubscription",
        r#""resourceIdentifier": "shop", "destinationArn": "stdout""#,
        r#""tags": {"a": "b"}"#,
        "vpc-lattice:GetAccessLogSubscription",
    ),
    (
        "authPolicy",
        r#""resourceIdentifier": "shop""#,
        r#""policy": "{}""#,
        "vpc-lattice:GetAuthPolicy",
    ),
    (
        "resourcePolicy",
        r#""resourceArn": "shared""#,
        r#""policy": "{}""#,
        "vpc-lattice:GetResourcePolicy",
    ),
    (
        "user",
        r#""userName": "nobody""#,
        r#""tags": {"a": "b"}"#,
        "iam:GetUser",
    ),
    (
        "role",
        r#""roleName": "Reader""#,
        r#""assumeRolePolicyDocument": "{}""#,
        "iam:GetRole",
    ),
];

/// A registry with a record of each kind; answers with the ARN of a network that is shared, too.
fn shared_estate() -> (Estate, String) {
    let mut estate = Estate::new();
    apply(&mut estate, ESTATE).unwrap();
    let network = r#"{"serviceNetwork": {"name": "shared", "sharingConfig": {"enabled": true}}}"#;
    apply(&mut estate, &[network]).unwrap();
    let networks = estate.state.all::<ServiceNetwork>();
    let mut shared = networks.filter(|network| network.sharing_enabled);
    let arn = arn::of(Kind::ServiceNetwork, shared.next().unwrap().meta());
    drop(shared);
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": SECOND}, "Resource": arn,
        "Action": ["vpc-lattice:GetServiceNetwork", "vpc-lattice:ListServiceNetworks",
            "vpc-lattice:CreateServiceNetworkVpcAssociation"]}]});
    let policy = json!({"resourcePolicy": {"resourceArn": arn, "policy": policy.to_string()}});
    apply(&mut estate, &[&policy.to_string()]).unwrap();
    (estate, arn)
}

#[test]
fn a_right_guess_and_a_wrong_one_are_denied_in_the_same_words() {
    let (mut estate, _) = shared_estate();
    let nobody = estate.user("nobody", NOTHING);
    for (kind, found, differing, action) in GUESSES {
        let right = format!(r#"{{"{kind}": {{{found}}}}}"#);
        let wrong = format!(r#"{{"{kind}": {{{found}, {differing}}}}}"#);
        let request = bundle(&[&right]);
        let plan = estate.plan(&admin(FIRST), |planner| planner.apply(&request));
        assert_eq!(plan.unwrap().operations, [], "{right}");
        let denied = |spec: &str| {
            let request = bundle(&[spec]);
            let failure = estate.plan(&nobody, |planner| planner.apply(&request));
            match failure {
                Err(failure @ Failure::Denied { .. }) => failure.to_string(),
                other => panic!("{spec}: {other:?}"),
            }
        };
        let text = denied(&right);
        assert!(text.contains(&format!("perform: {action} on")), "{text}");
        assert_eq!(text, denied(&wrong));
    }
}

#[test]
fn another_account_reads_neither_what_is_the_clusters_nor_the_policy_of_what_is_shared() {
    let (estate, network) = shared_estate();
    for spec in [
        r#"{"account": {"id": "111111111111"}}"#.to_owned(),
        r#"{"account": {"id": "222222222222"}}"#.to_owned(),
        r#"{"clusterSettings": {}}"#.to_owned(),
        format!(r#"{{"resourcePolicy": {{"resourceArn": "{network}"}}}}"#),
    ] {
        let request = bundle(&[&spec]);
        let result = estate.plan(&admin(SECOND), |planner| planner.apply(&request));
        match result {
            Err(Failure::Denied { .. }) => {}
            Err(Failure::Refused(refusal)) if refusal.kind() == RefusalKind::NotFound => {}
            other => panic!("{spec}: {other:?}"),
        }
    }
}
