//! Beginning, end and pauses of the nodes at their positions.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::process::{Launch, Origin, Process};
use super::{Cluster, POLL, Slot, wait_on};

/// Longest wait for requests under way when a node is asked to stop, seconds.
const DRAIN_SECONDS: u64 = 5;
/// Longest time from the request to stop to the end: three waits, as the manual says, and some.
const STOP_DEADLINE: Duration = Duration::from_secs(3 * DRAIN_SECONDS + 5);
/// Longest time from a process's start until it listens.
const WAKE_DEADLINE: Duration = Duration::from_secs(5);

impl Cluster {
    /// Adds to the environment of the nodes at a position, from the next start on, in the place of what
    /// was added before.
    ///
    /// # Errors
    /// Where there is no such position.
    pub async fn set_environment(
        &self,
        position: usize,
        environment: Vec<(String, String)>,
    ) -> anyhow::Result<()> {
        self.slot(position).await?.environment = environment;
        Ok(())
    }

    /// Starts the node at a position again, with its data; nothing where it runs.
    ///
    /// # Errors
    /// Where the process cannot be started, or there has never been a node.
    pub async fn start_again(&self, position: usize) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        self.bury(position, &mut slot);
        if !slot.taken {
            bail!("there is no node at position {position}");
        }
        if slot.process.is_none() {
            self.start_in(position, &mut slot, &Origin::Again)?;
        }
        Ok(())
    }

    /// Ends a node at once, without a word to it; nothing where it does not run.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub async fn kill(&self, position: usize) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        self.bury(position, &mut slot);
        if slot.process.is_some() {
            self.note_absent(position, slot.generation);
        }
        self.links.set_process(position, None);
        slot.paused = false;
        match slot.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// Asks a node to stop and waits for its end; one that does not stop in time is killed, and one
    /// that ends in another way than it should is told in the findings.
    ///
    /// # Errors
    /// Where the node does not run.
    pub async fn terminate(&self, position: usize) -> anyhow::Result<()> {
        self.wait_until_awake(position).await;
        let mut slot = self.slot(position).await?;
        self.bury(position, &mut slot);
        let mut process = slot.process.take().context("the node does not run")?;
        if slot.paused {
            process.signal("CONT").await?;
            slot.paused = false;
        }
        self.note_absent(position, slot.generation);
        process.signal("TERM").await?;
        let ended = process.wait(STOP_DEADLINE).await;
        self.links.set_process(position, None);
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(status) => {
                self.found_wrong(format!("node {position} stopped on request with {status}"));
                Ok(())
            }
            None => {
                self.found_wrong(format!(
                    "node {position} did not stop within {STOP_DEADLINE:?}"
                ));
                process.kill().await
            }
        }
    }

    /// Waits until a node that has just started listens: before, it does not watch for signals yet, and ends where
    /// its disk fails. One that does not in time has other troubles.
    pub async fn wait_until_awake(&self, position: usize) {
        let Some(at) = self.addresses.get(position) else {
            return;
        };
        let start = Instant::now();
        while TcpStream::connect(at.telemetry).await.is_err() && start.elapsed() < WAKE_DEADLINE {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Stops a node's process from running, without its knowing.
    ///
    /// # Errors
    /// Where the node does not run.
    pub async fn pause(&self, position: usize) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        let generation = slot.generation;
        let process = slot.process.as_mut().context("the node does not run")?;
        self.note_absent(position, generation);
        process.signal("STOP").await?;
        slot.paused = true;
        Ok(())
    }

    /// Lets a paused node run on; nothing where it is not paused.
    ///
    /// # Errors
    /// Where the signal cannot be sent.
    pub async fn resume(&self, position: usize) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        if let (true, Some(process)) = (slot.paused, slot.process.as_mut()) {
            process.signal("CONT").await?;
            self.note_present(position);
        }
        slot.paused = false;
        Ok(())
    }

    /// Process id of the node at a position; `None` where it does not run.
    pub async fn pid(&self, position: usize) -> Option<u32> {
        let mut slot = self.slot(position).await.ok()?;
        self.bury(position, &mut slot);
        slot.process.as_ref().map(Process::pid)
    }

    /// Positions that have a node, running or not.
    pub async fn positions(&self) -> Vec<usize> {
        let mut taken = Vec::new();
        for (position, slot) in self.slots.iter().enumerate() {
            if slot.lock().await.taken {
                taken.push(position);
            }
        }
        taken
    }

    /// Positions whose node runs and is not paused.
    pub async fn running(&self) -> Vec<usize> {
        let mut running = Vec::new();
        for (position, slot) in self.slots.iter().enumerate() {
            let mut slot = slot.lock().await;
            self.bury(position, &mut slot);
            if slot.process.is_some() && !slot.paused {
                running.push(position);
            }
        }
        running
    }

    /// Lets all nodes run: starts those that do not, resumes those that are paused.
    ///
    /// # Errors
    /// Where a process cannot be started.
    pub async fn revive(&self) -> anyhow::Result<()> {
        for position in self.positions().await {
            self.resume(position).await?;
            self.start_again(position).await?;
        }
        Ok(())
    }

    /// Waits until a node says that it hears of a quorum and takes part in Raft.
    ///
    /// # Errors
    /// Where it does not in time, with what it says.
    pub async fn wait_for_part(&self, position: usize, deadline: Duration) -> anyhow::Result<()> {
        let client = self.root_at(position)?;
        let start = Instant::now();
        loop {
            let said = match client.status(super::estate::STATUS).await {
                Ok(status) if status.quorum && status.stopped.is_empty() => return Ok(()),
                Ok(status) if status.stopped.is_empty() => "it hears of no quorum".to_owned(),
                Ok(status) => status.stopped,
                Err(refusal) => refusal.to_string(),
            };
            let what = format!("node {position} does not take part ({said})");
            wait_on(start, deadline, &what).await?;
        }
    }

    /// Directories of access logs of all nodes that have been at a position, the latest last.
    pub async fn access_log_dirs(&self, position: usize) -> Vec<PathBuf> {
        let Ok(slot) = self.slot(position).await else {
            return Vec::new();
        };
        let generations = 0..=slot.generation;
        generations
            .map(|generation| self.access_log_dir(position, generation))
            .collect()
    }

    /// Directory of data of the node that is at a position now.
    ///
    /// # Errors
    /// Where there is no such position.
    pub async fn data_dir_now(&self, position: usize) -> anyhow::Result<PathBuf> {
        let slot = self.slot(position).await?;
        Ok(self.data_dir(position, slot.generation))
    }

    /// Home of a position: configurations, logs, data.
    #[must_use]
    pub fn home(&self, position: usize) -> PathBuf {
        self.settings.dir.join(format!("node-{position}"))
    }

    /// Log of all nodes that have been at a position.
    #[must_use]
    pub fn log(&self, position: usize) -> PathBuf {
        self.home(position).join("node.log")
    }

    /// The file that libfaketime takes a position's clock from.
    #[must_use]
    pub fn clock_file(&self, position: usize) -> PathBuf {
        self.home(position).join("clock")
    }

    /// Where the data of a position lies; on a file system of its own where [`Settings::disks`] says so.
    #[must_use]
    pub fn disk(&self, position: usize) -> PathBuf {
        self.home(position).join("disk")
    }

    pub(super) fn data_dir(&self, position: usize, generation: u32) -> PathBuf {
        self.disk(position).join(format!("data-{generation}"))
    }

    /// Starts a node at a free position.
    pub(super) async fn launch(&self, position: usize, origin: &Origin<'_>) -> anyhow::Result<()> {
        let mut slot = self.slot(position).await?;
        if slot.process.is_some() {
            bail!("position {position} is taken");
        }
        self.start_in(position, &mut slot, origin)
    }

    fn start_in(
        &self,
        position: usize,
        slot: &mut Slot,
        origin: &Origin<'_>,
    ) -> anyhow::Result<()> {
        self.mount(position, slot)?;
        let config = self.home(position).join("node.toml");
        std::fs::write(&config, self.configuration(position, slot.generation)?)?;
        let binaries = &self.settings.binaries;
        let binary = binaries.get(position).or(binaries.last());
        let mut environment = self.settings.environment.clone();
        environment.extend(slot.environment.iter().cloned());
        environment.extend(self.clock_environment(position)?);
        let launch = Launch {
            binary: binary.context("there is no build to run")?,
            config: &config,
            origin,
            environment: &environment,
        };
        let process = Process::start(launch.command(), &self.log(position))?;
        self.links.set_process(position, Some(process.pid()));
        self.note_present(position);
        slot.processes += 1;
        slot.process = Some(process);
        slot.paused = false;
        slot.taken = true;
        Ok(())
    }

    fn configuration(&self, position: usize, generation: u32) -> anyhow::Result<String> {
        let at = self.addresses.get(position).context("no such position")?;
        let data_dir = self.data_dir(position, generation);
        let access_log_dir = self.access_log_dir(position, generation);
        let (settings, store) = (&self.settings, &self.settings.store);
        let store = store.as_ref().map(|store| format!("store = {store:?}\n"));
        Ok(format!(
            "data_dir = {data_dir:?}\ndrain_seconds = {DRAIN_SECONDS}\n\
             [api]\naddress = \"{}\"\n\
             [cluster]\naddress = \"{}\"\nadvertise = \"{}\"\n\
             [telemetry]\naddress = \"{}\"\n\
             [control]\nplain_http = true\n\
             [dataplane]\nworkers = 1\npin_workers = false\n\
             [dataplane.access_log]\ndir = {access_log_dir:?}\n\
             [raft]\nsnapshot_every = {}\nlog_keep = {}\nelection_max_ms = {}\n{}",
            at.api,
            at.cluster,
            at.advertised,
            at.telemetry,
            settings.snapshot_every,
            settings.log_keep,
            settings.election_max_ms,
            store.unwrap_or_default(),
        ))
    }

    /// What makes a node take its clock from a file. Source: libfaketime 0.9.10, README.
    fn clock_environment(&self, position: usize) -> anyhow::Result<Vec<(String, String)>> {
        let Some(library) = &self.settings.faketime else {
            return Ok(Vec::new());
        };
        let file = self.clock_file(position);
        if !file.exists() {
            std::fs::write(&file, "+0")?;
        }
        let variables = [
            ("LD_PRELOAD", library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        Ok(variables
            .map(|(name, value)| (name.to_owned(), value))
            .into())
    }
}
