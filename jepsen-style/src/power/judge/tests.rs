//! What the judge allows, and what it does not.

use super::{Broken, Judge};
use crate::power::steps::{Found, FoundSnapshot, Item, Place, Step, command};

fn place(term: u64, index: u64) -> Place {
    Place { term, index }
}

fn items(places: &[(u64, u64)]) -> Vec<Item> {
    let item = |(term, index): &(u64, u64)| Item::new(place(*term, *index), 10);
    places.iter().map(item).collect()
}

fn append(term: u64, first: u64, count: usize) -> Step {
    Step::Append(place(term, first), vec![10; count])
}

/// A judge that saw steps, each acknowledged or not.
fn judge(steps: &[(Step, bool)]) -> Judge {
    let mut judge = Judge::default();
    for (number, (step, done)) in steps.iter().enumerate() {
        judge.begin(step.clone());
        if *done {
            judge.done(number);
        }
    }
    judge
}

fn found(vote: Option<u64>, places: &[(u64, u64)]) -> Found {
    Found {
        vote,
        entries: items(places),
        ..Found::default()
    }
}

#[test]
fn what_was_not_acknowledged_may_be_there_in_whole_in_part_or_not_at_all() {
    let steps = [(append(1, 0, 2), true), (append(1, 2, 2), false)];
    for last in 1..4 {
        let places: Vec<_> = (0..=last).map(|index| (1, index)).collect();
        assert_eq!(judge(&steps).found(&found(None, &places), true), []);
    }
}

#[test]
fn an_acknowledged_entry_that_is_gone_is_lost() {
    let broken = judge(&[(append(1, 0, 2), true)]).found(&found(None, &[(1, 0)]), true);
    assert!(
        matches!(
            broken[..],
            [Broken::Lost {
                term: 1,
                index: 1,
                ..
            }]
        ),
        "{broken:?}"
    );
}

#[test]
fn an_entry_with_other_content_is_lost() {
    let mut other = found(None, &[(1, 0)]);
    other.entries[0].sum ^= 1;
    let broken = judge(&[(append(1, 0, 1), true)]).found(&other, true);
    assert!(
        matches!(broken[..], [Broken::Lost { index: 0, .. }]),
        "{broken:?}"
    );
}

#[test]
fn an_older_vote_than_the_acknowledged_is_a_regression() {
    let steps = [
        (Step::Vote(3), true),
        (Step::Vote(4), true),
        (Step::Vote(5), false),
    ];
    for (vote, allowed) in [
        (None, false),
        (Some(3), false),
        (Some(4), true),
        (Some(5), true),
    ] {
        let broken = judge(&steps).found(&found(vote, &[]), true);
        assert_eq!(broken.is_empty(), allowed, "{vote:?}: {broken:?}");
    }
}

#[test]
fn a_truncation_before_an_acknowledged_step_is_not_undone() {
    let steps = [
        (append(1, 0, 3), true),
        (Step::Truncate(Some(place(1, 0))), false),
        (append(2, 1, 1), true),
    ];
    assert_eq!(
        judge(&steps).found(&found(None, &[(1, 0), (2, 1)]), true),
        []
    );
    let undone = found(None, &[(1, 0), (1, 1), (1, 2)]);
    assert!(!judge(&steps).found(&undone, true).is_empty());
}

#[test]
fn a_truncation_may_stop_in_the_middle_until_something_after_it_is_acknowledged() {
    let steps = [(append(1, 0, 3), true), (Step::Truncate(None), false)];
    for count in 0..=3 {
        let places: Vec<_> = (0..count).map(|index| (1, index)).collect();
        assert_eq!(judge(&steps).found(&found(None, &places), true), []);
    }
}

#[test]
fn later_steps_are_not_there_without_earlier_ones() {
    let steps = [(append(1, 0, 1), false), (Step::Vote(2), false)];
    let broken = judge(&steps).found(&found(Some(2), &[]), true);
    assert!(matches!(broken[..], [Broken::Disorder(_)]), "{broken:?}");
}

#[test]
fn a_stale_entry_in_the_place_of_a_committed_one_is_not_committed() {
    let steps = [
        (append(1, 0, 2), true),
        (Step::Truncate(Some(place(1, 0))), false),
        (append(2, 1, 2), false),
        (Step::Commit(place(2, 2)), true),
    ];
    let mut stale = found(None, &[(1, 0), (1, 1)]);
    stale.committed = Some(place(1, 1));
    let broken = judge(&steps).found(&stale, true);
    assert!(
        matches!(
            broken[..],
            [
                Broken::NeverCommitted {
                    term: 1,
                    index: 1,
                    ..
                },
                ..
            ]
        ),
        "{broken:?}"
    );
    stale.committed = None;
    assert_eq!(judge(&steps).found(&stale, true), []);
}

#[test]
fn the_committed_position_goes_back_with_the_power_but_not_with_the_process() {
    let steps = [
        (append(1, 0, 2), true),
        (Step::Commit(place(1, 1)), true),
        (Step::Vote(2), true),
    ];
    let back = found(Some(2), &[(1, 0), (1, 1)]);
    assert_eq!(judge(&steps).found(&back, true), []);
    let broken = judge(&steps).found(&back, false);
    assert!(
        matches!(broken[..], [Broken::CommittedRegressed { .. }]),
        "{broken:?}"
    );
}

#[test]
fn a_snapshot_is_the_acknowledged_one_or_a_newer_and_whole() {
    let newest = place(1, 5);
    let steps = [
        (Step::Snapshot(place(1, 3), 100), true),
        (Step::Snapshot(newest, 200), false),
    ];
    let of = |place, bytes, flip| {
        let sum = crc32fast::hash(&command(place, bytes)) ^ flip;
        Some(FoundSnapshot { place, bytes, sum })
    };
    let cases = [
        (of(place(1, 3), 100, 0), true),
        (of(newest, 200, 0), true),
        (of(newest, 200, 1), false),
        (of(place(1, 4), 100, 0), false),
        (None, false),
    ];
    for (snapshot, allowed) in cases {
        let mut state = found(None, &[]);
        state.snapshot = snapshot;
        let broken = judge(&steps).found(&state, true);
        assert_eq!(broken.is_empty(), allowed, "{snapshot:?}: {broken:?}");
    }
}

#[test]
fn what_was_found_is_certain_from_then_on() {
    let mut judge = judge(&[(append(1, 0, 2), false)]);
    assert_eq!(judge.found(&found(None, &[(1, 0)]), false), []);
    let broken = judge.found(&found(None, &[]), true);
    assert!(
        matches!(broken[..], [Broken::Lost { index: 0, .. }]),
        "{broken:?}"
    );
}
