//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2018-01-04; change that, not this.

use crate::shape::{Field, Shape};

pub(super) static ACCEPT_RESOURCE_SHARE_INVITATION_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareInvitationArn", &STRING),
    Field::optional("clientToken", &STRING),
]);
pub(super) static ACCEPT_RESOURCE_SHARE_INVITATION_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resourceShareInvitation", &RESOURCE_SHARE_INVITATION),
    Field::optional("clientToken", &STRING),
]);
pub(super) static ASSOCIATE_RESOURCE_SHARE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareArn", &STRING),
    Field::optional("resourceArns", &RESOURCE_ARN_LIST),
    Field::optional("principals", &PRINCIPAL_ARN_OR_ID_LIST),
    Field::optional("clientToken", &STRING),
    Field::optional("sources", &SOURCE_ARN_OR_ACCOUNT_LIST),
]);
pub(super) static ASSOCIATE_RESOURCE_SHARE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional(
        "resourceShareAssociations",
        &RESOURCE_SHARE_ASSOCIATION_LIST,
    ),
    Field::optional("clientToken", &STRING),
]);
pub(super) static BOOLEAN: Shape = Shape::Flag;
pub(super) static CREATE_RESOURCE_SHARE_REQUEST: Shape = Shape::Structure(&[
    Field::required("name", &STRING),
    Field::optional("resourceArns", &RESOURCE_ARN_LIST),
    Field::optional("principals", &PRINCIPAL_ARN_OR_ID_LIST),
    Field::optional("tags", &TAG_LIST),
    Field::optional("allowExternalPrincipals", &BOOLEAN),
    Field::optional("clientToken", &STRING),
    Field::optional("permissionArns", &PERMISSION_ARN_LIST),
    Field::optional("sources", &SOURCE_ARN_OR_ACCOUNT_LIST),
    Field::optional("resourceShareConfiguration", &RESOURCE_SHARE_CONFIGURATION),
]);
pub(super) static CREATE_RESOURCE_SHARE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resourceShare", &RESOURCE_SHARE),
    Field::optional("clientToken", &STRING),
]);
pub(super) static DATE_TIME: Shape = Shape::Text {
    chars: (0, 64),
    pattern: None,
};
pub(super) static DELETE_RESOURCE_SHARE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareArn", &STRING).query(),
    Field::optional("clientToken", &STRING).query(),
]);
pub(super) static DELETE_RESOURCE_SHARE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("returnValue", &BOOLEAN),
    Field::optional("clientToken", &STRING),
]);
pub(super) static DISASSOCIATE_RESOURCE_SHARE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareArn", &STRING),
    Field::optional("resourceArns", &RESOURCE_ARN_LIST),
    Field::optional("principals", &PRINCIPAL_ARN_OR_ID_LIST),
    Field::optional("clientToken", &STRING),
    Field::optional("sources", &SOURCE_ARN_OR_ACCOUNT_LIST),
]);
pub(super) static DISASSOCIATE_RESOURCE_SHARE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional(
        "resourceShareAssociations",
        &RESOURCE_SHARE_ASSOCIATION_LIST,
    ),
    Field::optional("clientToken", &STRING),
]);
pub(super) static GET_RESOURCE_SHARE_ASSOCIATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::required("associationType", &RESOURCE_SHARE_ASSOCIATION_TYPE),
    Field::optional("resourceShareArns", &RESOURCE_SHARE_ARN_LIST),
    Field::optional("resourceArn", &STRING),
    Field::optional("principal", &STRING),
    Field::optional("associationStatus", &RESOURCE_SHARE_ASSOCIATION_STATUS),
    Field::optional("nextToken", &STRING),
    Field::optional("maxResults", &MAX_RESULTS),
]);
pub(super) static GET_RESOURCE_SHARE_ASSOCIATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional(
        "resourceShareAssociations",
        &RESOURCE_SHARE_ASSOCIATION_LIST,
    ),
    Field::optional("nextToken", &STRING),
]);
pub(super) static GET_RESOURCE_SHARE_INVITATIONS_REQUEST: Shape = Shape::Structure(&[
    Field::optional(
        "resourceShareInvitationArns",
        &RESOURCE_SHARE_INVITATION_ARN_LIST,
    ),
    Field::optional("resourceShareArns", &RESOURCE_SHARE_ARN_LIST),
    Field::optional("nextToken", &STRING),
    Field::optional("maxResults", &MAX_RESULTS),
]);
pub(super) static GET_RESOURCE_SHARE_INVITATIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resourceShareInvitations", &RESOURCE_SHARE_INVITATION_LIST),
    Field::optional("nextToken", &STRING),
]);
pub(super) static GET_RESOURCE_SHARES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("resourceShareArns", &RESOURCE_SHARE_ARN_LIST),
    Field::optional("resourceShareStatus", &RESOURCE_SHARE_STATUS),
    Field::required("resourceOwner", &RESOURCE_OWNER),
    Field::optional("name", &STRING),
    Field::optional("tagFilters", &TAG_FILTERS),
    Field::optional("nextToken", &STRING),
    Field::optional("maxResults", &MAX_RESULTS),
    Field::optional("permissionArn", &STRING),
    Field::optional("permissionVersion", &INTEGER),
]);
pub(super) static GET_RESOURCE_SHARES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resourceShares", &RESOURCE_SHARE_LIST),
    Field::optional("nextToken", &STRING),
]);
pub(super) static INTEGER: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static LIST_RESOURCE_SHARE_PERMISSIONS_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareArn", &STRING),
    Field::optional("nextToken", &STRING),
    Field::optional("maxResults", &MAX_RESULTS),
]);
pub(super) static LIST_RESOURCE_SHARE_PERMISSIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("permissions", &RESOURCE_SHARE_PERMISSION_LIST),
    Field::optional("nextToken", &STRING),
]);
pub(super) static LIST_RESOURCES_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceOwner", &RESOURCE_OWNER),
    Field::optional("principal", &STRING),
    Field::optional("resourceType", &STRING),
    Field::optional("resourceArns", &RESOURCE_ARN_LIST),
    Field::optional("resourceShareArns", &RESOURCE_SHARE_ARN_LIST),
    Field::optional("nextToken", &STRING),
    Field::optional("maxResults", &MAX_RESULTS),
    Field::optional("resourceRegionScope", &RESOURCE_REGION_SCOPE_FILTER),
]);
pub(super) static LIST_RESOURCES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resources", &RESOURCE_LIST),
    Field::optional("nextToken", &STRING),
]);
pub(super) static MAX_RESULTS: Shape = Shape::Number(1, 500);
pub(super) static PERMISSION_ARN_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static PERMISSION_FEATURE_SET: Shape =
    Shape::Word(&["CREATED_FROM_POLICY", "PROMOTING_TO_STANDARD", "STANDARD"]);
pub(super) static PERMISSION_TYPE: Shape = Shape::Word(&["CUSTOMER_MANAGED", "AWS_MANAGED"]);
pub(super) static PRINCIPAL_ARN_OR_ID_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE: Shape = Shape::Structure(&[
    Field::optional("arn", &STRING),
    Field::optional("type", &STRING),
    Field::optional("resourceShareArn", &STRING),
    Field::optional("resourceGroupArn", &STRING),
    Field::optional("status", &RESOURCE_STATUS),
    Field::optional("statusMessage", &STRING),
    Field::optional("creationTime", &DATE_TIME),
    Field::optional("lastUpdatedTime", &DATE_TIME),
    Field::optional("resourceRegionScope", &RESOURCE_REGION_SCOPE),
]);
pub(super) static RESOURCE_ARN_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_LIST: Shape = Shape::List {
    of: &RESOURCE,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_OWNER: Shape = Shape::Word(&["SELF", "OTHER-ACCOUNTS"]);
pub(super) static RESOURCE_REGION_SCOPE: Shape = Shape::Word(&["REGIONAL", "GLOBAL"]);
pub(super) static RESOURCE_REGION_SCOPE_FILTER: Shape = Shape::Word(&["ALL", "REGIONAL", "GLOBAL"]);
pub(super) static RESOURCE_SHARE: Shape = Shape::Structure(&[
    Field::optional("resourceShareArn", &STRING),
    Field::optional("name", &STRING),
    Field::optional("owningAccountId", &STRING),
    Field::optional("allowExternalPrincipals", &BOOLEAN),
    Field::optional("status", &RESOURCE_SHARE_STATUS),
    Field::optional("statusMessage", &STRING),
    Field::optional("tags", &TAG_LIST),
    Field::optional("creationTime", &DATE_TIME),
    Field::optional("lastUpdatedTime", &DATE_TIME),
    Field::optional("featureSet", &RESOURCE_SHARE_FEATURE_SET),
    Field::optional("resourceShareConfiguration", &RESOURCE_SHARE_CONFIGURATION),
]);
pub(super) static RESOURCE_SHARE_ARN_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_ASSOCIATION: Shape = Shape::Structure(&[
    Field::optional("resourceShareArn", &STRING),
    Field::optional("resourceShareName", &STRING),
    Field::optional("associatedEntity", &STRING),
    Field::optional("associationType", &RESOURCE_SHARE_ASSOCIATION_TYPE),
    Field::optional("status", &RESOURCE_SHARE_ASSOCIATION_STATUS),
    Field::optional("statusMessage", &STRING),
    Field::optional("creationTime", &DATE_TIME),
    Field::optional("lastUpdatedTime", &DATE_TIME),
    Field::optional("external", &BOOLEAN),
]);
pub(super) static RESOURCE_SHARE_ASSOCIATION_LIST: Shape = Shape::List {
    of: &RESOURCE_SHARE_ASSOCIATION,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_ASSOCIATION_STATUS: Shape = Shape::Word(&[
    "ASSOCIATING",
    "ASSOCIATED",
    "FAILED",
    "DISASSOCIATING",
    "DISASSOCIATED",
    "SUSPENDED",
    "SUSPENDING",
    "RESTORING",
]);
pub(super) static RESOURCE_SHARE_ASSOCIATION_TYPE: Shape =
    Shape::Word(&["PRINCIPAL", "RESOURCE", "SOURCE"]);
pub(super) static RESOURCE_SHARE_CONFIGURATION: Shape = Shape::Structure(&[Field::optional(
    "retainSharingOnAccountLeaveOrganization",
    &BOOLEAN,
)]);
pub(super) static RESOURCE_SHARE_FEATURE_SET: Shape =
    Shape::Word(&["CREATED_FROM_POLICY", "PROMOTING_TO_STANDARD", "STANDARD"]);
pub(super) static RESOURCE_SHARE_INVITATION: Shape = Shape::Structure(&[
    Field::optional("resourceShareInvitationArn", &STRING),
    Field::optional("resourceShareName", &STRING),
    Field::optional("resourceShareArn", &STRING),
    Field::optional("senderAccountId", &STRING),
    Field::optional("receiverAccountId", &STRING),
    Field::optional("invitationTimestamp", &DATE_TIME),
    Field::optional("status", &RESOURCE_SHARE_INVITATION_STATUS),
    Field::optional(
        "resourceShareAssociations",
        &RESOURCE_SHARE_ASSOCIATION_LIST,
    ),
    Field::optional("receiverArn", &STRING),
]);
pub(super) static RESOURCE_SHARE_INVITATION_ARN_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_INVITATION_LIST: Shape = Shape::List {
    of: &RESOURCE_SHARE_INVITATION,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_INVITATION_STATUS: Shape =
    Shape::Word(&["PENDING", "ACCEPTED", "REJECTED", "EXPIRED"]);
pub(super) static RESOURCE_SHARE_LIST: Shape = Shape::List {
    of: &RESOURCE_SHARE,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_PERMISSION_LIST: Shape = Shape::List {
    of: &RESOURCE_SHARE_PERMISSION_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_SHARE_PERMISSION_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("arn", &STRING),
    Field::optional("version", &STRING),
    Field::optional("defaultVersion", &BOOLEAN),
    Field::optional("name", &STRING),
    Field::optional("resourceType", &STRING),
    Field::optional("status", &STRING),
    Field::optional("creationTime", &DATE_TIME),
    Field::optional("lastUpdatedTime", &DATE_TIME),
    Field::optional("isResourceTypeDefault", &BOOLEAN),
    Field::optional("permissionType", &PERMISSION_TYPE),
    Field::optional("featureSet", &PERMISSION_FEATURE_SET),
    Field::optional("tags", &TAG_LIST),
]);
pub(super) static RESOURCE_SHARE_STATUS: Shape =
    Shape::Word(&["PENDING", "ACTIVE", "FAILED", "DELETING", "DELETED"]);
pub(super) static RESOURCE_STATUS: Shape = Shape::Word(&[
    "AVAILABLE",
    "ZONAL_RESOURCE_INACCESSIBLE",
    "LIMIT_EXCEEDED",
    "UNAVAILABLE",
    "PENDING",
]);
pub(super) static SOURCE_ARN_OR_ACCOUNT_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static STRING: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::optional("key", &TAG_KEY),
    Field::optional("value", &TAG_VALUE),
]);
pub(super) static TAG_FILTER: Shape = Shape::Structure(&[
    Field::optional("tagKey", &TAG_KEY),
    Field::optional("tagValues", &TAG_VALUE_LIST),
]);
pub(super) static TAG_FILTERS: Shape = Shape::List {
    of: &TAG_FILTER,
    count: (0, u64::MAX),
};
pub(super) static TAG_KEY: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static TAG_KEY_LIST: Shape = Shape::List {
    of: &TAG_KEY,
    count: (0, u64::MAX),
};
pub(super) static TAG_LIST: Shape = Shape::List {
    of: &TAG,
    count: (0, u64::MAX),
};
pub(super) static TAG_RESOURCE_REQUEST: Shape = Shape::Structure(&[
    Field::optional("resourceShareArn", &STRING),
    Field::required("tags", &TAG_LIST),
    Field::optional("resourceArn", &STRING),
]);
pub(super) static TAG_RESOURCE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static TAG_VALUE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static TAG_VALUE_LIST: Shape = Shape::List {
    of: &TAG_VALUE,
    count: (0, u64::MAX),
};
pub(super) static UNTAG_RESOURCE_REQUEST: Shape = Shape::Structure(&[
    Field::optional("resourceShareArn", &STRING),
    Field::required("tagKeys", &TAG_KEY_LIST),
    Field::optional("resourceArn", &STRING),
]);
pub(super) static UNTAG_RESOURCE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static UPDATE_RESOURCE_SHARE_REQUEST: Shape = Shape::Structure(&[
    Field::required("resourceShareArn", &STRING),
    Field::optional("name", &STRING),
    Field::optional("allowExternalPrincipals", &BOOLEAN),
    Field::optional("clientToken", &STRING),
]);
pub(super) static UPDATE_RESOURCE_SHARE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("resourceShare", &RESOURCE_SHARE),
    Field::optional("clientToken", &STRING),
]);
