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
pub(super) static ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape = Shape::Structure(&[
    Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::required("ClientID", &CLIENT_ID_TYPE),
]);
pub(super) static ATTACH_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyArn", &ARN_TYPE),
]);
pub(super) static ATTACH_USER_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("PolicyArn", &ARN_TYPE),
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
pub(super) static BOOTSTRAP_DATUM: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static CREATE_ACCESS_KEY_REQUEST: Shape =
    Shape::Structure(&[Field::optional("UserName", &EXISTING_USER_NAME_TYPE)]);
pub(super) static CREATE_ACCESS_KEY_RESPONSE: Shape =
    Shape::Structure(&[Field::required("AccessKey", &ACCESS_KEY)]);
pub(super) static CREATE_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape = Shape::Structure(&[
    Field::required("Url", &OPEN_ID_CONNECT_PROVIDER_URL_TYPE),
    Field::optional("ClientIDList", &CLIENT_ID_LIST_TYPE),
    Field::optional("ThumbprintList", &THUMBPRINT_LIST_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static CREATE_OPEN_ID_CONNECT_PROVIDER_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static CREATE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyName", &POLICY_NAME_TYPE),
    Field::optional("Path", &POLICY_PATH_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
    Field::optional("Description", &POLICY_DESCRIPTION_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static CREATE_POLICY_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Policy", &POLICY)]);
pub(super) static CREATE_POLICY_VERSION_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("PolicyDocument", &POLICY_DOCUMENT_TYPE),
    Field::optional("SetAsDefault", &BOOLEAN_TYPE),
]);
pub(super) static CREATE_POLICY_VERSION_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("PolicyVersion", &POLICY_VERSION)]);
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
pub(super) static DELETE_LOGIN_PROFILE_REQUEST: Shape =
    Shape::Structure(&[Field::optional("UserName", &USER_NAME_TYPE)]);
pub(super) static DELETE_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape =
    Shape::Structure(&[Field::required("OpenIDConnectProviderArn", &ARN_TYPE)]);
pub(super) static DELETE_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("PolicyArn", &ARN_TYPE)]);
pub(super) static DELETE_POLICY_VERSION_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("VersionId", &POLICY_VERSION_ID_TYPE),
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
pub(super) static DETACH_ROLE_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("PolicyArn", &ARN_TYPE),
]);
pub(super) static DETACH_USER_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("PolicyArn", &ARN_TYPE),
]);
pub(super) static ENTITY_TYPE: Shape = Shape::Word(&[
    "User",
    "Role",
    "Group",
    "LocalManagedPolicy",
    "AWSManagedPolicy",
]);
pub(super) static GET_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape =
    Shape::Structure(&[Field::required("OpenIDConnectProviderArn", &ARN_TYPE)]);
pub(super) static GET_OPEN_ID_CONNECT_PROVIDER_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Url", &OPEN_ID_CONNECT_PROVIDER_URL_TYPE),
    Field::optional("ClientIDList", &CLIENT_ID_LIST_TYPE),
    Field::optional("ThumbprintList", &THUMBPRINT_LIST_TYPE),
    Field::optional("CreateDate", &DATE_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static GET_POLICY_REQUEST: Shape =
    Shape::Structure(&[Field::required("PolicyArn", &ARN_TYPE)]);
pub(super) static GET_POLICY_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Policy", &POLICY)]);
pub(super) static GET_POLICY_VERSION_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("VersionId", &POLICY_VERSION_ID_TYPE),
]);
pub(super) static GET_POLICY_VERSION_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("PolicyVersion", &POLICY_VERSION)]);
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
pub(super) static LIST_ENTITIES_FOR_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::optional("EntityFilter", &ENTITY_TYPE),
    Field::optional("PathPrefix", &PATH_TYPE),
    Field::optional("PolicyUsageFilter", &POLICY_USAGE_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_ENTITIES_FOR_POLICY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("PolicyGroups", &POLICY_GROUP_LIST_TYPE),
    Field::optional("PolicyUsers", &POLICY_USER_LIST_TYPE),
    Field::optional("PolicyRoles", &POLICY_ROLE_LIST_TYPE),
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
pub(super) static LIST_MFA_DEVICES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_MFA_DEVICES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("MFADevices", &MFA_DEVICE_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_OPEN_ID_CONNECT_PROVIDER_TAGS_REQUEST: Shape = Shape::Structure(&[
    Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_OPEN_ID_CONNECT_PROVIDER_TAGS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Tags", &TAG_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_OPEN_ID_CONNECT_PROVIDERS_REQUEST: Shape = Shape::Structure(&[]);
pub(super) static LIST_OPEN_ID_CONNECT_PROVIDERS_RESPONSE: Shape =
    Shape::Structure(&[Field::optional(
        "OpenIDConnectProviderList",
        &OPEN_ID_CONNECT_PROVIDER_LIST_TYPE,
    )]);
pub(super) static LIST_POLICIES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("Scope", &POLICY_SCOPE_TYPE),
    Field::optional("OnlyAttached", &BOOLEAN_TYPE),
    Field::optional("PathPrefix", &POLICY_PATH_TYPE),
    Field::optional("PolicyUsageFilter", &POLICY_USAGE_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_POLICIES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Policies", &POLICY_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_POLICY_TAGS_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_POLICY_TAGS_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Tags", &TAG_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_POLICY_VERSIONS_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_POLICY_VERSIONS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Versions", &POLICY_DOCUMENT_VERSION_LIST_TYPE),
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
pub(super) static LIST_SSH_PUBLIC_KEYS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_SSH_PUBLIC_KEYS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("SSHPublicKeys", &SSH_PUBLIC_KEY_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static LIST_SERVICE_SPECIFIC_CREDENTIALS_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &USER_NAME_TYPE),
    Field::optional("ServiceName", &SERVICE_NAME),
    Field::optional("AllUsers", &ALL_USERS),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_SERVICE_SPECIFIC_CREDENTIALS_RESPONSE: Shape = Shape::Structure(&[
    Field::optional(
        "ServiceSpecificCredentials",
        &SERVICE_SPECIFIC_CREDENTIALS_LIST_TYPE,
    ),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
]);
pub(super) static LIST_SIGNING_CERTIFICATES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("UserName", &EXISTING_USER_NAME_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_SIGNING_CERTIFICATES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("Certificates", &CERTIFICATE_LIST_TYPE),
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
pub(super) static LIST_VIRTUAL_MFA_DEVICES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("AssignmentStatus", &ASSIGNMENT_STATUS_TYPE),
    Field::optional("Marker", &MARKER_TYPE),
    Field::optional("MaxItems", &MAX_ITEMS_TYPE),
]);
pub(super) static LIST_VIRTUAL_MFA_DEVICES_RESPONSE: Shape = Shape::Structure(&[
    Field::required("VirtualMFADevices", &VIRTUAL_MFA_DEVICE_LIST_TYPE),
    Field::optional("IsTruncated", &BOOLEAN_TYPE),
    Field::optional("Marker", &RESPONSE_MARKER_TYPE),
]);
pub(super) static MFA_DEVICE: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("SerialNumber", &SERIAL_NUMBER_TYPE),
    Field::required("EnableDate", &DATE_TYPE),
]);
pub(super) static OPEN_ID_CONNECT_PROVIDER_LIST_ENTRY: Shape =
    Shape::Structure(&[Field::optional("Arn", &ARN_TYPE)]);
pub(super) static OPEN_ID_CONNECT_PROVIDER_LIST_TYPE: Shape = Shape::List {
    of: &OPEN_ID_CONNECT_PROVIDER_LIST_ENTRY,
    count: (0, u64::MAX),
};
pub(super) static OPEN_ID_CONNECT_PROVIDER_URL_TYPE: Shape = Shape::Text {
    chars: (1, 255),
    pattern: None,
};
pub(super) static PERMISSIONS_BOUNDARY_ATTACHMENT_TYPE: Shape =
    Shape::Word(&["PermissionsBoundaryPolicy"]);
pub(super) static POLICY: Shape = Shape::Structure(&[
    Field::optional("PolicyName", &POLICY_NAME_TYPE),
    Field::optional("PolicyId", &ID_TYPE),
    Field::optional("Arn", &ARN_TYPE),
    Field::optional("Path", &POLICY_PATH_TYPE),
    Field::optional("DefaultVersionId", &POLICY_VERSION_ID_TYPE),
    Field::optional("AttachmentCount", &ATTACHMENT_COUNT_TYPE),
    Field::optional("PermissionsBoundaryUsageCount", &ATTACHMENT_COUNT_TYPE),
    Field::optional("IsAttachable", &BOOLEAN_TYPE),
    Field::optional("Description", &POLICY_DESCRIPTION_TYPE),
    Field::optional("CreateDate", &DATE_TYPE),
    Field::optional("UpdateDate", &DATE_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
]);
pub(super) static POLICY_GROUP: Shape = Shape::Structure(&[
    Field::optional("GroupName", &GROUP_NAME_TYPE),
    Field::optional("GroupId", &ID_TYPE),
]);
pub(super) static POLICY_GROUP_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_GROUP,
    count: (0, u64::MAX),
};
pub(super) static POLICY_ROLE: Shape = Shape::Structure(&[
    Field::optional("RoleName", &ROLE_NAME_TYPE),
    Field::optional("RoleId", &ID_TYPE),
]);
pub(super) static POLICY_ROLE_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_ROLE,
    count: (0, u64::MAX),
};
pub(super) static POLICY_USAGE_TYPE: Shape =
    Shape::Word(&["PermissionsPolicy", "PermissionsBoundary"]);
pub(super) static POLICY_USER: Shape = Shape::Structure(&[
    Field::optional("UserName", &USER_NAME_TYPE),
    Field::optional("UserId", &ID_TYPE),
]);
pub(super) static POLICY_USER_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_USER,
    count: (0, u64::MAX),
};
pub(super) static POLICY_VERSION: Shape = Shape::Structure(&[
    Field::optional("Document", &POLICY_DOCUMENT_TYPE),
    Field::optional("VersionId", &POLICY_VERSION_ID_TYPE),
    Field::optional("IsDefaultVersion", &BOOLEAN_TYPE),
    Field::optional("CreateDate", &DATE_TYPE),
]);
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
pub(super) static REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape =
    Shape::Structure(&[
        Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
        Field::required("ClientID", &CLIENT_ID_TYPE),
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
pub(super) static SSH_PUBLIC_KEY_LIST_TYPE: Shape = Shape::List {
    of: &SSH_PUBLIC_KEY_METADATA,
    count: (0, u64::MAX),
};
pub(super) static SSH_PUBLIC_KEY_METADATA: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("SSHPublicKeyId", &PUBLIC_KEY_ID_TYPE),
    Field::required("Status", &STATUS_TYPE),
    Field::required("UploadDate", &DATE_TYPE),
]);
pub(super) static SERVICE_SPECIFIC_CREDENTIAL_METADATA: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("Status", &STATUS_TYPE),
    Field::optional("ServiceUserName", &SERVICE_USER_NAME),
    Field::optional("ServiceCredentialAlias", &SERVICE_CREDENTIAL_ALIAS),
    Field::required("CreateDate", &DATE_TYPE),
    Field::optional("ExpirationDate", &DATE_TYPE),
    Field::required(
        "ServiceSpecificCredentialId",
        &SERVICE_SPECIFIC_CREDENTIAL_ID,
    ),
    Field::required("ServiceName", &SERVICE_NAME),
]);
pub(super) static SERVICE_SPECIFIC_CREDENTIALS_LIST_TYPE: Shape = Shape::List {
    of: &SERVICE_SPECIFIC_CREDENTIAL_METADATA,
    count: (0, u64::MAX),
};
pub(super) static SET_DEFAULT_POLICY_VERSION_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("VersionId", &POLICY_VERSION_ID_TYPE),
]);
pub(super) static SIGNING_CERTIFICATE: Shape = Shape::Structure(&[
    Field::required("UserName", &USER_NAME_TYPE),
    Field::required("CertificateId", &CERTIFICATE_ID_TYPE),
    Field::required("CertificateBody", &CERTIFICATE_BODY_TYPE),
    Field::required("Status", &STATUS_TYPE),
    Field::optional("UploadDate", &DATE_TYPE),
]);
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TAG_KEY_TYPE),
    Field::required("Value", &TAG_VALUE_TYPE),
]);
pub(super) static TAG_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape = Shape::Structure(&[
    Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static TAG_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static TAG_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static TAG_USER_REQUEST: Shape = Shape::Structure(&[
    Field::required("UserName", &EXISTING_USER_NAME_TYPE),
    Field::required("Tags", &TAG_LIST_TYPE),
]);
pub(super) static UNTAG_OPEN_ID_CONNECT_PROVIDER_REQUEST: Shape = Shape::Structure(&[
    Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::required("TagKeys", &TAG_KEY_LIST_TYPE),
]);
pub(super) static UNTAG_POLICY_REQUEST: Shape = Shape::Structure(&[
    Field::required("PolicyArn", &ARN_TYPE),
    Field::required("TagKeys", &TAG_KEY_LIST_TYPE),
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
pub(super) static UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT_REQUEST: Shape = Shape::Structure(&[
    Field::required("OpenIDConnectProviderArn", &ARN_TYPE),
    Field::required("ThumbprintList", &THUMBPRINT_LIST_TYPE),
]);
pub(super) static UPDATE_ROLE_DESCRIPTION_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleName", &ROLE_NAME_TYPE),
    Field::required("Description", &ROLE_DESCRIPTION_TYPE),
]);
pub(super) static UPDATE_ROLE_DESCRIPTION_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Role", &ROLE)]);
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
pub(super) static VIRTUAL_MFA_DEVICE: Shape = Shape::Structure(&[
    Field::required("SerialNumber", &SERIAL_NUMBER_TYPE),
    Field::optional("Base32StringSeed", &BOOTSTRAP_DATUM),
    Field::optional("QRCodePNG", &BOOTSTRAP_DATUM),
    Field::optional("User", &USER),
    Field::optional("EnableDate", &DATE_TYPE),
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
pub(super) static ALL_USERS: Shape = Shape::Flag;
pub(super) static ARN_TYPE: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: None,
};
pub(super) static ASSIGNMENT_STATUS_TYPE: Shape = Shape::Word(&["Assigned", "Unassigned", "Any"]);
pub(super) static ATTACHED_POLICIES_LIST_TYPE: Shape = Shape::List {
    of: &ATTACHED_POLICY,
    count: (0, u64::MAX),
};
pub(super) static ATTACHMENT_COUNT_TYPE: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static BOOLEAN_TYPE: Shape = Shape::Flag;
pub(super) static CERTIFICATE_BODY_TYPE: Shape = Shape::Text {
    chars: (1, 16384),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]+")),
};
pub(super) static CERTIFICATE_ID_TYPE: Shape = Shape::Text {
    chars: (24, 128),
    pattern: Some(Pattern::Regex(r"[\w]+")),
};
pub(super) static CERTIFICATE_LIST_TYPE: Shape = Shape::List {
    of: &SIGNING_CERTIFICATE,
    count: (0, u64::MAX),
};
pub(super) static CLIENT_ID_LIST_TYPE: Shape = Shape::List {
    of: &CLIENT_ID_TYPE,
    count: (0, u64::MAX),
};
pub(super) static CLIENT_ID_TYPE: Shape = Shape::Text {
    chars: (1, 255),
    pattern: None,
};
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
pub(super) static MFA_DEVICE_LIST_TYPE: Shape = Shape::List {
    of: &MFA_DEVICE,
    count: (0, u64::MAX),
};
pub(super) static PATH_PREFIX_TYPE: Shape = Shape::Text {
    chars: (1, 512),
    pattern: Some(Pattern::Regex(r"\u002F[\u0021-\u007F]*")),
};
pub(super) static PATH_TYPE: Shape = Shape::Text {
    chars: (1, 512),
    pattern: Some(Pattern::Regex(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)")),
};
pub(super) static POLICY_DESCRIPTION_TYPE: Shape = Shape::Text {
    chars: (0, 1000),
    pattern: None,
};
pub(super) static POLICY_DOCUMENT_TYPE: Shape = Shape::Text {
    chars: (1, 131072),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]+")),
};
pub(super) static POLICY_DOCUMENT_VERSION_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_VERSION,
    count: (0, u64::MAX),
};
pub(super) static POLICY_LIST_TYPE: Shape = Shape::List {
    of: &POLICY,
    count: (0, u64::MAX),
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
pub(super) static POLICY_SCOPE_TYPE: Shape = Shape::Word(&["All", "AWS", "Local"]);
pub(super) static POLICY_VERSION_ID_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: Some(Pattern::Regex(r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?")),
};
pub(super) static PUBLIC_KEY_ID_TYPE: Shape = Shape::Text {
    chars: (20, 128),
    pattern: Some(Pattern::Regex(r"[\w]+")),
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
pub(super) static SERIAL_NUMBER_TYPE: Shape = Shape::Text {
    chars: (9, 256),
    pattern: Some(Pattern::Regex(r"[\w+=/:,.@-]+")),
};
pub(super) static SERVICE_CREDENTIAL_ALIAS: Shape = Shape::Text {
    chars: (0, 200),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static SERVICE_NAME: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static SERVICE_SPECIFIC_CREDENTIAL_ID: Shape = Shape::Text {
    chars: (20, 128),
    pattern: Some(Pattern::Regex(r"[\w]+")),
};
pub(super) static SERVICE_USER_NAME: Shape = Shape::Text {
    chars: (0, 200),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]*")),
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
pub(super) static THUMBPRINT_LIST_TYPE: Shape = Shape::List {
    of: &THUMBPRINT_TYPE,
    count: (0, u64::MAX),
};
pub(super) static THUMBPRINT_TYPE: Shape = Shape::Text {
    chars: (40, 40),
    pattern: None,
};
pub(super) static USER_LIST_TYPE: Shape = Shape::List {
    of: &USER,
    count: (0, u64::MAX),
};
pub(super) static USER_NAME_TYPE: Shape = Shape::Text {
    chars: (1, 64),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]+")),
};
pub(super) static VIRTUAL_MFA_DEVICE_LIST_TYPE: Shape = Shape::List {
    of: &VIRTUAL_MFA_DEVICE,
    count: (0, u64::MAX),
};
