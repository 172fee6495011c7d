//! Flags of nouns: what a flag's value becomes among a resource's properties.

use clap::{Arg, ArgAction};
use trellis_client::manifest::{self, Tree};

use super::failure::Failure;
use super::file::read_file;

/// One flag of a noun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// The flag, without dashes.
    pub(crate) name: &'static str,
    /// Path of the property.
    pub(crate) property: &'static str,
    /// How the value is written.
    pub(crate) form: Form,
    /// Where else it belongs.
    pub(crate) place: Place,
    /// Its help.
    pub(crate) help: &'static str,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Text,
    /// What a file holds: `@FILE` or `file://FILE`; or the text itself.
    File,
    /// As YAML: numbers, booleans, lists and mappings.
    Yaml,
    /// Texts, repeated or with commas.
    List,
    /// `key=value`, repeated or with commas.
    Pairs,
    /// A policy: JSON or YAML text, `@FILE` or `file://FILE`.
    Document,
    /// `NAME=` and a policy, repeated.
    Documents,
    /// `GROUP` or `GROUP=WEIGHT`, repeated or with commas.
    Forward,
}

/// What a flag is beside a property of a new resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A property that can be given to create and update.
    Property,
    /// Only a property of a new resource; cannot be changed.
    Fixed,
    /// What the resource belongs to: names it together with its own name, and filters lists.
    Parent,
    /// The service of a rule, whose parent is the listener.
    Grandparent,
    /// The service network of associations: filters lists.
    Network,
    /// The other side of associations: filters lists.
    Member,
}

/// Reads `NAME=VALUE`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "write it like NAME=VALUE".to_owned())
}

/// The file that a value names; `None` where it is the value itself.
fn path(value: &str) -> Option<&str> {
    let path = value.strip_prefix('@');
    path.or_else(|| value.strip_prefix("file://"))
}

impl Flag {
    /// The flag as clap has it.
    pub(crate) fn argument(&self) -> Arg {
        let value_name = match self.form {
            Form::Text => "TEXT",
            Form::File => "@FILE",
            Form::Yaml => "YAML",
            Form::List => "TEXT,…",
            Form::Pairs => "KEY=VALUE,…",
            Form::Document => "JSON|@FILE",
            Form::Documents => "NAME=JSON|NAME=@FILE",
            Form::Forward => "GROUP[=WEIGHT],…",
        };
        let argument = Arg::new(self.name)
            .long(self.name)
            .value_name(value_name)
            .help(self.help)
            .action(ArgAction::Append);
        match self.form {
            Form::List | Form::Pairs | Form::Forward => argument.value_delimiter(','),
            Form::Documents => argument,
            Form::Text | Form::File | Form::Yaml | Form::Document => {
                argument.action(ArgAction::Set)
            }
        }
    }

    /// Puts the values among the properties.
    pub(crate) fn put(&self, values: &[String], into: &mut Tree) -> Result<(), Failure> {
        match self.form {
            Form::Text => self.each(values, into, |value| Ok(Tree::of_text(value))),
            Form::File => self.each(values, into, |value| match path(value) {
                Some(path) => Ok(Tree::of_text(read_file(path)?)),
                None => Ok(Tree::of_text(value)),
            }),
            Form::Yaml => self.each(values, into, |value| self.yaml(value)),
            Form::Document => self.each(values, into, |value| self.document(value)),
            Form::List => {
                let items = values.iter().map(Tree::of_text).collect();
                into.set(self.property, Tree::of_list(items));
                Ok(())
            }
            Form::Pairs => self.each_pair(values, into, |value| Ok(Tree::of_text(value))),
            Form::Documents => self.each_pair(values, into, |value| self.document(value)),
            Form::Forward => {
                let groups = values.iter().map(|value| self.weighted(value));
                let groups = groups.collect::<Result<_, _>>()?;
                into.set(self.property, Tree::of_list(groups));
                Ok(())
            }
        }
    }

    fn each(
        &self,
        values: &[String],
        into: &mut Tree,
        read: impl Fn(&str) -> Result<Tree, Failure>,
    ) -> Result<(), Failure> {
        for value in values {
            into.set(self.property, read(value)?);
        }
        Ok(())
    }

    fn each_pair(
        &self,
        values: &[String],
        into: &mut Tree,
        read: impl Fn(&str) -> Result<Tree, Failure>,
    ) -> Result<(), Failure> {
        let mut pairs = Tree::empty();
        for value in values {
            let (key, value) = value.split_once('=').ok_or_else(|| {
                Failure::usage(
                    format!("--{}: `{value}` is no pair", self.name),
                    "write it like key=value",
                )
            })?;
            pairs.put(key, read(value)?);
        }
        into.set(self.property, pairs);
        Ok(())
    }

    fn yaml(&self, text: &str) -> Result<Tree, Failure> {
        Ok(manifest::parse_tree(text, &format!("--{}", self.name))?)
    }

    fn document(&self, text: &str) -> Result<Tree, Failure> {
        match path(text) {
            Some(path) => Ok(manifest::parse_tree(&read_file(path)?, path)?),
            None => self.yaml(text),
        }
    }

    fn weighted(&self, text: &str) -> Result<Tree, Failure> {
        let (group, weight) = match text.split_once('=') {
            Some((group, weight)) => (group, Some(weight)),
            None => (text, None),
        };
        let mut tree = Tree::empty();
        tree.set("targetGroupIdentifier", Tree::of_text(group));
        if let Some(weight) = weight {
            tree.set("weight", self.yaml(weight)?);
        }
        Ok(tree)
    }
}
