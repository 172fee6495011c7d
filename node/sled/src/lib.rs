//! sled 0.34 with a flush that is a barrier.
//!
//! After each write of its file sled calls `sync_file_range`, and from then on takes what it wrote for
//! durable: it writes over the older copies. The call promises neither the file's metadata nor the drive's
//! cache (`man 2 sync_file_range`: "should not be considered as a file integrity operation"), and on a
//! file system in user space it is nothing at all. A power cut then leaves a file in which the newest
//! state of a page is gone and the one before it was written over. sled has no setting for it, so a
//! program that opens sled through this crate has a `sync_file_range` that is `fdatasync`.

use trellis_core::seeded_bugs::{self, Bug};

pub use ::sled::*;

/// `fdatasync`, for whoever calls `sync_file_range`: 0, or -1 and an error number (`man 2 fdatasync`).
#[allow(unsafe_code, reason = "sled offers no other way to a durable file")]
#[unsafe(no_mangle)]
pub extern "C" fn sync_file_range(
    file: libc::c_int,
    _offset: libc::off64_t,
    _bytes: libc::off64_t,
    _flags: libc::c_uint,
) -> libc::c_int {
    if seeded_bugs::is(Bug::B3) {
        return 0;
    }
    // SAFETY: takes no pointer; a number that is no open file is answered with EBADF.
    unsafe { libc::fdatasync(file) }
}
