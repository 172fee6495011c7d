//! Every operation that there is.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2010-05-08; change that, not this.

use super::shapes;
use crate::query::{Api, Operation};

/// The API.
pub(crate) static API: Api = Api {
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    operations: &[
        Operation {
            name: "AddClientIDToOpenIDConnectProvider",
            input: &shapes::ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: None,
        },
        Operation {
            name: "AttachRolePolicy",
            input: &shapes::ATTACH_ROLE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "AttachUserPolicy",
            input: &shapes::ATTACH_USER_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "CreateAccessKey",
            input: &shapes::CREATE_ACCESS_KEY_REQUEST,
            output: Some(&shapes::CREATE_ACCESS_KEY_RESPONSE),
        },
        Operation {
            name: "CreateOpenIDConnectProvider",
            input: &shapes::CREATE_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: Some(&shapes::CREATE_OPEN_ID_CONNECT_PROVIDER_RESPONSE),
        },
        Operation {
            name: "CreatePolicy",
            input: &shapes::CREATE_POLICY_REQUEST,
            output: Some(&shapes::CREATE_POLICY_RESPONSE),
        },
        Operation {
            name: "CreatePolicyVersion",
            input: &shapes::CREATE_POLICY_VERSION_REQUEST,
            output: Some(&shapes::CREATE_POLICY_VERSION_RESPONSE),
        },
        Operation {
            name: "CreateRole",
            input: &shapes::CREATE_ROLE_REQUEST,
            output: Some(&shapes::CREATE_ROLE_RESPONSE),
        },
        Operation {
            name: "CreateUser",
            input: &shapes::CREATE_USER_REQUEST,
            output: Some(&shapes::CREATE_USER_RESPONSE),
        },
        Operation {
            name: "DeleteAccessKey",
            input: &shapes::DELETE_ACCESS_KEY_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteLoginProfile",
            input: &shapes::DELETE_LOGIN_PROFILE_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteOpenIDConnectProvider",
            input: &shapes::DELETE_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: None,
        },
        Operation {
            name: "DeletePolicy",
            input: &shapes::DELETE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "DeletePolicyVersion",
            input: &shapes::DELETE_POLICY_VERSION_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteRole",
            input: &shapes::DELETE_ROLE_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteRolePolicy",
            input: &shapes::DELETE_ROLE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteUser",
            input: &shapes::DELETE_USER_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteUserPolicy",
            input: &shapes::DELETE_USER_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "DetachRolePolicy",
            input: &shapes::DETACH_ROLE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "DetachUserPolicy",
            input: &shapes::DETACH_USER_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "GetOpenIDConnectProvider",
            input: &shapes::GET_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: Some(&shapes::GET_OPEN_ID_CONNECT_PROVIDER_RESPONSE),
        },
        Operation {
            name: "GetPolicy",
            input: &shapes::GET_POLICY_REQUEST,
            output: Some(&shapes::GET_POLICY_RESPONSE),
        },
        Operation {
            name: "GetPolicyVersion",
            input: &shapes::GET_POLICY_VERSION_REQUEST,
            output: Some(&shapes::GET_POLICY_VERSION_RESPONSE),
        },
        Operation {
            name: "GetRole",
            input: &shapes::GET_ROLE_REQUEST,
            output: Some(&shapes::GET_ROLE_RESPONSE),
        },
        Operation {
            name: "GetRolePolicy",
            input: &shapes::GET_ROLE_POLICY_REQUEST,
            output: Some(&shapes::GET_ROLE_POLICY_RESPONSE),
        },
        Operation {
            name: "GetUser",
            input: &shapes::GET_USER_REQUEST,
            output: Some(&shapes::GET_USER_RESPONSE),
        },
        Operation {
            name: "GetUserPolicy",
            input: &shapes::GET_USER_POLICY_REQUEST,
            output: Some(&shapes::GET_USER_POLICY_RESPONSE),
        },
        Operation {
            name: "ListAccessKeys",
            input: &shapes::LIST_ACCESS_KEYS_REQUEST,
            output: Some(&shapes::LIST_ACCESS_KEYS_RESPONSE),
        },
        Operation {
            name: "ListAttachedRolePolicies",
            input: &shapes::LIST_ATTACHED_ROLE_POLICIES_REQUEST,
            output: Some(&shapes::LIST_ATTACHED_ROLE_POLICIES_RESPONSE),
        },
        Operation {
            name: "ListAttachedUserPolicies",
            input: &shapes::LIST_ATTACHED_USER_POLICIES_REQUEST,
            output: Some(&shapes::LIST_ATTACHED_USER_POLICIES_RESPONSE),
        },
        Operation {
            name: "ListEntitiesForPolicy",
            input: &shapes::LIST_ENTITIES_FOR_POLICY_REQUEST,
            output: Some(&shapes::LIST_ENTITIES_FOR_POLICY_RESPONSE),
        },
        Operation {
            name: "ListGroupsForUser",
            input: &shapes::LIST_GROUPS_FOR_USER_REQUEST,
            output: Some(&shapes::LIST_GROUPS_FOR_USER_RESPONSE),
        },
        Operation {
            name: "ListInstanceProfilesForRole",
            input: &shapes::LIST_INSTANCE_PROFILES_FOR_ROLE_REQUEST,
            output: Some(&shapes::LIST_INSTANCE_PROFILES_FOR_ROLE_RESPONSE),
        },
        Operation {
            name: "ListMFADevices",
            input: &shapes::LIST_MFA_DEVICES_REQUEST,
            output: Some(&shapes::LIST_MFA_DEVICES_RESPONSE),
        },
        Operation {
            name: "ListOpenIDConnectProviderTags",
            input: &shapes::LIST_OPEN_ID_CONNECT_PROVIDER_TAGS_REQUEST,
            output: Some(&shapes::LIST_OPEN_ID_CONNECT_PROVIDER_TAGS_RESPONSE),
        },
        Operation {
            name: "ListOpenIDConnectProviders",
            input: &shapes::LIST_OPEN_ID_CONNECT_PROVIDERS_REQUEST,
            output: Some(&shapes::LIST_OPEN_ID_CONNECT_PROVIDERS_RESPONSE),
        },
        Operation {
            name: "ListPolicies",
            input: &shapes::LIST_POLICIES_REQUEST,
            output: Some(&shapes::LIST_POLICIES_RESPONSE),
        },
        Operation {
            name: "ListPolicyTags",
            input: &shapes::LIST_POLICY_TAGS_REQUEST,
            output: Some(&shapes::LIST_POLICY_TAGS_RESPONSE),
        },
        Operation {
            name: "ListPolicyVersions",
            input: &shapes::LIST_POLICY_VERSIONS_REQUEST,
            output: Some(&shapes::LIST_POLICY_VERSIONS_RESPONSE),
        },
        Operation {
            name: "ListRolePolicies",
            input: &shapes::LIST_ROLE_POLICIES_REQUEST,
            output: Some(&shapes::LIST_ROLE_POLICIES_RESPONSE),
        },
        Operation {
            name: "ListRoleTags",
            input: &shapes::LIST_ROLE_TAGS_REQUEST,
            output: Some(&shapes::LIST_ROLE_TAGS_RESPONSE),
        },
        Operation {
            name: "ListRoles",
            input: &shapes::LIST_ROLES_REQUEST,
            output: Some(&shapes::LIST_ROLES_RESPONSE),
        },
        Operation {
            name: "ListSSHPublicKeys",
            input: &shapes::LIST_SSH_PUBLIC_KEYS_REQUEST,
            output: Some(&shapes::LIST_SSH_PUBLIC_KEYS_RESPONSE),
        },
        Operation {
            name: "ListServiceSpecificCredentials",
            input: &shapes::LIST_SERVICE_SPECIFIC_CREDENTIALS_REQUEST,
            output: Some(&shapes::LIST_SERVICE_SPECIFIC_CREDENTIALS_RESPONSE),
        },
        Operation {
            name: "ListSigningCertificates",
            input: &shapes::LIST_SIGNING_CERTIFICATES_REQUEST,
            output: Some(&shapes::LIST_SIGNING_CERTIFICATES_RESPONSE),
        },
        Operation {
            name: "ListUserPolicies",
            input: &shapes::LIST_USER_POLICIES_REQUEST,
            output: Some(&shapes::LIST_USER_POLICIES_RESPONSE),
        },
        Operation {
            name: "ListUserTags",
            input: &shapes::LIST_USER_TAGS_REQUEST,
            output: Some(&shapes::LIST_USER_TAGS_RESPONSE),
        },
        Operation {
            name: "ListUsers",
            input: &shapes::LIST_USERS_REQUEST,
            output: Some(&shapes::LIST_USERS_RESPONSE),
        },
        Operation {
            name: "ListVirtualMFADevices",
            input: &shapes::LIST_VIRTUAL_MFA_DEVICES_REQUEST,
            output: Some(&shapes::LIST_VIRTUAL_MFA_DEVICES_RESPONSE),
        },
        Operation {
            name: "PutRolePolicy",
            input: &shapes::PUT_ROLE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "PutUserPolicy",
            input: &shapes::PUT_USER_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "RemoveClientIDFromOpenIDConnectProvider",
            input: &shapes::REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: None,
        },
        Operation {
            name: "SetDefaultPolicyVersion",
            input: &shapes::SET_DEFAULT_POLICY_VERSION_REQUEST,
            output: None,
        },
        Operation {
            name: "TagOpenIDConnectProvider",
            input: &shapes::TAG_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: None,
        },
        Operation {
            name: "TagPolicy",
            input: &shapes::TAG_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "TagRole",
            input: &shapes::TAG_ROLE_REQUEST,
            output: None,
        },
        Operation {
            name: "TagUser",
            input: &shapes::TAG_USER_REQUEST,
            output: None,
        },
        Operation {
            name: "UntagOpenIDConnectProvider",
            input: &shapes::UNTAG_OPEN_ID_CONNECT_PROVIDER_REQUEST,
            output: None,
        },
        Operation {
            name: "UntagPolicy",
            input: &shapes::UNTAG_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "UntagRole",
            input: &shapes::UNTAG_ROLE_REQUEST,
            output: None,
        },
        Operation {
            name: "UntagUser",
            input: &shapes::UNTAG_USER_REQUEST,
            output: None,
        },
        Operation {
            name: "UpdateAccessKey",
            input: &shapes::UPDATE_ACCESS_KEY_REQUEST,
            output: None,
        },
        Operation {
            name: "UpdateAssumeRolePolicy",
            input: &shapes::UPDATE_ASSUME_ROLE_POLICY_REQUEST,
            output: None,
        },
        Operation {
            name: "UpdateOpenIDConnectProviderThumbprint",
            input: &shapes::UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT_REQUEST,
            output: None,
        },
        Operation {
            name: "UpdateRole",
            input: &shapes::UPDATE_ROLE_REQUEST,
            output: Some(&shapes::UPDATE_ROLE_RESPONSE),
        },
        Operation {
            name: "UpdateRoleDescription",
            input: &shapes::UPDATE_ROLE_DESCRIPTION_REQUEST,
            output: Some(&shapes::UPDATE_ROLE_DESCRIPTION_RESPONSE),
        },
    ],
};
