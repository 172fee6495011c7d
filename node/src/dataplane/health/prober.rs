//! The prober: a thread with a runtime of its own, so that no other part of the node can delay it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::info;
use trellis_core::view::{GroupView, View};

use super::course::{Course, State};
use super::probe::{Failure, Tls, probe};
use super::{Config, HealthCell, TargetKey, plan};
use crate::clock;

/// Longest delay of the first probe of a new target.
const FIRST_DELAY_MAX: Duration = Duration::from_secs(1);
/// How much earlier or later than its interval a probe may begin, as a share of the interval.
const JITTER: f64 = 0.1;

/// Starts the prober of a node; it ends when the sender of `changed` is gone.
///
/// `changed` says that `view` gives another view than before.
///
/// # Errors
/// Where the thread cannot be started.
pub fn start(
    config: &Config,
    node: String,
    view: impl Fn() -> Arc<View> + Send + 'static,
    changed: watch::Receiver<u64>,
    cell: Arc<HealthCell>,
) -> io::Result<()> {
    let tls = Arc::new(Tls::new().map_err(io::Error::other)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let prober = Prober {
        node,
        view: Box::new(view),
        changed,
        cell,
        tls,
        probes_max: config.probes_max.max(1),
        subjects: HashMap::new(),
        schedule: BinaryHeap::new(),
        turns: 0,
        probes: FuturesUnordered::new(),
    };
    let thread = thread::Builder::new().name("health".into());
    thread.spawn(move || {
        runtime.block_on(prober.run());
    })?;
    Ok(())
}

type Probe = Pin<Box<dyn Future<Output = Done> + Send>>;

struct Prober {
    node: String,
    view: Box<dyn Fn() -> Arc<View> + Send>,
    changed: watch::Receiver<u64>,
    cell: Arc<HealthCell>,
    tls: Arc<Tls>,
    probes_max: usize,
    subjects: HashMap<Arc<TargetKey>, Subject>,
    /// When which target is due; entries whose turn is not the subject's are void.
    schedule: BinaryHeap<Reverse<(Instant, u64, Arc<TargetKey>)>>,
    /// The last turn that was given out.
    turns: u64,
    probes: FuturesUnordered<Probe>,
}

/// A target that is probed.
struct Subject {
    group: Arc<GroupView>,
    course: Course,
    turn: u64,
}

/// A probe that has ended.
struct Done {
    key: Arc<TargetKey>,
    turn: u64,
    begun: Instant,
    result: Result<(), Failure>,
}

impl Prober {
    async fn run(mut self) {
        self.follow();
        loop {
            let due = self.schedule.peek().map(|Reverse((due, ..))| *due);
            let has_room = self.probes.len() < self.probes_max;
            tokio::select! {
                changed = self.changed.changed() => match changed {
                    Ok(()) => self.follow(),
                    Err(_) => return,
                },
                Some(done) = self.probes.next() => self.settle_all(&done),
                () = until(due), if due.is_some() && has_room => self.launch(),
            }
        }
    }

    /// Takes up new targets and drops those that are gone.
    fn follow(&mut self) {
        self.changed.borrow_and_update();
        let view = (self.view)();
        let groups: Vec<_> = plan::probed(&view, &self.node).collect();
        let mut before = std::mem::take(&mut self.subjects);
        for group in groups {
            for target in &group.targets {
                let key = TargetKey {
                    group: group.id.clone(),
                    address: target.address,
                };
                self.take_up(group, key, &mut before);
            }
        }
        for key in before.keys() {
            self.cell.forget(key);
        }
        self.cell.publish();
    }

    /// Takes up a target; one that was probed in the same way before keeps its place in time.
    fn take_up(
        &mut self,
        group: &Arc<GroupView>,
        key: TargetKey,
        before: &mut HashMap<Arc<TargetKey>, Subject>,
    ) {
        let Some(check) = &group.health_check else {
            return;
        };
        let (key, course, turn) = match before.remove_entry(&key) {
            Some((key, known)) => {
                let is_same = known.group.health_check.as_ref() == Some(check);
                (key, known.course, is_same.then_some(known.turn))
            }
            None => {
                self.cell.observe(&key, State::Initial);
                (Arc::new(key), Course::default(), None)
            }
        };
        let turn = turn.unwrap_or_else(|| {
            let longest = check.interval.min(FIRST_DELAY_MAX);
            let due = Instant::from_std(clock::instant()) + longest.mul_f64(rand::random());
            self.schedule_at(due, key.clone())
        });
        let subject = Subject {
            group: group.clone(),
            course,
            turn,
        };
        self.subjects.insert(key, subject);
    }

    fn schedule_at(&mut self, due: Instant, key: Arc<TargetKey>) -> u64 {
        self.turns += 1;
        self.schedule.push(Reverse((due, self.turns, key)));
        self.turns
    }

    /// Begins the probes that are due, as many as there is room for.
    fn launch(&mut self) {
        let now = Instant::from_std(clock::instant());
        while self.probes.len() < self.probes_max {
            match self.schedule.peek() {
                Some(Reverse((due, ..))) if *due <= now => {}
                Some(_) | None => return,
            }
            let Some(Reverse((_, turn, key))) = self.schedule.pop() else {
                return;
            };
            let Some(subject) = self.subjects.get(&key).filter(|s| s.turn == turn) else {
                continue;
            };
            let (group, tls) = (subject.group.clone(), self.tls.clone());
            self.probes.push(Box::pin(async move {
                let result = match &group.health_check {
                    Some(check) => probe(check, key.address, &tls).await,
                    None => Ok(()),
                };
                Done {
                    key,
                    turn,
                    begun: now,
                    result,
                }
            }));
        }
    }

    /// Takes in a result and all others that are there already, and publishes them at once.
    fn settle_all(&mut self, first: &Done) {
        self.settle(first);
        while let Some(Some(done)) = self.probes.next().now_or_never() {
            self.settle(&done);
        }
        self.cell.publish();
    }

    /// Takes in a result and plans the next probe.
    fn settle(&mut self, done: &Done) {
        let subject = self.subjects.get_mut(&done.key);
        let Some(subject) = subject.filter(|subject| subject.turn == done.turn) else {
            return;
        };
        let Some(check) = &subject.group.health_check else {
            return;
        };
        let changed = subject.course.observe(
            done.result.is_ok(),
            check.healthy_threshold,
            check.unhealthy_threshold,
        );
        let state = subject.course.state;
        let spread = 1.0 + JITTER * (2.0 * rand::random::<f64>() - 1.0);
        let due = done.begun + check.interval.mul_f64(spread);
        if changed {
            self.cell.observe(&done.key, state);
            report(&done.key, state, done.result.as_ref().err());
        }
        let turn = self.schedule_at(due, done.key.clone());
        if let Some(subject) = self.subjects.get_mut(&done.key) {
            subject.turn = turn;
        }
    }
}

async fn until(due: Option<Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due).await;
    }
}

fn report(key: &TargetKey, state: State, failure: Option<&Failure>) {
    let (target_group, target) = (&*key.group, key.address);
    match failure {
        Some(failure) => info!(target_group, %target, ?state, %failure, "target health changed"),
        None => info!(target_group, %target, ?state, "target health changed"),
    }
}
