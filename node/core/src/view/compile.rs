//! Compiles a registry state into a view.
//!
//! A part is compiled again only where a record that it is made of has changed since the view
//! before; otherwise it is shared. [`compile`] with and without a view before give equal views.
//! What cannot be read (a policy, an address) never widens access: a layer with an unreadable
//! policy denies everything.

mod identities;
mod services;
mod vpcs;

use std::hash::{DefaultHasher, Hash, Hasher};

use super::View;
use crate::model::Node;
use crate::registry::State;
use crate::seal::Keyring;

/// Compiles a state; unchanged parts are taken from the view before.
///
/// Access keys that `keyring` cannot open are left out: their requests are refused.
#[must_use]
pub fn compile(state: &State, keyring: &Keyring, before: Option<&View>) -> View {
    let empty = View::default();
    let before = before.unwrap_or(&empty);
    let groups = services::groups(state, before);
    let networks = services::networks(state, before);
    let services = services::services(state, &groups, before);
    let vpcs = vpcs::vpcs(state, &networks, &services, before);
    let attachments = state
        .all::<Node>()
        .map(|node| {
            (
                node.meta.clone().unwrap_or_default().id,
                node.attachments.clone(),
            )
        })
        .collect();
    View {
        revision: state.revision,
        cluster_id: state.cluster_id.clone(),
        vpcs,
        networks,
        services,
        groups,
        credentials: identities::credentials(state, keyring, &before.credentials),
        attachments,
    }
}

/// A hash over everything a part is made of: ids and revisions, in order.
#[derive(Default)]
struct Fingerprint(DefaultHasher);

impl Fingerprint {
    fn add(&mut self, meta: &crate::model::Meta) {
        meta.id.hash(&mut self.0);
        meta.revision.hash(&mut self.0);
    }

    fn add_part(&mut self, id: &str, part: u64) {
        id.hash(&mut self.0);
        part.hash(&mut self.0);
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}
