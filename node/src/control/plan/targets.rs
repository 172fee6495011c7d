//! Plans of registering and deregistering targets.

use std::collections::BTreeSet;

use trellis_core::model::limits::TARGETS_PER_CALL;
use trellis_core::model::{Kind, Record, Target, TargetGroup, arn};
use trellis_core::registry::command::{AnyRecord, TargetList};
use trellis_core::registry::{Change, Refusal};
use trellis_proto::v1;
use trellis_proto::v1::resource::Spec;

use super::{Plan, Planner, operation};
use crate::control::authorise::context::AdminContext;
use crate::control::convert::{self, Names};
use crate::control::error::Failure;

/// Plans registering (or else deregistering) targets.
///
/// # Errors
/// Refusals of what was asked for; [`Failure::Denied`].
pub(in crate::control) fn targets(
    planner: &Planner<'_>,
    request: &v1::TargetsRequest,
    registers: bool,
) -> Result<Plan, Failure> {
    planner.expects_nothing("is not for targets")?;
    let identifier = &request.target_group_identifier;
    let scope = planner.scope(planner.account());
    let group = scope
        .id(Kind::TargetGroup, "", identifier)
        .and_then(|id| planner.state.get::<TargetGroup>(&id))
        .ok_or_else(|| Refusal::not_found(Kind::TargetGroup, identifier))?;
    let action = if registers {
        "vpc-lattice:RegisterTargets"
    } else {
        "vpc-lattice:DeregisterTargets"
    };
    let resource = arn::of(Kind::TargetGroup, group.meta());
    let record = AnyRecord::from((**group).clone());
    let context = AdminContext::on(planner.admin(), &record);
    planner.authority.allow_in(action, &resource, &context)?;
    let list = TargetList {
        target_group: group.meta().id.clone(),
        targets: request.targets.iter().map(convert::read_target).collect(),
    };
    let change = if registers {
        Change::RegisterTargets(list)
    } else {
        Change::DeregisterTargets(list)
    };
    Ok(Plan {
        account: planner.account().to_owned(),
        operations: vec![operation(change, 0)],
        ..Plan::default()
    })
}

/// Whether a group may come with all its targets, so that it is refused whole where one is wrong.
pub(super) fn are_few(spec: &Spec) -> bool {
    match spec {
        Spec::TargetGroup(given) => wanted(given).len() <= TARGETS_PER_CALL,
        _ => true,
    }
}

/// Lets a new group come with its targets, where they are few enough.
pub(super) fn come_with(spec: &Spec, record: &mut AnyRecord) {
    if let (Spec::TargetGroup(given), AnyRecord::TargetGroup(group)) = (spec, record)
        && are_few(spec)
    {
        group.targets = wanted(given).iter().map(convert::read_target).collect();
    }
}

fn wanted(given: &v1::TargetGroup) -> &[v1::Target] {
    given.targets.as_ref().map_or(&[], |targets| &targets.items)
}

/// The changes after which exactly the wanted targets are registered, as calls of at most 100.
pub(super) fn reconcile(group: &TargetGroup, wanted: &[v1::Target]) -> Vec<Change> {
    let port = |target: &Target| match target.port {
        0 => group.port,
        port => port,
    };
    let wanted: Vec<Target> = wanted.iter().map(convert::read_target).collect();
    let keys: BTreeSet<(&str, u32)> = wanted
        .iter()
        .map(|target| (target.id.as_str(), port(target)))
        .collect();
    let stands = |target: &&Target| {
        group.targets.iter().any(|known| {
            let same =
                (&known.id, known.port, &known.zone) == (&target.id, port(target), &target.zone);
            same && known.draining_since_ms == 0
        })
    };
    let missing: Vec<Target> = wanted.iter().filter(|it| !stands(it)).cloned().collect();
    let surplus: Vec<Target> = group
        .targets
        .iter()
        .filter(|known| known.draining_since_ms == 0)
        .filter(|known| !keys.contains(&(known.id.as_str(), known.port)))
        .cloned()
        .collect();
    let list = |targets: &[Target]| TargetList {
        target_group: group.meta().id.clone(),
        targets: targets.to_vec(),
    };
    let register = missing.chunks(TARGETS_PER_CALL);
    let deregister = surplus.chunks(TARGETS_PER_CALL);
    register
        .map(|targets| Change::RegisterTargets(list(targets)))
        .chain(deregister.map(|targets| Change::DeregisterTargets(list(targets))))
        .collect()
}
