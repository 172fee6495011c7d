//! The general verbs: create, put, get, list, update, delete, tag and untag, of every noun.

pub(crate) mod commands;

use clap::{ArgMatches, FromArgMatches as _};
use trellis_client::Client;
use trellis_client::manifest::{self, Tree};
use trellis_proto::v1;

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
