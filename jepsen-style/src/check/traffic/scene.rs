//! Short ways to write histories of traffic.
//!
//! Every history begins with the whole estate at revision 10. Times are milliseconds here.

use crate::check::Verdict;
use crate::check::tests::{call, done, unknown};
use crate::traffic::digest;
use crate::traffic::estate;
use crate::traffic::history::{
    Ask, Claim, Echo, Exchange, History, Host, Receipt, Reply, Setting, Sighting,
};

/// How long a node may lag behind in these histories, microseconds.
pub(in crate::check) const BOUND_US: u64 = 1_000_000;

/// The estate, and nothing else.
pub(in crate::check) fn beginning() -> History {
    let settings = estate::beginning().into_iter();
    History {
        changes: settings
            .map(|setting| call(0, (0, 0), setting, done((), 10)))
            .collect(),
        ..History::default()
    }
}

impl History {
    /// Adds a write that is done.
    pub(in crate::check) fn write(
        mut self,
        span_ms: (u64, u64),
        setting: Setting,
        revision: u64,
    ) -> Self {
        let done = done((), revision);
        self.changes.push(call(0, micros(span_ms), setting, done));
        self
    }

    /// Adds a write that nobody knows the outcome of.
    pub(in crate::check) fn doubt(mut self, span_ms: (u64, u64), setting: Setting) -> Self {
        self.changes
            .push(call(0, micros(span_ms), setting, unknown()));
        self
    }

    /// Adds a request with its answer, and its arrival at the target that served it.
    pub(in crate::check) fn sent(mut self, exchange: Exchange) -> Self {
        if let Some(echo) = exchange.reply.as_ref().ok().and_then(|r| r.echo.as_ref()) {
            self.receipts.push(receipt(&exchange, echo.target));
        }
        self.exchanges.push(exchange);
        self
    }

    /// Adds what a target received.
    pub(in crate::check) fn arrived(mut self, receipt: Receipt) -> Self {
        self.receipts.push(receipt);
        self
    }

    /// Adds a sighting on a node.
    pub(in crate::check) fn seen(
        mut self,
        node: usize,
        span_ms: (u64, u64),
        revision: u64,
    ) -> Self {
        let (invoked_us, ended_us) = micros(span_ms);
        self.sightings.push(Sighting {
            node,
            invoked_us,
            ended_us,
            revision,
        });
        self
    }
}

/// A GET by caller 0 for rule 0 of service 0, which target 0 or 1 serves at first.
pub(in crate::check) fn get(marker: u64) -> Ask {
    Ask {
        marker,
        node: 0,
        host: Host::Guarded(0),
        rule: 0,
        claim: Claim::Caller(0),
        post: false,
        body: digest(b""),
        explain: false,
        hang_up: false,
    }
}

/// A request that a target served.
pub(in crate::check) fn served(ask: Ask, span_ms: (u64, u64), target: u8) -> Exchange {
    let echo = Echo {
        target,
        marker: ask.marker,
        body: ask.body,
        differs: Vec::new(),
    };
    let reply = Reply {
        status: 200,
        revision: None,
        echo: Some(echo),
    };
    replied(ask, span_ms, Ok(reply))
}

/// A request that the node answered itself.
pub(in crate::check) fn status(ask: Ask, span_ms: (u64, u64), status: u16) -> Exchange {
    let reply = Reply {
        status,
        revision: None,
        echo: None,
    };
    replied(ask, span_ms, Ok(reply))
}

/// A request without an answer.
pub(in crate::check) fn lost(ask: Ask, span_ms: (u64, u64)) -> Exchange {
    replied(ask, span_ms, Err("reset".to_owned()))
}

impl Exchange {
    /// The same, telling the revision.
    pub(in crate::check) fn at(mut self, revision: u64) -> Self {
        if let Ok(reply) = &mut self.reply {
            reply.revision = Some(revision);
        }
        self
    }
}

/// The arrival of a request at a target.
pub(in crate::check) fn receipt(exchange: &Exchange, target: u8) -> Receipt {
    let caller = match exchange.ask.claim {
        Claim::Anonymous => None,
        Claim::Caller(caller) | Claim::Forged(caller) => Some(caller),
    };
    Receipt {
        at_us: exchange.invoked_us,
        target,
        marker: exchange.ask.marker,
        body: exchange.ask.body,
        caller,
    }
}

/// Judges that the verdict is broken by a finding with these words, or holds where there are none.
pub(in crate::check) fn expect(name: &str, verdict: &Verdict, words: &str) {
    match verdict {
        Verdict::Holds { .. } => assert_eq!(words, "", "{name} holds"),
        Verdict::Broken { findings } => {
            let found = findings.iter().any(|finding| finding.contains(words));
            assert!(!words.is_empty() && found, "{name}: {findings:?}");
        }
        Verdict::Unknown { reason } => assert_eq!(words, "unknown", "{name}: {reason}"),
    }
}

fn replied(ask: Ask, span_ms: (u64, u64), reply: Result<Reply, String>) -> Exchange {
    let (invoked_us, ended_us) = micros(span_ms);
    Exchange {
        ask,
        invoked_us,
        ended_us,
        reply,
    }
}

fn micros((from_ms, to_ms): (u64, u64)) -> (u64, u64) {
    (from_ms * 1_000, to_ms * 1_000)
}
