//! The bugs: the scene of each, and the checkers that must catch it.
//!
//! Source: `docs/seeded-bugs.md`.

use super::scene::{Scene, Verdicts};
use super::table::first_line;
use crate::check::Verdict;

/// A bug to hunt.
#[derive(Debug)]
pub(super) struct Quarry {
    /// Its name in `TRELLIS_SEEDED_BUG`.
    pub(super) bug: &'static str,
    /// What is played.
    pub(super) scene: Scene,
    /// The properties that it breaks; finding one broken is enough.
    pub(super) checkers: &'static [&'static str],
}

/// All bugs.
pub(super) const QUARRIES: [Quarry; 16] = [
    quarry("B1", Scene::Reads, &["linearizability"]),
    quarry("B2", Scene::PowerCuts, &["power cuts: votes"]),
    quarry("B3", Scene::PowerCuts, &["power cuts: entries"]),
    quarry("B4", Scene::Leaders, &["set"]),
    quarry("B5", Scene::Restarts, &["state"]),
    quarry("B6", Scene::Restarts, &["referential", "state"]),
    quarry("B7", Scene::TwoMajorities, &["set"]),
    quarry("B8", Scene::Reads, &["linearizability", "bank"]),
    quarry("B9", Scene::Tokens, &["uniqueness"]),
    quarry("B10", Scene::Revisions, &["served"]),
    quarry(
        "B11",
        Scene::RestartedForwarding,
        &["revocation", "rightness"],
    ),
    quarry("B12", Scene::Forwarding, &["integrity"]),
    quarry("B13", Scene::Forwarding, &["rightness"]),
    quarry("B14", Scene::Forwarding, &["rightness"]),
    quarry("B15", Scene::Forwarding, &["rightness"]),
    quarry("B16", Scene::Wipe, &["served"]),
];

const fn quarry(bug: &'static str, scene: Scene, checkers: &'static [&'static str]) -> Quarry {
    Quarry {
        bug,
        scene,
        checkers,
    }
}

impl Quarry {
    /// The first named checker that says broken, and the first line of what it found.
    pub(super) fn catch(&self, verdicts: &Verdicts) -> Option<(&'static str, String)> {
        let broken = |checker: &&'static str| {
            let mut said = verdicts.iter().filter(|(name, _)| name == checker);
            let (_, verdict) = said.find(|(_, it)| matches!(it, Verdict::Broken { .. }))?;
            Some((*checker, first_line(verdict)))
        };
        self.checkers.iter().find_map(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_checker_that_is_named_for_a_bug_catches_it() {
        let broken = || Verdict::Broken {
            findings: vec!["first\nsecond".to_owned()],
        };
        let unknown = || Verdict::Unknown {
            reason: String::new(),
        };
        let b8 = QUARRIES.iter().find(|quarry| quarry.bug == "B8").unwrap();
        let caught = |verdicts| b8.catch(&verdicts).map(|(checker, _)| checker);
        assert_eq!(caught(vec![("bank", broken())]), Some("bank"));
        let both = vec![("bank", broken()), ("linearizability", broken())];
        assert_eq!(caught(both), Some("linearizability"));
        assert_eq!(caught(vec![("bank", unknown()), ("set", broken())]), None);
        let (_, finding) = b8.catch(&vec![("bank", broken())]).unwrap();
        assert_eq!(finding, "first");
    }

    #[test]
    fn every_bug_is_hunted_in_the_order_of_their_numbers() {
        for (number, quarry) in (1..).zip(&QUARRIES) {
            assert_eq!(quarry.bug, format!("B{number}"));
            assert!(!quarry.checkers.is_empty());
        }
    }
}
