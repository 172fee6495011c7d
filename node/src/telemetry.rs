//! What a node tells of itself: its log, its metrics, whether it lives and is ready.

pub mod digest;
mod log_writer;
pub mod metrics;
pub mod readiness;
pub mod requests;
pub mod server;

use std::io::{self, IsTerminal};

pub use log_writer::LogGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::util::TryInitError;

/// Why the log cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The filter has no known shape.
    #[error("log: {filter:?} is not a filter such as `info` or `trellis_node=debug`: {error}")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        error: tracing_subscriber::filter::ParseError,
    },
    /// The thread that writes it cannot be started.
    #[error("log: {0}")]
    Thread(#[from] io::Error),
    /// There is a log already.
    #[error(transparent)]
    Taken(#[from] TryInitError),
}

/// Sets up the process's log: to standard error, as text on a terminal and as JSON elsewhere.
///
/// `RUST_LOG`, where it is set, replaces `filter`. Logging never waits for standard error: what a
/// stalled reader does not take is dropped and counted. The guard writes the last lines.
///
/// # Errors
/// [`InstallError`].
pub fn install(filter: &str) -> Result<LogGuard, InstallError> {
    let chosen = std::env::var(EnvFilter::DEFAULT_ENV).ok();
    let chosen = chosen
        .as_deref()
        .filter(|filter| !filter.is_empty())
        .unwrap_or(filter);
    let filter = EnvFilter::try_new(chosen).map_err(|error| InstallError::Filter {
        filter: chosen.to_owned(),
        error,
    })?;
    let (writer, guard) = log_writer::start(io::stderr())?;
    let log = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    if io::stderr().is_terminal() {
        log.with(layer).try_init()?;
    } else {
        log.with(layer.json().flatten_event(true).with_ansi(false))
            .try_init()?;
    }
    Ok(guard)
}

#[cfg(test)]
mod tests;
