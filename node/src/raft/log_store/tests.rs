//! What openraft, and a crash, may expect of the log store. On both engines.

mod barrier;
mod committed;
mod crash;
mod damage;
mod failure;
mod machine;
mod migration;
mod reading;
#[cfg(feature = "seeded-bugs")]
mod seeded_bugs;
mod suite;

use openraft::impls::leader_id_adv::LeaderId as Leader;
use openraft::storage::RaftLogStorageExt;
use openraft::{EntryPayload, RaftLogReader};

use super::LogStore;
use crate::raft::entry::{Entry, LogId, Vote};
use crate::raft::types::Proposal;

fn log_id(term: u64, index: u64) -> LogId {
    let leader = Leader { term, node_id: 1 };
    LogId::new(leader, index)
}

fn vote(term: u64) -> Vote {
    Vote::new_committed(term, 1)
}

/// An entry whose command is `bytes` long and tells its place.
fn entry(term: u64, index: u64, bytes: usize) -> Entry {
    let tell = format!("{term}/{index} ");
    let command = tell.bytes().cycle().take(bytes).collect();
    Entry {
        log_id: log_id(term, index),
        payload: EntryPayload::Normal(Proposal(command)),
    }
}

/// Appends, and waits until the entries are durable.
async fn append(store: &mut LogStore, entries: Vec<Entry>) {
    store.blocking_append(entries).await.unwrap();
}

async fn all(store: &mut LogStore) -> Vec<Entry> {
    store.try_get_log_entries(..).await.unwrap()
}
