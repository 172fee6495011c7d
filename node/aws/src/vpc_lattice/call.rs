//! One call: what its fields mean to the registry, and the outcome in the API's words.

mod endpoints;
mod rules;
mod tags;
mod targets;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::told;
use crate::failure::Failure;
use crate::registry::{Patience, Registry};

/// Most items of a page where the caller names no number. Source: our own, AWS publishes none.
const PAGE: u32 = 100;

/// A call under way.
pub(super) struct Call<'c, R: Registry> {
    pub(super) registry: &'c R,
    pub(super) caller: &'c R::Caller,
    pub(super) patience: Patience,
    /// The fields of the request that are not yet used.
    pub(super) input: Map<String, Value>,
}

impl<R: Registry> Call<'_, R> {
    /// Creates a resource, or puts a policy.
    pub(super) async fn create(&mut self, kind: Kind) -> Result<Value, Failure> {
        let options = self.options();
        let request = v1::CreateRequest {
            resource: Some(self.resource(kind)?),
            options: Some(options),
            owner_account: String::new(),
        };
        let written = self.registry.create(self.caller, request).await?;
        self.tell(written.resource)
    }

    /// Reads a resource.
    pub(super) async fn get(&mut self, kind: Kind) -> Result<Value, Failure> {
        let identifier = self.identifier(kind);
        let found = self.read(identifier).await?;
        self.tell(Some(found))
    }

    /// Reads a policy; a resource that has none has an empty answer.
    pub(super) async fn get_policy(&mut self, kind: Kind) -> Result<Value, Failure> {
        let identifier = self.identifier(kind);
        let resource = identifier.identifier.clone();
        match self.read(identifier).await {
            Ok(found) => self.tell(Some(found)),
            Err(failure) if is_not_found(&failure) && self.has_none(kind, &resource).await? => {
                Ok(json!({}))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Changes a resource.
    pub(super) async fn update(&mut self, kind: Kind) -> Result<Value, Failure> {
        let request = self.update_request(kind)?;
        let written = self.registry.update(self.caller, request).await?;
        self.tell(written.resource)
    }

    fn update_request(&mut self, kind: Kind) -> Result<v1::UpdateRequest, Failure> {
        Ok(v1::UpdateRequest {
            options: Some(self.options()),
            identifier: Some(self.identifier(kind)),
            resource: Some(self.resource(kind)?),
        })
    }

    /// Deletes a resource. What is told of it is being deleted: the registry is done with it at once.
    pub(super) async fn delete(&mut self, kind: Kind) -> Result<Value, Failure> {
        let options = self.options();
        let request = v1::DeleteRequest {
            identifier: Some(self.identifier(kind)),
            options: Some(options),
        };
        let written = self.registry.delete(self.caller, request).await?;
        let mut told = self.tell(written.resource)?;
        if let Some(status) = told.get_mut("status") {
            *status = "DELETE_IN_PROGRESS".into();
        }
        Ok(told)
    }

    /// Reads a page of resources.
    pub(super) async fn list(&mut self, kind: Kind) -> Result<Value, Failure> {
        let request = self.page(kind);
        let page = self.registry.list(self.caller, request).await?;
        let items = page.resources.into_iter();
        let items: Result<Vec<_>, _> = items.map(|it| self.tell(Some(it))).collect();
        Ok(json!({ "items": items?, "nextToken": page.next_token }))
    }

    /// What a list of this kind is limited to.
    fn page(&mut self, kind: Kind) -> v1::ListRequest {
        let mut request = v1::ListRequest {
            kind: kind.into(),
            max_results: self.number("maxResults").unwrap_or(PAGE),
            next_token: self.text("nextToken"),
            ..v1::ListRequest::default()
        };
        match kind {
            Kind::Listener => request.parent = self.text("serviceIdentifier"),
            Kind::Rule => {
                request.service = self.text("serviceIdentifier");
                request.parent = self.text("listenerIdentifier");
            }
            Kind::TargetGroup => {
                request.parent = self.text("vpcIdentifier");
                request.target_group_type = self.text("targetGroupType");
            }
            Kind::ServiceAssociation => {
                request.service_network = self.text("serviceNetworkIdentifier");
                request.member = self.text("serviceIdentifier");
            }
            Kind::VpcAssociation => {
                request.service_network = self.text("serviceNetworkIdentifier");
                request.member = self.text("vpcIdentifier");
            }
            Kind::ResourceAssociation => {
                request.service_network = self.text("serviceNetworkIdentifier");
                request.member = self.text("resourceConfigurationIdentifier");
            }
            Kind::ResourceConfiguration => {
                let gateway = self.text("resourceGatewayIdentifier");
                let group = self.text("resourceConfigurationGroupIdentifier");
                request.parent = if group.is_empty() { gateway } else { group };
                request.member = self.text("domainVerificationIdentifier");
            }
            Kind::AccessLogSubscription => request.member = self.text("resourceIdentifier"),
            _ => {}
        }
        request
    }

    /// Which resource of a kind the request names.
    fn identifier(&mut self, kind: Kind) -> v1::Identifier {
        let field = match kind {
            Kind::ServiceNetwork => "serviceNetworkIdentifier",
            Kind::Service => "serviceIdentifier",
            Kind::Listener => "listenerIdentifier",
            Kind::Rule => "ruleIdentifier",
            Kind::TargetGroup => "targetGroupIdentifier",
            Kind::ServiceAssociation => "serviceNetworkServiceAssociationIdentifier",
            Kind::VpcAssociation => "serviceNetworkVpcAssociationIdentifier",
            Kind::ResourceGateway => "resourceGatewayIdentifier",
            Kind::ResourceConfiguration => "resourceConfigurationIdentifier",
            Kind::ResourceAssociation => "serviceNetworkResourceAssociationIdentifier",
            Kind::DomainVerification => "domainVerificationIdentifier",
            Kind::AccessLogSubscription => "accessLogSubscriptionIdentifier",
            Kind::ResourcePolicy => "resourceArn",
            _ => "resourceIdentifier",
        };
        let (parent, listener) = match kind {
            Kind::Listener => (self.text("serviceIdentifier"), String::new()),
            Kind::Rule => (
                self.text("serviceIdentifier"),
                self.text("listenerIdentifier"),
            ),
            _ => Default::default(),
        };
        v1::Identifier {
            kind: kind.into(),
            identifier: self.text(field),
            parent,
            listener,
        }
    }

    /// The resource that the rest of the fields describes.
    fn resource(&mut self, kind: Kind) -> Result<v1::Resource, Failure> {
        let fields = Value::Object(std::mem::take(&mut self.input));
        let spec = match kind {
            Kind::ServiceNetwork => Spec::ServiceNetwork(typed(fields)?),
            Kind::Service => Spec::Service(typed(fields)?),
            Kind::Listener => Spec::Listener(typed(fields)?),
            Kind::Rule => Spec::Rule(typed(fields)?),
            Kind::TargetGroup => Spec::TargetGroup(typed(fields)?),
            Kind::ServiceAssociation => Spec::ServiceAssociation(typed(fields)?),
            Kind::VpcAssociation => Spec::VpcAssociation(typed(fields)?),
            Kind::ResourceGateway => Spec::ResourceGateway(typed(fields)?),
            Kind::ResourceConfiguration => Spec::ResourceConfiguration(typed(fields)?),
            Kind::ResourceAssociation => Spec::ResourceAssociation(typed(fields)?),
            Kind::DomainVerification => Spec::DomainVerification(typed(fields)?),
            Kind::AccessLogSubscription => Spec::AccessLogSubscription(typed(fields)?),
            Kind::AuthPolicy => Spec::AuthPolicy(typed(fields)?),
            Kind::ResourcePolicy => Spec::ResourcePolicy(typed(fields)?),
            other => return Err(Failure::Internal(format!("{other:?} is not of this API"))),
        };
        Ok(v1::Resource {
            metadata: None,
            spec: Some(spec),
        })
    }

    /// What holds for a write: it is answered when every live node serves it, or when patience is over.
    fn options(&mut self) -> v1::WriteOptions {
        v1::WriteOptions {
            client_token: self.text("clientToken"),
            ..self.patience.options()
        }
    }

    async fn read(&self, identifier: v1::Identifier) -> Result<v1::Resource, Failure> {
        let request = v1::GetRequest {
            identifier: Some(identifier),
            options: None,
        };
        let answer = self.registry.get(self.caller, request).await?;
        let none = || Failure::Internal("an answer without a resource".to_owned());
        answer.resource.ok_or_else(none)
    }

    /// Refuses what another account shares: that tells neither its tags nor its policies.
    async fn check_own(&self, kind: Kind, found: &v1::Resource) -> Result<(), Failure> {
        let id = found.metadata.as_ref().map_or("", |it| &it.id);
        self.registry.own(self.caller, kind, id).await.map(drop)
    }

    /// Whether the caller's account has something of this name that can have a policy, and the caller may be told
    /// that it has none.
    async fn has_none(&self, policy: Kind, identifier: &str) -> Result<bool, Failure> {
        let action = match policy {
            Kind::AuthPolicy => "vpc-lattice:GetAuthPolicy",
            _ => "vpc-lattice:GetResourcePolicy",
        };
        for kind in [
            Kind::ServiceNetwork,
            Kind::Service,
            Kind::ResourceConfiguration,
        ] {
            let named = v1::Identifier {
                kind: kind.into(),
                identifier: identifier.to_owned(),
                ..v1::Identifier::default()
            };
            match self.read(named).await {
                Ok(found) if self.check_own(kind, &found).await.is_ok() => {
                    let arn = found.metadata.map_or_else(String::new, |it| it.arn);
                    self.registry.authorise(self.caller, action, &arn)?;
                    return Ok(true);
                }
                Ok(_) => return Ok(false),
                Err(failure) if is_not_found(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(false)
    }

    /// Every member that any operation tells of a resource.
    fn tell(&self, resource: Option<v1::Resource>) -> Result<Value, Failure> {
        let none = || Failure::Internal("an answer without a resource".to_owned());
        told::tell(self.registry, &resource.ok_or_else(none)?)
    }

    /// Takes a field that is text; empty where it is not there.
    fn text(&mut self, field: &str) -> String {
        match self.input.remove(field) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// Takes a field that is a number.
    fn number(&mut self, field: &str) -> Option<u32> {
        let number = self.input.remove(field)?.as_u64()?;
        u32::try_from(number).ok()
    }

    /// Takes a field of any shape.
    fn take<T: DeserializeOwned + Default>(&mut self, field: &str) -> Result<T, Failure> {
        self.input
            .remove(field)
            .map_or_else(|| Ok(T::default()), typed)
    }
}

/// A value that was checked against the model, as a message of the registry.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    // What the model allows and the registry has no field for.
    serde_json::from_value(value)
        .map_err(|error| Failure::Unparsed(format!("not supported: {error}")))
}

fn is_not_found(failure: &Failure) -> bool {
    failure.code().1 == "ResourceNotFoundException"
}
