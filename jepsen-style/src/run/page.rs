//! A run as its page and its summary tell it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::judge::Judgement;
use super::{Args, Evidence, command};
use crate::report::{FaultSpan, Reply, RunReport, Sample, Skipped};
use crate::traffic::history::Exchange;
use crate::workload::suite::{self, End};

/// The report of a run.
pub(super) fn report(args: &Args, run: &Evidence, judgement: Judgement) -> RunReport {
    let done = run.faults.iter().filter(|fault| fault.skipped.is_none());
    let skipped = run.faults.iter().filter_map(|fault| {
        let reason = fault.skipped.clone()?;
        let class = fault.class.name();
        Some(Skipped { class, reason })
    });
    let mut latencies: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for call in &run.samples {
        let samples = latencies.entry(call.workload.to_owned()).or_default();
        samples.push(sample(call));
    }
    let exchanges = run.traffic.exchanges.iter().map(request);
    latencies.insert("requests".to_owned(), exchanges.collect());
    RunReport {
        seed: args.seed,
        profile: args.profile.name(),
        command: command(args),
        commit: commit(),
        began: run.began.clone(),
        duration_us: run.duration_us,
        nodes: run.nodes,
        faults: done
            .map(|fault| FaultSpan {
                class: fault.class.name(),
                target: fault.description.clone(),
                from_us: fault.began_us,
                to_us: fault.healed_us,
            })
            .collect(),
        skipped: skipped.collect(),
        latencies,
        staleness_us: judgement.staleness_us,
        verdicts: judgement.verdicts,
        windows: judgement
            .windows
            .into_iter()
            .map(|(_, window)| window)
            .collect(),
        figures: judgement.figures,
    }
}

fn sample(call: &suite::Sample) -> Sample {
    Sample {
        at_us: call.ended_us,
        latency_us: call.ended_us.saturating_sub(call.invoked_us),
        reply: match call.end {
            End::Done => Reply::Done,
            End::Refused => Reply::Refused,
            End::Unknown => Reply::Failed,
        },
    }
}

fn request(exchange: &Exchange) -> Sample {
    Sample {
        at_us: exchange.ended_us,
        latency_us: exchange.ended_us.saturating_sub(exchange.invoked_us),
        reply: match &exchange.reply {
            Ok(reply) if reply.status < 400 => Reply::Done,
            Ok(reply) if reply.status < 500 => Reply::Refused,
            Ok(_) | Err(_) => Reply::Failed,
        },
    }
}

/// Commit of the working tree, with a mark where it has changes; empty outside of one.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
        let output = command
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=10", "HEAD"]) else {
        return String::new();
    };
    let is_clean = git(&["status", "--porcelain", "--untracked-files=no"])
        .is_some_and(|changes| changes.is_empty());
    if is_clean {
        commit
    } else {
        format!("{commit} with changes")
    }
}
