//! Carries log lines to standard error on a thread of its own: a reader that stalls there never
//! stalls a thread that logs.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait; more are dropped. Source: our own, some megabytes at most.
const LINES_MAX: usize = 8_192;
/// Longest wait for the last lines when the process ends.
const FLUSH_WITHIN: Duration = Duration::from_secs(1);

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// Takes lines without ever waiting.
#[derive(Clone)]
pub(super) struct LogWriter {
    messages: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

/// Writes the last log lines out when it is dropped; `main` holds it to its end.
pub struct LogGuard {
    messages: SyncSender<Message>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        let (done, is_done) = sync_channel(1);
        let mut flush = Message::Flush(done);
        // A full queue may yet move on; a stalled one is given up.
        let pauses = 10;
        for _ in 0..pauses {
            match self.messages.try_send(flush) {
                Ok(()) => {
                    let _ = is_done.recv_timeout(FLUSH_WITHIN);
                    return;
                }
                Err(TrySendError::Full(back)) => flush = back,
                Err(TrySendError::Disconnected(_)) => return,
            }
            thread::sleep(FLUSH_WITHIN / pauses);
        }
    }
}

/// Starts the thread that writes to `sink`.
///
/// # Errors
/// Where it cannot be started.
pub(super) fn start(sink: impl Write + Send + 'static) -> io::Result<(LogWriter, LogGuard)> {
    let (messages, queue) = sync_channel(LINES_MAX);
    let dropped = Arc::<AtomicU64>::default();
    let counted = dropped.clone();
    thread::Builder::new()
        .name("log".into())
        .spawn(move || write_all(sink, &queue, &counted))?;
    let guard = LogGuard {
        messages: messages.clone(),
    };
    Ok((LogWriter { messages, dropped }, guard))
}

/// Failed writes are dropped: there is nowhere left to report them.
fn write_all(mut sink: impl Write, queue: &Receiver<Message>, dropped: &AtomicU64) {
    for message in queue {
        match message {
            Message::Line(line) => drop(sink.write_all(&line)),
            Message::Flush(done) => {
                drop(sink.flush());
                let _ = done.try_send(());
            }
        }
        let lines = dropped.swap(0, Ordering::Relaxed);
        if lines > 0 {
            let text = r#"{"level":"WARN","message":"log lines dropped","lines":"#;
            drop(writeln!(sink, "{text}{lines}}}"));
        }
    }
}

impl Write for &LogWriter {
    /// Takes a line, which the caller writes with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self
            .messages
            .try_send(Message::Line(line.to_vec()))
            .is_err()
        {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for LogWriter {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A sink that takes nothing until its gate is opened.
    struct Gated {
        gate: Receiver<()>,
        is_open: bool,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Gated {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.is_open {
                self.gate.recv().unwrap();
                self.is_open = true;
            }
            self.written.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stalled_reader_costs_lines_and_never_time() {
        let (open, gate) = sync_channel(1);
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let sink = Gated {
            gate,
            is_open: false,
            written: written.clone(),
        };
        let (writer, guard) = start(sink).unwrap();
        let lines = LINES_MAX + 100;
        for number in 0..lines {
            (&writer)
                .write_all(format!("{number}\n").as_bytes())
                .unwrap();
        }
        open.send(()).unwrap();
        drop(guard);
        let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        let (reports, kept): (Vec<_>, Vec<_>) = written.lines().partition(|l| l.starts_with('{'));
        assert!(
            kept.iter()
                .enumerate()
                .all(|(n, line)| *line == n.to_string()),
            "in order"
        );
        let report: serde_json::Value = serde_json::from_str(reports[0]).unwrap();
        assert_eq!(
            report["lines"].as_u64().unwrap() as usize + kept.len(),
            lines
        );
    }

    #[test]
    fn the_last_lines_are_written_before_the_guard_is_gone() {
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let (open, gate) = sync_channel(1);
        open.send(()).unwrap();
        let sink = Gated {
            gate,
            is_open: false,
            written: written.clone(),
        };
        let (writer, guard) = start(sink).unwrap();
        (&writer).write_all(b"last\n").unwrap();
        drop(guard);
        assert_eq!(*written.lock().unwrap(), b"last\n");
    }
}
