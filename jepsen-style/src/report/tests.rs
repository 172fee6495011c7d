//! The report of a run made up here, which has everything in it.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::*;
use crate::check::window::Shown;
use crate::seed::Seed;

const SECOND: u64 = 1_000_000;

fn faults(random: &mut SmallRng) -> Vec<FaultSpan> {
    let classes = [
        ("kill", "leader (node 2)"),
        ("pause", "follower (node 3)"),
        ("partition", "leader in minority"),
        ("one-way cut", "node 1 → node 2"),
        ("latency", "all, 200 ms ± 50 ms"),
        ("slow disk", "node 1"),
        ("clock jump", "node 3, +1 h"),
        ("snapshot install", "node 2"),
    ];
    let mut faults = Vec::new();
    let mut from_us = 20 * SECOND;
    for turn in 0..34 {
        let (class, target) = classes[turn % classes.len()];
        let length = random.random_range(2 * SECOND..9 * SECOND);
        faults.push(FaultSpan {
            class: class.into(),
            target: target.into(),
            from_us,
            to_us: from_us + length,
        });
        from_us += random.random_range(6 * SECOND..11 * SECOND);
    }
    faults
}

fn samples(random: &mut SmallRng, faults: &[FaultSpan], usual_us: u64) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut at_us = 0;
    while at_us < 345 * SECOND {
        at_us += random.random_range(10_000..60_000);
        let fault = faults.iter().find(|one| {
            let is_felt = one.class == "kill" || one.class == "partition";
            is_felt && (one.from_us..one.from_us + SECOND).contains(&at_us)
        });
        let is_failed = fault.is_some() && random.random_bool(0.5);
        let slow = if fault.is_some() { 20 } else { 1 };
        let spread: f64 = random.random_range(0.0_f64..1.0).powi(6) * 12.0 + 1.0;
        samples.push(Sample {
            at_us,
            latency_us: (usual_us as f64 * spread) as u64 * slow,
            reply: if is_failed {
                Reply::Failed
            } else {
                Reply::Done
            },
        });
    }
    samples
}

fn window() -> Window {
    let call = |client, node, from_us, to_us, label: &str, is_odd| Shown {
        client,
        node,
        from_us: 81 * SECOND + from_us,
        to_us,
        label: label.into(),
        is_odd,
    };
    let ended = |to_us| Some(81 * SECOND + to_us);
    let calls = vec![
        call(4, 0, 1_000, ended(6_500), "wrote 411 over 408", false),
        call(7, 1, 2_000, None, "wrote 412 over 411", false),
        call(9, 2, 8_000, ended(9_700), "read 412", false),
        call(4, 0, 12_000, ended(16_000), "wrote 413 over 412", false),
        call(12, 1, 22_000, ended(24_500), "read 412", true),
        call(5, 2, 23_000, ended(26_000), "read 413", false),
    ];
    Window::around(
        "register <shop>: no order of these calls explains every answer",
        calls,
    )
}

/// A run in which one property is broken, one unknown and one figure missed.
fn failed() -> RunReport {
    let mut random = Seed(7).stream("report");
    let faults = faults(&mut random);
    let workloads = [("register", 4_000), ("append", 9_000), ("traffic", 700)];
    let latencies =
        workloads.map(|(name, usual)| (name.to_owned(), samples(&mut random, &faults, usual)));
    let staleness =
        |_| (20_000.0 * random.random_range(0.0_f64..1.0).powi(5) * 30.0) as u64 + 4_000;
    let staleness_us = (0..1_200).map(staleness).collect();
    let figure = |name: &str, value, unit: &str, limit| Figure {
        name: name.into(),
        value,
        unit: unit.into(),
        limit,
    };
    let holds = |evidence: &str| Verdict::Holds {
        evidence: evidence.into(),
    };
    RunReport {
        seed: 7,
        profile: "short".into(),
        command: "cargo run --release -p jepsen-style -- run --profile short --seed 7".into(),
        commit: "0930c84f6a".into(),
        began: "2026-01-01T12:00:00Z".into(),
        duration_us: 352 * SECOND,
        nodes: 3,
        faults,
        skipped: vec![Skipped {
            class: "clock jump".into(),
            reason: "libfaketime is not installed".into(),
        }],
        latencies: latencies.into(),
        staleness_us,
        verdicts: vec![
            (
                "transactions".into(),
                holds("5120 transactions, 9012 appends, 4830 reads"),
            ),
            (
                "linearizability".into(),
                Verdict::of(vec![window().text(), "b".into(), "c".into()], ""),
            ),
            ("registry digest".into(), holds("1400 samples")),
            (
                "coverage".into(),
                Verdict::Unknown {
                    reason: "void: snapshot installs: 0, at least 1 needed".into(),
                },
            ),
        ],
        windows: vec![window()],
        figures: vec![
            figure("Operations", 41_230.0, "", Limit::AtLeast(20_000.0)),
            figure("Failover write gap p99", 2.31, "s", Limit::AtMost(3.0)),
            figure(
                "Commit to all planes p99",
                612.0,
                "ms",
                Limit::AtMost(500.0),
            ),
            figure("Wrong routes", 0.0, "", Limit::AtMost(0.0)),
            figure("Availability", 99.9962, "%", Limit::AtLeast(99.99)),
            figure("Leader changes", 11.0, "", Limit::None),
        ],
    }
}

fn passed() -> RunReport {
    let mut run = failed();
    run.windows.clear();
    run.verdicts.retain(|(_, verdict)| verdict.holds());
    run.figures.retain(Figure::is_met);
    run
}

#[test]
fn a_run_passes_where_all_holds_and_every_figure_is_met() {
    assert!(passed().passed());
    assert!(!failed().passed());
    assert!(!RunReport::default().passed(), "nothing was checked");
    let mut run = passed();
    run.figures[0].limit = Limit::AtLeast(1e9);
    assert!(!run.passed());
    let mut run = passed();
    let reason = "gave up".into();
    run.verdicts.push(("x".into(), Verdict::Unknown { reason }));
    assert!(!run.passed());
}

#[test]
fn the_page_stands_alone_and_takes_no_text_for_markup() {
    let page = failed().page();
    for outside in ["http://", "https://", "<script", "<link", "url(", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(!page.contains("<shop>"));
    assert!(page.contains("register &lt;shop&gt;"));
    for shown in [
        "<title>failed: short run, seed 7</title>",
        "-- run --profile short --seed 7",
        "2 of 4 do not hold.",
        "Failing histories",
        "Histogram of staleness",
        "libfaketime is not installed",
        "1 more",
        "tile missed",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(passed().page().contains("All 2 hold."));
    assert!(RunReport::default().page().contains("Nothing was checked."));
}

#[test]
fn the_summary_is_written_beside_the_page() {
    let directory = tempfile::tempdir().unwrap();
    failed().write(directory.path()).unwrap();
    let summary = std::fs::read(directory.path().join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!(summary["passed"], false);
    assert_eq!(summary["seed"], 7);
    assert_eq!(summary["faults"]["kill"], 5);
    assert_eq!(summary["verdicts"]["coverage"]["verdict"], "unknown");
    assert_eq!(summary["figures"][1]["limit"]["at_most"], 3.0);
    assert!(summary["workloads"]["register"]["p99_us"].as_u64() > Some(4_000));
    let page = std::fs::read_to_string(directory.path().join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    // To look at: the page is kept where the variable says.
    if let Some(kept) = std::env::var_os("REPORT_DIR") {
        failed().write(Path::new(&kept)).unwrap();
    }
}
