//! The failing part of a history, drawn: one row for each call.

use std::fmt::Write as _;

use super::chart::{Escaped, Scale, float, moment};
use crate::check::window::Window;

const WIDTH: f64 = 1120.0;
const LEFT: f64 = 150.0;
/// Where the calls end; what they did stands behind.
const RIGHT: f64 = 640.0;
const ROW: f64 = 20.0;
const TOP: f64 = 24.0;
/// Letters of a label that fit.
const LETTERS_MAX: usize = 72;

/// The drawing.
pub(super) fn svg(window: &Window) -> String {
    let (from, to) = window.span_us();
    let x = Scale {
        from: float(from) / 1e6,
        to: float(to) / 1e6,
        start: LEFT,
        end: RIGHT,
    };
    let bottom = TOP + ROW * window.calls.len() as f64;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"Calls around the finding\">\n",
        bottom + 8.0
    );
    let ticks = x.ticks(5.0);
    let step = ticks.get(1).map_or(0.001, |second| second - ticks[0]);
    for tick in &ticks {
        let (at, label) = (x.place(*tick), moment(*tick, step.min(0.99)));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom:.1}\"/>\
             <text class=\"tick\" text-anchor=\"middle\" x=\"{at:.1}\" y=\"15\">{label}</text>"
        );
    }
    for (row, call) in window.calls.iter().enumerate() {
        let top = TOP + ROW * row as f64;
        let start = x.place(float(call.from_us) / 1e6);
        let end = call.to_us.map_or(RIGHT, |end| x.place(float(end) / 1e6));
        let class = match (call.is_odd, call.to_us) {
            (true, _) => "call odd",
            (false, Some(_)) => "call",
            (false, None) => "call open",
        };
        let mark = if call.is_odd { " odd" } else { "" };
        let _ = writeln!(
            svg,
            "<text class=\"count{mark}\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">client {} · \
             node {}</text><rect class=\"{class}\" x=\"{start:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\" rx=\"2\"/><text class=\"label{mark}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            LEFT - 10.0,
            top + 14.0,
            call.client,
            call.node,
            top + 4.0,
            (end - start).max(2.0),
            ROW - 8.0,
            RIGHT + 14.0,
            top + 14.0,
            Escaped(&shortened(&call.label))
        );
    }
    svg + "</svg>\n"
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LETTERS_MAX {
        return label.into();
    }
    let start: String = label.chars().take(LETTERS_MAX - 1).collect();
    start + "…"
}
