//! The committed position on the disk, outside the engine.

use std::fs::File;
use std::path::Path;

use prost::Message;

use crate::raft::entry::{LogId, LogIdMessage};
use crate::raft::store::StoreError;
use crate::raft::store::slots::Slots;

/// What stands in the slot.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
struct Value {
    /// None where nothing is committed.
    #[prost(message, optional, tag = "1")]
    log_id: Option<LogIdMessage>,
}

/// The slot.
#[derive(Debug)]
pub(crate) struct Committed {
    slots: Slots,
    written: Option<LogId>,
}

impl Committed {
    /// Opens the file, or creates it, and reads what was saved.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<LogId>), StoreError> {
        let (slots, saved) = Slots::open(path)?;
        let saved = Value::decode(saved.unwrap_or_default().as_slice())
            .map_err(|e| StoreError::corrupt(path, e))?;
        let committed = Self {
            slots,
            written: None,
        };
        Ok((committed, saved.log_id.map(LogId::from)))
    }

    /// Writes a position; false if it was written before.
    pub(crate) fn write(&mut self, position: LogId) -> Result<bool, StoreError> {
        if self.written == Some(position) {
            return Ok(false);
        }
        let value = Value {
            log_id: Some((&position).into()),
        };
        self.slots.write(&value.encode_to_vec())?;
        self.written = Some(position);
        Ok(true)
    }

    /// The file, for its barrier.
    pub(crate) fn file(&self) -> Result<File, StoreError> {
        self.slots.file()
    }
}
