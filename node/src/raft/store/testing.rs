//! What the tests of the store share: an engine whose barrier is watched, and a crash.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::disk::{self, Lock};
use super::journal::{Found, Journal};
use super::{Meta, Reader, Record, Store, StoreError, StoreKind};

/// Stands in for the barrier of an engine, which it is given.
pub(crate) type Barrier = Box<dyn FnMut(&mut dyn Store) -> Result<(), StoreError> + Send>;

struct Watched {
    inner: Box<dyn Store>,
    barrier: Barrier,
}

impl Store for Watched {
    fn append(&mut self, records: &[Record]) -> Result<(), StoreError> {
        self.inner.append(records)
    }

    fn truncate_after(&mut self, last: Option<u64>) -> Result<(), StoreError> {
        self.inner.truncate_after(last)
    }

    fn remove_first(&mut self, upto: u64, records_max: usize) -> Result<bool, StoreError> {
        self.inner.remove_first(upto, records_max)
    }

    fn put_meta(&mut self, key: Meta, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.put_meta(key, bytes)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        (self.barrier)(&mut *self.inner)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.inner.reader()
    }
}

/// Opens a journal whose engine has another barrier.
pub(crate) fn open_watched(kind: StoreKind, dir: &Path, barrier: Barrier) -> (Journal, Found) {
    disk::create_dir(dir).unwrap();
    let lock = Lock::take(dir).unwrap();
    let open = || -> Result<Box<dyn Store>, StoreError> {
        let inner = super::open(kind, &dir.join(kind.name()))?;
        Ok(Box::new(Watched { inner, barrier }))
    };
    Journal::open_locked(dir, lock, open).unwrap()
}

/// Copies a directory as it stands: what a process that is killed now would leave.
pub(crate) fn crash(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            crash(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
