//! `trellis role assume`: temporary credentials for the shell or for AWS's tools.

use clap::{ArgMatches, Args, Command, FromArgMatches as _};
use serde_json::json;
use trellis_client::Client;
use trellis_proto::v1;

use super::ExitNow as _;
use super::connection::Format;
use super::failure::Failure;
use super::output;
use super::verbs::commands::with;

/// Options of `assume`.
#[derive(Debug, Args)]
struct Assume {
    /// ARN of the role.
    arn: String,
    /// Name of the session, 2 to 64 characters.
    #[arg(long, value_name = "NAME")]
    session_name: String,
    /// How long the credentials last; seconds, 900 to 43200.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    duration_seconds: u32,
    /// Session tags.
    #[arg(long, value_name = "KEY=VALUE,…", value_delimiter = ',')]
    tags: Vec<String>,
    /// What the role's trust policy asks for.
    #[arg(long, default_value = "", hide_default_value = true)]
    external_id: String,
    /// A policy that limits the session, JSON.
    #[arg(long, default_value = "", hide_default_value = true)]
    policy: String,
    /// ARNs of managed policies that limit the session.
    #[arg(long, value_name = "ARN,…", value_delimiter = ',')]
    policy_arns: Vec<String>,
    /// Keys of tags that pass to the next role of a chain.
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    transitive_tag_keys: Vec<String>,
    /// Who is behind the session, 2 to 64 characters.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    source_identity: String,
}

/// Adds the verb to the noun.
pub(crate) fn augment(command: Command) -> Command {
    let assume = Command::new("assume").about(
        "Get temporary credentials: lines for `eval`, or with -o json a credential_process document",
    );
    command.subcommand(with::<Assume>(assume))
}

/// Assumes a role and prints the credentials.
pub(crate) async fn assume(
    client: &Client,
    format: Format,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let assume = Assume::from_arg_matches(matches).map_err(|error| error.exit_now())?;
    let tags = assume.tags.iter().map(|pair| {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{pair}` is no tag"), "write it like key=value")
        })?;
        Ok((key.to_owned(), value.to_owned()))
    });
    let request = v1::AssumeRoleRequest {
        role_arn: assume.arn,
        role_session_name: assume.session_name,
        duration_seconds: assume.duration_seconds,
        tags: tags.collect::<Result<_, Failure>>()?,
        external_id: assume.external_id,
        policy: assume.policy,
        policy_arns: assume.policy_arns,
        transitive_tag_keys: assume.transitive_tag_keys,
        source_identity: assume.source_identity,
    };
    let is_limited = !request.policy.is_empty() || !request.policy_arns.is_empty();
    let source_identity = request.source_identity.clone();
    let session = client.assume_role(request).await?;
    // A node of an older build passes over what it does not know, and gives a session that may more.
    let is_known = !is_limited || session.packed_policy_size > 0;
    if !is_known || (!source_identity.is_empty() && session.source_identity != source_identity) {
        let message = "the node is of an older build, which knows neither session policies nor source identities";
        return Err(Failure::Other(format!(
            "{message}; upgrade it, or ask another"
        )));
    }
    print(format, &session)
}

/// Prints the credentials of a session.
pub(crate) fn print(format: Format, session: &v1::AssumeRoleResponse) -> Result<(), Failure> {
    output::note(&format!(
        "{} until {}",
        session.assumed_role_arn, session.expiration
    ));
    match format {
        Format::Table => output::line(&format!(
            "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nexport AWS_SESSION_TOKEN={}",
            session.access_key_id, session.secret_access_key, session.session_token
        )),
        Format::Name => output::line(&session.assumed_role_arn),
        Format::Json | Format::Yaml => output::one(
            format,
            &json!({
                "Version": 1,
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret_access_key,
                "SessionToken": session.session_token,
                "Expiration": session.expiration,
            }),
        ),
    }
}
