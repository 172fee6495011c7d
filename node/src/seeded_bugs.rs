//! Gives the process the bug that its environment names; see [`trellis_core::seeded_bugs`].
//!
//! In no default build.

use trellis_core::seeded_bugs::{Bug, VARIABLE, WrongBug, choose_named};

/// Reads [`VARIABLE`] and chooses its bug for the whole process.
///
/// # Errors
/// [`WrongBug`]: there is no such bug, or this process has another.
pub fn choose() -> Result<Option<Bug>, WrongBug> {
    let name = std::env::var(VARIABLE).unwrap_or_default();
    choose_named(Some(&name))
}
