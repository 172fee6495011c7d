//! What requests through the data plane must satisfy: each is answered as the settings allow, whole
//! and unmixed, and nearly always.
//!
//! Source: design, section 8, lines 2 and 4; reliability plan, W12, section 2.6: zero wrong routes,
//! bypasses and mix-ups.

pub mod oracle;
pub mod timeline;

#[cfg(test)]
pub(super) mod scene;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::{FINDINGS_MAX, Verdict};
use crate::traffic::history::{Ask, Claim, Exchange, History, Receipt, Reply};
use crate::traffic::window::Windows;
use oracle::{Answered, Oracle};

/// The verdict for findings, of which the first are shown.
pub(super) fn verdict(mut findings: Vec<String>, evidence: String) -> Verdict {
    let count = findings.len();
    findings.truncate(FINDINGS_MAX);
    if count > FINDINGS_MAX {
        findings.push(format!("and {} more", count - FINDINGS_MAX));
    }
    Verdict::of(findings, evidence)
}

/// Every request went to a target, or was refused, as the settings allow that held at some time
/// from `bound_us` before it was sent until it was answered; where the response tells the revision,
/// as those of this revision allow, which is no older than that.
///
/// Nodes that were apart may be as old as the faults.
#[must_use]
pub fn rightness(history: &History, windows: &Windows, bound_us: u64) -> Verdict {
    let oracle = Oracle::new(history, windows, bound_us);
    let mut findings = Vec::new();
    let (mut exact, mut within) = (0_usize, 0_usize);
    let mut answered = HashMap::new();
    for exchange in &history.exchanges {
        let answer = Answered::of(exchange);
        if let Some(answer @ Answered::Served(_)) = answer {
            answered.insert(exchange.ask.marker, answer);
        }
        let Some(answer) = answer else { continue };
        match exchange
            .reply
            .as_ref()
            .ok()
            .and_then(|reply| reply.revision)
        {
            Some(_) => exact += 1,
            None => within += 1,
        }
        findings.extend(oracle.fault(exchange, answer));
    }
    let asked: HashMap<_, _> = by_marker(history);
    let mut unanswered = 0;
    for receipt in &history.receipts {
        let arrived = Answered::Served(receipt.target);
        let Some(exchange) = asked.get(&receipt.marker) else {
            continue;
        };
        // Sent again to another target, or the response was lost: the target got it all the same.
        if answered.get(&receipt.marker) != Some(&arrived) {
            unanswered += 1;
            findings.extend(oracle.fault_of_arrival(exchange, arrived));
        }
    }
    let evidence = format!(
        "{exact} requests at the revision that they tell, {within} within the bound of \
         {bound_us} µs, {unanswered} that arrived without an answer"
    );
    verdict(findings, evidence)
}

/// No request, body, identity or response reached another than the one it belongs to, changed or
/// twice. A GET may arrive twice: a node may send it again where the connection to its target ends.
///
/// Source: RFC 9110, section 9.2.2.
#[must_use]
pub fn integrity(history: &History) -> Verdict {
    let mut findings = Vec::new();
    let mut arrivals: HashMap<u64, Vec<&Receipt>> = HashMap::new();
    let asked = by_marker(history);
    for receipt in &history.receipts {
        arrivals.entry(receipt.marker).or_default().push(receipt);
        findings.extend(match asked.get(&receipt.marker) {
            Some(exchange) => mixed_up(&exchange.ask, receipt),
            None => Some(format!("{receipt:?}: nobody sent this request")),
        });
    }
    let mut repeated = 0;
    for exchange in &history.exchanges {
        let ask = &exchange.ask;
        let arrived = arrivals.get(&ask.marker).map_or(&[][..], |of| &of[..]);
        if arrived.len() > 1 {
            repeated += 1;
            if ask.post {
                let times = arrived.len();
                findings.push(format!("{exchange:?}: a POST arrived {times} times"));
            }
        }
        let Some(echo) = exchange.reply.as_ref().ok().and_then(|r| r.echo.as_ref()) else {
            continue;
        };
        if echo.marker != ask.marker || echo.body != ask.body || !echo.differs.is_empty() {
            findings.push(format!(
                "{exchange:?}: the answer belongs to another request"
            ));
        } else if !arrived.iter().any(|receipt| receipt.target == echo.target) {
            findings.push(format!("{exchange:?}: this target never got the request"));
        }
    }
    let (sent, received) = (history.exchanges.len(), history.receipts.len());
    let evidence = format!("{sent} requests, {received} arrivals, {repeated} GETs sent again");
    verdict(findings, evidence)
}

/// Requests are answered, whatever the answer, on nodes that are up: at most `failed_ppm_max` in a
/// million fail. Requests under way on a node while it is down do not count, nor do those that asked
/// their target to hang up.
///
/// Source: reliability plan, section 2.6: 99.99 % where a minority is lost, 99.95 % where the
/// majority is.
#[must_use]
pub fn availability(history: &History, windows: &Windows, failed_ppm_max: u64) -> Verdict {
    let (failed, counted) = failed(history, windows);
    if counted == 0 {
        let reason = "no request was sent to a node that was up".to_owned();
        return Verdict::Unknown { reason };
    }
    let evidence = format!("{} of {counted} requests failed", failed.len());
    if failed.len() as u64 * 1_000_000 <= counted as u64 * failed_ppm_max {
        return Verdict::Holds { evidence };
    }
    let failures = failed.iter();
    let failures = failures.map(|exchange| format!("{exchange:?}: not served"));
    verdict(failures.collect(), evidence)
}

/// The requests that were not answered on nodes that were up, and how many were sent to such nodes.
#[must_use]
pub fn failed<'h>(history: &'h History, windows: &Windows) -> (Vec<&'h Exchange>, usize) {
    let exchanges = history.exchanges.iter().filter(|exchange| {
        let ask = &exchange.ask;
        !ask.hang_up && !windows.was_down(ask.node, exchange.invoked_us, exchange.ended_us)
    });
    let is_answered = |reply: &Reply| reply.status < 500;
    let failed = exchanges
        .clone()
        .filter(|exchange| !exchange.reply.as_ref().is_ok_and(is_answered));
    (failed.collect(), exchanges.count())
}

/// Enough requests were sent in a span, else what is said of it says little.
///
/// Source: etcd's robustness tests, which void a run below a rate before the fault.
#[must_use]
pub fn rate(history: &History, from_us: u64, to_us: u64, per_second_min: u64) -> Verdict {
    let sent = history.exchanges.iter();
    let sent = sent.filter(|exchange| (from_us..to_us).contains(&exchange.invoked_us));
    let sent = sent.count() as u64;
    let span_us = to_us.saturating_sub(from_us).max(1);
    let evidence = format!("{sent} requests in {span_us} µs");
    if sent.saturating_mul(1_000_000) / span_us < per_second_min {
        let reason = format!("{evidence}, of {per_second_min} a second that are needed");
        return Verdict::Unknown { reason };
    }
    Verdict::Holds { evidence }
}

fn by_marker(history: &History) -> HashMap<u64, &Exchange> {
    let exchanges = history.exchanges.iter();
    exchanges.map(|sent| (sent.ask.marker, sent)).collect()
}

/// In what a request arrived otherwise than it was sent.
fn mixed_up(ask: &Ask, receipt: &Receipt) -> Option<String> {
    let caller = match ask.claim {
        Claim::Anonymous => None,
        // A forged one must not arrive at all: that is judged with the routes.
        Claim::Caller(caller) | Claim::Forged(caller) => Some(caller),
    };
    let what = if receipt.body != ask.body {
        "another body"
    } else if receipt.caller != caller {
        "another caller"
    } else {
        return None;
    };
    Some(format!("{ask:?}: {receipt:?} has {what}"))
}
