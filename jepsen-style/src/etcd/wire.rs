//! The part of etcd's v3 JSON gateway that a register needs: requests, and what the answers hold. Pure.
//!
//! Keys and values are in base64; 64-bit numbers are strings, and what is zero, false or empty is left
//! out. Source: etcd 3.4, `Documentation/dev-guide/api_grpc_gateway.md` and `rpc.swagger.json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::workload::Answered;
use crate::workload::register::Answer;

/// What a key must be for a write to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// It must not be there.
    Absent,
    /// It must have got its value at this revision.
    Since(u64),
}

/// Reads a key; `serializable` asks the node for what it has, however old that is.
pub(super) fn range(key: &str, serializable: bool) -> Value {
    json!({ "key": STANDARD.encode(key), "serializable": serializable })
}

/// Writes a key, where the condition holds.
pub(super) fn put(key: &str, value: u64, condition: Option<Condition>) -> Value {
    let key = STANDARD.encode(key);
    let put = json!({ "key": key, "value": STANDARD.encode(value.to_string()) });
    let compare = match condition {
        None => json!([]),
        Some(Condition::Absent) => json!([{
            "key": key, "target": "CREATE", "result": "EQUAL", "create_revision": "0",
        }]),
        Some(Condition::Since(revision)) => json!([{
            "key": key, "target": "MOD", "result": "EQUAL", "mod_revision": revision.to_string(),
        }]),
    };
    json!({ "compare": compare, "success": [{ "request_put": put }] })
}

/// What comes with every answer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Header {
    /// The node that answered.
    #[serde(default, deserialize_with = "number")]
    pub(super) member_id: u64,
    /// Revision of the write, or of the state that was read.
    #[serde(deserialize_with = "number")]
    revision: u64,
}

/// The answer to [`range`].
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Range {
    header: Header,
    #[serde(default)]
    kvs: Vec<KeyValue>,
}

#[derive(Clone, Debug, Deserialize)]
struct KeyValue {
    #[serde(deserialize_with = "number")]
    mod_revision: u64,
    #[serde(default)]
    value: String,
}

/// The answer to [`put`].
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Put {
    header: Header,
    #[serde(default)]
    succeeded: bool,
}

/// How a node is.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    pub(super) header: Header,
    /// Member id of the leader it knows; 0 for none.
    #[serde(default, deserialize_with = "number")]
    pub(super) leader: u64,
    /// Its term.
    #[serde(rename = "raftTerm", default, deserialize_with = "number")]
    pub(super) term: u64,
}

/// What the gateway answers where it has no answer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Error {
    /// What is wrong, in words.
    #[serde(rename = "error")]
    pub(super) text: String,
    /// The gRPC code.
    #[serde(default)]
    pub(super) code: u32,
}

impl Range {
    /// What the register holds; `None` where it is no number.
    pub(super) fn answer(&self) -> Option<Answered<Answer>> {
        let answer = match self.kvs.first() {
            None => Answer::Absent,
            Some(found) => Answer::Value {
                value: std::str::from_utf8(&STANDARD.decode(&found.value).ok()?)
                    .ok()?
                    .parse()
                    .ok()?,
                since: found.mod_revision,
            },
        };
        let revision = self.header.revision;
        Some(Answered { answer, revision })
    }
}

impl Put {
    /// Whether the register was written.
    pub(super) fn answer(&self) -> Answered<Answer> {
        let answer = if self.succeeded {
            Answer::Written
        } else {
            Answer::Mismatch
        };
        let revision = self.header.revision;
        Answered { answer, revision }
    }
}

/// A 64-bit number, which the gateway writes as a string.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_what_the_gateway_takes() {
        let success = json!([{ "request_put": { "key": "aw==", "value": "Nw==" } }]);
        for (request, expected) in [
            (
                range("k", false),
                json!({ "key": "aw==", "serializable": false }),
            ),
            (
                put("k", 7, None),
                json!({ "compare": [], "success": success }),
            ),
            (
                put("k", 7, Some(Condition::Absent)),
                json!({ "compare": [{ "key": "aw==", "target": "CREATE", "result": "EQUAL",
                    "create_revision": "0" }], "success": success }),
            ),
            (
                put("k", 7, Some(Condition::Since(2))),
                json!({ "compare": [{ "key": "aw==", "target": "MOD", "result": "EQUAL",
                    "mod_revision": "2" }], "success": success }),
            ),
        ] {
            assert_eq!(request, expected);
        }
    }

    #[test]
    fn a_read_tells_the_value_and_both_revisions() {
        let value = Answer::Value { value: 7, since: 3 };
        for (answer, expected) in [
            (
                r#"{"header":{"cluster_id":"6","member_id":"13","revision":"4","raft_term":"2"},
                    "kvs":[{"key":"aw==","create_revision":"2","mod_revision":"3","version":"2",
                    "value":"Nw=="}],"count":"1"}"#,
                Some((value, 4)),
            ),
            (
                r#"{"header":{"member_id":"13","revision":"1"}}"#,
                Some((Answer::Absent, 1)),
            ),
            (
                r#"{"header":{"revision":"4"},"kvs":[{"mod_revision":"3","value":"aw=="}]}"#,
                None,
            ),
        ] {
            let range: Range = serde_json::from_str(answer).unwrap();
            let found = range.answer().map(|found| (found.answer, found.revision));
            assert_eq!(found, expected, "{answer}");
        }
    }

    #[test]
    fn a_write_that_does_not_say_that_it_succeeded_did_not() {
        for (answer, expected) in [
            (
                r#"{"header":{"revision":"3"},"succeeded":true,
                    "responses":[{"response_put":{"header":{"revision":"3"}}}]}"#,
                (Answer::Written, 3),
            ),
            (r#"{"header":{"revision":"2"}}"#, (Answer::Mismatch, 2)),
        ] {
            let put: Put = serde_json::from_str(answer).unwrap();
            let Answered { answer, revision } = put.answer();
            assert_eq!((answer, revision), expected);
        }
    }

    #[test]
    fn an_answer_without_a_revision_is_none() {
        for answer in [
            "{}",
            r#"{"header":{}}"#,
            r#"{"header":{"revision":"x"}}"#,
            r#"{"header":{"revision":4}}"#,
        ] {
            assert!(serde_json::from_str::<Range>(answer).is_err(), "{answer}");
            assert!(serde_json::from_str::<Put>(answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn a_status_tells_who_leads_in_which_term() {
        let answer = r#"{"header":{"member_id":"13","revision":"4","raft_term":"2"},
            "version":"3.4.23","leader":"13","raftIndex":"8","raftTerm":"2"}"#;
        let status: Status = serde_json::from_str(answer).unwrap();
        let found = (status.header.member_id, status.leader, status.term);
        assert_eq!(found, (13, 13, 2));
        let alone = r#"{"header":{"member_id":"13","revision":"4"},"raftTerm":"3"}"#;
        let status: Status = serde_json::from_str(alone).unwrap();
        assert_eq!((status.leader, status.term), (0, 3));
    }
}
