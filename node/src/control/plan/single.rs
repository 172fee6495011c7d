//! Plans of the calls that change one resource.

use std::collections::BTreeMap;

use trellis_core::model::{Kind, arn};
use trellis_core::registry::command::{AnyRecord, Identifier, TagChange};
use trellis_core::registry::{Change, Operation};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Plan, Planner, arn_of_new, managed, operation, stored, wrong};
use crate::control::authorise::actions::{Verb, action};
use crate::control::authorise::context::{self, AdminContext};
use crate::control::authorise::is_of_cluster;
use crate::control::authorise::subject::Subject;
use crate::control::convert::{self, Reader};
use crate::control::error::Failure;

const ADD_CLIENT_ID: &str = "iam:AddClientIDToOpenIDConnectProvider";
const REMOVE_CLIENT_ID: &str = "iam:RemoveClientIDFromOpenIDConnectProvider";

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
        self.allow_new(&record, &[])?;
        self.seal_secret(&mut record)?;
        self.seal_key(spec, &mut record)?;
        let change = match kind {
            Kind::AuthPolicy | Kind::ResourcePolicy => Change::Put(stored(record)),
            _ => {
                self.expects_nothing("a new resource has no revision yet")?;
                Change::Create(stored(record))
            }
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
        let mut record = convert::read(spec, before.clone(), &mut reader);
        self.allow_taken(&before, spec)?;
        reader.finish()?;
        match list_actions(spec) {
            Some(actions) => {
                let resource = self.arn(&before);
                let context = AdminContext::on(self.admin(), &before);
                let context = context.about(self.state, Subject::Found(&before));
                for action in actions {
                    self.authority.allow_in(action, &resource, &context)?;
                }
            }
            None => self.allow_changed((&before, &record), says_its_keys(spec), &[])?,
        }
        self.seal_key(spec, &mut record)?;
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
        let mut context = AdminContext::on(self.admin(), &record);
        context.request_tags = context::tags(&tags);
        self.allow_in(verb, &record, &context)?;
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
            resource: arn::root(asked),
            why: " because only the root of the account that created the cluster may",
        })
    }

    /// Whether the caller may create a record, after the operations of its bundle so far.
    pub(super) fn allow_new(
        &self,
        record: &AnyRecord,
        bundle: &[Operation],
    ) -> Result<(), Failure> {
        let kind = record.kind();
        let resource = arn_of_new(self.state, record);
        let context = AdminContext::of_new(self.admin(), record);
        let mut context = context.about(self.state, Subject::Made(record));
        let create = action(Verb::Create, kind);
        let place = (self.state, kind);
        self.authority.permit(place, &create, &resource, &context)?;
        context.create_action = create.split_once(':').map_or("", |(_, name)| name);
        for action in further_actions(None, record) {
            self.authority.allow_in(&action, &resource, &context)?;
        }
        self.allow_attached((None, record), bundle, &resource, context)
    }

    /// Whether the caller may change a record to this, after the operations of its bundle so far; `says_its_keys` as
    /// [`says_its_keys`].
    pub(super) fn allow_changed(
        &self,
        (before, after): (&AnyRecord, &AnyRecord),
        says_its_keys: bool,
        bundle: &[Operation],
    ) -> Result<(), Failure> {
        let resource = self.arn(before);
        let mut context = AdminContext::on(self.admin(), before);
        if let (AnyRecord::ManagedPolicy(before), AnyRecord::ManagedPolicy(after)) = (before, after)
        {
            for action in managed::changes(before, after) {
                self.authority.allow_in(action, &resource, &context)?;
            }
        } else if !managed::is_of_attachment(before, after) {
            let subject = Subject::Changed(after, says_its_keys);
            let context = AdminContext::on(self.admin(), before).about(self.state, subject);
            self.allow_in(Verb::Update, before, &context)?;
        }
        if before.meta().tags != after.meta().tags {
            context.request_tags = context::tags(&after.meta().tags);
        }
        for action in further_actions(Some(before), after) {
            self.authority.allow_in(&action, &resource, &context)?;
        }
        self.allow_attached((Some(before), after), bundle, &resource, context)
    }
}

/// Whether an update says what VPC Lattice's condition keys of a change are of: auth type, action or security groups.
fn says_its_keys(spec: &Spec) -> bool {
    match spec {
        Spec::Service(given) => given.auth_type.is_some(),
        Spec::ServiceNetwork(given) => given.auth_type.is_some(),
        Spec::Listener(given) => given.default_action.is_some(),
        Spec::Rule(given) => given.action.is_some(),
        Spec::VpcAssociation(given) => !given.security_group_ids.is_empty(),
        Spec::ResourceGateway(given) => !given.security_group_ids.is_empty(),
        _ => false,
    }
}

/// The actions of its own that an update needs that does no more than add to a list or remove from it: rules of a
/// security group, resources and accounts of a share, client ids of an OIDC provider; `None` for every other update. What is asked decides, not
/// what differs: a denial tells nothing of what stands.
fn list_actions(spec: &Spec) -> Option<Vec<&'static str>> {
    let (adds, removes, is_all, actions) = match spec {
        Spec::SecurityGroup(given) => {
            let rest = v1::SecurityGroup {
                added_ingress: Vec::new(),
                removed_ingress: Vec::new(),
                ..given.clone()
            };
            (
                !given.added_ingress.is_empty(),
                !given.removed_ingress.is_empty(),
                rest == v1::SecurityGroup::default(),
                [
                    "ec2:AuthorizeSecurityGroupIngress",
                    "ec2:RevokeSecurityGroupIngress",
                ],
            )
        }
        Spec::ResourceShare(given) => {
            let rest = v1::ResourceShare {
                added_resources: Vec::new(),
                removed_resources: Vec::new(),
                added_accounts: Vec::new(),
                removed_accounts: Vec::new(),
                ..given.clone()
            };
            (
                !(given.added_resources.is_empty() && given.added_accounts.is_empty()),
                !(given.removed_resources.is_empty() && given.removed_accounts.is_empty()),
                rest == v1::ResourceShare::default(),
                [
                    "ram:AssociateResourceShare",
                    "ram:DisassociateResourceShare",
                ],
            )
        }
        Spec::OidcProvider(given) => {
            let rest = v1::OidcProvider {
                added_client_ids: Vec::new(),
                removed_client_ids: Vec::new(),
                ..given.clone()
            };
            (
                !given.added_client_ids.is_empty(),
                !given.removed_client_ids.is_empty(),
                rest == v1::OidcProvider::default(),
                [ADD_CLIENT_ID, REMOVE_CLIENT_ID],
            )
        }
        _ => return None,
    };
    let [add, remove] = actions;
    let actions = [adds.then_some(add), removes.then_some(remove)];
    (is_all && (adds || removes)).then(|| actions.into_iter().flatten().collect())
}

/// Actions that a write needs beside its own, because it writes tags or policies, too: whoever may
/// rename a user may not thereby give it other rights.
fn further_actions(before: Option<&AnyRecord>, after: &AnyRecord) -> Vec<String> {
    let mut actions = Vec::new();
    let tags = before.map(|before| &before.meta().tags);
    let (none, given) = (BTreeMap::new(), &after.meta().tags);
    if given != tags.unwrap_or(&none) {
        actions.push(action(Verb::Tag, after.kind()));
    }
    match (before, after) {
        (None, AnyRecord::User(user)) if !user.policies.is_empty() => {
            actions.push("iam:PutUserPolicy".to_owned());
        }
        (Some(AnyRecord::User(before)), AnyRecord::User(user))
            if user.policies != before.policies =>
        {
            actions.push("iam:PutUserPolicy".to_owned());
        }
        (None, AnyRecord::Role(role)) if !role.policies.is_empty() => {
            actions.push("iam:PutRolePolicy".to_owned());
        }
        (Some(AnyRecord::Role(before)), AnyRecord::Role(role)) => {
            if role.policies != before.policies {
                actions.push("iam:PutRolePolicy".to_owned());
            }
            if role.trust_policy != before.trust_policy {
                actions.push("iam:UpdateAssumeRolePolicy".to_owned());
            }
        }
        (Some(AnyRecord::OidcProvider(before)), AnyRecord::OidcProvider(provider)) => {
            let (had, has) = (&before.client_ids, &provider.client_ids);
            if has.iter().any(|id| !had.contains(id)) {
                actions.push(ADD_CLIENT_ID.to_owned());
            }
            if had.iter().any(|id| !has.contains(id)) {
                actions.push(REMOVE_CLIENT_ID.to_owned());
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
