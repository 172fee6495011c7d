//! Resource shares.

use trellis_core::model::{Record, ResourceShare};
use trellis_proto::v1;

use super::reader::{put, tags};
use super::{Convert, Reader};

impl Convert for ResourceShare {
    type Message = v1::ResourceShare;

    fn read(mut self, given: &v1::ResourceShare, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        put(
            &mut self.external_allowed,
            given.allow_external_principals.as_ref(),
        );
        if !given.resource_identifiers.is_empty() {
            self.resources = ids(reader, "resourceIdentifiers", &given.resource_identifiers);
        }
        let removed = ids(reader, "removedResources", &given.removed_resources);
        self.resources.retain(|id| !removed.contains(id));
        let added = ids(reader, "addedResources", &given.added_resources);
        self.resources.extend(added);
        if !given.accounts.is_empty() {
            self.accounts.clone_from(&given.accounts);
        }
        self.accounts
            .retain(|account| !given.removed_accounts.contains(account));
        self.accounts.extend_from_slice(&given.added_accounts);
        // As they are stored, so that a bundle finds them unchanged.
        for entries in [&mut self.resources, &mut self.accounts] {
            entries.sort_unstable();
            entries.dedup();
        }
        self
    }

    fn write(&self) -> v1::ResourceShare {
        v1::ResourceShare {
            name: self.meta().name.clone(),
            resource_identifiers: self.resources.clone(),
            accounts: self.accounts.clone(),
            tags: tags(self.meta()),
            allow_external_principals: Some(self.external_allowed),
            ..v1::ResourceShare::default()
        }
    }
}

fn ids(reader: &mut Reader<'_>, path: &str, given: &[String]) -> Vec<String> {
    let ids = given.iter().enumerate();
    ids.filter_map(|(index, id)| reader.attachable(&format!("{path}[{index}]"), id))
        .collect()
}
