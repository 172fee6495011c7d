//! What the writer does to the stores and says of it; one JSON object a line.

use serde::{Deserialize, Serialize};

/// A place in the log: the term in which it was written, and its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Term of the leader that wrote it.
    pub term: u64,
    /// Index in the log.
    pub index: u64,
}

/// An entry: its place and the checksum of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Where it is.
    pub place: Place,
    /// CRC-32 of its command.
    pub sum: u32,
}

impl Item {
    /// The entry at a place, of a length in bytes.
    #[must_use]
    pub fn new(place: Place, bytes: usize) -> Self {
        let sum = crc32fast::hash(&command(place, bytes));
        Self { place, sum }
    }
}

/// The command of an entry: it tells its place.
#[must_use]
pub fn command(place: Place, bytes: usize) -> Vec<u8> {
    let tell = format!("{}/{} ", place.term, place.index);
    let mut command = tell.as_bytes().repeat(bytes / tell.len() + 1);
    command.truncate(bytes);
    command
}

/// A step. Steps take effect in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Entries are appended, from this place on, of so many bytes each. Acknowledged when durable.
    Append(Place, Vec<usize>),
    /// The vote, a term, is saved. Acknowledged when durable.
    Vote(u64),
    /// The entries after this one are taken away; all of them for none. Never acknowledged by itself.
    Truncate(Option<Place>),
    /// The entries up to this one are taken away. Never acknowledged by itself.
    Purge(Place),
    /// The entries up to this one are committed. Acknowledged when written, not when durable.
    Commit(Place),
    /// A snapshot is written that covers the log up to this place, of so many bytes. Acknowledged when durable.
    Snapshot(Place, usize),
}

/// A snapshot as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSnapshot {
    /// What it covers.
    pub place: Place,
    /// Length of its state, bytes.
    pub bytes: usize,
    /// CRC-32 of its state.
    pub sum: u32,
}

/// What was found when the stores were opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Term of the vote.
    pub vote: Option<u64>,
    /// The last entry that was purged.
    pub purged: Option<Place>,
    /// The committed position.
    pub committed: Option<Place>,
    /// The entries of the log.
    pub entries: Vec<Item>,
    /// The newest snapshot.
    pub snapshot: Option<FoundSnapshot>,
    /// How long it took to open the log, microseconds.
    pub open_us: u64,
}

/// What the writer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The stores were opened.
    Found(Box<Found>),
    /// A store refused to be opened.
    Refused(String),
    /// A step begins; they are numbered from zero.
    Begin(Step),
    /// The step of this number was acknowledged.
    Done(usize),
    /// A step failed while the power was on.
    Failed(String),
}
