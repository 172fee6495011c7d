//! What a hunt came to, as a table in Markdown.

use std::fmt;

use super::quarry::Quarry;
use super::scene::{Scene, Verdicts};
use crate::check::Verdict;

/// Longest finding that is shown, characters.
const FINDING_CHARS_MAX: usize = 160;

/// A bug that was caught.
#[derive(Debug)]
pub(super) struct Catch {
    /// In which run, counted from 1.
    pub(super) run: u64,
    /// By which checker.
    pub(super) checker: &'static str,
    /// First line of what it found.
    pub(super) finding: String,
}

/// Rows: what was played, who looked, in which run or with which seed, and what was found.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<[String; 4]>,
    wrong: usize,
}

impl Table {
    /// Notes a bug that was caught, or was not.
    pub(super) fn note_hunt(&mut self, quarry: &Quarry, caught: Option<Catch>) {
        let bug = quarry.bug.to_owned();
        self.rows.push(match caught {
            Some(Catch {
                run,
                checker,
                finding,
            }) => [bug, checker.to_owned(), run.to_string(), finding],
            None => {
                self.wrong += 1;
                let checkers = quarry.checkers.join(", ");
                [bug, checkers, "none".to_owned(), "escaped".to_owned()]
            }
        });
    }

    /// Notes what the checkers say of a scene without a bug.
    pub(super) fn note_clean(&mut self, scene: Scene, seed: u64, verdicts: &Verdicts) {
        for (checker, verdict) in verdicts {
            self.wrong += usize::from(!verdict.holds());
            let (scene, seed) = (format!("{scene:?}"), seed.to_string());
            self.rows
                .push([scene, (*checker).to_owned(), seed, first_line(verdict)]);
        }
    }

    /// Whether every bug was caught, or every property holds.
    pub(super) fn is_as_it_should_be(&self) -> bool {
        self.wrong == 0
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | checker | run | finding |\n|---|---|---|---|")?;
        for [what, checker, run, finding] in &self.rows {
            let finding: String = finding.chars().take(FINDING_CHARS_MAX).collect();
            let finding = finding.replace('|', "\\|");
            writeln!(f, "| {what} | {checker} | {run} | {finding} |")?;
        }
        let (rows, wrong) = (self.rows.len(), self.wrong);
        writeln!(f, "\n{} of {rows} as they should be", rows - wrong)
    }
}

/// The first line of what there is to say.
pub(super) fn first_line(verdict: &Verdict) -> String {
    let text = match verdict {
        Verdict::Holds { evidence } => evidence.as_str(),
        Verdict::Broken { findings } => findings.first().map_or("", String::as_str),
        Verdict::Unknown { reason } => reason.as_str(),
    };
    let line = text.lines().next().unwrap_or_default().to_owned();
    match verdict {
        Verdict::Unknown { .. } => format!("unknown: {line}"),
        Verdict::Holds { .. } | Verdict::Broken { .. } => line,
    }
}
