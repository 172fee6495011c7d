//! How things of the transcript are called in this cluster.

use std::collections::HashMap;

use anyhow::bail;
use serde_json::Value;

/// Letters and digits of an id after its prefix.
const ID_LENGTH: usize = 17;

/// What stands here for ids and page tokens of the transcript.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// What is known at first: how it is called there, and here.
    pub(crate) fn new<const N: usize>(known: [(&str, &str); N]) -> Self {
        let known = known.map(|(there, here)| (there.to_owned(), here.to_owned()));
        Self(HashMap::from(known))
    }

    /// A value of the transcript as it is called here.
    pub(crate) fn here(&self, value: &Value) -> anyhow::Result<Value> {
        let mut text = value.to_string();
        for (there, here) in &self.0 {
            text = text.replace(there, here);
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// Learns how things are called here.
    ///
    /// # Errors
    /// Where an answer is made otherwise.
    pub(crate) fn compare(
        &mut self,
        there: &Value,
        here: &Value,
        path: &str,
    ) -> anyhow::Result<()> {
        match (there, here) {
            (Value::String(there), Value::String(here))
                if (is_id(there) && is_id(here)) || path.ends_with(".nextToken") =>
            {
                self.0.insert(there.clone(), here.clone());
            }
            (Value::Object(there), Value::Object(here)) => {
                if !there.keys().eq(here.keys()) {
                    let keys: Vec<_> = here.keys().collect();
                    bail!(
                        "{path} has {keys:?}, not {:?}",
                        there.keys().collect::<Vec<_>>()
                    );
                }
                for (name, value) in there {
                    let here = here.get(name).unwrap_or(&Value::Null);
                    self.compare(value, here, &format!("{path}.{name}"))?;
                }
            }
            (Value::Array(there), Value::Array(here)) => {
                if there.len() != here.len() {
                    bail!("{path} has {} items, not {}", here.len(), there.len());
                }
                for (at, (there, here)) in there.iter().zip(here).enumerate() {
                    self.compare(there, here, &format!("{path}.{at}"))?;
                }
            }
            (there, here) if std::mem::discriminant(there) != std::mem::discriminant(here) => {
                bail!("{path} is {here}, not {there}");
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether it is an id: a prefix, a hyphen, and 17 letters and digits.
fn is_id(text: &str) -> bool {
    let is_prefix =
        |prefix: &str| !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_lowercase());
    let is_rest = |rest: &str| {
        rest.len() == ID_LENGTH
            && rest
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    text.split_once('-')
        .is_some_and(|(prefix, rest)| is_prefix(prefix) && is_rest(rest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_learnt_and_other_answers_are_refused() {
        let mut names = Names::new([("vpc-0", "vpc-1")]);
        let (there, here) = ("svc-0123456789abcdef0", "svc-fedcba98765432100");
        names
            .compare(&json!({"id": there}), &json!({"id": here}), "answer")
            .unwrap();
        let input = json!({"serviceIdentifier": there, "vpc": "vpc-0"});
        let expected = json!({"serviceIdentifier": here, "vpc": "vpc-1"});
        assert_eq!(names.here(&input).unwrap(), expected);
        for other in [json!({}), json!({"id": 1}), json!({"id": here, "more": 1})] {
            assert!(
                names
                    .compare(&json!({"id": there}), &other, "answer")
                    .is_err()
            );
        }
        assert!(names.compare(&json!([1]), &json!([]), "answer").is_err());
    }
}
