//! Tags of several resources, each for itself: what cannot be done to one is told under its ARN.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use trellis_core::model::arn::Arn;
use trellis_proto::v1;

use super::{Call, fault, invalid};
use crate::failure::{Failure, Fault};
use crate::named;
use crate::registry::{Patience, Registry};

/// What is done to each resource.
enum Change {
    Tag(HashMap<String, String>),
    Untag(Vec<String>),
}

impl<R: Registry> Call<'_, R> {
    /// Sets tags.
    pub(super) async fn tag(&mut self) -> Result<Value, Fault> {
        self.authorise("tag:TagResources")?;
        let tags = self.input.get("Tags").and_then(Value::as_object);
        let tags = tags.into_iter().flatten();
        let tags = tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        self.each(&Change::Tag(tags.collect())).await
    }

    /// Removes tags.
    pub(super) async fn untag(&mut self) -> Result<Value, Fault> {
        self.authorise("tag:UntagResources")?;
        self.each(&Change::Untag(self.texts("TagKeys"))).await
    }

    fn authorise(&self, action: &str) -> Result<(), Fault> {
        let allowed = self.registry.authorise(self.caller, action, "*");
        allowed.map_err(|failure| fault(&failure))
    }

    async fn each(&mut self, change: &Change) -> Result<Value, Fault> {
        let mut failed = Map::new();
        for arn in self.texts("ResourceARNList") {
            if let Err(fault) = self.one(&arn, change).await {
                let told = json!({
                    "StatusCode": fault.status,
                    "ErrorCode": fault.code,
                    "ErrorMessage": fault.message,
                });
                failed.insert(arn, told);
            }
        }
        Ok(json!({ "FailedResourcesMap": failed }))
    }

    /// Changes the tags of one resource, as the caller's policies for that resource allow.
    async fn one(&mut self, arn: &str, change: &Change) -> Result<(), Fault> {
        let is_here = Arn::parse(arn).is_some_and(|it| it.region == self.place.region);
        let named = named::by_arn(arn).filter(|_| is_here);
        let unknown =
            || invalid("this is no ARN of a resource of this region that can have tags here");
        let identifier = Some(named.ok_or_else(unknown)?);
        let options = Some(self.patience.options());
        let written = match change {
            Change::Tag(tags) => {
                let request = v1::TagRequest {
                    identifier,
                    tags: tags.clone(),
                    options,
                };
                self.registry.tag(self.caller, request).await
            }
            Change::Untag(keys) => {
                let request = v1::UntagRequest {
                    identifier,
                    tag_keys: keys.clone(),
                    options,
                };
                self.registry.untag(self.caller, request).await
            }
        };
        let written = written.map_err(|failure| of_one(&failure))?;
        if !written.late.is_empty() {
            // Patience is for the whole call: a node that is late once is not waited for again.
            self.patience = Patience(0);
        }
        Ok(())
    }
}

/// A failure of one resource: the error of the service that it belongs to. Source: API model, `FailureInfo`.
fn of_one(failure: &Failure) -> Fault {
    match failure {
        Failure::Refused(_) | Failure::Denied(_) => {
            let (status, code) = failure.code();
            Fault {
                status,
                code,
                message: failure.message(),
            }
        }
        other => fault(other),
    }
}
