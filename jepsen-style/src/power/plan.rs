//! Which steps the writer takes: those that Raft may ask of a member's stores, drawn by chance.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::steps::{Found, Place, Step};

/// Lengths of commands, bytes: none, small, around the longest value of an engine's leaf, and long.
const COMMAND_BYTES: [usize; 9] = [0, 40, 40, 200, 1000, 1000, 4090, 9000, 70_000];
/// Entries appended at once at most.
const BATCH_MAX: usize = 8;
/// Length of a small snapshot, bytes.
const SMALL_BYTES: usize = 1000;
/// Length of a large snapshot at most, bytes: many chunks.
const LARGE_BYTES_MAX: usize = 4 << 20;
/// Entries that the log may grow to before it is purged.
const LOG_MAX: usize = 400;
/// Entries that a new leader takes away at most.
const AWAY_MAX: usize = 10;
/// By how many entries a snapshot that a leader sends is ahead, at most.
const AHEAD_MAX: u64 = 50;

/// What to do between steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Go on with appends in flight.
    None,
    /// Wait for all of them.
    Drain,
    /// Wait for all of them, then until everything is durable.
    Long,
}

/// The writer's view of its log.
pub struct Plan {
    rng: SmallRng,
    /// The term of the next entry.
    term: u64,
    purged: Option<Place>,
    /// The places of the log's entries.
    entries: Vec<Place>,
    committed: Option<Place>,
    /// What must be done before anything else.
    first: Vec<Step>,
}

impl Plan {
    /// Goes on from what was found, in a term of its own.
    #[must_use]
    pub fn new(found: &Found, rng: SmallRng) -> Self {
        let places: Vec<_> = found.entries.iter().map(|item| item.place).collect();
        let last = places.last().copied().or(found.purged);
        let snapshot = found.snapshot.map(|snapshot| snapshot.place);
        let terms = [found.vote, last.map(|place| place.term)];
        let mut plan = Self {
            rng,
            term: terms.into_iter().flatten().max().unwrap_or(0),
            purged: found.purged,
            entries: places,
            committed: found.committed.max(found.purged).max(snapshot),
            first: Vec::new(),
        };
        // A snapshot that came from the leader may be ahead of the log; what is behind it goes.
        if let Some(covered) = snapshot.filter(|covered| Some(*covered) > last) {
            let purge = plan.purge(covered);
            plan.first.push(purge);
        }
        plan
    }

    /// The next steps.
    pub fn steps(&mut self) -> Vec<Step> {
        if !self.first.is_empty() {
            return std::mem::take(&mut self.first);
        }
        if self.term == 0 || self.rng.random_ratio(1, 12) {
            return vec![self.vote()];
        }
        match self.rng.random_range(0..100) {
            _ if self.entries.len() > LOG_MAX => self.compact(),
            0..=64 => vec![self.append()],
            65..=84 => self.commit().into_iter().collect(),
            85..=90 => self.take_over(),
            91..=96 => self.compact(),
            97 => self.install(),
            _ => Vec::new(),
        }
    }

    /// What to do after them.
    pub fn pause(&mut self) -> Pause {
        match self.rng.random_range(0..200) {
            0..=20 => Pause::Drain,
            21 => Pause::Long,
            _ => Pause::None,
        }
    }

    fn last(&self) -> Option<Place> {
        self.entries.last().copied().or(self.purged)
    }

    fn vote(&mut self) -> Step {
        self.term += 1;
        Step::Vote(self.term)
    }

    fn append(&mut self) -> Step {
        let count = self.rng.random_range(1..=BATCH_MAX);
        let first = Place {
            term: self.term,
            index: self.last().map_or(0, |place| place.index + 1),
        };
        let sizes =
            (0..count).map(|_| COMMAND_BYTES[self.rng.random_range(0..COMMAND_BYTES.len())]);
        let sizes: Vec<_> = sizes.collect();
        let places = (first.index..).take(count);
        self.entries
            .extend(places.map(|index| Place { index, ..first }));
        Step::Append(first, sizes)
    }

    /// The entries that are not committed.
    fn uncommitted(&self) -> usize {
        let uncommitted = self.entries.iter().rev();
        uncommitted
            .take_while(|place| Some(**place) > self.committed)
            .count()
    }

    fn commit(&mut self) -> Option<Step> {
        let uncommitted = self.uncommitted();
        if uncommitted == 0 {
            return None;
        }
        let left = self.rng.random_range(0..uncommitted);
        let upto = self.entries[self.entries.len() - 1 - left];
        self.committed = Some(upto);
        Some(Step::Commit(upto))
    }

    /// A new leader takes entries away that were not committed, and writes others in their places, which
    /// are committed at once: others have them.
    fn take_over(&mut self) -> Vec<Step> {
        let vote = self.vote();
        let away_max = self.uncommitted().min(AWAY_MAX);
        let away = self.rng.random_range(0..=away_max);
        if away == 0 {
            return vec![vote];
        }
        self.entries.truncate(self.entries.len() - away);
        let mut steps = vec![vote, Step::Truncate(self.last()), self.append()];
        steps.extend(self.commit());
        steps
    }

    /// A snapshot of what is committed, and what it covers leaves the log.
    fn compact(&mut self) -> Vec<Step> {
        let Some(covered) = self.committed else {
            return Vec::new();
        };
        let bytes = if self.rng.random_ratio(1, 10) {
            self.rng.random_range(SMALL_BYTES..LARGE_BYTES_MAX)
        } else {
            SMALL_BYTES
        };
        let mut steps = vec![Step::Snapshot(covered, bytes)];
        let covers = |place: &&Place| **place <= covered;
        let in_log = self.entries.iter().take_while(covers).count();
        if in_log > 0 {
            let upto = self.entries[self.rng.random_range(0..in_log)];
            steps.push(self.purge(upto));
        }
        steps
    }

    /// A snapshot that the leader sends, ahead of the log.
    fn install(&mut self) -> Vec<Step> {
        let ahead = self.rng.random_range(1..AHEAD_MAX);
        let covered = Place {
            term: self.term,
            index: self.last().map_or(0, |place| place.index) + ahead,
        };
        self.committed = Some(covered);
        let snapshot = Step::Snapshot(covered, SMALL_BYTES);
        vec![snapshot, self.purge(covered), Step::Commit(covered)]
    }

    fn purge(&mut self, upto: Place) -> Step {
        self.entries.retain(|place| *place > upto);
        self.purged = Some(upto);
        Step::Purge(upto)
    }
}
