//! A crash between barriers leaves the log as it was after some step since the last barrier. A crash
//! within one, after the engine's part and before the watermark's, does too.

use openraft::EntryPayload;
use openraft::impls::leader_id_adv::LeaderId as Leader;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::path::Path;

use super::{Found, Journal, seal_entry};
use crate::raft::entry::{Entry, LogId, Vote, encode_entry};
use crate::raft::store::testing::{crash, open_watched};
use crate::raft::store::{Store, StoreKind};
use crate::raft::types::Proposal;

/// Sequences tried on each engine. Each step of each is a crash.
const CASES: u32 = 24;

#[derive(Clone, Debug)]
enum Step {
    /// How many entries, each of how many bytes.
    Append(u64, usize),
    /// How many entries from the end.
    Truncate(usize),
    /// How many entries from the start; beyond the end after a snapshot.
    Purge(u64),
    Vote,
    Commit,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let size = prop_oneof![Just(0_usize), Just(40), Just(9000), Just(90_000)];
    let step = prop_oneof![
        4 => (1..8_u64, size).prop_map(|(count, bytes)| Step::Append(count, bytes)),
        3 => (1..6_usize).prop_map(Step::Truncate),
        1 => (1..8_u64).prop_map(Step::Purge),
        1 => Just(Step::Vote),
        4 => Just(Step::Commit),
    ];
    prop::collection::vec(step, 1..16)
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    vote: Option<Vote>,
    purged: Option<LogId>,
    last: Option<LogId>,
    entries: Vec<Entry>,
}

impl From<Found> for Model {
    fn from(found: Found) -> Self {
        Self {
            vote: found.vote,
            purged: found.purged,
            last: found.last,
            entries: found.tail.into_iter().map(|(entry, _)| entry).collect(),
        }
    }
}

impl Model {
    fn id(&self, term: u64, index: u64) -> LogId {
        LogId::new(Leader { term, node_id: 1 }, index)
    }

    fn take(&mut self, step: &Step, term: u64, journal: &mut Journal) {
        match step {
            Step::Append(count, bytes) => {
                let next = self.last.map_or(0, |id| id.index + 1);
                let entries = (next..next + count).map(|index| Entry {
                    log_id: self.id(term, index),
                    payload: EntryPayload::Normal(Proposal(vec![index as u8; *bytes])),
                });
                let entries: Vec<_> = entries.collect();
                let seal = |e: &Entry| seal_entry(e.log_id.index, &encode_entry(e));
                let records: Vec<_> = entries.iter().map(seal).collect();
                let last = self.id(term, next + count - 1);
                journal.append(&records, &last).unwrap();
                self.entries.extend(entries);
                self.last = Some(last);
            }
            Step::Truncate(count) => {
                let keep = self.entries.len().saturating_sub(*count);
                self.entries.truncate(keep);
                self.last = self.entries.last().map(|e| e.log_id).or(self.purged);
                journal.truncate_after(self.last).unwrap();
            }
            Step::Purge(count) => {
                let first = self.purged.map_or(0, |id| id.index + 1);
                let upto = self
                    .entries
                    .iter()
                    .find(|e| e.log_id.index == first + count - 1);
                let upto = upto.map_or(self.id(term, first + count - 1), |e| e.log_id);
                journal.purge(&upto).unwrap();
                self.entries.retain(|e| e.log_id.index > upto.index);
                self.purged = Some(upto);
                if self.last.is_none_or(|last| last.index < upto.index) {
                    self.last = self.purged;
                }
            }
            Step::Vote => {
                let vote = Vote::new(term, 1);
                journal.save_vote(&vote).unwrap();
                self.vote = Some(vote);
            }
            Step::Commit => journal.commit().unwrap(),
        }
    }
}

/// A journal that shows, in `within`, what a crash within a barrier would leave.
fn open_crashing(kind: StoreKind, live: &Path, within: &Path) -> Journal {
    let (from, to) = (live.to_owned(), within.to_owned());
    let barrier = move |engine: &mut dyn Store| {
        engine.commit()?;
        crash(&from, &to);
        Ok(())
    };
    open_watched(kind, live, Box::new(barrier)).0
}

fn check(kind: StoreKind) {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let run = |steps: Vec<Step>| {
        let dir = tempfile::tempdir().unwrap();
        let live = dir.path().join("live");
        let within = dir.path().join("within");
        let mut journal = open_crashing(kind, &live, &within);
        let mut model = Model::default();
        // What may be there after a crash: as of the last barrier, or of any step since.
        let mut possible = vec![model.clone()];
        for (step, term) in steps.iter().zip(1..) {
            model.take(step, term, &mut journal);
            if matches!(step, Step::Commit) {
                possible.clear();
            }
            possible.push(model.clone());
            let crashed = dir.path().join(term.to_string());
            crash(&live, &crashed);
            let (_, found) = Journal::open(kind, &crashed).unwrap();
            let found = Model::from(found);
            prop_assert!(
                possible.contains(&found),
                "{found:?}, expected one of {possible:?}"
            );
        }
        Ok(())
    };
    TestRunner::new(config).run(&steps(), run).unwrap();
}

#[test]
fn sled_is_as_of_some_step_since_the_last_barrier() {
    check(StoreKind::Sled);
}

#[test]
fn redb_is_as_of_some_step_since_the_last_barrier() {
    check(StoreKind::Redb);
}

#[test]
fn purged_entries_leave_the_disk_bit_by_bit_and_the_log_at_once() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let live = dir.path().join("live");
        let (mut journal, found) = Journal::open(kind, &live).unwrap();
        let mut model = Model::from(found);
        model.take(&Step::Append(600, 40), 1, &mut journal);
        model.take(&Step::Commit, 1, &mut journal);
        model.take(&Step::Purge(599), 1, &mut journal);
        let mut commits = 0;
        while journal.sweeping() {
            model.take(&Step::Commit, 1, &mut journal);
            commits += 1;
            let crashed = dir.path().join(commits.to_string());
            crash(&live, &crashed);
            let (again, found) = Journal::open(kind, &crashed).unwrap();
            assert_eq!(Model::from(found), model);
            assert_eq!(again.sweeping(), journal.sweeping(), "{kind} {commits}");
        }
        assert_eq!(commits, 3, "{kind}");
        let left = journal.reader().records(0, u64::MAX, usize::MAX).unwrap();
        assert_eq!(left.len(), 1, "{kind}");
    }
}

#[test]
fn a_crash_within_the_barrier_after_a_truncation_is_no_amnesia() {
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let within = dir.path().join("within");
        let mut journal = open_crashing(kind, &dir.path().join("live"), &within);
        let mut model = Model::default();
        let steps = [
            Step::Append(3, 40),
            Step::Commit,
            Step::Truncate(2),
            Step::Commit,
        ];
        for step in steps {
            model.take(&step, 1, &mut journal);
        }
        let (_, found) = Journal::open(kind, &within).unwrap();
        assert_eq!(Model::from(found), model, "{kind}");
    }
}
