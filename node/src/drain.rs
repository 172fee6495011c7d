//! The signals that ask a node to stop.

use std::future::Future;

use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

/// Ends at SIGTERM or SIGINT.
///
/// # Errors
/// Where the signals cannot be watched.
pub fn signals() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when standard input is closed: when the process that holds its other end is gone.
pub async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0; 64];
    // An error means as much as the end: nobody is there.
    while matches!(stdin.read(&mut buffer).await, Ok(read) if read > 0) {}
}
