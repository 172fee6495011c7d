//! Histories in lines: `from..to end steps`, steps `a+1` for an append and `a=1,2` for a read.

use rand::RngExt;

use super::*;
use crate::seed::Seed;

fn parse(text: &str) -> Vec<Transaction> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let transaction = |(client, line): (usize, &str)| {
        let mut words = line.split_whitespace();
        let (from, to) = words.next().unwrap().split_once("..").unwrap();
        let end = match words.next().unwrap() {
            "ok" => End::Committed,
            "refused" => End::Aborted,
            "?" => End::Unknown,
            other => panic!("{other}"),
        };
        let steps = words.map(|word| {
            if let Some((list, element)) = word.split_once('+') {
                return Step::Append {
                    list: list.into(),
                    element: element.parse().unwrap(),
                };
            }
            let (list, elements) = word.split_once('=').unwrap();
            let elements = elements.split(',').filter(|element| !element.is_empty());
            Step::Read {
                list: list.into(),
                elements: elements.map(|element| element.parse().unwrap()).collect(),
            }
        });
        Transaction {
            client: u32::try_from(client).unwrap(),
            node: 0,
            invoked_us: from.parse().unwrap(),
            ended_us: to.parse().unwrap(),
            end,
            steps: steps.collect(),
        }
    };
    lines.enumerate().map(transaction).collect()
}

fn findings(text: &str) -> Vec<String> {
    match check(&parse(text)).0 {
        Verdict::Broken { findings } => findings,
        Verdict::Holds { .. } => Vec::new(),
        Verdict::Unknown { reason } => panic!("{reason}"),
    }
}

#[test]
fn histories_that_are_strictly_serializable() {
    for text in [
        "0..10 ok a+1
         20..30 ok a=1",
        "0..10 ok a+1 b+1
         5..20 ok a+2 b+2
         30..40 ok a=1,2 b=1,2
         50..60 ok a+3
         70..80 ok a=1,2,3 b=1,2",
        // Overlapping transactions in either order.
        "0..100 ok a+1
         0..100 ok a+2
         0..100 ok a=2
         200..210 ok a=2,1",
        // Unknown ones may have taken effect, late too, or not.
        "0..10 ? a+1
         20..30 ok a=
         40..50 ok a=1
         60..70 ? a+2
         80..90 ok a=1",
        // Refused ones left nothing.
        "0..10 refused a+1
         20..30 ok a+2
         40..50 ok a=2",
        // Reads show what was before the transaction's own appends.
        "0..10 ok a= a+1
         20..30 ok a=1 a+2
         40..50 ok a=1,2",
    ] {
        assert_eq!(findings(text), Vec::<String>::new(), "{text}");
    }
}

/// What a finding begins with, and the history that shows it.
const ANOMALIES: &[(&str, &str)] = &[
    // Two transactions' appends are in different orders in two lists.
    (
        "G0:",
        "0..100 ok a+1 b+1
             0..100 ok a+2 b+2
             0..100 ok a=1,2
             0..100 ok b=2,1",
    ),
    (
        "G1a:",
        "0..10 refused a+1
             20..30 ok a=1",
    ),
    (
        "G1b:",
        "0..100 ok a+1 a+2
             0..100 ok a=1
             200..210 ok a=1,2",
    ),
    // Each saw what the other appended.
    (
        "G1c:",
        "0..100 ok a+1 b=2
             0..100 ok b+2 a=1",
    ),
    // One half of a transaction is seen.
    (
        "G-single:",
        "0..100 ok a+1 b+1
             0..100 ok a=1 b=
             200..210 ok b=1",
    ),
    // Each missed what the other appended.
    (
        "G2:",
        "0..100 ok a= b+1
             0..100 ok b= a+1
             200..210 ok a=1 b=1",
    ),
    // The later append is first in the list.
    (
        "G0-realtime:",
        "0..10 ok a+1
             20..30 ok a+2
             40..50 ok a=2,1",
    ),
    // Seen before it was asked for.
    (
        "G1c-realtime:",
        "0..10 ok a=1
             20..30 ok a+1",
    ),
    // A stale read.
    (
        "G-single-realtime:",
        "0..10 ok a+1
             20..30 ok a=
             40..50 ok a=1",
    ),
    // Seen by nobody as it was, where one had ended before another began.
    (
        "G2-realtime:",
        "0..100 ok b= a+1
             0..10 ok b+1
             20..30 ok a=
             200..210 ok a=1 b=1",
    ),
    (
        "incompatible orders:",
        "0..100 ok a+1
             0..100 ok a+2
             0..100 ok a=1
             0..100 ok a=2,1",
    ),
    (
        "lost append: 1",
        "0..10 ok a+1
             20..30 ok a+2
             40..50 ok a=2",
    ),
    (
        "duplicate: 1",
        "0..10 ok a+1
             20..30 ok a=1,1",
    ),
    (
        "nobody appended 7",
        "0..10 ok a+1
             20..30 ok a=1,7",
    ),
];

#[test]
fn each_anomaly_is_called_by_its_name() {
    for (name, text) in ANOMALIES {
        let findings = findings(text);
        assert!(
            findings.iter().any(|finding| finding.starts_with(name)),
            "{name}\n{text}\n{findings:#?}"
        );
    }
}

#[test]
fn a_cycle_says_who_came_before_whom() {
    let text = "0..10 ok a+1
                20..30 ok a=
                40..50 ok a=1";
    let (verdict, windows) = check(&parse(text));
    let Verdict::Broken { findings } = verdict else {
        panic!("{verdict:?}");
    };
    let cycle = findings
        .iter()
        .find(|finding| finding.starts_with("G-single-realtime"));
    let cycle = cycle.unwrap();
    assert!(cycle.contains("read a []] did not see (rw)"), "{cycle}");
    assert!(
        cycle.contains("append a 1] ended before (real time)"),
        "{cycle}"
    );
    assert_eq!(windows[0].calls.len(), 2);
}

#[test]
fn reads_without_appends_prove_nothing() {
    for text in ["", "0..10 ok a=", "0..10 ok a+1"] {
        let (verdict, _) = check(&parse(text));
        assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
    }
}

/// Lists that obey: transactions of one to four lists take effect at one moment within their times.
fn obedient(seed: u64, count: u32) -> Vec<Transaction> {
    let mut random = Seed(seed).stream("obedient lists");
    let mut drawn = Vec::new();
    for client in 0..8_u32 {
        let mut now = random.random_range(0..100_u64);
        for _ in 0..count / 8 {
            let invoked_us = now + random.random_range(1..50);
            let effect = invoked_us + random.random_range(0..200);
            now = effect + random.random_range(1..200);
            drawn.push((effect, client, invoked_us, now));
        }
    }
    drawn.sort_unstable();
    let mut lists: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut history = Vec::new();
    for (element, (_, client, invoked_us, ended_us)) in (1..).zip(drawn) {
        let end = match random.random_range(0..20) {
            0 => End::Unknown,
            1 => End::Aborted,
            _ => End::Committed,
        };
        let takes_effect =
            end == End::Committed || (end == End::Unknown && random.random_bool(0.5));
        let mut steps = Vec::new();
        for _ in 0..random.random_range(1..=4) {
            let list = format!("list{}", random.random_range(0..6));
            let elements = lists.entry(list.clone()).or_default();
            let is_touched = elements.last() == Some(&element);
            if random.random_bool(0.5) && end == End::Committed && !is_touched {
                let elements = elements.clone();
                steps.push(Step::Read { list, elements });
            } else if !is_touched {
                if takes_effect {
                    elements.push(element);
                }
                steps.push(Step::Append { list, element });
            }
        }
        history.push(Transaction {
            client,
            node: 0,
            invoked_us,
            ended_us,
            end,
            steps,
        });
    }
    history
}

#[test]
fn histories_of_obedient_lists_hold_and_every_shortened_read_is_caught() {
    let (mut caught, mut shortened) = (0, 0);
    for seed in 0..40 {
        let mut history = obedient(seed, 800);
        let (verdict, _) = check(&history);
        assert!(verdict.holds(), "seed {seed}: {verdict:?}");
        // A late read loses its last ten elements.
        let late = history.iter_mut().rev().find_map(|one| {
            one.steps.iter_mut().find_map(|step| match step {
                Step::Read { elements, .. } if elements.len() > 30 => Some(elements),
                Step::Read { .. } | Step::Append { .. } => None,
            })
        });
        let Some(elements) = late else { continue };
        elements.truncate(elements.len() - 10);
        shortened += 1;
        caught += u32::from(!check(&history).0.holds());
    }
    println!("shortened reads: {caught} of {shortened} caught");
    assert_eq!(shortened, 40);
    assert_eq!(caught, shortened);
}
