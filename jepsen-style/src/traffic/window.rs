//! When faults kept a node from what is promised of it.

use serde::{Deserialize, Serialize};

/// A time on one node, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Position of the node.
    pub node: usize,
    /// Begin, microseconds since the run began.
    pub from_us: u64,
    /// End, microseconds since the run began.
    pub to_us: u64,
}

/// The windows of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// The node did not run: from the kill or pause until it serves again.
    pub down: Vec<Window>,
    /// The node could not hear from a majority: it was cut off, starved, or is still catching up.
    /// A node that is [`down`](Self::down) is apart as well, without being listed here.
    pub apart: Vec<Window>,
    /// The node's clock was wrong by more than a signature may be old: it may refuse good ones.
    pub wrong_clock: Vec<Window>,
    /// The node could not write to its disk: access-log records may be lost.
    pub sick_disk: Vec<Window>,
}

impl Windows {
    /// Whether a node was down at some time in a span.
    #[must_use]
    pub fn was_down(&self, node: usize, from_us: u64, to_us: u64) -> bool {
        meets(&self.down, node, from_us, to_us)
    }

    /// Whether a node was down or apart at some time in a span.
    #[must_use]
    pub fn was_apart(&self, node: usize, from_us: u64, to_us: u64) -> bool {
        self.was_down(node, from_us, to_us) || meets(&self.apart, node, from_us, to_us)
    }

    /// Whether a node's clock was wrong at some time in a span.
    #[must_use]
    pub fn had_wrong_clock(&self, node: usize, from_us: u64, to_us: u64) -> bool {
        meets(&self.wrong_clock, node, from_us, to_us)
    }

    /// Whether a node may have lost records of requests that ended in a span.
    #[must_use]
    pub fn lost_records(&self, node: usize, from_us: u64, to_us: u64) -> bool {
        self.was_down(node, from_us, to_us) || meets(&self.sick_disk, node, from_us, to_us)
    }

    /// The oldest moment whose state a node may still serve at a time, given how long a node that
    /// hears from a majority may lag behind.
    #[must_use]
    pub fn oldest_us(&self, node: usize, at_us: u64, bound_us: u64) -> u64 {
        let mut oldest = at_us.saturating_sub(bound_us);
        loop {
            let down = overlapping(&self.down, node, oldest, at_us);
            let apart = overlapping(&self.apart, node, oldest, at_us);
            let Some(from) = down.chain(apart).map(|window| window.from_us).min() else {
                return oldest;
            };
            let earlier = from.saturating_sub(bound_us).min(oldest);
            if earlier == oldest {
                return oldest;
            }
            oldest = earlier;
        }
    }
}

fn meets(windows: &[Window], node: usize, from_us: u64, to_us: u64) -> bool {
    overlapping(windows, node, from_us, to_us).next().is_some()
}

fn overlapping(
    windows: &[Window],
    node: usize,
    from_us: u64,
    to_us: u64,
) -> impl Iterator<Item = &Window> {
    windows.iter().filter(move |window| {
        window.node == node && window.from_us <= to_us && from_us <= window.to_us
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_may_be_as_old_as_the_bound_and_the_faults_that_touch_it() {
        let window = |node, from_us, to_us| Window {
            node,
            from_us,
            to_us,
        };
        let windows = Windows {
            down: vec![window(0, 1_000, 2_000)],
            apart: vec![window(0, 700, 950), window(1, 5_000, 6_000)],
            ..Windows::default()
        };
        for (name, node, at, oldest) in [
            ("no fault near", 0, 3_000, 2_900),
            ("right after a fault, and the one before it", 0, 2_050, 600),
            ("in the first fault", 0, 800, 600),
            ("before every fault", 0, 650, 550),
            ("another node's fault", 1, 2_050, 1_950),
            ("at the start", 1, 50, 0),
        ] {
            assert_eq!(windows.oldest_us(node, at, 100), oldest, "{name}");
        }
    }
}
