//! What happens to bytes on a way between two nodes.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::Layer;

/// From one node to another, by position.
pub type Way = (usize, usize);

/// Whether bytes pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passage {
    /// They do.
    #[default]
    Open,
    /// They wait without a word, as TCP's do where packets are dropped: those of a connection that
    /// outlives the fault arrive after it. Nobody learns that the other end has closed either.
    Silent,
    /// Connections are reset, and new ones too.
    Refused,
}

/// What happens to bytes on one way. The default lets everything pass.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rule {
    /// Whether bytes pass.
    pub passage: Passage,
    /// Added to the time of each chunk's arrival. Chunks stay in order.
    pub delay: Duration,
    /// Added to it as well, a random part of this for each chunk.
    pub jitter: Duration,
    /// Most bytes a second of each connection; `None` for no limit.
    pub bytes_per_second: Option<u32>,
    /// Chance that a chunk is lost and arrives only when TCP has sent it again, 0 to 1.
    pub loss: f64,
    /// Chance for each chunk that its connection breaks, 0 to 1.
    pub reset: f64,
    /// Chance for each chunk that a bit of it is flipped, 0 to 1.
    pub corruption: f64,
}

impl Rule {
    /// Nothing passes, nobody is told.
    #[must_use]
    pub fn silent() -> Self {
        Self {
            passage: Passage::Silent,
            ..Self::default()
        }
    }

    /// Every connection is reset.
    #[must_use]
    pub fn refused() -> Self {
        Self {
            passage: Passage::Refused,
            ..Self::default()
        }
    }

    /// Both rules at once: the harder passage, the sum of delays, the lower rate, the higher chances.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            passage: self.passage.max(other.passage),
            delay: self.delay + other.delay,
            jitter: self.jitter + other.jitter,
            bytes_per_second: match (self.bytes_per_second, other.bytes_per_second) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
            loss: self.loss.max(other.loss),
            reset: self.reset.max(other.reset),
            corruption: self.corruption.max(other.corruption),
        }
    }
}

/// The rules of all ways.
#[derive(Debug, Default)]
pub struct Rules {
    layers: BTreeMap<Layer, HashMap<Way, Rule>>,
    /// Connections with a lower number are silent on this way for good.
    silenced: HashMap<Way, u64>,
}

impl Rules {
    pub(super) fn lay(&mut self, layer: Layer, rules: HashMap<Way, Rule>) {
        self.layers.insert(layer, rules);
    }

    pub(super) fn lift(&mut self, layer: Layer) {
        self.layers.remove(&layer);
    }

    pub(super) fn lift_all(&mut self) {
        self.layers.clear();
    }

    pub(super) fn silence(&mut self, way: Way, born_before: u64) {
        self.silenced.insert(way, born_before);
    }

    /// The rule of a way for new connections.
    #[must_use]
    pub fn of(&self, way: Way) -> Rule {
        let rules = self.layers.values().filter_map(|layer| layer.get(&way));
        rules.fold(Rule::default(), |all, rule| all.and(*rule))
    }

    /// The rule of a way for the connection with this number.
    #[must_use]
    pub fn of_connection(&self, way: Way, number: u64) -> Rule {
        let rule = self.of(way);
        if self
            .silenced
            .get(&way)
            .is_some_and(|born_before| number < *born_before)
        {
            rule.and(Rule::silent())
        } else {
            rule
        }
    }
}
