//! All workloads at once on one cluster.

use std::path::Path;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::append::Append;
use super::bank::Bank;
use super::drive::{Driver, Setting};
use super::histories::{Facts, Histories};
use super::quotas::Quotas;
use super::referential::Referential;
use super::register::Register;
use super::revisions::Revisions;
use super::session::Session;
use super::set::Set;
use super::uniqueness::Uniqueness;
use super::{Workload, api};
use crate::history::{Call, Outcome};

/// All workloads, with their histories.
pub struct Suite {
    /// W1.
    pub register: Arc<Driver<Register>>,
    /// W2.
    pub set: Arc<Driver<Set>>,
    /// W3.
    pub append: Arc<Driver<Append>>,
    /// W4.
    pub bank: Arc<Driver<Bank>>,
    /// W5.
    pub referential: Arc<Driver<Referential>>,
    /// W6.
    pub uniqueness: Arc<Driver<Uniqueness>>,
    /// W7.
    pub session: Arc<Driver<Session>>,
    /// W8.
    pub revisions: Arc<Driver<Revisions>>,
    /// W14.
    pub quotas: Arc<Driver<Quotas>>,
    facts: Facts,
}

/// How a call went, whatever it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name of the workload.
    pub workload: &'static str,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub invoked_us: u64,
    /// When it ended, microseconds since the run began.
    pub ended_us: u64,
    /// How it ended.
    pub end: End,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was answered.
    Done,
    /// It was refused.
    Refused,
    /// Nobody knows.
    Unknown,
}

macro_rules! each {
    ($suite:expr, $driver:ident => $do:expr) => {{
        let suite = $suite;
        [
            {
                let $driver = &suite.register;
                $do
            },
            {
                let $driver = &suite.set;
                $do
            },
            {
                let $driver = &suite.append;
                $do
            },
            {
                let $driver = &suite.bank;
                $do
            },
            {
                let $driver = &suite.referential;
                $do
            },
            {
                let $driver = &suite.uniqueness;
                $do
            },
            {
                let $driver = &suite.session;
                $do
            },
            {
                let $driver = &suite.revisions;
                $do
            },
            {
                let $driver = &suite.quotas;
                $do
            },
        ]
    }};
}

impl Suite {
    /// Makes what the workloads need; histories go to files in `dir`, which [`Histories::read`] reads
    /// again. The setting's pace is that of
    /// each workload.
    ///
    /// # Errors
    /// Where the cluster refuses, or a file cannot be created.
    pub async fn prepare(setting: &Setting, dir: &Path) -> anyhow::Result<Self> {
        let client = api::client(&setting.access, None, setting.pace.deadline)?;
        api::raise_quotas(&client).await?;
        let bank = Bank::prepare(setting).await?;
        let quotas = Quotas::prepare(setting).await?;
        let facts = Facts {
            bank_total: bank.total(),
            listeners_max: quotas.limit(),
        };
        facts.write(dir)?;
        Ok(Self {
            register: driver(setting, Register::default(), dir)?,
            set: driver(setting, Set::prepare(setting).await?, dir)?,
            append: driver(setting, Append::default(), dir)?,
            bank: driver(setting, bank, dir)?,
            referential: driver(setting, Referential::prepare(setting).await?, dir)?,
            uniqueness: driver(setting, Uniqueness::new(setting.seed.0), dir)?,
            session: driver(setting, Session::default(), dir)?,
            revisions: driver(setting, Revisions::default(), dir)?,
            quotas: driver(setting, quotas, dir)?,
            facts,
        })
    }

    /// Calls until stopped.
    ///
    /// # Errors
    /// Where a history cannot be written.
    pub async fn run(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        let mut running = JoinSet::new();
        each!(self, driver => {
            let (driver, stop) = (driver.clone(), stop.clone());
            running.spawn(async move { driver.run(&stop).await });
        });
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok(())
    }

    /// Reads the final states on every node, once all faults are healed and [`Suite::run`] ended.
    ///
    /// # Errors
    /// Where a history cannot be written.
    pub async fn finish(&self) -> anyhow::Result<()> {
        let mut reading = JoinSet::new();
        each!(self, driver => {
            let driver = driver.clone();
            reading.spawn(async move { driver.finish().await });
        });
        while let Some(ended) = reading.join_next().await {
            ended??;
        }
        Ok(())
    }

    /// What happened so far.
    #[must_use]
    pub fn histories(&self) -> Histories {
        Histories {
            facts: self.facts,
            register: self.register.history(),
            set: self.set.history(),
            append: self.append.history(),
            bank: self.bank.history(),
            referential: self.referential.history(),
            uniqueness: self.uniqueness.history(),
            session: self.session.history(),
            revisions: self.revisions.history(),
            quotas: self.quotas.history(),
        }
    }

    /// How every call went.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        let samples = each!(self, driver => samples(driver));
        samples.into_iter().flatten().collect()
    }
}

fn driver<W: Workload>(
    setting: &Setting,
    workload: W,
    dir: &Path,
) -> anyhow::Result<Arc<Driver<W>>> {
    Ok(Arc::new(Driver::new(setting.clone(), workload, dir)?))
}

fn samples<W: Workload>(driver: &Driver<W>) -> Vec<Sample> {
    let history = driver.history();
    history.iter().map(|call| sample(W::NAME, call)).collect()
}

/// How a call went.
pub(crate) fn sample<O, A>(workload: &'static str, call: &Call<O, A>) -> Sample {
    Sample {
        workload,
        node: call.node,
        invoked_us: call.invoked_us,
        ended_us: call.ended_us,
        end: match call.outcome {
            Outcome::Done { .. } => End::Done,
            Outcome::Refused { .. } => End::Refused,
            Outcome::Unknown { .. } => End::Unknown,
        },
    }
}
