//! What conditions of policies may ask about a request: facts of the connection, the caller, the
//! service and the head, borrowed.
//!
//! Source: VPC Lattice user guide, "Auth policies", condition keys; IAM user guide, "AWS global
//! condition context keys" (read 2026-11). Keys that are not listed here are missing.
//!
//! Choices where AWS documents nothing: `RequestPath` is without the query; a header that occurs
//! several times has several values; names of query parameters are compared without case, as all
//! keys are; `RequestHeader/host` is the authority also in HTTP/2; an anonymous caller has
//! `aws:PrincipalType` `Anonymous` and `aws:userid` `anonymous`.

use std::fmt::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use super::target::{RequestTarget, query_pairs};
use super::{Caller, Head, Peer};
use crate::policy::{Context, Key};
use crate::view::{Principal, PrincipalKind, Reach, VpcView};

/// The head of a request with its target, read.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The head.
    pub head: &'a Head<'a>,
    /// Path and query.
    pub target: RequestTarget<'a>,
}

/// The facts of a request.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who connected.
    pub peer: &'a Peer<'a>,
    /// The VPC of the ingress.
    pub vpc: &'a VpcView,
    /// The service network and the service.
    pub reach: &'a Reach,
    /// Who calls.
    pub caller: &'a Caller,
    /// The request; `None` for a TLS stream that is not opened.
    pub message: Option<Message<'a>>,
    /// The time.
    pub now: SystemTime,
}

/// Gives a value to what a policy wants to know about it; answers what that answers.
type Test<'t> = &'t mut dyn FnMut(&str) -> bool;

impl Context for Facts<'_> {
    fn any(&self, key: &Key, test: Test<'_>) -> bool {
        match key.service() {
            "vpc-lattice-svcs" => self.of_lattice(key, test),
            "aws" => self.of_caller(key, test) || self.of_surroundings(key, test),
            _ => false,
        }
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        key.service() == "vpc-lattice-svcs" && key.name() == "requestquerystring"
    }
}

impl Facts<'_> {
    fn of_lattice(&self, key: &Key, test: Test<'_>) -> bool {
        match (key.name(), key.argument()) {
            ("port", None) => Text::of(format_args!("{}", self.peer.port)).test(test),
            ("servicearn", None) => test(&self.reach.service.arn),
            ("servicenetworkarn", None) => test(&self.reach.network.arn),
            ("sourcevpc", None) => test(&self.vpc.id),
            ("sourcevpcowneraccount", None) => test(&self.vpc.owner),
            (name, argument) => self
                .message
                .as_ref()
                .is_some_and(|message| message.of_request(name, argument, test)),
        }
    }

    fn of_caller(&self, key: &Key, test: Test<'_>) -> bool {
        match (self.caller, key.name(), key.argument()) {
            (Caller::Anonymous, "principaltype", None) => test("Anonymous"),
            (Caller::Anonymous, "userid", None) => test("anonymous"),
            (Caller::Anonymous, ..) => false,
            (Caller::Signed(principal), name, argument) => {
                of_principal(principal, name, argument, test)
            }
        }
    }

    fn of_surroundings(&self, key: &Key, test: Test<'_>) -> bool {
        let service = &self.reach.service;
        match (key.name(), key.argument()) {
            ("sourceip", None) => {
                Text::of(format_args!("{}", self.peer.address.ip().to_canonical())).test(test)
            }
            ("sourcevpc", None) => test(&self.vpc.id),
            ("sourcevpcarn", None) => test(&self.vpc.arn),
            ("securetransport", None) => test(if self.peer.secure { "true" } else { "false" }),
            ("currenttime", None) => test_time(milliseconds(self.now), test),
            ("epochtime", None) => {
                Text::of(format_args!("{}", milliseconds(self.now) / 1_000)).test(test)
            }
            ("useragent", None) => self
                .message
                .as_ref()
                .is_some_and(|message| message.header("user-agent", test)),
            ("requestedregion", None) => test(&service.region),
            ("resourceaccount", None) => test(&service.account),
            ("resourcetag", Some(name)) => test_tag(&service.tags, name, test),
            _ => false,
        }
    }
}

fn of_principal(principal: &Principal, name: &str, argument: Option<&str>, test: Test<'_>) -> bool {
    match (name, argument) {
        ("principalarn", None) => test(&principal.principal_arn),
        ("principalaccount", None) => test(&principal.account),
        ("principaltype", None) => test(principal.kind.principal_type()),
        ("principaltag", Some(name)) => test_tag(&principal.tags, name, test),
        ("userid", None) => test(&principal.user_id),
        ("username", None) if principal.kind == PrincipalKind::User => {
            let name = principal.arn.rsplit('/').next();
            name.is_some_and(test)
        }
        ("sourceidentity", None) => {
            !principal.source_identity.is_empty() && test(&principal.source_identity)
        }
        ("federatedprovider", None) => !principal.provider.is_empty() && test(&principal.provider),
        ("tokenissuetime", None) => principal
            .issued_at_ms
            .is_some_and(|issued_at| test_time(issued_at, test)),
        _ => false,
    }
}

impl Message<'_> {
    fn of_request(&self, name: &str, argument: Option<&str>, test: Test<'_>) -> bool {
        match (name, argument) {
            ("requestmethod", None) => test(self.head.method),
            ("requestpath", None) => test(self.target.path()),
            ("requestheader", Some(name)) => self.header(name, test),
            ("requestquerystring", Some(name)) if !self.head.is_grpc() => {
                let pairs = query_pairs(self.target.query().unwrap_or_default());
                pairs
                    .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                    .any(|(_, value)| test(&value))
            }
            _ => false,
        }
    }

    /// Bytes that are not UTF-8 become U+FFFD.
    fn header(&self, name: &str, test: Test<'_>) -> bool {
        let values = self.head.headers.get_all(name);
        if name == "host" && values.iter().next().is_none() {
            return test(self.head.authority);
        }
        values
            .iter()
            .any(|value| test(&String::from_utf8_lossy(value.as_bytes())))
    }
}

fn test_tag(tags: &[(String, String)], name: &str, test: Test<'_>) -> bool {
    tags.iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .any(|(_, value)| test(value))
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// ISO 8601 in UTC with whole seconds.
fn test_time(milliseconds: u64, test: Test<'_>) -> bool {
    let seconds = i64::try_from(milliseconds / 1_000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds)
        .is_ok_and(|instant| Text::of(format_args!("{instant}")).test(test))
}

/// Bytes of the longest formatted fact: an IPv6 address has 39.
const TEXT_BYTES_MAX: usize = 40;

/// A short text on the stack.
struct Text {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl Text {
    fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self {
            bytes: [0; TEXT_BYTES_MAX],
            length: 0,
        };
        if text.write_fmt(arguments).is_err() {
            text.length = 0;
        }
        text
    }

    /// A text that did not fit is missing.
    fn test(&self, test: Test<'_>) -> bool {
        let text = std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default();
        !text.is_empty() && test(text)
    }
}

impl Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.length + part.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(part.as_bytes());
        self.length = end;
        Ok(())
    }
}
