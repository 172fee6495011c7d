//! What goes wrong, and when it is over.

use std::collections::BTreeSet;

use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::net::Weather;

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Machines lose power at once; each is back after so many milliseconds. What called them
    /// notices at once, or only when it gives up.
    Crash(Vec<(u64, u64)>, bool),
    /// A process stands still for so long, milliseconds.
    Pause(u64, u64),
    /// Links carry nothing for so long, milliseconds.
    Cut(BTreeSet<(u64, u64)>, u64),
    /// Messages take longer, for so long, milliseconds.
    Storm(Weather, u64),
    /// A disk takes so much more time to sync, for so long, both milliseconds.
    SlowDisk(u64, u64, u64),
    /// A process is asked to stop, and is started again after so long, milliseconds.
    Stop(u64, u64),
    /// A node joins.
    Join,
    /// A node is removed.
    Remove(u64),
}

impl Fault {
    /// Its class, for the figures.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Fault::Crash(..) => "crash",
            Fault::Pause(..) => "pause",
            Fault::Cut(..) => "cut",
            Fault::Storm(..) => "storm",
            Fault::SlowDisk(..) => "slow disk",
            Fault::Stop(..) => "stop",
            Fault::Join => "join",
            Fault::Remove(_) => "remove",
        }
    }
}

/// Draws a fault for these members.
pub(super) fn draw(chance: &mut SmallRng, members: &[u64], leader: Option<u64>) -> Fault {
    let victim = |chance: &mut SmallRng| match leader {
        Some(leader) if chance.random_bool(0.5) => leader,
        _ => *members.choose(chance).unwrap(),
    };
    match chance.random_range(0..100) {
        0..18 => {
            let back = chance.random_range(20..3_000);
            Fault::Crash(vec![(victim(chance), back)], chance.random())
        }
        18..26 => {
            let count = chance.random_range(1..=members.len());
            let victims: Vec<u64> = members.sample(chance, count).copied().collect();
            let back = |member| (member, chance.random_range(20..2_000));
            let victims = victims.into_iter().map(back).collect();
            Fault::Crash(victims, chance.random())
        }
        26..38 => {
            let time = chance.random_range(50..2_500);
            Fault::Pause(victim(chance), time)
        }
        38..60 => {
            let time = chance.random_range(200..4_000);
            Fault::Cut(cut(chance, members, leader), time)
        }
        60..68 => {
            let weather = Weather {
                base_ms: chance.random_range(0..30),
                jitter_ms: chance.random_range(0..60),
                loss_permille: chance.random_range(0..100),
            };
            Fault::Storm(weather, chance.random_range(500..3_000))
        }
        68..76 => {
            let slow = chance.random_range(5..200);
            Fault::SlowDisk(victim(chance), slow, chance.random_range(300..3_000))
        }
        76..84 => Fault::Stop(victim(chance), chance.random_range(100..2_000)),
        84..92 => Fault::Join,
        _ => Fault::Remove(victim(chance)),
    }
}

/// Links to cut: one member alone, two halves, a bridge, a ring, or one direction only.
fn cut(chance: &mut SmallRng, members: &[u64], leader: Option<u64>) -> BTreeSet<(u64, u64)> {
    let mut members = members.to_vec();
    members.shuffle(chance);
    if let Some(at) = members.iter().position(|id| Some(*id) == leader)
        && chance.random_bool(0.5)
    {
        members.swap(0, at);
    }
    let all = members.clone();
    let pairs = |apart: &dyn Fn(usize, usize) -> bool| {
        let indices = (0..all.len()).flat_map(|a| (0..all.len()).map(move |b| (a, b)));
        let cut = indices.filter(|(a, b)| a != b && apart(*a, *b));
        cut.map(|(a, b)| (all[a], all[b])).collect()
    };
    let count = all.len();
    let half = chance.random_range(1..=count / 2);
    match chance.random_range(0..6) {
        0 => pairs(&|a, b| a == 0 || b == 0),
        1 => pairs(&|a, b| (a < half) != (b < half)),
        // The last one sees both sides.
        2 => pairs(&|a, b| (a < half) != (b < half) && a != count - 1 && b != count - 1),
        3 => pairs(&|a, b| (a + 1) % count != b && (b + 1) % count != a),
        // It is heard and hears nothing, or the other way round.
        4 => pairs(&|a, _| a == 0),
        _ => pairs(&|_, b| b == 0),
    }
}
