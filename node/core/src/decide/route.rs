//! Routes a request: the first rule that matches, by priority, else the default action.
//!
//! Source: VPC Lattice user guide, "Listener rules"; API model 2022-11-30, `HttpMatch`. Paths and
//! header values are compared without case unless the rule says otherwise; a prefix is a plain
//! string prefix without regard to segments; the query takes no part. A header with several values
//! matches where any of them does.

use std::borrow::Cow;

use super::facts::Message;
use super::target::percent_decoded;
use crate::seeded_bugs::{self, Bug};
use crate::view::{ListenerView, RuleView};

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Method, as received.
    pub method: &'a str,
    /// Path without query, as received.
    pub path: &'a str,
    /// Headers.
    pub headers: &'a http::HeaderMap,
}

impl<'a> Subject<'a> {
    /// What rules see of a request.
    #[must_use]
    pub fn of(message: &Message<'a>) -> Self {
        Self {
            method: message.head.method,
            path: message.target.path(),
            headers: message.head.headers,
        }
    }
}

/// Position of the first rule that matches; `None` for the default action.
///
/// Cost: O(rules), no allocation.
#[must_use]
pub fn rule(listener: &ListenerView, subject: &Subject<'_>) -> Option<usize> {
    listener
        .rules
        .iter()
        .position(|rule| matches(rule, subject))
}

fn matches(rule: &RuleView, subject: &Subject<'_>) -> bool {
    let method = rule
        .method
        .as_ref()
        .is_none_or(|method| method == subject.method);
    method
        && rule.path.as_ref().is_none_or(|path| {
            let seen = seen(subject.path);
            path.test.passes(seen.as_bytes(), path.case_sensitive)
        })
        && rule.headers.iter().all(|header| {
            subject
                .headers
                .get_all(&header.name)
                .iter()
                .any(|value| header.test.passes(value.as_bytes(), header.case_sensitive))
        })
}

/// The path as rules see it: as it arrived.
fn seen(path: &str) -> Cow<'_, str> {
    if seeded_bugs::is(Bug::B14) {
        let once = percent_decoded(path);
        return Cow::Owned(percent_decoded(&once).into_owned());
    }
    Cow::Borrowed(path)
}
