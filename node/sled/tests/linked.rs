//! A program that opens sled through this crate has its `sync_file_range`.

use std::io::{Error, pipe};
use std::os::fd::AsRawFd;

#[test]
#[allow(unsafe_code, reason = "calls what sled calls")]
fn what_sled_calls_is_a_barrier() {
    let dir = std::env::temp_dir().join(format!("trellis-sled-{}", std::process::id()));
    let database = trellis_sled::open(&dir).unwrap();
    database.insert("key", "value").unwrap();
    database.flush().unwrap();
    drop(database);
    std::fs::remove_dir_all(&dir).unwrap();

    let (reader, _writer) = pipe().unwrap();
    // SAFETY: takes no pointer.
    let answer = unsafe { libc::sync_file_range(reader.as_raw_fd(), 0, 1, 0) };
    let error = Error::last_os_error().raw_os_error();
    // Of a pipe, libc's own says ESPIPE.
    assert_eq!((answer, error), (-1, Some(libc::EINVAL)), "of `fdatasync`");
}
