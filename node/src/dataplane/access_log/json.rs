//! Writes one flat JSON object into a byte buffer, without allocation.
//!
//! What clients sent is text of any bytes: quotes, backslashes and control characters (C1 and the
//! Unicode line and paragraph separators too, so that no viewer sees a second line) are escaped,
//! bytes that are not UTF-8 become U+FFFD, and each text is cut at a length in bytes.

use std::io::Write;
use std::net::SocketAddr;

use trellis_core::decide::AuthDenied;
use trellis_core::decide::authorise::Place;

/// What stands for an absent value. Source: access-log records of VPC Lattice.
const ABSENT: &[u8] = b"\"-\"";
/// What ends a text that was cut.
const CUT: &str = "…";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// An object that is being written.
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    separator: u8,
}

impl<'o> Object<'o> {
    /// Begins an object.
    pub(super) fn open(out: &'o mut Vec<u8>) -> Self {
        Self {
            out,
            separator: b'{',
        }
    }

    /// Ends it.
    pub(super) fn close(self) {
        if self.separator == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// Writes a key that needs no escaping.
    fn key(&mut self, key: &str) {
        self.out.push(self.separator);
        self.separator = b',';
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// Writes a text, cut at `bytes_max` bytes; `-` where it is absent or empty.
    pub(super) fn text(&mut self, key: &str, value: Option<&[u8]>, bytes_max: usize) {
        self.key(key);
        match value.filter(|value| !value.is_empty()) {
            Some(value) => string(self.out, value, bytes_max),
            None => self.out.extend_from_slice(ABSENT),
        }
    }

    /// Writes a text that is made of parts, each needing no escaping.
    pub(super) fn parts(&mut self, key: &str, parts: &[&str]) {
        self.key(key);
        self.out.push(b'"');
        for part in parts {
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.push(b'"');
    }

    /// Writes a number; `-` where it is absent.
    pub(super) fn number(&mut self, key: &str, value: Option<u64>) {
        self.key(key);
        match value {
            Some(value) => {
                let mut digits = itoa::Buffer::new();
                self.out.extend_from_slice(digits.format(value).as_bytes());
            }
            None => self.out.extend_from_slice(ABSENT),
        }
    }

    /// Writes `address:port`; `-` where it is absent.
    pub(super) fn address(&mut self, key: &str, value: Option<SocketAddr>) {
        self.key(key);
        match value {
            Some(value) => self.formatted(format_args!(
                "\"{}\"",
                SocketAddr::new(value.ip().to_canonical(), value.port())
            )),
            None => self.out.extend_from_slice(ABSENT),
        }
    }

    /// Writes a time as `YYYY-MM-DDTHH:MM:SSZ`; `-` where it is beyond the calendar.
    pub(super) fn time(&mut self, key: &str, unix_ms: u64) {
        self.key(key);
        let seconds = i64::try_from(unix_ms / 1_000).unwrap_or(i64::MAX);
        let Ok(time) = jiff::Timestamp::from_second(seconds) else {
            self.out.extend_from_slice(ABSENT);
            return;
        };
        let time = jiff::tz::Offset::UTC.to_datetime(time);
        self.formatted(format_args!(
            "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z\"",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second()
        ));
    }

    /// Writes tags as an object of its own; `-` where they are absent or none.
    pub(super) fn tags(&mut self, key: &str, tags: Option<&[(String, String)]>, bytes_max: usize) {
        self.key(key);
        let Some(tags) = tags.filter(|tags| !tags.is_empty()) else {
            self.out.extend_from_slice(ABSENT);
            return;
        };
        let mut separator = b'{';
        for (name, value) in tags {
            self.out.push(separator);
            separator = b',';
            string(self.out, name.as_bytes(), bytes_max);
            self.out.push(b':');
            string(self.out, value.as_bytes(), bytes_max);
        }
        self.out.push(b'}');
    }

    /// Writes the statements that decided as `layer#statement`, or `layer/policy#statement` beyond the
    /// first policy of a layer, all counted from 0 and parted by spaces. Nothing where there are none.
    pub(super) fn statements(
        &mut self,
        key: &str,
        deciding: impl Iterator<Item = (AuthDenied, Place)>,
    ) {
        let mut deciding = deciding.peekable();
        if deciding.peek().is_none() {
            return;
        }
        self.key(key);
        let mut separator = "\"";
        for (layer, place) in deciding {
            let layer = layer.label();
            match place.policy {
                0 => self.formatted(format_args!("{separator}{layer}#{}", place.statement)),
                policy => self.formatted(format_args!(
                    "{separator}{layer}/{policy}#{}",
                    place.statement
                )),
            }
            separator = " ";
        }
        self.out.push(b'"');
    }

    fn formatted(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing into memory does not fail.
        drop(self.out.write_fmt(arguments));
    }
}

fn string(out: &mut Vec<u8>, value: &[u8], bytes_max: usize) {
    out.push(b'"');
    let kept = &value[..boundary(value, bytes_max)];
    match std::str::from_utf8(kept) {
        Ok(text) => escape(out, text),
        Err(_) => {
            for chunk in kept.utf8_chunks() {
                escape(out, chunk.valid());
                if !chunk.invalid().is_empty() {
                    escape(out, "\u{fffd}");
                }
            }
        }
    }
    if kept.len() < value.len() {
        escape(out, CUT);
    }
    out.push(b'"');
}

/// The longest length up to `bytes_max` that does not end inside a character.
fn boundary(value: &[u8], bytes_max: usize) -> usize {
    if value.len() <= bytes_max {
        return value.len();
    }
    let begins = |at: &usize| value[*at] & 0xc0 != 0x80;
    let nearest = (bytes_max.saturating_sub(3)..=bytes_max).rev().find(begins);
    nearest.unwrap_or(bytes_max)
}

fn escape(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut written = 0;
    for (at, character) in text.char_indices() {
        let short = match character {
            '"' | '\\' => Some(character as u8),
            '\n' => Some(b'n'),
            '\r' => Some(b'r'),
            '\t' => Some(b't'),
            '\u{2028}' | '\u{2029}' => None,
            character if character.is_control() => None,
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[written..at]);
        written = at + character.len_utf8();
        out.push(b'\\');
        match short {
            Some(letter) => out.push(letter),
            None => {
                let code = u32::from(character);
                out.push(b'u');
                out.extend([12, 8, 4, 0].map(|shift| HEX[(code >> shift & 0xf) as usize]));
            }
        }
    }
    out.extend_from_slice(&text.as_bytes()[written..]);
}
