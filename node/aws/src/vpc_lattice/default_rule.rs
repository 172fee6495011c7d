//! The default rule of a listener: the registry keeps its action in the listener, the API shows it as a rule.
//!
//! Source: API reference, `GetRule` and `ListRules`; user guide, "Listener rules".

use serde_json::{Value, json};

/// Its name.
const NAME: &str = "default";

/// The id of the default rule of a listener, by the listener's id.
pub(super) fn id(listener: &str) -> String {
    let tail = listener.strip_prefix("listener-").unwrap_or(listener);
    format!("rule-{tail}")
}

/// What is told of the default rule of a listener, from what is told of the listener.
pub(super) fn tell(listener: &Value) -> Value {
    let text = |member: &str| listener[member].as_str().unwrap_or_default();
    let id = id(text("id"));
    json!({
        "arn": format!("{}/rule/{id}", text("arn")),
        "id": id,
        "name": NAME,
        "isDefault": true,
        "action": listener["defaultAction"],
        "createdAt": listener["createdAt"],
        "lastUpdatedAt": listener["lastUpdatedAt"],
    })
}
