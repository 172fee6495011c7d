//! From which faults follows what of a node is not promised, and when. Pure.

use crate::check::coverage::united;
use crate::nemesis::Happening;
use crate::schedule::{Bounds, Class};
use crate::traffic::window::{Window, Windows};

/// A time in which a node did not run, microseconds since the run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Absent {
    /// Its position.
    pub(super) node: usize,
    /// Counts the nodes that have been at the position, from 0.
    pub(super) generation: u32,
    /// When it was told to end.
    pub(super) from_us: u64,
    /// When it was started again.
    pub(super) to_us: u64,
}

/// What is not promised in a run on so many nodes.
///
/// The others may be without a leader when a node is lost, and after the healing of what kept them
/// apart, for as long as a failover may take. A node that replaces another serves when it has come in.
pub(super) fn windows(
    absences: &[Absent],
    faults: &[Happening],
    nodes: usize,
    bounds: Bounds,
) -> Windows {
    let failover_us = bounds.failover_us;
    let mut windows = Windows::default();
    let all = |from_us: u64, to_us: u64| {
        (0..nodes).map(move |node| Window {
            node,
            from_us,
            to_us,
        })
    };
    for absent in absences {
        let mut begins = faults.iter().filter(|fault| {
            let span = fault.began_us..=fault.healed_us;
            replaces(fault.class) && span.contains(&absent.from_us)
        });
        let in_us = begins.next_back().map_or(0, |fault| fault.healed_us);
        windows.down.push(Window {
            node: absent.node,
            from_us: absent.from_us,
            to_us: absent.to_us.max(in_us).saturating_add(bounds.start_us),
        });
        // It has to catch up, and the others may have lost their leader.
        let back_us = absent.to_us.saturating_add(failover_us);
        windows.apart.push(Window {
            node: absent.node,
            from_us: absent.from_us,
            to_us: back_us,
        });
        let elected_us = absent.from_us.saturating_add(failover_us);
        windows.apart.extend(all(absent.from_us, elected_us));
    }
    for (from_us, to_us) in without_majority(absences, nodes) {
        windows
            .apart
            .extend(all(from_us, to_us.saturating_add(failover_us)));
    }
    for fault in faults.iter().filter(|fault| fault.skipped.is_none()) {
        let healed_us = fault.healed_us;
        if parts(fault.class) {
            let to_us = healed_us.saturating_add(failover_us);
            windows.apart.extend(all(fault.began_us, to_us));
        }
        if fault.class == Class::ClockJump {
            windows.wrong_clock.extend(all(fault.began_us, healed_us));
        }
        if matches!(fault.class, Class::FullDisk | Class::FailingSync) {
            windows.sick_disk.extend(all(fault.began_us, healed_us));
        }
    }
    // There are many, they overlap, and every request is looked up in them.
    for kind in [&mut windows.down, &mut windows.apart] {
        *kind = (0..nodes).flat_map(|node| of_node(kind, node)).collect();
    }
    windows
}

/// The windows of a node, none of which overlap.
fn of_node(windows: &[Window], node: usize) -> Vec<Window> {
    let own = windows.iter().filter(|window| window.node == node);
    let spans = own.map(|window| (window.from_us, window.to_us));
    let spans = united(spans.collect()).into_iter();
    spans
        .map(|(from_us, to_us)| Window {
            node,
            from_us,
            to_us,
        })
        .collect()
}

/// Whether a node may be replaced by a new one.
pub(super) fn replaces(class: Class) -> bool {
    matches!(
        class,
        Class::Membership | Class::BitFlip | Class::Truncation
    )
}

/// Whether a fault may keep nodes from hearing of the majority's writes in time.
pub(super) fn parts(class: Class) -> bool {
    match class {
        Class::Partition
        | Class::Flapping
        | Class::Loss
        | Class::Corruption
        | Class::Latency
        | Class::SlowLink
        | Class::HalfOpen
        | Class::SnapshotInstall
        | Class::SlowDisk
        | Class::FailingSync
        | Class::FullDisk => true,
        // Absences, and what consensus does not depend on.
        Class::Kill
        | Class::KillAtApply
        | Class::PowerCut
        | Class::Terminate
        | Class::RollingRestart
        | Class::Pause
        | Class::BitFlip
        | Class::Truncation
        | Class::ClockJump
        | Class::Membership
        | Class::LoneSurvivor => false,
    }
}

/// Times in which fewer nodes than a majority ran.
pub(super) fn without_majority(absences: &[Absent], nodes: usize) -> Vec<(u64, u64)> {
    let mut turns: Vec<(u64, bool)> = Vec::new();
    for absent in absences {
        turns.extend([(absent.from_us, true), (absent.to_us, false)]);
    }
    // One that comes back at the moment that another goes is counted as gone a little longer.
    turns.sort_by_key(|(at_us, goes)| (*at_us, !goes));
    let most = nodes.saturating_sub(nodes / 2 + 1);
    let (mut gone, mut since_us, mut spans) = (0_usize, None, Vec::new());
    for (at_us, goes) in turns {
        gone = if goes {
            gone + 1
        } else {
            gone.saturating_sub(1)
        };
        match since_us {
            None if gone > most => since_us = Some(at_us),
            Some(from_us) if gone <= most => {
                spans.push((from_us, at_us));
                since_us = None;
            }
            _ => {}
        }
    }
    spans.extend(since_us.map(|from_us| (from_us, u64::MAX)));
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn absent(node: usize, from: u64, to: u64) -> Absent {
        Absent {
            node,
            generation: 0,
            from_us: from * SECOND,
            to_us: to * SECOND,
        }
    }

    fn fault(class: Class, from: u64, to: u64) -> Happening {
        Happening {
            class,
            description: String::new(),
            began_us: from * SECOND,
            healing_us: to * SECOND,
            healed_us: to * SECOND,
            skipped: None,
            trouble: None,
        }
    }

    #[test]
    fn a_majority_is_lost_while_two_of_three_do_not_run() {
        for (name, absences, spans) in [
            ("one", vec![absent(0, 1, 9)], vec![]),
            ("two", vec![absent(0, 1, 9), absent(1, 3, 5)], vec![(3, 5)]),
            (
                "two in turn",
                vec![absent(0, 1, 3), absent(1, 4, 5)],
                vec![],
            ),
            (
                "all, and one is back later",
                vec![absent(0, 1, 4), absent(1, 2, 8), absent(2, 3, 6)],
                vec![(2, 6)],
            ),
        ] {
            let spans: Vec<_> = spans
                .iter()
                .map(|(from, to)| (from * SECOND, to * SECOND))
                .collect();
            assert_eq!(without_majority(&absences, 3), spans, "{name}");
        }
    }

    #[test]
    fn faults_excuse_what_they_touch_and_no_more() {
        let windows = windows(
            &[absent(1, 100, 110)],
            &[
                fault(Class::Partition, 10, 20),
                fault(Class::Latency, 40, 50),
                fault(Class::ClockJump, 60, 70),
                fault(Class::FullDisk, 80, 85),
            ],
            3,
            Bounds {
                start_us: 3 * SECOND,
                failover_us: 4 * SECOND,
                ..Bounds::LOOSE
            },
        );
        let at = |second: u64| (second * SECOND, second * SECOND);
        for (second, down, apart) in [
            (5, false, false),
            (15, false, true),
            (23, false, true),
            (30, false, false),
            (45, false, true),
            (65, false, false),
            (82, false, true),
            (95, false, false),
            (105, true, true),
            (112, true, true),
            (120, false, false),
        ] {
            let (from, to) = at(second);
            assert_eq!(windows.was_down(1, from, to), down, "{second} s");
            assert_eq!(windows.was_apart(1, from, to), apart, "{second} s");
        }
        // The others are apart only until they have another leader.
        assert!(windows.was_apart(0, 103 * SECOND, 103 * SECOND));
        assert!(!windows.was_apart(0, 106 * SECOND, 106 * SECOND));
        assert!(windows.had_wrong_clock(2, 69 * SECOND, 70 * SECOND));
        assert!(!windows.had_wrong_clock(2, 71 * SECOND, 71 * SECOND));
        assert!(windows.lost_records(0, 81 * SECOND, 81 * SECOND));
        assert!(!windows.lost_records(0, 90 * SECOND, 90 * SECOND));
    }
}
