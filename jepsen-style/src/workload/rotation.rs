//! Keys that many clients use at once, each replaced by a fresh one after so many calls: checking
//! stays cheap however long a run is.

use std::sync::{Mutex, PoisonError};

use rand::RngExt;
use rand::rngs::SmallRng;

/// Keys in use.
#[derive(Debug)]
pub struct Rotation {
    slots: Mutex<Slots>,
    /// Calls after which a key is replaced.
    calls_max: u32,
}

#[derive(Debug)]
struct Slots {
    /// Each key in use, and how often it was drawn.
    keys: Vec<(u64, u32)>,
    /// The next fresh key.
    fresh: u64,
}

impl Rotation {
    /// This many keys at once, numbered from 0, each for `calls_max` calls.
    #[must_use]
    pub fn new(keys: usize, calls_max: u32) -> Self {
        let keys: Vec<_> = (0..keys as u64).map(|key| (key, 0)).collect();
        let fresh = keys.len() as u64;
        Self {
            slots: Mutex::new(Slots { keys, fresh }),
            calls_max,
        }
    }

    /// A key for one call.
    pub fn draw(&self, chance: &mut SmallRng) -> u64 {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = chance.random_range(0..slots.keys.len());
        if slots.keys[slot].1 >= self.calls_max {
            slots.keys[slot] = (slots.fresh, 0);
            slots.fresh += 1;
        }
        slots.keys[slot].1 += 1;
        slots.keys[slot].0
    }

    /// All keys that were ever in use.
    #[must_use]
    pub fn all(&self) -> Vec<u64> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        (0..slots.fresh).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::seed::Seed;

    #[test]
    fn no_key_is_drawn_more_often_than_allowed() {
        let rotation = Rotation::new(3, 20);
        let mut chance = Seed(1).stream("keys");
        let mut draws: BTreeMap<u64, u32> = BTreeMap::new();
        for _ in 0..1_000 {
            *draws.entry(rotation.draw(&mut chance)).or_default() += 1;
        }
        assert!(draws.values().all(|draws| *draws <= 20));
        assert_eq!(rotation.all().len(), draws.len());
        assert!((50..=53).contains(&draws.len()), "{}", draws.len());
    }
}
