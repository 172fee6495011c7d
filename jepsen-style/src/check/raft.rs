//! What Raft promises, as far as the nodes' metrics show it: one leader in a term, terms that never
//! fall, an applied index that never falls while a process lives and never passes the log.
//!
//! Source: D. Ongaro, "Consensus: bridging theory and practice" (2014), figure 3.2.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::window::seconds;

/// What a node's `/metrics` say of its Raft role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Term; 0 while the role has not started.
    pub term: u64,
    /// Whether it leads.
    pub is_leader: bool,
    /// Index of the last entry in its log.
    pub last_log_index: u64,
    /// Highest index applied.
    pub applied_index: u64,
}

impl Role {
    /// Reads a scrape; `None` where a metric is missing.
    #[must_use]
    pub fn parse(metrics: &str) -> Option<Self> {
        let value = |name| metric(metrics, name);
        Some(Self {
            term: value("trellis_raft_term")?,
            is_leader: value("trellis_raft_leader")? == 1,
            last_log_index: value("trellis_raft_last_log_index")?,
            applied_index: value("trellis_raft_applied_index")?,
        })
    }
}

/// The value of a metric without labels, from a scrape; `None` where it is missing or no whole number.
#[must_use]
pub fn metric(metrics: &str, name: &str) -> Option<u64> {
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.trim().parse().ok()
}

/// A look at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name of the member; a node that replaces another has another name.
    pub member: String,
    /// Which of the processes that ran as this member, counted from 0.
    pub process: u32,
    /// When it was asked, microseconds since the run began.
    pub at_us: u64,
    /// What it said.
    pub role: Role,
}

/// Findings shown.
const FINDINGS_MAX: usize = 10;

/// Judges samples.
#[must_use]
pub fn check(samples: &[Sample]) -> Verdict {
    let started = |sample: &&Sample| sample.role.term > 0;
    let mut in_time: Vec<_> = samples.iter().filter(started).collect();
    in_time.sort_by_key(|sample| (&sample.member, sample.process, sample.at_us));
    if !in_time.iter().any(|sample| sample.role.is_leader) {
        let reason = format!("{} samples, none of a leader", in_time.len());
        return Verdict::Unknown { reason };
    }
    let mut findings = two_leaders(&in_time);
    for pair in in_time.windows(2) {
        findings.extend(fallen(pair[0], pair[1]));
    }
    for sample in &in_time {
        let Role {
            applied_index,
            last_log_index,
            ..
        } = sample.role;
        if applied_index > last_log_index {
            findings.push(format!(
                "{} applied {applied_index}, but its log ends at {last_log_index} ({:.3} s)",
                sample.member,
                seconds(sample.at_us)
            ));
        }
    }
    findings.truncate(FINDINGS_MAX);
    let terms: BTreeSet<_> = in_time.iter().map(|sample| sample.role.term).collect();
    let evidence = format!("{} samples of {} terms", in_time.len(), terms.len());
    Verdict::of(findings, evidence)
}

/// Election safety: at most one leader in a term.
fn two_leaders(samples: &[&Sample]) -> Vec<String> {
    let mut leaders: BTreeMap<u64, BTreeMap<&str, u64>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.role.is_leader) {
        let of_term = leaders.entry(sample.role.term).or_default();
        of_term.entry(&sample.member).or_insert(sample.at_us);
    }
    let doubled = leaders.iter().filter(|(_, leaders)| leaders.len() > 1);
    let told = doubled.map(|(term, leaders)| {
        let leaders = leaders.iter();
        let leaders: Vec<_> = leaders
            .map(|(member, at)| format!("{member} (first seen at {:.3} s)", seconds(*at)))
            .collect();
        format!("term {term} has two leaders: {}", leaders.join(", "))
    });
    told.collect()
}

/// What fell between two looks at one member, the later of which may be another process.
fn fallen(former: &Sample, later: &Sample) -> Vec<String> {
    let mut findings = Vec::new();
    if former.member != later.member {
        return findings;
    }
    let mut fall = |what: &str, from: u64, to: u64| {
        if to < from {
            findings.push(format!(
                "{}: {what} fell from {from} at {:.3} s to {to} at {:.3} s",
                later.member,
                seconds(former.at_us),
                seconds(later.at_us)
            ));
        }
    };
    // A term is on the disk; a restarted process applies its log again.
    fall("term", former.role.term, later.role.term);
    if former.process == later.process {
        fall(
            "applied index",
            former.role.applied_index,
            later.role.applied_index,
        );
    }
    findings
}

/// How often the leadership went to another member.
#[must_use]
pub fn leader_changes(samples: &[Sample]) -> usize {
    let leading = samples.iter().filter(|sample| sample.role.is_leader);
    let by_term: BTreeMap<u64, &str> = leading
        .map(|sample| (sample.role.term, sample.member.as_str()))
        .collect();
    let leaders: Vec<_> = by_term.values().collect();
    leaders.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `member process at term leader applied/last`
    fn parse(text: &str) -> Vec<Sample> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let sample = |line: &str| {
            let words: Vec<_> = line.split_whitespace().collect();
            let (applied, last) = words[5].split_once('/').unwrap();
            Sample {
                member: words[0].into(),
                process: words[1].parse().unwrap(),
                at_us: words[2].parse().unwrap(),
                role: Role {
                    term: words[3].parse().unwrap(),
                    is_leader: words[4] == "leads",
                    last_log_index: last.parse().unwrap(),
                    applied_index: applied.parse().unwrap(),
                },
            }
        };
        lines.map(sample).collect()
    }

    #[test]
    fn a_life_of_a_cluster() {
        let samples = parse(
            "n1 0 10 1 leads 5/5
             n2 0 10 1 follows 4/5
             n1 0 20 1 leads 7/9
             n2 0 30 2 leads 9/9
             n1 1 40 0 follows 0/0
             n1 1 50 2 follows 3/9",
        );
        let verdict = check(&samples);
        assert!(verdict.holds(), "{verdict:?}");
        assert_eq!(leader_changes(&samples), 1);
    }

    #[test]
    fn each_broken_promise_is_found() {
        for (says, text) in [
            (
                "term 3 has two leaders: n1 (first seen at 0.000 s), n2",
                "n1 0 10 3 leads 5/5
                 n2 0 90 3 leads 5/5",
            ),
            (
                "n1: term fell from 3",
                "n1 0 10 3 leads 5/5
                 n1 0 20 2 follows 5/5",
            ),
            // A forgotten vote: the term falls over a restart.
            (
                "n1: term fell from 3",
                "n1 0 10 3 leads 5/5
                 n1 1 20 2 follows 5/5",
            ),
            (
                "n1: applied index fell from 5",
                "n1 0 10 3 leads 5/5
                 n1 0 20 3 leads 4/5",
            ),
            ("n1 applied 6, but its log ends at 5", "n1 0 10 3 leads 6/5"),
        ] {
            let Verdict::Broken { findings } = check(&parse(text)) else {
                panic!("not found: {says}");
            };
            assert!(findings[0].starts_with(says), "{findings:?}");
        }
    }

    #[test]
    fn samples_without_a_leader_prove_nothing() {
        for text in ["", "n1 0 10 1 follows 1/1"] {
            assert!(matches!(check(&parse(text)), Verdict::Unknown { .. }));
        }
    }

    #[test]
    fn a_scrape_is_read() {
        let scrape = "# TYPE trellis_raft_term gauge\ntrellis_raft_term 7\ntrellis_raft_leader 1\n\
                      trellis_raft_last_log_index 40\ntrellis_raft_applied_index 39\n# EOF\n";
        let role = Role {
            term: 7,
            is_leader: true,
            last_log_index: 40,
            applied_index: 39,
        };
        assert_eq!(Role::parse(scrape), Some(role));
        assert_eq!(Role::parse("trellis_raft_term 7\n"), None);
    }
}
