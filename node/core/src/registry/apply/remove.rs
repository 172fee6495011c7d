//! Deletion: who may, what blocks it, and what goes along.
//!
//! Source: VPC Lattice API model 2022-11-30, the `Delete…` operations; user guide, "Share your VPC
//! Lattice entities".

use super::{Bundle, expect};
use crate::model::{AccessKey, AccessLogSubscription, Kind, Listener, ResourceShare, Rule};
use crate::registry::command::{AnyRecord, Identifier, Operation};
use crate::registry::outcome::Refusal;
use crate::registry::state::{State, Tabled};
use crate::registry::{meta, query, rules, validate};

impl Bundle<'_> {
    pub(super) fn delete(
        &mut self,
        operation: &Operation,
        identifier: &Identifier,
    ) -> Result<AnyRecord, Refusal> {
        let kind = validate::kind(identifier)?;
        let record = self.removable(kind, &identifier.id)?;
        if meta::is_of_cluster(kind) && !self.case().is_operator() {
            return Err(Refusal::access_denied(format!(
                "only the account that operates the cluster deletes records of kind {}",
                kind.resource_type()
            )));
        }
        expect(operation, record.meta())?;
        rules::release(&record, &self.case())?;
        remove(self.state, kind, &identifier.id);
        Ok(record)
    }

    /// An association may be deleted by the owner of either side.
    fn removable(&self, kind: Kind, id: &str) -> Result<AnyRecord, Refusal> {
        self.mine(kind, id).or_else(|refusal| {
            self.state
                .get_any(kind, id)
                .filter(|record| query::has_side(self.state, &self.command.account, record))
                .ok_or(refusal)
        })
    }
}

/// Removes a record with what cannot be without it.
fn remove(state: &mut State, kind: Kind, id: &str) {
    for (kind, id) in companions(state, kind, id) {
        remove(state, kind, &id);
    }
    state.remove(kind, id);
    // Policies have the id of what they are of, which stays.
    if !matches!(kind, Kind::AuthPolicy | Kind::ResourcePolicy) {
        leave_shares(state, id);
    }
}

/// Takes what is gone out of the shares that name it: whatever has its id later is not shared.
fn leave_shares(state: &mut State, id: &str) {
    let shares: Vec<_> = state.children::<ResourceShare>(id).cloned().collect();
    for share in shares {
        let mut share = (*share).clone();
        share.resources.retain(|resource| resource != id);
        share.accounts.retain(|account| account != id);
        state.insert(share);
    }
}

fn companions(state: &State, kind: Kind, id: &str) -> Vec<(Kind, String)> {
    let mut companions = Vec::new();
    match kind {
        Kind::ServiceNetwork | Kind::Service => {
            companions.push((Kind::AuthPolicy, id.to_owned()));
            companions.push((Kind::ResourcePolicy, id.to_owned()));
            companions.extend(children::<AccessLogSubscription>(state, id));
            companions.extend(children::<Listener>(state, id));
        }
        Kind::ResourceConfiguration => {
            companions.push((Kind::AuthPolicy, id.to_owned()));
            companions.push((Kind::ResourcePolicy, id.to_owned()));
            companions.extend(children::<AccessLogSubscription>(state, id));
        }
        Kind::Listener => companions.extend(children::<Rule>(state, id)),
        Kind::Account => companions.extend(children::<AccessKey>(state, id)),
        _ => {}
    }
    companions
}

fn children<R: Tabled>(state: &State, parent: &str) -> Vec<(Kind, String)> {
    let ids = state.child_ids(parent, R::KIND);
    ids.map(|id| (R::KIND, id.to_owned())).collect()
}
