//! A quick look for two values that must each have been there while the other was.
//!
//! With unique values a register holds each value once, without a break: from no later than the
//! first end of a call that wrote or saw it, to no earlier than the last beginning of one. Two values
//! whose times cannot be put one after the other, either way round, are a finding, and the search
//! is spared. Needed, not enough: where nothing is found here the search decides.
//!
//! Source: P. Gibbons, E. Korach, "Testing shared memories" (1997), section 4.

use std::collections::HashMap;

use super::search::Step;

/// When a value was certainly there.
#[derive(Clone, Copy)]
struct Zone {
    /// First end of a call that wrote or saw it; `None` for what was there at the beginning.
    first_end: Option<u64>,
    /// Last beginning of such a call, and its place.
    last_start: (u64, usize),
}

/// The call that shows that two values of a register, which begins with nothing, cannot be put one
/// after the other. The values that calls write must be unique.
pub(super) fn conflict(steps: &[Step]) -> Option<usize> {
    let mut zones: HashMap<Option<u64>, Zone> = HashMap::new();
    for (place, step) in steps.iter().enumerate() {
        // Without an end it may never have been.
        let Some(end) = step.end else { continue };
        let values = [step.op.held(), step.op.written().map(Some)];
        for value in values.into_iter().flatten() {
            let zone = zones.entry(value).or_insert(Zone {
                first_end: value.map(|_| end),
                last_start: (step.start, place),
            });
            zone.first_end = zone.first_end.map(|first| first.min(end));
            zone.last_start = zone.last_start.max((step.start, place));
        }
    }
    let mut zones: Vec<Zone> = zones.into_values().collect();
    zones.sort_unstable_by_key(|zone| zone.last_start);
    let clash = |one: &Zone, other: &Zone| {
        Some(one.last_start.0) > other.first_end && Some(other.last_start.0) > one.first_end
    };
    let mut pairs = zones
        .iter()
        .enumerate()
        .flat_map(|(at, one)| zones[..at].iter().map(move |other| (one, other)));
    let (late, _) = pairs.find(|(one, other)| clash(one, other))?;
    Some(late.last_start.1)
}
