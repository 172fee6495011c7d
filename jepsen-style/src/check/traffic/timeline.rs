//! Which settings a data plane may serve at a moment, by the history of writes.
//!
//! A write takes effect at one time between its begin and its end; an unknown one at any time after
//! its begin, or never; a refused one never.

use std::collections::BTreeMap;

use crate::history::Outcome;
use crate::traffic::history::{Cell, ChangeCall, Setting};

/// The settings of every cell over time.
#[derive(Debug, Default)]
pub struct Timeline<'h> {
    cells: BTreeMap<Cell, Writes<'h>>,
    /// Ends of writes that are done and the latest revision until then, in the order of ends.
    revisions: Vec<(u64, u64)>,
}

/// The writes of a cell in their order; they do not overlap.
#[derive(Debug, Default)]
struct Writes<'h> {
    done: Vec<(u64, &'h ChangeCall)>,
    unknown: Vec<&'h ChangeCall>,
}

/// The moment at which a request was decided, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// By the view of a revision, told by an answer at a time.
    Revision {
        /// The revision.
        revision: u64,
        /// When it was told, microseconds since the run began.
        by_us: u64,
    },
    /// By the state of some time in a span, microseconds since the run began, both included.
    Between(u64, u64),
}

impl<'h> Timeline<'h> {
    /// The timeline of some writes.
    #[must_use]
    pub fn new(changes: &'h [ChangeCall]) -> Self {
        let mut timeline = Self::default();
        for change in changes {
            let writes = timeline.cells.entry(change.operation.cell()).or_default();
            match change.outcome {
                Outcome::Done { revision, .. } => {
                    writes.done.push((revision, change));
                    timeline.revisions.push((change.ended_us, revision));
                }
                Outcome::Unknown { .. } => writes.unknown.push(change),
                Outcome::Refused { .. } => {}
            }
        }
        for writes in timeline.cells.values_mut() {
            writes.done.sort_by_key(|(_, change)| change.invoked_us);
        }
        timeline.revisions.sort_unstable();
        let mut latest = 0;
        for (_, revision) in &mut timeline.revisions {
            latest = latest.max(*revision);
            *revision = latest;
        }
        timeline
    }

    /// The settings that a cell may have had at a moment.
    pub fn possible(&self, cell: Cell, moment: Moment) -> impl Iterator<Item = &'h Setting> {
        let writes = self.cells.get(&cell);
        let (done, unknown) = writes.map_or((&[][..], &[][..]), |of| (&of.done, &of.unknown));
        let (done, by_us) = match moment {
            Moment::Revision { revision, by_us } => {
                let until = done.partition_point(|(written, _)| *written <= revision);
                (&done[until.saturating_sub(1)..until], by_us)
            }
            Moment::Between(from_us, to_us) => {
                let ended = done.partition_point(|(_, change)| change.ended_us < from_us);
                let begun = done.partition_point(|(_, change)| change.invoked_us <= to_us);
                (&done[ended.saturating_sub(1).min(begun)..begun], to_us)
            }
        };
        let unknown = unknown
            .iter()
            .filter(move |change| change.invoked_us <= by_us);
        let done = done.iter().map(|(_, change)| change);
        done.chain(unknown).map(|change| &change.operation)
    }

    /// The latest revision of the writes that had ended before a time; 0 where none had.
    #[must_use]
    pub fn acknowledged(&self, before_us: u64) -> u64 {
        let ended = self.revisions.partition_point(|(end, _)| *end < before_us);
        let latest = ended
            .checked_sub(1)
            .and_then(|last| self.revisions.get(last));
        latest.map_or(0, |(_, revision)| *revision)
    }
}
