//! Whether what was found is a state that the acknowledged steps allow. Pure.
//!
//! Steps take effect in order and a crash keeps a prefix of them that holds every acknowledged one; a long
//! step may have been cut in the middle. Found must be one such state, in all its parts at once.
//!
//! Source: openraft 0.10 `RaftLogStorage`: a vote and an appended entry are on the disk when they are
//! acknowledged, and input and output are not reordered.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use super::steps::{Found, FoundSnapshot, Item, Place, Step, command};

/// What is wrong with what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "broken")]
pub enum Broken {
    /// An acknowledged entry is gone or another.
    #[error("entry {index} of term {term} was acknowledged and is lost: {instead}")]
    Lost {
        /// Its term.
        term: u64,
        /// Its index.
        index: u64,
        /// What is there.
        instead: String,
    },
    /// The vote is older than an acknowledged one.
    #[error("the vote is {found:?}, term {acknowledged:?} was acknowledged")]
    VoteRegressed {
        /// Its term.
        found: Option<u64>,
        /// The acknowledged term.
        acknowledged: Option<u64>,
    },
    /// An entry is taken as committed that was not.
    #[error("entry {index} of term {term} is taken as committed and was not: {why}")]
    NeverCommitted {
        /// Its term.
        term: u64,
        /// Its index.
        index: u64,
        /// What was committed in its place.
        why: String,
    },
    /// After a failure of the process alone, less is committed than before it.
    #[error(
        "the committed position is {found:?}, {before:?} was written before the process was killed"
    )]
    CommittedRegressed {
        /// What was found.
        found: Option<Place>,
        /// What was written.
        before: Option<Place>,
    },
    /// The snapshot is none of those that may be there.
    #[error("the snapshot is {found:?}, acknowledged was {acknowledged:?}")]
    Snapshot {
        /// What was found.
        found: Option<FoundSnapshot>,
        /// Place and length of the last acknowledged one.
        acknowledged: Option<(Place, usize)>,
    },
    /// All that was acknowledged is there, but no prefix of the steps leads to this state.
    #[error("no prefix of the steps leads to this state: {0}")]
    Disorder(String),
}

/// Log and vote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Model {
    vote: Option<u64>,
    purged: Option<Place>,
    entries: Vec<Item>,
}

impl Model {
    fn is(&self, found: &Found) -> bool {
        self.vote == found.vote
            && self.purged == found.purged
            && self.entries.last() == found.entries.last()
            && self.entries == found.entries
    }

    fn take(&mut self, step: &Step) {
        self.take_by_bits(step, &mut |_| false);
    }

    /// Takes a step bit by bit; ends early where one of the states on the way is looked for.
    fn take_by_bits(&mut self, step: &Step, sought: &mut dyn FnMut(&Self) -> bool) -> bool {
        match step {
            Step::Append(first, sizes) => {
                for (index, bytes) in (first.index..).zip(sizes) {
                    self.entries
                        .push(Item::new(Place { index, ..*first }, *bytes));
                    if sought(self) {
                        return true;
                    }
                }
                false
            }
            Step::Truncate(last) => {
                let kept = last.map(|place| place.index);
                while self
                    .entries
                    .pop_if(|item| Some(item.place.index) > kept)
                    .is_some()
                {
                    if sought(self) {
                        return true;
                    }
                }
                false
            }
            Step::Purge(upto) => {
                self.purged = Some(*upto);
                self.entries.retain(|item| item.place.index > upto.index);
                sought(self)
            }
            Step::Vote(term) => {
                self.vote = Some(*term);
                sought(self)
            }
            Step::Commit(_) | Step::Snapshot(..) => false,
        }
    }
}

/// What a disk must hold.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    /// What was found last: certain.
    base: Model,
    /// The steps since, and whether each was acknowledged.
    steps: Vec<(Step, bool)>,
    /// The log as it would be after all steps.
    ahead: Model,
    /// Term of each committed entry, by index.
    committed: BTreeMap<u64, u64>,
    /// The committed position last found.
    committed_found: Option<Place>,
    /// Place and length of the snapshot that was found last.
    snapshot: Option<(Place, usize)>,
}

impl Judge {
    /// A step begins.
    pub fn begin(&mut self, step: Step) {
        self.ahead.take(&step);
        match &step {
            Step::Commit(upto) => {
                let places = self.ahead.entries.iter().map(|item| item.place);
                let committed = places.take_while(|place| place.index <= upto.index);
                self.committed
                    .extend(committed.map(|place| (place.index, place.term)));
            }
            // What a new leader took away was not committed, whatever this member had forgotten.
            Step::Truncate(last) => self.forget_committed_after(*last),
            Step::Append(..) | Step::Vote(_) | Step::Purge(_) | Step::Snapshot(..) => {}
        }
        self.steps.push((step, false));
    }

    /// The step of this number, since the last time something was found, was acknowledged.
    pub fn done(&mut self, number: usize) {
        if let Some((_, done)) = self.steps.get_mut(number) {
            *done = true;
        }
    }

    /// Acknowledged steps so far, since the last time something was found.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.steps.iter().filter(|(_, done)| *done).count()
    }

    /// Judges what was found after a cut, or after the process alone was killed, and goes on from there.
    #[must_use]
    pub fn found(&mut self, found: &Found, power_was_cut: bool) -> Vec<Broken> {
        let mut broken = Vec::new();
        broken.extend(self.check_log(found));
        broken.extend(self.check_committed(found, power_was_cut));
        broken.extend(self.check_snapshot(found));
        self.base = Model {
            vote: found.vote,
            purged: found.purged,
            entries: found.entries.clone(),
        };
        self.ahead = self.base.clone();
        self.steps.clear();
        let last = found.entries.last().map(|item| item.place);
        self.forget_committed_after(last.or(found.purged));
        self.committed_found = found.committed;
        self.snapshot = found
            .snapshot
            .map(|snapshot| (snapshot.place, snapshot.bytes));
        broken
    }

    fn forget_committed_after(&mut self, last: Option<Place>) {
        match last {
            Some(last) => drop(self.committed.split_off(&(last.index + 1))),
            None => self.committed.clear(),
        }
    }

    /// How many of the steps are certain: those up to the last acknowledged one that waits for the barrier.
    fn certain(&self) -> usize {
        let durable =
            |(step, done): &(Step, bool)| *done && matches!(step, Step::Append(..) | Step::Vote(_));
        self.steps
            .iter()
            .rposition(durable)
            .map_or(0, |last| last + 1)
    }

    fn check_log(&self, found: &Found) -> Vec<Broken> {
        let (certain, later) = self.steps.split_at(self.certain());
        let mut model = self.base.clone();
        for (step, _) in certain {
            model.take(step);
        }
        let least = model.clone();
        let mut sought = |model: &Model| model.is(found);
        let allowed = sought(&model)
            || later
                .iter()
                .any(|(step, _)| model.take_by_bits(step, &mut sought));
        if allowed {
            Vec::new()
        } else {
            diagnose(&least, later, found)
        }
    }

    fn check_committed(&self, found: &Found, power_was_cut: bool) -> Option<Broken> {
        let (certain, _) = self.steps.split_at(self.certain());
        let written = certain.iter().rev().find_map(|(step, _)| match step {
            Step::Commit(upto) => Some(*upto),
            _ => None,
        });
        let before = written.or(self.committed_found);
        if !power_was_cut && found.committed < before {
            let found = found.committed;
            return Some(Broken::CommittedRegressed { found, before });
        }
        let upto = found.committed?;
        let taken = found.entries.iter().map(|item| item.place);
        let mut taken = taken.take_while(|place| place.index <= upto.index);
        let wrong = taken.find(|place| self.committed.get(&place.index) != Some(&place.term))?;
        Some(Broken::NeverCommitted {
            term: wrong.term,
            index: wrong.index,
            why: match self.committed.get(&wrong.index) {
                Some(term) => format!("the committed one is of term {term}"),
                None => "nothing was committed there".to_owned(),
            },
        })
    }

    fn check_snapshot(&self, found: &Found) -> Option<Broken> {
        let snapshots = self.steps.iter().filter_map(|(step, done)| match step {
            Step::Snapshot(place, bytes) => Some(((*place, *bytes), *done)),
            _ => None,
        });
        let snapshots: Vec<_> = snapshots.collect();
        let last_done = snapshots.iter().rposition(|(_, done)| *done);
        let acknowledged = last_done.map(|last| snapshots[last].0).or(self.snapshot);
        let begun = &snapshots[last_done.map_or(0, |last| last + 1)..];
        let allowed = match found.snapshot {
            None => acknowledged.is_none(),
            Some(found) => {
                let is = |(place, bytes): (Place, usize)| {
                    (place, bytes) == (found.place, found.bytes)
                        && crc32fast::hash(&command(place, bytes)) == found.sum
                };
                acknowledged.is_some_and(is) || begun.iter().any(|(snapshot, _)| is(*snapshot))
            }
        };
        let found = found.snapshot;
        (!allowed).then_some(Broken::Snapshot {
            found,
            acknowledged,
        })
    }
}

/// Says what is wrong with a log that no prefix of the steps explains.
fn diagnose(least: &Model, later: &[(Step, bool)], found: &Found) -> Vec<Broken> {
    let mut broken = Vec::new();
    if found.vote < least.vote {
        broken.push(Broken::VoteRegressed {
            found: found.vote,
            acknowledged: least.vote,
        });
    }
    let taken_away = |item: &Item| {
        later.iter().any(|(step, _)| match step {
            Step::Truncate(last) => last.map(|place| place.index) < Some(item.place.index),
            Step::Purge(upto) => upto.index >= item.place.index,
            _ => false,
        })
    };
    let there = |item: &Item| {
        found
            .entries
            .iter()
            .find(|f| f.place.index == item.place.index)
    };
    let lost = least
        .entries
        .iter()
        .find(|item| !taken_away(item) && there(item) != Some(item));
    if let Some(item) = lost {
        broken.push(Broken::Lost {
            term: item.place.term,
            index: item.place.index,
            instead: there(item).map_or("nothing".to_owned(), |f| format!("term {}", f.place.term)),
        });
    }
    if !broken.is_empty() {
        return broken;
    }
    let show = |place: Option<Place>| {
        place.map_or("none".to_owned(), |place| {
            format!("{}/{}", place.term, place.index)
        })
    };
    let bounds = |purged, entries: &[Item]| {
        let end = |item: Option<&Item>| show(item.map(|item| item.place));
        format!(
            "purged {}, entries {} to {}",
            show(purged),
            end(entries.first()),
            end(entries.last())
        )
    };
    vec![Broken::Disorder(format!(
        "found vote {:?}, {}; certain vote {:?}, {}; {} steps after that: {:?}",
        found.vote,
        bounds(found.purged, &found.entries),
        least.vote,
        bounds(least.purged, &least.entries),
        later.len(),
        later
            .iter()
            .take(8)
            .map(|(step, _)| step)
            .collect::<Vec<_>>(),
    ))]
}
