//! All nodes hold the same registry: at one revision, one digest.
//!
//! Source: consistency contract of the project, line 1; state-machine safety of Raft.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Verdict;
use super::window::seconds;

/// What a node says of its registry: the body of `/digest` on its telemetry listener.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// Revision of the registry.
    pub revision: u64,
    /// SHA-256 of all that it holds, in hexadecimal digits.
    pub sha256: String,
}

/// A look at a node's registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Position of the node.
    pub node: usize,
    /// When it was asked, microseconds since the run began.
    pub at_us: u64,
    /// What it said.
    pub told: Told,
}

/// Judges samples taken during the run, and that the last ones of all `live` nodes, taken after all
/// faults were healed and nobody wrote any more, are the same.
#[must_use]
pub fn check(samples: &[Sample], live: &[usize]) -> Verdict {
    let mut revisions: BTreeMap<u64, &Sample> = BTreeMap::new();
    let (mut findings, mut shared) = (Vec::new(), 0_usize);
    for sample in samples {
        let first = *revisions.entry(sample.told.revision).or_insert(sample);
        shared += usize::from(first.node != sample.node);
        if first.told.sha256 != sample.told.sha256 {
            findings.push(format!(
                "revision {}: {}, {}",
                sample.told.revision,
                text(first),
                text(sample)
            ));
        }
    }
    let mut last: BTreeMap<usize, &Sample> = BTreeMap::new();
    for sample in samples {
        let newest = last.entry(sample.node).or_insert(sample);
        if sample.at_us >= newest.at_us {
            *newest = sample;
        }
    }
    let finals: Vec<_> = live.iter().map(|node| last.get(node)).collect();
    let missing = live.iter().filter(|node| !last.contains_key(node)).count();
    let ends = finals.iter().flatten().map(|sample| sample.told.revision);
    if let (Some(lowest), Some(highest)) = (ends.clone().min(), ends.max())
        && lowest != highest
    {
        let ends = finals
            .iter()
            .flatten()
            .map(|sample| format!("node {} at revision {}", sample.node, sample.told.revision));
        let ends: Vec<_> = ends.collect();
        findings.push(format!("the nodes end apart: {}", ends.join(", ")));
    }
    findings.truncate(10);
    if findings.is_empty() && (missing > 0 || shared == 0) {
        let reason =
            format!("{missing} nodes were not asked; {shared} revisions seen on two nodes");
        return Verdict::Unknown { reason };
    }
    let samples = samples.len();
    Verdict::of(
        findings,
        format!("{samples} samples, {shared} of them of a revision seen on another node"),
    )
}

fn text(sample: &Sample) -> String {
    let digest = sample.told.sha256.get(..12).unwrap_or(&sample.told.sha256);
    format!(
        "node {} at {:.3} s had {digest}…",
        sample.node,
        seconds(sample.at_us)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(node: usize, at_us: u64, revision: u64, digest: &str) -> Sample {
        Sample {
            node,
            at_us,
            told: Told {
                revision,
                sha256: digest.repeat(16),
            },
        }
    }

    #[test]
    fn one_revision_has_one_digest() {
        let agree = [
            sample(0, 10, 5, "aa"),
            sample(1, 11, 6, "bb"),
            sample(0, 20, 6, "bb"),
            sample(1, 30, 6, "bb"),
        ];
        assert!(check(&agree, &[0, 1]).holds());
        // Also in the middle of the run, though the ends agree.
        let mut differ = agree.to_vec();
        differ.push(sample(1, 5, 5, "cc"));
        let Verdict::Broken { findings } = check(&differ, &[0, 1]) else {
            panic!();
        };
        assert!(
            findings[0].starts_with("revision 5: node 0"),
            "{findings:?}"
        );
    }

    #[test]
    fn nodes_that_end_apart_are_found() {
        let apart = [
            sample(0, 10, 5, "aa"),
            sample(1, 11, 5, "aa"),
            sample(1, 20, 6, "bb"),
        ];
        let Verdict::Broken { findings } = check(&apart, &[0, 1]) else {
            panic!();
        };
        assert!(findings[0].contains("node 0 at revision 5, node 1 at revision 6"));
    }

    #[test]
    fn too_little_to_compare_is_not_holding() {
        for samples in [
            vec![],
            vec![sample(0, 10, 5, "aa")],
            vec![sample(0, 10, 5, "aa"), sample(0, 20, 5, "aa")],
        ] {
            let verdict = check(&samples, &[0, 1]);
            assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn what_a_node_says_is_read() {
        let told: Told = serde_json::from_str(r#"{"revision":7,"sha256":"ab"}"#).unwrap();
        assert_eq!(told.revision, 7);
    }
}
