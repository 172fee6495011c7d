//! Compiles a registry state into a view.
//!
//! Only what is made of records that differ from those of the view before is compiled; everything else is shared with it,
//! so that the cost is that of the change. [`compile`] with and without a view before give equal views. What cannot be read
//! (a policy, an address) never widens access: a layer with an unreadable policy denies everything.

mod identities;
mod services;
mod touched;
mod vpcs;

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use self::touched::Touched;
use super::View;
use crate::model::Node;
use crate::registry::State;
use crate::seal::Keyring;

/// Compiles a state; unchanged parts are taken from the view before, which was compiled with the same keyring.
///
/// Access keys that `keyring` cannot open are left out: their requests are refused.
///
/// Cost: that of the parts that change, where one state came from the other; else O(records).
#[must_use]
pub fn compile(state: &State, keyring: &Keyring, before: Option<&View>) -> View {
    let empty = View::default();
    let before = before.unwrap_or(&empty);
    let touched = Touched::between(&before.state, state);
    let groups = services::groups(state, &touched, before);
    let networks = services::networks(state, &touched, before);
    let services = services::services(state, &touched, &groups, before);
    let vpcs = vpcs::vpcs(state, &touched, &networks, &services, before);
    let attachments = changed(&before.attachments, &touched.nodes, |id| {
        Some(state.get::<Node>(id)?.attachments.clone())
    });
    let credentials = if touched.credentials || before.credentials.session_keys.is_none() {
        Arc::new(identities::credentials(state, keyring, &before.credentials))
    } else {
        before.credentials.clone()
    };
    View {
        revision: state.revision,
        cluster_id: state.cluster_id.clone(),
        vpcs,
        networks,
        services,
        groups,
        credentials,
        attachments,
        state: state.clone(),
    }
}

/// Parts with those of some ids made anew, or left out where there is none any more.
fn changed<P: Clone>(
    parts: &OrdMap<SmolStr, P>,
    ids: &BTreeSet<String>,
    make: impl Fn(&str) -> Option<P>,
) -> OrdMap<SmolStr, P> {
    let mut parts = parts.clone();
    for id in ids {
        match make(id) {
            Some(part) => parts.insert(id.into(), part),
            None => parts.remove(id.as_str()),
        };
    }
    parts
}
