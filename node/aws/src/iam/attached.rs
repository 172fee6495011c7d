//! Who has which managed policy.

use serde_json::{Value, json};
use trellis_core::model::arn::Arn;
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, PAGE};
use crate::failure::Failure;
use crate::registry::Registry;

impl<R: Registry> Call<'_, R> {
    /// Lets a user or role have a policy.
    pub(super) async fn attach(&mut self, kind: Kind) -> Result<Value, Failure> {
        let attach_policies = vec![self.policy()?.identifier];
        let spec = match kind {
            Kind::Role => Spec::Role(v1::Role {
                attach_policies,
                ..v1::Role::default()
            }),
            _ => Spec::User(v1::User {
                attach_policies,
                ..v1::User::default()
            }),
        };
        let named = self.named(kind)?;
        self.changed(named, spec).await?;
        Ok(json!({}))
    }

    /// Takes a policy from a user or role.
    pub(super) async fn detach(&mut self, kind: Kind) -> Result<Value, Failure> {
        let detach_policies = vec![self.policy()?.identifier];
        let spec = match kind {
            Kind::Role => Spec::Role(v1::Role {
                detach_policies,
                ..v1::Role::default()
            }),
            _ => Spec::User(v1::User {
                detach_policies,
                ..v1::User::default()
            }),
        };
        let named = self.named(kind)?;
        self.changed(named, spec).await?;
        Ok(json!({}))
    }

    /// Names the policies of a user or role.
    pub(super) async fn list_attached(&mut self, kind: Kind) -> Result<Value, Failure> {
        let prefix = self.text("PathPrefix");
        let found = self.find(kind).await?;
        let attached = match &found.spec {
            Some(Spec::User(user)) => &user.attached_policies[..],
            Some(Spec::Role(role)) => &role.attached_policies[..],
            _ => &[],
        };
        let policy = |arn: &String| {
            let (path, name) = path_and_name(arn)?;
            let is_listed = path.starts_with(&prefix);
            is_listed.then(|| json!({ "PolicyName": name, "PolicyArn": arn }))
        };
        let mut items: Vec<_> = attached.iter().filter_map(policy).collect();
        items.sort_by_key(|item| item["PolicyName"].to_string());
        Ok(json!({ "AttachedPolicies": items, "IsTruncated": false }))
    }

    /// Names a page of the users and roles that have a policy; roles first, each by its id.
    pub(super) async fn list_entities(&mut self) -> Result<Value, Failure> {
        let (filter, prefix) = (self.text("EntityFilter"), self.text("PathPrefix"));
        let is_of_boundaries = self.text("PolicyUsageFilter") == "PermissionsBoundary";
        let (marker, count) = (self.text("Marker"), self.number("MaxItems"));
        let policy = self.find(Kind::ManagedPolicy).await?;
        let id = policy.metadata.unwrap_or_default().id;
        let list = format!("entities of {id} {filter} {prefix} {is_of_boundaries}");
        let after = self.registry.page_start(self.caller, &list, &marker)?;

        let mut holders: Vec<(String, Kind)> = Vec::new();
        for (kind, word) in [(Kind::Role, "Role"), (Kind::User, "User")] {
            if !is_of_boundaries && (filter.is_empty() || filter == word) {
                let ids = self.registry.dependants(kind, &id);
                holders.extend(ids.into_iter().map(|id| (id, kind)));
            }
        }
        // `AROA…` and `AIDA…`.
        holders.sort();
        let mut next = String::new();
        let (mut users, mut roles) = (Vec::new(), Vec::new());
        let room = count.unwrap_or(PAGE).min(PAGE) as usize;
        let mut last = String::new();
        for (id, kind) in holders.into_iter().filter(|(id, _)| *id > after) {
            let holder = self.registry.related(kind, &id);
            let Some(holder) = holder.filter(|holder| path(holder).starts_with(&prefix)) else {
                continue;
            };
            if users.len() + roles.len() == room {
                next = self.registry.page_token(self.caller, &list, &last)?;
                break;
            }
            match &holder.spec {
                Some(Spec::Role(role)) => {
                    roles.push(json!({ "RoleName": role.role_name, "RoleId": id }));
                }
                Some(Spec::User(user)) => {
                    users.push(json!({ "UserName": user.user_name, "UserId": id }));
                }
                _ => {}
            }
            last = id;
        }
        Ok(json!({
            "PolicyGroups": [],
            "PolicyUsers": users,
            "PolicyRoles": roles,
            "IsTruncated": !next.is_empty(),
            "Marker": next,
        }))
    }
}

/// Path and name in the ARN of a policy.
fn path_and_name(arn: &str) -> Option<(&str, &str)> {
    let resource = Arn::parse(arn)?.resource.strip_prefix("policy")?;
    let (_, name) = resource.rsplit_once('/')?;
    Some((&resource[..resource.len() - name.len()], name))
}

fn path(holder: &v1::Resource) -> &str {
    match &holder.spec {
        Some(Spec::User(user)) => &user.path,
        Some(Spec::Role(role)) => &role.path,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::path_and_name;

    #[test]
    fn the_arn_of_a_policy_has_its_path_and_its_name() {
        for (arn, expected) in [
            ("arn:aws:iam::111111111111:policy/p", Some(("/", "p"))),
            (
                "arn:aws:iam::111111111111:policy/a/b/p",
                Some(("/a/b/", "p")),
            ),
            ("arn:aws:iam::111111111111:role/p", None),
            ("p", None),
        ] {
            assert_eq!(path_and_name(arn), expected, "{arn}");
        }
    }
}
