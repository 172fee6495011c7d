//! What is told of a user, role, access key, managed policy or OIDC provider: every member that any operation tells.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use trellis_core::model::HTTPS;
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

/// What stays as it is. Source: RFC 3986, unreserved characters, as the IAM API encodes documents.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Everything that is told of a resource; nothing of other kinds.
pub(super) fn tell(resource: &v1::Resource) -> Value {
    let metadata = resource.metadata.clone().unwrap_or_default();
    let mut told = match &resource.spec {
        Some(Spec::User(user)) => json!({
            "Path": user.path,
            "UserName": user.user_name,
            "UserId": metadata.id,
            "Arn": metadata.arn,
            "CreateDate": metadata.created_at,
            "Tags": tags(&user.tags),
        }),
        Some(Spec::Role(role)) => json!({
            "Path": role.path,
            "RoleName": role.role_name,
            "RoleId": metadata.id,
            "Arn": metadata.arn,
            "CreateDate": metadata.created_at,
            "AssumeRolePolicyDocument": encoded(&role.assume_role_policy_document),
            "MaxSessionDuration": role.max_session_duration,
            "Tags": tags(&role.tags),
        }),
        Some(Spec::AccessKey(key)) => json!({
            "UserName": key.user_name,
            "AccessKeyId": metadata.id,
            "Status": key.status,
            "SecretAccessKey": key.secret_access_key,
            "CreateDate": metadata.created_at,
        }),
        Some(Spec::ManagedPolicy(policy)) => json!({
            "PolicyName": policy.policy_name,
            "PolicyId": metadata.id,
            "Arn": metadata.arn,
            "Path": policy.path,
            "DefaultVersionId": policy.default_version_id,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "CreateDate": metadata.created_at,
            "UpdateDate": metadata.last_updated_at,
            "Tags": tags(&policy.tags),
        }),
        Some(Spec::OidcProvider(provider)) => json!({
            "Url": provider.url.strip_prefix(HTTPS),
            "ClientIDList": provider.client_ids,
            "ThumbprintList": provider.thumbprints,
            "CreateDate": metadata.created_at,
            "Tags": tags(&provider.tags),
        }),
        _ => Value::Null,
    };
    let description = match &resource.spec {
        Some(Spec::Role(role)) => role.description.as_deref(),
        Some(Spec::ManagedPolicy(policy)) => Some(policy.description.as_str()),
        _ => None,
    };
    if let Some(description) = description.filter(|text| !text.is_empty()) {
        told["Description"] = description.into();
    }
    told
}

/// What is told of a version of a managed policy, its document too.
pub(super) fn version(version: &v1::PolicyVersion) -> Value {
    json!({
        "Document": encoded(&version.document),
        "VersionId": version.version_id,
        "IsDefaultVersion": version.is_default,
        "CreateDate": version.created_at,
    })
}

/// A policy document, percent-encoded as the API tells them.
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, RESERVED).to_string()
}

fn tags(tags: &HashMap<String, String>) -> Vec<Value> {
    let sorted: BTreeMap<_, _> = tags.iter().collect();
    let tags = sorted.into_iter();
    tags.map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}
