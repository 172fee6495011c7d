//! Which certificates there are.

use serde_json::{Value, json};
use trellis_proto::v1;

use super::{Call, fault, told};
use crate::failure::Fault;
use crate::registry::Registry;

/// Certificates of a page of the registry.
const READ: u32 = 100;
/// Certificates of a page where the caller names no number. Source: API model, `MaxItems`, which may be as many.
const PAGE: usize = 1_000;
/// Kinds of keys where the caller names none. Source: API reference, `Filters`.
const DEFAULT_KEYS: [&str; 2] = ["RSA_1024", "RSA_2048"];

impl<R: Registry> Call<'_, R> {
    /// Reads a page of certificates.
    pub(super) async fn list(&self) -> Result<Value, Fault> {
        let (sorted, order) = (self.text("SortBy"), self.text("SortOrder"));
        if sorted.is_empty() != order.is_empty() {
            return Err(invalid(
                "SortBy and SortOrder go together; give both or none",
            ));
        }
        // A token is good for what it was given for.
        let mut asked = self.input.clone();
        asked.remove("NextToken");
        asked.remove("MaxItems");
        let list = json!(["ListCertificates", asked]).to_string();
        let token = self.text("NextToken");
        let after = self.registry.page_start(self.caller, &list, token);
        let after = after
            .map_err(|_| invalid("NextToken is none of this list; ask for the first page again"))?;

        let mut items = self.fitting(sorted).await?;
        items.sort_by(|(one, _), (other, _)| one.cmp(other));
        if order == "DESCENDING" {
            items.reverse();
        }
        if !after.is_empty() {
            let is_before = |key: &str| match order {
                "DESCENDING" => key >= after.as_str(),
                _ => key <= after.as_str(),
            };
            items.retain(|(key, _)| !is_before(key));
        }
        let most = self.input.get("MaxItems").and_then(Value::as_u64);
        let most = most.and_then(|most| usize::try_from(most).ok());
        let most = most.unwrap_or(PAGE);
        let has_more = items.len() > most;
        items.truncate(most);
        let mut answer = json!({});
        if let Some((last, _)) = items.last().filter(|_| has_more) {
            let token = self.registry.page_token(self.caller, &list, last);
            answer["NextToken"] = token.map_err(|failure| fault(&failure))?.into();
        }
        answer["CertificateSummaryList"] = items.into_iter().map(|(_, told)| told).collect();
        Ok(answer)
    }

    /// The certificates that are asked for, each with the text that it is in order by.
    async fn fitting(&self, sorted: &str) -> Result<Vec<(String, Value)>, Fault> {
        let mut items = Vec::new();
        for certificate in self.all().await? {
            let told = told::summary(&certificate, self.now_ms)?;
            if !self.fits(&told) {
                continue;
            }
            let metadata = certificate.metadata.unwrap_or_default();
            // Times of one form are in the order of their texts.
            let made = if sorted.is_empty() {
                ""
            } else {
                &metadata.created_at
            };
            items.push((format!("{made} {}", metadata.arn), told));
        }
        Ok(items)
    }

    /// Every certificate of the caller's account and region.
    async fn all(&self) -> Result<Vec<v1::Resource>, Fault> {
        let mut all = Vec::new();
        let mut request = v1::ListRequest {
            kind: v1::ResourceKind::Certificate.into(),
            max_results: READ,
            ..v1::ListRequest::default()
        };
        loop {
            let page = self.registry.list(self.caller, request.clone()).await;
            let page = page.map_err(|failure| fault(&failure))?;
            all.extend(page.resources);
            if page.next_token.is_empty() {
                return Ok(all);
            }
            request.next_token = page.next_token;
        }
    }

    /// Whether every filter lets a certificate through. Of several values of one filter any will do.
    fn fits(&self, told: &Value) -> bool {
        let includes = self.input.get("Includes");
        let given = |name: &str| {
            let values = includes.and_then(|it| it.get(name))?.as_array()?;
            (!values.is_empty()).then_some(values)
        };
        let is_one = |values: &[Value], member: &str| values.contains(&told[member]);
        let has_one = |values: &[Value], member: &str| {
            let has = told[member].as_array();
            has.is_some_and(|has| has.iter().any(|it| values.contains(it)))
        };
        let statuses = self.input.get("CertificateStatuses");
        let statuses = statuses.and_then(Value::as_array);
        let of_keys = match given("keyTypes") {
            Some(keys) => is_one(keys, "KeyAlgorithm"),
            None => DEFAULT_KEYS.iter().any(|key| told["KeyAlgorithm"] == *key),
        };
        let same = |name: &str, member: &str| {
            let value = includes.and_then(|it| it.get(name));
            value.is_none_or(|value| told[member] == *value)
        };
        of_keys
            && statuses.is_none_or(|it| it.is_empty() || is_one(it, "Status"))
            && given("keyUsage").is_none_or(|it| has_one(it, "KeyUsages"))
            && given("extendedKeyUsage").is_none_or(|it| has_one(it, "ExtendedKeyUsages"))
            && same("exportOption", "ExportOption")
            && same("managedBy", "ManagedBy")
    }
}

/// A wrong parameter of the list.
fn invalid(message: &str) -> Fault {
    Fault::of_sender("InvalidArgsException", message)
}
