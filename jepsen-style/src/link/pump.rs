//! Moves the bytes of one direction of a connection, as the rule of its way says.

use std::io;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, RngExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::rule::{Passage, Rule, Rules, Way};
use crate::seed::Seed;

/// Most bytes of one chunk.
const CHUNK_BYTES_MAX: usize = 16 << 10;
/// Most chunks under way in one direction of a connection.
const CHUNKS_MAX: usize = 256;
/// When TCP sends a lost segment again, at the earliest. Source: Linux, `TCP_RTO_MIN`.
const RETRANSMISSION: Duration = Duration::from_millis(200);

/// One direction of a connection.
pub(super) struct Pump {
    way: Way,
    number: u64,
    rules: watch::Receiver<Rules>,
    chance: SmallRng,
}

/// Bytes under way; none at the end of the stream.
struct Chunk {
    bytes: Vec<u8>,
    due: Instant,
}

impl Pump {
    pub(super) fn new(way: Way, number: u64, rules: watch::Receiver<Rules>, seed: Seed) -> Self {
        let chance = seed.stream(&format!("link {} {} {number}", way.0, way.1));
        Self {
            way,
            number,
            rules,
            chance,
        }
    }

    /// Moves bytes until the end of the stream has been delivered.
    ///
    /// # Errors
    /// Where the connection breaks, at either end or by a fault.
    pub(super) async fn run(self, from: ReadHalf<'_>, to: WriteHalf<'_>) -> io::Result<()> {
        let Self {
            way,
            number,
            rules,
            chance,
        } = self;
        let (sender, receiver) = mpsc::channel(CHUNKS_MAX);
        let rule = || rules.borrow().of_connection(way, number);
        let taking = take(from, sender, rule, chance);
        let giving = give(to, receiver, rules.clone(), way, number);
        tokio::try_join!(taking, giving).map(drop)
    }
}

/// Reads chunks and decides what becomes of each.
async fn take(
    mut from: ReadHalf<'_>,
    sender: mpsc::Sender<Chunk>,
    rule: impl Fn() -> Rule,
    mut chance: SmallRng,
) -> io::Result<()> {
    let mut due = Instant::now();
    let mut buffer = vec![0; CHUNK_BYTES_MAX];
    loop {
        let count = match from.read(&mut buffer).await {
            Ok(count) => count,
            // A silent way hides that the other end has gone.
            Err(_) if rule().passage == Passage::Silent => std::future::pending().await,
            Err(error) => return Err(error),
        };
        let rule = rule();
        let mut bytes = buffer.get(..count).unwrap_or_default().to_vec();
        if chance.random_bool(rule.reset) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if chance.random_bool(rule.corruption) {
            corrupt(&mut bytes, &mut chance);
        }
        due = due.max(Instant::now() + delay(&rule, &mut chance));
        // The other half has ended with an error; it tells.
        if sender.send(Chunk { bytes, due }).await.is_err() || count == 0 {
            return Ok(());
        }
    }
}

fn corrupt(bytes: &mut [u8], chance: &mut SmallRng) {
    if bytes.is_empty() {
        return;
    }
    let index = chance.random_range(0..bytes.len());
    if let Some(byte) = bytes.get_mut(index) {
        *byte ^= 1 << (chance.next_u32() % 8);
    }
}

fn delay(rule: &Rule, chance: &mut SmallRng) -> Duration {
    let mut delay = rule.delay + rule.jitter.mul_f64(chance.random_range(0.0..1.0));
    // Each attempt may be lost again, and waits twice as long; six in a row break a connection soon.
    let mut retransmission = RETRANSMISSION;
    for _ in 0..6 {
        if !chance.random_bool(rule.loss) {
            break;
        }
        delay += retransmission;
        retransmission *= 2;
    }
    delay
}

/// Writes chunks when they are due and the way is open.
async fn give(
    mut to: WriteHalf<'_>,
    mut receiver: mpsc::Receiver<Chunk>,
    mut rules: watch::Receiver<Rules>,
    way: Way,
    number: u64,
) -> io::Result<()> {
    while let Some(Chunk { bytes, due }) = receiver.recv().await {
        tokio::time::sleep_until(due).await;
        let open = |rules: &Rules| rules.of_connection(way, number).passage != Passage::Silent;
        if rules.wait_for(open).await.is_err() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if bytes.is_empty() {
            return to.shutdown().await;
        }
        let limit = rules.borrow().of_connection(way, number).bytes_per_second;
        to.write_all(&bytes).await?;
        if let Some(limit) = limit {
            let seconds = bytes.len() as f64 / f64::from(limit.max(1));
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
    }
    Ok(())
}
