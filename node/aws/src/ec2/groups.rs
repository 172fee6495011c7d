//! Security groups.

use serde_json::{Value, json};
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use super::call::{Call, identifier, resource, tag_set};
use super::describe::Listing;
use super::{fault, permissions, vpcs};
use crate::failure::{Failure, Fault};
use crate::registry::{Change, Registry};

/// How often rules are changed again because others were changed meanwhile.
const TRIES_MAX: usize = 8;
const LISTING: Listing = Listing {
    kind: Kind::SecurityGroup,
    ids: "GroupId",
    id: "groupId",
    set: "securityGroupInfo",
    beginning: "sg-",
    malformed: "InvalidGroupId.Malformed",
    missing: "InvalidGroup.NotFound",
    filters: &[
        ("description", &["groupDescription"]),
        ("group-id", &["groupId"]),
        ("group-name", &["groupName"]),
        (
            "ip-permission.cidr",
            &["ipPermissions", "ipRanges", "cidrIp"],
        ),
        ("ip-permission.from-port", &["ipPermissions", "fromPort"]),
        (
            "ip-permission.ipv6-cidr",
            &["ipPermissions", "ipv6Ranges", "cidrIpv6"],
        ),
        ("ip-permission.protocol", &["ipPermissions", "ipProtocol"]),
        ("ip-permission.to-port", &["ipPermissions", "toPort"]),
        ("owner-id", &["ownerId"]),
        ("tag-key", &["tagSet", "key"]),
        ("vpc-id", &["vpcId"]),
    ],
    tell,
};

/// A group as it stands.
struct Group {
    metadata: v1::Metadata,
    rules: Vec<v1::IngressRule>,
}

impl<R: Registry> Call<'_, R> {
    /// Reads a page of groups.
    pub(super) async fn describe_groups(&self) -> Result<Value, Fault> {
        self.refuse_names()?;
        self.describe(&LISTING).await
    }

    /// Creates a group that lets nobody in yet.
    pub(super) async fn create_group(&self) -> Result<Value, Fault> {
        let vpc = self.text("VpcId").ok_or_else(no_default)?;
        vpcs::LISTING.check(vpc)?;
        let text = |field| self.text(field).unwrap_or_default().to_owned();
        let tags = self.tags("security-group")?;
        let spec = Spec::SecurityGroup(v1::SecurityGroup {
            name: text("GroupName"),
            description: text("GroupDescription"),
            vpc_identifier: vpc.to_owned(),
            tags: tags.clone(),
            ..v1::SecurityGroup::default()
        });
        let metadata = self.change(self.creation(spec)).await?.metadata;
        let metadata = metadata.unwrap_or_default();
        Ok(json!({
            "groupId": metadata.id,
            "securityGroupArn": metadata.arn,
            "tagSet": tag_set(&tags),
        }))
    }

    /// Deletes a group that nothing uses.
    pub(super) async fn delete_group(&self) -> Result<Value, Fault> {
        let id = self.group_id()?;
        self.change(self.deletion(Kind::SecurityGroup, id)).await?;
        Ok(json!({ "return": true, "groupId": id }))
    }

    /// Adds rules to a group.
    pub(super) async fn authorise_ingress(&self) -> Result<Value, Fault> {
        let asked = permissions::asked(&self.input)?;
        let change = |group: &Group| {
            let is_there = |rule: &&v1::IngressRule| {
                let mut rules = group.rules.iter();
                rules.any(|known| permissions::is_same(known, rule))
            };
            if let Some(rule) = asked.iter().find(is_there) {
                let message = format!(
                    "the specified rule \"{}\" already exists",
                    permissions::words(rule)
                );
                return Err(Fault::of_sender("InvalidPermission.Duplicate", message));
            }
            Ok(v1::SecurityGroup {
                added_ingress: asked.clone(),
                ..v1::SecurityGroup::default()
            })
        };
        let group = self.change_rules(change).await?;
        let told = asked.iter();
        let told = told.map(|rule| permissions::told_alone(&group.metadata, rule));
        Ok(json!({ "return": true, "securityGroupRuleSet": told.collect::<Vec<_>>() }))
    }

    /// Takes rules from a group.
    pub(super) async fn revoke_ingress(&self) -> Result<Value, Fault> {
        let ids = self
            .input
            .get("SecurityGroupRuleId")
            .and_then(Value::as_array);
        let asked = match ids {
            Some(_) => Vec::new(),
            None => permissions::asked(&self.input)?,
        };
        let found = |group: &Group| match ids {
            Some(ids) => by_ids(group, ids),
            None => by_rules(group, &asked),
        };
        let change = |group: &Group| {
            Ok(v1::SecurityGroup {
                removed_ingress: found(group)?,
                ..v1::SecurityGroup::default()
            })
        };
        let group = self.change_rules(change).await?;
        let told = found(&group)?.into_iter();
        let told = told.map(|rule| permissions::told_alone(&group.metadata, &rule));
        Ok(json!({ "return": true, "revokedSecurityGroupRuleSet": told.collect::<Vec<_>>() }))
    }

    /// Changes the rules of the group that the request names; the group as it was.
    async fn change_rules(
        &self,
        change: impl Fn(&Group) -> Result<v1::SecurityGroup, Fault>,
    ) -> Result<Group, Fault> {
        let id = self.group_id()?;
        let mut tries = 0;
        loop {
            tries += 1;
            let group = self.group(id).await?;
            let changed = match change(&group) {
                Ok(changed) => changed,
                // What stands is told only to whoever may change it.
                Err(fault) => {
                    let action = format!("ec2:{}", self.operation);
                    let allowed =
                        self.registry
                            .authorise(self.caller, &action, &group.metadata.arn);
                    return Err(allowed.map_or_else(|failure| self.fault(&failure), |()| fault));
                }
            };
            let request = v1::UpdateRequest {
                identifier: Some(identifier(Kind::SecurityGroup, id)),
                resource: Some(resource(Spec::SecurityGroup(changed))),
                options: Some(v1::WriteOptions {
                    expected_revision: group.metadata.revision,
                    ..self.patience.options()
                }),
            };
            match self.changed(Change::Update(request)).await? {
                Ok(_) => return Ok(group),
                Err(Failure::Refused(refusal))
                    if refusal.kind() == RefusalKind::RevisionMismatch && tries < TRIES_MAX => {}
                Err(failure) => return Err(self.fault(&failure)),
            }
        }
    }

    /// A group of the caller's account, as it stands.
    async fn group(&self, id: &str) -> Result<Group, Fault> {
        let found = self.registry.own(self.caller, Kind::SecurityGroup, id);
        let found = found.await.map_err(|failure| self.fault(&failure))?;
        let rules = match found.spec {
            Some(Spec::SecurityGroup(group)) => group.ingress,
            _ => Vec::new(),
        };
        Ok(Group {
            metadata: found.metadata.unwrap_or_default(),
            rules,
        })
    }

    /// The id that the request names a group by.
    fn group_id(&self) -> Result<&str, Fault> {
        self.refuse_names()?;
        let id = self.text("GroupId");
        let id = id.ok_or_else(|| fault::missing("GroupId"))?;
        LISTING.check(id)?;
        Ok(id)
    }

    /// Names are for groups of a default VPC, which there is none of.
    fn refuse_names(&self) -> Result<(), Fault> {
        match self.input.contains_key("GroupName") {
            true => Err(no_default()),
            false => Ok(()),
        }
    }
}

fn no_default() -> Fault {
    let message = "there is no default VPC: name the VPC, and groups by their ids";
    Fault::of_sender("VPCIdNotSpecified", message)
}

/// The rules of a group that have these ids.
fn by_ids(group: &Group, ids: &[Value]) -> Result<Vec<v1::IngressRule>, Fault> {
    let ids = ids.iter().filter_map(Value::as_str);
    let rules = ids.map(|id| {
        let mut rules = group.rules.iter();
        let found = rules.find(|rule| permissions::id(&group.metadata.id, rule) == id);
        found.cloned().ok_or_else(|| {
            let message = format!("The security group rule ID '{id}' does not exist");
            Fault::of_sender("InvalidSecurityGroupRuleId.NotFound", message)
        })
    });
    rules.collect()
}

/// The rules of a group that let the same in as these.
fn by_rules(group: &Group, asked: &[v1::IngressRule]) -> Result<Vec<v1::IngressRule>, Fault> {
    let rules = asked.iter().map(|asked| {
        let mut rules = group.rules.iter();
        let found = rules.find(|rule| permissions::is_same(rule, asked));
        found.cloned().ok_or_else(|| {
            let message = "The specified rule does not exist in this security group.";
            Fault::of_sender("InvalidPermission.NotFound", message)
        })
    });
    rules.collect()
}

/// What is told of a group. Nothing is limited that goes out.
fn tell(group: &v1::Resource) -> Value {
    let metadata = group.metadata.clone().unwrap_or_default();
    let Some(Spec::SecurityGroup(group)) = &group.spec else {
        return Value::Null;
    };
    json!({
        "groupId": metadata.id,
        "groupName": group.name,
        "groupDescription": group.description,
        "ownerId": metadata.account,
        "securityGroupArn": metadata.arn,
        "vpcId": group.vpc_identifier,
        "ipPermissions": permissions::told(&group.ingress),
        "ipPermissionsEgress": [{
            "ipProtocol": "-1",
            "groups": [],
            "ipRanges": [{ "cidrIp": "0.0.0.0/0" }],
            "ipv6Ranges": [{ "cidrIpv6": "::/0" }],
            "prefixListIds": [],
        }],
        "tagSet": tag_set(&group.tags),
    })
}
