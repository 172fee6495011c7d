//! Associations of VPC endpoints: there are none, as a cluster has no VPC endpoints. Nodes are in the VPCs themselves.

use serde_json::{Value, json};
use trellis_core::registry::{Refusal, outcome::RefusalKind};
use trellis_proto::v1::ResourceKind as Kind;

use super::Call;
use crate::failure::Failure;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// The empty list of what is associated with a resource that the caller may see.
    pub(in super::super) async fn list_endpoints(&mut self, kind: Kind) -> Result<Value, Failure> {
        let identifier = self.identifier(kind);
        self.read(identifier).await?;
        Ok(json!({ "items": [] }))
    }

    /// Refuses to delete what is not there.
    pub(in super::super) fn delete_endpoint_association(&mut self) -> Result<Value, Failure> {
        let id = self.text("resourceEndpointAssociationIdentifier");
        let message = format!("RESOURCE_ENDPOINT_ASSOCIATION {id} not found");
        Err(Refusal {
            resource_id: id,
            resource_type: "RESOURCE_ENDPOINT_ASSOCIATION".to_owned(),
            ..Refusal::new(RefusalKind::NotFound, message)
        }
        .into())
    }
}
