//! What listeners and rules do with a request.
//!
//! A target group belongs to one service, of its own account. All weights may be zero: such an
//! action forwards to nobody and answers 503.
//!
//! Source: VPC Lattice API model 2022-11-30, `RuleAction`; user guide, "Listener rules", "Target
//! groups", "TLS listeners".

use std::collections::BTreeSet;

use crate::model::{
    Action, ActionKind, Kind, Listener, Record, Rule, Service, TargetGroup, TargetProtocol, limits,
};
use crate::registry::mistakes::Mistakes;
use crate::registry::outcome::Refusal;
use crate::registry::rules::Case;
use crate::registry::state::{State, forwarded};

/// Who forwards: a listener or a rule of a service.
pub(super) struct User<'a> {
    /// The service.
    pub(super) service: &'a Service,
    /// Id of the listener or rule.
    pub(super) id: &'a str,
    /// Whether the listener does not open TLS.
    pub(super) passthrough: bool,
}

/// Whether an action forwards.
pub(super) fn is_forward(action: Option<&Action>) -> bool {
    matches!(
        action.and_then(|action| action.kind.as_ref()),
        Some(ActionKind::Forward(_))
    )
}

/// Names every wrong field of an action.
pub(super) fn shape(name: &str, action: Option<&Action>, mistakes: &mut Mistakes) {
    let forward = match action.and_then(|action| action.kind.as_ref()) {
        None => return mistakes.add(name, "needs forward or fixedResponse"),
        Some(ActionKind::FixedResponse(404 | 500)) => return,
        Some(ActionKind::FixedResponse(status)) => {
            let path = format!("{name}.fixedResponse.statusCode");
            return mistakes.add(path, format!("{status} is not 404 or 500"));
        }
        Some(ActionKind::Forward(forward)) => forward,
    };
    let groups = &forward.target_groups;
    let path = format!("{name}.forward.targetGroups");
    mistakes.length(&path, groups.len(), 1, limits::TARGET_GROUPS_PER_ACTION);
    let mut known = BTreeSet::new();
    for (index, group) in groups.iter().enumerate() {
        let path = format!("{path}[{index}]");
        mistakes.range(
            format!("{path}.weight"),
            group.weight,
            0,
            limits::WEIGHT_MAX,
        );
        if group.target_group.is_empty() {
            mistakes.add(format!("{path}.targetGroupIdentifier"), "is required");
        } else if !known.insert(&group.target_group) {
            mistakes.add(format!("{path}.targetGroupIdentifier"), "is named twice");
        }
    }
}

/// Judges the target groups of an action.
pub(super) fn admit(
    case: &Case<'_>,
    user: &User<'_>,
    action: Option<&Action>,
) -> Result<(), Refusal> {
    let groups = forwarded(action);
    for id in &groups {
        let group = case.owned::<TargetGroup>(id)?;
        if group.meta().account != user.service.meta().account {
            return Err(Refusal::not_found(Kind::TargetGroup, id));
        }
        let is_tcp = group.protocol() == TargetProtocol::Tcp;
        if is_tcp != user.passthrough {
            let message = if is_tcp {
                format!("{id} is a TCP target group; only TLS_PASSTHROUGH listeners use these")
            } else {
                format!("{id} is no TCP target group; a TLS_PASSTHROUGH listener needs one")
            };
            let mut mistakes = Mistakes::default();
            mistakes.add("targetGroupIdentifier", message);
            mistakes.refuse()?;
        }
        if uses(case.state, id).any(|service| service != user.service.meta().id) {
            let message = format!("TargetGroup {id} has been associated with other services");
            return Err(Refusal::conflict(Kind::TargetGroup, id, message));
        }
    }
    let mut used = used_groups(case.state, user);
    used.extend(groups);
    let limit = case.quota(&limits::TARGET_GROUPS_PER_SERVICE);
    if used.len() as u64 > limit {
        let quota = &limits::TARGET_GROUPS_PER_SERVICE;
        return Err(Refusal::quota(quota, limit, Kind::TargetGroup));
    }
    Ok(())
}

/// Ids of the services that use a target group, one for each listener and rule.
pub(in crate::registry) fn uses(state: &State, group: &str) -> impl Iterator<Item = String> {
    let listeners = state.children::<Listener>(group).map(|l| l.service.clone());
    let rules = state.children::<Rule>(group).map(|r| r.service.clone());
    listeners.chain(rules)
}

/// The target groups of a service, without those of the listener or rule under judgement.
fn used_groups(state: &State, user: &User<'_>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for listener in state.children::<Listener>(&user.service.meta().id) {
        if listener.meta().id != user.id {
            used.extend(forwarded(listener.default_action.as_ref()));
        }
        for rule in state.children::<Rule>(&listener.meta().id) {
            if rule.meta().id != user.id {
                used.extend(forwarded(rule.action.as_ref()));
            }
        }
    }
    used
}
