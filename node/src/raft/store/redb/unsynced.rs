//! Bug B3 for redb: a file whose barrier does nothing.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use ::redb::backends::FileBackend;
use ::redb::{Builder, Database, DatabaseError, StorageBackend};
use trellis_core::seeded_bugs::{self, Bug};

/// Opens the database, or creates it: without barriers where the bug is active.
pub(super) fn create(builder: &Builder, path: &Path) -> Result<Database, DatabaseError> {
    if !seeded_bugs::is(Bug::B3) {
        return builder.create(path);
    }
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path).map_err(::redb::StorageError::from)?;
    builder.create_with_backend(Unsynced(FileBackend::new(file)?))
}

/// The file. It has no lock of its own: the Raft directory has one.
#[derive(Debug)]
struct Unsynced(FileBackend);

impl StorageBackend for Unsynced {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }
}
