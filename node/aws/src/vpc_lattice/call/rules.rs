//! Rules, the default rule of each listener among them.

use serde_json::{Value, json};
use trellis_proto::v1::ResourceKind as Kind;

use super::super::default_rule;
use super::{Call, is_not_found};
use crate::failure::Failure;
use crate::registry::Registry;

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

    /// The default rule of the listener, where it is what the request names.
    async fn default_rule(&mut self) -> Result<Option<Value>, Failure> {
        let asked = self.text("ruleIdentifier");
        let listener = self.get(Kind::Listener).await?;
        let rule = default_rule::tell(&listener);
        let is_it = rule["id"] == *asked || rule["arn"] == *asked;
        Ok(is_it.then_some(rule))
    }

    /// Reads a page of the rules of a listener; its default rule is the last.
    pub(in super::super) async fn list_rules(&mut self) -> Result<Value, Failure> {
        let listener = self.input["listenerIdentifier"]
            .as_str()
            .unwrap_or_default();
        // An id, or an ARN that ends with it.
        let listener = listener.rsplit('/').next().unwrap_or_default().to_owned();
        let mut page = self.list(Kind::Rule).await?;
        if page["nextToken"].as_str().is_some_and(str::is_empty) {
            let listener = self.tell(self.registry.related(Kind::Listener, &listener))?;
            if let Some(items) = page["items"].as_array_mut() {
                items.push(default_rule::tell(&listener));
            }
        }
        Ok(page)
    }

    /// Changes several rules, each by itself, and tells which were changed.
    pub(in super::super) async fn update_rules(&mut self) -> Result<Value, Failure> {
        let of_listener = self.input.clone();
        let (mut successful, mut unsuccessful) = (Vec::new(), Vec::new());
        for update in self.take::<Vec<Value>>("rules")? {
            let rule = update["ruleIdentifier"].clone();
            self.input = of_listener.clone();
            self.input.remove("rules");
            if let Value::Object(fields) = update {
                self.input.extend(fields);
            }
            match self.update(Kind::Rule).await {
                Ok(told) => successful.push(told),
                Err(failure) => unsuccessful.push(json!({
                    "ruleIdentifier": rule,
                    "failureCode": failure.code().1,
                    "failureMessage": failure.to_string(),
                })),
            }
        }
        Ok(json!({ "successful": successful, "unsuccessful": unsuccessful }))
    }
}
