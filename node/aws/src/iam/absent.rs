//! What users and roles have at AWS, and none of a cluster: tools ask for it before they delete one.

use serde_json::{Value, json};
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1::ResourceKind as Kind;

use super::call::Call;
use crate::failure::Failure;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// The empty list of what a user or a role has none of.
    pub(super) async fn nothing(&mut self, kind: Kind, items: &str) -> Result<Value, Failure> {
        self.find(kind).await?;
        Ok(json!({ items: [], "IsTruncated": false }))
    }

    /// The empty list of an account's virtual MFA devices.
    pub(super) fn virtual_devices(&self) -> Result<Value, Failure> {
        self.registry
            .authorise(self.caller, "iam:ListVirtualMFADevices", "*")?;
        Ok(json!({ "VirtualMFADevices": [], "IsTruncated": false }))
    }

    /// Finds no password to delete: there is no console.
    pub(super) async fn delete_login(&mut self) -> Result<Value, Failure> {
        self.find(Kind::User).await?;
        let message = "the user has no login profile: a cluster has no passwords";
        Err(Refusal::new(RefusalKind::NotFound, message).into())
    }
}
