#!/usr/bin/env node
// An app of the AWS CDK: a service network, a service with a target group, a listener, a rule and an auth policy.
//
//     npm install --prefix DIR aws-cdk-lib constructs
//     NODE_PATH=DIR/node_modules scripts/aws-cdk.mjs OUT    # writes OUT/Shop.template.json, as `cdk synth` does

import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_PATH}/`);
const { App, CfnOutput, CfnParameter, Fn, Stack } = require("aws-cdk-lib");
const lattice = require("aws-cdk-lib/aws-vpclattice");

const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const shop = new Stack(app, "Shop");
const vpc = new CfnParameter(shop, "Vpc", { type: "String" }).valueAsString;

const network = new lattice.CfnServiceNetwork(shop, "Network", {
  authType: "AWS_IAM",
  name: "shop",
  tags: [{ key: "team", value: "shop" }],
});
const consumers = { serviceNetworkIdentifier: network.ref, vpcIdentifier: vpc };
new lattice.CfnServiceNetworkVpcAssociation(shop, "Consumers", consumers);

const orders = new lattice.CfnService(shop, "Orders", { authType: "AWS_IAM" });
const joined = { serviceIdentifier: orders.attrArn, serviceNetworkIdentifier: network.attrId };
new lattice.CfnServiceNetworkServiceAssociation(shop, "Joined", joined);

const healthCheck = { enabled: true, healthCheckIntervalSeconds: 10, matcher: { httpCode: "200" }, path: "/health" };
const blue = new lattice.CfnTargetGroup(shop, "Blue", {
  config: { healthCheck, port: 8080, protocol: "HTTP", vpcIdentifier: vpc },
  targets: [{ id: "10.0.0.1", port: 8080 }],
  type: "IP",
});
const forward = { targetGroups: [{ targetGroupIdentifier: blue.attrArn, weight: 100 }] };
const http = new lattice.CfnListener(shop, "Http", {
  defaultAction: { forward },
  port: 80,
  protocol: "HTTP",
  serviceIdentifier: orders.attrId,
});
const pathMatch = { caseSensitive: true, match: { prefix: "/old" } };
new lattice.CfnRule(shop, "Old", {
  action: { fixedResponse: { statusCode: 404 } },
  listenerIdentifier: http.attrArn,
  match: { httpMatch: { method: "GET", pathMatch } },
  priority: 10,
  serviceIdentifier: orders.attrId,
});

const statement = {
  Action: "vpc-lattice-svcs:Invoke",
  Effect: "Allow",
  Principal: "*",
  Resource: Fn.join("", [orders.attrArn, "/*"]),
};
new lattice.CfnAuthPolicy(shop, "Policy", {
  policy: { Statement: [statement], Version: "2012-10-17" },
  resourceIdentifier: orders.attrArn,
});
new CfnOutput(shop, "Domain", { value: orders.attrDnsEntryDomainName });
app.synth();
