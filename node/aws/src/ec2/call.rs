//! One call: changes, or what would be changed.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::fault;
use crate::failure::{Failure, Fault};
use crate::registry::{Change, Patience, Registry};

/// A call under way.
pub(super) struct Call<'c, R: Registry> {
    pub(super) registry: &'c R,
    pub(super) caller: &'c R::Caller,
    pub(super) patience: Patience,
    pub(super) request_id: &'c str,
    pub(super) operation: &'static str,
    /// The fields of the request.
    pub(super) input: Map<String, Value>,
}

impl<R: Registry> Call<'_, R> {
    /// Makes a change. Of a dry run is told what would have come of it.
    pub(super) async fn change(&self, change: Change) -> Result<v1::Resource, Fault> {
        let changed = self.changed(change).await?;
        changed.map_err(|failure| self.fault(&failure))
    }

    /// As [`Call::change`]; where the registry refuses it, why.
    pub(super) async fn changed(
        &self,
        change: Change,
    ) -> Result<Result<v1::Resource, Failure>, Fault> {
        if self.is_dry_run() {
            let rehearsed = self.registry.rehearse(self.caller, change).await;
            return Err(rehearsed.map_or_else(|failure| self.fault(&failure), |()| rehearsal()));
        }
        let written = match change {
            Change::Create(request) => self.registry.create(self.caller, request).await,
            Change::Update(request) => self.registry.update(self.caller, request).await,
            Change::Delete(request) => self.registry.delete(self.caller, request).await,
        };
        Ok(written.map(|written| written.resource.unwrap_or_default()))
    }

    /// The creation of a resource.
    pub(super) fn creation(&self, spec: Spec) -> Change {
        Change::Create(v1::CreateRequest {
            resource: Some(resource(spec)),
            options: Some(self.patience.options()),
            owner_account: String::new(),
        })
    }

    /// The deletion of a resource.
    pub(super) fn deletion(&self, kind: Kind, id: &str) -> Change {
        Change::Delete(v1::DeleteRequest {
            identifier: Some(identifier(kind, id)),
            options: Some(self.patience.options()),
        })
    }

    pub(super) fn fault(&self, failure: &Failure) -> Fault {
        fault::of(self.operation, failure)
    }

    pub(super) fn is_dry_run(&self) -> bool {
        self.input.get("dryRun") == Some(&Value::Bool(true))
    }

    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.input.get(field).and_then(Value::as_str)
    }

    /// Refuses the fields that the registry has no place for.
    pub(super) fn refuse(&self, unsupported: &[&str]) -> Result<(), Fault> {
        let mut fields = unsupported.iter();
        match fields.find(|field| self.input.contains_key(**field)) {
            Some(field) => Err(fault::unsupported(field)),
            None => Ok(()),
        }
    }

    /// The tags that are given to what is made.
    pub(super) fn tags(&self, resource_type: &str) -> Result<HashMap<String, String>, Fault> {
        let given = self.input.get("TagSpecification").and_then(Value::as_array);
        let mut tags = HashMap::new();
        for specification in given.into_iter().flatten() {
            let of = specification["resourceType"].as_str().unwrap_or_default();
            if of != resource_type {
                let message =
                    format!("'{of}' is not a valid taggable resource type for this operation.");
                return Err(fault::invalid(message));
            }
            for tag in specification["Tag"].as_array().into_iter().flatten() {
                let text = |field: &str| tag[field].as_str().unwrap_or_default().to_owned();
                let key = text("key");
                if tags.insert(key.clone(), text("value")).is_some() {
                    let message = format!("Duplicate tag key '{key}' specified.");
                    return Err(fault::invalid(message));
                }
            }
        }
        Ok(tags)
    }
}

/// What a dry run is answered that would have been done.
pub(super) fn rehearsal() -> Fault {
    Fault {
        status: 412,
        code: "DryRunOperation",
        message: "Request would have succeeded, but DryRun flag is set.".to_owned(),
    }
}

/// A resource of which only this is said.
pub(super) fn resource(spec: Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}

pub(super) fn identifier(kind: Kind, id: &str) -> v1::Identifier {
    v1::Identifier {
        kind: kind.into(),
        identifier: id.to_owned(),
        ..v1::Identifier::default()
    }
}

/// Tags as they are told, by key.
pub(super) fn tag_set(tags: &HashMap<String, String>) -> Value {
    let mut sorted: Vec<_> = tags.iter().collect();
    sorted.sort();
    let tags = sorted.into_iter();
    tags.map(|(key, value)| json!({ "key": key, "value": value }))
        .collect()
}
