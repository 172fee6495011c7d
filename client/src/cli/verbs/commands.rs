//! The commands of a noun as clap has them.

use clap::{Arg, ArgAction, Args, Command};
use trellis_proto::v1::ResourceKind;

use crate::cli::flag::Place;
use crate::cli::noun::{Noun, Verb};
use crate::cli::read::ReadArgs;
use crate::cli::write::WriteArgs;
use crate::cli::{role, targets};

/// The command of a noun with its verbs.
pub(crate) fn command(noun: &Noun) -> Command {
    let aliases = noun.names().map_or(&[][..], |names| names.aliases);
    let aliases = aliases
        .iter()
        .filter(|alias| alias.starts_with(char::is_lowercase));
    let command = Command::new(noun.name())
        .about(noun.about)
        .visible_aliases(aliases)
        .subcommand_required(true)
        .arg_required_else_help(true);
    let command = noun.verbs.iter().fold(command, |command, verb| {
        command.subcommands(commands(noun, *verb))
    });
    match noun.kind {
        ResourceKind::TargetGroup => targets::augment(command),
        ResourceKind::Role => role::augment(command),
        _ => command,
    }
}

/// Adds the options of a group, which must not replace what the command is about.
pub(crate) fn with<A: Args>(command: Command) -> Command {
    let about = command.get_about().cloned();
    A::augment_args(command).about(about.unwrap_or_default())
}

fn commands(noun: &Noun, verb: Verb) -> Vec<Command> {
    let command = |name, about| Command::new(name).about(about);
    let named = |name, about| named(noun, command(name, about));
    match verb {
        Verb::Create => vec![created(noun, command("create", "Create one"))],
        Verb::Put => {
            let put = command("put", "Create or replace").visible_alias("create");
            vec![created(noun, put)]
        }
        Verb::Update => {
            let update = named("update", "Change the properties that are given");
            let flags = flags(noun, update, is_updated);
            vec![with::<WriteArgs>(flags.args(property_arguments()))]
        }
        Verb::Get => {
            let get = flags(noun, named("get", "Read one"), is_scope);
            vec![with::<ReadArgs>(get)]
        }
        Verb::List => {
            let list = flags(noun, command("list", "Read all"), is_filter);
            vec![with::<ReadArgs>(list)]
        }
        Verb::Delete => {
            let delete = flags(noun, named("delete", "Delete one"), is_scope);
            vec![with::<WriteArgs>(delete)]
        }
        Verb::Tag => [
            (named("tag", "Set tags"), "tags", "KEY=VALUE"),
            (named("untag", "Remove tags"), "keys", "KEY"),
        ]
        .map(|(command, name, value_name)| {
            let values = Arg::new(name).value_name(value_name).required(true);
            let command = flags(noun, command, is_scope).arg(values.num_args(1..));
            with::<WriteArgs>(command)
        })
        .into(),
    }
}

fn created(noun: &Noun, command: Command) -> Command {
    let owner = Arg::new("owner-account")
        .long("owner-account")
        .value_name("ACCOUNT")
        .help("The owner, where the first account's root creates for another account");
    let command = flags(noun, command, |_| true).args(property_arguments());
    with::<WriteArgs>(command.arg(owner))
}

fn named(noun: &Noun, command: Command) -> Command {
    if noun.is_single() {
        return command;
    }
    let id = Arg::new("id").value_name("ID").required(true);
    command.arg(id.help("Id, ARN or name"))
}

fn flags(noun: &Noun, command: Command, is_taken: fn(Place) -> bool) -> Command {
    let flags = noun.flags.iter().filter(|flag| is_taken(flag.place));
    flags.fold(command, |command, flag| command.arg(flag.argument()))
}

fn is_updated(place: Place) -> bool {
    match place {
        Place::Property | Place::Parent | Place::Grandparent => true,
        Place::Fixed | Place::Network | Place::Member => false,
    }
}

fn is_scope(place: Place) -> bool {
    match place {
        Place::Parent | Place::Grandparent => true,
        Place::Property | Place::Fixed | Place::Network | Place::Member => false,
    }
}

fn is_filter(place: Place) -> bool {
    is_scope(place) || matches!(place, Place::Network | Place::Member)
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
