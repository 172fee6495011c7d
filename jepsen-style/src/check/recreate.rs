//! A service that is deleted and created again under its name is another service: no request
//! reaches the deleted one after a bound, neither by the name nor by its generated one.
//!
//! Source: reliability plan, W13.

use super::Verdict;
use super::revocation::{Taken, judge};
use crate::history::Outcome;
use crate::traffic::estate;
use crate::traffic::history::{ChangeCall, History, Setting};
use crate::traffic::window::Windows;

/// After each deletion and `bound_us` more, nothing arrives at the targets of the deleted service,
/// until another service has them. At least `judged_min` requests that could have must have been sent
/// then.
#[must_use]
pub fn check(history: &History, windows: &Windows, bound_us: u64, judged_min: u64) -> Verdict {
    let writes: Vec<_> = history.changes.iter().filter_map(generation).collect();
    let mut latest = None;
    let mut taken = Vec::new();
    for (at, (write, generation)) in writes.iter().enumerate() {
        match (generation, latest) {
            (Some(_), _) => latest = *generation,
            (None, Some(gone)) if matches!(write.outcome, Outcome::Done { .. }) => {
                let again = writes[at..].iter().find(|(_, next)| {
                    next.is_some_and(|next| estate::slot(next) == estate::slot(gone))
                });
                let until_us = again.map_or(u64::MAX, |(write, _)| write.invoked_us);
                taken.push((*write, Taken::Generation(gone), until_us));
            }
            (None, _) => {}
        }
    }
    judge(history, windows, (bound_us, judged_min), taken.into_iter())
}

/// The generation that a write left, where it may have had an effect.
fn generation(write: &ChangeCall) -> Option<(&ChangeCall, Option<u32>)> {
    match (&write.operation, &write.outcome) {
        (_, Outcome::Refused { .. }) => None,
        (Setting::Generation(generation), _) => Some((write, *generation)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::traffic::scene::{BOUND_US, beginning, expect, get, served, status};
    use crate::traffic::history::{Ask, Host};

    #[test]
    fn nothing_reaches_a_deleted_service_after_the_bound() {
        let history = || {
            let deleted = beginning().write((5_000, 5_010), Setting::Generation(None), 20);
            deleted.write((5_500, 5_510), Setting::Generation(Some(1)), 21)
        };
        let to = |host| Ask { host, ..get(1) };
        let late = (7_000, 7_001);
        for (name, sent, words) in [
            (
                "the new one by the name",
                served(to(Host::Reborn), late, 22),
                "",
            ),
            (
                "the old one by the name",
                served(to(Host::Reborn), late, 20),
                "after Call",
            ),
            (
                "soon",
                served(to(Host::Reborn), (5_600, 5_601), 20),
                "unknown",
            ),
            (
                "the old name, not found",
                status(to(Host::Former(0)), late, 404),
                "",
            ),
            (
                "the old name, served",
                served(to(Host::Former(0)), late, 21),
                "after Call",
            ),
            ("something else", served(get(1), late, 0), "unknown"),
        ] {
            let verdict = check(&history().sent(sent), &Windows::default(), BOUND_US, 1);
            expect(name, &verdict, words);
        }
        let again = history().write((6_000, 6_010), Setting::Generation(Some(4)), 22);
        let taken = again.sent(served(to(Host::Reborn), late, 20));
        let verdict = check(&taken, &Windows::default(), BOUND_US, 1);
        expect("a later one that has its targets", &verdict, "unknown");
    }
}
