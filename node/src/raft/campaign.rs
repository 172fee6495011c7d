//! Candidacy without a draw: when the leader's lease is over, the first voter stands at once, the
//! next ones a little later each.
//!
//! The library's own election waits a random time beyond the lease so that candidates do not
//! collide. Turns are as good and shorter; where they lead to nothing (no quorum, or a candidate whose log
//! is short), its random election follows. A pre-vote goes first either way, so that nobody
//! stands against a leader that the others still hear.

use std::time::Duration;

use super::Consensus;

/// Between the ends of one lease as different members see them.
const MARGIN: Duration = Duration::from_millis(30);
/// Between the turns of two voters: enough for an election.
const TURN: Duration = Duration::from_millis(80);
/// How long a voter keeps standing before the library's elections take over.
const STAND_MAX: Duration = Duration::from_millis(250);
/// Between two tries.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// Between two looks where there is nothing to wait for.
const IDLE_INTERVAL: Duration = Duration::from_millis(50);
/// Shortest sleep.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

impl Consensus {
    /// Stands for election in turn, for as long as it is polled.
    pub(super) async fn campaign(&self) {
        loop {
            let pause = match self.candidacy() {
                Some(Duration::ZERO) => {
                    // Refused only where the Raft role has stopped.
                    drop(self.raft.trigger().elect(true).await);
                    RETRY_INTERVAL
                }
                Some(wait) => wait.max(LOOK_INTERVAL),
                None => IDLE_INTERVAL,
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// How long until it is this voter's turn; `None` where it is not to stand.
    fn candidacy(&self) -> Option<Duration> {
        let metrics = self.metrics();
        let leader = metrics.current_leader?;
        let membership = metrics.membership_config.membership();
        let mut voters: Vec<u64> = membership.voter_ids().filter(|id| *id != leader).collect();
        voters.sort_unstable();
        let rank = voters.iter().position(|id| *id == self.member)?;
        let silence = self.contact.age(leader)?;
        turn(
            rank,
            silence,
            Duration::from_millis(self.config.election_max_ms),
        )
    }
}

/// How long until the voter of that rank stands, after a silence of the leader.
fn turn(rank: usize, silence: Duration, lease: Duration) -> Option<Duration> {
    let due = lease + MARGIN + TURN * u32::try_from(rank).ok()?;
    (silence < due + STAND_MAX).then(|| due.saturating_sub(silence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voters_stand_in_turn_after_the_lease_and_then_leave_it_to_the_library() {
        let ms = Duration::from_millis;
        let cases = [
            (0, 0, Some(530)),
            (0, 500, Some(30)),
            (0, 530, Some(0)),
            (1, 530, Some(80)),
            (3, 530, Some(240)),
            (0, 779, Some(0)),
            (0, 780, None),
            (1, 780, Some(0)),
            (1, 5_000, None),
        ];
        for (rank, silence, expected) in cases {
            let wait = turn(rank, ms(silence), ms(500));
            assert_eq!(wait, expected.map(ms), "rank {rank}, silence {silence} ms");
        }
    }
}
