//! What is told of a user, role or access key: every member that any operation tells.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
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
    match &resource.spec {
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
        _ => Value::Null,
    }
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
