//! The general verbs: create, put, get, list, update, delete, tag and untag, of every noun.

use clap::{Arg, ArgAction, ArgMatches, Args as _, Command, FromArgMatches as _};
use trellis_client::Client;
use trellis_client::manifest::{self, Tree};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind;

use super::ExitNow as _;
use super::connection::{Connection, Format};
use super::failure::Failure;
use super::file::read_file;
use super::flag::Place;
use super::noun::{Noun, Verb};
use super::read::ReadArgs;
use super::scope::Scope;
use super::write::WriteArgs;
use super::{output, role, targets, write};

/// The command of a noun with its verbs.
pub(crate) fn command(noun: &Noun) -> Command {
    let aliases = noun.names().map_or(&[][..], |names| names.aliases);
    let command = Command::new(noun.name())
        .about(noun.about)
        .visible_aliases(
            aliases
                .iter()
                .filter(|alias| alias.starts_with(char::is_lowercase)),
        )
        .subcommand_required(true)
        .arg_required_else_help(true);
    let command = noun.verbs.iter().fold(command, |command, verb| {
        verb_commands(noun, *verb)
            .into_iter()
            .fold(command, Command::subcommand)
    });
    match noun.kind {
        ResourceKind::TargetGroup => targets::augment(command),
        ResourceKind::Role => role::augment(command),
        _ => command,
    }
}

fn verb_commands(noun: &Noun, verb: Verb) -> Vec<Command> {
    let properties = |command: Command, verb| {
        let flags = noun.flags.iter().filter(move |flag| {
            verb == Verb::Create
                || !matches!(flag.place, Place::Fixed | Place::Network | Place::Member)
        });
        let command = flags.fold(command, |command, flag| command.arg(flag.argument()));
        WriteArgs::augment_args(command.args(property_arguments()))
    };
    let scope = |command: Command| {
        let flags = noun.flags.iter();
        flags
            .filter(|flag| matches!(flag.place, Place::Parent | Place::Grandparent))
            .fold(command, |command, flag| command.arg(flag.argument()))
    };
    let named = |command: Command| {
        if noun.is_single() {
            command
        } else {
            command.arg(
                Arg::new("id")
                    .value_name("ID")
                    .required(true)
                    .help("Id, ARN or name"),
            )
        }
    };
    match verb {
        Verb::Create | Verb::Put => {
            let command = if verb == Verb::Put {
                let command = Command::new("put").about("Create or replace");
                command.visible_alias("create")
            } else {
                Command::new("create").about("Create one")
            };
            let command = command.arg(
                Arg::new("owner-account")
                    .long("owner-account")
                    .value_name("ACCOUNT")
                    .help("The owner, where the first account's root creates for another account"),
            );
            vec![properties(command, Verb::Create)]
        }
        Verb::Update => {
            let command = Command::new("update").about("Change the properties that are given");
            vec![properties(named(command), verb)]
        }
        Verb::Get => {
            let command = scope(named(Command::new("get").about("Read one")));
            vec![ReadArgs::augment_args(command)]
        }
        Verb::Delete => {
            let command = scope(named(Command::new("delete").about("Delete one")));
            vec![WriteArgs::augment_args(command)]
        }
        Verb::List => {
            let flags = noun.flags.iter().filter(|flag| is_filter(flag.place));
            let command = Command::new("list").about("Read all");
            let command = flags.fold(command, |command, flag| command.arg(flag.argument()));
            vec![ReadArgs::augment_args(command)]
        }
        Verb::Tag => {
            let tag = scope(named(Command::new("tag").about("Set tags")));
            let untag = scope(named(Command::new("untag").about("Remove tags")));
            vec![
                WriteArgs::augment_args(tag.arg(values("tags", "KEY=VALUE"))),
                WriteArgs::augment_args(untag.arg(values("keys", "KEY"))),
            ]
        }
    }
}

fn is_filter(place: Place) -> bool {
    match place {
        Place::Parent | Place::Grandparent | Place::Network | Place::Member => true,
        Place::Property | Place::Fixed => false,
    }
}

fn values(name: &'static str, value_name: &'static str) -> Arg {
    Arg::new(name)
        .value_name(value_name)
        .required(true)
        .num_args(1..)
}

fn property_arguments() -> [Arg; 2] {
    [
        Arg::new("set")
            .long("set")
            .value_name("PATH=YAML")
            .action(ArgAction::Append)
            .help("Any property by its path, e.g. config.healthCheck.path=/health"),
        Arg::new("file")
            .short('f')
            .long("file")
            .value_name("FILE")
            .help("Properties as YAML or JSON, - for stdin; flags come on top"),
    ]
}

/// Runs one verb of a noun.
pub(crate) async fn run(
    noun: &Noun,
    matches: &ArgMatches,
    connection: &Connection,
) -> Result<(), Failure> {
    let Some((verb, matches)) = matches.subcommand() else {
        return Err(Failure::usage("a verb is missing", ""));
    };
    let client = connection.client()?;
    let format = connection.output;
    let scope = Scope::of(noun.flags, matches);
    let id = text(matches, "id");
    match verb {
        "get" => {
            let read = read_args(matches)?;
            noun.get(&client, format, id, &scope, read).await
        }
        "list" => {
            let read = read_args(matches)?;
            noun.list(&client, format, scope, read).await
        }
        "create" | "put" => create(noun, &client, format, matches).await,
        "update" => {
            let request = v1::UpdateRequest {
                identifier: Some(noun.identifier(id, &scope)),
                resource: Some(resource(noun, matches, Verb::Update)?),
                options: None,
            };
            update(&client, format, matches, request).await
        }
        "delete" => delete(&client, matches, noun.identifier(id, &scope)).await,
        "tag" | "untag" => tag(verb, &client, format, matches, noun.identifier(id, &scope)).await,
        "assume" => role::assume(&client, format, matches).await,
        verb => targets::run(verb, &client, format, matches).await,
    }
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    let value = matches.try_get_one::<String>(name).ok().flatten();
    value.map(String::as_str)
}

fn texts(matches: &ArgMatches, name: &str) -> Vec<String> {
    let values = matches.try_get_many::<String>(name).ok().flatten();
    values.into_iter().flatten().cloned().collect()
}

fn write_args(matches: &ArgMatches) -> Result<WriteArgs, Failure> {
    WriteArgs::from_arg_matches(matches).map_err(|error| error.exit_now())
}

fn read_args(matches: &ArgMatches) -> Result<ReadArgs, Failure> {
    ReadArgs::from_arg_matches(matches).map_err(|error| error.exit_now())
}

async fn create(
    noun: &Noun,
    client: &Client,
    format: Format,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let (options, written) = write_args(matches)?.options();
    let request = v1::CreateRequest {
        resource: Some(resource(noun, matches, Verb::Create)?),
        options: Some(options),
        owner_account: text(matches, "owner-account")
            .unwrap_or_default()
            .to_owned(),
    };
    let answer = written.answer(client.create(request).await)?;
    print_written(format, answer)
}

async fn update(
    client: &Client,
    format: Format,
    matches: &ArgMatches,
    mut request: v1::UpdateRequest,
) -> Result<(), Failure> {
    let (options, written) = write_args(matches)?.options();
    request.options = Some(options);
    let answer = written.answer(client.update(request).await)?;
    print_written(format, answer)
}

async fn delete(
    client: &Client,
    matches: &ArgMatches,
    identifier: v1::Identifier,
) -> Result<(), Failure> {
    let (options, written) = write_args(matches)?.options();
    let request = v1::DeleteRequest {
        identifier: Some(identifier),
        options: Some(options),
    };
    let answer = written.answer(client.delete(request).await)?;
    write::tell(answer.revision, answer.late)
}

async fn tag(
    verb: &str,
    client: &Client,
    format: Format,
    matches: &ArgMatches,
    identifier: v1::Identifier,
) -> Result<(), Failure> {
    let (options, written) = write_args(matches)?.options();
    let (identifier, options) = (Some(identifier), Some(options));
    let answer = if verb == "tag" {
        let pairs = texts(matches, "tags");
        let tags = pairs.iter().map(|pair| {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Failure::usage(format!("`{pair}` is no tag"), "write it like key=value")
            })?;
            Ok((key.to_owned(), value.to_owned()))
        });
        let request = v1::TagRequest {
            identifier,
            tags: tags.collect::<Result<_, Failure>>()?,
            options,
        };
        client.tag(request).await
    } else {
        let request = v1::UntagRequest {
            identifier,
            tag_keys: texts(matches, "keys"),
            options,
        };
        client.untag(request).await
    };
    print_written(format, written.answer(answer)?)
}

fn print_written(format: Format, answer: v1::WriteResponse) -> Result<(), Failure> {
    if let Some(resource) = &answer.resource {
        output::one(format, &output::flat(resource)?)?;
    }
    write::tell(answer.revision, answer.late)
}

/// The resource that flags, `--set` and `-f` describe together.
fn resource(noun: &Noun, matches: &ArgMatches, verb: Verb) -> Result<v1::Resource, Failure> {
    let mut properties = match text(matches, "file") {
        None => Tree::empty(),
        Some(path) => manifest::parse_tree(&read_file(path)?, path)?,
    };
    for flag in noun.flags {
        let names_it = matches!(flag.place, Place::Parent | Place::Grandparent);
        if verb == Verb::Update && names_it {
            continue;
        }
        let values = texts(matches, flag.name);
        if !values.is_empty() {
            flag.put(&values, &mut properties)?;
        }
    }
    for pair in texts(matches, "set") {
        let (path, value) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(
                format!("--set: `{pair}` is no pair"),
                "write it like path=value",
            )
        })?;
        properties.set(path, manifest::parse_tree(value, "--set")?);
    }
    let Some(kind) = noun.names() else {
        return Err(Failure::usage("this kind is not written", ""));
    };
    manifest::resource_of(kind, properties).map_err(Failure::Properties)
}
