//! What reading a resource collects: names to resolve, and mistakes.

use std::collections::{BTreeMap, HashMap};

use trellis_core::model::arn::Arn;
use trellis_core::model::{Kind, Meta};
use trellis_core::policy;
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::{FieldMistake, RefusalKind};

use super::words::{self, Words};

/// Finds records by what callers call them.
pub(in crate::control) trait Names {
    /// The id of the record of a kind that an id, an ARN or a name means; `parent` is the id of the
    /// service of a listener, the listener of a rule, the VPC of a security group; empty otherwise.
    fn id(&self, kind: Kind, parent: &str, identifier: &str) -> Option<String>;
}

/// Reads resources and collects what is wrong with them.
pub(in crate::control) struct Reader<'a> {
    names: &'a dyn Names,
    /// Whether the record is new: then required fields must be given.
    pub(super) creating: bool,
    prefix: String,
    mistakes: Vec<FieldMistake>,
    missing: Option<Refusal>,
}

impl<'a> Reader<'a> {
    /// Reads with these names.
    pub(in crate::control) fn new(names: &'a dyn Names) -> Self {
        Self {
            names,
            creating: true,
            prefix: String::new(),
            mistakes: Vec::new(),
            missing: None,
        }
    }

    /// Reads one resource next, whose paths begin with `prefix`.
    pub(in crate::control) fn begin(&mut self, prefix: String, creating: bool) {
        self.prefix = prefix;
        self.creating = creating;
    }

    /// Notes a mistake.
    pub(in crate::control) fn mistake(&mut self, path: &str, message: impl Into<String>) {
        self.mistakes.push(FieldMistake {
            name: format!("{}{path}", self.prefix),
            message: message.into(),
        });
    }

    /// Everything that is wrong, or nothing.
    ///
    /// # Errors
    /// Validation with every mistake; otherwise the first record that was named and does not exist.
    pub(in crate::control) fn finish(self) -> Result<(), Refusal> {
        if self.mistakes.is_empty() {
            return self.missing.map_or(Ok(()), Err);
        }
        Err(invalid(self.mistakes))
    }

    /// The value of a word; `None` where none is given or it is wrong.
    pub(super) fn word<T: Copy>(&mut self, path: &str, given: &str, words: Words<T>) -> Option<T> {
        if given.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| *word == given);
        if found.is_none() {
            self.mistake(path, format!("{given:?} is none of {}", words::list(words)));
        }
        found.map(|(_, value)| *value)
    }

    /// The value of a word that a new record must have.
    pub(super) fn required_word<T: Copy>(
        &mut self,
        path: &str,
        given: &str,
        words: Words<T>,
    ) -> Option<T> {
        if given.is_empty() && self.creating {
            let choice = words::list(words);
            self.mistake(path, format!("required; one of {choice}"));
        }
        self.word(path, given, words)
    }

    /// The id of a record that is named; `None` where none is given or there is none.
    pub(super) fn id(
        &mut self,
        path: &str,
        kind: Kind,
        parent: &str,
        identifier: &str,
    ) -> Option<String> {
        if identifier.is_empty() {
            return None;
        }
        let id = self.names.id(kind, parent, identifier);
        if id.is_none() && self.missing.is_none() {
            let mut refusal = Refusal::not_found(kind, identifier);
            refusal.message = format!("{}{path}: {}", self.prefix, refusal.message);
            self.missing = Some(refusal);
        }
        id
    }

    /// The id of a record that a new record must name.
    pub(super) fn required_id(
        &mut self,
        path: &str,
        kind: Kind,
        parent: &str,
        identifier: &str,
    ) -> Option<String> {
        if identifier.is_empty() && self.creating {
            self.mistake(path, "required");
        }
        self.id(path, kind, parent, identifier)
    }

    /// The ids of the security groups of a VPC that are named.
    pub(super) fn security_groups(&mut self, vpc: &str, given: &[String]) -> Vec<String> {
        let ids = given.iter().enumerate();
        ids.filter_map(|(index, id)| {
            let path = format!("securityGroupIds[{index}]");
            self.id(&path, Kind::SecurityGroup, vpc, id)
        })
        .collect()
    }

    /// The id of the service network, service or resource configuration that is named, in this order.
    pub(super) fn attachable(&mut self, path: &str, identifier: &str) -> Option<String> {
        if identifier.is_empty() {
            if self.creating {
                self.mistake(path, "required");
            }
            return None;
        }
        let named = |kind| self.names.id(kind, "", identifier);
        named(Kind::ServiceNetwork)
            .or_else(|| named(Kind::Service))
            .or_else(|| named(Kind::ResourceConfiguration))
            .or_else(|| self.id(path, attachable_kind(identifier), "", identifier))
    }

    /// Puts `name` and tags over those of a record.
    pub(super) fn naming(&mut self, meta: &mut Meta, name: &str, tags: &HashMap<String, String>) {
        self.named("name", meta, name, tags);
    }

    /// Puts a name, which is called `path` in the API, and tags over those of a record.
    pub(super) fn named(
        &mut self,
        path: &str,
        meta: &mut Meta,
        name: &str,
        tags: &HashMap<String, String>,
    ) {
        if !name.is_empty() {
            name.clone_into(&mut meta.name);
        } else if self.creating {
            self.mistake(path, "required");
        }
        put_map(&mut meta.tags, tags);
    }

    /// Puts a policy document over another, without insignificant white space, as it is stored. A
    /// text that is no document is left to the registry to refuse.
    pub(super) fn policy(&mut self, path: &str, to: &mut String, given: &str) {
        if !given.is_empty() {
            *to = policy::minified(given).unwrap_or_else(|_| given.to_owned());
        } else if self.creating {
            self.mistake(path, "required");
        }
    }

    /// Puts the ids of managed policies over others.
    pub(super) fn attached(&mut self, to: &mut Vec<String>, given: &[String]) {
        if !given.is_empty() {
            *to = self.managed("attachedPolicies", given);
            in_order(to);
        }
    }

    /// Adds the ids of managed policies to others.
    pub(super) fn attach(&mut self, to: &mut Vec<String>, given: &[String]) {
        to.extend(self.managed("attachPolicies", given));
        in_order(to);
    }

    /// Takes the ids of managed policies away from others; each must be there.
    pub(super) fn detach(&mut self, to: &mut Vec<String>, given: &[String]) {
        for (policy, id) in given.iter().zip(self.managed("detachPolicies", given)) {
            let before = to.len();
            to.retain(|attached| *attached != id);
            if to.len() == before {
                self.absent(format!("policy {policy} is not attached"));
            }
        }
    }

    fn managed(&mut self, path: &str, given: &[String]) -> Vec<String> {
        let given = given.iter().enumerate();
        let ids = given.filter_map(|(index, policy)| {
            self.id(&format!("{path}[{index}]"), Kind::ManagedPolicy, "", policy)
        });
        ids.collect()
    }

    /// Notes that something is named that is not there.
    pub(super) fn absent(&mut self, message: String) {
        let refusal = Refusal::new(RefusalKind::NotFound, message);
        self.missing.get_or_insert(refusal);
    }

    /// Puts identity policies over others, each as [`Reader::policy`].
    pub(super) fn policies(
        &mut self,
        to: &mut BTreeMap<String, String>,
        given: &HashMap<String, String>,
    ) {
        if given.is_empty() {
            return;
        }
        to.clear();
        for (name, text) in given {
            let path = format!("policies.{name}");
            self.policy(&path, to.entry(name.clone()).or_default(), text);
        }
    }
}

/// The kind of resource with policies and logs that an id or an ARN is of; that of a name nobody knows is taken for a service's.
fn attachable_kind(identifier: &str) -> Kind {
    let id = Arn::parse(identifier).map_or(identifier, |arn| arn.id());
    match id.split_once('-') {
        Some(("sn", _)) => Kind::ServiceNetwork,
        Some(("rcfg", _)) => Kind::ResourceConfiguration,
        _ => Kind::Service,
    }
}

/// The order of the registry, so that the same list is no change.
fn in_order(ids: &mut Vec<String>) {
    ids.sort();
    ids.dedup();
}

/// The tags of a record as callers see them.
pub(super) fn tags(meta: &Meta) -> HashMap<String, String> {
    meta.tags.clone().into_iter().collect()
}

/// Replaces a map where another is given.
pub(super) fn put_map<V: Clone>(to: &mut BTreeMap<String, V>, given: &HashMap<String, V>) {
    if !given.is_empty() {
        *to = given.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    }
}

/// Replaces a value where another is given.
pub(super) fn put<T: Clone>(to: &mut T, given: Option<&T>) {
    if let Some(given) = given {
        to.clone_from(given);
    }
}

/// Replaces a text where another is given.
pub(super) fn put_text(to: &mut String, given: &str) {
    if !given.is_empty() {
        given.clone_into(to);
    }
}

/// The refusal of wrong fields, each with its path in the text too.
pub(in crate::control) fn invalid(fields: Vec<FieldMistake>) -> Refusal {
    let lines: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.message))
        .collect();
    Refusal {
        kind: RefusalKind::Validation as i32,
        message: lines.join("; "),
        fields,
        ..Refusal::default()
    }
}
