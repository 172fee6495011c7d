//! The faults there are, by class, with nodes named by their roles.

use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde::{Deserialize, Serialize};

use super::Profile;

/// Which nodes a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Victims {
    /// The leader.
    Leader,
    /// One node that does not lead.
    Follower,
    /// As many as may be lost with the cluster going on.
    Minority,
    /// One more than that.
    Majority,
    /// All.
    All,
}

/// How a network is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Two parts, the smaller without a majority.
    Halves,
    /// One node without links.
    Isolated,
    /// The leader and less than a majority apart from the others.
    LeaderInMinority,
    /// Every node sees a majority, no two see the same: each has links to its neighbours in a ring only.
    Ring,
    /// Two parts, and one node that sees both.
    Bridge,
    /// Nothing that one node sends arrives.
    Mute,
    /// Nothing arrives at one node.
    Deaf,
    /// Two nodes do not see each other; all others see both.
    Pair,
}

/// A change of the membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A node joins, and leaves in the end.
    Grow,
    /// A follower loses its disk and is replaced.
    ReplaceFollower,
    /// The leader loses its disk and is replaced.
    ReplaceLeader,
}

/// What happens to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// Processes are killed, and started again in the end.
    Kill {
        /// Which.
        victims: Victims,
    },
    /// The leader is killed as soon as its log has grown: while an entry is being applied.
    KillAtApply,
    /// Power is cut: processes end, and their disks keep only what was synced; it comes back in the end.
    PowerCut {
        /// Whose.
        victims: Victims,
    },
    /// Processes are asked to stop, and started again in the end.
    Terminate {
        /// Which.
        victims: Victims,
    },
    /// All nodes are stopped and started again, one after the other.
    RollingRestart,
    /// Processes do not run for a while.
    Pause {
        /// Which.
        victims: Victims,
    },
    /// Links are cut.
    Partition {
        /// Which.
        shape: Shape,
    },
    /// One node's links come and go.
    Flapping {
        /// How long they are there, milliseconds.
        up_ms: u64,
        /// How long they are not, milliseconds.
        down_ms: u64,
    },
    /// All links lose packets, and connections now and then.
    Loss {
        /// Lost chunks in a hundred.
        percent: u8,
    },
    /// All links are slow to deliver.
    Latency {
        /// Delay, milliseconds.
        delay_ms: u64,
        /// Most that is added by chance, milliseconds.
        jitter_ms: u64,
    },
    /// Bits flip on all links.
    Corruption {
        /// Corrupted chunks in a thousand.
        per_mille: u16,
    },
    /// One node's links carry little.
    SlowLink {
        /// Bytes a second of each connection.
        bytes_per_second: u32,
    },
    /// The connections of one node fall silent for good.
    HalfOpen,
    /// Writes to disk take long.
    SlowDisk {
        /// Whose.
        victims: Victims,
        /// Added to every fsync, milliseconds.
        delay_ms: u64,
    },
    /// Fsync fails.
    FailingSync {
        /// Whose.
        victims: Victims,
    },
    /// A disk is full.
    FullDisk {
        /// Whose.
        victims: Victims,
    },
    /// A bit of a stored file flips while the node is down.
    BitFlip,
    /// A stored file loses its end while the node is down.
    Truncation,
    /// The wall clock jumps, and back in the end.
    ClockJump {
        /// How far, seconds.
        seconds: i64,
    },
    /// Nodes come and go.
    Membership {
        /// How.
        change: Change,
    },
    /// A follower is cut off until the others have forgotten the log that it lacks.
    SnapshotInstall,
    /// All nodes but one are killed, and that one is restarted.
    LoneSurvivor {
        /// How long it serves alone before its restart, milliseconds.
        before_restart_ms: u64,
    },
}

/// A kind of fault; runs are judged by which classes they had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is a variant of `Fault`, described there")]
pub enum Class {
    Kill,
    KillAtApply,
    Terminate,
    RollingRestart,
    Pause,
    Partition,
    Flapping,
    Loss,
    Latency,
    Corruption,
    SlowLink,
    HalfOpen,
    SlowDisk,
    FailingSync,
    FullDisk,
    BitFlip,
    Truncation,
    ClockJump,
    Membership,
    SnapshotInstall,
    LoneSurvivor,
    PowerCut,
}

impl Class {
    /// All classes that runs have by chance, on disks that can run full.
    pub const ALL: [Self; 20] = [
        Self::Kill,
        Self::KillAtApply,
        Self::Terminate,
        Self::RollingRestart,
        Self::Pause,
        Self::Partition,
        Self::Flapping,
        Self::Loss,
        Self::Latency,
        Self::Corruption,
        Self::SlowLink,
        Self::HalfOpen,
        Self::SlowDisk,
        Self::FailingSync,
        Self::FullDisk,
        Self::BitFlip,
        Self::Truncation,
        Self::ClockJump,
        Self::Membership,
        Self::SnapshotInstall,
    ];

    /// All classes that runs have by chance, on disks whose power can be cut or on those that can run full.
    #[must_use]
    pub fn all(power_cuts: bool) -> [Self; 20] {
        Self::ALL.map(|class| match class {
            Self::FullDisk if power_cuts => Self::PowerCut,
            class => class,
        })
    }

    /// Name, as in reports: `kill_at_apply`.
    #[must_use]
    pub fn name(self) -> String {
        let name = serde_json::to_value(self);
        let name = name.ok().and_then(|name| name.as_str().map(str::to_owned));
        name.unwrap_or_else(|| format!("{self:?}"))
    }

    /// Whether it meets links rather than processes and disks.
    #[must_use]
    pub fn is_of_links(self) -> bool {
        matches!(
            self,
            Self::Partition
                | Self::Flapping
                | Self::Loss
                | Self::Latency
                | Self::Corruption
                | Self::SlowLink
                | Self::HalfOpen
        )
    }

    /// Whether it makes sense with this many nodes.
    #[must_use]
    pub fn suits(self, nodes: usize) -> bool {
        let needs_others = self.is_of_links()
            || matches!(
                self,
                Self::RollingRestart
                    | Self::BitFlip
                    | Self::Truncation
                    | Self::Membership
                    | Self::SnapshotInstall
                    | Self::LoneSurvivor
            );
        nodes >= 3 || !needs_others
    }

    /// Shortest and longest time until it is healed, milliseconds.
    #[must_use]
    pub fn duration_ms(self, profile: Profile) -> (u64, u64) {
        let (shortest, longest) = match self {
            Self::Kill | Self::KillAtApply | Self::PowerCut | Self::Terminate => (500, 4_000),
            // These heal by themselves, and take as long as they need.
            Self::RollingRestart | Self::BitFlip | Self::Truncation => (100, 500),
            Self::Membership | Self::SnapshotInstall | Self::LoneSurvivor => (1_000, 3_000),
            Self::Partition | Self::Flapping => (2_000, 8_000),
            Self::Pause => (1_000, 6_000),
            Self::HalfOpen => (500, 2_000),
            Self::Loss
            | Self::Latency
            | Self::Corruption
            | Self::SlowLink
            | Self::SlowDisk
            | Self::FailingSync
            | Self::FullDisk
            | Self::ClockJump => (2_000, 5_000),
        };
        match profile {
            Profile::Ci => (shortest, longest.min(3_000).max(shortest)),
            Profile::Short | Profile::Minority | Profile::Majority => (shortest, longest),
            Profile::Nightly => (shortest, longest * 3 / 2),
        }
    }

    /// How long healing takes, as a rule, milliseconds.
    #[must_use]
    pub fn healing_ms(self) -> u64 {
        match self {
            Self::RollingRestart => 8_000,
            Self::Membership | Self::BitFlip | Self::Truncation | Self::LoneSurvivor => 6_000,
            Self::SnapshotInstall => 4_000,
            Self::Kill
            | Self::KillAtApply
            | Self::PowerCut
            | Self::Terminate
            | Self::FailingSync
            | Self::FullDisk => 2_000,
            Self::Pause
            | Self::Partition
            | Self::Flapping
            | Self::Loss
            | Self::Latency
            | Self::Corruption
            | Self::SlowLink
            | Self::HalfOpen
            | Self::SlowDisk
            | Self::ClockJump => 500,
        }
    }
}

impl Fault {
    /// A fault that leaves a majority of the nodes running and connected.
    pub(super) fn of_minority(chance: &mut SmallRng) -> Self {
        let victims = any(&VICTIMS[..3], chance);
        match chance.random_range(0..6) {
            0 | 1 => Self::Kill { victims },
            2 => Self::KillAtApply,
            3 => Self::Terminate { victims },
            4 => Self::Pause { victims },
            _ => Self::Partition {
                shape: any(&[Shape::Isolated, Shape::LeaderInMinority], chance),
            },
        }
    }

    /// A fault of a class.
    pub(super) fn draw(class: Class, nodes: usize, chance: &mut SmallRng) -> Self {
        match class {
            Class::Kill => Self::Kill {
                victims: any(&VICTIMS, chance),
            },
            Class::KillAtApply => Self::KillAtApply,
            Class::PowerCut => Self::PowerCut {
                victims: any(&VICTIMS, chance),
            },
            Class::Terminate => Self::Terminate {
                victims: any(&VICTIMS[..3], chance),
            },
            Class::RollingRestart => Self::RollingRestart,
            Class::Pause => Self::Pause {
                victims: any(&VICTIMS, chance),
            },
            Class::Partition => Self::Partition {
                shape: any(shapes(nodes), chance),
            },
            Class::Flapping => Self::Flapping {
                up_ms: chance.random_range(100..600),
                down_ms: chance.random_range(200..1_000),
            },
            Class::Loss => Self::Loss {
                percent: any(&[1, 5, 30], chance),
            },
            Class::Latency => Self::Latency {
                delay_ms: any(&[10, 30, 50, 100, 250], chance),
                jitter_ms: chance.random_range(5..100),
            },
            Class::Corruption => Self::Corruption {
                per_mille: any(&[2, 10, 50], chance),
            },
            Class::SlowLink => Self::SlowLink {
                bytes_per_second: any(&[5_000, 20_000, 100_000], chance),
            },
            Class::HalfOpen => Self::HalfOpen,
            Class::SlowDisk => Self::SlowDisk {
                victims: any(&VICTIMS[..2], chance),
                delay_ms: any(&[20, 100, 300], chance),
            },
            Class::FailingSync => Self::FailingSync {
                victims: any(&VICTIMS[..2], chance),
            },
            Class::FullDisk => Self::FullDisk {
                victims: any(&VICTIMS[..2], chance),
            },
            Class::BitFlip => Self::BitFlip,
            Class::Truncation => Self::Truncation,
            Class::ClockJump => Self::ClockJump {
                seconds: any(&[-3_600, -300, -1, 1, 300, 3_600], chance),
            },
            Class::Membership => Self::Membership {
                change: any(&CHANGES, chance),
            },
            Class::SnapshotInstall => Self::SnapshotInstall,
            Class::LoneSurvivor => Self::LoneSurvivor {
                before_restart_ms: chance.random_range(1_000..3_000),
            },
        }
    }

    /// Its class.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Kill { .. } => Class::Kill,
            Self::KillAtApply => Class::KillAtApply,
            Self::PowerCut { .. } => Class::PowerCut,
            Self::Terminate { .. } => Class::Terminate,
            Self::RollingRestart => Class::RollingRestart,
            Self::Pause { .. } => Class::Pause,
            Self::Partition { .. } => Class::Partition,
            Self::Flapping { .. } => Class::Flapping,
            Self::Loss { .. } => Class::Loss,
            Self::Latency { .. } => Class::Latency,
            Self::Corruption { .. } => Class::Corruption,
            Self::SlowLink { .. } => Class::SlowLink,
            Self::HalfOpen => Class::HalfOpen,
            Self::SlowDisk { .. } => Class::SlowDisk,
            Self::FailingSync { .. } => Class::FailingSync,
            Self::FullDisk { .. } => Class::FullDisk,
            Self::BitFlip => Class::BitFlip,
            Self::Truncation => Class::Truncation,
            Self::ClockJump { .. } => Class::ClockJump,
            Self::Membership { .. } => Class::Membership,
            Self::SnapshotInstall => Class::SnapshotInstall,
            Self::LoneSurvivor { .. } => Class::LoneSurvivor,
        }
    }
}

/// Victims, the lesser losses first.
const VICTIMS: [Victims; 5] = [
    Victims::Leader,
    Victims::Follower,
    Victims::Minority,
    Victims::Majority,
    Victims::All,
];

const CHANGES: [Change; 3] = [Change::Grow, Change::ReplaceFollower, Change::ReplaceLeader];

/// Shapes that differ from each other with this many nodes.
fn shapes(nodes: usize) -> &'static [Shape] {
    const FEW: [Shape; 6] = [
        Shape::Halves,
        Shape::Isolated,
        Shape::LeaderInMinority,
        Shape::Deaf,
        Shape::Mute,
        Shape::Pair,
    ];
    const MANY: [Shape; 8] = [
        Shape::Halves,
        Shape::Isolated,
        Shape::LeaderInMinority,
        Shape::Deaf,
        Shape::Mute,
        Shape::Pair,
        Shape::Ring,
        Shape::Bridge,
    ];
    if nodes >= 5 { &MANY } else { &FEW }
}

/// One of several; there is at least one.
fn any<T: Copy>(of: &[T], chance: &mut SmallRng) -> T {
    of.choose(chance).copied().unwrap_or(of[0])
}
