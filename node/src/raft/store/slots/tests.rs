//! A value is replaced whole, or the one before it stays.

use std::fs::{self, OpenOptions};

use super::{SLOT_BYTES, SLOT_STRIDE, Slots, VALUE_BYTES_MAX};
use crate::raft::store::StoreError;

#[test]
fn the_last_value_written_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("slots");
    let longest = [7; VALUE_BYTES_MAX];
    let mut expected: Option<Vec<u8>> = None;
    for value in [b"one".as_slice(), b"", &longest, b"four"] {
        let (mut slots, found) = Slots::open(&path).unwrap();
        assert_eq!(found, expected);
        slots.write(value).unwrap();
        slots.sync().unwrap();
        expected = Some(value.to_vec());
    }
    let (mut slots, found) = Slots::open(&path).unwrap();
    assert_eq!(found, expected);
    let error = slots.write(&[0; VALUE_BYTES_MAX + 1]).unwrap_err();
    assert!(matches!(error, StoreError::Misuse(_)), "{error}");
}

#[test]
fn a_write_torn_at_any_byte_leaves_the_value_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("slots");
    let (mut slots, _) = Slots::open(&path).unwrap();
    slots.write(b"first").unwrap();
    slots.write(b"second").unwrap();
    let before = fs::read(&path).unwrap();
    slots.write(b"third").unwrap();
    let after = fs::read(&path).unwrap();
    // The third value went where the first one was.
    let slot = usize::try_from(SLOT_STRIDE).unwrap();
    for torn in 0..SLOT_BYTES {
        let mut bytes = before.clone();
        bytes[slot..slot + torn].copy_from_slice(&after[slot..slot + torn]);
        fs::write(&path, bytes).unwrap();
        let (_, found) = Slots::open(&path).unwrap();
        assert_eq!(found.as_deref(), Some(b"second".as_slice()), "{torn} bytes");
    }
}

#[test]
fn two_damaged_slots_are_an_error_and_an_unfinished_file_is_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("slots");
    let (mut slots, _) = Slots::open(&path).unwrap();
    slots.write(b"only").unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[usize::try_from(SLOT_STRIDE).unwrap() + 10] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = Slots::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");

    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(0).unwrap();
    let (_, found) = Slots::open(&path).unwrap();
    assert_eq!(found, None);
}
