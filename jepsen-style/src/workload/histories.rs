//! What all workloads recorded, and what the checkers say of it: of a run, or of its files later.

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::append::Append;
use super::bank::Bank;
use super::drive::History;
use super::quotas::Quotas;
use super::referential::Referential;
use super::register::Register;
use super::revisions::Revisions;
use super::session::Session;
use super::set::Set;
use super::uniqueness::Uniqueness;
use super::{Workload, append, register, revisions};
use crate::check::session::Replaced;
use crate::check::window::Window;
use crate::check::{self, Verdict};
use crate::history;

/// Name of the file that holds the [`Facts`].
const FACTS: &str = "facts.json";

/// The histories of all workloads.
#[derive(Clone, Debug)]
pub struct Histories {
    /// What checkers must know beside the histories.
    pub facts: Facts,
    /// W1.
    pub register: History<Register>,
    /// W2.
    pub set: History<Set>,
    /// W3.
    pub append: History<Append>,
    /// W4.
    pub bank: History<Bank>,
    /// W5.
    pub referential: History<Referential>,
    /// W6.
    pub uniqueness: History<Uniqueness>,
    /// W7.
    pub session: History<Session>,
    /// W8.
    pub revisions: History<Revisions>,
    /// W14.
    pub quotas: History<Quotas>,
}

/// What checkers must know beside the histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What the weights of the bank come to.
    pub bank_total: u64,
    /// Listeners that a service may have.
    pub listeners_max: u64,
}

impl Facts {
    /// Writes the facts beside the histories.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        std::fs::write(dir.join(FACTS), serde_json::to_vec(self)?)
    }
}

/// What the histories say of a property.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Name of the property: that of its checker.
    pub property: &'static str,
    /// What the checker says.
    pub verdict: Verdict,
    /// What it found, to show.
    pub windows: Vec<Window>,
}

impl Judged {
    fn new(property: &'static str, (verdict, windows): (Verdict, Vec<Window>)) -> Self {
        Self {
            property,
            verdict,
            windows,
        }
    }

    fn plain(property: &'static str, verdict: Verdict) -> Self {
        Self::new(property, (verdict, Vec::new()))
    }
}

impl Histories {
    /// Reads the histories of a run from its directory.
    ///
    /// # Errors
    /// Where a file is missing or is not one of a run.
    pub fn read(dir: &Path) -> io::Result<Self> {
        Ok(Self {
            facts: serde_json::from_slice(&std::fs::read(dir.join(FACTS))?)?,
            register: read::<Register>(dir)?,
            set: read::<Set>(dir)?,
            append: read::<Append>(dir)?,
            bank: read::<Bank>(dir)?,
            referential: read::<Referential>(dir)?,
            uniqueness: read::<Uniqueness>(dir)?,
            session: read::<Session>(dir)?,
            revisions: read::<Revisions>(dir)?,
            quotas: read::<Quotas>(dir)?,
        })
    }

    /// What the histories say, by property. `replaced` are the nodes that were wiped.
    #[must_use]
    pub fn judge(&self, replaced: &[Replaced]) -> Vec<Judged> {
        let mut seen = register::observations(&self.register);
        seen.extend(revisions::observations(&self.revisions));
        let registers = register::registers(&self.register);
        let transactions = append::transactions(&self.append);
        let facts = &self.facts;
        vec![
            Judged::new("linearizability", check::linearizability::check(&registers)),
            Judged::new("transactions", check::transactions::check(&transactions)),
            Judged::plain("revisions", check::revisions::check(&seen)),
            Judged::plain("served", check::served::check(&self.revisions)),
            Judged::plain("set", check::set::check(&self.set)),
            Judged::plain("bank", check::bank::check(&self.bank, facts.bank_total)),
            Judged::plain("referential", check::referential::check(&self.referential)),
            Judged::plain("uniqueness", check::uniqueness::check(&self.uniqueness)),
            Judged::plain("session", check::session::check(&self.session, replaced)),
            Judged::plain(
                "quotas",
                check::quotas::check(&self.quotas, facts.listeners_max),
            ),
        ]
    }
}

fn read<W: Workload>(dir: &Path) -> io::Result<History<W>>
where
    W::Operation: DeserializeOwned,
    W::Answer: DeserializeOwned,
{
    history::read(&dir.join(format!("{}.jsonl", W::NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Call, Outcome, Recorder};

    #[test]
    fn a_history_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let call = |key, outcome| Call {
            client: 1,
            node: 2,
            invoked_us: 3,
            ended_us: 4,
            operation: super::register::Operation::Read { key },
            outcome,
        };
        let answer = super::register::Answer::Value {
            value: u64::MAX,
            since: 6,
        };
        let revision = 7;
        let reason = "why".to_owned();
        let calls = [
            call(1, Outcome::Done { answer, revision }),
            call(
                2,
                Outcome::Refused {
                    reason: reason.clone(),
                },
            ),
            call(3, Outcome::Unknown { reason }),
        ];
        let recorder = Recorder::create(&dir.path().join("register.jsonl")).unwrap();
        for call in calls.clone() {
            recorder.record(call).unwrap();
        }
        recorder.flush().unwrap();
        assert_eq!(read::<Register>(dir.path()).unwrap(), calls);
    }
}
