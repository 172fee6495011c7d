//! Targets, and the health check of their group.

use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::Call;
use crate::failure::Failure;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Changes the health check, the only part of a target group that can be changed.
    pub(in super::super) async fn update_target_group(&mut self) -> Result<Value, Failure> {
        let options = self.options();
        let config = v1::TargetGroupConfig {
            health_check: Some(self.take("healthCheck")?),
            ..v1::TargetGroupConfig::default()
        };
        let group = v1::TargetGroup {
            config: Some(config),
            ..v1::TargetGroup::default()
        };
        let request = v1::UpdateRequest {
            identifier: Some(self.identifier(Kind::TargetGroup)),
            resource: Some(v1::Resource {
                metadata: None,
                spec: Some(Spec::TargetGroup(group)),
            }),
            options: Some(options),
        };
        let written = self.registry.update(self.caller, request).await?;
        self.tell(written.resource)
    }

    /// Registers targets.
    pub(in super::super) async fn register_targets(&mut self) -> Result<Value, Failure> {
        let request = self.targets()?;
        let answer = self.registry.register_targets(self.caller, request).await?;
        Ok(json!({ "successful": answer.successful, "unsuccessful": answer.unsuccessful }))
    }

    /// Deregisters targets.
    pub(in super::super) async fn deregister_targets(&mut self) -> Result<Value, Failure> {
        let request = self.targets()?;
        let answer = self
            .registry
            .deregister_targets(self.caller, request)
            .await?;
        Ok(json!({ "successful": answer.successful, "unsuccessful": answer.unsuccessful }))
    }

    fn targets(&mut self) -> Result<v1::TargetsRequest, Failure> {
        Ok(v1::TargetsRequest {
            options: Some(self.options()),
            target_group_identifier: self.text("targetGroupIdentifier"),
            targets: self.take("targets")?,
        })
    }

    /// Reads a page of the targets of a group: those that are asked for, or all.
    pub(in super::super) async fn list_targets(&mut self) -> Result<Value, Failure> {
        let asked: Vec<v1::Target> = self.take("targets")?;
        let most = self.number("maxResults").unwrap_or(super::PAGE);
        let group = self.text("targetGroupIdentifier");
        let list = format!("targets of {group}: {}", json!(asked));
        let token = self.text("nextToken");
        let after = self.registry.page_start(self.caller, &list, &token)?;
        let request = v1::ListTargetsRequest {
            target_group_identifier: group,
            options: None,
        };
        let answer = self.registry.list_targets(self.caller, request).await?;
        let is_asked = |target: &v1::TargetStatus| {
            let mut asked = asked.iter();
            asked.any(|asked| {
                asked.id == target.id && asked.port.is_none_or(|port| port == target.port)
            })
        };
        let targets = answer.items.into_iter();
        let mut targets = targets
            .filter(|target| asked.is_empty() || is_asked(target))
            .filter(|target| key(target) > after)
            .peekable();
        let mut items = Vec::new();
        let mut last = String::new();
        while items.len() < most as usize
            && let Some(target) = targets.next()
        {
            last = key(&target);
            items.push(json!(target));
        }
        let next = match targets.peek() {
            Some(_) => Some(self.registry.page_token(self.caller, &list, &last)?),
            None => None,
        };
        Ok(json!({ "items": items, "nextToken": next }))
    }
}

/// Where a target is in the list: by its id, then by its port.
fn key(target: &v1::TargetStatus) -> String {
    format!("{} {:05}", target.id, target.port)
}
