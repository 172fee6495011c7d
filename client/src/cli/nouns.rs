//! Every noun of the command line: one entry says all of it.

mod access;
mod estate;
mod resources;
mod traffic;

use super::flag::{Flag, Form, Place};
use super::noun::{Noun, Verb};

const ALL: &[Verb] = &[
    Verb::Create,
    Verb::Get,
    Verb::List,
    Verb::Update,
    Verb::Delete,
    Verb::Tag,
];
const FIXED: &[Verb] = &[Verb::Create, Verb::Get, Verb::List, Verb::Delete, Verb::Tag];
const NAME: Flag = flag("name", "name", Form::Text, Place::Fixed, "Name");
const TAGS: Flag = flag("tags", "tags", Form::Pairs, Place::Fixed, "Tags");

const fn flag(
    name: &'static str,
    property: &'static str,
    form: Form,
    place: Place,
    help: &'static str,
) -> Flag {
    Flag {
        name,
        property,
        form,
        place,
        help,
    }
}

/// Every noun, in the order of the help.
pub(crate) fn all() -> impl Iterator<Item = &'static Noun> {
    traffic::NOUNS
        .iter()
        .chain(resources::NOUNS)
        .chain(access::NOUNS)
        .chain(estate::NOUNS)
}

/// Finds a noun.
pub(crate) fn find(is_meant: impl Fn(&Noun) -> bool) -> Option<&'static Noun> {
    all().find(|noun| is_meant(noun))
}
