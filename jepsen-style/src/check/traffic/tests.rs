//! Each way in which traffic can go wrong, and that what looks like it but may be is not a finding.

use super::scene::{BOUND_US, beginning, expect, get, lost, receipt, served, status};
use super::{availability, integrity, rate, rightness};
use crate::check::Verdict;
use crate::traffic::estate;
use crate::traffic::history::{Ask, Claim, Echo, Exchange, History, Host, Receipt, Setting};
use crate::traffic::window::{Window, Windows};

/// Rule 0 of service 0 forwards to the group of targets 2 and 3, from 5,000 ms on at revision 20.
fn rerouted() -> History {
    let route = Setting::Route {
        service: 0,
        rule: 0,
        groups: vec![1],
    };
    beginning().write((5_000, 5_010), route, 20)
}

/// Caller 0 may not call service 0 any more, from 5,000 ms on at revision 20.
fn revoked() -> History {
    let callers = vec![1, 2, 3];
    let service = 0;
    beginning().write((5_000, 5_010), Setting::Callers { service, callers }, 20)
}

fn from(claim: Claim) -> Ask {
    Ask { claim, ..get(1) }
}

fn to(host: Host) -> Ask {
    Ask { host, ..get(1) }
}

#[test]
fn a_request_goes_where_the_settings_of_its_time_or_revision_say() {
    let none = Windows::default();
    let mut apart = Windows::default();
    apart.apart.push(Window {
        node: 0,
        from_us: 4_000_000,
        to_us: 7_000_000,
    });
    let late = (7_000, 7_001);
    #[rustfmt::skip] // A table reads best with a line for each case.
    let cases = [
        ("the route", beginning(), served(get(1), (100, 101), 1), &none, ""),
        ("another group", beginning(), served(get(1), (100, 101), 2), &none, "wrong route"),
        ("before the write", rerouted(), served(get(1), (4_000, 4_990), 2), &none, "wrong route"),
        ("during the write", rerouted(), served(get(1), (4_000, 5_000), 2), &none, ""),
        ("old, within the bound", rerouted(), served(get(1), (6_000, 6_001), 0), &none, ""),
        ("old, after the bound", rerouted(), served(get(1), late, 0), &none, "stale"),
        ("old, on a node apart", rerouted(), served(get(1), late, 0), &apart, ""),
        ("new", rerouted(), served(get(1), late, 2), &none, ""),
        ("old by an old revision", rerouted(), served(get(1), (5_500, 5_501), 0).at(15), &none, ""),
        ("old by the new revision", rerouted(), served(get(1), (5_500, 5_501), 0).at(20), &none, "stale"),
        ("new by an old revision", rerouted(), served(get(1), (5_500, 5_501), 2).at(19), &none, "Served(2)"),
        ("right by a revision that is too old", rerouted(), served(get(2), late, 0).at(19), &none, "stale"),
        ("a strange status", beginning(), status(get(1), (100, 101), 418), &none, "no setting"),
        ("a failure, which is no route", beginning(), status(get(1), (100, 101), 503), &none, ""),
    ];
    for (name, history, sent, windows, words) in cases {
        let verdict = rightness(&history.sent(sent), windows, BOUND_US);
        expect(name, &verdict, words);
    }
}

/// A request whose path no rule matches.
fn no_rule() -> Ask {
    let rule = estate::NO_RULE;
    Ask { rule, ..get(1) }
}

#[test]
fn only_who_may_gets_through() {
    let (early, late) = ((100, 101), (7_000, 7_001));
    let inactive = |history: History| {
        let active = false;
        history.write((5_000, 5_010), Setting::Key { caller: 0, active }, 21)
    };
    #[rustfmt::skip] // A table reads best with a line for each case.
    let cases = [
        ("allowed, denied", beginning(), status(get(1), early, 403), "wrongly refused"),
        ("revoked, denied", revoked(), status(get(1), late, 403), ""),
        ("revoked, denied too early", revoked(), status(get(1), early, 403), "wrongly refused"),
        ("revoked, served", revoked(), served(get(1), late, 0), "stale"),
        ("another caller, served", revoked(), served(from(Claim::Caller(1)), late, 0), ""),
        ("no key, served", inactive(beginning()), served(get(1), late, 0), "stale"),
        ("no key, denied", inactive(beginning()), status(get(1), late, 403), ""),
        ("no key, everyone's service", inactive(beginning()), served(to(Host::Open), late, 18), "stale"),
        ("unsigned", beginning(), served(from(Claim::Anonymous), early, 0), "bypass"),
        ("unsigned, denied", beginning(), status(from(Claim::Anonymous), early, 403), ""),
        ("unsigned, everyone's service", beginning(), served(Ask { claim: Claim::Anonymous, ..to(Host::Open) }, early, 18), ""),
        ("forged", beginning(), served(from(Claim::Forged(0)), early, 0), "bypass"),
        ("forged, everyone's service", beginning(), served(Ask { claim: Claim::Forged(0), ..to(Host::Open) }, early, 18), "bypass"),
        ("no rule, served", beginning(), served(no_rule(), early, 0), "bypass"),
        ("no rule, not found", beginning(), status(no_rule(), early, 404), ""),
        ("no rule, denied", beginning(), status(no_rule(), early, 403), "wrongly refused"),
        ("no rule, revoked, denied", revoked(), status(no_rule(), late, 403), ""),
    ];
    for (name, history, sent, words) in cases {
        expect(
            name,
            &rightness(&history.sent(sent), &Windows::default(), BOUND_US),
            words,
        );
    }
}

#[test]
fn a_service_that_is_not_there_is_not_found_and_its_successor_is_another() {
    let (early, late) = ((100, 101), (7_000, 7_001));
    let left = || {
        let joined = false;
        beginning().write((5_000, 5_010), Setting::Joined { service: 0, joined }, 20)
    };
    let reborn = || {
        let history = beginning().write((4_000, 4_010), Setting::Generation(None), 20);
        history.write((5_000, 5_010), Setting::Generation(Some(1)), 21)
    };
    #[rustfmt::skip] // A table reads best with a line for each case.
    let cases = [
        ("there", beginning(), status(get(1), early, 404), "wrongly refused"),
        ("left", left(), status(get(1), late, 404), ""),
        ("left, denied", left(), status(from(Claim::Forged(0)), late, 403), "stale"),
        ("left, served", left(), served(get(1), late, 0), "stale"),
        ("the first", reborn(), served(to(Host::Reborn), early, 20), ""),
        ("the second", reborn(), served(to(Host::Reborn), late, 22), ""),
        ("the second's target, too early", reborn(), served(to(Host::Reborn), early, 22), "wrong route"),
        ("the first's target, too late", reborn(), served(to(Host::Reborn), late, 20), "stale"),
        ("the first's name", reborn(), served(to(Host::Former(0)), early, 20), ""),
        ("the first's name, too late", reborn(), status(to(Host::Former(0)), late, 404), ""),
        ("the first's name, served late", reborn(), served(to(Host::Former(0)), late, 20), "stale"),
        ("the second's name", reborn(), served(to(Host::Former(1)), late, 22), ""),
        ("the second's name at the first's target", reborn(), served(to(Host::Former(1)), late, 20), "wrong route"),
    ];
    for (name, history, sent, words) in cases {
        expect(
            name,
            &rightness(&history.sent(sent), &Windows::default(), BOUND_US),
            words,
        );
    }
}

#[test]
fn a_write_of_unknown_outcome_may_come_true_at_any_time_or_never() {
    let callers = |callers| Setting::Callers {
        service: 0,
        callers,
    };
    let doubtful = || {
        let history = beginning().doubt((5_000, 5_100), callers(vec![]));
        history.write((6_000, 6_010), callers(vec![0, 1]), 30)
    };
    for (name, sent, words) in [
        ("served before", served(get(1), (4_000, 4_001), 0), ""),
        (
            "denied before",
            status(get(1), (4_000, 4_001), 403),
            "wrongly refused",
        ),
        ("served after it", served(get(1), (5_500, 5_501), 0), ""),
        ("denied after it", status(get(1), (5_500, 5_501), 403), ""),
        (
            "denied after the next",
            status(get(1), (9_000, 9_001), 403),
            "",
        ),
        (
            "denied at the next's revision",
            status(get(1), (9_000, 9_001), 403).at(30),
            "",
        ),
    ] {
        let verdict = rightness(&doubtful().sent(sent), &Windows::default(), BOUND_US);
        expect(name, &verdict, words);
    }
}

#[test]
fn a_request_that_arrives_counts_though_its_answer_is_lost() {
    for (name, sent, target, words) in [
        ("allowed", lost(get(1), (100, 101)), 0, ""),
        ("wrong route", lost(get(1), (100, 101)), 2, "wrong route"),
        (
            "denied, yet arrived",
            status(from(Claim::Anonymous), (100, 101), 403),
            0,
            "bypass",
        ),
        (
            "served, and arrived elsewhere too",
            served(get(1), (100, 101), 0),
            2,
            "wrong route",
        ),
    ] {
        let arrival = receipt(&sent, target);
        let history = beginning().sent(sent).arrived(arrival);
        expect(
            name,
            &rightness(&history, &Windows::default(), BOUND_US),
            words,
        );
    }
}

#[test]
fn what_arrives_is_what_was_sent_and_once() {
    let sent = |change: &dyn Fn(&mut Exchange)| {
        let mut exchange = served(get(1), (100, 101), 0);
        change(&mut exchange);
        exchange
    };
    let echo = |exchange: &mut Exchange, change: &dyn Fn(&mut Echo)| {
        if let Ok(reply) = &mut exchange.reply {
            reply.echo.iter_mut().for_each(change);
        }
    };
    let whole = sent(&|_| {});
    let again = receipt(&whole, 1);
    let post = sent(&|exchange| exchange.ask.post = true);
    #[rustfmt::skip] // A table reads best with a line for each case.
    let cases = [
        ("whole", beginning().sent(whole.clone()), ""),
        ("another's answer", beginning().sent(sent(&|e| echo(e, &|echo| echo.marker = 2))), "belongs to another"),
        ("another's body", beginning().sent(sent(&|e| echo(e, &|echo| echo.body = 2))), "belongs to another"),
        ("another path", beginning().sent(sent(&|e| echo(e, &|echo| echo.differs.push("path".into())))), "path"),
        ("a GET again", beginning().sent(whole.clone()).arrived(again), ""),
        ("a POST again", beginning().sent(post).arrived(again), "arrived 2 times"),
        ("another body at the target", beginning().sent(whole.clone()).arrived(Receipt { body: 9, ..again }), "another body"),
        ("another caller at the target", beginning().sent(whole.clone()).arrived(Receipt { caller: None, ..again }), "another caller"),
        ("nobody's request", beginning().sent(whole.clone()).arrived(Receipt { marker: 7, ..again }), "nobody sent"),
        ("an answer of a target that got nothing", { let mut history = beginning().sent(whole); history.receipts.clear(); history }, "never got"),
    ];
    for (name, history, words) in cases {
        expect(name, &integrity(&history), words);
    }
}

#[test]
fn requests_fail_only_where_their_node_is_down() {
    let mut windows = Windows::default();
    windows.down.push(Window {
        node: 0,
        from_us: 50_000,
        to_us: 200_000,
    });
    let good = |count: u64| {
        let sent = (1..=count).map(|marker| served(get(marker), (300, 301), 0));
        sent.fold(beginning(), History::sent)
    };
    let fails = |history: History, span| history.sent(lost(get(999), span));
    for (name, history, ppm, words) in [
        ("none", good(9), 0, ""),
        ("under way at the kill", fails(good(9), (10, 60)), 0, ""),
        ("while up", fails(good(9), (210, 220)), 0, "not served"),
        (
            "as it was asked to",
            good(9).sent(status(
                Ask {
                    hang_up: true,
                    ..get(999)
                },
                (210, 220),
                502,
            )),
            0,
            "",
        ),
        (
            "an unavailable target",
            good(9).sent(status(get(999), (210, 220), 502)),
            0,
            "not served",
        ),
        ("few enough", fails(good(9), (210, 220)), 100_000, ""),
        ("too many", fails(good(9), (210, 220)), 99_999, "not served"),
        (
            "nothing to judge",
            fails(beginning(), (10, 60)),
            0,
            "unknown",
        ),
    ] {
        expect(name, &availability(&history, &windows, ppm), words);
    }
}

#[test]
fn too_few_requests_say_nothing() {
    let sent = (1..=20).map(|marker| served(get(marker), (marker * 50, marker * 50 + 1), 0));
    let history = sent.fold(beginning(), History::sent);
    assert!(rate(&history, 0, 1_000_000, 19).holds());
    let few = rate(&history, 0, 1_000_000, 20);
    assert!(matches!(few, Verdict::Unknown { .. }), "{few:?}");
}
