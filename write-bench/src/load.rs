//! Clients that write without a pause.

use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Writes one thing after the other.
pub(crate) trait Write: Send + 'static {
    /// Writes the next thing.
    ///
    /// # Errors
    /// Where it is not acknowledged.
    fn write(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What came of a measurement.
pub(crate) struct Measured {
    /// Acknowledged writes per second.
    pub(crate) per_second: f64,
    /// Median latency.
    pub(crate) p50: Duration,
    /// Latency that one in a hundred exceeds.
    pub(crate) p99: Duration,
}

/// Lets all writers write at once for so long.
///
/// # Errors
/// Where a write is not acknowledged.
pub(crate) async fn run<W: Write>(writers: Vec<W>, lasts: Duration) -> anyhow::Result<Measured> {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for mut writer in writers {
        running.spawn(async move {
            let mut latencies = Vec::new();
            while start.elapsed() < lasts {
                let begin = Instant::now();
                writer.write().await?;
                latencies.push(begin.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = running.join_next().await {
        latencies.extend(done??);
    }
    let took = start.elapsed();
    latencies.sort_unstable();
    let at = |hundredths: usize| latencies.get(latencies.len() * hundredths / 100).copied();
    Ok(Measured {
        per_second: f64::from(u32::try_from(latencies.len())?) / took.as_secs_f64(),
        p50: at(50).context("nothing was written")?,
        p99: at(99).context("nothing was written")?,
    })
}
