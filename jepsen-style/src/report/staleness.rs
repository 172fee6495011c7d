//! How long nodes went on obeying what had been replaced: a histogram over orders of magnitude.

use std::fmt::Write as _;

use super::chart::{Scale, float, thousands, time};
use super::quantile::quantile;

const WIDTH: f64 = 1120.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 1060.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 170.0;
/// Bars in an order of magnitude.
const BARS: f64 = 10.0;

/// The drawing; `None` of no values.
pub(super) fn svg(staleness_us: &[u64]) -> Option<String> {
    let mut values = staleness_us.to_vec();
    values.sort_unstable();
    let decade = |value: u64| float(value.max(1)).log10();
    let (from, to) = (decade(*values.first()?).floor(), decade(*values.last()?));
    let x = Scale {
        from,
        to: (to + 0.01).ceil().max(from + 1.0),
        start: LEFT,
        end: RIGHT,
    };
    let count = ((x.to - x.from) * BARS).round() as usize;
    let mut bars = vec![0_u64; count];
    for value in &values {
        let place = ((decade(*value) - x.from) * BARS).floor() as usize;
        bars[place.min(count - 1)] += 1;
    }
    let y = Scale {
        from: 0.0,
        to: float(bars.iter().copied().max().unwrap_or(1)),
        start: BOTTOM,
        end: TOP,
    };
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} 200\" role=\"img\" aria-label=\"Histogram of staleness\">\n"
    );
    axes(&mut svg, &x, &y);
    let width = (RIGHT - LEFT) / count as f64;
    for (bar, height) in bars.iter().enumerate().filter(|(_, height)| **height > 0) {
        let place = y.place(float(*height));
        let low = 10_f64.powf(x.from + bar as f64 / BARS).round() as u64;
        let high = 10_f64.powf(x.from + (bar + 1) as f64 / BARS).round() as u64;
        let _ = writeln!(
            svg,
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{place:.1}\" width=\"{:.1}\" height=\"{:.1}\">\
             <title>{} to {}: {height}</title></rect>",
            LEFT + bar as f64 * width + 0.5,
            width - 1.0,
            BOTTOM - place,
            time(low),
            time(high)
        );
    }
    let marks = [("p50", 500), ("p99", 990), ("max", 1_000)];
    let mut former = f64::NEG_INFINITY;
    for (name, per_thousand) in marks {
        let value = quantile(&values, per_thousand)?;
        let at = x.place(decade(value));
        // Names that would meet stand one above the other.
        let row = if at - former < 90.0 { 10.0 } else { 22.0 };
        former = at;
        let _ = writeln!(
            svg,
            "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{row}\" y2=\"{BOTTOM}\"/><text \
             class=\"label\" x=\"{:.1}\" y=\"{row}\">{name} {}</text>",
            at + 4.0,
            time(value)
        );
    }
    Some(svg + "</svg>\n")
}

fn axes(svg: &mut String, x: &Scale, y: &Scale) {
    for tick in y.ticks(4.0) {
        let at = y.place(tick);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text \
             class=\"tick\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            LEFT - 6.0,
            at + 3.5,
            thousands(tick as usize)
        );
    }
    let mut decade = x.from;
    while decade <= x.to {
        let (at, label) = (x.place(decade), time(10_f64.powf(decade).round() as u64));
        let _ = writeln!(
            svg,
            "<text class=\"tick\" text-anchor=\"middle\" x=\"{at:.1}\" y=\"{:.1}\">{label}</text>",
            BOTTOM + 16.0
        );
        decade += 1.0;
    }
}
