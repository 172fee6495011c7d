//! Numbers that must not fall: what was seen by a call must not be below what an earlier call saw.

/// A number that a call saw. Two calls are in order where one ended before the other began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// When the call was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it ended, microseconds since the run began.
    pub ended_us: u64,
    /// What it saw.
    pub number: u64,
    /// Whether it must obey, or is evidence only.
    pub obeys: bool,
}

/// The calls that saw less than an earlier one: positions of the earlier one that saw most, and of
/// the later one.
pub(super) fn falls(seen: &[Seen]) -> Vec<(usize, usize)> {
    let mut by_start: Vec<_> = (0..seen.len()).collect();
    by_start.sort_by_key(|at| seen[*at].invoked_us);
    let mut by_end = by_start.clone();
    by_end.sort_by_key(|at| seen[*at].ended_us);
    let mut ended = by_end.into_iter().peekable();
    let mut most: Option<usize> = None;
    let mut falls = Vec::new();
    for at in by_start {
        while let Some(done) = ended.next_if(|done| seen[*done].ended_us < seen[at].invoked_us) {
            if most.is_none_or(|most| seen[most].number < seen[done].number) {
                most = Some(done);
            }
        }
        if let Some(most) = most
            && seen[at].obeys
            && seen[at].number < seen[most].number
        {
            falls.push((most, at));
        }
    }
    falls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_call_that_obeys_and_saw_less_falls() {
        let seen = |invoked_us, ended_us, number, obeys| Seen {
            invoked_us,
            ended_us,
            number,
            obeys,
        };
        let first = seen(0, 10, 5, true);
        for (name, second, expected) in [
            ("later and less", seen(11, 20, 4, true), vec![(0, 1)]),
            ("later and the same", seen(11, 20, 5, true), vec![]),
            ("at the same time", seen(10, 20, 4, true), vec![]),
            ("evidence only", seen(11, 20, 4, false), vec![]),
        ] {
            assert_eq!(falls(&[first, second]), expected, "{name}");
        }
    }
}
