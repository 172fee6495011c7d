//! Registration of targets: one call registers what it can and says what it could not.
//!
//! Source: VPC Lattice API model 2022-11-30, `RegisterTargets`, `DeregisterTargets`; user guide,
//! "Register targets".

use std::net::IpAddr;

use crate::model::{Kind, Record, Target, TargetGroup, TargetGroupType, Vpc, arn::Arn, limits};
use crate::registry::command::TargetList;
use crate::registry::mistakes::Mistakes;
use crate::registry::outcome::{OperationResult, Refusal, TargetFailure};
use crate::registry::rules::Case;

/// Characters of a zone.
const ZONE_CHARS_MAX: usize = 64;
/// Characters of a target's id. Source: API model, `Target`.
const ID_CHARS_MAX: usize = 200;

/// Names every wrong field of a call to register or deregister.
pub(in crate::registry) fn shape(list: &TargetList, most: usize, mistakes: &mut Mistakes) {
    let given = !list.target_group.is_empty();
    mistakes.check(given, "targetGroupIdentifier", "is required");
    mistakes.length("targets", list.targets.len(), 1, most);
    for (index, target) in list.targets.iter().enumerate() {
        target_shape(&format!("targets[{index}]"), target, mistakes);
    }
}

fn target_shape(path: &str, target: &Target, mistakes: &mut Mistakes) {
    mistakes.length(format!("{path}.id"), target.id.len(), 1, ID_CHARS_MAX);
    mistakes.range(format!("{path}.port"), target.port, 0, 65_535);
    let zone = target.zone.len() <= ZONE_CHARS_MAX
        && target
            .zone
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let message = "is not up to 64 letters, digits and dashes";
    mistakes.check(zone, &format!("{path}.zone"), message);
}

/// Admits the targets that a new group comes with: all of them, or the group is refused.
pub(super) fn admit_first(case: &Case<'_>, group: &mut TargetGroup) -> Result<(), Refusal> {
    if group.targets.is_empty() {
        return Ok(());
    }
    let list = TargetList {
        target_group: group.meta().id.clone(),
        targets: std::mem::take(&mut group.targets),
    };
    let mut mistakes = Mistakes::default();
    shape(&list, limits::TARGETS_PER_CALL, &mut mistakes);
    let result = register(case, group, &list)?;
    for failure in result.unsuccessful {
        mistakes.add("targets", failure.message);
    }
    mistakes.refuse()
}

/// Registers targets. One that drains is registered anew.
///
/// # Errors
/// Where the group would pass its quota, or hold a second function or load balancer.
pub(in crate::registry) fn register(
    case: &Case<'_>,
    group: &mut TargetGroup,
    list: &TargetList,
) -> Result<OperationResult, Refusal> {
    let mut result = OperationResult::default();
    let vpc = case.state.get::<Vpc>(&group.vpc).map(|vpc| &**vpc);
    for target in &list.targets {
        match canonical(group, vpc, target) {
            Ok(target) => {
                group.targets.retain(|known| !is_same(known, &target));
                result.successful.retain(|known| !is_same(known, &target));
                group.targets.push(target.clone());
                result.successful.push(target);
            }
            Err(message) => result.unsuccessful.push(TargetFailure {
                target: Some(target.clone()),
                code: "UnsupportedTarget".to_owned(),
                message,
            }),
        }
    }
    let order = |a: &Target, b: &Target| (&a.id, a.port).cmp(&(&b.id, b.port));
    group.targets.sort_by(order);
    let is_single = matches!(
        group.group_type(),
        TargetGroupType::Alb | TargetGroupType::Lambda
    );
    if is_single && group.targets.len() > 1 {
        let id = &group.meta().id;
        let message = format!("TargetGroup {id} can hold one target only; deregister it first");
        return Err(Refusal::conflict(Kind::TargetGroup, id, message));
    }
    let limit = case.quota(&limits::TARGETS_PER_GROUP);
    if group.targets.len() as u64 > limit {
        let quota = &limits::TARGETS_PER_GROUP;
        return Err(Refusal::quota(quota, limit, Kind::TargetGroup));
    }
    Ok(result)
}

fn is_same(a: &Target, b: &Target) -> bool {
    (&a.id, a.port) == (&b.id, b.port)
}

/// The target as it is stored, or why it cannot be.
fn canonical(group: &TargetGroup, vpc: Option<&Vpc>, target: &Target) -> Result<Target, String> {
    let mut target = target.clone();
    target.draining_since_ms = 0;
    if target.port == 0 {
        target.port = group.port;
    }
    match group.group_type() {
        TargetGroupType::Ip => target.id = address(group, vpc, &target.id)?,
        TargetGroupType::Instance if !is_instance(&target.id) => {
            return Err(format!("{} is not an instance id", target.id));
        }
        TargetGroupType::Alb
            if !is_arn_of(&target.id, "elasticloadbalancing", "loadbalancer/app/") =>
        {
            return Err(format!("{} is not the ARN of a load balancer", target.id));
        }
        TargetGroupType::Lambda if !is_arn_of(&target.id, "lambda", "function:") => {
            return Err(format!("{} is not the ARN of a function", target.id));
        }
        TargetGroupType::Lambda if target.port != 0 => {
            return Err("a function has no port".to_owned());
        }
        TargetGroupType::Instance | TargetGroupType::Alb | TargetGroupType::Lambda => {}
    }
    Ok(target)
}

/// The canonical text of an address that may be a target.
///
/// Link-local addresses are refused: the metadata services of clouds answer there.
fn address(group: &TargetGroup, vpc: Option<&Vpc>, text: &str) -> Result<String, String> {
    let address: IpAddr = text
        .parse()
        .map_err(|_| format!("{text} is not an IP address"))?;
    if address.is_ipv6() != group.ipv6 {
        let family = if group.ipv6 { "IPv6" } else { "IPv4" };
        return Err(format!("{text} is not an {family} address"));
    }
    let is_special = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.to_ipv4_mapped().is_some(),
    };
    if is_special || address.is_unspecified() || address.is_multicast() {
        return Err(format!("{text} cannot be a target"));
    }
    match vpc {
        Some(vpc) if !vpc.holds(address) => Err(format!(
            "{text} is not in an address block of {}",
            group.vpc
        )),
        _ => Ok(address.to_string()),
    }
}

fn is_instance(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|tail| {
        matches!(tail.len(), 8 | 17) && tail.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn is_arn_of(text: &str, service: &str, resource: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.service == service && arn.resource.starts_with(resource))
}

/// Deregisters targets: they drain from now on. One that drains already keeps its time.
pub(in crate::registry) fn deregister(
    case: &Case<'_>,
    group: &mut TargetGroup,
    list: &TargetList,
) -> OperationResult {
    let mut result = OperationResult::default();
    for target in &list.targets {
        let port = match target.port {
            0 => group.port,
            port => port,
        };
        // Addresses are stored in canonical text; a caller may write them otherwise.
        let address = target.id.parse::<IpAddr>().ok();
        let id = address.map_or_else(|| target.id.clone(), |address| address.to_string());
        let known = group
            .targets
            .iter_mut()
            .find(|t| t.id == id && t.port == port);
        match known {
            Some(known) => {
                if known.draining_since_ms == 0 {
                    known.draining_since_ms = case.command.at_ms.max(1);
                }
                result.successful.push(known.clone());
            }
            None => result.unsuccessful.push(TargetFailure {
                target: Some(target.clone()),
                code: "TargetNotFound".to_owned(),
                message: "the target is not registered".to_owned(),
            }),
        }
    }
    result
}

/// Removes those of the targets whose drain time is over.
pub(in crate::registry) fn remove_drained(
    case: &Case<'_>,
    group: &mut TargetGroup,
    list: &TargetList,
) -> OperationResult {
    let mut result = OperationResult::default();
    group.targets.retain(|target| {
        let asked = list.targets.iter().any(|t| is_same(t, target));
        let gone = asked && is_drained(target, case.command.at_ms);
        if gone {
            result.successful.push(target.clone());
        }
        !gone
    });
    result
}

/// Whether a target's drain time is over.
pub(in crate::registry) fn is_drained(target: &Target, now_ms: u64) -> bool {
    let over_ms = target.draining_since_ms.saturating_add(limits::DRAIN_MS);
    target.draining_since_ms != 0 && over_ms <= now_ms
}
