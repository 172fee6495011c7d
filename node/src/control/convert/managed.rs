//! Managed policies.

use trellis_core::model::{ManagedPolicy, PolicyVersion, Record};
use trellis_core::policy;
use trellis_proto::v1;

use super::identity::put_path;
use super::metadata::timestamp;
use super::reader::{put_text, tags};
use super::{Convert, Reader};

impl Convert for ManagedPolicy {
    type Message = v1::ManagedPolicy;

    fn read(mut self, given: &v1::ManagedPolicy, reader: &mut Reader<'_>) -> Self {
        let name = &given.policy_name;
        reader.named("policyName", self.meta_mut(), name, &given.tags);
        put_path(&mut self.path, &given.path, reader.creating);
        put_text(&mut self.description, &given.description);
        let mut document = self.document().unwrap_or_default().to_owned();
        let in_force = document.clone();
        reader.policy("policyDocument", &mut document, &given.policy_document);
        if document != in_force {
            self.add(document, true);
        }
        if reader.creating {
            return self;
        }
        let added = given.versions.iter();
        for version in added.filter(|version| version.version_id.is_empty()) {
            let document = policy::minified(&version.document);
            let document = document.unwrap_or_else(|_| version.document.clone());
            self.add(document, version.is_default);
        }
        for id in &given.removed_versions {
            match self.number(id) {
                Some(number) => self.versions.retain(|it| it.number != number),
                None => reader.absent(format!("the policy has no version {id}")),
            }
        }
        let default = &given.default_version_id;
        if !default.is_empty() {
            match self.number(default) {
                Some(number) => self.default_version = number,
                None => reader.absent(format!("the policy has no version {default}")),
            }
        }
        self
    }

    fn write(&self) -> v1::ManagedPolicy {
        let versions = self.versions.iter().filter(|version| version.number != 0);
        v1::ManagedPolicy {
            policy_name: self.meta().name.clone(),
            path: self.path.clone(),
            description: self.description.clone(),
            policy_document: self.document().unwrap_or_default().to_owned(),
            tags: tags(self.meta()),
            default_version_id: match self.default_version {
                0 => String::new(),
                number => version_id(number),
            },
            versions: versions
                .map(|version| v1::PolicyVersion {
                    version_id: version_id(version.number),
                    document: version.document.clone(),
                    created_at: timestamp(version.created_at_ms),
                    is_default: version.number == self.default_version,
                })
                .collect(),
            removed_versions: Vec::new(),
        }
    }
}

trait Versioned {
    /// Adds a version, which the registry numbers.
    fn add(&mut self, document: String, is_default: bool);
    /// The number of a version by its id.
    fn number(&self, id: &str) -> Option<u32>;
}

impl Versioned for ManagedPolicy {
    fn add(&mut self, document: String, is_default: bool) {
        self.versions.push(PolicyVersion {
            document,
            ..PolicyVersion::default()
        });
        if is_default {
            self.default_version = 0;
        }
    }

    fn number(&self, id: &str) -> Option<u32> {
        let mut numbers = self.versions.iter().map(|version| version.number);
        numbers.find(|number| *number != 0 && version_id(*number) == id)
    }
}

fn version_id(number: u32) -> String {
    format!("v{number}")
}
