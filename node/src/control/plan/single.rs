//! Plans of the calls that change one resource.

use std::collections::BTreeMap;

use trellis_core::model::Kind;
use trellis_core::registry::Change;
use trellis_core::registry::command::{AnyRecord, Identifier, TagChange};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Plan, Planner, arn_of_new, operation, stored, wrong};
use crate::control::authorise::actions::{Verb, action};
use crate::control::authorise::is_of_cluster;
use crate::control::convert::{self, Reader};
use crate::control::error::Failure;

impl Planner<'_> {
    /// Plans the creation of a resource.
    ///
    /// # Errors
    /// Refusals of what was asked for; [`Failure::Denied`].
    pub(in crate::control) fn create(&self, request: &v1::CreateRequest) -> Result<Plan, Failure> {
        let spec = spec(request.resource.as_ref())?;
        let kind = creatable(spec, "resource")?;
        let owner = self.owner(&request.owner_account)?;
        let scope = self.scope(owner);
        let mut reader = Reader::new(&scope);
        let draft = self.draft(convert::blank(spec), owner)?;
        let mut record = convert::read(spec, draft, &mut reader);
        reader.finish()?;
        self.allow_new(&record)?;
        self.seal_secret(&mut record)?;
        let change = match kind {
            Kind::AuthPolicy | Kind::ResourcePolicy => Change::Put(stored(record)),
            _ => Change::Create(stored(record)),
        };
        Ok(Plan {
            // What belongs to the whole cluster is the operator's to write, whoever owns it.
            account: if is_of_cluster(kind) {
                self.account()
            } else {
                owner
            }
            .to_owned(),
            operations: vec![operation(change, self.expected_revision)],
            ..Plan::default()
        })
    }

    /// Plans the change of the fields that are given.
    ///
    /// # Errors
    /// As [`Planner::create`].
    pub(in crate::control) fn update(&self, request: &v1::UpdateRequest) -> Result<Plan, Failure> {
        let before = self.find(request.identifier.as_ref())?;
        let spec = spec(request.resource.as_ref())?;
        let scope = self.scope(self.account());
        let mut reader = Reader::new(&scope);
        reader.begin(String::new(), false);
        let record = convert::read(spec, before.clone(), &mut reader);
        reader.finish()?;
        self.allow_changed(&before, &record)?;
        let expected = match self.expected_revision {
            0 => before.meta().revision,
            revision => revision,
        };
        Ok(Plan {
            account: self.account().to_owned(),
            operations: vec![operation(Change::Update(stored(record)), expected)],
            ..Plan::default()
        })
    }

    /// Plans a deletion.
    ///
    /// # Errors
    /// As [`Planner::create`].
    pub(in crate::control) fn delete(&self, request: &v1::DeleteRequest) -> Result<Plan, Failure> {
        let record = self.find(request.identifier.as_ref())?;
        self.allow(Verb::Delete, &record)?;
        let change = Change::Delete(identifier(&record));
        Ok(Plan {
            account: self.account().to_owned(),
            operations: vec![operation(change, self.expected_revision)],
            ..Plan::default()
        })
    }

    /// Plans setting tags.
    ///
    /// # Errors
    /// As [`Planner::create`].
    pub(in crate::control) fn tag(&self, request: &v1::TagRequest) -> Result<Plan, Failure> {
        let tags = request.tags.clone().into_iter().collect();
        self.tags(request.identifier.as_ref(), Verb::Tag, tags)
    }

    /// Plans removing tags.
    ///
    /// # Errors
    /// As [`Planner::create`].
    pub(in crate::control) fn untag(&self, request: &v1::UntagRequest) -> Result<Plan, Failure> {
        let keys = request.tag_keys.iter();
        let tags = keys.map(|key| (key.clone(), String::new())).collect();
        self.tags(request.identifier.as_ref(), Verb::Untag, tags)
    }

    fn tags(
        &self,
        named: Option<&v1::Identifier>,
        verb: Verb,
        tags: BTreeMap<String, String>,
    ) -> Result<Plan, Failure> {
        let record = self.find(named)?;
        self.allow(verb, &record)?;
        let change = TagChange {
            resource: Some(identifier(&record)),
            tags,
        };
        let change = match verb {
            Verb::Untag => Change::Untag(change),
            _ => Change::Tag(change),
        };
        Ok(Plan {
            account: self.account().to_owned(),
            operations: vec![operation(change, self.expected_revision)],
            ..Plan::default()
        })
    }

    /// The account that owns what is made: the caller's, but the root of the first account may
    /// name another.
    fn owner<'s>(&'s self, asked: &'s str) -> Result<&'s str, Failure> {
        if asked.is_empty() || asked == self.account() {
            return Ok(self.account());
        }
        if self.authority.is_first_root(self.state) {
            return Ok(asked);
        }
        Err(Failure::Denied {
            who: self.admin().principal.arn.clone(),
            action: "trellis:CreateInAnotherAccount".into(),
            resource: trellis_core::model::arn::root(asked),
            why: " because only the root of the account that created the cluster may",
        })
    }

    /// Whether the caller may create a record.
    pub(super) fn allow_new(&self, record: &AnyRecord) -> Result<(), Failure> {
        let kind = record.kind();
        let resource = arn_of_new(self.state, record);
        let action = action(Verb::Create, kind);
        if is_of_cluster(kind) {
            return self.authority.allow_cluster(self.state, &action, &resource);
        }
        self.authority.allow(&action, &resource)?;
        for action in inline_policies(kind, None, record) {
            self.authority.allow(action, &resource)?;
        }
        Ok(())
    }

    /// Whether the caller may change a record to this.
    pub(super) fn allow_changed(
        &self,
        before: &AnyRecord,
        after: &AnyRecord,
    ) -> Result<(), Failure> {
        self.allow(Verb::Update, before)?;
        let resource = self.arn(before);
        for action in inline_policies(before.kind(), Some(before), after) {
            self.authority.allow(action, &resource)?;
        }
        Ok(())
    }
}

/// Actions that a write of a user or role needs beside its own, because it writes policies, too.
fn inline_policies(kind: Kind, before: Option<&AnyRecord>, after: &AnyRecord) -> Vec<&'static str> {
    let mut actions = Vec::new();
    match (kind, before, after) {
        (Kind::User, None, AnyRecord::User(user)) if !user.policies.is_empty() => {
            actions.push("iam:PutUserPolicy");
        }
        (Kind::User, Some(AnyRecord::User(before)), AnyRecord::User(user))
            if user.policies != before.policies =>
        {
            actions.push("iam:PutUserPolicy");
        }
        (Kind::Role, None, AnyRecord::Role(role)) if !role.policies.is_empty() => {
            actions.push("iam:PutRolePolicy");
        }
        (Kind::Role, Some(AnyRecord::Role(before)), AnyRecord::Role(role)) => {
            if role.policies != before.policies {
                actions.push("iam:PutRolePolicy");
            }
            if role.trust_policy != before.trust_policy {
                actions.push("iam:UpdateAssumeRolePolicy");
            }
        }
        _ => {}
    }
    actions
}

/// What was asked for.
pub(super) fn spec(resource: Option<&v1::Resource>) -> Result<&Spec, Failure> {
    let spec = resource.and_then(|resource| resource.spec.as_ref());
    spec.ok_or_else(|| wrong("resource", "required").into())
}

/// The kind of a resource that can be created.
pub(super) fn creatable(spec: &Spec, path: &str) -> Result<Kind, Failure> {
    let why = match spec {
        Spec::Node(_) => "a node joins with a token; see Cluster.CreateJoinToken",
        Spec::JoinToken(_) => "join tokens are made by Cluster.CreateJoinToken",
        Spec::ClusterSettings(_) => "the settings exist; update them",
        Spec::TargetGroup(group) if group.targets.is_some() => {
            return Err(wrong("targets", "only in Apply; register them after creation").into());
        }
        _ => return Ok(convert::kind_of(spec)),
    };
    Err(wrong(path, why).into())
}

fn identifier(record: &AnyRecord) -> Identifier {
    Identifier {
        kind: record.kind() as i32,
        id: record.meta().id.clone(),
    }
}
