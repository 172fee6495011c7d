//! The journey of a write.

mod answers;
mod requests;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use trellis_core::model::{Kind, id, limits};
use trellis_core::registry::command::{lower, version_of};
use trellis_core::registry::outcome::{Judgement, Outcome, RefusalKind};
use trellis_core::registry::{self, Applied, Command, State};
use trellis_proto::v1;

use super::Api;
use super::authn::Admin;
use super::authorise::Authority;
use super::error::Failure;
use super::plan::{Plan, Planner, wrong};
use crate::clock;
use crate::cluster::bootstrap::random;

pub(super) use requests::{Deregister, Register, Updates};

/// How often a write is planned again because the registry moved on meanwhile.
const PLANS_MAX: usize = 16;
/// Longest wait for the data planes, milliseconds; and where the caller names none.
const WAIT_MAX_MS: u32 = 60_000;
const WAIT_DEFAULT_MS: u32 = 10_000;

/// A request that changes the registry.
pub(super) trait Write: Serialize {
    /// Name of the call, for fingerprints.
    const NAME: &'static str;
    /// Whether a plan from a state that lags behind would mislead the caller.
    const NEEDS_LATEST: bool = false;
    /// What holds for every write.
    fn options(&self) -> Option<&v1::WriteOptions>;
    /// What the request comes to.
    ///
    /// # Errors
    /// Refusals of the request itself; [`Failure::Denied`].
    fn plan(&self, planner: &Planner<'_>) -> Result<Plan, Failure>;
}

/// What a write led to.
#[derive(Debug)]
pub(super) struct Written {
    /// Revision that holds the change.
    pub(super) revision: u64,
    /// What was planned; `None` where the client token was used before for the same request.
    pub(super) plan: Option<Plan>,
    /// What was done.
    pub(super) outcome: Outcome,
    /// Nodes that do not serve the revision, where the caller waits for them.
    pub(super) late: Vec<v1::NodeServing>,
}

impl Api {
    /// Carries one write from an authenticated request to an outcome, and, where the caller waits,
    /// to every node's data plane.
    ///
    /// # Errors
    /// [`Failure::Write`] says whether the outcome is unknown; after every other failure nothing
    /// was written, now or later.
    pub(super) async fn write<W: Write>(
        &self,
        admin: &Admin,
        request: &W,
    ) -> Result<Written, Failure> {
        let options = Options::check(request.options())?;
        // Without a client token nobody compares it.
        let fingerprint = match options.client_token.is_empty() {
            true => Vec::new(),
            false => fingerprint(admin, request)?,
        };
        let mut latest = W::NEEDS_LATEST;
        let mut attempts = 0;
        let (plan, outcome) = loop {
            attempts += 1;
            let state = self.basis(latest).await?;
            let result = self
                .attempt(admin, request, (&state, latest), &options, &fingerprint)
                .await;
            match result {
                Err(failure) if attempts < PLANS_MAX && is_outdated(&failure, latest, &options) => {
                    latest = true;
                }
                result => break result?,
            }
        };
        let revision = outcome.revision;
        let late = match options.wait {
            Some(deadline) => self.late(revision, deadline).await,
            None => Vec::new(),
        };
        Ok(Written {
            revision,
            plan,
            outcome,
            late,
        })
    }

    /// Authorises and plans a write that is not made.
    ///
    /// # Errors
    /// As [`Api::write`], of what is known before the registry judges.
    pub(super) async fn rehearse<W: Write>(
        &self,
        admin: &Admin,
        request: &W,
    ) -> Result<(), Failure> {
        let options = Options::check(request.options())?;
        let state = self.basis(true).await?;
        self.plan(admin, request, &state, &options).map(drop)
    }

    /// The state that a write is planned from.
    async fn basis(&self, latest: bool) -> Result<State, Failure> {
        if !latest {
            return Ok(self.consensus.state());
        }
        Ok(self.consensus.linearizable(self.config.deadline()).await?)
    }

    /// Authorises, plans and proposes once.
    async fn attempt<W: Write>(
        &self,
        admin: &Admin,
        request: &W,
        (state, latest): (&State, bool),
        options: &Options,
        fingerprint: &[u8],
    ) -> Result<(Option<Plan>, Outcome), Failure> {
        let mut command = frame(admin, options, fingerprint);
        let plan = match self.plan(admin, request, state, options) {
            Ok(plan) => plan,
            // Whatever was done under the client token may be why there is nothing to do now. Whose
            // token it is stands in the fingerprint: somebody else learns nothing of it.
            Err(failure) if latest && is_not_found(&failure) => {
                let first = registry::first_outcome(state, &command).ok().flatten();
                return first.map(|first| (None, first)).ok_or(failure);
            }
            Err(failure) => return Err(failure),
        };
        command.account.clone_from(&plan.account);
        if plan.operations.is_empty() {
            // Where it was this very request that left nothing to do, its revision is the one to tell.
            let first = registry::first_outcome(state, &command)?;
            let outcome = Outcome {
                revision: first.map_or(state.revision, |first| first.revision),
                results: Vec::new(),
            };
            return Ok((Some(plan), outcome));
        }
        command.operations.clone_from(&plan.operations);
        if let Some(level) = registry::lowest_level(state) {
            lower(&mut command.operations, level);
        }
        command.version = version_of(&command.operations);
        let proposed_at = command.at_ms;
        command.validate()?;
        let applied = self
            .consensus
            .propose(command, self.config.deadline())
            .await?;
        let is_repeated = is_repeated(&applied);
        let outcome = outcome(applied)?;
        tracing::info!(
            call = W::NAME,
            principal = admin.principal.arn,
            revision = outcome.revision,
            operations = outcome.results.len(),
            milliseconds = clock::now_ms().saturating_sub(proposed_at),
            "written"
        );
        Ok(((!is_repeated).then_some(plan), outcome))
    }

    fn plan<W: Write>(
        &self,
        admin: &Admin,
        request: &W,
        state: &State,
        options: &Options,
    ) -> Result<Plan, Failure> {
        let view = (self.view)();
        let authority = Authority { admin, view: &view };
        let planner = Planner {
            state,
            authority: &authority,
            keyring: &self.keyring,
            ids: &new_id,
            expected_revision: options.expected_revision,
        };
        request.plan(&planner)
    }

    /// Waits until every node serves a revision; names those that do not.
    pub(super) async fn late(&self, revision: u64, deadline: Duration) -> Vec<v1::NodeServing> {
        let nodes = self.observer.wait(revision, deadline).await;
        nodes
            .into_iter()
            .filter(|node| node.revision.is_none_or(|at| at < revision))
            .map(|node| v1::NodeServing {
                node: node.node,
                revision: node.revision.unwrap_or_default(),
                reason: node.reason,
            })
            .collect()
    }
}

/// A command without its operations, and thus without its version.
fn frame(admin: &Admin, options: &Options, fingerprint: &[u8]) -> Command {
    Command {
        version: 0,
        at_ms: clock::now_ms(),
        account: admin.principal.account.clone(),
        region: admin.region.clone(),
        principal: admin.principal.arn.clone(),
        client_token: options.client_token.clone(),
        fingerprint: fingerprint.to_vec(),
        operations: Vec::new(),
    }
}

/// A new id of a kind; the settings have the only id that is not random.
pub(super) fn new_id(kind: Kind) -> Result<String, Failure> {
    Ok(id::generate(kind, random()?))
}

/// Done, or refused.
fn outcome(applied: Applied) -> Result<Outcome, Failure> {
    match applied.judgement {
        Some(Judgement::Done(outcome)) => Ok(outcome),
        Some(Judgement::Refused(refusal)) => Err(refusal.into()),
        None => Err(anyhow::anyhow!("the registry gave no judgement").into()),
    }
}

/// Whether a command was answered with the outcome of an earlier one.
fn is_repeated(applied: &Applied) -> bool {
    match &applied.judgement {
        Some(Judgement::Done(outcome)) => outcome.revision != applied.revision,
        Some(Judgement::Refused(_)) | None => false,
    }
}

fn is_not_found(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(refusal) if refusal.kind() == RefusalKind::NotFound)
}

/// Whether planning again from the latest state may end otherwise.
fn is_outdated(failure: &Failure, latest: bool, options: &Options) -> bool {
    let Failure::Refused(refusal) = failure else {
        return false;
    };
    match refusal.kind() {
        RefusalKind::NotFound => !latest,
        RefusalKind::RevisionMismatch => options.expected_revision == 0,
        _ => false,
    }
}

/// SHA-256 of who asks and what is asked for: equal requests of one identity have equal ones,
/// whatever their options and whichever its session.
fn fingerprint<W: Write>(admin: &Admin, request: &W) -> Result<Vec<u8>, Failure> {
    // A JSON value keeps its members sorted; the maps of the messages are not.
    let mut value = serde_json::to_value(request).map_err(anyhow::Error::from)?;
    if let Some(members) = value.as_object_mut() {
        members.remove("options");
    }
    let text = format!("{} {} {value}", admin.principal.identity, W::NAME);
    Ok(digest(&SHA256, text.as_bytes()).as_ref().to_vec())
}

/// What holds for a write, checked.
#[derive(Debug, Default)]
pub(super) struct Options {
    client_token: String,
    expected_revision: u64,
    /// How long to wait for the data planes; `None` for not at all.
    wait: Option<Duration>,
}

impl Options {
    fn check(given: Option<&v1::WriteOptions>) -> Result<Self, Failure> {
        let given = given.cloned().unwrap_or_default();
        if given.client_token.len() > limits::CLIENT_TOKEN_CHARS_MAX {
            let most = limits::CLIENT_TOKEN_CHARS_MAX;
            return Err(wrong("options.clientToken", &format!("at most {most} characters")).into());
        }
        if given.wait_deadline_ms > WAIT_MAX_MS {
            let message = format!("at most {WAIT_MAX_MS} ms");
            return Err(wrong("options.waitDeadlineMs", &message).into());
        }
        let deadline = match given.wait_deadline_ms {
            0 => WAIT_DEFAULT_MS,
            ms => ms,
        };
        Ok(Self {
            client_token: given.client_token,
            expected_revision: given.expected_revision,
            wait: given.wait.then(|| Duration::from_millis(deadline.into())),
        })
    }
}
