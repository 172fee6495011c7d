//! Commands by noun: what is typed becomes one call, and what comes back is printed.
//!
//! Data goes to stdout in the format of `-o`, everything else to stderr.

pub(crate) mod failure;

mod apply;
mod call;
mod cluster;
mod connection;
mod environment;
mod file;
mod flag;
mod login;
mod noun;
mod nouns;
mod output;
mod read;
mod role;
mod scope;
mod targets;
mod verbs;
mod write;

use std::ffi::OsString;

use clap::{Args as _, Command, FromArgMatches as _, Subcommand};

use connection::Connection;
use failure::Failure;

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 conflict, 5 denied, 6 no quorum or
unreachable (or the outcome is unknown), 7 waited in vain.

Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.

Examples:
  trellis service-network create --name shop --auth-type AWS_IAM
  trellis apply -f shop.yaml --wait";

/// Commands that belong to no kind of resource.
#[derive(Debug, Subcommand)]
enum Top {
    /// Create or change the resources of manifests, all or none.
    Apply(apply::Apply),
    /// Read one resource, or all of a kind.
    Get(noun::GetAny),
    /// Send a signed request to a service, like curl.
    Call(call::Call),
    /// Show how the cluster is; works without a quorum.
    Status,
    /// Get temporary credentials of a role with an identity of AWS: lines for `eval`, or with -o json a credential_process
    /// document.
    Login(login::Login),
    /// Show whom the credentials belong to.
    Whoami,
    /// Print the variables with which AWS's tools work with the cluster: eval "$(trellis env)".
    Env,
    /// The cluster itself.
    #[command(subcommand)]
    Cluster(cluster::Cluster),
    /// Print the version.
    Version,
}

/// Runs one command line.
pub(crate) async fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    let matches = command().get_matches_from(arguments);
    let connection = Connection::from_arg_matches(&matches).map_err(|error| error.exit_now())?;
    let Some((name, inner)) = matches.subcommand() else {
        return Err(Failure::usage(
            "a command is missing",
            "see `trellis --help`",
        ));
    };
    if let Some(noun) = nouns::find(|noun| noun.name() == name) {
        return verbs::run(noun, inner, &connection).await;
    }
    match Top::from_arg_matches(&matches).map_err(|error| error.exit_now())? {
        Top::Apply(apply) => apply.run(&connection).await,
        Top::Get(get) => get.run(&connection).await,
        Top::Call(call) => call.run(&connection).await,
        Top::Status => cluster::status(&connection).await,
        Top::Login(login) => login.run(&connection).await,
        Top::Env => environment::run(&connection),
        Top::Whoami => cluster::whoami(&connection).await,
        Top::Cluster(cluster) => cluster.run(&connection).await,
        Top::Version => output::line(concat!("trellis ", env!("CARGO_PKG_VERSION"))),
    }
}

fn command() -> Command {
    let command = Connection::augment_args(Command::new("trellis"));
    let command = nouns::all().fold(command, |command, noun| {
        command.subcommand(verbs::commands::command(noun))
    });
    Top::augment_subcommands(command)
        .about("Works with a Trellis cluster: a service network on machines you own")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(AFTER_HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// Clap's own errors print themselves.
trait ExitNow {
    fn exit_now(self) -> Failure;
}

impl ExitNow for clap::Error {
    fn exit_now(self) -> Failure {
        self.exit()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_tree_is_sound() {
        super::command().debug_assert();
    }
}
