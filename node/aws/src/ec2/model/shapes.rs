//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2016-11-15; change that, not this.

use crate::shape::{Field, Shape};

pub(super) static AUTHORIZE_SECURITY_GROUP_INGRESS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("CidrIp", &STRING),
    Field::optional("FromPort", &INTEGER),
    Field::optional("GroupId", &SECURITY_GROUP_ID),
    Field::optional("GroupName", &SECURITY_GROUP_NAME),
    Field::optional("IpPermissions", &IP_PERMISSION_LIST),
    Field::optional("IpProtocol", &STRING),
    Field::optional("SourceSecurityGroupName", &STRING),
    Field::optional("SourceSecurityGroupOwnerId", &STRING),
    Field::optional("ToPort", &INTEGER),
    Field::optional("TagSpecification", &TAG_SPECIFICATION_LIST),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static AUTHORIZE_SECURITY_GROUP_INGRESS_RESULT: Shape = Shape::Structure(&[
    Field::optional("return", &BOOLEAN),
    Field::optional("securityGroupRuleSet", &SECURITY_GROUP_RULE_LIST),
]);
pub(super) static BLOCK_PUBLIC_ACCESS_MODE: Shape =
    Shape::Word(&["off", "block-bidirectional", "block-ingress"]);
pub(super) static BLOCK_PUBLIC_ACCESS_STATES: Shape = Shape::Structure(&[Field::optional(
    "internetGatewayBlockMode",
    &BLOCK_PUBLIC_ACCESS_MODE,
)]);
pub(super) static BOOLEAN: Shape = Shape::Flag;
pub(super) static CREATE_SECURITY_GROUP_REQUEST: Shape = Shape::Structure(&[
    Field::required("GroupDescription", &STRING),
    Field::required("GroupName", &STRING),
    Field::optional("VpcId", &VPC_ID),
    Field::optional("TagSpecification", &TAG_SPECIFICATION_LIST),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static CREATE_SECURITY_GROUP_RESULT: Shape = Shape::Structure(&[
    Field::optional("groupId", &STRING),
    Field::optional("tagSet", &TAG_LIST),
    Field::optional("securityGroupArn", &STRING),
]);
pub(super) static CREATE_VPC_REQUEST: Shape = Shape::Structure(&[
    Field::optional("CidrBlock", &STRING),
    Field::optional("Ipv6Pool", &IPV6_POOL_EC2_ID),
    Field::optional("Ipv6CidrBlock", &STRING),
    Field::optional("Ipv4IpamPoolId", &IPAM_POOL_ID),
    Field::optional("Ipv4NetmaskLength", &NETMASK_LENGTH),
    Field::optional("Ipv6IpamPoolId", &IPAM_POOL_ID),
    Field::optional("Ipv6NetmaskLength", &NETMASK_LENGTH),
    Field::optional("Ipv6CidrBlockNetworkBorderGroup", &STRING),
    Field::optional(
        "VpcEncryptionControl",
        &VPC_ENCRYPTION_CONTROL_CONFIGURATION,
    ),
    Field::optional("TagSpecification", &TAG_SPECIFICATION_LIST),
    Field::optional("dryRun", &BOOLEAN),
    Field::optional("instanceTenancy", &TENANCY),
    Field::optional("amazonProvidedIpv6CidrBlock", &BOOLEAN),
]);
pub(super) static CREATE_VPC_RESULT: Shape = Shape::Structure(&[Field::optional("vpc", &VPC)]);
pub(super) static DELETE_SECURITY_GROUP_REQUEST: Shape = Shape::Structure(&[
    Field::optional("GroupId", &SECURITY_GROUP_ID),
    Field::optional("GroupName", &SECURITY_GROUP_NAME),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static DELETE_SECURITY_GROUP_RESULT: Shape = Shape::Structure(&[
    Field::optional("return", &BOOLEAN),
    Field::optional("groupId", &SECURITY_GROUP_ID),
]);
pub(super) static DELETE_VPC_REQUEST: Shape = Shape::Structure(&[
    Field::required("VpcId", &VPC_ID),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static DESCRIBE_SECURITY_GROUPS_MAX_RESULTS: Shape = Shape::Number(5, 1000);
pub(super) static DESCRIBE_SECURITY_GROUPS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("GroupId", &GROUP_ID_STRING_LIST),
    Field::optional("GroupName", &GROUP_NAME_STRING_LIST),
    Field::optional("NextToken", &STRING),
    Field::optional("MaxResults", &DESCRIBE_SECURITY_GROUPS_MAX_RESULTS),
    Field::optional("dryRun", &BOOLEAN),
    Field::optional("Filter", &FILTER_LIST),
]);
pub(super) static DESCRIBE_SECURITY_GROUPS_RESULT: Shape = Shape::Structure(&[
    Field::optional("nextToken", &STRING),
    Field::optional("securityGroupInfo", &SECURITY_GROUP_LIST),
]);
pub(super) static DESCRIBE_VPCS_MAX_RESULTS: Shape = Shape::Number(5, 1000);
pub(super) static DESCRIBE_VPCS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("Filter", &FILTER_LIST),
    Field::optional("VpcId", &VPC_ID_STRING_LIST),
    Field::optional("NextToken", &STRING),
    Field::optional("MaxResults", &DESCRIBE_VPCS_MAX_RESULTS),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static DESCRIBE_VPCS_RESULT: Shape = Shape::Structure(&[
    Field::optional("nextToken", &STRING),
    Field::optional("vpcSet", &VPC_LIST),
]);
pub(super) static FILTER: Shape = Shape::Structure(&[
    Field::optional("Name", &STRING),
    Field::optional("Value", &VALUE_STRING_LIST),
]);
pub(super) static FILTER_LIST: Shape = Shape::List {
    of: &FILTER,
    count: (0, u64::MAX),
};
pub(super) static GROUP_ID_STRING_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_ID,
    count: (0, u64::MAX),
};
pub(super) static GROUP_NAME_STRING_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_NAME,
    count: (0, u64::MAX),
};
pub(super) static INTEGER: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static IP_PERMISSION: Shape = Shape::Structure(&[
    Field::optional("ipProtocol", &STRING),
    Field::optional("fromPort", &INTEGER),
    Field::optional("toPort", &INTEGER),
    Field::optional("groups", &USER_ID_GROUP_PAIR_LIST),
    Field::optional("ipRanges", &IP_RANGE_LIST),
    Field::optional("ipv6Ranges", &IPV6_RANGE_LIST),
    Field::optional("prefixListIds", &PREFIX_LIST_ID_LIST),
]);
pub(super) static IP_PERMISSION_LIST: Shape = Shape::List {
    of: &IP_PERMISSION,
    count: (0, u64::MAX),
};
pub(super) static IP_RANGE: Shape = Shape::Structure(&[
    Field::optional("description", &STRING),
    Field::optional("cidrIp", &STRING),
]);
pub(super) static IP_RANGE_LIST: Shape = Shape::List {
    of: &IP_RANGE,
    count: (0, u64::MAX),
};
pub(super) static IP_SOURCE: Shape = Shape::Word(&["amazon", "byoip", "none"]);
pub(super) static IPAM_POOL_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static IPV6_ADDRESS_ATTRIBUTE: Shape = Shape::Word(&["public", "private"]);
pub(super) static IPV6_POOL_EC2_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static IPV6_RANGE: Shape = Shape::Structure(&[
    Field::optional("description", &STRING),
    Field::optional("cidrIpv6", &STRING),
]);
pub(super) static IPV6_RANGE_LIST: Shape = Shape::List {
    of: &IPV6_RANGE,
    count: (0, u64::MAX),
};
pub(super) static NETMASK_LENGTH: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static PREFIX_LIST_ID: Shape = Shape::Structure(&[
    Field::optional("description", &STRING),
    Field::optional("prefixListId", &STRING),
]);
pub(super) static PREFIX_LIST_ID_LIST: Shape = Shape::List {
    of: &PREFIX_LIST_ID,
    count: (0, u64::MAX),
};
pub(super) static PREFIX_LIST_RESOURCE_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static REFERENCED_SECURITY_GROUP: Shape = Shape::Structure(&[
    Field::optional("groupId", &STRING),
    Field::optional("peeringStatus", &STRING),
    Field::optional("userId", &STRING),
    Field::optional("vpcId", &STRING),
    Field::optional("vpcPeeringConnectionId", &STRING),
]);
pub(super) static RESOURCE_TYPE: Shape = Shape::Word(&[
    "capacity-reservation",
    "client-vpn-endpoint",
    "customer-gateway",
    "carrier-gateway",
    "coip-pool",
    "declarative-policies-report",
    "dedicated-host",
    "dhcp-options",
    "egress-only-internet-gateway",
    "elastic-ip",
    "elastic-gpu",
    "export-image-task",
    "export-instance-task",
    "fleet",
    "fpga-image",
    "host-reservation",
    "image",
    "image-usage-report",
    "import-image-task",
    "import-snapshot-task",
    "instance",
    "instance-event-window",
    "internet-gateway",
    "ipam",
    "ipam-pool",
    "ipam-scope",
    "ipv4pool-ec2",
    "ipv6pool-ec2",
    "key-pair",
    "launch-template",
    "local-gateway",
    "local-gateway-route-table",
    "local-gateway-virtual-interface",
    "local-gateway-virtual-interface-group",
    "local-gateway-route-table-vpc-association",
    "local-gateway-route-table-virtual-interface-group-association",
    "natgateway",
    "network-acl",
    "network-interface",
    "network-insights-analysis",
    "network-insights-path",
    "network-insights-access-scope",
    "network-insights-access-scope-analysis",
    "outpost-lag",
    "placement-group",
    "prefix-list",
    "replace-root-volume-task",
    "reserved-instances",
    "route-table",
    "security-group",
    "security-group-rule",
    "service-link-virtual-interface",
    "snapshot",
    "spot-fleet-request",
    "spot-instances-request",
    "subnet",
    "subnet-cidr-reservation",
    "traffic-mirror-filter",
    "traffic-mirror-session",
    "traffic-mirror-target",
    "transit-gateway",
    "transit-gateway-attachment",
    "transit-gateway-connect-peer",
    "transit-gateway-multicast-domain",
    "transit-gateway-policy-table",
    "transit-gateway-metering-policy",
    "transit-gateway-route-table",
    "transit-gateway-route-table-announcement",
    "volume",
    "vpc",
    "vpc-endpoint",
    "vpc-endpoint-connection",
    "vpc-endpoint-service",
    "vpc-endpoint-service-permission",
    "vpc-peering-connection",
    "vpn-connection",
    "vpn-gateway",
    "vpc-flow-log",
    "capacity-reservation-fleet",
    "traffic-mirror-filter-rule",
    "vpc-endpoint-connection-device-type",
    "verified-access-instance",
    "verified-access-group",
    "verified-access-endpoint",
    "verified-access-policy",
    "verified-access-trust-provider",
    "vpn-connection-device-type",
    "vpc-block-public-access-exclusion",
    "vpc-encryption-control",
    "route-server",
    "route-server-endpoint",
    "route-server-peer",
    "ipam-resource-discovery",
    "ipam-resource-discovery-association",
    "instance-connect-endpoint",
    "verified-access-endpoint-target",
    "ipam-external-resource-verification-token",
    "capacity-block",
    "mac-modification-task",
    "ipam-prefix-list-resolver",
    "ipam-policy",
    "ipam-prefix-list-resolver-target",
    "secondary-interface",
    "secondary-network",
    "secondary-subnet",
    "capacity-manager-data-export",
    "vpn-concentrator",
    "ipam-pool-allocation",
]);
pub(super) static REVOKE_SECURITY_GROUP_INGRESS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("CidrIp", &STRING),
    Field::optional("FromPort", &INTEGER),
    Field::optional("GroupId", &SECURITY_GROUP_ID),
    Field::optional("GroupName", &SECURITY_GROUP_NAME),
    Field::optional("IpPermissions", &IP_PERMISSION_LIST),
    Field::optional("IpProtocol", &STRING),
    Field::optional("SourceSecurityGroupName", &STRING),
    Field::optional("SourceSecurityGroupOwnerId", &STRING),
    Field::optional("ToPort", &INTEGER),
    Field::optional("SecurityGroupRuleId", &SECURITY_GROUP_RULE_ID_LIST),
    Field::optional("dryRun", &BOOLEAN),
]);
pub(super) static REVOKE_SECURITY_GROUP_INGRESS_RESULT: Shape = Shape::Structure(&[
    Field::optional("return", &BOOLEAN),
    Field::optional("unknownIpPermissionSet", &IP_PERMISSION_LIST),
    Field::optional(
        "revokedSecurityGroupRuleSet",
        &REVOKED_SECURITY_GROUP_RULE_LIST,
    ),
]);
pub(super) static REVOKED_SECURITY_GROUP_RULE: Shape = Shape::Structure(&[
    Field::optional("securityGroupRuleId", &SECURITY_GROUP_RULE_ID),
    Field::optional("groupId", &SECURITY_GROUP_ID),
    Field::optional("isEgress", &BOOLEAN),
    Field::optional("ipProtocol", &STRING),
    Field::optional("fromPort", &INTEGER),
    Field::optional("toPort", &INTEGER),
    Field::optional("cidrIpv4", &STRING),
    Field::optional("cidrIpv6", &STRING),
    Field::optional("prefixListId", &PREFIX_LIST_RESOURCE_ID),
    Field::optional("referencedGroupId", &SECURITY_GROUP_ID),
    Field::optional("description", &STRING),
]);
pub(super) static REVOKED_SECURITY_GROUP_RULE_LIST: Shape = Shape::List {
    of: &REVOKED_SECURITY_GROUP_RULE,
    count: (0, u64::MAX),
};
pub(super) static SECURITY_GROUP: Shape = Shape::Structure(&[
    Field::optional("groupId", &STRING),
    Field::optional("ipPermissionsEgress", &IP_PERMISSION_LIST),
    Field::optional("tagSet", &TAG_LIST),
    Field::optional("vpcId", &STRING),
    Field::optional("securityGroupArn", &STRING),
    Field::optional("ownerId", &STRING),
    Field::optional("groupName", &STRING),
    Field::optional("groupDescription", &STRING),
    Field::optional("ipPermissions", &IP_PERMISSION_LIST),
]);
pub(super) static SECURITY_GROUP_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static SECURITY_GROUP_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP,
    count: (0, u64::MAX),
};
pub(super) static SECURITY_GROUP_NAME: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static SECURITY_GROUP_RULE: Shape = Shape::Structure(&[
    Field::optional("securityGroupRuleId", &SECURITY_GROUP_RULE_ID),
    Field::optional("groupId", &SECURITY_GROUP_ID),
    Field::optional("groupOwnerId", &STRING),
    Field::optional("isEgress", &BOOLEAN),
    Field::optional("ipProtocol", &STRING),
    Field::optional("fromPort", &INTEGER),
    Field::optional("toPort", &INTEGER),
    Field::optional("cidrIpv4", &STRING),
    Field::optional("cidrIpv6", &STRING),
    Field::optional("prefixListId", &PREFIX_LIST_RESOURCE_ID),
    Field::optional("referencedGroupInfo", &REFERENCED_SECURITY_GROUP),
    Field::optional("description", &STRING),
    Field::optional("tagSet", &TAG_LIST),
    Field::optional("securityGroupRuleArn", &STRING),
]);
pub(super) static SECURITY_GROUP_RULE_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static SECURITY_GROUP_RULE_ID_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static SECURITY_GROUP_RULE_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_RULE,
    count: (0, u64::MAX),
};
pub(super) static STRING: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::optional("key", &STRING),
    Field::optional("value", &STRING),
]);
pub(super) static TAG_LIST: Shape = Shape::List {
    of: &TAG,
    count: (0, u64::MAX),
};
pub(super) static TAG_SPECIFICATION: Shape = Shape::Structure(&[
    Field::optional("resourceType", &RESOURCE_TYPE),
    Field::optional("Tag", &TAG_LIST),
]);
pub(super) static TAG_SPECIFICATION_LIST: Shape = Shape::List {
    of: &TAG_SPECIFICATION,
    count: (0, u64::MAX),
};
pub(super) static TENANCY: Shape = Shape::Word(&["default", "dedicated", "host"]);
pub(super) static USER_ID_GROUP_PAIR: Shape = Shape::Structure(&[
    Field::optional("description", &STRING),
    Field::optional("userId", &STRING),
    Field::optional("groupName", &STRING),
    Field::optional("groupId", &STRING),
    Field::optional("vpcId", &STRING),
    Field::optional("vpcPeeringConnectionId", &STRING),
    Field::optional("peeringStatus", &STRING),
]);
pub(super) static USER_ID_GROUP_PAIR_LIST: Shape = Shape::List {
    of: &USER_ID_GROUP_PAIR,
    count: (0, u64::MAX),
};
pub(super) static VALUE_STRING_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static VPC: Shape = Shape::Structure(&[
    Field::optional("ownerId", &STRING),
    Field::optional("instanceTenancy", &TENANCY),
    Field::optional(
        "ipv6CidrBlockAssociationSet",
        &VPC_IPV6_CIDR_BLOCK_ASSOCIATION_SET,
    ),
    Field::optional("cidrBlockAssociationSet", &VPC_CIDR_BLOCK_ASSOCIATION_SET),
    Field::optional("isDefault", &BOOLEAN),
    Field::optional("encryptionControl", &VPC_ENCRYPTION_CONTROL),
    Field::optional("tagSet", &TAG_LIST),
    Field::optional("blockPublicAccessStates", &BLOCK_PUBLIC_ACCESS_STATES),
    Field::optional("vpcId", &STRING),
    Field::optional("state", &VPC_STATE),
    Field::optional("cidrBlock", &STRING),
    Field::optional("dhcpOptionsId", &STRING),
]);
pub(super) static VPC_CIDR_BLOCK_ASSOCIATION: Shape = Shape::Structure(&[
    Field::optional("associationId", &STRING),
    Field::optional("cidrBlock", &STRING),
    Field::optional("cidrBlockState", &VPC_CIDR_BLOCK_STATE),
]);
pub(super) static VPC_CIDR_BLOCK_ASSOCIATION_SET: Shape = Shape::List {
    of: &VPC_CIDR_BLOCK_ASSOCIATION,
    count: (0, u64::MAX),
};
pub(super) static VPC_CIDR_BLOCK_STATE: Shape = Shape::Structure(&[
    Field::optional("state", &VPC_CIDR_BLOCK_STATE_CODE),
    Field::optional("statusMessage", &STRING),
]);
pub(super) static VPC_CIDR_BLOCK_STATE_CODE: Shape = Shape::Word(&[
    "associating",
    "associated",
    "disassociating",
    "disassociated",
    "failing",
    "failed",
]);
pub(super) static VPC_ENCRYPTION_CONTROL: Shape = Shape::Structure(&[
    Field::optional("vpcId", &VPC_ID),
    Field::optional("vpcEncryptionControlId", &VPC_ENCRYPTION_CONTROL_ID),
    Field::optional("mode", &VPC_ENCRYPTION_CONTROL_MODE),
    Field::optional("state", &VPC_ENCRYPTION_CONTROL_STATE),
    Field::optional("stateMessage", &STRING),
    Field::optional("resourceExclusions", &VPC_ENCRYPTION_CONTROL_EXCLUSIONS),
    Field::optional("tagSet", &TAG_LIST),
]);
pub(super) static VPC_ENCRYPTION_CONTROL_CONFIGURATION: Shape = Shape::Structure(&[
    Field::required("Mode", &VPC_ENCRYPTION_CONTROL_MODE),
    Field::optional(
        "InternetGatewayExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "EgressOnlyInternetGatewayExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "NatGatewayExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "VirtualPrivateGatewayExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "VpcPeeringExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "LambdaExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "VpcLatticeExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
    Field::optional(
        "ElasticFileSystemExclusion",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT,
    ),
]);
pub(super) static VPC_ENCRYPTION_CONTROL_EXCLUSION: Shape = Shape::Structure(&[
    Field::optional("state", &VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE),
    Field::optional("stateMessage", &STRING),
]);
pub(super) static VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE: Shape =
    Shape::Word(&["enabling", "enabled", "disabling", "disabled"]);
pub(super) static VPC_ENCRYPTION_CONTROL_EXCLUSION_STATE_INPUT: Shape =
    Shape::Word(&["enable", "disable"]);
pub(super) static VPC_ENCRYPTION_CONTROL_EXCLUSIONS: Shape = Shape::Structure(&[
    Field::optional("internetGateway", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional(
        "egressOnlyInternetGateway",
        &VPC_ENCRYPTION_CONTROL_EXCLUSION,
    ),
    Field::optional("natGateway", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional("virtualPrivateGateway", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional("vpcPeering", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional("lambda", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional("vpcLattice", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
    Field::optional("elasticFileSystem", &VPC_ENCRYPTION_CONTROL_EXCLUSION),
]);
pub(super) static VPC_ENCRYPTION_CONTROL_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static VPC_ENCRYPTION_CONTROL_MODE: Shape = Shape::Word(&["monitor", "enforce"]);
pub(super) static VPC_ENCRYPTION_CONTROL_STATE: Shape = Shape::Word(&[
    "enforce-in-progress",
    "monitor-in-progress",
    "enforce-failed",
    "monitor-failed",
    "deleting",
    "deleted",
    "available",
    "creating",
    "delete-failed",
]);
pub(super) static VPC_ID: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static VPC_ID_STRING_LIST: Shape = Shape::List {
    of: &VPC_ID,
    count: (0, u64::MAX),
};
pub(super) static VPC_IPV6_CIDR_BLOCK_ASSOCIATION: Shape = Shape::Structure(&[
    Field::optional("associationId", &STRING),
    Field::optional("ipv6CidrBlock", &STRING),
    Field::optional("ipv6CidrBlockState", &VPC_CIDR_BLOCK_STATE),
    Field::optional("networkBorderGroup", &STRING),
    Field::optional("ipv6Pool", &STRING),
    Field::optional("ipv6AddressAttribute", &IPV6_ADDRESS_ATTRIBUTE),
    Field::optional("ipSource", &IP_SOURCE),
]);
pub(super) static VPC_IPV6_CIDR_BLOCK_ASSOCIATION_SET: Shape = Shape::List {
    of: &VPC_IPV6_CIDR_BLOCK_ASSOCIATION,
    count: (0, u64::MAX),
};
pub(super) static VPC_LIST: Shape = Shape::List {
    of: &VPC,
    count: (0, u64::MAX),
};
pub(super) static VPC_STATE: Shape = Shape::Word(&["pending", "available"]);
