//! The cluster itself: how it is, who calls, and how nodes join.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use trellis_proto::v1;

use super::connection::{Connection, Format};
use super::failure::Failure;
use super::output;

/// Columns of the members.
const MEMBERS: &[&str] = &["node", "role", "clusterAddress", "apiAddress", "account"];

/// `trellis cluster …`
#[derive(Debug, Subcommand)]
pub(crate) enum Cluster {
    /// Make a token with which one node joins; it is printed once.
    JoinToken(JoinToken),
}

/// Options of `join-token`.
#[derive(Debug, Args)]
pub(crate) struct JoinToken {
    /// Account of the joining node; yours if left out.
    #[arg(long, default_value = "", hide_default_value = true)]
    account: String,
    /// How long the token can be used; seconds, 60 to 86400.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    lifetime_seconds: u32,
}

impl Cluster {
    /// Runs it.
    pub(crate) async fn run(self, connection: &Connection) -> Result<(), Failure> {
        let Self::JoinToken(token) = self;
        let request = v1::CreateJoinTokenRequest {
            account: token.account,
            region: connection.region()?,
            lifetime_seconds: token.lifetime_seconds,
        };
        let answer = connection.client()?.create_join_token(request).await?;
        match connection.output {
            Format::Table => {
                output::note(&format!("usable once, until {}", answer.expires_at));
                output::line(&answer.token)
            }
            Format::Name => output::line(&answer.token),
            format @ (Format::Json | Format::Yaml) => output::one(format, &value(&answer)?),
        }
    }
}

/// Shows the status of the node that answers and of the cluster.
pub(crate) async fn status(connection: &Connection) -> Result<(), Failure> {
    let status = connection.client()?.status(v1::StatusRequest {}).await?;
    match connection.output {
        format @ (Format::Json | Format::Yaml | Format::Name) => {
            output::one(format, &value(&status)?)
        }
        Format::Table => {
            let mut shown = json!({
                "cluster": status.cluster_id,
                "node": status.node,
                "version": status.version,
                "store": status.store,
                "leader": if status.leader.is_empty() { "none" } else { &status.leader },
                "quorum": quorum(status.quorum, status.quorum_age_ms),
                "term": status.term,
                "applied": status.revision_applied,
                "served": status.revision_served,
            });
            if !status.stopped.is_empty() {
                shown["stopped"] = json!(status.stopped);
            }
            if status.members_changing {
                shown["members"] = json!("changing");
            }
            output::one(Format::Table, &shown)?;
            output::line("")?;
            let members = status.members.iter().map(value);
            let members = members.collect::<Result<_, _>>()?;
            output::many(Format::Table, members, MEMBERS, Map::new())
        }
    }
}

fn quorum(has: bool, age_ms: u64) -> String {
    match (has, age_ms) {
        (true, _) => "yes".to_owned(),
        // A node that has heard from no majority yet cannot say since when.
        (false, u64::MAX) => "no, since an unknown time".to_owned(),
        (false, age_ms) => format!("no, since {} s", age_ms / 1000),
    }
}

/// Shows whom the credentials belong to.
pub(crate) async fn whoami(connection: &Connection) -> Result<(), Failure> {
    let request = v1::GetCallerIdentityRequest {};
    let identity = connection.client()?.get_caller_identity(request).await?;
    match connection.output {
        Format::Name => output::line(&identity.arn),
        format @ (Format::Table | Format::Json | Format::Yaml) => {
            output::one(format, &value(&identity)?)
        }
    }
}

fn value(message: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(message).map_err(|error| Failure::Other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::quorum;

    #[test]
    fn a_lost_quorum_is_told_with_its_age_where_that_is_known() {
        for (has, age_ms, expected) in [
            (true, 0, "yes"),
            (false, 12_345, "no, since 12 s"),
            (false, u64::MAX, "no, since an unknown time"),
        ] {
            assert_eq!(quorum(has, age_ms), expected);
        }
    }
}
