//! Lists: ids, filters, pages.

use serde_json::{Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;

use super::call::{Call, rehearsal};
use super::filter::{self, Known};
use crate::failure::{Failure, Fault};
use crate::registry::Registry;

/// Resources of a page of the registry.
const PAGE: u32 = 100;

/// What is listed.
pub(super) struct Listing {
    /// Of which kind.
    pub(super) kind: Kind,
    /// The field of the request that names some.
    pub(super) ids: &'static str,
    /// The member of what is told that is the id.
    pub(super) id: &'static str,
    /// The member of the answer that holds them.
    pub(super) set: &'static str,
    /// What ids begin with.
    pub(super) beginning: &'static str,
    /// The error where one is no id.
    pub(super) malformed: &'static str,
    /// The error where one of those named is not there.
    pub(super) missing: &'static str,
    /// Filters that there are.
    pub(super) filters: Known,
    /// What is told of one.
    pub(super) tell: fn(&v1::Resource) -> Value,
}

impl Listing {
    /// Whether a text can be an id: names and ARNs are none of EC2's words.
    ///
    /// # Errors
    /// Where it cannot.
    pub(super) fn check(&self, id: &str) -> Result<(), Fault> {
        if id.starts_with(self.beginning) {
            return Ok(());
        }
        let message = format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.beginning);
        Err(Fault::of_sender(self.malformed, message))
    }
}

impl<R: Registry> Call<'_, R> {
    /// Reads a page of what is asked for, by id.
    pub(super) async fn describe(&self, listing: &Listing) -> Result<Value, Fault> {
        if self.is_dry_run() {
            let action = format!("ec2:{}", self.operation);
            let allowed = self.registry.authorise(self.caller, &action, "*");
            return Err(allowed.map_or_else(|failure| self.fault(&failure), |()| rehearsal()));
        }
        let ids = self.input.get(listing.ids).and_then(Value::as_array);
        let ids = ids.filter(|ids| !ids.is_empty());
        let ids: Option<Vec<&str>> = ids.map(|ids| ids.iter().filter_map(Value::as_str).collect());
        ids.iter().flatten().try_for_each(|id| listing.check(id))?;
        let most = self.input.get("MaxResults").and_then(Value::as_u64);
        if ids.is_some() && (most.is_some() || self.text("NextToken").is_some()) {
            let message = format!("{} and pages cannot be asked for together", listing.ids);
            return Err(Fault::of_sender("InvalidParameterCombination", message));
        }
        let filters = filter::read(&self.input, listing.filters)?;
        let list = json!([self.operation, self.input.get("Filter")]).to_string();
        let after = self.start(&list)?;

        let found = self.all(listing.kind).await;
        let found = found.map_err(|failure| self.fault(&failure))?;
        let id_of = |told: &Value| told[listing.id].as_str().unwrap_or_default().to_owned();
        let mut told: Vec<Value> = found.iter().map(listing.tell).collect();
        told.sort_by_key(id_of);
        if let Some(ids) = &ids {
            let gone = |id: &&&str| !told.iter().any(|it| it[listing.id] == **id);
            if let Some(id) = ids.iter().find(gone) {
                let message = format!("The ID '{id}' does not exist");
                return Err(Fault::of_sender(listing.missing, message));
            }
        }
        told.retain(|it| {
            let id = id_of(it);
            let is_named = ids.as_ref().is_none_or(|ids| ids.contains(&id.as_str()));
            is_named && id > after && filters.iter().all(|filter| filter.is_met(it))
        });
        let most = most.and_then(|most| usize::try_from(most).ok());
        let has_more = most.is_some_and(|most| told.len() > most);
        told.truncate(most.unwrap_or(usize::MAX));
        let last = told.last().filter(|_| has_more).map(id_of);
        Ok(json!({ listing.set: told, "nextToken": self.token(&list, last)? }))
    }

    /// Every resource of a kind of the caller's account and region.
    pub(super) async fn all(&self, kind: Kind) -> Result<Vec<v1::Resource>, Failure> {
        let mut all = Vec::new();
        let mut request = v1::ListRequest {
            kind: kind.into(),
            max_results: PAGE,
            ..v1::ListRequest::default()
        };
        loop {
            let page = self.registry.list(self.caller, request.clone()).await?;
            all.extend(page.resources);
            if page.next_token.is_empty() {
                return Ok(all);
            }
            request.next_token = page.next_token;
        }
    }

    fn start(&self, list: &str) -> Result<String, Fault> {
        let token = self.text("NextToken").unwrap_or_default();
        let start = self.registry.page_start(self.caller, list, token);
        start.map_err(|failure| self.fault(&failure))
    }

    fn token(&self, list: &str, last: Option<String>) -> Result<Option<String>, Fault> {
        let token = last.map(|last| self.registry.page_token(self.caller, list, &last));
        token.transpose().map_err(|failure| self.fault(&failure))
    }
}
