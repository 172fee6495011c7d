//! The log in redb 4: one write transaction from commit to commit.

#[cfg(feature = "seeded-bugs")]
mod unsynced;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::redb::{
    Builder, Database, Durability, ReadableDatabase, TableDefinition, TableError, WriteTransaction,
};

use super::journal::unpanicked;
use super::{Meta, Reader, Record, Store, StoreError, disk};

/// redb's page cache, bytes.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

const LOG: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");
const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");

/// The writing side.
pub(crate) struct RedbStore {
    db: Arc<Database>,
    /// What was written since the last commit.
    open: Option<WriteTransaction>,
    path: PathBuf,
}

/// The reading side: sees what was committed.
struct RedbReader {
    db: Arc<Database>,
    path: PathBuf,
}

impl RedbStore {
    /// Opens the database in `dir`, or creates it.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        disk::create_dir(dir)?;
        let path = dir.join("db");
        if !path.exists() {
            // Under its name it is whole: redb refuses a file whose creation a crash cut short.
            let unfinished = dir.join("db.unfinished");
            if unfinished.exists() {
                fs::remove_file(&unfinished)
                    .map_err(|e| StoreError::io("remove", &unfinished, e))?;
            }
            drop(open_file(&unfinished)?);
            disk::sync_file(&unfinished)?;
            disk::rename(&unfinished, &path)?;
        }
        let db = open_file(&path)?;
        disk::sync_dir(dir)?;
        Ok(Self {
            db: Arc::new(db),
            open: None,
            path,
        })
    }

    fn transaction(&mut self) -> Result<&WriteTransaction, StoreError> {
        match &mut self.open {
            Some(transaction) => Ok(transaction),
            open => {
                let begun = self.db.begin_write();
                let mut begun = begun.map_err(|e| failed("write", &self.path, e))?;
                begun
                    .set_durability(Durability::Immediate)
                    .map_err(|e| failed("write", &self.path, e))?;
                Ok(open.insert(begun))
            }
        }
    }
}

/// Opens or creates a file. On a damaged one redb may panic rather than answer with an error.
fn open_file(path: &Path) -> Result<Database, StoreError> {
    unpanicked(path, || {
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        #[cfg(feature = "seeded-bugs")]
        let opened = unsynced::create(&builder, path);
        #[cfg(not(feature = "seeded-bugs"))]
        let opened = builder.create(path);
        opened.map_err(|e| failed("open", path, e))
    })
}

/// Runs statements whose errors are redb's, and names the file in them.
fn within<T>(
    action: &'static str,
    path: &Path,
    statements: impl FnOnce() -> Result<T, ::redb::Error>,
) -> Result<T, StoreError> {
    statements().map_err(|e| failed(action, path, e))
}

impl Store for RedbStore {
    fn append(&mut self, records: &[Record]) -> Result<(), StoreError> {
        let path = self.path.clone();
        let transaction = self.transaction()?;
        within("write", &path, || {
            let mut log = transaction.open_table(LOG)?;
            for (index, bytes) in records {
                log.insert(index, bytes.as_slice())?;
            }
            Ok(())
        })
    }

    fn truncate_after(&mut self, last: Option<u64>) -> Result<(), StoreError> {
        let from = match last {
            None => 0,
            Some(u64::MAX) => return Ok(()),
            Some(last) => last + 1,
        };
        let path = self.path.clone();
        let transaction = self.transaction()?;
        within("write", &path, || {
            let mut log = transaction.open_table(LOG)?;
            log.retain_in(from.., |_, _| false)?;
            Ok(())
        })
    }

    fn remove_first(&mut self, upto: u64, records_max: usize) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let transaction = self.transaction()?;
        within("write", &path, || {
            let mut log = transaction.open_table(LOG)?;
            let mut removed = 0;
            for item in log.extract_from_if(..=upto, |_, _| true)?.take(records_max) {
                item?;
                removed += 1;
            }
            Ok(removed == records_max)
        })
    }

    fn put_meta(&mut self, key: Meta, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path.clone();
        let transaction = self.transaction()?;
        within("write", &path, || {
            transaction.open_table(META)?.insert(key.key(), bytes)?;
            Ok(())
        })
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self.open.take() {
            None => Ok(()),
            Some(transaction) => transaction
                .commit()
                .map_err(|e| failed("commit", &self.path, e)),
        }
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(RedbReader {
            db: Arc::clone(&self.db),
            path: self.path.clone(),
        })
    }
}

impl Reader for RedbReader {
    fn records(&self, first: u64, last: u64, bytes_max: usize) -> Result<Vec<Record>, StoreError> {
        within("read", &self.path, || {
            let mut records = Vec::new();
            let mut bytes = 0;
            let transaction = self.db.begin_read()?;
            let log = match transaction.open_table(LOG) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(records),
                log => log?,
            };
            for item in log.range(first..=last)? {
                let (index, record) = item?;
                let record = record.value().to_vec();
                bytes += record.len();
                records.push((index.value(), record));
                if bytes >= bytes_max {
                    break;
                }
            }
            Ok(records)
        })
    }

    fn meta(&self, key: Meta) -> Result<Option<Vec<u8>>, StoreError> {
        within("read", &self.path, || {
            let transaction = self.db.begin_read()?;
            let meta = match transaction.open_table(META) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                meta => meta?,
            };
            Ok(meta.get(key.key())?.map(|value| value.value().to_vec()))
        })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

fn failed(action: &'static str, path: &Path, error: impl Into<::redb::Error>) -> StoreError {
    match error.into() {
        ::redb::Error::Io(source) if source.kind() == io::ErrorKind::InvalidData => {
            StoreError::corrupt(path, source)
        }
        ::redb::Error::Io(source) => StoreError::io(action, path, source),
        ::redb::Error::DatabaseAlreadyOpen => StoreError::InUse(path.to_owned()),
        error => StoreError::corrupt(path, error),
    }
}
