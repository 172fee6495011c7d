//! The ledger of runs: a line of JSON for each, appended and never changed, summed up by commit.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::check::Verdict;
use crate::report::{Reply, RunReport};

/// A run, in one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it began, RFC 3339.
    pub began: String,
    /// Commit of the build that was tested.
    pub commit: String,
    /// Name of the profile.
    pub profile: String,
    /// The number that repeats the run.
    pub seed: u64,
    /// Whether it passed.
    pub passed: bool,
    /// How long it took, seconds.
    pub seconds: u64,
    /// Operations that were answered.
    pub operations: u64,
    /// Faults installed.
    pub faults: u64,
    /// What each checker says: `holds`, `broken` or `unknown`.
    pub verdicts: BTreeMap<String, String>,
    /// What was measured, by name.
    pub figures: BTreeMap<String, f64>,
}

impl Entry {
    /// The line of a run.
    #[must_use]
    pub fn of(run: &RunReport) -> Self {
        let samples = run.latencies.values().flatten();
        let operations = samples.filter(|one| one.reply != Reply::Failed).count();
        let verdicts = run.verdicts.iter().map(|(name, verdict)| {
            let word = match verdict {
                Verdict::Holds { .. } => "holds",
                Verdict::Broken { .. } => "broken",
                Verdict::Unknown { .. } => "unknown",
            };
            (name.clone(), word.to_owned())
        });
        let figures = run.figures.iter();
        Self {
            began: run.began.clone(),
            commit: run.commit.clone(),
            profile: run.profile.clone(),
            seed: run.seed,
            passed: run.passed(),
            seconds: run.duration_us / 1_000_000,
            operations: operations as u64,
            faults: run.faults.len() as u64,
            verdicts: verdicts.collect(),
            figures: figures.map(|one| (one.name.clone(), one.value)).collect(),
        }
    }
}

/// Appends a run to the ledger, which is made where it is missing.
///
/// # Errors
/// Where it cannot be written.
pub fn append(path: &Path, entry: &Entry) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    // In one write: runs side by side do not mix their lines.
    file.write_all(&line)?;
    file.sync_data()
}

/// Reads the ledger; none where it is missing.
///
/// # Errors
/// Where it cannot be read, or a line is not a run.
pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty());
    let entries = lines.map(|(number, line)| {
        serde_json::from_str(line).map_err(|error| {
            let place = format!("{}, line {}: {error}", path.display(), number + 1);
            io::Error::new(io::ErrorKind::InvalidData, place)
        })
    });
    entries.collect()
}

/// The runs of one commit, in sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// The commit.
    pub commit: String,
    /// Its runs.
    pub runs: u64,
    /// Those that passed.
    pub passed: u64,
    /// How long they took, seconds.
    pub seconds: u64,
    /// Operations that were answered.
    pub operations: u64,
    /// Faults installed.
    pub faults: u64,
    /// The commands' seeds of those that did not pass, with their profiles.
    pub failed: Vec<(String, u64)>,
}

/// Sums of the runs by commit, in the order of the first run of each.
#[must_use]
pub fn by_commit(entries: &[Entry]) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    for entry in entries {
        let place = totals.iter().position(|one| one.commit == entry.commit);
        let place = place.unwrap_or_else(|| {
            totals.push(Total {
                commit: entry.commit.clone(),
                ..Total::default()
            });
            totals.len() - 1
        });
        let total = &mut totals[place];
        total.runs += 1;
        total.passed += u64::from(entry.passed);
        total.seconds += entry.seconds;
        total.operations += entry.operations;
        total.faults += entry.faults;
        if !entry.passed {
            total.failed.push((entry.profile.clone(), entry.seed));
        }
    }
    totals
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} of {} runs passed, {:.1} hours, {} operations, {} faults",
            self.commit,
            self.passed,
            self.runs,
            self.seconds as f64 / 3_600.0,
            self.operations,
            self.faults
        )?;
        for (profile, seed) in &self.failed {
            write!(f, "; failed: {profile} {seed}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(commit: &str, seed: u64, passed: bool) -> Entry {
        Entry {
            began: "2026-01-01T00:00:00Z".into(),
            commit: commit.into(),
            profile: "short".into(),
            seed,
            passed,
            seconds: 360,
            operations: 20_000,
            faults: 30,
            verdicts: BTreeMap::from([("registers".into(), "holds".into())]),
            figures: BTreeMap::from([("failover p99".into(), 2.5)]),
        }
    }

    #[test]
    fn what_is_appended_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        assert_eq!(read(&path).unwrap(), []);
        let entries = [entry("abc", 1, true), entry("abc", 2, false)];
        for entry in &entries {
            append(&path, entry).unwrap();
        }
        assert_eq!(read(&path).unwrap(), entries);
        std::fs::write(&path, "{}\n").unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(
            error.contains("ledger.jsonl, line 1: missing field"),
            "{error}"
        );
    }

    #[test]
    fn runs_are_summed_up_by_commit() {
        let entries = [
            entry("abc", 1, true),
            entry("def", 1, true),
            entry("abc", 7, false),
        ];
        let totals: Vec<_> = by_commit(&entries).iter().map(Total::to_string).collect();
        assert_eq!(
            totals,
            [
                "abc: 1 of 2 runs passed, 0.2 hours, 40000 operations, 60 faults; failed: short 7",
                "def: 1 of 1 runs passed, 0.1 hours, 20000 operations, 30 faults"
            ]
        );
    }
}
