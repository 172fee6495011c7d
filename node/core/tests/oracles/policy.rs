//! Policies: what two documents say about a request, and which documents are refused.
//!
//! A row with `document` asks whether it is accepted; a row with `policies` asks for the verdicts.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its data is not as it says"
)]

use serde_json::{Map, Value};
use trellis_core::model::limits::AUTH_POLICY_BYTES_MAX;
use trellis_core::policy::{
    Caller, Context, Decision, Key, Kind, Request, compile, minified, parse,
};

#[test]
fn every_policy_row_has_its_verdict() {
    super::files::run("policy", |row| {
        Some(if row["document"].is_string() {
            acceptance(row)
        } else {
            verdicts(row)
        })
    });
}

fn acceptance(row: &Value) -> Result<(), String> {
    let text = row["document"].as_str().unwrap();
    let fits = minified(text).is_ok_and(|small| small.len() <= AUTH_POLICY_BYTES_MAX);
    let mistakes = parse(text, Kind::Auth).err();
    let accepted = fits && mistakes.is_none();
    if accepted == (row["expect"] == "accept") {
        Ok(())
    } else {
        Err(format!(
            "{} {text} fits: {fits}, {mistakes:?}",
            row["detail"]
        ))
    }
}

fn verdicts(row: &Value) -> Result<(), String> {
    let network = verdict(row, "network")?;
    let service = verdict(row, "service")?;
    let verdicts = [network, service];
    let combined = if verdicts.contains(&Some("explicit-deny")) {
        "explicit-deny"
    } else if verdicts.iter().flatten().all(|verdict| *verdict == "allow") {
        "allow"
    } else {
        "implicit-deny"
    };
    let expect = &row["expect"];
    let expected = ["network", "service"].map(|level| expect[level].as_str());
    if expected == verdicts && expect["combined"] == combined {
        Ok(())
    } else {
        Err(format!(
            "{verdicts:?} {combined} instead of {expect}: {}",
            row["policies"]
        ))
    }
}

/// What one document says; `None` where there is none.
fn verdict(row: &Value, level: &str) -> Result<Option<&'static str>, String> {
    let document = &row["policies"][level];
    if document.is_null() {
        return Ok(None);
    }
    let document = parse(&document.to_string(), Kind::Auth);
    let document = document.map_err(|mistakes| format!("refused: {mistakes:?}"))?;
    let request = &row["request"];
    let principal = &request["principal"];
    let text = |name: &str| principal[name].as_str();
    let facts = Facts(request["context"].as_object().unwrap());
    let role = text("arn").and_then(role_of);
    let principal_arn = facts
        .text("aws:PrincipalArn")
        .or(role.as_deref())
        .or(text("arn"));
    let caller = text("arn").map(|arn| Caller {
        arn,
        account: text("accountId").unwrap(),
        principal_arn: principal_arn.unwrap(),
        user_id: text("userId").unwrap_or_default(),
        provider: None,
    });
    let decision = compile(&document).evaluate(&Request {
        caller,
        action: request["action"].as_str().unwrap(),
        resource: request["resource"].as_str().unwrap(),
        context: &facts,
    });
    Ok(Some(match decision {
        Decision::Allow { .. } => "allow",
        Decision::Deny { .. } => "explicit-deny",
        Decision::Silent => "implicit-deny",
    }))
}

/// The role of a session, where the row's context does not tell.
fn role_of(session: &str) -> Option<String> {
    let (account, name) = session
        .strip_prefix("arn:aws:sts::")?
        .split_once(":assumed-role/")?;
    let (role, _) = name.split_once('/')?;
    Some(format!("arn:aws:iam::{account}:role/{role}"))
}

/// The row's context as it stands: a list is a multivalued key.
struct Facts<'a>(&'a Map<String, Value>);

impl<'a> Facts<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        let mut entries = self.0.iter();
        let found = entries.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }
}

impl Context for Facts<'_> {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match self.get(key.as_str()) {
            Some(Value::String(text)) => test(text),
            Some(Value::Array(items)) => items.iter().any(|item| test(item.as_str().unwrap())),
            _ => false,
        }
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        self.get(key.as_str()).is_some_and(Value::is_array)
    }
}
