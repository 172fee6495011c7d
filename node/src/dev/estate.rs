//! The sample estate: two accounts, a VPC in each, one service network and one service.
//!
//! Account 1 owns VPC a, the network `shop` and the service `orders-api`. Account 2 owns VPC b and
//! the role `service-orders-frontend`, whose sessions may read and write orders but not the secret.

use std::net::SocketAddr;

/// Name of the role whose session the sample's credentials are.
pub(super) const ROLE: &str = "service-orders-frontend";

/// What account 1 owns, as manifests. `echoes` are the targets of `orders`, `reports-v1` and
/// `reports-v2`; account 2 may associate its VPCs with the network.
#[must_use]
pub(super) fn provider(
    accounts: [&str; 2],
    region: &str,
    vpc: &str,
    echoes: [SocketAddr; 3],
) -> String {
    let [provider, consumer] = accounts;
    let groups: String = ["orders", "reports-v1", "reports-v2"]
        .iter()
        .zip(echoes)
        .map(|(name, echo)| target_group(name, vpc, echo))
        .collect();
    format!(
        r#"kind: ServiceNetwork
name: shop
authType: AWS_IAM
sharingConfig: {{enabled: true}}
---
kind: AuthPolicy
resourceIdentifier: shop
policy:
  Version: "2012-10-17"
  Statement:
    - Sid: ServicesOnly
      Effect: Allow
      Principal: "*"
      Action: vpc-lattice-svcs:Invoke
      Resource: "*"
      Condition:
        StringLike:
          aws:PrincipalArn: arn:aws:iam::*:role/service-*
---
kind: Service
name: orders-api
authType: AWS_IAM
---
kind: AuthPolicy
resourceIdentifier: orders-api
policy:
  Version: "2012-10-17"
  Statement:
    - Sid: FrontendReadsAndWritesOrders
      Effect: Allow
      Principal:
        AWS: arn:aws:iam::{consumer}:root
      Action: vpc-lattice-svcs:Invoke
      Resource: "*/v1/orders*"
      Condition:
        StringEquals:
          aws:PrincipalArn: arn:aws:iam::{consumer}:role/{ROLE}
          vpc-lattice-svcs:RequestMethod: [GET, POST]
    - Sid: NobodyReadsTheSecret
      Effect: Deny
      Principal: "*"
      Action: vpc-lattice-svcs:Invoke
      Resource: "*/v1/orders/secret"
---
{groups}kind: Listener
serviceIdentifier: orders-api
name: http
protocol: HTTP
port: 80
defaultAction:
  fixedResponse: {{statusCode: 404}}
---
kind: Rule
serviceIdentifier: orders-api
listenerIdentifier: http
name: orders
priority: 10
match:
  httpMatch:
    pathMatch: {{match: {{prefix: /v1/orders}}, caseSensitive: true}}
action:
  forward:
    targetGroups:
      - {{targetGroupIdentifier: orders, weight: 100}}
---
kind: Rule
serviceIdentifier: orders-api
listenerIdentifier: http
name: reports
priority: 20
match:
  httpMatch:
    pathMatch: {{match: {{prefix: /v1/reports}}, caseSensitive: true}}
action:
  forward:
    targetGroups:
      - {{targetGroupIdentifier: reports-v1, weight: 90}}
      - {{targetGroupIdentifier: reports-v2, weight: 10}}
---
kind: ServiceAssociation
serviceNetworkIdentifier: shop
serviceIdentifier: orders-api
---
kind: VpcAssociation
serviceNetworkIdentifier: shop
vpcIdentifier: {vpc}
---
kind: AccessLogSubscription
resourceIdentifier: shop
destinationArn: file:shop
---
kind: ResourcePolicy
resourceArn: shop
policy:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal:
        AWS: "{consumer}"
      Action:
        - vpc-lattice:CreateServiceNetworkVpcAssociation
        - vpc-lattice:CreateServiceNetworkServiceAssociation
        - vpc-lattice:GetServiceNetwork
      Resource: arn:aws:vpc-lattice:{region}:{provider}:servicenetwork/*
"#
    )
}

fn target_group(name: &str, vpc: &str, echo: SocketAddr) -> String {
    format!(
        r"kind: TargetGroup
name: {name}
type: IP
config:
  port: {port}
  protocol: HTTP
  vpcIdentifier: {vpc}
  healthCheck: {{healthCheckIntervalSeconds: 5, path: /health}}
targets:
  - {{id: {address}, port: {port}}}
---
",
        port = echo.port(),
        address = echo.ip(),
    )
}

/// What account 2 owns, as manifests; `network` is the ARN of the network `shop`.
#[must_use]
pub(super) fn consumer(account: &str, network: &str, vpc: &str) -> String {
    format!(
        r#"kind: VpcAssociation
serviceNetworkIdentifier: {network}
vpcIdentifier: {vpc}
---
kind: Role
roleName: {ROLE}
maxSessionDuration: 43200
assumeRolePolicyDocument:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal:
        AWS: arn:aws:iam::{account}:root
      Action: sts:AssumeRole
policies:
  invoke:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: vpc-lattice-svcs:Invoke
        Resource: "*"
"#
    )
}
