//! What is taken away is gone, on every data plane that hears from a majority, within a bound: a
//! caller out of a policy, an access key that is made inactive, a service out of the network, a target
//! out of its group.
//!
//! Source: design, section 8, lines 4 and 7; reliability plan, W11, section 2.6: revocation ≤ 1 s.

use std::collections::HashMap;

use super::Verdict;
use super::traffic::verdict;
use crate::history::Outcome;
use crate::traffic::estate;
use crate::traffic::history::{Ask, Cell, ChangeCall, Claim, Exchange, History, Host, Setting};
use crate::traffic::window::Windows;

/// After each revocation and `bound_us` more, until the same thing is written again, no request
/// arrives by what was revoked. At least `judged_min` requests that would have must have been sent
/// then.
#[must_use]
pub fn check(history: &History, windows: &Windows, bound_us: u64, judged_min: u64) -> Verdict {
    let taken = pairs(history).filter_map(|(before, write, until_us)| {
        let what = Taken::by(before, &write.operation)?;
        Some((write, what, until_us))
    });
    judge(history, windows, (bound_us, judged_min), taken)
}

/// What a write took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// These callers may not call the service any more.
    Callers(u8, Vec<u8>),
    /// The caller's key is inactive.
    Key(u8),
    /// The service is not in the network.
    Service(u8),
    /// The target gets no new request.
    Target(u8),
    /// This generation of the reborn service is gone.
    Generation(u32),
}

/// What a request says of something that was taken away.
enum Sign {
    /// Nothing.
    None,
    /// It is not there.
    Gone,
    /// It still is.
    There,
}

impl Taken {
    fn by(before: &Setting, after: &Setting) -> Option<Self> {
        Some(match (before, after) {
            (Setting::Callers { callers: old, .. }, Setting::Callers { service, callers }) => {
                let mut lost = old.clone();
                lost.retain(|caller| !callers.contains(caller));
                Self::Callers(*service, lost)
            }
            (Setting::Members { targets: old, .. }, Setting::Members { targets, .. }) => {
                Self::Target(*old.iter().find(|target| !targets.contains(target))?)
            }
            (
                Setting::Key { active: true, .. },
                Setting::Key {
                    caller,
                    active: false,
                },
            ) => Self::Key(*caller),
            (
                Setting::Joined { joined: true, .. },
                Setting::Joined {
                    service,
                    joined: false,
                },
            ) => Self::Service(*service),
            _ => return None,
        })
    }

    fn sign(&self, ask: &Ask, arrived: Option<u8>) -> Sign {
        if ask.rule == estate::NO_RULE {
            // It would not have arrived before either.
            return Sign::None;
        }
        let concerned = match self {
            Self::Callers(service, callers) => {
                ask.host == Host::Guarded(*service)
                    && matches!(&ask.claim, Claim::Caller(caller) if callers.contains(caller))
            }
            Self::Key(caller) => ask.claim == Claim::Caller(*caller),
            Self::Service(service) => ask.host == Host::Guarded(*service),
            Self::Target(target) => {
                let group = estate::group_of(*target);
                return match arrived {
                    Some(arrived) if arrived == *target => Sign::There,
                    Some(arrived) if estate::group_of(arrived) == group => Sign::Gone,
                    Some(_) | None => Sign::None,
                };
            }
            Self::Generation(generation) => {
                let slot = estate::slot(*generation);
                let there = arrived.is_some_and(|target| estate::group_of(target) == slot);
                return match ask.host {
                    Host::Reborn | Host::Former(_) if there => Sign::There,
                    Host::Former(former) if former == *generation => Sign::Gone,
                    Host::Reborn => Sign::Gone,
                    Host::Guarded(_) | Host::Open | Host::Former(_) => Sign::None,
                };
            }
        };
        match arrived {
            _ if !concerned => Sign::None,
            Some(_) => Sign::There,
            None => Sign::Gone,
        }
    }
}

/// Each write that is done, with the setting before it and when the same thing may have been written
/// again.
///
/// Where an unknown write is among them, the time before it ends there, and the time after it is
/// left out: its effect may come at any time.
fn pairs(history: &History) -> impl Iterator<Item = (&Setting, &ChangeCall, u64)> {
    let mut cells: HashMap<Cell, Vec<&ChangeCall>> = HashMap::new();
    for change in &history.changes {
        if !matches!(change.outcome, Outcome::Refused { .. }) {
            cells
                .entry(change.operation.cell())
                .or_default()
                .push(change);
        }
    }
    let pairs = cells.into_values().flat_map(|mut writes| {
        writes.sort_by_key(|write| write.invoked_us);
        let unknown = |write: &&ChangeCall| matches!(write.outcome, Outcome::Unknown { .. });
        let known = writes.iter().position(unknown).unwrap_or(writes.len());
        let until = |next: usize| writes.get(next).map_or(u64::MAX, |write| write.invoked_us);
        let pair = |at: usize| (&writes[at - 1].operation, writes[at], until(at + 1));
        (1..known).map(pair).collect::<Vec<_>>()
    });
    pairs.collect::<Vec<_>>().into_iter()
}

/// Judges requests between each write that took something away and the time until which it is gone.
pub(super) fn judge<'h>(
    history: &'h History,
    windows: &Windows,
    (bound_us, judged_min): (u64, u64),
    taken: impl Iterator<Item = (&'h ChangeCall, Taken, u64)>,
) -> Verdict {
    let mut sent: Vec<&Exchange> = history.exchanges.iter().collect();
    sent.sort_by_key(|exchange| exchange.invoked_us);
    let arrivals = history.receipts.iter();
    let arrivals: HashMap<_, _> = arrivals.map(|r| (r.marker, r.target)).collect();
    let (mut findings, mut writes, mut judged, mut longest_us) = (Vec::new(), 0_u64, 0_u64, 0);
    for (write, what, until_us) in taken {
        writes += 1;
        let first = sent.partition_point(|exchange| exchange.invoked_us <= write.ended_us);
        for exchange in &sent[first..] {
            if exchange.invoked_us >= until_us {
                break;
            }
            let ask = &exchange.ask;
            if exchange.ended_us >= until_us
                || windows.was_apart(ask.node, write.invoked_us, exchange.ended_us)
            {
                continue;
            }
            let echo = exchange.reply.as_ref().ok().and_then(|r| r.echo.as_ref());
            let arrived = echo.map(|echo| echo.target);
            let sign = what.sign(ask, arrived.or(arrivals.get(&ask.marker).copied()));
            let after_us = exchange.invoked_us - write.ended_us;
            match sign {
                Sign::None => continue,
                Sign::Gone => {}
                Sign::There => {
                    longest_us = longest_us.max(after_us);
                    if after_us > bound_us {
                        findings.push(format!("{exchange:?}: {after_us} µs after {write:?}"));
                    }
                }
            }
            judged += u64::from(after_us > bound_us);
        }
    }
    let evidence = format!(
        "{writes} revocations, {judged} requests after the bound of {bound_us} µs; the last that \
         arrived was sent {longest_us} µs after the acknowledgement"
    );
    if findings.is_empty() && judged < judged_min {
        let reason = format!("{evidence}; {judged_min} requests are needed");
        return Verdict::Unknown { reason };
    }
    verdict(findings, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::traffic::scene::{
        BOUND_US, beginning, expect, get, lost, receipt, served, status,
    };
    use crate::traffic::window::Window;

    const WRITE: (u64, u64) = (5_000, 5_010);
    const LATE: (u64, u64) = (6_500, 6_510);

    fn callers(callers: &[u8]) -> Setting {
        let callers = callers.to_vec();
        Setting::Callers {
            service: 0,
            callers,
        }
    }

    #[test]
    fn what_was_taken_away_is_gone_after_the_bound() {
        let (caller, service, group) = (0, 0, 0);
        let key = Setting::Key {
            caller,
            active: false,
        };
        let left = Setting::Joined {
            service,
            joined: false,
        };
        let one = Setting::Members {
            group,
            targets: vec![1],
        };
        #[rustfmt::skip] // A table reads best with a line for each case.
        let cases = [
            ("a caller, denied", callers(&[1]), status(get(1), LATE, 403), ""),
            ("a caller, served", callers(&[1]), served(get(1), LATE, 0), "after Call"),
            ("a caller, served within the bound", callers(&[1]), served(get(1), (5_500, 5_501), 0), "unknown"),
            ("another caller, served", callers(&[0]), served(get(1), LATE, 0), "unknown"),
            ("a key, denied", key.clone(), status(get(1), LATE, 403), ""),
            ("a key, served", key, served(get(1), LATE, 0), "after Call"),
            ("a service, not found", left.clone(), status(get(1), LATE, 404), ""),
            ("a service, served", left, served(get(1), LATE, 0), "after Call"),
            ("a target, another serves", one.clone(), served(get(1), LATE, 1), ""),
            ("a target, serving", one, served(get(1), LATE, 0), "after Call"),
        ];
        for (name, setting, sent, words) in cases {
            let history = beginning().write(WRITE, setting, 20).sent(sent);
            expect(
                name,
                &check(&history, &Windows::default(), BOUND_US, 1),
                words,
            );
        }
    }

    #[test]
    fn a_revocation_is_judged_until_the_next_write_and_on_nodes_that_hear_of_it() {
        let revoked = || beginning().write(WRITE, callers(&[]), 20);
        let late = || served(get(1), LATE, 0);
        let unanswered = lost(get(1), LATE);
        let arrival = receipt(&unanswered, 0);
        let mut apart = Windows::default();
        apart.apart.push(Window {
            node: 0,
            from_us: 5_500_000,
            to_us: 6_000_000,
        });
        let none = Windows::default();
        for (name, history, windows, words) in [
            (
                "arrived without an answer",
                revoked().sent(unanswered).arrived(arrival),
                &none,
                "after Call",
            ),
            (
                "allowed again",
                revoked()
                    .write((6_505, 6_520), callers(&[0]), 21)
                    .sent(late()),
                &none,
                "unknown",
            ),
            (
                "perhaps allowed again",
                revoked().doubt((6_000, 6_020), callers(&[0])).sent(late()),
                &none,
                "unknown",
            ),
            ("on a node apart", revoked().sent(late()), &apart, "unknown"),
        ] {
            expect(name, &check(&history, windows, BOUND_US, 1), words);
        }
    }
}
