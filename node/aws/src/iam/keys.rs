//! Access keys.

use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, paged};
use super::told;
use crate::failure::Failure;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Makes an access key; its secret is told here only.
    pub(super) async fn create_key(&mut self) -> Result<Value, Failure> {
        let key = v1::AccessKey {
            user_name: self.named(Kind::User)?.identifier,
            ..v1::AccessKey::default()
        };
        let created = self.made(Spec::AccessKey(key)).await?;
        Ok(json!({ "AccessKey": told::tell(&created) }))
    }

    /// Reads a page of the access keys of a user.
    pub(super) async fn list_keys(&mut self) -> Result<Value, Failure> {
        let user = self.named(Kind::User)?.identifier;
        let page = self.page(Kind::AccessKey, user).await?;
        let items: Vec<_> = page.resources.iter().map(told::tell).collect();
        Ok(paged("AccessKeyMetadata", &items, &page.next_token))
    }

    /// Activates or deactivates an access key.
    pub(super) async fn update_key(&mut self) -> Result<Value, Failure> {
        let key = v1::AccessKey {
            status: Some(self.text("Status")),
            ..v1::AccessKey::default()
        };
        let named = self.key()?;
        self.changed(named, Spec::AccessKey(key)).await?;
        Ok(json!({}))
    }

    /// Deletes an access key.
    pub(super) async fn delete_key(&mut self) -> Result<Value, Failure> {
        let request = v1::DeleteRequest {
            identifier: Some(self.key()?),
            options: Some(self.patience.options()),
        };
        self.registry.delete(self.caller, request).await?;
        Ok(json!({}))
    }

    /// The access key that the request names.
    fn key(&mut self) -> Result<v1::Identifier, Failure> {
        Ok(v1::Identifier {
            kind: Kind::AccessKey.into(),
            identifier: self.text("AccessKeyId"),
            parent: self.named(Kind::User)?.identifier,
            ..v1::Identifier::default()
        })
    }
}
