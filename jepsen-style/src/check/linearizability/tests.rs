//! Histories of one register in lines, `client from..to what`; `to` is `?` where nobody knows.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::*;
use crate::seed::Seed;

fn parse(text: &str) -> Vec<Operation> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(operation).collect()
}

fn operation(line: &str) -> Operation {
    let words: Vec<_> = line.split_whitespace().collect();
    let (from, to) = words[1].split_once("..").unwrap();
    let value = |word: &str| (word != "-").then(|| word.parse::<u64>().unwrap());
    let op = match words[2..] {
        ["read", seen] => Op::Read { value: value(seen) },
        ["write", new] => Op::Write {
            value: value(new).unwrap(),
        },
        ["cas", old, new] => Op::CompareAndSet {
            expected: value(old),
            value: value(new).unwrap(),
        },
        ["mismatch", old] => Op::Mismatch {
            expected: value(old),
        },
        _ => panic!("{line}"),
    };
    Operation {
        client: words[0].parse().unwrap(),
        node: 0,
        invoked_us: from.parse().unwrap(),
        ended_us: (to != "?").then(|| to.parse().unwrap()),
        op,
    }
}

#[test]
fn histories_that_some_order_explains() {
    for text in [
        "1 0..10 read -",
        "1 0..10 write 1
         2 20..30 read 1",
        // While a write goes on, readers may see either, in one order.
        "1 0..100 write 1
         2 10..20 read -
         3 30..40 read 1
         2 50..60 read 1",
        // Herlihy and Wing: overlapping writes settle in either order.
        "1 0..30 write 1
         2 10..40 write 2
         3 50..60 read 1",
        // A write of unknown outcome may take effect long after.
        "1 0..? write 1
         2 500..510 read -
         2 520..530 read 1",
        // Or never.
        "1 0..? write 1
         2 0..10 write 2
         3 500..510 read 2",
        "1 0..10 cas - 1
         2 5..20 cas 1 2
         3 5..20 mismatch -
         3 30..40 read 2",
        // The mismatch is explained by nothing but the unknown write.
        "1 0..10 write 1
         2 0..? write 2
         3 20..30 mismatch 1",
        // An unknown write seen by an unknown conditional one that was seen.
        "1 0..? write 1
         2 5..? cas 1 2
         3 20..30 read 2",
    ] {
        assert_eq!(
            judge(&parse(text), STEPS_MAX),
            Judgement::Linearizable,
            "{text}"
        );
    }
}

#[test]
fn histories_that_no_order_explains_and_the_call_that_shows_it() {
    for (odd, text) in [
        // A stale read.
        (
            2,
            "1 0..10 write 1
             1 20..30 write 2
             2 40..50 read 1",
        ),
        // New, then old again.
        (
            2,
            "1 0..100 write 1
             2 10..20 read 1
             3 30..40 read -",
        ),
        // A lost update: both replaced the same value.
        (
            2,
            "1 0..10 write 1
             2 20..30 cas 1 2
             3 40..50 cas 1 3",
        ),
        // An acknowledged write is gone.
        (
            1,
            "1 0..10 write 1
             2 20..30 read -",
        ),
        // A value that nobody wrote.
        (
            1,
            "1 0..10 write 1
             2 20..30 read 7",
        ),
        // A value from the future.
        (
            1,
            "1 50..60 write 1
             2 20..30 read 1",
        ),
        // The same, where the write's outcome is unknown.
        (
            0,
            "1 50..? write 1
             2 20..30 read 1",
        ),
        // An unknown write cannot come, go and come again.
        (
            3,
            "1 0..? write 1
             2 10..20 read 1
             2 25..28 write 2
             2 30..40 read 1",
        ),
        // The condition held, so it should not have been refused.
        (
            1,
            "1 0..10 write 1
             2 20..30 mismatch 1",
        ),
    ] {
        let judged = judge(&parse(text), STEPS_MAX);
        assert_eq!(judged, Judgement::Broken(vec![odd]), "{text}");
    }
}

#[test]
fn giving_up_is_not_holding() {
    // Overlapping writes in any order, one value written twice, then a stale read.
    let mut history: Vec<_> = (0..18)
        .map(|client| operation(&format!("{client} {client}..100 write {}", client / 2)))
        .collect();
    history.push(operation("90 200..210 write 100"));
    history.push(operation("91 300..310 read 5"));
    assert_eq!(judge(&history, 1_000), Judgement::GaveUp);
    let registers = BTreeMap::from([("r".to_owned(), history)]);
    let (verdict, _) = check(&registers);
    assert!(!verdict.holds(), "{verdict:?}");
}

#[test]
fn no_operations_prove_nothing() {
    let (verdict, _) = check(&BTreeMap::new());
    assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
}

#[test]
fn a_broken_register_is_shown_with_its_name() {
    let history = parse("1 0..10 write 1\n2 20..30 read -");
    let (verdict, windows) = check(&BTreeMap::from([("shop".to_owned(), history)]));
    let Verdict::Broken { findings } = verdict else {
        panic!("{verdict:?}");
    };
    assert!(findings[0].contains("register shop"), "{}", findings[0]);
    assert!(
        findings[0].contains("client 2 node 0  read nothing"),
        "{}",
        findings[0]
    );
    assert!(windows[0].calls[1].is_odd);
}

/// A register that obeys, used by `clients` for `calls` calls in all; `unknown` of a thousand calls
/// are not answered.
fn obedient(random: &mut SmallRng, clients: u32, calls: u32, unknown: u32) -> Vec<Operation> {
    // When each call takes effect, where it does.
    let mut drawn = Vec::new();
    for client in 0..clients {
        let mut now = random.random_range(0..100);
        for _ in 0..calls / clients {
            let invoked_us = now + random.random_range(1..50);
            let effect = invoked_us + random.random_range(0..200);
            let end = effect + random.random_range(1..200);
            let is_known = random.random_range(0..1000) >= unknown;
            let takes_effect = is_known || random.random_bool(0.5);
            now = end;
            drawn.push((
                effect,
                takes_effect,
                client,
                invoked_us,
                is_known.then_some(end),
            ));
        }
    }
    drawn.sort_unstable();
    let (mut state, mut former, mut value, mut history) = (None, None, 0, Vec::new());
    for (_, takes_effect, client, invoked_us, ended_us) in drawn {
        value += 1;
        let (op, becomes) = match random.random_range(0..10) {
            0..4 if ended_us.is_none() => continue,
            0..4 => (Op::Read { value: state }, state),
            4..7 => (Op::Write { value }, Some(value)),
            _ => {
                let is_old = random.random_bool(0.3);
                let expected = if is_old { former } else { state };
                match (expected == state, ended_us) {
                    (true, _) => (Op::CompareAndSet { expected, value }, Some(value)),
                    (false, Some(_)) => (Op::Mismatch { expected }, state),
                    (false, None) => (Op::CompareAndSet { expected, value }, state),
                }
            }
        };
        if takes_effect && becomes != state {
            (former, state) = (state, becomes);
        }
        history.push(Operation {
            client,
            node: 0,
            invoked_us,
            ended_us,
            op,
        });
    }
    history
}

/// Makes one answered read return a value that had certainly been replaced before it began.
fn with_a_stale_read(random: &mut SmallRng, history: &[Operation]) -> Option<Vec<Operation>> {
    let writes: Vec<_> = history
        .iter()
        .filter_map(|call| Some((call.invoked_us, call.ended_us?, call.op.written()?)))
        .collect();
    let stale_for = |read: &Operation| {
        let replaced: Vec<_> = writes
            .iter()
            .filter(|(_, end, _)| {
                let after = writes.iter().filter(|(start, ..)| start > end);
                after.clone().any(|(_, end, _)| *end < read.invoked_us)
            })
            .map(|(_, _, value)| *value)
            .collect();
        (!replaced.is_empty()).then_some(replaced)
    };
    let candidates: Vec<_> = history
        .iter()
        .enumerate()
        .filter(|(_, call)| matches!(call.op, Op::Read { .. }))
        .filter_map(|(position, call)| Some((position, stale_for(call)?)))
        .collect();
    if candidates.is_empty() {
        return None;
    }
    let (position, values) = &candidates[random.random_range(0..candidates.len())];
    let mut mutated = history.to_vec();
    mutated[*position].op = Op::Read {
        value: Some(values[random.random_range(0..values.len())]),
    };
    Some(mutated)
}

#[test]
fn histories_of_an_obedient_register_hold_and_every_stale_read_is_caught() {
    let (mut caught, mut mutated, mut gave_up) = (0, 0, 0);
    for seed in 0..200 {
        let mut random = Seed(seed).stream("obedient register");
        let history = obedient(&mut random, 10, 200, 20);
        assert_eq!(
            judge(&history, STEPS_MAX),
            Judgement::Linearizable,
            "seed {seed}"
        );
        let Some(stale) = with_a_stale_read(&mut random, &history) else {
            continue;
        };
        mutated += 1;
        match judge(&stale, STEPS_MAX) {
            Judgement::Broken(_) => caught += 1,
            Judgement::GaveUp => gave_up += 1,
            Judgement::Linearizable => {}
        }
    }
    println!("stale reads: {caught} of {mutated} caught, {gave_up} gave up");
    assert!(mutated >= 150, "{mutated}");
    assert_eq!(caught, mutated);
}
