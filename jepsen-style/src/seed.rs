//! Chance: everything random in a run is drawn from one seed, by purpose, so that one part drawing
//! more does not change what another draws.

use rand::SeedableRng;
use rand::rngs::SmallRng;

/// The seed of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The random numbers for a purpose; the same for the same seed and purpose.
    #[must_use]
    pub fn stream(self, purpose: &str) -> SmallRng {
        // FNV-1a.
        let mut hash = self.0 ^ 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
        SmallRng::seed_from_u64(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn a_stream_depends_on_seed_and_purpose_only() {
        let draw = |seed, purpose| Seed(seed).stream(purpose).next_u64();
        assert_eq!(draw(1, "faults"), draw(1, "faults"));
        assert_ne!(draw(1, "faults"), draw(2, "faults"));
        assert_ne!(draw(1, "faults"), draw(1, "clients"));
    }
}
