//! Inline policies of users and roles.

use std::collections::HashMap;

use serde_json::{Value, json};
use trellis_core::registry::{Refusal, outcome::RefusalKind};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, resource};
use super::told;
use crate::failure::Failure;
use crate::registry::Registry;

/// How often a policy is put again because others were put meanwhile.
const TRIES_MAX: usize = 8;

impl<R: Registry> Call<'_, R> {
    /// Puts a policy beside the others.
    pub(super) async fn put_policy(&mut self, kind: Kind) -> Result<Value, Failure> {
        let (name, document) = (self.text("PolicyName"), self.text("PolicyDocument"));
        let whose = self.input.clone();
        let mut tries = 0;
        loop {
            tries += 1;
            self.input = whose.clone();
            let found = self.find(kind).await?;
            let mut policies = policies(&found);
            policies.insert(name.clone(), document.clone());
            let spec = match kind {
                Kind::Role => Spec::Role(v1::Role {
                    policies,
                    ..v1::Role::default()
                }),
                _ => Spec::User(v1::User {
                    policies,
                    ..v1::User::default()
                }),
            };
            match self.change(kind, &found, spec).await {
                Err(Failure::Refused(refusal))
                    if refusal.kind() == RefusalKind::RevisionMismatch && tries < TRIES_MAX => {}
                outcome => return outcome,
            }
        }
    }

    /// Reads a policy.
    pub(super) async fn get_policy(&mut self, kind: Kind) -> Result<Value, Failure> {
        let name = self.text("PolicyName");
        let found = self.find(kind).await?;
        let document = policies(&found).remove(&name);
        let document = document.ok_or_else(|| missing(&name))?;
        let mut members = told::tell(&found);
        members["PolicyName"] = name.into();
        members["PolicyDocument"] = told::encoded(&document).into();
        Ok(members)
    }

    /// Names the policies.
    pub(super) async fn list_policies(&mut self, kind: Kind) -> Result<Value, Failure> {
        let found = self.find(kind).await?;
        let mut names: Vec<String> = policies(&found).into_keys().collect();
        names.sort();
        Ok(json!({ "PolicyNames": names, "IsTruncated": false }))
    }

    /// Deletes a policy.
    pub(super) async fn delete_policy(&mut self, kind: Kind) -> Result<Value, Failure> {
        let name = self.text("PolicyName");
        let found = self.find(kind).await?;
        if !policies(&found).contains_key(&name) {
            return Err(missing(&name));
        }
        let removed_policies = vec![name];
        let spec = match kind {
            Kind::Role => Spec::Role(v1::Role {
                removed_policies,
                ..v1::Role::default()
            }),
            _ => Spec::User(v1::User {
                removed_policies,
                ..v1::User::default()
            }),
        };
        self.change(kind, &found, spec).await
    }

    /// Changes a user or role that still stands as it was found.
    async fn change(&self, kind: Kind, found: &v1::Resource, spec: Spec) -> Result<Value, Failure> {
        let metadata = found.metadata.clone().unwrap_or_default();
        let request = v1::UpdateRequest {
            identifier: Some(v1::Identifier {
                kind: kind.into(),
                identifier: metadata.id,
                ..v1::Identifier::default()
            }),
            resource: Some(resource(spec)),
            options: Some(v1::WriteOptions {
                expected_revision: metadata.revision,
                ..self.patience.options()
            }),
        };
        self.registry.update(self.caller, request).await?;
        Ok(json!({}))
    }
}

fn policies(found: &v1::Resource) -> HashMap<String, String> {
    match &found.spec {
        Some(Spec::User(user)) => user.policies.clone(),
        Some(Spec::Role(role)) => role.policies.clone(),
        _ => HashMap::new(),
    }
}

fn missing(policy: &str) -> Failure {
    let message = format!("there is no inline policy {policy}");
    Refusal::new(RefusalKind::NotFound, message).into()
}
