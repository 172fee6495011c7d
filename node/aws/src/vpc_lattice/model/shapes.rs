//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2022-11-30; change that, not this.

use crate::shape::{Field, Pattern, Shape};

pub(super) static ACCESS_LOG_DESTINATION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        "arn(:[a-z0-9]+([.-][a-z0-9]+)*){2}(:([a-z0-9]+([.-][a-z0-9]+)*)?){2}:([^/].*)?",
    )),
};
pub(super) static ACCESS_LOG_SUBSCRIPTION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:accesslogsubscription/als-[0-9a-z]{17}",
    )),
};
pub(super) static ACCESS_LOG_SUBSCRIPTION_ID: Shape = Shape::Text {
    chars: (21, 21),
    pattern: Some(Pattern::Regex("als-[0-9a-z]{17}")),
};
pub(super) static ACCESS_LOG_SUBSCRIPTION_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((als-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:accesslogsubscription/als-[0-9a-z]{17}))",
    )),
};
pub(super) static ACCESS_LOG_SUBSCRIPTION_LIST: Shape = Shape::List {
    of: &ACCESS_LOG_SUBSCRIPTION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static ACCESS_LOG_SUBSCRIPTION_SUMMARY: Shape = Shape::Structure(&[
    Field::required("id", &ACCESS_LOG_SUBSCRIPTION_ID),
    Field::required("arn", &ACCESS_LOG_SUBSCRIPTION_ARN),
    Field::required("resourceId", &RESOURCE_ID),
    Field::required("resourceArn", &RESOURCE_ARN),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
    Field::optional("serviceNetworkLogType", &SERVICE_NETWORK_LOG_TYPE),
    Field::required("createdAt", &TIMESTAMP),
    Field::required("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static ACCOUNT_ID: Shape = Shape::Text {
    chars: (1, 12),
    pattern: Some(Pattern::Regex("[0-9]{12}")),
};
pub(super) static ARN: Shape = Shape::Text {
    chars: (0, 1224),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9][-.a-z0-9]{0,62}:vpc-lattice:([a-z0-9][-.a-z0-9]{0,62})?:\d{12}?:[^/].{0,1023}",
    )),
};
pub(super) static ARN_RESOURCE: Shape = Shape::Structure(&[Field::optional("arn", &WILDCARD_ARN)]);
pub(super) static AUTH_POLICY_STATE: Shape = Shape::Word(&["Active", "Inactive"]);
pub(super) static AUTH_POLICY_STRING: Shape = Shape::Text {
    chars: (0, 36864),
    pattern: None,
};
pub(super) static AUTH_TYPE: Shape = Shape::Word(&["NONE", "AWS_IAM"]);
pub(super) static BATCH_UPDATE_RULE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("rules", &RULE_UPDATE_LIST),
]);
pub(super) static BATCH_UPDATE_RULE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("successful", &RULE_UPDATE_SUCCESS_LIST),
    Field::optional("unsuccessful", &RULE_UPDATE_FAILURE_LIST),
]);
pub(super) static BOOLEAN: Shape = Shape::Flag;
pub(super) static CERTIFICATE_ARN: Shape = Shape::Text {
    chars: (0, 2048),
    pattern: Some(Pattern::Regex(
        "(arn(:[a-z0-9]+([.-][a-z0-9]+)*){2}(:([a-z0-9]+([.-][a-z0-9]+)*)?){2}:certificate/[0-9a-z-]+)?",
    )),
};
pub(super) static CLIENT_TOKEN: Shape = Shape::Text {
    chars: (1, 64),
    pattern: Some(Pattern::Regex(".*[!-~]+.*")),
};
pub(super) static CREATE_ACCESS_LOG_SUBSCRIPTION_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("resourceIdentifier", &RESOURCE_IDENTIFIER),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
    Field::optional("serviceNetworkLogType", &SERVICE_NETWORK_LOG_TYPE),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_ACCESS_LOG_SUBSCRIPTION_RESPONSE: Shape = Shape::Structure(&[
    Field::required("id", &ACCESS_LOG_SUBSCRIPTION_ID),
    Field::required("arn", &ACCESS_LOG_SUBSCRIPTION_ARN),
    Field::required("resourceId", &RESOURCE_ID),
    Field::required("resourceArn", &RESOURCE_ARN),
    Field::optional("serviceNetworkLogType", &SERVICE_NETWORK_LOG_TYPE),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
]);
pub(super) static CREATE_LISTENER_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("name", &LISTENER_NAME),
    Field::required("protocol", &LISTENER_PROTOCOL),
    Field::optional("port", &PORT),
    Field::required("defaultAction", &RULE_ACTION),
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_LISTENER_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &LISTENER_ARN),
    Field::optional("id", &LISTENER_ID),
    Field::optional("name", &LISTENER_NAME),
    Field::optional("protocol", &LISTENER_PROTOCOL),
    Field::optional("port", &PORT),
    Field::optional("serviceArn", &SERVICE_ARN),
    Field::optional("serviceId", &SERVICE_ID),
    Field::optional("defaultAction", &RULE_ACTION),
]);
pub(super) static CREATE_RESOURCE_CONFIGURATION_REQUEST: Shape = Shape::Structure(&[
    Field::required("name", &RESOURCE_CONFIGURATION_NAME),
    Field::required("type", &RESOURCE_CONFIGURATION_TYPE),
    Field::optional("portRanges", &PORT_RANGE_LIST),
    Field::optional("protocol", &PROTOCOL_TYPE),
    Field::optional("resourceGatewayIdentifier", &RESOURCE_GATEWAY_IDENTIFIER),
    Field::optional(
        "resourceConfigurationGroupIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    ),
    Field::optional(
        "resourceConfigurationDefinition",
        &RESOURCE_CONFIGURATION_DEFINITION,
    ),
    Field::optional("allowAssociationToShareableServiceNetwork", &BOOLEAN),
    Field::optional("customDomainName", &DOMAIN_NAME),
    Field::optional("groupDomain", &DOMAIN_NAME),
    Field::optional(
        "domainVerificationIdentifier",
        &DOMAIN_VERIFICATION_IDENTIFIER,
    ),
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_RESOURCE_CONFIGURATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_CONFIGURATION_ID),
    Field::optional("name", &RESOURCE_CONFIGURATION_NAME),
    Field::optional("arn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceGatewayId", &RESOURCE_GATEWAY_ID),
    Field::optional("resourceConfigurationGroupId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("type", &RESOURCE_CONFIGURATION_TYPE),
    Field::optional("portRanges", &PORT_RANGE_LIST),
    Field::optional("protocol", &PROTOCOL_TYPE),
    Field::optional("status", &RESOURCE_CONFIGURATION_STATUS),
    Field::optional(
        "resourceConfigurationDefinition",
        &RESOURCE_CONFIGURATION_DEFINITION,
    ),
    Field::optional("allowAssociationToShareableServiceNetwork", &BOOLEAN),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("failureReason", &STRING),
    Field::optional("customDomainName", &DOMAIN_NAME),
    Field::optional("domainVerificationId", &DOMAIN_VERIFICATION_ID),
    Field::optional("groupDomain", &DOMAIN_NAME),
    Field::optional("domainVerificationArn", &DOMAIN_VERIFICATION_ARN),
]);
pub(super) static CREATE_RESOURCE_GATEWAY_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("vpcIdentifier", &VPC_ID),
    Field::optional("subnetIds", &SUBNET_LIST),
    Field::optional(
        "securityGroupIds",
        &CREATE_RESOURCE_GATEWAY_REQUEST_SECURITY_GROUP_IDS_LIST,
    ),
    Field::optional("ipAddressType", &RESOURCE_GATEWAY_IP_ADDRESS_TYPE),
    Field::optional("ipv4AddressesPerEni", &IPV4_ADDRESSES_PER_ENI),
    Field::optional(
        "resourceConfigDnsResolution",
        &RESOURCE_CONFIG_DNS_RESOLUTION,
    ),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_RESOURCE_GATEWAY_REQUEST_SECURITY_GROUP_IDS_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_ID,
    count: (0, 5),
};
pub(super) static CREATE_RESOURCE_GATEWAY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("id", &RESOURCE_GATEWAY_ID),
    Field::optional("arn", &RESOURCE_GATEWAY_ARN),
    Field::optional("status", &RESOURCE_GATEWAY_STATUS),
    Field::optional("vpcIdentifier", &VPC_ID),
    Field::optional("subnetIds", &SUBNET_LIST),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("ipAddressType", &RESOURCE_GATEWAY_IP_ADDRESS_TYPE),
    Field::optional("ipv4AddressesPerEni", &IPV4_ADDRESSES_PER_ENI),
    Field::optional(
        "resourceConfigDnsResolution",
        &RESOURCE_CONFIG_DNS_RESOLUTION,
    ),
]);
pub(super) static CREATE_RULE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("name", &RULE_NAME),
    Field::required("match", &RULE_MATCH),
    Field::required("priority", &RULE_PRIORITY),
    Field::required("action", &RULE_ACTION),
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_RULE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &RULE_ARN),
    Field::optional("id", &RULE_ID),
    Field::optional("name", &RULE_NAME),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
]);
pub(super) static CREATE_SERVICE_NETWORK_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("name", &SERVICE_NETWORK_NAME),
    Field::optional("authType", &AUTH_TYPE),
    Field::optional("tags", &TAG_MAP),
    Field::optional("sharingConfig", &SHARING_CONFIG),
]);
pub(super) static CREATE_SERVICE_NETWORK_RESOURCE_ASSOCIATION_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required(
        "resourceConfigurationIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    ),
    Field::required(
        "serviceNetworkIdentifier",
        &SERVICE_NETWORK_IDENTIFIER_WITHOUT_REGEX,
    ),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_SERVICE_NETWORK_RESOURCE_ASSOCIATION_RESPONSE: Shape =
    Shape::Structure(&[
        Field::optional("id", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ID),
        Field::optional("arn", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ARN),
        Field::optional("status", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_STATUS),
        Field::optional("createdBy", &ACCOUNT_ID),
        Field::optional("privateDnsEnabled", &BOOLEAN),
    ]);
pub(super) static CREATE_SERVICE_NETWORK_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_ID),
    Field::optional("name", &SERVICE_NETWORK_NAME),
    Field::optional("arn", &SERVICE_NETWORK_ARN),
    Field::optional("sharingConfig", &SHARING_CONFIG),
    Field::optional("authType", &AUTH_TYPE),
]);
pub(super) static CREATE_SERVICE_NETWORK_SERVICE_ASSOCIATION_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER),
    Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_SERVICE_NETWORK_SERVICE_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER),
    Field::optional("status", &SERVICE_NETWORK_SERVICE_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_SERVICE_ASSOCIATION_ARN),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("dnsEntry", &DNS_ENTRY),
]);
pub(super) static CREATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER),
    Field::required("vpcIdentifier", &VPC_ID),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional(
        "securityGroupIds",
        &CREATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST_SECURITY_GROUP_IDS_LIST,
    ),
    Field::optional("tags", &TAG_MAP),
    Field::optional("dnsOptions", &DNS_OPTIONS),
]);
pub(super) static CREATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST_SECURITY_GROUP_IDS_LIST: Shape =
    Shape::List {
        of: &SECURITY_GROUP_ID,
        count: (0, 5),
    };
pub(super) static CREATE_SERVICE_NETWORK_VPC_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_VPC_ASSOCIATION_ID),
    Field::optional("status", &SERVICE_NETWORK_VPC_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_VPC_ASSOCIATION_ARN),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional("dnsOptions", &DNS_OPTIONS),
]);
pub(super) static CREATE_SERVICE_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("name", &SERVICE_NAME),
    Field::optional("tags", &TAG_MAP),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("certificateArn", &CERTIFICATE_ARN),
    Field::optional("authType", &AUTH_TYPE),
]);
pub(super) static CREATE_SERVICE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_ID),
    Field::optional("arn", &SERVICE_ARN),
    Field::optional("name", &SERVICE_NAME),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("certificateArn", &CERTIFICATE_ARN),
    Field::optional("status", &SERVICE_STATUS),
    Field::optional("authType", &AUTH_TYPE),
    Field::optional("dnsEntry", &DNS_ENTRY),
]);
pub(super) static CREATE_TARGET_GROUP_REQUEST: Shape = Shape::Structure(&[
    Field::required("name", &TARGET_GROUP_NAME),
    Field::required("type", &TARGET_GROUP_TYPE),
    Field::optional("config", &TARGET_GROUP_CONFIG),
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static CREATE_TARGET_GROUP_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &TARGET_GROUP_ID),
    Field::optional("arn", &TARGET_GROUP_ARN),
    Field::optional("name", &TARGET_GROUP_NAME),
    Field::optional("type", &TARGET_GROUP_TYPE),
    Field::optional("config", &TARGET_GROUP_CONFIG),
    Field::optional("status", &TARGET_GROUP_STATUS),
]);
pub(super) static DELETE_ACCESS_LOG_SUBSCRIPTION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "accessLogSubscriptionIdentifier",
        &ACCESS_LOG_SUBSCRIPTION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_ACCESS_LOG_SUBSCRIPTION_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_AUTH_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("resourceIdentifier", &RESOURCE_IDENTIFIER).label()]);
pub(super) static DELETE_AUTH_POLICY_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_DOMAIN_VERIFICATION_REQUEST: Shape = Shape::Structure(&[Field::required(
    "domainVerificationIdentifier",
    &DOMAIN_VERIFICATION_IDENTIFIER,
)
.label()]);
pub(super) static DELETE_DOMAIN_VERIFICATION_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_LISTENER_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
]);
pub(super) static DELETE_LISTENER_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_RESOURCE_CONFIGURATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "resourceConfigurationIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_RESOURCE_CONFIGURATION_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_RESOURCE_ENDPOINT_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "resourceEndpointAssociationIdentifier",
        &RESOURCE_ENDPOINT_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_RESOURCE_ENDPOINT_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_ENDPOINT_ASSOCIATION_ID),
    Field::optional("arn", &RESOURCE_ENDPOINT_ASSOCIATION_ARN),
    Field::optional("resourceConfigurationId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("resourceConfigurationArn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("vpcEndpointId", &VPC_ENDPOINT_ID),
]);
pub(super) static DELETE_RESOURCE_GATEWAY_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("resourceGatewayIdentifier", &RESOURCE_GATEWAY_IDENTIFIER).label(),
    ]);
pub(super) static DELETE_RESOURCE_GATEWAY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_GATEWAY_ID),
    Field::optional("arn", &RESOURCE_GATEWAY_ARN),
    Field::optional("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("status", &RESOURCE_GATEWAY_STATUS),
]);
pub(super) static DELETE_RESOURCE_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("resourceArn", &RESOURCE_ARN).label()]);
pub(super) static DELETE_RESOURCE_POLICY_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_RULE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("ruleIdentifier", &RULE_IDENTIFIER).label(),
]);
pub(super) static DELETE_RULE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_SERVICE_NETWORK_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).label(),
    ]);
pub(super) static DELETE_SERVICE_NETWORK_RESOURCE_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkResourceAssociationIdentifier",
        &SERVICE_NETWORK_RESOURCE_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_SERVICE_NETWORK_RESOURCE_ASSOCIATION_RESPONSE: Shape =
    Shape::Structure(&[
        Field::optional("id", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ID),
        Field::optional("arn", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ARN),
        Field::optional("status", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_STATUS),
    ]);
pub(super) static DELETE_SERVICE_NETWORK_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static DELETE_SERVICE_NETWORK_SERVICE_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkServiceAssociationIdentifier",
        &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_SERVICE_NETWORK_SERVICE_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER),
    Field::optional("status", &SERVICE_NETWORK_SERVICE_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_SERVICE_ASSOCIATION_ARN),
]);
pub(super) static DELETE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkVpcAssociationIdentifier",
        &SERVICE_NETWORK_VPC_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static DELETE_SERVICE_NETWORK_VPC_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_VPC_ASSOCIATION_ID),
    Field::optional("status", &SERVICE_NETWORK_VPC_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_VPC_ASSOCIATION_ARN),
]);
pub(super) static DELETE_SERVICE_REQUEST: Shape =
    Shape::Structure(&[Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label()]);
pub(super) static DELETE_SERVICE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_ID),
    Field::optional("arn", &SERVICE_ARN),
    Field::optional("name", &SERVICE_NAME),
    Field::optional("status", &SERVICE_STATUS),
]);
pub(super) static DELETE_TARGET_GROUP_REQUEST: Shape =
    Shape::Structure(&[Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label()]);
pub(super) static DELETE_TARGET_GROUP_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &TARGET_GROUP_ID),
    Field::optional("arn", &TARGET_GROUP_ARN),
    Field::optional("status", &TARGET_GROUP_STATUS),
]);
pub(super) static DEREGISTER_TARGETS_REQUEST: Shape = Shape::Structure(&[
    Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label(),
    Field::required("targets", &DEREGISTER_TARGETS_REQUEST_TARGETS_LIST),
]);
pub(super) static DEREGISTER_TARGETS_REQUEST_TARGETS_LIST: Shape = Shape::List {
    of: &TARGET,
    count: (1, 100),
};
pub(super) static DEREGISTER_TARGETS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("successful", &TARGET_LIST),
    Field::optional("unsuccessful", &TARGET_FAILURE_LIST),
]);
pub(super) static DNS_ENTRY: Shape = Shape::Structure(&[
    Field::optional("domainName", &STRING),
    Field::optional("hostedZoneId", &STRING),
]);
pub(super) static DNS_OPTIONS: Shape = Shape::Structure(&[
    Field::optional("privateDnsPreference", &PRIVATE_DNS_PREFERENCE),
    Field::optional(
        "privateDnsSpecifiedDomains",
        &PRIVATE_DNS_SPECIFIED_DOMAINS_LIST,
    ),
]);
pub(super) static DNS_RESOURCE: Shape = Shape::Structure(&[
    Field::optional("domainName", &DOMAIN_NAME),
    Field::optional("ipAddressType", &RESOURCE_CONFIGURATION_IP_ADDRESS_TYPE),
]);
pub(super) static DOMAIN_NAME: Shape = Shape::Text {
    chars: (3, 255),
    pattern: None,
};
pub(super) static DOMAIN_VERIFICATION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9f\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:domainverification/dv-[a-fA-F0-9]{17}",
    )),
};
pub(super) static DOMAIN_VERIFICATION_ID: Shape = Shape::Text {
    chars: (20, 20),
    pattern: Some(Pattern::Regex("dv-[a-fA-F0-9]{17}")),
};
pub(super) static DOMAIN_VERIFICATION_IDENTIFIER: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"((dv-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:domainverification/dv-[a-fA-F0-9]{17}))",
    )),
};
pub(super) static DOMAIN_VERIFICATION_LIST: Shape = Shape::List {
    of: &DOMAIN_VERIFICATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static DOMAIN_VERIFICATION_SUMMARY: Shape = Shape::Structure(&[
    Field::required("id", &DOMAIN_VERIFICATION_ID),
    Field::required("arn", &DOMAIN_VERIFICATION_ARN),
    Field::required("domainName", &DOMAIN_NAME),
    Field::required("status", &VERIFICATION_STATUS),
    Field::optional("txtMethodConfig", &TXT_METHOD_CONFIG),
    Field::required("createdAt", &TIMESTAMP),
    Field::optional("lastVerifiedTime", &TIMESTAMP),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static FAILURE_CODE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static FAILURE_MESSAGE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static FIXED_RESPONSE_ACTION: Shape =
    Shape::Structure(&[Field::required("statusCode", &HTTP_STATUS_CODE)]);
pub(super) static FORWARD_ACTION: Shape =
    Shape::Structure(&[Field::required("targetGroups", &WEIGHTED_TARGET_GROUP_LIST)]);
pub(super) static GET_ACCESS_LOG_SUBSCRIPTION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "accessLogSubscriptionIdentifier",
        &ACCESS_LOG_SUBSCRIPTION_IDENTIFIER,
    )
    .label()]);
pub(super) static GET_ACCESS_LOG_SUBSCRIPTION_RESPONSE: Shape = Shape::Structure(&[
    Field::required("id", &ACCESS_LOG_SUBSCRIPTION_ID),
    Field::required("arn", &ACCESS_LOG_SUBSCRIPTION_ARN),
    Field::required("resourceId", &RESOURCE_ID),
    Field::required("resourceArn", &RESOURCE_ARN),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
    Field::optional("serviceNetworkLogType", &SERVICE_NETWORK_LOG_TYPE),
    Field::required("createdAt", &TIMESTAMP),
    Field::required("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static GET_AUTH_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("resourceIdentifier", &RESOURCE_IDENTIFIER).label()]);
pub(super) static GET_AUTH_POLICY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("policy", &AUTH_POLICY_STRING),
    Field::optional("state", &AUTH_POLICY_STATE),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static GET_DOMAIN_VERIFICATION_REQUEST: Shape = Shape::Structure(&[Field::required(
    "domainVerificationIdentifier",
    &DOMAIN_VERIFICATION_IDENTIFIER,
)
.label()]);
pub(super) static GET_DOMAIN_VERIFICATION_RESPONSE: Shape = Shape::Structure(&[
    Field::required("id", &DOMAIN_VERIFICATION_ID),
    Field::required("arn", &DOMAIN_VERIFICATION_ARN),
    Field::required("domainName", &DOMAIN_NAME),
    Field::required("status", &VERIFICATION_STATUS),
    Field::optional("txtMethodConfig", &TXT_METHOD_CONFIG),
    Field::required("createdAt", &TIMESTAMP),
    Field::optional("lastVerifiedTime", &TIMESTAMP),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static GET_LISTENER_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
]);
pub(super) static GET_LISTENER_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &LISTENER_ARN),
    Field::optional("id", &LISTENER_ID),
    Field::optional("name", &LISTENER_NAME),
    Field::optional("protocol", &LISTENER_PROTOCOL),
    Field::optional("port", &PORT),
    Field::optional("serviceArn", &SERVICE_ARN),
    Field::optional("serviceId", &SERVICE_ID),
    Field::optional("defaultAction", &RULE_ACTION),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static GET_RESOURCE_CONFIGURATION_REQUEST: Shape = Shape::Structure(&[Field::required(
    "resourceConfigurationIdentifier",
    &RESOURCE_CONFIGURATION_IDENTIFIER,
)
.label()]);
pub(super) static GET_RESOURCE_CONFIGURATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_CONFIGURATION_ID),
    Field::optional("name", &RESOURCE_CONFIGURATION_NAME),
    Field::optional("arn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceGatewayId", &RESOURCE_GATEWAY_ID),
    Field::optional("resourceConfigurationGroupId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("type", &RESOURCE_CONFIGURATION_TYPE),
    Field::optional("allowAssociationToShareableServiceNetwork", &BOOLEAN),
    Field::optional("portRanges", &PORT_RANGE_LIST),
    Field::optional("protocol", &PROTOCOL_TYPE),
    Field::optional("customDomainName", &DOMAIN_NAME),
    Field::optional("status", &RESOURCE_CONFIGURATION_STATUS),
    Field::optional(
        "resourceConfigurationDefinition",
        &RESOURCE_CONFIGURATION_DEFINITION,
    ),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("amazonManaged", &BOOLEAN),
    Field::optional("failureReason", &STRING),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("domainVerificationId", &DOMAIN_VERIFICATION_ID),
    Field::optional("domainVerificationArn", &DOMAIN_VERIFICATION_ARN),
    Field::optional("domainVerificationStatus", &VERIFICATION_STATUS),
    Field::optional("groupDomain", &DOMAIN_NAME),
]);
pub(super) static GET_RESOURCE_GATEWAY_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("resourceGatewayIdentifier", &RESOURCE_GATEWAY_IDENTIFIER).label(),
    ]);
pub(super) static GET_RESOURCE_GATEWAY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("id", &RESOURCE_GATEWAY_ID),
    Field::optional("arn", &RESOURCE_GATEWAY_ARN),
    Field::optional("status", &RESOURCE_GATEWAY_STATUS),
    Field::optional("vpcId", &VPC_ID),
    Field::optional("subnetIds", &SUBNET_LIST),
    Field::optional("serviceManaged", &BOOLEAN),
    Field::optional("managedBy", &STRING),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("ipAddressType", &RESOURCE_GATEWAY_IP_ADDRESS_TYPE),
    Field::optional("ipv4AddressesPerEni", &IPV4_ADDRESSES_PER_ENI),
    Field::optional(
        "resourceConfigDnsResolution",
        &RESOURCE_CONFIG_DNS_RESOLUTION,
    ),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static GET_RESOURCE_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("resourceArn", &RESOURCE_ARN).label()]);
pub(super) static GET_RESOURCE_POLICY_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("policy", &POLICY_STRING)]);
pub(super) static GET_RULE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("ruleIdentifier", &RULE_IDENTIFIER).label(),
]);
pub(super) static GET_RULE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &RULE_ARN),
    Field::optional("id", &RULE_ID),
    Field::optional("name", &RULE_NAME),
    Field::optional("isDefault", &BOOLEAN),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static GET_SERVICE_NETWORK_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).label(),
    ]);
pub(super) static GET_SERVICE_NETWORK_RESOURCE_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkResourceAssociationIdentifier",
        &SERVICE_NETWORK_RESOURCE_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static GET_SERVICE_NETWORK_RESOURCE_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ID),
    Field::optional("arn", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ARN),
    Field::optional("status", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_STATUS),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("resourceConfigurationId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("resourceConfigurationArn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceConfigurationName", &RESOURCE_CONFIGURATION_NAME),
    Field::optional(
        "serviceNetworkId",
        &SERVICE_NETWORK_IDENTIFIER_WITHOUT_REGEX,
    ),
    Field::optional(
        "serviceNetworkArn",
        &SERVICE_NETWORK_IDENTIFIER_WITHOUT_REGEX,
    ),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME_WITHOUT_REGEX),
    Field::optional("failureReason", &STRING),
    Field::optional("failureCode", &STRING),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("privateDnsEntry", &DNS_ENTRY),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("isManagedAssociation", &BOOLEAN),
    Field::optional("domainVerificationStatus", &VERIFICATION_STATUS),
]);
pub(super) static GET_SERVICE_NETWORK_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_ID),
    Field::optional("name", &SERVICE_NETWORK_NAME),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("arn", &SERVICE_NETWORK_ARN),
    Field::optional("authType", &AUTH_TYPE),
    Field::optional("sharingConfig", &SHARING_CONFIG),
    Field::optional("numberOfAssociatedVPCs", &LONG),
    Field::optional("numberOfAssociatedServices", &LONG),
]);
pub(super) static GET_SERVICE_NETWORK_SERVICE_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkServiceAssociationIdentifier",
        &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static GET_SERVICE_NETWORK_SERVICE_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER),
    Field::optional("status", &SERVICE_NETWORK_SERVICE_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_SERVICE_ASSOCIATION_ARN),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("serviceId", &SERVICE_ID),
    Field::optional("serviceName", &SERVICE_NAME),
    Field::optional("serviceArn", &SERVICE_ARN),
    Field::optional("serviceNetworkId", &SERVICE_NETWORK_ID),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("failureMessage", &STRING),
    Field::optional("failureCode", &STRING),
]);
pub(super) static GET_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST: Shape =
    Shape::Structure(&[Field::required(
        "serviceNetworkVpcAssociationIdentifier",
        &SERVICE_NETWORK_VPC_ASSOCIATION_IDENTIFIER,
    )
    .label()]);
pub(super) static GET_SERVICE_NETWORK_VPC_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_VPC_ASSOCIATION_ID),
    Field::optional("status", &SERVICE_NETWORK_VPC_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_VPC_ASSOCIATION_ARN),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("serviceNetworkId", &SERVICE_NETWORK_ID),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN),
    Field::optional("vpcId", &VPC_ID),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional("failureMessage", &STRING),
    Field::optional("failureCode", &STRING),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("dnsOptions", &DNS_OPTIONS),
]);
pub(super) static GET_SERVICE_REQUEST: Shape =
    Shape::Structure(&[Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label()]);
pub(super) static GET_SERVICE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_ID),
    Field::optional("name", &SERVICE_NAME),
    Field::optional("arn", &SERVICE_ARN),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("certificateArn", &CERTIFICATE_ARN),
    Field::optional("status", &SERVICE_STATUS),
    Field::optional("authType", &AUTH_TYPE),
    Field::optional("failureCode", &FAILURE_CODE),
    Field::optional("failureMessage", &FAILURE_MESSAGE),
]);
pub(super) static GET_TARGET_GROUP_REQUEST: Shape =
    Shape::Structure(&[Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label()]);
pub(super) static GET_TARGET_GROUP_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &TARGET_GROUP_ID),
    Field::optional("arn", &TARGET_GROUP_ARN),
    Field::optional("name", &TARGET_GROUP_NAME),
    Field::optional("type", &TARGET_GROUP_TYPE),
    Field::optional("config", &TARGET_GROUP_CONFIG),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("status", &TARGET_GROUP_STATUS),
    Field::optional("serviceArns", &SERVICE_ARN_LIST),
    Field::optional("failureMessage", &STRING),
    Field::optional("failureCode", &STRING),
]);
pub(super) static HEADER_MATCH: Shape = Shape::Structure(&[
    Field::required("name", &HEADER_MATCH_NAME),
    Field::required("match", &HEADER_MATCH_TYPE),
    Field::optional("caseSensitive", &BOOLEAN),
]);
pub(super) static HEADER_MATCH_CONTAINS: Shape = Shape::Text {
    chars: (1, 200),
    pattern: None,
};
pub(super) static HEADER_MATCH_EXACT: Shape = Shape::Text {
    chars: (1, 200),
    pattern: None,
};
pub(super) static HEADER_MATCH_LIST: Shape = Shape::List {
    of: &HEADER_MATCH,
    count: (1, 5),
};
pub(super) static HEADER_MATCH_NAME: Shape = Shape::Text {
    chars: (1, 100),
    pattern: None,
};
pub(super) static HEADER_MATCH_PREFIX: Shape = Shape::Text {
    chars: (1, 200),
    pattern: None,
};
pub(super) static HEADER_MATCH_TYPE: Shape = Shape::Union(&[
    Field::optional("exact", &HEADER_MATCH_EXACT),
    Field::optional("prefix", &HEADER_MATCH_PREFIX),
    Field::optional("contains", &HEADER_MATCH_CONTAINS),
]);
pub(super) static HEALTH_CHECK_CONFIG: Shape = Shape::Structure(&[
    Field::optional("enabled", &BOOLEAN),
    Field::optional("protocol", &TARGET_GROUP_PROTOCOL),
    Field::optional("protocolVersion", &HEALTH_CHECK_PROTOCOL_VERSION),
    Field::optional("port", &HEALTH_CHECK_PORT),
    Field::optional("path", &HEALTH_CHECK_PATH),
    Field::optional("healthCheckIntervalSeconds", &HEALTH_CHECK_INTERVAL_SECONDS),
    Field::optional("healthCheckTimeoutSeconds", &HEALTH_CHECK_TIMEOUT_SECONDS),
    Field::optional("healthyThresholdCount", &HEALTHY_THRESHOLD_COUNT),
    Field::optional("unhealthyThresholdCount", &UNHEALTHY_THRESHOLD_COUNT),
    Field::optional("matcher", &MATCHER),
]);
pub(super) static HEALTH_CHECK_INTERVAL_SECONDS: Shape = Shape::Number(0, 300);
pub(super) static HEALTH_CHECK_PATH: Shape = Shape::Text {
    chars: (0, 2048),
    pattern: Some(Pattern::Regex(".*(^/[a-zA-Z0-9@:%_+.~#?&/=-]*$|(^$)).*")),
};
pub(super) static HEALTH_CHECK_PORT: Shape = Shape::Number(0, 65535);
pub(super) static HEALTH_CHECK_PROTOCOL_VERSION: Shape = Shape::Word(&["HTTP1", "HTTP2"]);
pub(super) static HEALTH_CHECK_TIMEOUT_SECONDS: Shape = Shape::Number(0, 120);
pub(super) static HEALTHY_THRESHOLD_COUNT: Shape = Shape::Number(0, 10);
pub(super) static HTTP_CODE_MATCHER: Shape = Shape::Text {
    chars: (0, 2000),
    pattern: Some(Pattern::Regex(".*(^[0-9-,]+$|(^$)).*")),
};
pub(super) static HTTP_MATCH: Shape = Shape::Structure(&[
    Field::optional("method", &HTTP_METHOD),
    Field::optional("pathMatch", &PATH_MATCH),
    Field::optional("headerMatches", &HEADER_MATCH_LIST),
]);
pub(super) static HTTP_METHOD: Shape = Shape::Text {
    chars: (0, 16),
    pattern: None,
};
pub(super) static HTTP_STATUS_CODE: Shape = Shape::Number(100, 599);
pub(super) static IP_ADDRESS: Shape = Shape::Text {
    chars: (4, 39),
    pattern: None,
};
pub(super) static IP_ADDRESS_TYPE: Shape = Shape::Word(&["IPV4", "IPV6"]);
pub(super) static IP_RESOURCE: Shape =
    Shape::Structure(&[Field::optional("ipAddress", &IP_ADDRESS)]);
pub(super) static IPV4_ADDRESSES_PER_ENI: Shape = Shape::Number(1, 62);
pub(super) static LAMBDA_EVENT_STRUCTURE_VERSION: Shape = Shape::Word(&["V1", "V2"]);
pub(super) static LIST_ACCESS_LOG_SUBSCRIPTIONS_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceIdentifier", &RESOURCE_IDENTIFIER).query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_ACCESS_LOG_SUBSCRIPTIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &ACCESS_LOG_SUBSCRIPTION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_DOMAIN_VERIFICATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_DOMAIN_VERIFICATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &DOMAIN_VERIFICATION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_LISTENERS_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_LISTENERS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &LISTENER_SUMMARY_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_RESOURCE_CONFIGURATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("resourceGatewayIdentifier", &RESOURCE_GATEWAY_IDENTIFIER).query(),
    Field::optional(
        "resourceConfigurationGroupIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    )
    .query(),
    Field::optional(
        "domainVerificationIdentifier",
        &DOMAIN_VERIFICATION_IDENTIFIER,
    )
    .query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_RESOURCE_CONFIGURATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("items", &RESOURCE_CONFIGURATION_SUMMARY_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_RESOURCE_ENDPOINT_ASSOCIATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::required(
        "resourceConfigurationIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    )
    .query(),
    Field::optional(
        "resourceEndpointAssociationIdentifier",
        &RESOURCE_ENDPOINT_ASSOCIATION_IDENTIFIER,
    )
    .query(),
    Field::optional("vpcEndpointId", &VPC_ENDPOINT_ID).query(),
    Field::optional("vpcEndpointOwner", &VPC_ENDPOINT_OWNER).query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_RESOURCE_ENDPOINT_ASSOCIATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &RESOURCE_ENDPOINT_ASSOCIATION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_RESOURCE_GATEWAYS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_RESOURCE_GATEWAYS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("items", &RESOURCE_GATEWAY_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_RULES_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_RULES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &RULE_SUMMARY_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_SERVICE_NETWORK_RESOURCE_ASSOCIATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).query(),
    Field::optional(
        "resourceConfigurationIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    )
    .query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
    Field::optional("includeChildren", &BOOLEAN).query(),
]);
pub(super) static LIST_SERVICE_NETWORK_RESOURCE_ASSOCIATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_SERVICE_NETWORK_SERVICE_ASSOCIATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).query(),
    Field::optional("serviceIdentifier", &SERVICE_IDENTIFIER).query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_SERVICE_NETWORK_SERVICE_ASSOCIATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &SERVICE_NETWORK_SERVICE_ASSOCIATION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_SERVICE_NETWORK_VPC_ASSOCIATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).query(),
    Field::optional("vpcIdentifier", &VPC_ID).query(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_SERVICE_NETWORK_VPC_ASSOCIATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &SERVICE_NETWORK_VPC_ASSOCIATION_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_SERVICE_NETWORK_VPC_ENDPOINT_ASSOCIATIONS_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).query(),
        Field::optional("maxResults", &MAX_RESULTS).query(),
        Field::optional("nextToken", &NEXT_TOKEN).query(),
    ]);
pub(super) static LIST_SERVICE_NETWORK_VPC_ENDPOINT_ASSOCIATIONS_RESPONSE: Shape =
    Shape::Structure(&[
        Field::required("items", &SERVICE_NETWORK_VPC_ENDPOINT_ASSOCIATION_LIST),
        Field::optional("nextToken", &NEXT_TOKEN),
    ]);
pub(super) static LIST_SERVICE_NETWORKS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_SERVICE_NETWORKS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &SERVICE_NETWORK_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_SERVICES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
]);
pub(super) static LIST_SERVICES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("items", &SERVICE_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_TAGS_FOR_RESOURCE_REQUEST: Shape =
    Shape::Structure(&[Field::required("resourceArn", &ARN).label()]);
pub(super) static LIST_TAGS_FOR_RESOURCE_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("tags", &TAG_MAP)]);
pub(super) static LIST_TARGET_GROUPS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
    Field::optional("vpcIdentifier", &VPC_ID).query(),
    Field::optional("targetGroupType", &TARGET_GROUP_TYPE).query(),
]);
pub(super) static LIST_TARGET_GROUPS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("items", &TARGET_GROUP_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LIST_TARGETS_REQUEST: Shape = Shape::Structure(&[
    Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label(),
    Field::optional("maxResults", &MAX_RESULTS).query(),
    Field::optional("nextToken", &NEXT_TOKEN).query(),
    Field::optional("targets", &LIST_TARGETS_REQUEST_TARGETS_LIST),
]);
pub(super) static LIST_TARGETS_REQUEST_TARGETS_LIST: Shape = Shape::List {
    of: &TARGET,
    count: (0, 20),
};
pub(super) static LIST_TARGETS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("items", &TARGET_SUMMARY_LIST),
    Field::optional("nextToken", &NEXT_TOKEN),
]);
pub(super) static LISTENER_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}",
    )),
};
pub(super) static LISTENER_ID: Shape = Shape::Text {
    chars: (26, 26),
    pattern: Some(Pattern::Regex("listener-[0-9a-z]{17}")),
};
pub(super) static LISTENER_IDENTIFIER: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"((listener-[0-9a-z]{17})|(^arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}$))",
    )),
};
pub(super) static LISTENER_NAME: Shape = Shape::Text {
    chars: (3, 63),
    pattern: Some(Pattern::Name("listener-")),
};
pub(super) static LISTENER_PROTOCOL: Shape = Shape::Word(&["HTTP", "HTTPS", "TLS_PASSTHROUGH"]);
pub(super) static LISTENER_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("arn", &LISTENER_ARN),
    Field::optional("id", &LISTENER_ID),
    Field::optional("name", &LISTENER_NAME),
    Field::optional("protocol", &LISTENER_PROTOCOL),
    Field::optional("port", &PORT),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static LISTENER_SUMMARY_LIST: Shape = Shape::List {
    of: &LISTENER_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static LONG: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static MATCHER: Shape = Shape::Union(&[Field::optional("httpCode", &HTTP_CODE_MATCHER)]);
pub(super) static MAX_RESULTS: Shape = Shape::Number(1, 100);
pub(super) static NEXT_TOKEN: Shape = Shape::Text {
    chars: (1, 2048),
    pattern: None,
};
pub(super) static PATH_MATCH: Shape = Shape::Structure(&[
    Field::required("match", &PATH_MATCH_TYPE),
    Field::optional("caseSensitive", &BOOLEAN),
]);
pub(super) static PATH_MATCH_EXACT: Shape = Shape::Text {
    chars: (1, 200),
    pattern: Some(Pattern::Regex("/[a-zA-Z0-9@:%_+.~#?&/=-]*")),
};
pub(super) static PATH_MATCH_PREFIX: Shape = Shape::Text {
    chars: (1, 200),
    pattern: Some(Pattern::Regex("/[a-zA-Z0-9@:%_+.~#?&/=-]*")),
};
pub(super) static PATH_MATCH_TYPE: Shape = Shape::Union(&[
    Field::optional("exact", &PATH_MATCH_EXACT),
    Field::optional("prefix", &PATH_MATCH_PREFIX),
]);
pub(super) static POLICY_STRING: Shape = Shape::Text {
    chars: (1, 10000),
    pattern: Some(Pattern::Regex(r".*\S.*")),
};
pub(super) static PORT: Shape = Shape::Number(1, 65535);
pub(super) static PORT_RANGE: Shape = Shape::Text {
    chars: (1, 11),
    pattern: Some(Pattern::Regex(r"((\d{1,5}\-\d{1,5})|(\d+))")),
};
pub(super) static PORT_RANGE_LIST: Shape = Shape::List {
    of: &PORT_RANGE,
    count: (0, u64::MAX),
};
pub(super) static PRIVATE_DNS_PREFERENCE: Shape = Shape::Word(&[
    "VERIFIED_DOMAINS_ONLY",
    "ALL_DOMAINS",
    "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
    "SPECIFIED_DOMAINS_ONLY",
]);
pub(super) static PRIVATE_DNS_SPECIFIED_DOMAIN: Shape = Shape::Text {
    chars: (1, 255),
    pattern: None,
};
pub(super) static PRIVATE_DNS_SPECIFIED_DOMAINS_LIST: Shape = Shape::List {
    of: &PRIVATE_DNS_SPECIFIED_DOMAIN,
    count: (1, 10),
};
pub(super) static PROTOCOL_TYPE: Shape = Shape::Word(&["TCP"]);
pub(super) static PUT_AUTH_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceIdentifier", &RESOURCE_IDENTIFIER).label(),
    Field::required("policy", &AUTH_POLICY_STRING),
]);
pub(super) static PUT_AUTH_POLICY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("policy", &AUTH_POLICY_STRING),
    Field::optional("state", &AUTH_POLICY_STATE),
]);
pub(super) static PUT_RESOURCE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceArn", &RESOURCE_ARN).label(),
    Field::required("policy", &POLICY_STRING),
]);
pub(super) static PUT_RESOURCE_POLICY_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static REGISTER_TARGETS_REQUEST: Shape = Shape::Structure(&[
    Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label(),
    Field::required("targets", &REGISTER_TARGETS_REQUEST_TARGETS_LIST),
]);
pub(super) static REGISTER_TARGETS_REQUEST_TARGETS_LIST: Shape = Shape::List {
    of: &TARGET,
    count: (1, 100),
};
pub(super) static REGISTER_TARGETS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("successful", &TARGET_LIST),
    Field::optional("unsuccessful", &TARGET_FAILURE_LIST),
]);
pub(super) static RESOURCE_ARN: Shape = Shape::Text {
    chars: (20, 200),
    pattern: Some(Pattern::Regex(
        "arn(:[a-z0-9]+([.-][a-z0-9]+)*){2}(:([a-z0-9]+([.-][a-z0-9]+)*)?){2}:((servicenetwork/sn)|(service/svc)|(resourceconfiguration/rcfg))-[0-9a-z]{17}",
    )),
};
pub(super) static RESOURCE_CONFIG_DNS_RESOLUTION: Shape = Shape::Word(&["IN_VPC", "PUBLIC"]);
pub(super) static RESOURCE_CONFIGURATION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9f\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourceconfiguration/rcfg-[0-9a-z]{17}",
    )),
};
pub(super) static RESOURCE_CONFIGURATION_DEFINITION: Shape = Shape::Union(&[
    Field::optional("dnsResource", &DNS_RESOURCE),
    Field::optional("ipResource", &IP_RESOURCE),
    Field::optional("arnResource", &ARN_RESOURCE),
]);
pub(super) static RESOURCE_CONFIGURATION_ID: Shape = Shape::Text {
    chars: (22, 22),
    pattern: Some(Pattern::Regex("rcfg-[0-9a-z]{17}")),
};
pub(super) static RESOURCE_CONFIGURATION_IDENTIFIER: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"((rcfg-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourceconfiguration/rcfg-[0-9a-z]{17}))",
    )),
};
pub(super) static RESOURCE_CONFIGURATION_IP_ADDRESS_TYPE: Shape =
    Shape::Word(&["IPV4", "IPV6", "DUALSTACK"]);
pub(super) static RESOURCE_CONFIGURATION_NAME: Shape = Shape::Text {
    chars: (3, 40),
    pattern: Some(Pattern::Name("rcfg-")),
};
pub(super) static RESOURCE_CONFIGURATION_STATUS: Shape = Shape::Word(&[
    "ACTIVE",
    "CREATE_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "UPDATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static RESOURCE_CONFIGURATION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_CONFIGURATION_ID),
    Field::optional("name", &RESOURCE_CONFIGURATION_NAME),
    Field::optional("arn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceGatewayId", &RESOURCE_GATEWAY_ID),
    Field::optional("resourceConfigurationGroupId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("type", &RESOURCE_CONFIGURATION_TYPE),
    Field::optional("status", &RESOURCE_CONFIGURATION_STATUS),
    Field::optional("amazonManaged", &BOOLEAN),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("customDomainName", &DOMAIN_NAME),
    Field::optional("domainVerificationId", &DOMAIN_VERIFICATION_ID),
    Field::optional("groupDomain", &DOMAIN_NAME),
]);
pub(super) static RESOURCE_CONFIGURATION_SUMMARY_LIST: Shape = Shape::List {
    of: &RESOURCE_CONFIGURATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_CONFIGURATION_TYPE: Shape =
    Shape::Word(&["GROUP", "CHILD", "SINGLE", "ARN"]);
pub(super) static RESOURCE_ENDPOINT_ASSOCIATION_ARN: Shape = Shape::Text {
    chars: (21, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourceendpointassociation/rea-[0-9a-f]{17}",
    )),
};
pub(super) static RESOURCE_ENDPOINT_ASSOCIATION_ID: Shape = Shape::Text {
    chars: (21, 21),
    pattern: Some(Pattern::Regex("rea-[0-9a-f]{17}")),
};
pub(super) static RESOURCE_ENDPOINT_ASSOCIATION_IDENTIFIER: Shape = Shape::Text {
    chars: (21, 2048),
    pattern: Some(Pattern::Regex(
        r"((rea-[0-9a-f]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourceendpointassociation/rea-[0-9a-f]{17}))",
    )),
};
pub(super) static RESOURCE_ENDPOINT_ASSOCIATION_LIST: Shape = Shape::List {
    of: &RESOURCE_ENDPOINT_ASSOCIATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_ENDPOINT_ASSOCIATION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_ENDPOINT_ASSOCIATION_ID),
    Field::optional("arn", &RESOURCE_ENDPOINT_ASSOCIATION_ARN),
    Field::optional("resourceConfigurationId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("resourceConfigurationArn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceConfigurationName", &RESOURCE_CONFIGURATION_NAME),
    Field::optional("vpcEndpointId", &VPC_ENDPOINT_ID),
    Field::optional("vpcEndpointOwner", &VPC_ENDPOINT_OWNER),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
]);
pub(super) static RESOURCE_GATEWAY_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourcegateway/rgw-[0-9a-z]{17}",
    )),
};
pub(super) static RESOURCE_GATEWAY_ID: Shape = Shape::Text {
    chars: (21, 21),
    pattern: Some(Pattern::Regex("rgw-[0-9a-z]{17}")),
};
pub(super) static RESOURCE_GATEWAY_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((rgw-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourcegateway/rgw-[0-9a-z]{17}))",
    )),
};
pub(super) static RESOURCE_GATEWAY_IP_ADDRESS_TYPE: Shape =
    Shape::Word(&["IPV4", "IPV6", "DUALSTACK"]);
pub(super) static RESOURCE_GATEWAY_LIST: Shape = Shape::List {
    of: &RESOURCE_GATEWAY_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_GATEWAY_NAME: Shape = Shape::Text {
    chars: (3, 40),
    pattern: Some(Pattern::Name("rgw-")),
};
pub(super) static RESOURCE_GATEWAY_STATUS: Shape = Shape::Word(&[
    "ACTIVE",
    "CREATE_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "UPDATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static RESOURCE_GATEWAY_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("id", &RESOURCE_GATEWAY_ID),
    Field::optional("arn", &RESOURCE_GATEWAY_ARN),
    Field::optional("status", &RESOURCE_GATEWAY_STATUS),
    Field::optional("vpcIdentifier", &VPC_ID),
    Field::optional("subnetIds", &SUBNET_LIST),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("ipAddressType", &RESOURCE_GATEWAY_IP_ADDRESS_TYPE),
    Field::optional("ipv4AddressesPerEni", &IPV4_ADDRESSES_PER_ENI),
    Field::optional(
        "resourceConfigDnsResolution",
        &RESOURCE_CONFIG_DNS_RESOLUTION,
    ),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static RESOURCE_ID: Shape = Shape::Text {
    chars: (20, 50),
    pattern: Some(Pattern::Regex("((sn)|(svc))-[0-9a-z]{17}")),
};
pub(super) static RESOURCE_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 200),
    pattern: Some(Pattern::Regex(
        "((((sn)|(svc)|(rcfg))-[0-9a-z]{17})|(arn(:[a-z0-9]+([.-][a-z0-9]+)*){2}(:([a-z0-9]+([.-][a-z0-9]+)*)?){2}:((servicenetwork/sn)|(resourceconfiguration/rcfg)|(service/svc))-[0-9a-z]{17}))",
    )),
};
pub(super) static RULE_ACTION: Shape = Shape::Union(&[
    Field::optional("forward", &FORWARD_ACTION),
    Field::optional("fixedResponse", &FIXED_RESPONSE_ACTION),
]);
pub(super) static RULE_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}/rule/rule-[0-9a-z]{17}",
    )),
};
pub(super) static RULE_ID: Shape = Shape::Text {
    chars: (5, 22),
    pattern: Some(Pattern::Regex("rule-[0-9a-z]{17}")),
};
pub(super) static RULE_IDENTIFIER: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"((rule-[0-9a-z]{17})|(^arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}/rule/rule-[0-9a-z]{17}$))",
    )),
};
pub(super) static RULE_MATCH: Shape = Shape::Union(&[Field::optional("httpMatch", &HTTP_MATCH)]);
pub(super) static RULE_NAME: Shape = Shape::Text {
    chars: (3, 63),
    pattern: Some(Pattern::Name("rule-")),
};
pub(super) static RULE_PRIORITY: Shape = Shape::Number(1, 2000);
pub(super) static RULE_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("arn", &RULE_ARN),
    Field::optional("id", &RULE_ID),
    Field::optional("name", &RULE_NAME),
    Field::optional("isDefault", &BOOLEAN),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static RULE_SUMMARY_LIST: Shape = Shape::List {
    of: &RULE_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static RULE_UPDATE: Shape = Shape::Structure(&[
    Field::required("ruleIdentifier", &RULE_IDENTIFIER),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
]);
pub(super) static RULE_UPDATE_FAILURE: Shape = Shape::Structure(&[
    Field::optional("ruleIdentifier", &RULE_IDENTIFIER),
    Field::optional("failureCode", &FAILURE_CODE),
    Field::optional("failureMessage", &FAILURE_MESSAGE),
]);
pub(super) static RULE_UPDATE_FAILURE_LIST: Shape = Shape::List {
    of: &RULE_UPDATE_FAILURE,
    count: (0, u64::MAX),
};
pub(super) static RULE_UPDATE_LIST: Shape = Shape::List {
    of: &RULE_UPDATE,
    count: (1, 10),
};
pub(super) static RULE_UPDATE_SUCCESS: Shape = Shape::Structure(&[
    Field::optional("arn", &RULE_ARN),
    Field::optional("id", &RULE_ID),
    Field::optional("name", &RULE_NAME),
    Field::optional("isDefault", &BOOLEAN),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
]);
pub(super) static RULE_UPDATE_SUCCESS_LIST: Shape = Shape::List {
    of: &RULE_UPDATE_SUCCESS,
    count: (0, u64::MAX),
};
pub(super) static SECURITY_GROUP_ID: Shape = Shape::Text {
    chars: (5, 200),
    pattern: Some(Pattern::Regex("sg-(([0-9a-z]{8})|([0-9a-z]{17}))")),
};
pub(super) static SECURITY_GROUP_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_ID,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}",
    )),
};
pub(super) static SERVICE_ARN_LIST: Shape = Shape::List {
    of: &SERVICE_ARN,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_CUSTOM_DOMAIN_NAME: Shape = Shape::Text {
    chars: (3, 255),
    pattern: None,
};
pub(super) static SERVICE_ID: Shape = Shape::Text {
    chars: (21, 21),
    pattern: Some(Pattern::Regex("svc-[0-9a-z]{17}")),
};
pub(super) static SERVICE_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((svc-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:service/svc-[0-9a-z]{17}))",
    )),
};
pub(super) static SERVICE_LIST: Shape = Shape::List {
    of: &SERVICE_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_NAME: Shape = Shape::Text {
    chars: (3, 40),
    pattern: Some(Pattern::Name("svc-")),
};
pub(super) static SERVICE_NETWORK_ARN: Shape = Shape::Text {
    chars: (32, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetwork/sn-[0-9a-z]{17}",
    )),
};
pub(super) static SERVICE_NETWORK_ARN_WITHOUT_REGEX: Shape = Shape::Text {
    chars: (10, 2048),
    pattern: None,
};
pub(super) static SERVICE_NETWORK_ENDPOINT_ASSOCIATION: Shape = Shape::Structure(&[
    Field::optional("vpcEndpointId", &STRING),
    Field::optional("vpcId", &STRING),
    Field::optional("vpcEndpointOwnerId", &STRING),
    Field::optional("id", &STRING),
    Field::optional("state", &STRING),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN),
    Field::optional("createdAt", &TIMESTAMP),
]);
pub(super) static SERVICE_NETWORK_ID: Shape = Shape::Text {
    chars: (20, 20),
    pattern: Some(Pattern::Regex("sn-[0-9a-z]{17}")),
};
pub(super) static SERVICE_NETWORK_IDENTIFIER: Shape = Shape::Text {
    chars: (3, 2048),
    pattern: Some(Pattern::Regex(
        r"((sn-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetwork/sn-[0-9a-z]{17}))",
    )),
};
pub(super) static SERVICE_NETWORK_IDENTIFIER_WITHOUT_REGEX: Shape = Shape::Text {
    chars: (3, 2048),
    pattern: None,
};
pub(super) static SERVICE_NETWORK_LIST: Shape = Shape::List {
    of: &SERVICE_NETWORK_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_NETWORK_LOG_TYPE: Shape = Shape::Word(&["SERVICE", "RESOURCE"]);
pub(super) static SERVICE_NETWORK_NAME: Shape = Shape::Text {
    chars: (3, 63),
    pattern: Some(Pattern::Name("")),
};
pub(super) static SERVICE_NETWORK_NAME_WITHOUT_REGEX: Shape = Shape::Text {
    chars: (3, 100),
    pattern: None,
};
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_ARN: Shape = Shape::Text {
    chars: (22, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkresourceassociation/snra-[0-9a-f]{17}",
    )),
};
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_ID: Shape = Shape::Text {
    chars: (22, 22),
    pattern: Some(Pattern::Regex("snra-[0-9a-f]{17}")),
};
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_IDENTIFIER: Shape = Shape::Text {
    chars: (22, 2048),
    pattern: Some(Pattern::Regex(
        r"((snra-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkresourceassociation/snra-[0-9a-f]{17}))",
    )),
};
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_LIST: Shape = Shape::List {
    of: &SERVICE_NETWORK_RESOURCE_ASSOCIATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_STATUS: Shape = Shape::Word(&[
    "CREATE_IN_PROGRESS",
    "ACTIVE",
    "PARTIAL",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static SERVICE_NETWORK_RESOURCE_ASSOCIATION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ID),
    Field::optional("arn", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_ARN),
    Field::optional("status", &SERVICE_NETWORK_RESOURCE_ASSOCIATION_STATUS),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("resourceConfigurationId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("resourceConfigurationArn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceConfigurationName", &RESOURCE_CONFIGURATION_NAME),
    Field::optional(
        "serviceNetworkId",
        &SERVICE_NETWORK_IDENTIFIER_WITHOUT_REGEX,
    ),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN_WITHOUT_REGEX),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME_WITHOUT_REGEX),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("privateDnsEntry", &DNS_ENTRY),
    Field::optional("isManagedAssociation", &BOOLEAN),
    Field::optional("failureCode", &STRING),
    Field::optional("privateDnsEnabled", &BOOLEAN),
]);
pub(super) static SERVICE_NETWORK_SERVICE_ASSOCIATION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkserviceassociation/snsa-[0-9a-z]{17}",
    )),
};
pub(super) static SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((snsa-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkserviceassociation/snsa-[0-9a-z]{17}))",
    )),
};
pub(super) static SERVICE_NETWORK_SERVICE_ASSOCIATION_LIST: Shape = Shape::List {
    of: &SERVICE_NETWORK_SERVICE_ASSOCIATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_NETWORK_SERVICE_ASSOCIATION_STATUS: Shape = Shape::Word(&[
    "CREATE_IN_PROGRESS",
    "ACTIVE",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static SERVICE_NETWORK_SERVICE_ASSOCIATION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_SERVICE_ASSOCIATION_IDENTIFIER),
    Field::optional("status", &SERVICE_NETWORK_SERVICE_ASSOCIATION_STATUS),
    Field::optional("arn", &SERVICE_NETWORK_SERVICE_ASSOCIATION_ARN),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("serviceId", &SERVICE_ID),
    Field::optional("serviceName", &SERVICE_NAME),
    Field::optional("serviceArn", &SERVICE_ARN),
    Field::optional("serviceNetworkId", &SERVICE_NETWORK_ID),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
]);
pub(super) static SERVICE_NETWORK_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_ID),
    Field::optional("name", &SERVICE_NETWORK_NAME),
    Field::optional("arn", &SERVICE_NETWORK_ARN),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("numberOfAssociatedVPCs", &LONG),
    Field::optional("numberOfAssociatedServices", &LONG),
    Field::optional("numberOfAssociatedResourceConfigurations", &LONG),
]);
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkvpcassociation/snva-[0-9a-z]{17}",
    )),
};
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_ID: Shape = Shape::Text {
    chars: (22, 22),
    pattern: Some(Pattern::Regex("snva-[0-9a-z]{17}")),
};
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((snva-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:servicenetworkvpcassociation/snva-[0-9a-z]{17}))",
    )),
};
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_LIST: Shape = Shape::List {
    of: &SERVICE_NETWORK_VPC_ASSOCIATION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_STATUS: Shape = Shape::Word(&[
    "CREATE_IN_PROGRESS",
    "ACTIVE",
    "UPDATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "DELETE_FAILED",
    "UPDATE_FAILED",
]);
pub(super) static SERVICE_NETWORK_VPC_ASSOCIATION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_VPC_ASSOCIATION_ID),
    Field::optional("arn", &SERVICE_NETWORK_VPC_ASSOCIATION_ARN),
    Field::optional("status", &SERVICE_NETWORK_VPC_ASSOCIATION_STATUS),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("serviceNetworkId", &SERVICE_NETWORK_ID),
    Field::optional("serviceNetworkName", &SERVICE_NETWORK_NAME),
    Field::optional("serviceNetworkArn", &SERVICE_NETWORK_ARN),
    Field::optional("privateDnsEnabled", &BOOLEAN),
    Field::optional("dnsOptions", &DNS_OPTIONS),
    Field::optional("vpcId", &VPC_ID),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
]);
pub(super) static SERVICE_NETWORK_VPC_ENDPOINT_ASSOCIATION_LIST: Shape = Shape::List {
    of: &SERVICE_NETWORK_ENDPOINT_ASSOCIATION,
    count: (0, u64::MAX),
};
pub(super) static SERVICE_STATUS: Shape = Shape::Word(&[
    "ACTIVE",
    "CREATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static SERVICE_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_ID),
    Field::optional("name", &SERVICE_NAME),
    Field::optional("arn", &SERVICE_ARN),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("dnsEntry", &DNS_ENTRY),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("status", &SERVICE_STATUS),
]);
pub(super) static SHARING_CONFIG: Shape = Shape::Structure(&[Field::optional("enabled", &BOOLEAN)]);
pub(super) static START_DOMAIN_VERIFICATION_REQUEST: Shape = Shape::Structure(&[
    Field::optional("clientToken", &CLIENT_TOKEN),
    Field::required("domainName", &DOMAIN_NAME),
    Field::optional("tags", &TAG_MAP),
]);
pub(super) static START_DOMAIN_VERIFICATION_RESPONSE: Shape = Shape::Structure(&[
    Field::required("id", &DOMAIN_VERIFICATION_ID),
    Field::required("arn", &DOMAIN_VERIFICATION_ARN),
    Field::required("domainName", &DOMAIN_NAME),
    Field::required("status", &VERIFICATION_STATUS),
    Field::optional("txtMethodConfig", &TXT_METHOD_CONFIG),
]);
pub(super) static STRING: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static SUBNET_ID: Shape = Shape::Text {
    chars: (5, 200),
    pattern: None,
};
pub(super) static SUBNET_LIST: Shape = Shape::List {
    of: &SUBNET_ID,
    count: (0, u64::MAX),
};
pub(super) static TAG_KEY: Shape = Shape::Text {
    chars: (1, 128),
    pattern: None,
};
pub(super) static TAG_KEYS: Shape = Shape::List {
    of: &TAG_KEY,
    count: (0, 200),
};
pub(super) static TAG_MAP: Shape = Shape::Map {
    key: &TAG_KEY,
    value: &TAG_VALUE,
    count: (0, 200),
};
pub(super) static TAG_RESOURCE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceArn", &ARN).label(),
    Field::required("tags", &TAG_MAP),
]);
pub(super) static TAG_RESOURCE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static TAG_VALUE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: None,
};
pub(super) static TARGET: Shape = Shape::Structure(&[
    Field::required("id", &TARGET_ID_STRING),
    Field::optional("port", &PORT),
]);
pub(super) static TARGET_FAILURE: Shape = Shape::Structure(&[
    Field::optional("id", &STRING),
    Field::optional("port", &PORT),
    Field::optional("failureCode", &STRING),
    Field::optional("failureMessage", &STRING),
]);
pub(super) static TARGET_FAILURE_LIST: Shape = Shape::List {
    of: &TARGET_FAILURE,
    count: (0, u64::MAX),
};
pub(super) static TARGET_GROUP_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:targetgroup/tg-[0-9a-z]{17}",
    )),
};
pub(super) static TARGET_GROUP_CONFIG: Shape = Shape::Structure(&[
    Field::optional("port", &PORT),
    Field::optional("protocol", &TARGET_GROUP_PROTOCOL),
    Field::optional("protocolVersion", &TARGET_GROUP_PROTOCOL_VERSION),
    Field::optional("ipAddressType", &IP_ADDRESS_TYPE),
    Field::optional("vpcIdentifier", &VPC_ID),
    Field::optional("healthCheck", &HEALTH_CHECK_CONFIG),
    Field::optional(
        "lambdaEventStructureVersion",
        &LAMBDA_EVENT_STRUCTURE_VERSION,
    ),
]);
pub(super) static TARGET_GROUP_ID: Shape = Shape::Text {
    chars: (20, 20),
    pattern: Some(Pattern::Regex("tg-[0-9a-z]{17}")),
};
pub(super) static TARGET_GROUP_IDENTIFIER: Shape = Shape::Text {
    chars: (17, 2048),
    pattern: Some(Pattern::Regex(
        r"((tg-[0-9a-z]{17})|(arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:targetgroup/tg-[0-9a-z]{17}))",
    )),
};
pub(super) static TARGET_GROUP_LIST: Shape = Shape::List {
    of: &TARGET_GROUP_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static TARGET_GROUP_NAME: Shape = Shape::Text {
    chars: (3, 128),
    pattern: Some(Pattern::Name("tg-")),
};
pub(super) static TARGET_GROUP_PROTOCOL: Shape = Shape::Word(&["HTTP", "HTTPS", "TCP"]);
pub(super) static TARGET_GROUP_PROTOCOL_VERSION: Shape = Shape::Word(&["HTTP1", "HTTP2", "GRPC"]);
pub(super) static TARGET_GROUP_STATUS: Shape = Shape::Word(&[
    "CREATE_IN_PROGRESS",
    "ACTIVE",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "DELETE_FAILED",
]);
pub(super) static TARGET_GROUP_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &TARGET_GROUP_ID),
    Field::optional("arn", &TARGET_GROUP_ARN),
    Field::optional("name", &TARGET_GROUP_NAME),
    Field::optional("type", &TARGET_GROUP_TYPE),
    Field::optional("createdAt", &TIMESTAMP),
    Field::optional("port", &PORT),
    Field::optional("protocol", &TARGET_GROUP_PROTOCOL),
    Field::optional("ipAddressType", &IP_ADDRESS_TYPE),
    Field::optional("vpcIdentifier", &VPC_ID),
    Field::optional("lastUpdatedAt", &TIMESTAMP),
    Field::optional("status", &TARGET_GROUP_STATUS),
    Field::optional("serviceArns", &SERVICE_ARN_LIST),
    Field::optional(
        "lambdaEventStructureVersion",
        &LAMBDA_EVENT_STRUCTURE_VERSION,
    ),
]);
pub(super) static TARGET_GROUP_TYPE: Shape = Shape::Word(&["IP", "LAMBDA", "INSTANCE", "ALB"]);
pub(super) static TARGET_GROUP_WEIGHT: Shape = Shape::Number(0, 999);
pub(super) static TARGET_ID_STRING: Shape = Shape::Text {
    chars: (1, 200),
    pattern: None,
};
pub(super) static TARGET_LIST: Shape = Shape::List {
    of: &TARGET,
    count: (0, u64::MAX),
};
pub(super) static TARGET_STATUS: Shape = Shape::Word(&[
    "DRAINING",
    "UNAVAILABLE",
    "HEALTHY",
    "UNHEALTHY",
    "INITIAL",
    "UNUSED",
]);
pub(super) static TARGET_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("id", &STRING),
    Field::optional("port", &PORT),
    Field::optional("status", &TARGET_STATUS),
    Field::optional("reasonCode", &STRING),
]);
pub(super) static TARGET_SUMMARY_LIST: Shape = Shape::List {
    of: &TARGET_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static TIMESTAMP: Shape = Shape::Text {
    chars: (0, 64),
    pattern: None,
};
pub(super) static TXT_METHOD_CONFIG: Shape = Shape::Structure(&[
    Field::required("value", &STRING),
    Field::required("name", &STRING),
]);
pub(super) static UNHEALTHY_THRESHOLD_COUNT: Shape = Shape::Number(0, 10);
pub(super) static UNTAG_RESOURCE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceArn", &ARN).label(),
    Field::required("tagKeys", &TAG_KEYS).query(),
]);
pub(super) static UNTAG_RESOURCE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static UPDATE_ACCESS_LOG_SUBSCRIPTION_REQUEST: Shape = Shape::Structure(&[
    Field::required(
        "accessLogSubscriptionIdentifier",
        &ACCESS_LOG_SUBSCRIPTION_IDENTIFIER,
    )
    .label(),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
]);
pub(super) static UPDATE_ACCESS_LOG_SUBSCRIPTION_RESPONSE: Shape = Shape::Structure(&[
    Field::required("id", &ACCESS_LOG_SUBSCRIPTION_ID),
    Field::required("arn", &ACCESS_LOG_SUBSCRIPTION_ARN),
    Field::required("resourceId", &RESOURCE_ID),
    Field::required("resourceArn", &RESOURCE_ARN),
    Field::required("destinationArn", &ACCESS_LOG_DESTINATION_ARN),
]);
pub(super) static UPDATE_LISTENER_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("defaultAction", &RULE_ACTION),
]);
pub(super) static UPDATE_LISTENER_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &LISTENER_ARN),
    Field::optional("id", &LISTENER_ID),
    Field::optional("name", &LISTENER_NAME),
    Field::optional("protocol", &LISTENER_PROTOCOL),
    Field::optional("port", &PORT),
    Field::optional("serviceArn", &SERVICE_ARN),
    Field::optional("serviceId", &SERVICE_ID),
    Field::optional("defaultAction", &RULE_ACTION),
]);
pub(super) static UPDATE_RESOURCE_CONFIGURATION_REQUEST: Shape = Shape::Structure(&[
    Field::required(
        "resourceConfigurationIdentifier",
        &RESOURCE_CONFIGURATION_IDENTIFIER,
    )
    .label(),
    Field::optional(
        "resourceConfigurationDefinition",
        &RESOURCE_CONFIGURATION_DEFINITION,
    ),
    Field::optional("allowAssociationToShareableServiceNetwork", &BOOLEAN),
    Field::optional("portRanges", &PORT_RANGE_LIST),
]);
pub(super) static UPDATE_RESOURCE_CONFIGURATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &RESOURCE_CONFIGURATION_ID),
    Field::optional("name", &RESOURCE_CONFIGURATION_NAME),
    Field::optional("arn", &RESOURCE_CONFIGURATION_ARN),
    Field::optional("resourceGatewayId", &RESOURCE_GATEWAY_ID),
    Field::optional("resourceConfigurationGroupId", &RESOURCE_CONFIGURATION_ID),
    Field::optional("type", &RESOURCE_CONFIGURATION_TYPE),
    Field::optional("portRanges", &PORT_RANGE_LIST),
    Field::optional("allowAssociationToShareableServiceNetwork", &BOOLEAN),
    Field::optional("protocol", &PROTOCOL_TYPE),
    Field::optional("status", &RESOURCE_CONFIGURATION_STATUS),
    Field::optional(
        "resourceConfigurationDefinition",
        &RESOURCE_CONFIGURATION_DEFINITION,
    ),
]);
pub(super) static UPDATE_RESOURCE_GATEWAY_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceGatewayIdentifier", &RESOURCE_GATEWAY_IDENTIFIER).label(),
    Field::optional(
        "securityGroupIds",
        &UPDATE_RESOURCE_GATEWAY_REQUEST_SECURITY_GROUP_IDS_LIST,
    ),
]);
pub(super) static UPDATE_RESOURCE_GATEWAY_REQUEST_SECURITY_GROUP_IDS_LIST: Shape = Shape::List {
    of: &SECURITY_GROUP_ID,
    count: (0, 5),
};
pub(super) static UPDATE_RESOURCE_GATEWAY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("name", &RESOURCE_GATEWAY_NAME),
    Field::optional("id", &RESOURCE_GATEWAY_ID),
    Field::optional("arn", &RESOURCE_GATEWAY_ARN),
    Field::optional("status", &RESOURCE_GATEWAY_STATUS),
    Field::optional("vpcId", &VPC_ID),
    Field::optional("subnetIds", &SUBNET_LIST),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
    Field::optional("ipAddressType", &IP_ADDRESS_TYPE),
]);
pub(super) static UPDATE_RULE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::required("listenerIdentifier", &LISTENER_IDENTIFIER).label(),
    Field::required("ruleIdentifier", &RULE_IDENTIFIER).label(),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
]);
pub(super) static UPDATE_RULE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("arn", &RULE_ARN),
    Field::optional("id", &RULE_ID),
    Field::optional("name", &RULE_NAME),
    Field::optional("isDefault", &BOOLEAN),
    Field::optional("match", &RULE_MATCH),
    Field::optional("priority", &RULE_PRIORITY),
    Field::optional("action", &RULE_ACTION),
]);
pub(super) static UPDATE_SERVICE_NETWORK_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceNetworkIdentifier", &SERVICE_NETWORK_IDENTIFIER).label(),
    Field::required("authType", &AUTH_TYPE),
]);
pub(super) static UPDATE_SERVICE_NETWORK_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_ID),
    Field::optional("name", &SERVICE_NETWORK_NAME),
    Field::optional("arn", &SERVICE_NETWORK_ARN),
    Field::optional("authType", &AUTH_TYPE),
]);
pub(super) static UPDATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST: Shape = Shape::Structure(&[
    Field::required(
        "serviceNetworkVpcAssociationIdentifier",
        &SERVICE_NETWORK_VPC_ASSOCIATION_IDENTIFIER,
    )
    .label(),
    Field::required(
        "securityGroupIds",
        &UPDATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST_SECURITY_GROUP_IDS_LIST,
    ),
]);
pub(super) static UPDATE_SERVICE_NETWORK_VPC_ASSOCIATION_REQUEST_SECURITY_GROUP_IDS_LIST: Shape =
    Shape::List {
        of: &SECURITY_GROUP_ID,
        count: (1, 5),
    };
pub(super) static UPDATE_SERVICE_NETWORK_VPC_ASSOCIATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_NETWORK_VPC_ASSOCIATION_ID),
    Field::optional("arn", &SERVICE_NETWORK_VPC_ASSOCIATION_ARN),
    Field::optional("status", &SERVICE_NETWORK_VPC_ASSOCIATION_STATUS),
    Field::optional("createdBy", &ACCOUNT_ID),
    Field::optional("securityGroupIds", &SECURITY_GROUP_LIST),
]);
pub(super) static UPDATE_SERVICE_REQUEST: Shape = Shape::Structure(&[
    Field::required("serviceIdentifier", &SERVICE_IDENTIFIER).label(),
    Field::optional("certificateArn", &CERTIFICATE_ARN),
    Field::optional("authType", &AUTH_TYPE),
]);
pub(super) static UPDATE_SERVICE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &SERVICE_ID),
    Field::optional("arn", &SERVICE_ARN),
    Field::optional("name", &SERVICE_NAME),
    Field::optional("customDomainName", &SERVICE_CUSTOM_DOMAIN_NAME),
    Field::optional("certificateArn", &CERTIFICATE_ARN),
    Field::optional("authType", &AUTH_TYPE),
]);
pub(super) static UPDATE_TARGET_GROUP_REQUEST: Shape = Shape::Structure(&[
    Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER).label(),
    Field::required("healthCheck", &HEALTH_CHECK_CONFIG),
]);
pub(super) static UPDATE_TARGET_GROUP_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("id", &TARGET_GROUP_ID),
    Field::optional("arn", &TARGET_GROUP_ARN),
    Field::optional("name", &TARGET_GROUP_NAME),
    Field::optional("type", &TARGET_GROUP_TYPE),
    Field::optional("config", &TARGET_GROUP_CONFIG),
    Field::optional("status", &TARGET_GROUP_STATUS),
]);
pub(super) static VERIFICATION_STATUS: Shape =
    Shape::Word(&["VERIFIED", "PENDING", "VERIFICATION_TIMED_OUT"]);
pub(super) static VPC_ENDPOINT_ID: Shape = Shape::Text {
    chars: (22, 22),
    pattern: Some(Pattern::Regex("vpce-[0-9a-f]{17}")),
};
pub(super) static VPC_ENDPOINT_OWNER: Shape = Shape::Text {
    chars: (12, 12),
    pattern: Some(Pattern::Regex(r"\d{12}")),
};
pub(super) static VPC_ID: Shape = Shape::Text {
    chars: (5, 50),
    pattern: Some(Pattern::Regex("vpc-(([0-9a-z]{8})|([0-9a-z]{17}))")),
};
pub(super) static WEIGHTED_TARGET_GROUP: Shape = Shape::Structure(&[
    Field::required("targetGroupIdentifier", &TARGET_GROUP_IDENTIFIER),
    Field::optional("weight", &TARGET_GROUP_WEIGHT),
]);
pub(super) static WEIGHTED_TARGET_GROUP_LIST: Shape = Shape::List {
    of: &WEIGHTED_TARGET_GROUP,
    count: (1, 10),
};
pub(super) static WILDCARD_ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[a-z0-9][-.a-z0-9]{0,62}:[a-z0-9][-.a-z0-9]{0,62}:([a-z0-9][-.a-z0-9]{0,62})?:\d{12}?:[^/].{0,1023}",
    )),
};
