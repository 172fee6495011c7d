//! Targets of a target group: register, deregister and list them.

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches as _};
use serde_json::{Map, json};
use trellis_client::Client;
use trellis_proto::v1;

use super::ExitNow as _;
use super::connection::Format;
use super::failure::Failure;
use super::read::ReadArgs;
use super::verbs::commands::with;
use super::write::WriteArgs;
use super::{output, write};

/// The columns of a list of targets.
const COLUMNS: &[&str] = &["id", "port", "status", "reasonCode"];

/// Adds the verbs to the noun.
pub(crate) fn augment(command: Command) -> Command {
    let group = || {
        Arg::new("group")
            .value_name("TARGET_GROUP")
            .required(true)
            .help("Id, ARN or name")
    };
    let targets = || {
        Arg::new("target")
            .long("target")
            .value_name("ADDRESS[:PORT]")
            .required(true)
            .action(ArgAction::Append)
            .value_delimiter(',')
            .help("IP address (IPv6 in brackets), instance id or ARN")
    };
    let register = Command::new("register").about("Register targets");
    let deregister = Command::new("deregister").about("Deregister targets; they drain");
    let list = Command::new("list-targets").about("Show targets and their health");
    command
        .subcommand(with::<WriteArgs>(register.arg(group()).arg(targets())))
        .subcommand(with::<WriteArgs>(deregister.arg(group()).arg(targets())))
        .subcommand(with::<ReadArgs>(list.arg(group())))
}

/// Runs one of the verbs.
pub(crate) async fn run(
    verb: &str,
    client: &Client,
    format: Format,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let group = matches
        .get_one::<String>("group")
        .cloned()
        .unwrap_or_default();
    if verb == "list-targets" {
        let read = ReadArgs::from_arg_matches(matches).map_err(|error| error.exit_now())?;
        return list(client, format, group, read).await;
    }
    let targets = matches.get_many::<String>("target").into_iter().flatten();
    let targets = targets.map(|text| target(text)).collect::<Result<_, _>>()?;
    let args = WriteArgs::from_arg_matches(matches).map_err(|error| error.exit_now())?;
    let (options, written) = args.options();
    let request = v1::TargetsRequest {
        target_group_identifier: group,
        targets,
        options: Some(options),
    };
    let answer = if verb == "register" {
        client.register_targets(request).await
    } else {
        client.deregister_targets(request).await
    };
    let answer = written.answer(answer)?;
    let done = if verb == "register" {
        "registered"
    } else {
        "deregistered"
    };
    for target in &answer.successful {
        output::note(&format!(
            "{done} {}",
            spell(&target.id, target.port.unwrap_or_default())
        ));
    }
    write::tell_with_targets(answer.revision, answer.late, &answer.unsuccessful)
}

/// Tells which targets were not taken, and fails if there are any.
pub(crate) fn tell_failures<'f>(
    failures: impl IntoIterator<Item = &'f v1::TargetFailure>,
) -> Result<(), Failure> {
    let mut failed = 0;
    for failure in failures {
        let target = spell(&failure.id, failure.port);
        let (code, message) = (&failure.failure_code, &failure.failure_message);
        output::note(&format!("failed {target}: {code} {message}"));
        failed += 1;
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::Targets(failed)),
    }
}

async fn list(
    client: &Client,
    format: Format,
    group: String,
    read: ReadArgs,
) -> Result<(), Failure> {
    let request = v1::ListTargetsRequest {
        target_group_identifier: group,
        options: Some(read.options()),
    };
    let answer = client.list_targets(request).await?;
    let items = answer
        .items
        .iter()
        .map(|target| {
            json!({
                "id": target.id,
                "port": target.port,
                "status": target.status,
                "reasonCode": target.reason_code,
            })
        })
        .collect();
    let around = Map::from_iter([("revision".to_owned(), answer.revision.into())]);
    output::many(format, items, COLUMNS, around)
}

/// Reads `10.0.0.1:80`, `[fd00::1]:80`, `fd00::1`, `i-0123` or an ARN.
fn target(text: &str) -> Result<v1::Target, Failure> {
    let malformed = || {
        Failure::usage(
            format!("`{text}` is no target"),
            "write it like 10.0.0.1:80, [fd00::1]:80, i-0123456789abcdef0 or an ARN",
        )
    };
    let (id, port) = if text.starts_with("arn:") || text.parse::<std::net::Ipv6Addr>().is_ok() {
        (text, None)
    } else if let Some(rest) = text.strip_prefix('[') {
        let (id, port) = rest.split_once(']').ok_or_else(malformed)?;
        (id, port.strip_prefix(':'))
    } else {
        match text.split_once(':') {
            Some((id, port)) => (id, Some(port)),
            None => (text, None),
        }
    };
    let port = port
        .map(str::parse::<u16>)
        .transpose()
        .map_err(|_| malformed())?;
    if id.is_empty() {
        return Err(malformed());
    }
    Ok(v1::Target {
        id: id.to_owned(),
        port: port.map(u32::from),
        zone: String::new(),
    })
}

fn spell(id: &str, port: u32) -> String {
    match (port, id.contains(':') && !id.starts_with("arn:")) {
        (0, _) => id.to_owned(),
        (port, true) => format!("[{id}]:{port}"),
        (port, false) => format!("{id}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{spell, target};

    #[test]
    fn targets_are_read_and_spelt_the_same_way() {
        for (text, id, port) in [
            ("10.0.0.1:80", "10.0.0.1", 80),
            ("10.0.0.1", "10.0.0.1", 0),
            ("[fd00::1]:80", "fd00::1", 80),
            ("fd00::1", "fd00::1", 0),
            ("i-0123:8080", "i-0123", 8080),
            (
                "arn:aws:lambda:eu-west-1:111111111111:function:f",
                "arn:aws:lambda:eu-west-1:111111111111:function:f",
                0,
            ),
        ] {
            let read = target(text).unwrap();
            assert_eq!(
                (read.id.as_str(), read.port.unwrap_or_default()),
                (id, port)
            );
            assert_eq!(spell(&read.id, port), text);
        }
    }

    #[test]
    fn what_is_no_target_is_refused_with_examples() {
        for text in [
            "",
            ":80",
            "10.0.0.1:",
            "10.0.0.1:99999",
            "[fd00::1",
            "[]:80",
            "a:b",
        ] {
            assert_eq!(target(text).unwrap_err().exit_code(), 2, "{text}");
        }
    }
}
