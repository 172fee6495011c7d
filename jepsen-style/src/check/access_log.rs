//! Every request leaves exactly one record in the access log of the node that served it, refused ones
//! included, and the record says what happened.
//!
//! Source: design, section 4, step "log".

use std::collections::HashMap;

use super::Verdict;
use super::traffic::verdict;
use crate::traffic::history::{Claim, Exchange, History};
use crate::traffic::log::LogRecord;
use crate::traffic::window::Windows;

/// How long before a node ends without warning its records may be lost, microseconds. Source: ten
/// times the longest time that a record waits for others, 100 ms.
const UNWRITTEN_US: u64 = 1_000_000;

/// Each answered request has one record, that of an unanswered one is at most one, and no record is
/// of a request that nobody sent. The logs must be read a second after the last request or later.
#[must_use]
pub fn check(history: &History, records: &[LogRecord], windows: &Windows) -> Verdict {
    let mut by_marker: HashMap<u64, Vec<&LogRecord>> = HashMap::new();
    for record in records {
        if let Some(marker) = record.marker {
            by_marker.entry(marker).or_default().push(record);
        }
    }
    let (mut findings, mut matched, mut lost) = (Vec::new(), 0, 0);
    for exchange in &history.exchanges {
        let of_it = by_marker.remove(&exchange.ask.marker).unwrap_or_default();
        let (node, ended_us) = (exchange.ask.node, exchange.ended_us);
        match (&of_it[..], &exchange.reply) {
            ([], Err(_)) => {}
            ([], Ok(_)) if windows.lost_records(node, ended_us, ended_us + UNWRITTEN_US) => {
                lost += 1;
            }
            ([], Ok(_)) => findings.push(format!("{exchange:?}: no record")),
            ([record], _) => {
                matched += 1;
                findings.extend(differs(exchange, record));
            }
            (several, _) => {
                let count = several.len();
                findings.push(format!("{exchange:?}: {count} records: {several:?}"));
            }
        }
    }
    let unsent = by_marker.into_values().flatten();
    findings.extend(unsent.map(|record| format!("{record:?}: nobody sent this request")));
    if matched == 0 && findings.is_empty() {
        let reason = "no record was found".to_owned();
        return Verdict::Unknown { reason };
    }
    let evidence = format!("{matched} requests with one record, {lost} lost with their node");
    verdict(findings, evidence)
}

/// What a record says otherwise than the client saw.
fn differs(exchange: &Exchange, record: &LogRecord) -> Option<String> {
    let ask = &exchange.ask;
    if record.node != ask.node {
        return Some(format!(
            "{exchange:?}: recorded by another node: {record:?}"
        ));
    }
    let reply = exchange.reply.as_ref().ok()?;
    let caller = match ask.claim {
        Claim::Caller(caller) if reply.echo.is_some() => Some(caller),
        // Whoever was refused may or may not have been authenticated before.
        Claim::Caller(_) => record.caller,
        Claim::Anonymous | Claim::Forged(_) => None,
    };
    let what = if record.status != reply.status {
        "status"
    } else if record.caller != caller {
        "caller"
    } else if reply.revision.is_some_and(|told| told != record.revision) {
        "revision"
    } else {
        return None;
    };
    Some(format!(
        "{exchange:?}: the record has another {what}: {record:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::traffic::scene::{beginning, expect, get, lost, served, status};
    use crate::traffic::history::Ask;
    use crate::traffic::window::Window;

    fn record(marker: u64) -> LogRecord {
        LogRecord {
            node: 0,
            marker: Some(marker),
            status: 200,
            caller: Some(0),
            revision: 10,
        }
    }

    #[test]
    fn each_request_has_one_record_that_says_what_happened() {
        let good = || served(get(1), (100, 101), 0).at(10);
        let mut down = Windows::default();
        down.down.push(Window {
            node: 0,
            from_us: 600_000,
            to_us: 700_000,
        });
        let none = Windows::default();
        let refused = status(get(1), (100, 101), 403);
        let anonymous = served(
            Ask {
                claim: Claim::Anonymous,
                ..get(1)
            },
            (100, 101),
            0,
        );
        let with = |change: &dyn Fn(&mut LogRecord)| {
            let mut record = record(1);
            change(&mut record);
            record
        };
        #[rustfmt::skip] // A table reads best with a line for each case.
        let cases = [
            ("one", good(), vec![record(1)], &none, ""),
            ("none", good(), vec![], &none, "no record"),
            ("two", good(), vec![record(1), record(1)], &none, "2 records"),
            ("two of a lost one", lost(get(1), (1, 2)), vec![record(1), record(1)], &none, "2 records"),
            ("one of a lost one", lost(get(1), (1, 2)), vec![with(&|r| r.status = 502)], &none, ""),
            ("nobody's", good(), vec![record(1), record(2)], &none, "nobody sent"),
            ("refused", refused, vec![with(&|r| { r.status = 403; r.caller = None; })], &none, ""),
            ("another status", good(), vec![with(&|r| r.status = 403)], &none, "another status"),
            ("another caller", good(), vec![with(&|r| r.caller = Some(1))], &none, "another caller"),
            ("a caller where there was none", anonymous, vec![record(1)], &none, "another caller"),
            ("another revision", good(), vec![with(&|r| r.revision = 11)], &none, "another revision"),
            ("another node", good(), vec![with(&|r| r.node = 1)], &none, "another node"),
            ("nothing found", lost(get(1), (1, 2)), vec![], &none, "unknown"),
            ("lost with its node", good(), vec![], &down, "unknown"),
        ];
        for (name, sent, records, windows, words) in cases {
            let history = beginning().sent(sent);
            expect(name, &check(&history, &records, windows), words);
        }
    }
}
