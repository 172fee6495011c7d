//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2010-05-08; change that, not this.

use crate::shape::{Field, Pattern, Shape};

pub(super) static ACCESS_KEY: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    Field::required("Status", &STATUS_TYPE),
    Field::required("SecretAccessKey", &ACCESS_KEY_SECRET_TYPE),
    Field::optional("CreateDate", &DATE_TYPE),
]);
pub(super) static ACCESS_KEY_METADATA: Shape = Shape::Structure(&[
    Field::optional("UserName", &USER_NAME_TYPE),
    Field::optional("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    Field::optional("Status", &STATUS_TYPE),
    Field::optional("CreateDate", &DATE_TYPE),
]);
pub(super) static ATTACHED_PERMISSIONS_BOUNDARY: Shape = Shape::Structure(&[
    Field::optional(
        "PermissionsBoundaryType",
        &PERMISSIONS_BOUNDARY_ATTACHMENT_TYPE,
    ),
    Field::optional("PermissionsBoundaryArn", &ARN_TYPE),
]);
pub(super) static ATTACHED_POLICY: Shape = Shape::Structure(&[
    Field::optional("PolicyName", &POLICY_NAME_TYPE),
    Field::optional("PolicyArn", &ARN_TYPE),
]);
pub(super) static CREATE_ACCESS_KEY_REQUEST: Shape =
    Shape::Structure(&[Field::optional("UserName", &EXISTING_USER_NAME_TYPE)]);
pub(super) static CREATE_ACCESS_KEY_RESPONSE: Shape =
    Shape::Structure(&[Field::required("AccessKey", &ACCESS_KEY)]);
pub(super) static CREATE_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::optional("Path", &PATH_TYPE),
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("AssumeRolePolicyDocument", &POLICY_DOCUMENT_TYPE),
    Field::optional("Description", &ROLE_DESCRIPTION_TYPE),
    Field::optional("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
    Field::optional("PermissionsBoundary", &ARN_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static CREATE_ROLE_RESPONSE: Shape = Shape::Structure(&[Field::required("Role", &ROLE)]);
pub(super) static CREATE_USER_REQUEST: Shape = Shape::Structure(&[
    Field::optional("Path", &PATH_TYPE),
    Field::required("UserName", &USER_NAME_TYPE),
    Field::optional("PermissionsBoundary", &ARN_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static CREATE_USER_RESPONSE: Shape = Shape::Structure(&[Field::optional("User", &USER)]);
pub(super) static DELETE_ACCESS_KEY_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("AccessKeyId", &ACCESS_KEY_ID_TYPE),
]);
pub(super) static DELETE_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
]);
pub(super) static DELETE_ROLE_REQUEST: Shape =
    Shape::Structure(&[Field::required("RoleName", &ROLE_NAME_TYPE)]);
pub(super) static DELETE_USER_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
]);
pub(super) static DELETE_USER_REQUEST: Shape =
    Shape::Structure(&[Field::required("UserName", &EXISTING_USER_NAME_TYPE)]);
pub(super) static GET_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
]);
pub(super) static GET_ROLE_POLICY_RESPONSE: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
pub(super) static GET_ROLE_REQUEST: Shape =
    Shape::Structure(&[Field::required("RoleName", &ROLE_NAME_TYPE)]);
pub(super) static GET_ROLE_RESPONSE: Shape = Shape::Structure(&[Field::required("Role", &ROLE)]);
pub(super) static GET_USER_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
]);
pub(super) static GET_USER_POLICY_RESPONSE: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
pub(super) static GET_USER_REQUEST: Shape =
    Shape::Structure(&[Field::optional("UserName", &EXISTING_USER_NAME_TYPE)]);
pub(super) static GET_USER_RESPONSE: Shape = Shape::Structure(&[Field::required("User", &USER)]);
pub(super) static GROUP: Shape = Shape::Structure(&[
    Field::required("Path", &PATH_TYPE),
    Field::required("GroupName", &GROUP_NAME_TYPE),
    Field::required("GroupId", &ID_TYPE),
    Field::required("Arn", &ARN_TYPE),
    Field::required("CreateDate", &DATE_TYPE),
]);
pub(super) static INSTANCE_PROFILE: Shape = Shape::Structure(&[
    Field::required("Path", &PATH_TYPE),
    Field::required("InstanceProfileName", &INSTANCE_PROFILE_NAME_TYPE),
    Field::required("InstanceProfileId", &ID_TYPE),
    Field::required("Arn", &ARN_TYPE),
    Field::required("CreateDate", &DATE_TYPE),
    Field::required("Roles", &ROLE_LIST_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static LIST_ACCESS_KEYS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ACCESS_KEYS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("AccessKeyMetadata", &ACCESS_KEY_METADATA_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_ATTACHED_ROLE_POLICIES_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::optional("PathPrefix", &POLICY_PATH_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ATTACHED_ROLE_POLICIES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("AttachedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_ATTACHED_USER_POLICIES_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::optional("PathPrefix", &POLICY_PATH_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ATTACHED_USER_POLICIES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("AttachedPolicies", &ATTACHED_POLICIES_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_GROUPS_FOR_USER_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_GROUPS_FOR_USER_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Groups", &GROUP_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_INSTANCE_PROFILES_FOR_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_INSTANCE_PROFILES_FOR_ROLE_RESPONSE: Shape = Shape::Structure(&[
    Field::required("InstanceProfiles", &INSTANCE_PROFILE_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_ROLE_POLICIES_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ROLE_POLICIES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("PolicyNames", &POLICY_NAME_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_ROLE_TAGS_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ROLE_TAGS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Tags", &TAG_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_ROLES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("PathPrefix", &PATH_PREFIX_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ROLES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Roles", &ROLE_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_USER_POLICIES_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_USER_POLICIES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("PolicyNames", &POLICY_NAME_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_USER_TAGS_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_USER_TAGS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Tags", &TAG_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_USERS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("PathPrefix", &PATH_PREFIX_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_USERS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Users", &USER_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static PERMISSIONS_BOUNDARY_ATTACHMENT_TYPE: Shape =
    Shape::Word(&["PermissionsBoundaryPolicy"]);
pub(super) static PUT_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
pub(super) static PUT_USER_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("PolicyName", &POLICY_NAME_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
pub(super) static ROLE: Shape = Shape::Structure(&[
    Field::required("Path", &PATH_TYPE),
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("RoleId", &ID_TYPE),
    Field::required("Arn", &ARN_TYPE),
    Field::required("CreateDate", &DATE_TYPE),
    Field::optional("AssumeRolePolicyDocument", &POLICY_DOCUMENT_TYPE),
    Field::optional("Description", &ROLE_DESCRIPTION_TYPE),
    Field::optional("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
    Field::optional("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    Field::optional("Tags", &TAG_LIST_TYPE),
    Field::optional("RoleLastUsed", &ROLE_LAST_USED),
]);
pub(super) static ROLE_LAST_USED: Shape = Shape::Structure(&[
    Field::optional("LastUsedDate", &DATE_TYPE),
    Field::optional("Region", &STRING_TYPE),
]);
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TAG_KEY_TYPE),
    Field::required("Value", &TAG_VALUE_TYPE),
]);
pub(super) static TAG_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static TAG_USER_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static UNTAG_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("TagKeys", &TAG_KEY_LIST_TYPE),
]);
pub(super) static UNTAG_USER_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("TagKeys", &TAG_KEY_LIST_TYPE),
]);
pub(super) static UPDATE_ACCESS_KEY_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    Field::required("Status", &STATUS_TYPE),
]);
pub(super) static UPDATE_ASSUME_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
]);
pub(super) static UPDATE_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::optional("Description", &ROLE_DESCRIPTION_TYPE),
    Field::optional("MaxSessionDuration", &ROLE_MAX_SESSION_DURATION_TYPE),
]);
pub(super) static UPDATE_ROLE_RESPONSE: Shape = Shape::Structure(&[]);
pub(super) static USER: Shape = Shape::Structure(&[
    Field::required("Path", &PATH_TYPE),
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("UserId", &ID_TYPE),
    Field::required("Arn", &ARN_TYPE),
    Field::required("CreateDate", &DATE_TYPE),
    Field::optional("PasswordLastUsed", &DATE_TYPE),
    Field::optional("PermissionsBoundary", &ATTACHED_PERMISSIONS_BOUNDARY),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static ACCESS_KEY_ID_TYPE: Shape = Shape::Text {
    chars: (16, 128),
    pattern: Some(Pattern::Regex(r"[\w]+")),
};
pub(super) static ACCESS_KEY_METADATA_LIST_TYPE: Shape = Shape::List {
    of: &ACCESS_KEY_METADATA,
    count: (0, u64::MAX),
};
pub(super) static ACCESS_KEY_SECRET_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static ARN_TYPE: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: None,
};
pub(super) static ATTACHED_POLICIES_LIST_TYPE: Shape = Shape::List {
    of: &ATTACHED_POLICY,
    count: (0, u64::MAX),
};
pub(super) static BOOLEAN_TYPE: Shape = Shape::Flag;
pub(super) static DATE_TYPE: Shape = Shape::Text {
    chars: (0, 64),
    pattern: None,
};
pub(super) static EXISTING_USER_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static GROUP_LIST_TYPE: Shape = Shape::List {
    of: &GROUP,
    count: (0, u64::MAX),
};
pub(super) static GROUP_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static ID_TYPE: Shape = Shape::Text {
    chars: (16, 128),
    pattern: Some(Pattern::Regex(r"[\w]+")),
};
pub(super) static INSTANCE_PROFILE_LIST_TYPE: Shape = Shape::List {
    of: &INSTANCE_PROFILE,
    count: (0, u64::MAX),
};
pub(super) static INSTANCE_PROFILE_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static MARKER_TYPE: Shape = Shape::Text {
    chars: (1, 320),
    pattern: Some(Pattern::Regex(r"[\u0020-\u00FF]+")),
};
pub(super) static MAX_ITEMS_TYPE: Shape = Shape::Number(1, 1000);
pub(super) static PATH_PREFIX_TYPE: Shape = Shape::Text {
    chars: (1, 512),
    pattern: Some(Pattern::Regex(r"\u002F[\u0021-\u007F]*")),
};
pub(super) static PATH_TYPE: Shape = Shape::Text {
    chars: (1, 512),
    pattern: Some(Pattern::Regex(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)")),
};
pub(super) static POLICY_DOCUMENT_TYPE: Shape = Shape::Text {
    chars: (1, 131072),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]+")),
};
pub(super) static POLICY_NAME_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_NAME_TYPE,
    count: (0, u64::MAX),
};
pub(super) static POLICY_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static POLICY_PATH_TYPE: Shape = Shape::Text {
    chars: (1, 512),
    pattern: Some(Pattern::Regex(r"((/[A-Za-z0-9\.,\+@=_-]+)*)/")),
};
pub(super) static RESPONSE_MARKER_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static ROLE_DESCRIPTION_TYPE: Shape = Shape::Text {
    chars: (0, 1000),
    pattern: Some(Pattern::Regex(
        r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
    )),
};
pub(super) static ROLE_LIST_TYPE: Shape = Shape::List {
    of: &ROLE,
    count: (0, u64::MAX),
};
pub(super) static ROLE_MAX_SESSION_DURATION_TYPE: Shape = Shape::Number(3600, 43200);
pub(super) static ROLE_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 64),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static STATUS_TYPE: Shape = Shape::Word(&["Active", "Inactive", "Expired"]);
pub(super) static STRING_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static TAG_KEY_LIST_TYPE: Shape = Shape::List {
    of: &TAG_KEY_TYPE,
    count: (0, 50),
};
pub(super) static TAG_KEY_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+")),
};
pub(super) static TAG_LIST_TYPE: Shape = Shape::List {
    of: &TAG,
    count: (0, 50),
};
pub(super) static TAG_VALUE_TYPE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")),
};
pub(super) static USER_LIST_TYPE: Shape = Shape::List {
    of: &USER,
    count: (0, u64::MAX),
};
pub(super) static USER_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 64),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
