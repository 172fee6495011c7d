//! The parts of drawings: scales, ticks, text.

use std::fmt;

/// A straight scale from values to places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Scale {
    /// The place of a value; those outside are at the edge.
    pub(super) fn place(&self, value: f64) -> f64 {
        let width = self.to - self.from;
        let share = if width > 0.0 {
            ((value - self.from) / width).clamp(0.0, 1.0)
        } else {
            0.0
        };
        self.start + share * (self.end - self.start)
    }

    /// Round values, about so many.
    pub(super) fn ticks(&self, about: f64) -> Vec<f64> {
        let width = self.to - self.from;
        if width <= 0.0 {
            return vec![self.from];
        }
        let rough = width / about;
        let magnitude = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * magnitude);
        let step = steps.into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.from / step).ceil();
        let mut ticks = Vec::new();
        let mut at = first * step;
        while at <= self.to + step * 1e-9 {
            ticks.push(at);
            at += step;
        }
        ticks
    }
}

/// Text in a page: nothing in it is taken for markup.
pub(super) struct Escaped<'t>(pub(super) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => fmt::Write::write_char(f, other)?,
            }
        }
        Ok(())
    }
}

/// A time in the unit that reads best.
pub(super) fn time(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..10_000 => format!("{:.1} ms", float(microseconds) / 1e3),
        10_000..1_000_000 => format!("{:.0} ms", float(microseconds) / 1e3),
        1_000_000..60_000_000 => format!("{:.1} s", float(microseconds) / 1e6),
        _ => {
            let seconds = microseconds / 1_000_000;
            format!("{} min {:02} s", seconds / 60, seconds % 60)
        }
    }
}

/// A tick of a time axis in seconds.
pub(super) fn moment(seconds: f64, step: f64) -> String {
    if step >= 1.0 {
        let whole = seconds.round();
        let minutes = (whole / 60.0).floor();
        return format!("{minutes:.0}:{:02.0}", whole - minutes * 60.0);
    }
    let digits = if step >= 0.1 {
        1
    } else if step >= 0.01 {
        2
    } else {
        4
    };
    format!("{seconds:.digits$} s")
}

/// A whole number with its thousands apart.
pub(super) fn thousands(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A count as a number to draw with.
pub(super) fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        let scale = Scale {
            from: 0.0,
            to: 360.0,
            start: 0.0,
            end: 1000.0,
        };
        assert_eq!(
            scale.ticks(8.0),
            [0.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0]
        );
        assert!((scale.place(180.0) - 500.0).abs() < 1e-9);
        assert!((scale.place(999.0) - 1000.0).abs() < 1e-9);
        let empty = Scale { to: 0.0, ..scale };
        assert_eq!(empty.ticks(8.0), [0.0]);
        assert!(empty.place(5.0).abs() < 1e-9);
    }

    #[test]
    fn text_is_never_markup() {
        assert_eq!(
            Escaped("<a href=\"x\">'&'").to_string(),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;"
        );
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(time(750), "750 µs");
        assert_eq!(time(1_500), "1.5 ms");
        assert_eq!(time(250_000), "250 ms");
        assert_eq!(time(2_500_000), "2.5 s");
        assert_eq!(time(125_000_000), "2 min 05 s");
        assert_eq!(thousands(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(moment(125.0, 50.0), "2:05");
    }
}
