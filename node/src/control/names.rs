//! What callers call records: ids, ARNs and names; in a bundle also names of records yet to be made.

use std::cell::RefCell;
use std::collections::BTreeMap;

use trellis_core::model::Kind;
use trellis_core::registry::command::AnyRecord;
use trellis_core::registry::{State, query, state};

use super::convert::Names;

/// The names that mean something to an account in a region.
pub(super) struct Scope<'a> {
    state: &'a State,
    account: &'a str,
    region: &'a str,
    /// Ids of records that the bundle makes, by kind, parent and name; a record is also called by its
    /// id.
    fresh: RefCell<BTreeMap<(Kind, String, String), String>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(state: &'a State, account: &'a str, region: &'a str) -> Self {
        Self {
            state,
            account,
            region,
            fresh: RefCell::default(),
        }
    }

    /// Gives a record that is yet to be made its name; false where the name is taken.
    pub(super) fn announce(&self, kind: Kind, parent: &str, name: &str, id: &str) -> bool {
        let key = (kind, parent.to_owned(), state::folded(kind, name));
        self.fresh.borrow_mut().insert(key, id.to_owned()).is_none()
    }

    /// The id of what the account itself has; `None` also for what others share with it.
    pub(super) fn own_id(&self, kind: Kind, parent: &str, identifier: &str) -> Option<String> {
        let id = self.id(kind, parent, identifier)?;
        let record = self.state.get_any(kind, &id)?;
        (record.meta().account == self.account).then_some(id)
    }
}

impl Names for Scope<'_> {
    fn id(&self, kind: Kind, parent: &str, identifier: &str) -> Option<String> {
        let key = (kind, parent.to_owned(), state::folded(kind, identifier));
        let fresh = self.fresh.borrow();
        let mut made = fresh.iter().filter(|((of, ..), _)| *of == kind);
        let by_id = || made.find(|(_, id)| *id == identifier).map(|(_, id)| id);
        if let Some(id) = fresh.get(&key).or_else(by_id) {
            return Some(id.clone());
        }
        let (account, region) = (self.account, self.region);
        match kind {
            // They have the id of what they are of.
            Kind::AuthPolicy | Kind::ResourcePolicy => {
                let network = Kind::ServiceNetwork;
                let resolve =
                    |kind| query::resolve(self.state, kind, account, region, "", identifier);
                let resource = resolve(network)
                    .or_else(|_| resolve(Kind::Service))
                    .or_else(|_| resolve(Kind::ResourceConfiguration))
                    .ok()?;
                self.state.get_any(kind, &resource).map(|_| resource)
            }
            _ => query::resolve(self.state, kind, account, region, parent, identifier).ok(),
        }
    }
}

/// The id of the record in whose scope a record's name is unique; empty where that is its account.
pub(super) fn parent_of(record: &AnyRecord) -> &str {
    match record {
        AnyRecord::Listener(listener) => &listener.service,
        AnyRecord::Rule(rule) => &rule.listener,
        AnyRecord::SecurityGroup(group) => &group.vpc,
        _ => "",
    }
}
