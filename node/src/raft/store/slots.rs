//! A small value that is replaced in place: two slots in one file, written in turn, each with a number
//! and a checksum. A write that is torn leaves the other slot, which holds the value before it.
//!
//! A write survives the process at once and the machine after [`Slots::sync`].

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use trellis_core::seeded_bugs::{self, Bug};

use super::{StoreError, disk};

#[cfg(test)]
mod tests;

/// Distance of the slots, bytes: a page, so that no disk tears both.
const SLOT_STRIDE: u64 = 4096;
/// Length of a slot, bytes.
const SLOT_BYTES: usize = 128;
/// Longest value, bytes: what the number, the length and the checksum leave.
const VALUE_BYTES_MAX: usize = SLOT_BYTES - 8 - 1 - 4;

/// The file.
#[derive(Debug)]
pub(crate) struct Slots {
    file: File,
    path: PathBuf,
    number: u64,
}

impl Slots {
    /// Opens the file, or creates it, and reads its newest whole value; none if it was never written.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<Vec<u8>>), StoreError> {
        let fail = |action| move |e| StoreError::io(action, path, e);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(fail("open"))?;
        // Shorter where it is new, or a crash cut its creation short; then it never held a value.
        if file.metadata().map_err(fail("read"))?.len() < 2 * SLOT_STRIDE {
            file.set_len(2 * SLOT_STRIDE).map_err(fail("extend"))?;
            file.sync_all().map_err(fail("sync"))?;
            path.parent().map_or(Ok(()), disk::sync_dir)?;
        }
        let mut newest: Option<(u64, Vec<u8>)> = None;
        let mut unwritten = 0;
        for slot in 0..2 {
            let mut bytes = [0; SLOT_BYTES];
            file.read_exact_at(&mut bytes, slot * SLOT_STRIDE)
                .map_err(|e| StoreError::corrupt(path, e))?;
            match parse(&bytes) {
                Some(found) if newest.as_ref().is_none_or(|(n, _)| found.0 > *n) => {
                    newest = Some(found);
                }
                Some(_) => {}
                None => unwritten += u32::from(bytes.iter().all(|b| *b == 0)),
            }
        }
        if newest.is_none() && unwritten < 2 {
            return Err(StoreError::corrupt(path, "neither slot is whole"));
        }
        let (number, value) = newest.unzip();
        let slots = Self {
            file,
            path: path.to_owned(),
            number: number.unwrap_or_default(),
        };
        Ok((slots, value))
    }

    /// Replaces the value.
    pub(crate) fn write(&mut self, value: &[u8]) -> Result<(), StoreError> {
        let length = u8::try_from(value.len())
            .ok()
            .filter(|_| value.len() <= VALUE_BYTES_MAX)
            .ok_or_else(|| StoreError::Misuse(format!("a slot value of {} bytes", value.len())))?;
        let number = self.number + 1;
        let mut bytes = Vec::with_capacity(SLOT_BYTES);
        bytes.extend(number.to_be_bytes());
        bytes.push(length);
        bytes.extend(value);
        bytes.resize(SLOT_BYTES - 4, 0);
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        self.file
            .write_all_at(&bytes, (number % 2) * SLOT_STRIDE)
            .map_err(|e| StoreError::io("write", &self.path, e))?;
        self.number = number;
        Ok(())
    }

    /// The barrier.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        if seeded_bugs::is(Bug::B3) {
            return Ok(());
        }
        self.file
            .sync_data()
            .map_err(|e| StoreError::io("sync", &self.path, e))
    }

    /// The file, for a barrier taken elsewhere.
    pub(crate) fn file(&self) -> Result<File, StoreError> {
        self.file
            .try_clone()
            .map_err(|e| StoreError::io("share", &self.path, e))
    }
}

fn parse(bytes: &[u8; SLOT_BYTES]) -> Option<(u64, Vec<u8>)> {
    let (body, sum) = bytes.split_last_chunk::<4>()?;
    let (number, rest) = body.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first()?;
    let whole = crc32fast::hash(body) == u32::from_be_bytes(*sum);
    let number = u64::from_be_bytes(*number);
    let value = rest.get(..usize::from(*length))?;
    (whole && number > 0).then(|| (number, value.to_vec()))
}
