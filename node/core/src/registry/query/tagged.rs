//! What has tags.

use std::collections::BTreeMap;

use crate::registry::state::{State, owner};

/// ARN and tags of the records of an account in a region that have tags, by ARN. What belongs to no region, as
/// users and roles do, is in none.
///
/// Cost: O(records of the account in the region).
#[must_use]
pub fn tagged(
    state: &State,
    account: &str,
    region: &str,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let own = state.dependants(&owner(account, region));
    let records = own.filter_map(|(kind, id)| state.get_any(kind, id));
    let tagged = records.filter(|record| !record.meta().tags.is_empty());
    tagged
        .map(|record| (record.arn(), record.meta().tags.clone()))
        .collect()
}
