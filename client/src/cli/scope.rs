//! What a resource belongs to, as it is given beside its name.

use clap::ArgMatches;

use super::flag::{Flag, Place};

/// The resources around the one that is meant; empty where nothing was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Service of a listener, listener of a rule, VPC of a security group, user of an access key.
    pub(crate) parent: String,
    /// Service of a rule.
    pub(crate) grandparent: String,
    /// Service network of associations.
    pub(crate) network: String,
    /// Service or VPC of associations.
    pub(crate) member: String,
}

impl Scope {
    /// Reads the scope from the flags of a noun that were given.
    pub(crate) fn of(flags: &[Flag], matches: &ArgMatches) -> Self {
        let mut scope = Self::default();
        for flag in flags {
            let value = matches.try_get_one::<String>(flag.name).ok().flatten();
            if let Some(value) = value {
                scope.put(flag.place, value);
            }
        }
        scope
    }

    /// Puts a value into its place.
    pub(crate) fn put(&mut self, place: Place, value: &str) {
        let into = match place {
            Place::Parent => &mut self.parent,
            Place::Grandparent => &mut self.grandparent,
            Place::Network => &mut self.network,
            Place::Member => &mut self.member,
            Place::Property | Place::Fixed => return,
        };
        value.clone_into(into);
    }
}
