//! Tags, of whatever an ARN names.

use serde_json::{Value, json};
use trellis_core::registry::{Refusal, outcome::RefusalKind};
use trellis_proto::v1;

use super::Call;
use crate::failure::Failure;
use crate::named;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Sets tags.
    pub(in super::super) async fn tag(&mut self) -> Result<Value, Failure> {
        let request = v1::TagRequest {
            identifier: Some(self.tagged()?),
            tags: self.take("tags")?,
            options: Some(self.options()),
        };
        self.registry.tag(self.caller, request).await?;
        Ok(json!({}))
    }

    /// Removes tags.
    pub(in super::super) async fn untag(&mut self) -> Result<Value, Failure> {
        let request = v1::UntagRequest {
            identifier: Some(self.tagged()?),
            tag_keys: self.take("tagKeys")?,
            options: Some(self.options()),
        };
        self.registry.untag(self.caller, request).await?;
        Ok(json!({}))
    }

    /// Reads tags.
    pub(in super::super) async fn tags(&mut self) -> Result<Value, Failure> {
        let identifier = self.tagged()?;
        let kind = identifier.kind();
        let found = self.read(identifier).await?;
        self.check_own(kind, &found).await?;
        let arn = found.metadata.as_ref().map_or("", |it| &it.arn);
        let action = "vpc-lattice:ListTagsForResource";
        self.registry.authorise(self.caller, action, arn)?;
        let told = self.tell(Some(found))?;
        Ok(json!({ "tags": told.get("tags") }))
    }

    /// The resource that an ARN names.
    fn tagged(&mut self) -> Result<v1::Identifier, Failure> {
        let arn = self.text("resourceArn");
        named::by_arn(&arn).ok_or_else(|| {
            let message = format!("there is nothing that {arn} names");
            Refusal {
                resource_id: arn,
                resource_type: "UNKNOWN".to_owned(),
                ..Refusal::new(RefusalKind::NotFound, message)
            }
            .into()
        })
    }
}
