//! Managed policies, and their versions.

use serde_json::{Value, json};
use trellis_core::model::arn::Arn;
use trellis_core::registry::{Refusal, outcome::RefusalKind};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, paged};
use super::told;
use crate::failure::Failure;
use crate::query;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Creates a policy.
    pub(super) async fn create_policy(&mut self) -> Result<Value, Failure> {
        let policy = v1::ManagedPolicy {
            policy_name: self.text("PolicyName"),
            path: self.text("Path"),
            description: self.text("Description"),
            policy_document: self.text("PolicyDocument"),
            tags: query::tags(&self.input)?,
            ..v1::ManagedPolicy::default()
        };
        let created = self.made(Spec::ManagedPolicy(policy)).await?;
        Ok(json!({ "Policy": self.told(&created) }))
    }

    /// Reads a policy.
    pub(super) async fn get_managed(&mut self) -> Result<Value, Failure> {
        let found = self.find(Kind::ManagedPolicy).await?;
        Ok(json!({ "Policy": self.told(&found) }))
    }

    /// Reads a page of policies. Those of AWS are none of a cluster's, and none is a boundary.
    pub(super) async fn list_managed(&mut self) -> Result<Value, Failure> {
        let is_of_aws = self.text("Scope") == "AWS";
        let is_of_boundaries = self.text("PolicyUsageFilter") == "PermissionsBoundary";
        let only_attached = self.flag("OnlyAttached");
        let prefix = self.text("PathPrefix");
        let page = self.page(Kind::ManagedPolicy, String::new()).await?;
        let is_listed = |item: &Value| {
            let path = item["Path"].as_str().unwrap_or_default();
            let is_attached = item["AttachmentCount"] != 0;
            !is_of_aws
                && !is_of_boundaries
                && path.starts_with(&prefix)
                && (is_attached || !only_attached)
        };
        let items = page.resources.iter().map(|policy| self.told(policy));
        let mut items: Vec<_> = items.filter(is_listed).collect();
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            // As the API says of them: for `GetPolicy` alone.
            item.remove("Description");
            item.remove("Tags");
        }
        Ok(paged("Policies", &items, &page.next_token))
    }

    /// Adds a version.
    pub(super) async fn create_version(&mut self) -> Result<Value, Failure> {
        let version = v1::PolicyVersion {
            document: self.text("PolicyDocument"),
            is_default: self.flag("SetAsDefault"),
            ..v1::PolicyVersion::default()
        };
        let change = v1::ManagedPolicy {
            versions: vec![version],
            ..v1::ManagedPolicy::default()
        };
        let changed = self.change_policy(change).await?;
        let made = versions(&changed).last().map(told::version);
        let mut made = made.unwrap_or_default();
        if let Some(members) = made.as_object_mut() {
            members.remove("Document");
        }
        Ok(json!({ "PolicyVersion": made }))
    }

    /// Reads a version.
    pub(super) async fn get_version(&mut self) -> Result<Value, Failure> {
        let id = self.text("VersionId");
        let found = self.find(Kind::ManagedPolicy).await?;
        let mut versions = versions(&found).iter();
        let version = versions.find(|version| version.version_id == id);
        let missing = || {
            let message = format!("the policy has no version {id}");
            Failure::from(Refusal::new(RefusalKind::NotFound, message))
        };
        Ok(json!({ "PolicyVersion": told::version(version.ok_or_else(missing)?) }))
    }

    /// Reads the versions, the newest first.
    pub(super) async fn list_versions(&mut self) -> Result<Value, Failure> {
        let found = self.find(Kind::ManagedPolicy).await?;
        let mut items: Vec<_> = versions(&found).iter().rev().map(told::version).collect();
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.remove("Document");
        }
        Ok(json!({ "Versions": items, "IsTruncated": false }))
    }

    /// Puts a version in force.
    pub(super) async fn set_default_version(&mut self) -> Result<Value, Failure> {
        let change = v1::ManagedPolicy {
            default_version_id: self.text("VersionId"),
            ..v1::ManagedPolicy::default()
        };
        self.change_policy(change).await?;
        Ok(json!({}))
    }

    /// Deletes a version.
    pub(super) async fn delete_version(&mut self) -> Result<Value, Failure> {
        let change = v1::ManagedPolicy {
            removed_versions: vec![self.text("VersionId")],
            ..v1::ManagedPolicy::default()
        };
        self.change_policy(change).await?;
        Ok(json!({}))
    }

    async fn change_policy(&mut self, change: v1::ManagedPolicy) -> Result<v1::Resource, Failure> {
        let named = self.policy()?;
        self.changed(named, Spec::ManagedPolicy(change)).await
    }

    /// The policy that the request names.
    pub(super) fn policy(&mut self) -> Result<v1::Identifier, Failure> {
        let arn = self.text("PolicyArn");
        let is_policy = Arn::parse(&arn)
            .is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("policy/"));
        if !is_policy {
            return Err(Failure::field(
                "PolicyArn",
                format!("{arn} is no ARN of a policy"),
            ));
        }
        Ok(v1::Identifier {
            kind: Kind::ManagedPolicy.into(),
            identifier: arn,
            ..v1::Identifier::default()
        })
    }

    /// What is told of a policy, and how many have it.
    fn told(&self, policy: &v1::Resource) -> Value {
        let id = policy.metadata.clone().unwrap_or_default().id;
        let holders = |kind| self.registry.dependants(kind, &id).len();
        let mut told = told::tell(policy);
        told["AttachmentCount"] = (holders(Kind::User) + holders(Kind::Role)).into();
        told
    }

    fn flag(&mut self, field: &str) -> bool {
        self.input.remove(field) == Some(Value::Bool(true))
    }
}

fn versions(policy: &v1::Resource) -> &[v1::PolicyVersion] {
    match &policy.spec {
        Some(Spec::ManagedPolicy(policy)) => &policy.versions,
        _ => &[],
    }
}
