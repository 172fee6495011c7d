//! What the leader sweeps: targets whose drain time is over.

use crate::model::{Record, TargetGroup};
use crate::registry::command::TargetList;
use crate::registry::state::State;
use crate::registry::target::registration::is_drained;

/// For each target group that has any, its targets whose drain time is over: what
/// [`crate::registry::Change::RemoveDrained`] takes. `now_ms` is milliseconds since the Unix epoch.
///
/// Cost: O(targets).
pub fn drained(state: &State, now_ms: u64) -> impl Iterator<Item = TargetList> {
    state.all::<TargetGroup>().filter_map(move |group| {
        let targets: Vec<_> = group
            .targets
            .iter()
            .filter(|target| is_drained(target, now_ms))
            .cloned()
            .collect();
        (!targets.is_empty()).then(|| TargetList {
            target_group: group.meta().id.clone(),
            targets,
        })
    })
}
