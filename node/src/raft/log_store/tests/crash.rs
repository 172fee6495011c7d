//! A crash at any step keeps everything that was acknowledged, and nothing that was taken back.
//!
//! A crash is a copy of the directory while the store runs, opened anew: no clean stop, no last flush.

use openraft::storage::{RaftLogReader, RaftLogStorage};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::LogStore;
use super::{all, append, entry, log_id, vote};
use crate::raft::entry::{Entry, LogId, Vote};
use crate::raft::store::StoreKind;
use crate::raft::store::testing::crash;

/// Sequences tried on each engine. Each step of each is a crash.
const CASES: u32 = 12;

#[derive(Clone, Debug)]
enum Step {
    /// How many entries, each of how many bytes.
    Append(u64, usize),
    /// How many entries from the end.
    Truncate(u64),
    /// How many entries from the start; beyond the end after a snapshot.
    Purge(u64),
    Vote,
    Commit,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let size = prop_oneof![Just(0_usize), Just(40), Just(4000), Just(9000)];
    let step = prop_oneof![
        4 => (1..6_u64, size).prop_map(|(count, bytes)| Step::Append(count, bytes)),
        1 => (1..5_u64).prop_map(Step::Truncate),
        1 => (1..8_u64).prop_map(Step::Purge),
        1 => Just(Step::Vote),
        1 => Just(Step::Commit),
    ];
    prop::collection::vec(step, 1..14)
}

/// What must be there.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    term: u64,
    vote: Option<Vote>,
    purged: Option<LogId>,
    last: Option<LogId>,
    committed: Option<LogId>,
    entries: Vec<Entry>,
}

impl Model {
    fn next(&self) -> u64 {
        self.last.map_or(0, |id| id.index + 1)
    }

    /// Takes a step on the store and on the model, and waits for what has an acknowledgement.
    async fn take(&mut self, step: &Step, store: &mut LogStore) {
        match step {
            Step::Append(count, bytes) => {
                let next = self.next();
                let new = (next..next + count).map(|index| entry(self.term, index, *bytes));
                let new: Vec<_> = new.collect();
                append(store, new.clone()).await;
                self.entries.extend(new);
                self.last = Some(log_id(self.term, next + count - 1));
            }
            Step::Truncate(count) => {
                let uncommitted = self.entries.len() as u64 - self.committed_entries();
                let keep = self.entries.len() - usize::try_from(uncommitted.min(*count)).unwrap();
                self.entries.truncate(keep);
                self.last = self.entries.last().map(|e| e.log_id).or(self.purged);
                store.truncate_after(self.last).await.unwrap();
                self.term += 1;
                self.save_vote(store).await;
            }
            Step::Purge(count) => {
                let first = self.purged.map_or(0, |id| id.index + 1);
                let upto = self.entries.get(usize::try_from(count - 1).unwrap());
                let upto = upto.map_or(log_id(self.term, first + count - 1), |e| e.log_id);
                store.purge(upto).await.unwrap();
                self.entries.retain(|e| e.log_id.index > upto.index);
                self.purged = Some(upto);
                self.last = self.last.max(self.purged);
                self.committed = self.committed.max(self.purged);
                store.save_committed(self.committed).await.unwrap();
                // Whatever was before it in the queue is durable when the vote is.
                self.save_vote(store).await;
            }
            Step::Vote => {
                self.term += 1;
                self.save_vote(store).await;
            }
            Step::Commit => {
                self.committed = self.last;
                store.save_committed(self.committed).await.unwrap();
            }
        }
    }

    fn committed_entries(&self) -> u64 {
        let committed = self.entries.iter();
        committed
            .filter(|e| Some(e.log_id) <= self.committed)
            .count() as u64
    }

    async fn save_vote(&mut self, store: &mut LogStore) {
        self.vote = Some(vote(self.term));
        store.save_vote(&vote(self.term)).await.unwrap();
    }

    /// What the store holds.
    async fn read(store: &mut LogStore, term: u64) -> Self {
        let state = store.get_log_state().await.unwrap();
        Self {
            term,
            vote: store.read_vote().await.unwrap(),
            purged: state.last_purged_log_id,
            last: state.last_log_id,
            committed: store.read_committed().await.unwrap(),
            entries: all(store).await,
        }
    }
}

fn check(kind: StoreKind) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let run = |steps: Vec<Step>| {
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let mut store = LogStore::open(kind, &dir.path().join("0")).unwrap();
            let mut model = Model::default();
            for (step, number) in steps.iter().zip(0..) {
                model.take(step, &mut store).await;
                prop_assert_eq!(&Model::read(&mut store, model.term).await, &model);
                let crashed = dir.path().join(format!("{}", number + 1));
                crash(&dir.path().join(number.to_string()), &crashed);
                store.close().await;
                store = LogStore::open(kind, &crashed).unwrap();
                prop_assert_eq!(&Model::read(&mut store, model.term).await, &model);
            }
            store.close().await;
            Ok(())
        })
    };
    TestRunner::new(config).run(&steps(), run).unwrap();
}

#[test]
fn sled_keeps_what_was_acknowledged_through_a_crash_at_any_step() {
    check(StoreKind::Sled);
}

#[test]
fn redb_keeps_what_was_acknowledged_through_a_crash_at_any_step() {
    check(StoreKind::Redb);
}
