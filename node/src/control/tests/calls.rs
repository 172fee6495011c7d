//! Calls that most tests make.

use aws_credential_types::Credentials;
use trellis_client::{Client, Refusal};
use trellis_proto::v1;

use super::estate::resource;

pub(super) fn spec(json: &str) -> v1::Resource {
    resource(serde_json::from_str(json).unwrap())
}

pub(super) async fn create(client: &Client, json: &str) -> Result<v1::Resource, Refusal> {
    let request = v1::CreateRequest {
        resource: Some(spec(json)),
        ..v1::CreateRequest::default()
    };
    Ok(client.create(request).await?.resource.unwrap())
}

pub(super) fn named(kind: v1::ResourceKind, identifier: &str) -> Option<v1::Identifier> {
    Some(v1::Identifier {
        kind: kind as i32,
        identifier: identifier.into(),
        ..v1::Identifier::default()
    })
}

pub(super) async fn get(
    client: &Client,
    kind: v1::ResourceKind,
    name: &str,
) -> Result<v1::GetResponse, Refusal> {
    let identifier = named(kind, name);
    client
        .get(v1::GetRequest {
            identifier,
            options: None,
        })
        .await
}

pub(super) fn key(credentials: &v1::AccessKey, id: &str) -> Credentials {
    Credentials::new(id, &credentials.secret_access_key, None, None, "test")
}
