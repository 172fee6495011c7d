//! Which target groups are probed: those in use, in VPCs where this node may reach targets.

use std::sync::Arc;

use trellis_core::view::{GroupView, View};

/// Target groups that a node probes.
///
/// Source: VPC Lattice user guide, "Health checks": they begin when the group is used in a rule.
///
/// Cost: O(target groups).
pub(super) fn probed<'v>(view: &'v View, node: &str) -> impl Iterator<Item = &'v Arc<GroupView>> {
    let legs = view.attachments.get(node).map_or(&[][..], Vec::as_slice);
    let reaches = |vpc: &str| legs.iter().any(|leg| leg.reaches_targets && leg.vpc == vpc);
    let used = view.groups.values().filter(|group| group.is_used);
    used.filter(move |group| group.health_check.is_some() && reaches(&group.vpc))
}
