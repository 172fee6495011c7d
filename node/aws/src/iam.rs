//! IAM: users, access keys, roles, managed policies and OIDC providers, with inline policies and tags.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `call` | one call: what its fields mean to the registry |
//! | `policies` | inline policies |
//! | `managed` | managed policies, and their versions |
//! | `attached` | who has which managed policy |
//! | `keys` | access keys |
//! | `absent` | what a cluster has none of |
//! | `oidc` | OIDC providers |
//! | `told` | what is told of a user, role or key |

mod absent;
mod attached;
mod call;
mod keys;
mod managed;
mod model;
mod oidc;
mod policies;
mod told;

use serde_json::Value;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1::ResourceKind as Kind;

use crate::failure::Failure;
use crate::query::{self, Answer};
use crate::registry::{Patience, Registry};
use call::Call;

pub(crate) use model::API;

/// XML namespace of the API.
pub const NAMESPACE: &str = API.namespace;

/// What the names of the operations on OIDC providers have.
const PROVIDER: &str = "OpenIDConnectProvider";

/// Answers a request of a caller, whose ARN says which user is meant where none is named.
pub async fn answer<R: Registry>(
    registry: &R,
    (caller, arn): (&R::Caller, &str),
    patience: Patience,
    body: &[u8],
    request_id: &str,
) -> Answer {
    let failed = |code, failure: &Failure| Answer::of_code(code, failure, NAMESPACE, request_id);
    let (operation, input) = match query::input(&API, body) {
        Ok(read) => read,
        Err(failure) => return failed(query::code(&failure), &failure),
    };
    let mut call = Call {
        registry,
        caller,
        arn,
        patience,
        input,
    };
    match perform(operation.name, &mut call).await {
        Ok(members) => query::told(&API, operation, members, request_id),
        Err(failure) => failed(code(operation.name, &failure), &failure),
    }
}

/// Status and code of a failure of an operation.
fn code(operation: &str, failure: &Failure) -> (u16, &'static str) {
    match failure {
        Failure::Refused(refusal)
            if refusal.kind() == RefusalKind::Conflict && operation.starts_with("Delete") =>
        {
            (409, "DeleteConflict")
        }
        Failure::Refused(refusal)
            if refusal.kind() == RefusalKind::Validation
                && refusal.fields.iter().any(|field| is_document(&field.name)) =>
        {
            (400, "MalformedPolicyDocument")
        }
        Failure::Refused(refusal) if refusal.fields.iter().any(|it| it.name == "PolicyArn") => {
            (400, "InvalidInput")
        }
        Failure::Refused(refusal)
            if refusal.kind() == RefusalKind::Validation && operation.contains(PROVIDER) =>
        {
            (400, "InvalidInput")
        }
        other => query::code(other),
    }
}

/// Whether a field of the registry holds a policy.
fn is_document(field: &str) -> bool {
    let is_in = |document: &str| {
        let rest = field.strip_prefix(document);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    is_in("policies") || is_in("assumeRolePolicyDocument") || is_in("policyDocument")
}

/// Does what an operation asks for.
async fn perform<R: Registry>(operation: &str, call: &mut Call<'_, R>) -> Result<Value, Failure> {
    let kind = if operation.contains("Role") {
        Kind::Role
    } else {
        Kind::User
    };
    match operation {
        "CreatePolicy" => call.create_policy().await,
        "GetPolicy" => call.get_managed().await,
        "ListPolicies" => call.list_managed().await,
        "DeletePolicy" => call.delete(Kind::ManagedPolicy).await,
        "TagPolicy" => call.tag(Kind::ManagedPolicy).await,
        "UntagPolicy" => call.untag(Kind::ManagedPolicy).await,
        "ListPolicyTags" => call.tags(Kind::ManagedPolicy).await,
        "CreatePolicyVersion" => call.create_version().await,
        "GetPolicyVersion" => call.get_version().await,
        "ListPolicyVersions" => call.list_versions().await,
        "SetDefaultPolicyVersion" => call.set_default_version().await,
        "DeletePolicyVersion" => call.delete_version().await,
        "AttachUserPolicy" | "AttachRolePolicy" => call.attach(kind).await,
        "DetachUserPolicy" | "DetachRolePolicy" => call.detach(kind).await,
        "ListAttachedUserPolicies" | "ListAttachedRolePolicies" => call.list_attached(kind).await,
        "ListEntitiesForPolicy" => call.list_entities().await,
        other if other.contains(PROVIDER) => provider(other, call).await,
        "CreateUser" | "CreateRole" => call.create(kind).await,
        "GetUser" | "GetRole" => call.get(kind).await,
        "ListUsers" | "ListRoles" => call.list(kind).await,
        "UpdateRole" | "UpdateAssumeRolePolicy" => call.update_role().await,
        "UpdateRoleDescription" => call.update_role_description().await,
        "DeleteUser" | "DeleteRole" => call.delete(kind).await,
        "TagUser" | "TagRole" => call.tag(kind).await,
        "UntagUser" | "UntagRole" => call.untag(kind).await,
        "ListUserTags" | "ListRoleTags" => call.tags(kind).await,
        "PutUserPolicy" | "PutRolePolicy" => call.put_policy(kind).await,
        "GetUserPolicy" | "GetRolePolicy" => call.get_policy(kind).await,
        "ListUserPolicies" | "ListRolePolicies" => call.list_policies(kind).await,
        "DeleteUserPolicy" | "DeleteRolePolicy" => call.delete_policy(kind).await,
        "CreateAccessKey" => call.create_key().await,
        "ListAccessKeys" => call.list_keys().await,
        "UpdateAccessKey" => call.update_key().await,
        "DeleteAccessKey" => call.delete_key().await,
        "ListGroupsForUser" => call.nothing(kind, "Groups").await,
        "ListInstanceProfilesForRole" => call.nothing(kind, "InstanceProfiles").await,
        "ListSSHPublicKeys" => call.nothing(kind, "SSHPublicKeys").await,
        "ListMFADevices" => call.nothing(kind, "MFADevices").await,
        "ListSigningCertificates" => call.nothing(kind, "Certificates").await,
        "ListServiceSpecificCredentials" => call.nothing(kind, "ServiceSpecificCredentials").await,
        "ListVirtualMFADevices" => call.virtual_devices(),
        "DeleteLoginProfile" => call.delete_login().await,
        other => Err(Failure::UnknownOperation(other.to_owned())),
    }
}

/// Does what an operation on OIDC providers asks for.
async fn provider<R: Registry>(operation: &str, call: &mut Call<'_, R>) -> Result<Value, Failure> {
    match operation {
        "CreateOpenIDConnectProvider" => call.create_provider().await,
        "GetOpenIDConnectProvider" => call.get_provider().await,
        "ListOpenIDConnectProviders" => call.list_providers().await,
        "DeleteOpenIDConnectProvider" => call.delete(Kind::OidcProvider).await,
        "AddClientIDToOpenIDConnectProvider" => call.add_client_id().await,
        "RemoveClientIDFromOpenIDConnectProvider" => call.remove_client_id().await,
        "UpdateOpenIDConnectProviderThumbprint" => call.update_thumbprints().await,
        "TagOpenIDConnectProvider" => call.tag(Kind::OidcProvider).await,
        "UntagOpenIDConnectProvider" => call.untag(Kind::OidcProvider).await,
        "ListOpenIDConnectProviderTags" => call.tags(Kind::OidcProvider).await,
        other => Err(Failure::UnknownOperation(other.to_owned())),
    }
}
