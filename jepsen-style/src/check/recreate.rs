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
