//! Histories in lines: `from..to key what @revision`, `@?` for an unknown outcome.

use super::*;

fn parse(text: &str) -> Vec<Observation> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let value = |word: &str| (word != "-").then(|| word.parse::<u64>().unwrap());
    let observation = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let (from, to) = words[0].split_once("..").unwrap();
        let op = match words[2..words.len() - 1] {
            ["read", seen] => Op::Read { value: value(seen) },
            ["write", new] => Op::Write { value: value(new) },
            ["cas", old, new] => Op::CompareAndSet {
                expected: value(old),
                value: value(new).unwrap(),
            },
            _ => panic!("{line}"),
        };
        let revision = words
            .last()
            .and_then(|word| word.strip_prefix('@'))
            .unwrap();
        Observation {
            client: 1,
            node: 0,
            invoked_us: from.parse().unwrap(),
            ended_us: to.parse().unwrap(),
            key: words[1].into(),
            op,
            revision: (revision != "?").then(|| revision.parse().unwrap()),
        }
    };
    lines.map(observation).collect()
}

#[test]
fn histories_that_are_true() {
    for text in [
        "0..10 a write 1 @5
         20..30 a read 1 @5
         20..30 b read - @6",
        // Overlapping calls may have their revisions in any order.
        "0..50 a write 1 @6
         0..50 a write 2 @5
         60..70 a read 1 @8",
        // An unknown write is found by who saw it, and may come late.
        "0..10 a write 1 @5
         20..30 a write 2 @?
         40..50 a read 1 @6
         60..70 a read 2 @9
         80..90 a cas 2 3 @10",
        // An unknown write that never took effect.
        "0..10 a write 1 @5
         20..30 a write 2 @?
         40..50 a read 1 @6",
        // A deletion.
        "0..10 a write 1 @5
         20..30 a write - @7
         40..50 a read - @7",
        // Two reads of one revision.
        "0..10 a write 1 @5
         20..30 a read 1 @5
         40..50 a read 1 @5",
    ] {
        let verdict = check(&parse(text));
        assert!(verdict.holds(), "{text}\n{verdict:?}");
    }
}

#[test]
fn histories_that_are_not_true_and_what_is_said() {
    for (says, text) in [
        (
            "two writes have one revision",
            "0..50 a write 1 @5
             0..50 b write 2 @5
             60..70 a read 1 @6",
        ),
        // A stale read says so by its revision.
        (
            "although before it began",
            "0..10 a write 1 @5
             20..30 a write 2 @6
             40..50 a read 1 @5",
        ),
        // A write after another must have a newer revision.
        (
            "although before it began",
            "0..10 a write 1 @5
             20..30 b write 2 @4
             40..50 b read 2 @6",
        ),
        // A stale read that claims a new revision.
        (
            "read 1 of a at revision 7",
            "0..10 a write 1 @5
             20..30 a write 2 @6
             40..50 a read 1 @7",
        ),
        // The condition did not hold.
        (
            "wrote 3 over 1",
            "0..10 a write 1 @5
             20..30 a write 2 @6
             40..50 a cas 1 3 @7
             60..70 a read 3 @7",
        ),
        // A lost write.
        (
            "read nothing of a",
            "0..10 a write 1 @5
             20..30 a read - @6",
        ),
        // A deleted value comes back.
        (
            "read 1 of a at revision 8",
            "0..10 a write 1 @5
             20..30 a write - @6
             40..50 a read 1 @8",
        ),
        // An unknown write takes effect twice.
        (
            "read 2 of a at revision 8",
            "0..10 a write 2 @?
             20..30 a read 2 @5
             40..50 a write 1 @6
             60..70 a read 2 @8",
        ),
        // A value from the future.
        (
            "read 2 of a at revision 5",
            "20..30 a read 2 @5
             40..50 a write 2 @?",
        ),
    ] {
        let Verdict::Broken { findings } = check(&parse(text)) else {
            panic!("not found: {text}");
        };
        assert!(
            findings.iter().any(|finding| finding.contains(says)),
            "{findings:?}"
        );
    }
}

#[test]
fn reads_alone_prove_nothing() {
    for text in ["", "0..10 a read - @1", "0..10 a write 1 @1"] {
        assert!(matches!(check(&parse(text)), Verdict::Unknown { .. }));
    }
}

#[test]
fn a_process_never_serves_an_older_view_but_its_successor_may() {
    let served = |node, process, at_us, revision| Served {
        node,
        process,
        at_us,
        revision,
    };
    let good = [
        served(0, 0, 10, 7),
        served(1, 0, 12, 5),
        served(0, 0, 20, 7),
        served(0, 1, 30, 6),
    ];
    assert!(check_served(&good).holds());
    let bad = [served(0, 0, 20, 6), served(0, 0, 10, 7)];
    let Verdict::Broken { findings } = check_served(&bad) else {
        panic!();
    };
    assert!(
        findings[0].starts_with("node 0 served revision 6"),
        "{findings:?}"
    );
    assert!(matches!(check_served(&[]), Verdict::Unknown { .. }));
}
