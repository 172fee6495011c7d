//! The course of a target's health: what a row of probes means.
//!
//! Source: VPC Lattice user guide, "Health checks for your target groups": a new target is healthy
//! after one success; the healthy threshold counts for recovery only.

/// What is known about a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Neither a success nor enough failures yet; it gets requests.
    #[default]
    Initial,
    /// Healthy.
    Healthy,
    /// Unhealthy: it gets requests only where all targets of its group are.
    Unhealthy,
}

/// State and consecutive results of one target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    pub(super) state: State,
    /// Consecutive results that speak against the state.
    against: u32,
}

impl Course {
    /// Takes in a result; answers whether the state has changed.
    ///
    /// `healthy_threshold` successes in a row end unhealthiness, `unhealthy_threshold` failures in a
    /// row begin it.
    pub(super) fn observe(
        &mut self,
        is_success: bool,
        healthy_threshold: u32,
        unhealthy_threshold: u32,
    ) -> bool {
        let (next, threshold) = match (self.state, is_success) {
            (State::Initial, true) => (State::Healthy, 1),
            (State::Unhealthy, true) => (State::Healthy, healthy_threshold),
            (State::Initial | State::Healthy, false) => (State::Unhealthy, unhealthy_threshold),
            (State::Healthy, true) | (State::Unhealthy, false) => {
                self.against = 0;
                return false;
            }
        };
        self.against += 1;
        if self.against < threshold {
            return false;
        }
        (self.state, self.against) = (next, 0);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results (`+` success, `-` failure) and the state after each (`i`, `h`, `u`), with a healthy
    /// threshold of 3 and an unhealthy threshold of 2.
    #[test]
    fn results_in_a_row_make_the_state() {
        for (name, results, states) in [
            ("one success makes a new target healthy", "+", "h"),
            ("one failure leaves a new target initial", "-+", "ih"),
            ("failures make a new target unhealthy", "--", "iu"),
            ("a single failure is forgiven", "+-+-+", "hhhhh"),
            ("failures in a row count", "+--", "hhu"),
            ("recovery takes the healthy threshold", "--+++", "iuuuh"),
            ("a failure begins recovery anew", "--++-+++", "iuuuuuuh"),
            (
                "after recovery failures count from zero",
                "--+++-+--",
                "iuuuhhhhu",
            ),
        ] {
            let mut course = Course::default();
            let mut seen = String::new();
            for result in results.chars() {
                let before = course.state;
                let changed = course.observe(result == '+', 3, 2);
                assert_eq!(changed, before != course.state, "{name}");
                seen.push(match course.state {
                    State::Initial => 'i',
                    State::Healthy => 'h',
                    State::Unhealthy => 'u',
                });
            }
            assert_eq!(seen, states, "{name}");
        }
    }
}
