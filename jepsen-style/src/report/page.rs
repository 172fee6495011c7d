//! The page, from top to bottom: the verdict, how to repeat the run, figures, checkers, the time
//! line, staleness, the failing parts of histories.

use std::fmt::Write as _;

use super::chart::{Escaped, thousands, time};
use super::{Figure, Limit, RunReport, findings, staleness, timeline};
use crate::check::Verdict;

/// Findings of one checker that are open to see; the rest are folded away.
const OPEN_MAX: usize = 2;

/// The page.
pub(super) fn page(run: &RunReport) -> String {
    let (class, word) = if run.passed() {
        ("holds", "passed")
    } else {
        ("broken", "failed")
    };
    let title = format!("{} run, seed {}", run.profile, run.seed);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{word}: \
         {0}</title>\n<style>\n{1}</style>\n</head>\n<body>\n<main>\n<h1>{0} <span class=\"chip \
         {class}\">{word}</span></h1>\n",
        Escaped(&title),
        include_str!("page.css")
    );
    facts(&mut html, run);
    figures(&mut html, &run.figures);
    verdicts(&mut html, run);
    windows(&mut html, run);
    time_line(&mut html, run);
    if let Some(histogram) = staleness::svg(&run.staleness_us) {
        let count = thousands(run.staleness_us.len());
        let _ = writeln!(
            html,
            "<h2>Staleness</h2>\n<p class=\"soft\">From a write's acknowledgement to a node obeying \
             it; {count} looks, on a scale of orders of magnitude.</p>\n<div \
             class=\"card\">\n{histogram}</div>"
        );
    }
    skipped(&mut html, run);
    html + "</main>\n</body>\n</html>\n"
}

fn facts(html: &mut String, run: &RunReport) {
    let operations: usize = run.latencies.values().map(Vec::len).sum();
    let rows = [
        ("Repeat", format!("<code>{}</code>", Escaped(&run.command))),
        ("Commit", format!("<code>{}</code>", Escaped(&run.commit))),
        ("Began", Escaped(&run.began).to_string()),
        (
            "Run",
            format!(
                "{}, {} nodes, {} operations, {} faults",
                time(run.duration_us),
                run.nodes,
                thousands(operations),
                run.faults.len()
            ),
        ),
    ];
    html.push_str("<dl>\n");
    for (name, value) in rows {
        let _ = writeln!(html, "<dt>{name}</dt><dd>{value}</dd>");
    }
    html.push_str("</dl>\n");
}

fn figures(html: &mut String, figures: &[Figure]) {
    if figures.is_empty() {
        return;
    }
    html.push_str("<h2>Figures</h2>\n<div class=\"tiles\">\n");
    for figure in figures {
        let class = if figure.is_met() {
            "tile"
        } else {
            "tile missed"
        };
        let demanded = match figure.limit {
            Limit::None => String::new(),
            Limit::AtMost(most) => format!("at most {}", number(most)),
            Limit::AtLeast(least) => format!("at least {}", number(least)),
        };
        let _ = writeln!(
            html,
            "<div class=\"{class}\">{}<b>{} <span class=\"unit\">{}</span></b><span \
             class=\"soft\">{demanded}</span></div>",
            Escaped(&figure.name),
            number(figure.value),
            Escaped(&figure.unit)
        );
    }
    html.push_str("</div>\n");
}

/// A measured number: whole ones with their thousands apart, others as short as they are exact.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) {
        thousands(value as usize)
    } else {
        let text = format!("{value:.4}");
        text.trim_end_matches('0').trim_end_matches('.').into()
    }
}

fn verdicts(html: &mut String, run: &RunReport) {
    let failed = run.verdicts.iter().filter(|(_, verdict)| !verdict.holds());
    let note = match (run.verdicts.len(), failed.count()) {
        (0, _) => "Nothing was checked.".into(),
        (all, 0) => format!("All {all} hold."),
        (all, failed) => format!("{failed} of {all} do not hold."),
    };
    let _ = writeln!(
        html,
        "<h2>Properties</h2>\n<p class=\"soft\">{note}</p>\n<div class=\"card\">\n<table>"
    );
    // What failed comes first.
    let mut verdicts: Vec<_> = run.verdicts.iter().collect();
    verdicts.sort_by_key(|(_, verdict)| match verdict {
        Verdict::Broken { .. } => 0,
        Verdict::Unknown { .. } => 1,
        Verdict::Holds { .. } => 2,
    });
    for (name, verdict) in verdicts {
        let (class, told) = match verdict {
            Verdict::Holds { evidence } => ("holds", Escaped(evidence).to_string()),
            Verdict::Unknown { reason } => ("unknown", Escaped(reason).to_string()),
            Verdict::Broken { findings } => ("broken", broken(findings)),
        };
        let _ = writeln!(
            html,
            "<tr><td><span class=\"chip {class}\">{class}</span></td><th>{}</th><td>{told}</td></tr>",
            Escaped(name)
        );
    }
    html.push_str("</table>\n</div>\n");
}

fn broken(findings: &[String]) -> String {
    let mut told = String::new();
    for finding in findings.iter().take(OPEN_MAX) {
        let _ = write!(told, "<pre>{}</pre>", Escaped(finding));
    }
    if findings.len() > OPEN_MAX {
        let more = findings.len() - OPEN_MAX;
        let _ = write!(told, "<details><summary>{more} more</summary>");
        for finding in &findings[OPEN_MAX..] {
            let _ = write!(told, "<pre>{}</pre>", Escaped(finding));
        }
        told.push_str("</details>");
    }
    told
}

fn windows(html: &mut String, run: &RunReport) {
    if run.windows.is_empty() {
        return;
    }
    html.push_str("<h2>Failing histories</h2>\n");
    for window in &run.windows {
        let (from, _) = window.span_us();
        let _ = writeln!(
            html,
            "<div class=\"card\">\n<p><b>{}</b> <span class=\"soft\">{} into the run; each bar is a \
             call from its sending to its answer, dashed where nobody knows the \
             outcome</span></p>\n{}</div>",
            Escaped(&window.title),
            time(from),
            findings::svg(window)
        );
    }
}

fn time_line(html: &mut String, run: &RunReport) {
    const LEGEND: [(&str, &str); 7] = [
        ("fault", "fault"),
        ("p50", "median latency"),
        ("p99", "99 of 100"),
        ("up", "all answered"),
        ("most", "up to 10 % failed"),
        ("some", "up to 50 %"),
        ("down", "more"),
    ];
    html.push_str("<h2>Faults, latency, availability</h2>\n<div class=\"legend\">");
    for (class, text) in LEGEND {
        let _ = write!(html, "<span><i class=\"{class}\"></i>{text}</span>");
    }
    let _ = writeln!(
        html,
        "</div>\n<div class=\"card\">\n{}</div>",
        timeline::svg(run)
    );
}

fn skipped(html: &mut String, run: &RunReport) {
    if run.skipped.is_empty() {
        return;
    }
    html.push_str(
        "<h2>Faults that this machine has no means for</h2>\n<div class=\"card\">\n<table>\n",
    );
    for skipped in &run.skipped {
        let (class, reason) = (Escaped(&skipped.class), Escaped(&skipped.reason));
        let _ = writeln!(html, "<tr><th>{class}</th><td>{reason}</td></tr>");
    }
    html.push_str("</table>\n</div>\n");
}
