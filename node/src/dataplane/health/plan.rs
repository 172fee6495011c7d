//! Which target groups are probed: those in use, in VPCs where this node may reach targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use trellis_core::view::{ActionView, GroupView, View};

/// Target groups that some listener or rule forwards to, by id.
///
/// Cost: O(rules).
pub(super) fn in_use(view: &View) -> BTreeMap<&str, &Arc<GroupView>> {
    let listeners = view
        .services
        .values()
        .flat_map(|service| &service.listeners);
    let actions = listeners.flat_map(|listener| {
        let rules = listener.rules.iter().map(|rule| &rule.action);
        rules.chain([&listener.default])
    });
    let groups = actions.flat_map(|action| match action {
        ActionView::Forward { groups, .. } => groups.as_slice(),
        ActionView::Fixed(_) => &[],
    });
    groups
        .map(|weighted| (weighted.group.id.as_str(), &weighted.group))
        .collect()
}

/// Target groups that a node probes.
///
/// Source: VPC Lattice user guide, "Health checks": they begin when the group is used in a rule.
pub(super) fn probed<'v>(view: &'v View, node: &str) -> impl Iterator<Item = &'v Arc<GroupView>> {
    let legs = view.attachments.get(node).map_or(&[][..], Vec::as_slice);
    let reaches = |vpc: &str| legs.iter().any(|leg| leg.reaches_targets && leg.vpc == vpc);
    in_use(view)
        .into_values()
        .filter(move |group| group.health_check.is_some() && reaches(&group.vpc))
}
