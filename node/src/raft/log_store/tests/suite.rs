//! openraft's own suite. Source: `openraft::testing::log::Suite`.

use openraft::StorageError;
use openraft::testing::log::{StoreBuilder, Suite};
use tempfile::TempDir;

use super::super::LogStore;
use super::machine::Machine;
use crate::raft::store::StoreKind;
use crate::raft::types::TypeConfig;

struct Builder(StoreKind);

impl StoreBuilder<TypeConfig, LogStore, Machine, TempDir> for Builder {
    async fn build(&self) -> Result<(TempDir, LogStore, Machine), StorageError<TypeConfig>> {
        let dir = tempfile::tempdir().unwrap();
        let store = LogStore::open(self.0, dir.path()).unwrap();
        Ok((dir, store, Machine::default()))
    }
}

#[tokio::test]
async fn sled_passes_the_suite_of_openraft() {
    Suite::test_all(Builder(StoreKind::Sled)).await.unwrap();
}

#[tokio::test]
async fn redb_passes_the_suite_of_openraft() {
    Suite::test_all(Builder(StoreKind::Redb)).await.unwrap();
}
