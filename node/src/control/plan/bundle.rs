//! Plans of bundles: each resource is created or changed, by its name or by what it connects.
//!
//! Resources are taken kind by kind, so that whatever a resource names comes before it; a name may
//! belong to a resource of the same bundle.

use trellis_core::model::limits::OPERATIONS_PER_COMMAND;
use trellis_core::model::{
    AccessLogSubscription, DomainVerification, Kind, Record, ResourceAssociation, ResourceShare,
    ServiceAssociation, VpcAssociation,
};
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::state::owner;
use trellis_core::registry::{Change, State, query};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Plan, Planner, Step, operation, single, stored, targets, wrong};
use crate::control::authorise::actions::Verb;
use crate::control::authorise::context::AdminContext;
use crate::control::convert::{self, Reader};
use crate::control::error::Failure;
use crate::control::names::{Scope, parent_of};

impl Planner<'_> {
    /// Plans a bundle.
    ///
    /// # Errors
    /// Refusals of what was asked for, all wrong fields at once; [`Failure::Denied`].
    pub(in crate::control) fn apply(&self, request: &v1::ApplyRequest) -> Result<Plan, Failure> {
        self.expects_nothing("is for calls that change one resource")?;
        let resources = &request.resources;
        let mut order: Vec<(usize, &Spec)> = Vec::new();
        for (index, resource) in resources.iter().enumerate() {
            let spec = resource.spec.as_ref();
            let path = format!("resources[{index}]");
            order.push((index, spec.ok_or_else(|| wrong(&path, "required"))?));
        }
        order.sort_by_key(|(_, spec)| rank(convert::kind_of(spec)));
        let scope = self.scope(self.account());
        let mut bundle = Bundle {
            planner: self,
            scope: &scope,
            reader: Reader::new(&scope),
            plan: Plan::default(),
            written: Vec::new(),
        };
        let mut steps = Vec::new();
        for (index, spec) in order {
            steps.push((index, bundle.add(index, spec)?));
        }
        bundle.reader.finish()?;
        steps.sort_by_key(|(index, _)| *index);
        let mut plan = bundle.plan;
        plan.steps = steps.into_iter().map(|(_, step)| step).collect();
        self.account().clone_into(&mut plan.account);
        if plan.operations.len() > OPERATIONS_PER_COMMAND {
            let message = format!("at most {OPERATIONS_PER_COMMAND} changes in one call; split it");
            return Err(wrong("resources", &message).into());
        }
        Ok(plan)
    }
}

/// What is named comes before what names it.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::ClusterSettings | Kind::Account | Kind::ManagedPolicy => 0,
        Kind::Vpc
        | Kind::ServiceNetwork
        | Kind::Service
        | Kind::User
        | Kind::Role
        | Kind::OidcProvider
        | Kind::DomainVerification => 1,
        Kind::SecurityGroup | Kind::TargetGroup => 2,
        Kind::Listener | Kind::ResourceGateway => 3,
        // Groups of resource configurations come before their children by the order in which they are given.
        Kind::ResourceConfiguration => 4,
        Kind::Rule
        | Kind::ServiceNetworkResourceAssociation
        | Kind::ServiceNetworkServiceAssociation
        | Kind::ServiceNetworkVpcAssociation
        | Kind::AuthPolicy
        | Kind::ResourcePolicy
        | Kind::ResourceShare
        | Kind::AccessLogSubscription
        | Kind::AccessKey
        | Kind::Certificate
        | Kind::Node
        | Kind::JoinToken
        | Kind::ClusterKey => 5,
    }
}

struct Bundle<'b, 'a> {
    planner: &'b Planner<'a>,
    scope: &'b Scope<'a>,
    reader: Reader<'b>,
    plan: Plan,
    /// Kind and id of everything that the bundle has named so far.
    written: Vec<(Kind, String)>,
}

impl Bundle<'_, '_> {
    fn add(&mut self, index: usize, spec: &Spec) -> Result<Step, Failure> {
        let planner = self.planner;
        let path = format!("resources[{index}]");
        let kind = kind(spec, &path)?;
        let draft = planner.draft(convert::blank(spec), planner.account())?;
        // Mistakes are noted when the resource is read in earnest, below.
        let draft = convert::read(spec, draft, &mut Reader::new(self.scope));
        let before = existing(planner.state, &draft);
        self.reader.begin(format!("{path}."), before.is_none());
        let base = match &before {
            Some(before) => before.clone(),
            None => Planner::identified(convert::blank(spec), &draft),
        };
        let mut record = convert::read(spec, base, &mut self.reader);
        if before.is_none() {
            targets::come_with(spec, &mut record);
        }
        let key = (kind, record.meta().id.clone());
        let parent = parent_of(&record).to_owned();
        let is_announced = before.is_some()
            || record.meta().name.is_empty()
            || self
                .scope
                .announce(kind, &parent, &record.meta().name, &key.1);
        if self.written.contains(&key) || !is_announced {
            self.reader
                .mistake("name", "the same resource stands in this bundle before");
        }
        self.written.push(key);
        self.write(spec, before, &record)
    }

    fn write(
        &mut self,
        spec: &Spec,
        before: Option<AnyRecord>,
        record: &AnyRecord,
    ) -> Result<Step, Failure> {
        let planner = self.planner;
        let first = self.plan.operations.len();
        let action = if before.is_some() {
            "updated"
        } else {
            "created"
        };
        if let Some(before) = &before {
            self.read(before)?;
        }
        match &before {
            None => {
                planner.allow_new(record, &self.plan.operations)?;
                self.allow_first_targets(record)?;
                let change = match record.kind() {
                    Kind::AuthPolicy | Kind::ResourcePolicy => Change::Put(stored(record.clone())),
                    _ => Change::Create(stored(record.clone())),
                };
                self.plan.operations.push(operation(change, 0));
            }
            Some(before) if before != record => {
                planner.allow_changed((before, record), true, &self.plan.operations)?;
                let change = Change::Update(stored(record.clone()));
                let revision = before.meta().revision;
                self.plan.operations.push(operation(change, revision));
            }
            Some(_) => {}
        }
        if before.is_some() || !targets::are_few(spec) {
            self.register(spec, record)?;
        }
        let operations: Vec<usize> = (first..self.plan.operations.len()).collect();
        Ok(match before {
            Some(before) if operations.is_empty() => Step::Unchanged(Box::new(before)),
            _ => Step::Written { action, operations },
        })
    }

    /// To compare with what stands is to read it: it needs what `Get` needs, whether or not anything
    /// differs, so that nobody learns by guesses what a record holds.
    fn read(&self, before: &AnyRecord) -> Result<(), Failure> {
        let planner = self.planner;
        planner.allow(Verb::Get, before)?;
        let id = &before.meta().id;
        query::get_any(planner.state, planner.account(), before.kind(), id)?;
        Ok(())
    }

    /// A group that comes with targets needs what registering them needs.
    fn allow_first_targets(&self, record: &AnyRecord) -> Result<(), Failure> {
        match record {
            AnyRecord::TargetGroup(group) if !group.targets.is_empty() => {
                let context = AdminContext::on(self.planner.admin(), record);
                let authority = self.planner.authority;
                authority.allow_in("vpc-lattice:RegisterTargets", &record.arn(), &context)
            }
            _ => Ok(()),
        }
    }

    /// Lets a target group have exactly the targets that are given, where any list is.
    fn register(&mut self, spec: &Spec, record: &AnyRecord) -> Result<(), Failure> {
        let (Spec::TargetGroup(given), AnyRecord::TargetGroup(group)) = (spec, record) else {
            return Ok(());
        };
        let Some(wanted) = &given.targets else {
            return Ok(());
        };
        for change in targets::reconcile(group, &wanted.items) {
            let action = match change {
                Change::DeregisterTargets(_) => "vpc-lattice:DeregisterTargets",
                _ => "vpc-lattice:RegisterTargets",
            };
            let context = AdminContext::on(self.planner.admin(), record);
            let authority = self.planner.authority;
            authority.allow_in(action, &record.arn(), &context)?;
            self.plan.operations.push(operation(change, 0));
        }
        Ok(())
    }
}

fn kind(spec: &Spec, path: &str) -> Result<Kind, Failure> {
    match spec {
        Spec::AccessKey(_) => Err(wrong(
            path,
            "access keys are made by Create, which tells the secret",
        )
        .into()),
        Spec::Certificate(_) => Err(wrong(
            path,
            "certificates are imported by Create and Update, with their private keys",
        )
        .into()),
        Spec::ClusterSettings(_) => Ok(Kind::ClusterSettings),
        Spec::TargetGroup(_) => Ok(Kind::TargetGroup),
        _ => single::creatable(spec, path),
    }
}

/// The record that a draft would stand for: the one of its name, or the one that connects the same.
fn existing(state: &State, draft: &AnyRecord) -> Option<AnyRecord> {
    let meta = draft.meta();
    let same_owner = |other: &trellis_core::model::Meta| other.account == meta.account;
    match draft {
        AnyRecord::ServiceAssociation(draft) => state
            .children::<ServiceAssociation>(&draft.service_network)
            .find(|it| it.service == draft.service && same_owner(it.meta()))
            .map(|it| (**it).clone().into()),
        AnyRecord::VpcAssociation(draft) => state
            .children::<VpcAssociation>(&draft.service_network)
            .find(|it| it.vpc == draft.vpc && same_owner(it.meta()))
            .map(|it| (**it).clone().into()),
        AnyRecord::ResourceAssociation(draft) => state
            .children::<ResourceAssociation>(&draft.service_network)
            .find(|it| {
                it.resource_configuration == draft.resource_configuration && same_owner(it.meta())
            })
            .map(|it| (**it).clone().into()),
        AnyRecord::DomainVerification(draft) => state
            .children::<DomainVerification>(&owner(&meta.account, &meta.region))
            .find(|it| it.domain_name == draft.domain_name.to_ascii_lowercase())
            .map(|it| (**it).clone().into()),
        // Names of shares need not be unique: the first of a name is meant.
        AnyRecord::ResourceShare(_) => state
            .children::<ResourceShare>(&owner(&meta.account, &meta.region))
            .find(|it| it.meta().name == meta.name)
            .map(|it| (**it).clone().into()),
        AnyRecord::AccessLogSubscription(draft) => state
            .children::<AccessLogSubscription>(&draft.resource)
            .find(|it| {
                let same = (&it.destination, it.resource_logs)
                    == (&draft.destination, draft.resource_logs);
                same && same_owner(it.meta())
            })
            .map(|it| (**it).clone().into()),
        AnyRecord::AuthPolicy(_) | AnyRecord::ResourcePolicy(_) | AnyRecord::Account(_) => {
            state.get_any(draft.kind(), &meta.id)
        }
        AnyRecord::ClusterSettings(_) => state.settings().cloned().map(AnyRecord::from),
        _ => {
            let id = state.namesake(draft)?;
            state.get_any(draft.kind(), id)
        }
    }
}
