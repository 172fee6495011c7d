//! The bug of the vote that is built in on purpose is there. Each test needs a process of its own, as
//! `cargo nextest` gives.

use openraft::RaftLogReader;
use openraft::storage::RaftLogStorage;
use trellis_core::seeded_bugs::{Bug, choose};

use super::super::LogStore;
use super::{all, append, entry, vote};
use crate::raft::store::StoreKind;

#[tokio::test]
async fn b2_a_vote_is_forgotten_by_a_node_that_starts_again() {
    choose(Bug::B2).unwrap();
    for kind in StoreKind::ALL {
        let dir = tempfile::tempdir().unwrap();
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        append(&mut store, vec![entry(1, 0, 40)]).await;
        store.save_vote(&vote(3)).await.unwrap();
        assert_eq!(store.read_vote().await.unwrap(), Some(vote(3)), "{kind}");
        store.close().await;
        let mut store = LogStore::open(kind, dir.path()).unwrap();
        assert_eq!(store.read_vote().await.unwrap(), None, "{kind}");
        assert_eq!(all(&mut store).await.len(), 1, "{kind}: the log is there");
        store.close().await;
    }
}
