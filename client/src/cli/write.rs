//! What every write takes, and how its end is told.

use std::time::Duration;

use clap::Args;
use trellis_client::client::client_token;
use trellis_client::{Class, Refusal};
use trellis_proto::v1;

use super::connection::duration;
use super::failure::Failure;
use super::{output, targets};

/// Options of every write.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Writing")]
pub(crate) struct WriteArgs {
    /// Wait until every live node serves the change; exit code 7 if one does not in time.
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "10s",
        value_parser = duration
    )]
    wait: Option<Duration>,
    /// Refuse unless the resource still stands at this revision.
    #[arg(
        long,
        value_name = "REVISION",
        default_value_t = 0,
        hide_default_value = true
    )]
    expect_revision: u64,
    /// Token of an earlier try, whose outcome is told if it was done.
    #[arg(long, value_name = "TOKEN")]
    client_token: Option<String>,
}

/// A write on its way: its token is known before it is sent.
pub(crate) struct Written {
    client_token: String,
}

impl WriteArgs {
    /// The options as the API has them, and what tells the end.
    pub(crate) fn options(&self) -> (v1::WriteOptions, Written) {
        let client_token = self.client_token.clone().unwrap_or_else(client_token);
        let wait = self.wait.unwrap_or_default();
        let options = v1::WriteOptions {
            client_token: client_token.clone(),
            expected_revision: self.expect_revision,
            wait: self.wait.is_some(),
            wait_deadline_ms: u32::try_from(wait.as_millis()).unwrap_or(u32::MAX),
        };
        (options, Written { client_token })
    }
}

impl Written {
    /// The answer, or why there is none.
    pub(crate) fn answer<T>(&self, answer: Result<T, Refusal>) -> Result<T, Failure> {
        answer.map_err(|refusal| match refusal.class {
            Class::Unknown => Failure::Unknown {
                refusal,
                client_token: self.client_token.clone(),
            },
            Class::Invalid
            | Class::NotFound
            | Class::Conflict
            | Class::Denied
            | Class::Unavailable
            | Class::Failed => Failure::Refused(refusal),
        })
    }
}

/// Tells the revision of a write on stderr, and fails if somebody does not serve it yet.
pub(crate) fn tell(revision: u64, late: Vec<v1::NodeServing>) -> Result<(), Failure> {
    tell_with_targets(revision, late, [])
}

/// As [`tell`], with the targets that were not taken: they are told whether or not a node is late.
pub(crate) fn tell_with_targets<'f>(
    revision: u64,
    late: Vec<v1::NodeServing>,
    failures: impl IntoIterator<Item = &'f v1::TargetFailure>,
) -> Result<(), Failure> {
    output::note(&format!("revision {revision}"));
    let taken = targets::tell_failures(failures);
    if late.is_empty() {
        taken
    } else {
        Err(Failure::Late { revision, late })
    }
}
