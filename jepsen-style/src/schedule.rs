//! Which faults a run injects and when: drawn from the seed before the run begins.
//!
//! Two lanes of faults run beside each other, so that a node's loss meets a sick network: in each lane
//! one fault ends before the next begins. Pure.

pub mod effect;
mod fault;
mod profile;

use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

pub use fault::{Change, Class, Fault, Shape, Victims};
pub use profile::{Bounds, Profile};

use crate::seed::Seed;

/// A fault and when it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// When it begins, milliseconds since the first fault may.
    pub at_ms: u64,
    /// How long it lasts until it is healed, milliseconds.
    pub duration_ms: u64,
    /// What happens.
    pub fault: Fault,
    /// Decides among the nodes that have the role.
    pub draw: u64,
}

impl Planned {
    /// When it is healed, milliseconds since the first fault may begin.
    #[must_use]
    pub fn ends_ms(&self) -> u64 {
        self.at_ms + self.duration_ms
    }
}

/// All faults of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Faults, by their beginning.
    pub faults: Vec<Planned>,
    /// When everything is healed, milliseconds since the first fault may begin; then comes the phase in
    /// which the cluster must recover.
    pub heal_ms: u64,
}

impl Schedule {
    /// The faults of a run, of these classes where the profile has none of its own: the same for the same
    /// seed, profile and number of nodes.
    ///
    /// Fewer than three nodes get only faults that leave no majority to be kept.
    #[must_use]
    pub fn draw(classes: &[Class], seed: Seed, profile: Profile, nodes: usize) -> Self {
        let heal_ms = profile.heal_ms();
        let mut chance = seed.stream("schedule");
        let faults = match profile {
            Profile::Minority => minorities(heal_ms, &mut chance),
            Profile::Majority => vec![alone(heal_ms, &mut chance)],
            Profile::Ci | Profile::Short | Profile::Nightly => {
                return Self::of(classes, seed, profile, heal_ms, nodes);
            }
        };
        Self { faults, heal_ms }
    }

    /// Faults of some classes in two lanes, as long as the profile's, that end after so many
    /// milliseconds.
    #[must_use]
    pub fn of(classes: &[Class], seed: Seed, profile: Profile, heal_ms: u64, nodes: usize) -> Self {
        let mut chance = seed.stream("schedule");
        let (process, network): (Vec<_>, Vec<_>) = classes
            .iter()
            .copied()
            .filter(|class| class.suits(nodes))
            .partition(|class| !class.is_of_links());
        let mut faults = Vec::new();
        for classes in [process, network] {
            faults.extend(lane(&classes, profile, heal_ms, nodes, &mut chance));
        }
        faults.sort_by_key(|planned| planned.at_ms);
        Self { faults, heal_ms }
    }

    /// Classes that the run has faults of, with how many.
    #[must_use]
    pub fn classes(&self) -> std::collections::BTreeMap<Class, usize> {
        let mut classes = std::collections::BTreeMap::new();
        for planned in &self.faults {
            *classes.entry(planned.fault.class()).or_default() += 1;
        }
        classes
    }
}

/// Losses of minorities, one after the other.
fn minorities(heal_ms: u64, chance: &mut SmallRng) -> Vec<Planned> {
    let mut faults = Vec::new();
    let mut at_ms = chance.random_range(0..1_000);
    loop {
        let fault = Fault::of_minority(chance);
        let duration_ms = chance.random_range(1_000..6_000);
        if at_ms + duration_ms > heal_ms {
            return faults;
        }
        faults.push(Planned {
            at_ms,
            duration_ms,
            fault,
            draw: chance.random(),
        });
        at_ms += duration_ms + fault.class().healing_ms() + chance.random_range(1_000..3_000);
    }
}

/// One node alone, all the time, with its restart in the middle.
fn alone(heal_ms: u64, chance: &mut SmallRng) -> Planned {
    let before_restart_ms = heal_ms / 2;
    Planned {
        at_ms: 0,
        duration_ms: heal_ms - before_restart_ms,
        fault: Fault::LoneSurvivor { before_restart_ms },
        draw: chance.random(),
    }
}

/// The faults of one lane: every class once in a random order, then all again, until time is up.
fn lane(
    classes: &[Class],
    profile: Profile,
    heal_ms: u64,
    nodes: usize,
    chance: &mut SmallRng,
) -> Vec<Planned> {
    let mut faults = Vec::new();
    let mut at_ms = chance.random_range(0..1_000);
    let mut deck = Vec::new();
    loop {
        if deck.is_empty() {
            deck = classes.to_vec();
            deck.shuffle(chance);
        }
        let Some(class) = deck.pop() else {
            return faults;
        };
        let (shortest, longest) = class.duration_ms(profile);
        let duration_ms = chance.random_range(shortest..=longest);
        if at_ms + duration_ms > heal_ms {
            return faults;
        }
        faults.push(Planned {
            at_ms,
            duration_ms,
            fault: Fault::draw(class, nodes, chance),
            draw: chance.random(),
        });
        // Healing takes its time too; the lane goes on when it is done.
        at_ms += duration_ms + class.healing_ms() + chance.random_range(200..1_500);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, profile: Profile, nodes: usize) -> Schedule {
        Schedule::draw(&Class::ALL, Seed(seed), profile, nodes)
    }

    #[test]
    fn one_seed_gives_one_plan() {
        assert_eq!(drawn(7, Profile::Short, 3), drawn(7, Profile::Short, 3));
        assert_ne!(drawn(7, Profile::Short, 3), drawn(8, Profile::Short, 3));
    }

    #[test]
    fn a_short_run_has_thirty_faults_of_eight_classes_within_six_minutes() {
        for seed in 0..200 {
            for nodes in [3, 5] {
                let plan = drawn(seed, Profile::Short, nodes);
                let (faults, classes) = (plan.faults.len(), plan.classes().len());
                assert!(
                    faults >= 30 && classes >= 8,
                    "seed {seed}: {faults} of {classes}"
                );
                assert!(plan.heal_ms <= 5 * 60_000, "there is time to recover");
            }
        }
    }

    #[test]
    fn a_nightly_run_has_every_class_ten_times() {
        for seed in 0..50 {
            let plan = drawn(seed, Profile::Nightly, 3);
            let classes = plan.classes();
            for class in Class::ALL {
                let count = classes.get(&class).copied().unwrap_or_default();
                assert!(count >= 10, "seed {seed}: {class:?} {count} times");
            }
            assert!(
                plan.faults.len() >= 300,
                "seed {seed}: {}",
                plan.faults.len()
            );
        }
    }

    #[test]
    fn a_run_for_every_change_lasts_less_than_two_minutes() {
        for seed in 0..50 {
            let plan = drawn(seed, Profile::Ci, 3);
            assert!(plan.heal_ms <= 100_000);
            assert!(
                plan.classes().len() >= 6,
                "seed {seed}: {:?}",
                plan.classes()
            );
        }
    }

    #[test]
    fn a_run_of_some_classes_has_each_of_them_and_no_others() {
        let classes = [Class::Kill, Class::Pause, Class::Partition, Class::Latency];
        for seed in 0..50 {
            let plan = Schedule::of(&classes, Seed(seed), Profile::Short, 60_000, 3);
            let drawn: Vec<_> = plan.classes().into_keys().collect();
            assert_eq!(drawn, classes, "seed {seed}");
            assert!(plan.faults.iter().all(|fault| fault.ends_ms() <= 60_000));
        }
    }

    #[test]
    fn lost_minorities_come_one_at_a_time_and_a_lone_survivor_serves_for_ten_minutes() {
        for seed in 0..50 {
            let plan = drawn(seed, Profile::Minority, 3);
            assert!(
                plan.faults.len() >= 60,
                "seed {seed}: {}",
                plan.faults.len()
            );
            let in_turn = |pair: &[Planned]| pair[0].ends_ms() < pair[1].at_ms;
            assert!(plan.faults.windows(2).all(in_turn), "seed {seed}");
        }
        let plan = drawn(1, Profile::Majority, 3);
        let [alone] = &plan.faults[..] else {
            panic!("{plan:?}");
        };
        let before_restart_ms = 300_000;
        assert_eq!(alone.fault, Fault::LoneSurvivor { before_restart_ms });
        assert_eq!(alone.duration_ms, 300_000);
    }

    #[test]
    fn every_fault_is_healed_before_the_end_and_faults_overlap() {
        let plan = drawn(1, Profile::Short, 3);
        assert!(
            plan.faults
                .iter()
                .all(|fault| fault.ends_ms() <= plan.heal_ms)
        );
        assert!(plan.faults.is_sorted_by_key(|fault| fault.at_ms));
        let overlapping = plan
            .faults
            .windows(2)
            .filter(|pair| pair[1].at_ms < pair[0].ends_ms());
        assert!(overlapping.count() >= 5);
    }

    #[test]
    fn a_single_node_has_neither_partitions_nor_replacements() {
        let plan = drawn(3, Profile::Short, 1);
        assert!(!plan.faults.is_empty());
        let alone = |planned: &Planned| planned.fault.class().suits(1);
        assert!(plan.faults.iter().all(alone));
        assert!(!plan.classes().contains_key(&Class::Partition));
    }
}
