//! Rules, the default rule of each listener among them.

use serde_json::{Map, Value, json};
use trellis_core::model::Kind as CoreKind;
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;

use super::super::default_rule;
use super::{Call, PAGE, is_not_found};
use crate::failure::Failure;
use crate::registry::Registry;

/// What a token of rules holds where only the default rule is left.
const DEFAULT_RULE: &str = "the default rule";

impl<R: Registry> Call<'_, R> {
    /// Reads a rule, or the default rule of its listener.
    pub(in super::super) async fn get_rule(&mut self) -> Result<Value, Failure> {
        let input = self.input.clone();
        match self.get(Kind::Rule).await {
            Err(failure) if is_not_found(&failure) => {
                self.input = input;
                self.default_rule().await?.ok_or(failure)
            }
            found => found,
        }
    }

    /// Changes a rule; the default rule is changed in its listener.
    pub(in super::super) async fn update_rule(&mut self) -> Result<Value, Failure> {
        let input = self.input.clone();
        let updated = self.update(Kind::Rule).await;
        self.unless_default(input, updated, "change it by UpdateListener")
            .await
    }

    /// Deletes a rule; the default rule goes with its listener.
    pub(in super::super) async fn delete_rule(&mut self) -> Result<Value, Failure> {
        let input = self.input.clone();
        let deleted = self.delete(Kind::Rule).await;
        self.unless_default(input, deleted, "it is deleted with its listener")
            .await
    }

    /// The outcome, but the reason where it was the default rule that was not found. AWS does not document which error
    /// that is.
    async fn unless_default(
        &mut self,
        input: Map<String, Value>,
        outcome: Result<Value, Failure>,
        instead: &str,
    ) -> Result<Value, Failure> {
        match outcome {
            Err(failure) if is_not_found(&failure) => {
                self.input = input;
                match self.default_rule().await? {
                    Some(_) => {
                        let message = format!("is the default rule: {instead}");
                        Err(Failure::field("ruleIdentifier", message))
                    }
                    None => Err(failure),
                }
            }
            outcome => outcome,
        }
    }

    /// The default rule of the listener, where it is what the request names.
    async fn default_rule(&mut self) -> Result<Option<Value>, Failure> {
        let asked = self.text("ruleIdentifier");
        let listener = self.get(Kind::Listener).await?;
        let rule = default_rule::tell(&listener);
        let is_it = rule["id"] == *asked || rule["arn"] == *asked;
        Ok(is_it.then_some(rule))
    }

    /// Reads a page of the rules of a listener; its default rule is the last, on a page of its own where that before
    /// it is full.
    pub(in super::super) async fn list_rules(&mut self) -> Result<Value, Failure> {
        let text = |field: &str| self.input.get(field).and_then(Value::as_str);
        let listener = text("listenerIdentifier").unwrap_or_default().to_owned();
        let token = text("nextToken").unwrap_or_default().to_owned();
        let most = self.input.get("maxResults").and_then(Value::as_u64);
        let most = most.unwrap_or(PAGE.into());
        let list = format!("rules of {listener}");
        let start = self.registry.page_start(self.caller, &list, &token);
        if start.is_ok_and(|start| start == DEFAULT_RULE) {
            let listener = self.get(Kind::Listener).await?;
            return Ok(json!({ "items": [default_rule::tell(&listener)] }));
        }
        let mut page = self.list(Kind::Rule).await?;
        let is_last = page["nextToken"].as_str().is_some_and(str::is_empty);
        // An id, or an ARN that ends with it.
        let id = listener.rsplit('/').next().unwrap_or_default();
        if is_last && let Some(items) = page["items"].as_array_mut() {
            if (items.len() as u64) < most {
                let listener = self.tell(self.registry.related(Kind::Listener, id))?;
                items.push(default_rule::tell(&listener));
            } else {
                let token = self.registry.page_token(self.caller, &list, DEFAULT_RULE)?;
                page["nextToken"] = token.into();
            }
        }
        Ok(page)
    }

    /// Changes several rules: at once, so that they can exchange priorities; where that is refused, each by itself, to
    /// tell which were changed.
    pub(in super::super) async fn update_rules(&mut self) -> Result<Value, Failure> {
        let updates = self.take::<Vec<Map<String, Value>>>("rules")?;
        let of_listener = self.input.clone();
        let (mut named, mut requests) = (Vec::new(), Vec::new());
        for update in updates {
            named.push(update.get("ruleIdentifier").cloned().unwrap_or_default());
            self.input = update;
            // The path says which listener it is, whatever else an update names.
            self.input.extend(of_listener.clone());
            requests.push(self.update_request(Kind::Rule)?);
        }
        let all = self.registry.update_all(self.caller, requests.clone());
        match all.await {
            Ok(updated) => {
                let told = updated.into_iter().map(|it| self.tell(Some(it)));
                let told: Result<Vec<_>, _> = told.collect();
                Ok(json!({ "successful": told?, "unsuccessful": [] }))
            }
            Err(failure) if is_of_rule(&failure) => self.update_each(named, requests).await,
            Err(failure) => Err(failure),
        }
    }

    async fn update_each(
        &self,
        named: Vec<Value>,
        requests: Vec<v1::UpdateRequest>,
    ) -> Result<Value, Failure> {
        let (mut successful, mut failures) = (Vec::new(), Vec::new());
        for (rule, request) in named.into_iter().zip(requests) {
            match self.registry.update(self.caller, request).await {
                Ok(written) => successful.push(self.tell(written.resource)?),
                Err(failure) if !is_of_rule(&failure) => return Err(failure),
                Err(failure) => failures.push((rule, failure)),
            }
        }
        let is_denied = |(_, failure): &(Value, Failure)| matches!(failure, Failure::Denied(_));
        // Whoever may change none of them may not call.
        if successful.is_empty() && failures.iter().all(is_denied) {
            let first = failures.into_iter().next();
            let none = Ok(json!({ "successful": [], "unsuccessful": [] }));
            return first.map_or(none, |(_, denied)| Err(denied));
        }
        let unsuccessful = failures.into_iter().map(|(rule, failure)| {
            json!({
                "ruleIdentifier": rule,
                "failureCode": failure.code().1,
                "failureMessage": failure.to_string(),
            })
        });
        let unsuccessful: Vec<_> = unsuccessful.collect();
        Ok(json!({ "successful": successful, "unsuccessful": unsuccessful }))
    }
}

/// Whether a failure is of one rule, and says nothing of the others.
fn is_of_rule(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(refusal) => {
            !is_not_found(failure) || refusal.resource_type == CoreKind::Rule.resource_type()
        }
        Failure::Denied(_) => true,
        _ => false,
    }
}
