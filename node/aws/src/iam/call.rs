//! One call: what its fields mean to the registry.

use serde_json::{Map, Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::told;
use crate::failure::Failure;
use crate::query;
use crate::registry::{Patience, Registry};

/// Items of a page, at most and where the caller names no number. Source: IAM API, `ListUsers`; the registry's pages.
pub(super) const PAGE: u32 = 100;
/// Fields that the registry has no place for, and that are refused rather than passed over.
const UNSUPPORTED: [&str; 1] = ["PermissionsBoundary"];

/// A call under way.
pub(super) struct Call<'c, R: Registry> {
    pub(super) registry: &'c R,
    pub(super) caller: &'c R::Caller,
    /// ARN of the caller.
    pub(super) arn: &'c str,
    pub(super) patience: Patience,
    /// The fields of the request that are not yet used.
    pub(super) input: Map<String, Value>,
}

impl<R: Registry> Call<'_, R> {
    /// Creates a user or a role.
    pub(super) async fn create(&mut self, kind: Kind) -> Result<Value, Failure> {
        self.refuse_unsupported()?;
        let spec = match kind {
            Kind::Role => Spec::Role(v1::Role {
                role_name: self.text("RoleName"),
                path: self.text("Path"),
                assume_role_policy_document: self.text("AssumeRolePolicyDocument"),
                max_session_duration: self.number("MaxSessionDuration"),
                description: self.given("Description"),
                tags: query::tags(&self.input)?,
                ..v1::Role::default()
            }),
            _ => Spec::User(v1::User {
                user_name: self.text("UserName"),
                path: self.text("Path"),
                tags: query::tags(&self.input)?,
                ..v1::User::default()
            }),
        };
        let created = self.made(spec).await?;
        Ok(json!({ noun(kind): told::tell(&created) }))
    }

    /// Creates what is said, and answers with it.
    pub(super) async fn made(&self, spec: Spec) -> Result<v1::Resource, Failure> {
        let request = v1::CreateRequest {
            resource: Some(resource(spec)),
            options: Some(self.patience.options()),
            owner_account: String::new(),
        };
        let written = self.registry.create(self.caller, request).await?;
        Ok(written.resource.unwrap_or_default())
    }

    /// Changes what is said of a resource, and answers with it.
    pub(super) async fn changed(
        &self,
        identifier: v1::Identifier,
        spec: Spec,
    ) -> Result<v1::Resource, Failure> {
        let request = v1::UpdateRequest {
            identifier: Some(identifier),
            resource: Some(resource(spec)),
            options: Some(self.patience.options()),
        };
        let written = self.registry.update(self.caller, request).await?;
        Ok(written.resource.unwrap_or_default())
    }

    /// Reads a user or a role.
    pub(super) async fn get(&mut self, kind: Kind) -> Result<Value, Failure> {
        let found = self.find(kind).await?;
        Ok(json!({ noun(kind): told::tell(&found) }))
    }

    /// Reads a page of users or roles.
    pub(super) async fn list(&mut self, kind: Kind) -> Result<Value, Failure> {
        let prefix = self.text("PathPrefix");
        let page = self.page(kind, String::new()).await?;
        let items = page.resources.iter().map(told::tell);
        let is_under = |item: &Value| {
            let path = item["Path"].as_str().unwrap_or_default();
            path.starts_with(&prefix)
        };
        let items: Vec<_> = items.filter(is_under).collect();
        Ok(paged(&format!("{}s", noun(kind)), &items, &page.next_token))
    }

    /// Changes the description or longest session of a role, or who may assume it.
    pub(super) async fn update_role(&mut self) -> Result<Value, Failure> {
        let role = v1::Role {
            assume_role_policy_document: self.text("PolicyDocument"),
            max_session_duration: self.number("MaxSessionDuration"),
            description: self.given("Description"),
            ..v1::Role::default()
        };
        let named = self.named(Kind::Role)?;
        self.changed(named, Spec::Role(role)).await?;
        Ok(json!({}))
    }

    /// Changes the description of a role.
    pub(super) async fn update_role_description(&mut self) -> Result<Value, Failure> {
        let role = v1::Role {
            description: self.given("Description"),
            ..v1::Role::default()
        };
        let named = self.named(Kind::Role)?;
        let changed = self.changed(named, Spec::Role(role)).await?;
        Ok(json!({ "Role": told::tell(&changed) }))
    }

    /// Deletes a user or a role.
    pub(super) async fn delete(&mut self, kind: Kind) -> Result<Value, Failure> {
        let request = v1::DeleteRequest {
            identifier: Some(self.named(kind)?),
            options: Some(self.patience.options()),
        };
        self.registry.delete(self.caller, request).await?;
        Ok(json!({}))
    }

    /// Sets tags.
    pub(super) async fn tag(&mut self, kind: Kind) -> Result<Value, Failure> {
        let request = v1::TagRequest {
            identifier: Some(self.named(kind)?),
            tags: query::tags(&self.input)?,
            options: Some(self.patience.options()),
        };
        self.registry.tag(self.caller, request).await?;
        Ok(json!({}))
    }

    /// Removes tags.
    pub(super) async fn untag(&mut self, kind: Kind) -> Result<Value, Failure> {
        let request = v1::UntagRequest {
            identifier: Some(self.named(kind)?),
            tag_keys: self.texts("TagKeys"),
            options: Some(self.patience.options()),
        };
        self.registry.untag(self.caller, request).await?;
        Ok(json!({}))
    }

    /// Reads tags.
    pub(super) async fn tags(&mut self, kind: Kind) -> Result<Value, Failure> {
        let found = told::tell(&self.find(kind).await?);
        Ok(json!({ "Tags": found["Tags"], "IsTruncated": false }))
    }

    /// The user or role that the request names.
    pub(super) async fn find(&mut self, kind: Kind) -> Result<v1::Resource, Failure> {
        let request = v1::GetRequest {
            identifier: Some(self.named(kind)?),
            options: None,
        };
        let answer = self.registry.get(self.caller, request).await?;
        Ok(answer.resource.unwrap_or_default())
    }

    /// Who is named; for a user of whom nothing is said, the caller.
    pub(super) fn named(&mut self, kind: Kind) -> Result<v1::Identifier, Failure> {
        match kind {
            Kind::ManagedPolicy => return self.policy(),
            Kind::OidcProvider => return self.provider(),
            _ => {}
        }
        let field = format!("{}Name", noun(kind));
        let mut name = self.text(&field);
        if name.is_empty() {
            let own = self.arn.split_once(":user/").map(|(_, path)| path);
            let own = own.and_then(|path| path.rsplit('/').next());
            let none = || Failure::field(&field, "is required of whoever is no user");
            own.ok_or_else(none)?.clone_into(&mut name);
        }
        Ok(v1::Identifier {
            kind: kind.into(),
            identifier: name,
            ..v1::Identifier::default()
        })
    }

    pub(super) async fn page(
        &mut self,
        kind: Kind,
        parent: String,
    ) -> Result<v1::ListResponse, Failure> {
        let request = v1::ListRequest {
            kind: kind.into(),
            parent,
            max_results: self.number("MaxItems").unwrap_or(PAGE).min(PAGE),
            next_token: self.text("Marker"),
            ..v1::ListRequest::default()
        };
        self.registry.list(self.caller, request).await
    }

    pub(super) fn text(&mut self, field: &str) -> String {
        self.given(field).unwrap_or_default()
    }

    /// A text, which may be empty.
    pub(super) fn given(&mut self, field: &str) -> Option<String> {
        match self.input.remove(field) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A list of texts; empty where none is given.
    pub(super) fn texts(&mut self, field: &str) -> Vec<String> {
        let texts = self.input.remove(field).unwrap_or_default();
        let texts = texts.as_array().into_iter().flatten();
        texts
            .filter_map(|text| Some(text.as_str()?.to_owned()))
            .collect()
    }

    pub(super) fn number(&mut self, field: &str) -> Option<u32> {
        let number = self.input.remove(field)?.as_u64()?;
        u32::try_from(number).ok()
    }

    fn refuse_unsupported(&self) -> Result<(), Failure> {
        let mut fields = UNSUPPORTED.iter();
        match fields.find(|field| self.input.contains_key(**field)) {
            Some(field) => Err(Failure::field(field, "is not supported; leave it out")),
            None => Ok(()),
        }
    }
}

/// A resource of which only this is said.
pub(super) fn resource(spec: Spec) -> v1::Resource {
    v1::Resource {
        metadata: None,
        spec: Some(spec),
    }
}

/// A page of items.
pub(super) fn paged(name: &str, items: &[Value], next: &str) -> Value {
    json!({ name: items, "IsTruncated": !next.is_empty(), "Marker": next })
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Role => "Role",
        _ => "User",
    }
}
