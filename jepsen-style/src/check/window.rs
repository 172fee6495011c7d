//! The part of a history that shows a finding, small enough to read.

use std::fmt::Write as _;

use serde::Serialize;

/// Most calls that a window shows; those nearest to the fault are kept.
pub const CALLS_MAX: usize = 24;

/// Columns of the drawing in text.
const COLUMNS: u64 = 40;

/// Calls around a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// What is wrong, in a sentence.
    pub title: String,
    /// The calls, in the order of their beginnings.
    pub calls: Vec<Shown>,
}

/// A call in a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Client that made it.
    pub client: u32,
    /// Position of the node that was asked.
    pub node: usize,
    /// When it was sent, microseconds since the run began.
    pub from_us: u64,
    /// When it ended, microseconds since the run began; `None` where nobody knows.
    pub to_us: Option<u64>,
    /// What was asked and answered.
    pub label: String,
    /// Whether it is the call that nothing explains.
    pub is_odd: bool,
}

impl Window {
    /// A window of the calls nearest to the odd ones, at most [`CALLS_MAX`].
    #[must_use]
    pub fn around(title: impl Into<String>, mut calls: Vec<Shown>) -> Self {
        let odd = calls.iter().filter(|call| call.is_odd);
        let centre = odd.map(|call| call.from_us).max().unwrap_or_default();
        calls.sort_by_key(|call| (!call.is_odd, distance(call, centre)));
        calls.truncate(CALLS_MAX);
        calls.sort_by_key(|call| (call.from_us, call.client));
        let title = title.into();
        Self { title, calls }
    }

    /// First and last moment that is shown, microseconds since the run began.
    #[must_use]
    pub fn span_us(&self) -> (u64, u64) {
        let from = self.calls.iter().map(|call| call.from_us).min();
        let moments = self.calls.iter();
        let to = moments.map(|call| call.to_us.unwrap_or(call.from_us)).max();
        let from = from.unwrap_or_default();
        (from, to.unwrap_or_default().max(from + 1))
    }

    /// The window in text: one line for each call, drawn to scale.
    #[must_use]
    pub fn text(&self) -> String {
        let (from, to) = self.span_us();
        let column = |moment: u64| {
            let place = (moment.clamp(from, to) - from) * (COLUMNS - 1) / (to - from);
            usize::try_from(place).unwrap_or_default()
        };
        let mut text = format!("{}\n", self.title);
        for call in &self.calls {
            let start = column(call.from_us);
            let end = call.to_us.map_or(column(to), column);
            let bar: String = (0..=column(to))
                .map(|at| match at {
                    _ if at == start => '├',
                    _ if at == end && call.to_us.is_some() => '┤',
                    _ if at > start && at <= end && call.to_us.is_none() => '┄',
                    _ if at > start && at < end => '─',
                    _ => ' ',
                })
                .collect();
            let mark = if call.is_odd { '!' } else { ' ' };
            let _ = writeln!(
                text,
                "{mark} {:>11.6} s {bar} client {} node {}  {}",
                seconds(call.from_us),
                call.client,
                call.node,
                call.label
            );
        }
        text
    }
}

/// Microseconds from a call to a moment.
fn distance(call: &Shown, moment: u64) -> u64 {
    let end = call.to_us.unwrap_or(call.from_us);
    if (call.from_us..=end).contains(&moment) {
        0
    } else {
        moment.abs_diff(call.from_us).min(moment.abs_diff(end))
    }
}

/// Microseconds as seconds.
pub(crate) fn seconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(client: u32, from_us: u64, to_us: Option<u64>, is_odd: bool) -> Shown {
        Shown {
            client,
            node: 0,
            from_us,
            to_us,
            label: format!("read {client}"),
            is_odd,
        }
    }

    #[test]
    fn a_window_keeps_the_odd_call_and_its_nearest_neighbours_in_order() {
        let mut calls: Vec<_> = (0..100)
            .map(|n| call(n, u64::from(n) * 10, Some(u64::from(n) * 10 + 5), false))
            .collect();
        calls[50].is_odd = true;
        let window = Window::around("odd", calls);
        assert_eq!(window.calls.len(), CALLS_MAX);
        assert!(window.calls.iter().any(|call| call.is_odd));
        assert!(window.calls.is_sorted_by_key(|call| call.from_us));
        let (from, to) = window.span_us();
        assert!(from > 300 && to < 700, "{from} {to}");
    }

    #[test]
    fn the_text_draws_calls_to_scale_and_marks_the_odd_one() {
        let calls = vec![call(1, 0, Some(100), false), call(2, 50, None, true)];
        let text = Window::around("nothing explains the read", calls).text();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "nothing explains the read");
        assert!(lines[1].contains("├──"), "{text}");
        assert!(lines[1].contains("┤ client 1 node 0  read 1"), "{text}");
        assert!(
            lines[2].starts_with('!') && lines[2].contains('┄'),
            "{text}"
        );
    }
}
