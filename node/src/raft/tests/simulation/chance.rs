//! Chance from a seed, by purpose; and the library's runtime with such chance.

use std::cell::RefCell;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use openraft::{AsyncRuntime, OptionalSend};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// The runtime that the library is given outside of tests.
type Plain = openraft::impls::TokioRuntime;

thread_local! {
    /// Chance of the host whose turn it is; `None` outside of a simulation.
    static CHANCE: RefCell<Option<SmallRng>> = const { RefCell::new(None) };
}

/// Chance for one purpose.
pub(super) fn chance(seed: u64, purpose: impl Hash) -> SmallRng {
    SmallRng::seed_from_u64(digest((seed, purpose)))
}

/// A number that stands for a value; the same in every run of one build.
pub(super) fn digest(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Runs something with this chance and no other.
pub(super) fn with<T>(chance: &mut SmallRng, work: impl FnOnce() -> T) -> T {
    CHANCE.set(Some(chance.clone()));
    let done = work();
    if let Some(left) = CHANCE.take() {
        *chance = left;
    }
    done
}

/// Tokio; chance is the host's in a simulation, the system's elsewhere.
#[derive(Debug)]
pub struct Seeded(Plain);

impl AsyncRuntime for Seeded {
    type JoinError = <Plain as AsyncRuntime>::JoinError;
    type JoinHandle<T: OptionalSend + 'static> = <Plain as AsyncRuntime>::JoinHandle<T>;
    type Sleep = <Plain as AsyncRuntime>::Sleep;
    type Instant = <Plain as AsyncRuntime>::Instant;
    type TimeoutError = <Plain as AsyncRuntime>::TimeoutError;
    type Timeout<R, T: Future<Output = R> + OptionalSend> = <Plain as AsyncRuntime>::Timeout<R, T>;
    type ThreadLocalRng = SmallRng;
    type Mpsc = <Plain as AsyncRuntime>::Mpsc;
    type Watch = <Plain as AsyncRuntime>::Watch;
    type Oneshot = <Plain as AsyncRuntime>::Oneshot;
    type Mutex<T: OptionalSend + 'static> = <Plain as AsyncRuntime>::Mutex<T>;

    fn spawn<T>(future: T) -> Self::JoinHandle<T::Output>
    where
        T: Future + OptionalSend + 'static,
        T::Output: OptionalSend + 'static,
    {
        Plain::spawn(future)
    }

    fn sleep(duration: Duration) -> Self::Sleep {
        Plain::sleep(duration)
    }

    fn sleep_until(deadline: Self::Instant) -> Self::Sleep {
        Plain::sleep_until(deadline)
    }

    fn timeout<R, F: Future<Output = R> + OptionalSend>(
        duration: Duration,
        future: F,
    ) -> Self::Timeout<R, F> {
        Plain::timeout(duration, future)
    }

    fn timeout_at<R, F: Future<Output = R> + OptionalSend>(
        deadline: Self::Instant,
        future: F,
    ) -> Self::Timeout<R, F> {
        Plain::timeout_at(deadline, future)
    }

    fn is_panic(join_error: &Self::JoinError) -> bool {
        Plain::is_panic(join_error)
    }

    fn thread_rng() -> SmallRng {
        CHANCE.with_borrow_mut(|chance| match chance {
            Some(chance) => SmallRng::seed_from_u64(chance.random()),
            None => SmallRng::seed_from_u64(rand::random()),
        })
    }

    fn new(threads: usize) -> Self {
        Self(Plain::new(threads))
    }

    fn block_on<F, T>(&mut self, future: F) -> T
    where
        F: Future<Output = T>,
    {
        self.0.block_on(future)
    }
}
