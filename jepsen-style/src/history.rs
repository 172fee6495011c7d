//! The calls that clients made and what they learnt: the evidence that checkers judge.
//!
//! A call whose outcome the client does not know may have taken effect at any time after it began,
//! also after the run; it is never counted as failed.

use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A call and how it ended. `O` is what was asked, `A` what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call<O, A> {
    /// Client that made the call. A client makes one call at a time, and no more after an unknown
    /// outcome: its successor has another number.
    pub client: u32,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it ended, microseconds since the run began; for an unknown outcome when the client gave up.
    pub ended_us: u64,
    /// What was asked.
    pub operation: O,
    /// How it ended.
    pub outcome: Outcome<A>,
}

impl<O, A> Call<O, A> {
    /// The last moment at which the call may have taken effect; `None` where it may yet.
    pub fn effect_by_us(&self) -> Option<u64> {
        match self.outcome {
            Outcome::Done { .. } | Outcome::Refused { .. } => Some(self.ended_us),
            Outcome::Unknown { .. } => None,
        }
    }

    /// Who called whom, and when.
    pub fn place(&self) -> String {
        let seconds = |us: u64| Duration::from_micros(us).as_secs_f64();
        format!(
            "client {} on node {}, {:.6} s to {:.6} s",
            self.client,
            self.node,
            seconds(self.invoked_us),
            seconds(self.ended_us)
        )
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<A> {
    /// The cluster answered.
    Done {
        /// The answer.
        answer: A,
        /// Registry revision of the write, or of the state that was read.
        revision: u64,
    },
    /// The cluster refused; the call has had no effect and never will.
    Refused {
        /// Code and text of the refusal.
        reason: String,
    },
    /// Nobody knows.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// Reads a history that a [`Recorder`] wrote.
///
/// # Errors
/// Where the file cannot be read, or a line is no call of these types.
pub fn read<O: DeserializeOwned, A: DeserializeOwned>(
    path: &std::path::Path,
) -> io::Result<Vec<Call<O, A>>> {
    let file = io::BufReader::new(std::fs::File::open(path)?);
    let lines = file.lines();
    lines
        .map(|line| serde_json::from_str(&line?).map_err(io::Error::from))
        .collect()
}

/// Calls as they end, in memory and as JSON lines in a file.
pub struct Recorder<O, A> {
    calls: Mutex<Vec<Call<O, A>>>,
    file: Mutex<io::BufWriter<std::fs::File>>,
}

impl<O: Clone + Serialize, A: Clone + Serialize> Recorder<O, A> {
    /// Records into a file that is created.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn create(path: &std::path::Path) -> io::Result<Self> {
        let file = io::BufWriter::new(std::fs::File::create(path)?);
        Ok(Self {
            calls: Mutex::new(Vec::new()),
            file: Mutex::new(file),
        })
    }

    /// Records a call that has ended.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn record(&self, call: Call<O, A>) -> io::Result<()> {
        let mut line = serde_json::to_vec(&call)?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)?;
        drop(file);
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(call);
        Ok(())
    }

    /// All calls so far, in the order of their ends.
    pub fn calls(&self) -> Vec<Call<O, A>> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.clone()
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn flush(&self) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.flush()
    }
}
