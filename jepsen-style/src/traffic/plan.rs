//! Chooses requests. Pure: chance comes in.

use rand::RngExt as _;
use rand::rngs::SmallRng;

use super::content::{content, digest};
use super::estate;
use super::history::{Ask, Claim, Host};

/// Longest body, either way, bytes. Source: below what a node holds for checking a signed hash,
/// 1 MiB.
const BODY_BYTES_MAX: usize = 512 << 10;

/// A request to send.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) ask: Ask,
    pub(super) body: Vec<u8>,
    /// Bytes of content to answer with.
    pub(super) answer_bytes: usize,
    /// Whether to open a new connection.
    pub(super) fresh: bool,
    /// Whether the signature leaves the body out.
    pub(super) unsigned_payload: bool,
    /// A caller that the request claims to be from in the header that only nodes may set.
    pub(super) spoofed: Option<u8>,
    /// What is wrong with the signature, where it is forged.
    pub(super) forgery: Forgery,
}

/// What is wrong with a forged signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// It is made with another secret.
    Secret,
    /// It begins as the right one and ends otherwise.
    Tail,
    /// It was right hours ago.
    Late,
}

/// Chooses a request to a node. `generation` is the latest of the reborn service.
pub(super) fn plan(random: &mut SmallRng, marker: u64, node: usize, generation: u32) -> Plan {
    let post = random.random_bool(0.4);
    let bytes = if post { bytes(random) } else { 0 };
    let body = content(marker, bytes);
    let host = host(random, generation);
    let ask = Ask {
        marker,
        node,
        host,
        rule: rule(random, host),
        claim: claim(random),
        post,
        body: digest(&body),
        explain: random.random_bool(0.5),
        hang_up: post && random.random_bool(0.02),
    };
    Plan {
        ask,
        body,
        answer_bytes: bytes_of_answer(random),
        fresh: random.random_bool(0.1),
        unsigned_payload: random.random_bool(0.5),
        spoofed: random
            .random_bool(0.1)
            .then(|| random.random_range(0..estate::CALLERS)),
        forgery: match random.random_range(0..3) {
            0 => Forgery::Secret,
            1 => Forgery::Tail,
            _ => Forgery::Late,
        },
    }
}

/// The request that asks a node for its revision; it has no marker.
pub(super) fn probe(node: usize) -> Plan {
    let ask = Ask {
        marker: 0,
        node,
        host: Host::Open,
        rule: 0,
        claim: Claim::Caller(estate::PROBE),
        post: false,
        body: digest(b""),
        explain: true,
        hang_up: false,
    };
    Plan {
        ask,
        body: Vec::new(),
        answer_bytes: 0,
        fresh: false,
        unsigned_payload: true,
        spoofed: None,
        forgery: Forgery::Secret,
    }
}

/// Mostly one of the rules; those without rules of their own get everything.
fn rule(random: &mut SmallRng, host: Host) -> u8 {
    let guarded = matches!(host, Host::Guarded(_));
    if guarded && random.random_bool(0.03) {
        return estate::NO_RULE;
    }
    random.random_range(0..estate::RULES)
}

fn host(random: &mut SmallRng, generation: u32) -> Host {
    match random.random_range(0..10) {
        0 => Host::Open,
        1 => Host::Reborn,
        2 => Host::Former(generation.saturating_sub(random.random_range(0..3))),
        _ => Host::Guarded(random.random_range(0..estate::GUARDED)),
    }
}

fn claim(random: &mut SmallRng) -> Claim {
    let caller = random.random_range(0..estate::CALLERS);
    match random.random_range(0..20) {
        0 | 1 => Claim::Anonymous,
        2 => Claim::Forged(caller),
        _ => Claim::Caller(caller),
    }
}

/// Mostly small, sometimes more than a node's buffers hold.
fn bytes(random: &mut SmallRng) -> usize {
    match random.random_range(0..100) {
        0 => random.random_range(0..BODY_BYTES_MAX),
        1..10 => random.random_range(0..64 << 10),
        _ => random.random_range(0..2 << 10),
    }
}

fn bytes_of_answer(random: &mut SmallRng) -> usize {
    if random.random_bool(0.5) {
        bytes(random)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn every_kind_of_request_is_among_a_thousand() {
        let mut random = Seed(1).stream("test");
        let plans: Vec<_> = (1..=1_000).map(|m| plan(&mut random, m, 0, 9)).collect();
        let forged =
            |plan: &Plan, how| plan.forgery == how && matches!(plan.ask.claim, Claim::Forged(_));
        let share = |of: &dyn Fn(&Plan) -> bool| plans.iter().filter(|plan| of(plan)).count();
        for (name, count) in [
            ("posts", share(&|p| p.ask.post)),
            ("gets", share(&|p| !p.ask.post && p.body.is_empty())),
            ("anonymous", share(&|p| p.ask.claim == Claim::Anonymous)),
            (
                "forged",
                share(&|p| matches!(p.ask.claim, Claim::Forged(_))),
            ),
            ("open", share(&|p| p.ask.host == Host::Open)),
            ("reborn", share(&|p| p.ask.host == Host::Reborn)),
            ("the former", share(&|p| p.ask.host == Host::Former(8))),
            ("large", share(&|p| p.body.len() > 32 << 10)),
            ("large answer", share(&|p| p.answer_bytes > 32 << 10)),
            ("new connections", share(&|p| p.fresh)),
            ("hanging up", share(&|p| p.ask.hang_up)),
            ("spoofed", share(&|p| p.spoofed.is_some())),
            ("no rule", share(&|p| p.ask.rule == estate::NO_RULE)),
            ("a wrong end", share(&|p| forged(p, Forgery::Tail))),
            ("late", share(&|p| forged(p, Forgery::Late))),
        ] {
            assert!(count >= 5, "{name}: {count}");
        }
    }
}
