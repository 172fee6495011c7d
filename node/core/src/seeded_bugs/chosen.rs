//! The bug of this process.

use std::fmt;
use std::sync::OnceLock;

use super::Bug;

/// The environment variable that names the bug of a process: `B1` to `B16`, or nothing.
pub const VARIABLE: &str = "TRELLIS_SEEDED_BUG";

static CHOSEN: OnceLock<Bug> = OnceLock::new();

/// Why a bug was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongBug {
    /// There is no such bug.
    #[error("{VARIABLE}={0}: no such bug; give B1 to B16, or leave it out")]
    Unknown(String),
    /// This process has another one.
    #[error("this process has bug {0} already; start another process")]
    Another(Bug),
}

impl Bug {
    /// All of them.
    pub const ALL: [Bug; 16] = [
        Bug::B1,
        Bug::B2,
        Bug::B3,
        Bug::B4,
        Bug::B5,
        Bug::B6,
        Bug::B7,
        Bug::B8,
        Bug::B9,
        Bug::B10,
        Bug::B11,
        Bug::B12,
        Bug::B13,
        Bug::B14,
        Bug::B15,
        Bug::B16,
    ];
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Gives this process a bug, for good.
///
/// # Errors
/// [`WrongBug::Another`].
pub fn choose(bug: Bug) -> Result<(), WrongBug> {
    let chosen = *CHOSEN.get_or_init(|| bug);
    if chosen == bug {
        Ok(())
    } else {
        Err(WrongBug::Another(chosen))
    }
}

/// Gives this process the bug of that name, for good; none for no name.
///
/// # Errors
/// [`WrongBug`].
pub fn choose_named(name: Option<&str>) -> Result<Option<Bug>, WrongBug> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let bug = Bug::ALL.into_iter().find(|bug| bug.to_string() == name);
    let bug = bug.ok_or_else(|| WrongBug::Unknown(name.to_owned()))?;
    choose(bug).map(|()| Some(bug))
}

/// The bug of this process.
#[must_use]
pub fn chosen() -> Option<Bug> {
    CHOSEN.get().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_no_bug_until_one_is_chosen_and_never_another() {
        assert_eq!(choose_named(None), Ok(None));
        assert_eq!(choose_named(Some("")), Ok(None));
        for name in ["b8", "B0", "B17", "B8 "] {
            let unknown = WrongBug::Unknown(name.to_owned());
            assert_eq!(choose_named(Some(name)), Err(unknown));
        }
        assert_eq!(chosen(), None);
        assert_eq!(choose_named(Some("B16")), Ok(Some(Bug::B16)));
        assert_eq!(choose(Bug::B16), Ok(()));
        assert_eq!(choose(Bug::B1), Err(WrongBug::Another(Bug::B16)));
        assert_eq!(chosen(), Some(Bug::B16));
    }
}
