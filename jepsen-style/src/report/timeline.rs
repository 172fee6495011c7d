//! Faults over latency and availability, on one axis of time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::chart::{Escaped, Scale, float, moment, thousands, time};
use super::quantile::quantile;
use super::{Reply, RunReport, Sample, WorkloadSummary};

/// Width of the drawing.
const WIDTH: f64 = 1120.0;
/// Where the plots begin; names stand before.
const LEFT: f64 = 168.0;
/// Where the plots end.
const RIGHT: f64 = 1060.0;
/// Height of a lane of faults.
const LANE: f64 = 18.0;
/// Height of the plot of latencies.
const PLOT: f64 = 84.0;
/// Height of the strip of availability.
const STRIP: f64 = 9.0;
/// Stretches of time that samples are put together in.
const BUCKETS: u64 = 180;

/// A stretch of time of one workload.
#[derive(Default)]
struct Bucket {
    answered: Vec<u64>,
    failed: usize,
}

impl Bucket {
    fn all(&self) -> usize {
        self.answered.len() + self.failed
    }
}

/// The drawing.
pub(super) fn svg(run: &RunReport) -> String {
    let x = Scale {
        from: 0.0,
        to: float(run.duration_us.max(1)) / 1e6,
        start: LEFT,
        end: RIGHT,
    };
    let mut body = String::new();
    let mut y = lanes(&mut body, run, &x, 6.0) + 14.0;
    let faults_end = y;
    for (name, samples) in &run.latencies {
        y = workload(&mut body, run, (name, samples), &x, y);
    }
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"Faults over latency and \
         availability\">\n",
        y + 24.0
    );
    // Behind everything: when any fault was there.
    for fault in &run.faults {
        let (from, to) = ends(&x, fault.from_us, fault.to_us);
        let _ = writeln!(
            svg,
            "<rect class=\"shade\" x=\"{from:.1}\" y=\"{faults_end:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\"/>",
            to - from,
            y - faults_end
        );
    }
    axis(&mut svg, &x, y);
    svg + &body + "</svg>\n"
}

fn ends(x: &Scale, from_us: u64, to_us: u64) -> (f64, f64) {
    let from = x.place(float(from_us) / 1e6);
    let to = x.place(float(to_us) / 1e6);
    // What is short is still seen.
    (from, to.max(from + 1.5))
}

fn axis(svg: &mut String, x: &Scale, bottom: f64) {
    let ticks = x.ticks(10.0);
    let step = ticks.get(1).map_or(1.0, |second| second - ticks[0]);
    for tick in &ticks {
        let (at, label) = (x.place(*tick), moment(*tick, step));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"4\" y2=\"{bottom:.1}\"/>\
             <text class=\"tick\" text-anchor=\"middle\" x=\"{at:.1}\" y=\"{:.1}\">{label}</text>",
            bottom + 15.0
        );
    }
}

/// Draws a lane for each class of faults; the place below them.
fn lanes(body: &mut String, run: &RunReport, x: &Scale, top: f64) -> f64 {
    let mut classes: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for fault in &run.faults {
        classes.entry(&fault.class).or_default().push(fault);
    }
    let mut y = top;
    for (class, faults) in &classes {
        let _ = writeln!(
            body,
            "<text class=\"name\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}<tspan \
             class=\"count\"> ×{}</tspan></text>",
            LEFT - 10.0,
            y + LANE - 5.5,
            Escaped(class),
            faults.len()
        );
        for fault in faults {
            let (from, to) = ends(x, fault.from_us, fault.to_us);
            let _ = writeln!(
                body,
                "<rect class=\"fault\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
                 rx=\"2\"><title>{}: {}, {:.1} s to {:.1} s</title></rect>",
                y + 2.0,
                to - from,
                LANE - 4.0,
                Escaped(class),
                Escaped(&fault.target),
                float(fault.from_us) / 1e6,
                float(fault.to_us) / 1e6
            );
        }
        y += LANE;
    }
    y
}

fn buckets(samples: &[Sample], duration_us: u64) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = (0..BUCKETS).map(|_| Bucket::default()).collect();
    for sample in samples {
        let place = sample.at_us.saturating_mul(BUCKETS) / duration_us.max(1);
        let place = usize::try_from(place.min(BUCKETS - 1)).unwrap_or_default();
        if sample.reply == Reply::Failed {
            buckets[place].failed += 1;
        } else {
            buckets[place].answered.push(sample.latency_us);
        }
    }
    for bucket in &mut buckets {
        bucket.answered.sort_unstable();
    }
    buckets
}

/// Draws the latency and the availability of a workload; the place below them.
fn workload(
    body: &mut String,
    run: &RunReport,
    (name, samples): (&str, &[Sample]),
    x: &Scale,
    top: f64,
) -> f64 {
    let sum = WorkloadSummary::of(samples);
    let buckets = buckets(samples, run.duration_us);
    let slowest = float(sum.max_us.unwrap_or(1).max(1_000)).log10();
    let fastest = samples.iter().map(|sample| sample.latency_us).min();
    let y = Scale {
        from: float(fastest.unwrap_or(1).max(1)).log10().floor(),
        to: slowest.ceil(),
        start: top + PLOT,
        end: top + 4.0,
    };
    let note = [
        format!("{} answered", thousands(sum.done + sum.refused)),
        format!("{} failed", thousands(sum.failed)),
        format!("p99 {}", sum.p99_us.map_or("—".into(), time)),
    ];
    let _ = writeln!(
        body,
        "<text class=\"name\" text-anchor=\"end\" x=\"{0:.1}\" y=\"{1:.1}\">{2}</text>",
        LEFT - 58.0,
        top + 18.0,
        Escaped(name)
    );
    for (line, note) in note.iter().enumerate() {
        let place = top + 34.0 + 14.0 * float(line as u64);
        let _ = writeln!(
            body,
            "<text class=\"count\" text-anchor=\"end\" x=\"{:.1}\" y=\"{place:.1}\">{note}</text>",
            LEFT - 58.0
        );
    }
    decades(body, &y);
    for (class, per_thousand) in [("p99", 990), ("p50", 500)] {
        line(body, x, &y, &buckets, class, per_thousand, run.duration_us);
    }
    strip(body, x, &buckets, top + PLOT + 4.0, run.duration_us);
    top + PLOT + STRIP + 22.0
}

fn decades(body: &mut String, y: &Scale) {
    let mut decade = y.from;
    while decade <= y.to {
        let at = y.place(decade);
        let label = time(10_f64.powf(decade).round() as u64);
        let _ = writeln!(
            body,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text \
             class=\"tick\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
            LEFT - 4.0,
            at + 3.5
        );
        decade += 1.0;
    }
}

/// Middle of a bucket, seconds.
fn middle(bucket: usize, duration_us: u64) -> f64 {
    (bucket as f64 + 0.5) * float(duration_us) / 1e6 / float(BUCKETS)
}

fn line(
    body: &mut String,
    x: &Scale,
    y: &Scale,
    buckets: &[Bucket],
    class: &str,
    per_thousand: usize,
    duration_us: u64,
) {
    let mut path = String::new();
    let mut pen = 'M';
    for (at, bucket) in buckets.iter().enumerate() {
        let Some(value) = quantile(&bucket.answered, per_thousand) else {
            // A stretch without an answer is a gap.
            pen = 'M';
            continue;
        };
        let place = y.place(float(value.max(1)).log10());
        let _ = write!(
            path,
            "{pen}{:.1} {place:.1}",
            x.place(middle(at, duration_us))
        );
        if pen == 'M' {
            // A stretch alone is a dot.
            let _ = write!(path, "h.1");
        }
        pen = 'L';
    }
    let _ = writeln!(body, "<path class=\"{class}\" d=\"{path}\"/>");
}

/// Draws the share of operations that were answered, a cell for each stretch of time.
fn strip(body: &mut String, x: &Scale, buckets: &[Bucket], top: f64, duration_us: u64) {
    let width = (RIGHT - LEFT) / float(BUCKETS);
    for (at, bucket) in buckets.iter().enumerate() {
        if bucket.all() == 0 {
            continue;
        }
        let share = bucket.answered.len() as f64 / bucket.all() as f64;
        let class = match bucket.failed * 100 / bucket.all() {
            _ if bucket.failed == 0 => "up",
            0..10 => "most",
            10..50 => "some",
            _ => "down",
        };
        let left = x.place(middle(at, duration_us)) - width / 2.0;
        let _ = writeln!(
            body,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.2}\" \
             height=\"{STRIP}\"><title>{:.0} s: {:.2} % of {} answered</title></rect>",
            width + 0.1,
            middle(at, duration_us),
            share * 100.0,
            bucket.all()
        );
    }
}
