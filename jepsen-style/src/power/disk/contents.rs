//! What a file holds: as its readers see it, and as it is on the disk.

use rand::Rng;
use rand::RngExt;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What a reader sees.
    live: Vec<u8>,
    /// What a power cut leaves at the least.
    durable: Vec<u8>,
    /// What was done since the last barrier.
    pending: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Change::Write { offset, bytes } => put(to, *offset, bytes),
            Change::Resize(length) => to.resize(*length, 0),
        }
    }
}

/// How much of what was not synced reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survival {
    /// What the disk writes as a whole, bytes.
    pub sector_bytes: usize,
    /// How likely a sector is written, percent.
    pub percent: u32,
    /// Whether changes are written in the order in which they were made, up to one that is torn; else in any.
    pub ordered: bool,
}

impl Contents {
    /// Length as a reader sees it, bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether a reader sees nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// At most `length` bytes from `offset`; fewer at the end.
    #[must_use]
    pub fn read(&self, offset: usize, length: usize) -> &[u8] {
        let start = offset.min(self.live.len());
        let end = offset.saturating_add(length).min(self.live.len());
        &self.live[start..end]
    }

    /// Writes; what lies between the end and `offset` becomes zeros.
    pub fn write(&mut self, offset: usize, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.change(Change::Write { offset, bytes });
    }

    /// Cuts off or adds zeros.
    pub fn resize(&mut self, length: usize) {
        self.change(Change::Resize(length));
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.pending.push(change);
    }

    /// The barrier: all that was done is on the disk.
    pub fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    /// The power is cut: what was not synced is lost, but for what chance had written already.
    pub fn cut(&mut self, survival: Survival, rng: &mut impl Rng) {
        let pending = std::mem::take(&mut self.pending);
        let mut length = self.durable.len();
        let mut lengths = vec![length];
        let whole = (0..pending.len())
            .filter(|_| survives(survival, rng))
            .count();
        for (position, change) in pending.iter().enumerate() {
            length = match change {
                Change::Write { offset, bytes } => length.max(offset + bytes.len()),
                Change::Resize(length) => *length,
            };
            lengths.push(length);
            match change {
                _ if survival.ordered && position < whole => change.apply(&mut self.durable),
                _ if survival.ordered && position > whole => {}
                Change::Resize(_) if survives(survival, rng) => change.apply(&mut self.durable),
                Change::Resize(_) => {}
                Change::Write { offset, bytes } => {
                    for (offset, sector) in sectors(*offset, bytes, survival.sector_bytes) {
                        if survives(survival, rng) {
                            put(&mut self.durable, offset, sector);
                        }
                    }
                }
            }
        }
        // The length is written apart from the content, at a time of its own.
        if rng.random_bool(0.5) {
            let known = lengths[rng.random_range(0..lengths.len())];
            self.durable.truncate(known);
        }
        self.live.clone_from(&self.durable);
    }
}

fn survives(survival: Survival, rng: &mut impl Rng) -> bool {
    rng.random_range(0..100) < survival.percent
}

fn put(to: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[offset..end].copy_from_slice(bytes);
}

/// The parts of a write that lie in different sectors, with their offsets.
fn sectors(offset: usize, bytes: &[u8], sector_bytes: usize) -> Vec<(usize, &[u8])> {
    let mut parts = Vec::new();
    let (mut at, mut rest) = (offset, bytes);
    while !rest.is_empty() {
        let (part, after) = rest.split_at((sector_bytes - at % sector_bytes).min(rest.len()));
        parts.push((at, part));
        at += part.len();
        rest = after;
    }
    parts
}
