//! Tags, of whatever an ARN names.

use serde_json::{Value, json};
use trellis_core::model::arn::Arn;
use trellis_core::registry::{Refusal, outcome::RefusalKind};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;

use super::Call;
use crate::failure::Failure;
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
        let found = self.read(identifier).await?;
        let told = self.tell(Some(found))?;
        Ok(json!({ "tags": told.get("tags") }))
    }

    /// The resource that an ARN names.
    fn tagged(&mut self) -> Result<v1::Identifier, Failure> {
        let arn = self.text("resourceArn");
        named_by(&arn).ok_or_else(|| {
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

/// What kind of resource an ARN names, and which; `None` where it is none of ours.
fn named_by(arn: &str) -> Option<v1::Identifier> {
    let parts: Vec<&str> = Arn::parse(arn)?.resource.split('/').collect();
    let (kind, parent, listener) = match &parts[..] {
        ["servicenetwork", _] => (Kind::ServiceNetwork, "", ""),
        ["service", _] => (Kind::Service, "", ""),
        ["service", service, "listener", _] => (Kind::Listener, *service, ""),
        ["service", service, "listener", listener, "rule", _] => (Kind::Rule, *service, *listener),
        ["targetgroup", _] => (Kind::TargetGroup, "", ""),
        ["servicenetworkserviceassociation", _] => (Kind::ServiceAssociation, "", ""),
        ["servicenetworkvpcassociation", _] => (Kind::VpcAssociation, "", ""),
        ["servicenetworkresourceassociation", _] => (Kind::ResourceAssociation, "", ""),
        ["resourcegateway", _] => (Kind::ResourceGateway, "", ""),
        ["resourceconfiguration", _] => (Kind::ResourceConfiguration, "", ""),
        ["domainverification", _] => (Kind::DomainVerification, "", ""),
        ["accesslogsubscription", _] => (Kind::AccessLogSubscription, "", ""),
        _ => return None,
    };
    Some(v1::Identifier {
        kind: kind.into(),
        identifier: arn.to_owned(),
        parent: parent.to_owned(),
        listener: listener.to_owned(),
    })
}
