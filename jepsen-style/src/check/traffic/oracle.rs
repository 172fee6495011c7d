//! Which answers a request may get, by the settings.

use super::timeline::{Moment, Timeline};
use crate::traffic::estate;
use crate::traffic::history::{Ask, Cell, Claim, Exchange, History, Host, Setting};
use crate::traffic::window::Windows;

/// How a request was answered; none of these where it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// By a target.
    Served(u8),
    /// 403.
    Denied,
    /// 404.
    Absent,
    /// A status that no setting leads to.
    Strange(u16),
}

impl Answered {
    /// How a request was answered; `None` where it failed.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Option<Self> {
        let reply = exchange.reply.as_ref().ok()?;
        Some(match (&reply.echo, reply.status) {
            (Some(echo), 200) => Self::Served(echo.target),
            (None, 403) => Self::Denied,
            (None, 404) => Self::Absent,
            (None, 500..) => return None,
            (_, status) => Self::Strange(status),
        })
    }
}

/// The answers that are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Targets that may serve it, one bit each.
    targets: u64,
    /// 403.
    denied: bool,
    /// 404.
    absent: bool,
}

impl Allowed {
    /// Whether an answer is among them.
    #[must_use]
    pub fn holds(self, answered: Answered) -> bool {
        match answered {
            Answered::Served(target) => self.targets & bit(target) != 0,
            Answered::Denied => self.denied,
            Answered::Absent => self.absent,
            Answered::Strange(_) => false,
        }
    }

    /// Whether no target may serve it.
    #[must_use]
    pub fn none_serves(self) -> bool {
        self.targets == 0
    }
}

fn bit(target: u8) -> u64 {
    1_u64.checked_shl(target.into()).unwrap_or(0)
}

const _: () = assert!(estate::TARGETS <= 64, "a bit for each target");

/// Judges answers.
#[derive(Debug)]
pub struct Oracle<'h> {
    timeline: Timeline<'h>,
    windows: &'h Windows,
    bound_us: u64,
}

impl<'h> Oracle<'h> {
    /// An oracle for a history. A node that hears from a majority lags at most `bound_us` behind.
    #[must_use]
    pub fn new(history: &'h History, windows: &'h Windows, bound_us: u64) -> Self {
        Self {
            timeline: Timeline::new(&history.changes),
            windows,
            bound_us,
        }
    }

    /// What is wrong with an answer, ready to read.
    #[must_use]
    pub fn fault(&self, exchange: &Exchange, answered: Answered) -> Option<String> {
        if answered == Answered::Denied && self.may_misjudge(exchange) {
            return None;
        }
        let reply = exchange.reply.as_ref().ok();
        let Some(revision) = reply.and_then(|reply| reply.revision) else {
            return self.fault_of_arrival(exchange, answered);
        };
        let by_us = exchange.ended_us;
        let moment = Moment::Revision { revision, by_us };
        let acknowledged = self.timeline.acknowledged(self.oldest_us(exchange));
        if !self.allowed(&exchange.ask, moment).holds(answered) {
            Some(self.describe(exchange, answered))
        } else if revision < acknowledged {
            let late = format!("stale: revision {acknowledged} was due");
            Some(format!("{late}: {exchange:?}"))
        } else {
            None
        }
    }

    /// What is wrong with a request having arrived at a target.
    #[must_use]
    pub fn fault_of_arrival(&self, exchange: &Exchange, answered: Answered) -> Option<String> {
        let moment = Moment::Between(self.oldest_us(exchange), exchange.ended_us);
        let allowed = self.allowed(&exchange.ask, moment);
        (!allowed.holds(answered)).then(|| self.describe(exchange, answered))
    }

    /// Whether the node may take a good signature for an old one, or one of the future.
    fn may_misjudge(&self, exchange: &Exchange) -> bool {
        let (node, from_us, to_us) = (exchange.ask.node, exchange.invoked_us, exchange.ended_us);
        matches!(exchange.ask.claim, Claim::Caller(_))
            && self.windows.had_wrong_clock(node, from_us, to_us)
    }

    fn oldest_us(&self, exchange: &Exchange) -> u64 {
        let (node, at_us) = (exchange.ask.node, exchange.invoked_us);
        self.windows.oldest_us(node, at_us, self.bound_us)
    }

    fn describe(&self, exchange: &Exchange, answered: Answered) -> String {
        let ever = self.allowed(&exchange.ask, Moment::Between(0, exchange.ended_us));
        let what = match answered {
            _ if ever.holds(answered) => "stale: the settings changed before",
            Answered::Served(_) if ever.none_serves() => "bypass: the caller was never allowed",
            Answered::Served(_) => "wrong route: the target was never the route's",
            Answered::Denied | Answered::Absent => "wrongly refused",
            Answered::Strange(_) => "no setting leads to this status",
        };
        format!("{what}: {answered:?} for {exchange:?}")
    }

    /// The answers that a request may get by the settings of a moment.
    #[must_use]
    pub fn allowed(&self, ask: &Ask, moment: Moment) -> Allowed {
        let mut allowed = Allowed::default();
        let pass = self.key(ask.claim, moment, &mut allowed);
        match ask.host {
            Host::Open => self.add(&mut allowed, pass, [estate::OPEN_GROUP], moment),
            Host::Guarded(service) => {
                let pass = pass && self.policy(ask.claim, service, moment, &mut allowed);
                let routes = self
                    .timeline
                    .possible(Cell::Route(service, ask.rule), moment);
                for route in routes {
                    if let Setting::Route { groups, .. } = route {
                        self.add(&mut allowed, pass, groups.iter().copied(), moment);
                    }
                }
                // The listener's default action answers.
                allowed.absent |= ask.rule == estate::NO_RULE;
                self.presence(&mut allowed, Cell::Joined(service), moment, |setting| {
                    matches!(setting, Setting::Joined { joined: true, .. })
                });
            }
            Host::Reborn => {
                for generation in self.timeline.possible(Cell::Generation, moment) {
                    if let Setting::Generation(Some(generation)) = generation {
                        self.add(&mut allowed, pass, [estate::slot(*generation)], moment);
                    }
                }
                self.presence(&mut allowed, Cell::Generation, moment, |setting| {
                    matches!(setting, Setting::Generation(Some(_)))
                });
            }
            Host::Former(former) => {
                self.add(&mut allowed, pass, [estate::slot(former)], moment);
                self.presence(&mut allowed, Cell::Generation, moment, |setting| {
                    *setting == Setting::Generation(Some(former))
                });
            }
        }
        allowed
    }

    /// Whether the signature may be good; notes whether it may be refused.
    fn key(&self, claim: Claim, moment: Moment, allowed: &mut Allowed) -> bool {
        let caller = match claim {
            Claim::Anonymous => return true,
            Claim::Forged(_) => {
                allowed.denied = true;
                return false;
            }
            Claim::Caller(caller) => caller,
        };
        let mut good = false;
        for key in self.timeline.possible(Cell::Key(caller), moment) {
            let active = matches!(key, Setting::Key { active: true, .. });
            good |= active;
            allowed.denied |= !active;
        }
        good
    }

    /// Whether a service's policy may allow; notes whether it may deny.
    fn policy(&self, claim: Claim, service: u8, moment: Moment, allowed: &mut Allowed) -> bool {
        let mut allows = false;
        for policy in self.timeline.possible(Cell::Callers(service), moment) {
            let lists = |caller| matches!(policy, Setting::Callers { callers, .. } if callers.contains(caller));
            let listed = matches!(&claim, Claim::Caller(caller) if lists(caller));
            allows |= listed;
            allowed.denied |= !listed;
        }
        allows
    }

    /// Adds the targets of groups, where the request may pass.
    fn add(
        &self,
        allowed: &mut Allowed,
        pass: bool,
        groups: impl IntoIterator<Item = u8>,
        moment: Moment,
    ) {
        for group in groups.into_iter().filter(|_| pass) {
            for members in self.timeline.possible(Cell::Members(group), moment) {
                if let Setting::Members { targets, .. } = members {
                    allowed.targets |= targets.iter().fold(0, |bits, target| bits | bit(*target));
                }
            }
        }
    }

    /// Takes away what cannot be where the service is not there, and notes whether it may not be.
    fn presence(
        &self,
        allowed: &mut Allowed,
        cell: Cell,
        moment: Moment,
        is_there: impl Fn(&Setting) -> bool,
    ) {
        let mut there = false;
        for setting in self.timeline.possible(cell, moment) {
            let is_there = is_there(setting);
            there |= is_there;
            allowed.absent |= !is_there;
        }
        if !there {
            let absent = allowed.absent;
            *allowed = Allowed {
                absent,
                ..Allowed::default()
            };
        }
    }
}
