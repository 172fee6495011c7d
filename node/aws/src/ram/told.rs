//! What is told of a share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

/// A share; its tags are its owner's alone.
pub(super) fn share(share: &v1::Resource, is_own: bool) -> Value {
    let metadata = share.metadata.clone().unwrap_or_default();
    let Some(Spec::ResourceShare(share)) = &share.spec else {
        return Value::Null;
    };
    let mut told = json!({
        "resourceShareArn": metadata.arn,
        "name": share.name,
        "owningAccountId": metadata.account,
        "allowExternalPrincipals": share.allow_external_principals,
        "status": "ACTIVE",
        "creationTime": seconds(&metadata.created_at),
        "lastUpdatedTime": seconds(&metadata.last_updated_at),
        "featureSet": "STANDARD",
    });
    if is_own {
        let tags: BTreeMap<_, _> = share.tags.iter().collect();
        let tags = tags.into_iter();
        told["tags"] = tags
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect();
    }
    told
}

/// What is in a share: a resource by its ARN, or an account. Its times are those of the share.
pub(super) fn association(share: &v1::Resource, entity: &str, kind: &str, status: &str) -> Value {
    let metadata = share.metadata.clone().unwrap_or_default();
    let name = match &share.spec {
        Some(Spec::ResourceShare(share)) => share.name.as_str(),
        _ => "",
    };
    json!({
        "resourceShareArn": metadata.arn,
        "resourceShareName": name,
        "associatedEntity": entity,
        "associationType": kind,
        "status": status,
        "creationTime": seconds(&metadata.created_at),
        "lastUpdatedTime": seconds(&metadata.last_updated_at),
        "external": false,
    })
}

/// Seconds since the Unix epoch, as this API tells times.
pub(super) fn seconds(time: &str) -> Value {
    let time: Result<Timestamp, _> = time.parse();
    time.map_or(Value::Null, |time| time.as_second().into())
}
