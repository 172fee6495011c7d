//! What Raft promises, as far as the nodes' metrics show it: leaders in their order, terms that never
//! fall, an applied index that never falls while a process lives and never passes the log.
//!
//! Votes are ordered by term and member: within a term a member may take the leadership over from one with a
//! smaller id, never the other way.
//!
//! Source: D. Ongaro, "Consensus: bridging theory and practice" (2014), figure 3.2; openraft's
//! `leader_id_adv`.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::window::seconds;

/// What a node's `/metrics` say of its Raft role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Member id; 0 where a node does not tell.
    pub id: u64,
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
            // Builds before it was told are judged too.
            id: value("trellis_raft_member").unwrap_or_default(),
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

/// How much later than it began to lead a leader may be seen, microseconds. Source: ten times the pause
/// between two looks.
const UNSEEN_US: u64 = 1_000_000;
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

/// Election safety: the leaders of a term are in the order of their ids.
fn two_leaders(samples: &[&Sample]) -> Vec<String> {
    let mut leaders: BTreeMap<u64, BTreeMap<(u64, &str), u64>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.role.is_leader) {
        let of_term = leaders.entry(sample.role.term).or_default();
        let first = of_term.entry((sample.role.id, &sample.member));
        first.or_insert(sample.at_us);
    }
    let mut findings = Vec::new();
    for (term, leaders) in leaders {
        let leaders: Vec<_> = leaders.into_iter().collect();
        for pair in leaders.windows(2) {
            let [((smaller_id, smaller), smaller_us), ((id, member), at_us)] = pair else {
                continue;
            };
            if smaller_id == id || *smaller_us > at_us.saturating_add(UNSEEN_US) {
                findings.push(format!(
                    "term {term} has two leaders out of order: {smaller} (member {smaller_id}, first seen at \
                     {:.3} s), {member} (member {id}, first seen at {:.3} s)",
                    seconds(*smaller_us),
                    seconds(*at_us)
                ));
            }
        }
    }
    findings
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

    /// `member process at term leader applied/last`; `nI` has the id I
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
                    id: words[0].trim_start_matches('n').parse().unwrap(),
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
             n1 1 50 2 follows 3/9
             n3 0 60 2 leads 9/9",
        );
        let verdict = check(&samples);
        assert!(verdict.holds(), "{verdict:?}");
        assert_eq!(leader_changes(&samples), 1);
    }

    #[test]
    fn within_a_term_the_leadership_goes_to_greater_members_only() {
        let of_term = |first: &str, second: &str| {
            let text = format!("{first} 0 0 3 leads 5/5\n{second} 0 1000001 3 leads 5/5");
            check(&parse(&text))
        };
        assert!(of_term("n1", "n2").holds());
        assert!(!of_term("n2", "n1").holds());
        assert!(!of_term("n0", "n00").holds(), "nobody tells its id");
    }

    #[test]
    fn each_broken_promise_is_found() {
        for (says, text) in [
            (
                "term 3 has two leaders out of order: n1 (member 1, first seen at 2.000 s), n2",
                "n2 0 10 3 leads 5/5
                 n1 0 2000000 3 leads 5/5",
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
        let scrape = "trellis_raft_member 5\n# TYPE trellis_raft_term gauge\ntrellis_raft_term 7\ntrellis_raft_leader 1\n\
                      trellis_raft_last_log_index 40\ntrellis_raft_applied_index 39\n# EOF\n";
        let role = Role {
            id: 5,
            term: 7,
            is_leader: true,
            last_log_index: 40,
            applied_index: 39,
        };
        assert_eq!(Role::parse(scrape), Some(role));
        assert_eq!(Role::parse("trellis_raft_term 7\n"), None);
    }
}
