//! How soon a write is served by every data plane, and in which order.
//!
//! Source: reliability plan, W8 and W10; section 2.6: commit to all connected data planes, p99 ≤ 500 ms.

use std::collections::BTreeMap;

use super::Verdict;
use super::traffic::verdict;
use crate::history::Outcome;
use crate::traffic::history::{Cell, History, Setting, Sighting};
use crate::traffic::window::Windows;

/// Times from the acknowledgement of a write until a node was seen to serve it, microseconds,
/// sorted: one for each write and node that was not apart meanwhile. The pause between two probes
/// counts.
#[must_use]
pub fn staleness_us(history: &History, windows: &Windows) -> Vec<u64> {
    let (mut lags, _) = lags(history, windows, u64::MAX);
    lags.sort_unstable();
    lags
}

/// Data planes serve what is written: the 99th percentile of [`staleness_us`] is at most
/// `p99_us_max`, and no node that was seen that much later than a write's end and was not apart
/// has yet to serve it.
#[must_use]
pub fn check(history: &History, windows: &Windows, p99_us_max: u64, lags_min: usize) -> Verdict {
    let (mut lags, mut findings) = lags(history, windows, p99_us_max);
    lags.sort_unstable();
    let at =
        |percent: usize| lags.get((lags.len() * percent / 100).min(lags.len().saturating_sub(1)));
    let (Some(p50), Some(p99), Some(max)) = (at(50), at(99), lags.last()) else {
        let reason = "no write was seen to be served".to_owned();
        return Verdict::Unknown { reason };
    };
    let evidence = format!(
        "{} times from acknowledged to served: p50 {p50} µs, p99 {p99} µs, longest {max} µs",
        lags.len()
    );
    if *p99 > p99_us_max {
        findings.insert(0, format!("{evidence}; p99 may be {p99_us_max} µs"));
    }
    if findings.is_empty() && lags.len() < lags_min {
        let reason = format!("{evidence}; {lags_min} are needed");
        return Verdict::Unknown { reason };
    }
    verdict(findings, evidence)
}

/// A data plane never goes back: once it was seen at a revision, no request that is sent more than
/// `slack_us` later is served by an older one, unless the node was down in between; and none serves a
/// revision before the write that it belongs to has begun.
///
/// The slack is for the workers of one node, which take up a view one after the other.
#[must_use]
pub fn order(history: &History, windows: &Windows, slack_us: u64) -> Verdict {
    let mut findings = Vec::new();
    for sightings in by_node(history).values() {
        let mut seen = sightings.iter().peekable();
        let mut latest: Option<&Sighting> = None;
        let mut sent: Vec<_> = sightings.clone();
        sent.sort_by_key(|sighting| sighting.invoked_us);
        for sighting in sent {
            // The latest revision that was seen well before this request was sent.
            while let Some(before) =
                seen.next_if(|before| before.ended_us + slack_us < sighting.invoked_us)
            {
                if latest.is_none_or(|latest| latest.revision < before.revision) {
                    latest = Some(before);
                }
            }
            if let Some(latest) = latest
                && latest.revision > sighting.revision
                && !windows.was_down(sighting.node, latest.ended_us, sighting.ended_us)
            {
                findings.push(format!("{sighting:?} is older than {latest:?} before it"));
            }
        }
    }
    findings.extend(ahead(history));
    let evidence = format!("{} sightings of revisions", history.sightings.len());
    if history.sightings.is_empty() {
        let reason = "no revision was seen".to_owned();
        return Verdict::Unknown { reason };
    }
    verdict(findings, evidence)
}

/// Sightings of a revision before its write began. A write that left a cell as it was does not count:
/// it may be answered with the revision that was found.
fn ahead(history: &History) -> Vec<String> {
    let mut cells: BTreeMap<Cell, &Setting> = BTreeMap::new();
    let mut writes: Vec<_> = history.changes.iter().collect();
    writes.sort_by_key(|write| write.invoked_us);
    let mut begins = Vec::new();
    for write in writes {
        let setting = &write.operation;
        match write.outcome {
            Outcome::Done { revision, .. } => {
                if cells.insert(setting.cell(), setting) != Some(setting) {
                    begins.push((revision, write.invoked_us));
                }
            }
            Outcome::Unknown { .. } => {
                cells.insert(setting.cell(), setting);
            }
            Outcome::Refused { .. } => {}
        }
    }
    begins.sort_unstable();
    // The latest begin of all writes up to a revision.
    let mut latest = 0;
    for (_, began) in &mut begins {
        latest = latest.max(*began);
        *began = latest;
    }
    let ahead = history.sightings.iter().filter_map(|sighting| {
        let until = begins.partition_point(|(revision, _)| *revision <= sighting.revision);
        let (_, began) = begins.get(until.checked_sub(1)?)?;
        (sighting.ended_us < *began)
            .then(|| format!("{sighting:?}: a write up to this revision began only at {began} µs"))
    });
    ahead.collect()
}

/// Ends, begins and revisions of the writes that are done.
fn done(history: &History) -> impl Iterator<Item = (u64, u64, u64)> {
    history
        .changes
        .iter()
        .filter_map(|change| match change.outcome {
            Outcome::Done { revision, .. } => Some((change.ended_us, change.invoked_us, revision)),
            Outcome::Refused { .. } | Outcome::Unknown { .. } => None,
        })
}

fn by_node(history: &History) -> BTreeMap<usize, Vec<&Sighting>> {
    let mut nodes: BTreeMap<usize, Vec<&Sighting>> = BTreeMap::new();
    for sighting in &history.sightings {
        nodes.entry(sighting.node).or_default().push(sighting);
    }
    for sightings in nodes.values_mut() {
        sightings.sort_by_key(|sighting| sighting.ended_us);
    }
    nodes
}

/// Times to visibility, and writes that were due and never seen.
fn lags(history: &History, windows: &Windows, due_us: u64) -> (Vec<u64>, Vec<String>) {
    let (mut lags, mut missing) = (Vec::new(), Vec::new());
    for (node, sightings) in by_node(history) {
        for (ended_us, _, revision) in done(history) {
            let after = sightings.partition_point(|sighting| sighting.ended_us < ended_us);
            let first = sightings[after..].iter().find(|s| s.revision >= revision);
            // A restart in between began from an older view.
            let until = first.or(sightings.last()).map_or(0, |s| s.ended_us);
            if windows.was_apart(node, ended_us, until.max(ended_us)) {
                continue;
            }
            match first {
                Some(_) if seen_before(&sightings[..after], revision) => lags.push(0),
                Some(first) => lags.push(first.ended_us - ended_us),
                None if until > ended_us.saturating_add(due_us) => missing.push(format!(
                    "node {node} never served revision {revision}, acknowledged at {ended_us} µs"
                )),
                None => {}
            }
        }
    }
    (lags, missing)
}

/// Whether the last sighting before the write's end had it already.
fn seen_before(before: &[&Sighting], revision: u64) -> bool {
    before.last().is_some_and(|last| last.revision >= revision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::traffic::scene::{beginning, expect};
    use crate::traffic::history::Setting;
    use crate::traffic::window::Window;

    /// A history with one write, revision 20, acknowledged at 5,010 ms.
    fn written() -> History {
        let (caller, active) = (0, false);
        let history = beginning().seen(0, (10, 20), 10);
        history.write((5_000, 5_010), Setting::Key { caller, active }, 20)
    }

    fn window(from_us: u64, to_us: u64) -> Window {
        Window {
            node: 0,
            from_us,
            to_us,
        }
    }

    #[test]
    fn a_write_is_served_soon_on_every_node() {
        let none = Windows::default();
        let mut apart = Windows::default();
        apart.apart.push(window(5_005_000, 5_800_000));
        let seen = |ms: u64| {
            written()
                .seen(0, (5_000, 5_011), 10)
                .seen(0, (ms, ms + 10), 20)
        };
        for (name, history, windows, words) in [
            ("soon", seen(5_100), &none, ""),
            ("late", seen(5_600), &none, "p99"),
            ("late on a node apart", seen(5_600), &apart, ""),
            (
                "never",
                written().seen(0, (9_000, 9_010), 10),
                &none,
                "never served",
            ),
            ("not yet", written().seen(0, (5_200, 5_210), 10), &none, ""),
            ("never seen", beginning(), &none, "unknown"),
        ] {
            expect(name, &check(&history, windows, 500_000, 1), words);
        }
        let few = check(&seen(5_100), &none, 500_000, 9_999);
        expect("few", &few, "unknown");
        assert_eq!(staleness_us(&seen(5_100), &none).last(), Some(&100_000));
    }

    #[test]
    fn a_data_plane_never_goes_back_nor_ahead() {
        let none = Windows::default();
        let mut down = Windows::default();
        down.down.push(window(6_500_000, 6_900_000));
        let seen = || written().seen(0, (6_000, 6_010), 20);
        let (caller, active) = (0, false);
        let again = Setting::Key { caller, active };
        for (name, history, windows, words) in [
            ("forward", seen().seen(0, (7_000, 7_010), 21), &none, ""),
            (
                "back",
                seen().seen(0, (7_000, 7_010), 19),
                &none,
                "is older",
            ),
            (
                "back, within the slack",
                seen().seen(0, (6_050, 6_060), 19),
                &none,
                "",
            ),
            (
                "back, on another node",
                seen().seen(1, (7_000, 7_010), 19),
                &none,
                "",
            ),
            (
                "back, after a restart",
                seen().seen(0, (7_000, 7_010), 19),
                &down,
                "",
            ),
            (
                "before it was written",
                written().seen(0, (4_000, 4_010), 20),
                &none,
                "began only at",
            ),
            (
                "while it is written",
                written().seen(0, (4_000, 5_001), 20),
                &none,
                "",
            ),
            (
                "found as it is to be",
                seen().write((7_000, 7_010), again.clone(), 20),
                &none,
                "",
            ),
            ("nothing seen", beginning(), &none, "unknown"),
        ] {
            expect(name, &order(&history, windows, 100_000), words);
        }
    }
}
