//! What openraft, and a crash, may expect of the log store. On both engines.

mod crash;
mod damage;
mod failure;
mod machine;
mod migration;
mod reading;
mod suite;

use std::fs;
use std::path::Path;

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

/// Copies a directory as it stands: what a process that is killed now would leave.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
