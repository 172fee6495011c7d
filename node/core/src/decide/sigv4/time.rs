//! Signing times: `20260315T120000Z`.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// Seconds since the Unix epoch; printed in ISO 8601 basic format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp(pub(crate) i64);

impl Stamp {
    /// The whole seconds of a clock reading; those before the epoch count as the epoch.
    pub(crate) fn of(time: SystemTime) -> Stamp {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Stamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    /// Reads exactly `YYYYMMDD'T'HHMMSS'Z'`, a date and time that exist.
    pub(crate) fn parse(text: &str) -> Option<Stamp> {
        let bytes = text.as_bytes();
        if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let field = |from: usize, to: usize| {
            bytes[from..to].iter().try_fold(0i16, |value, byte| {
                byte.is_ascii_digit()
                    .then(|| value * 10 + i16::from(byte - b'0'))
            })
        };
        let short = |from| field(from, from + 2).and_then(|value| i8::try_from(value).ok());
        let civil = DateTime::new(
            field(0, 4)?,
            short(4)?,
            short(6)?,
            short(9)?,
            short(11)?,
            short(13)?,
            0,
        );
        let instant = Offset::UTC.to_timestamp(civil.ok()?).ok()?;
        Some(Stamp(instant.as_second()))
    }

    /// Reads a `Date` header: RFC 9110 IMF-fixdate, or ISO 8601 basic format.
    pub(super) fn parse_date_header(text: &str) -> Option<Stamp> {
        let rfc = || rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
        Stamp::parse(text).or_else(|| rfc().map(|instant| Stamp(instant.as_second())))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_second(self.0).map_err(|_| fmt::Error)?;
        let civil = Offset::UTC.to_datetime(instant);
        write!(
            f,
            "{:04}{:02}{:02}",
            civil.year(),
            civil.month(),
            civil.day()
        )?;
        write!(
            f,
            "T{:02}{:02}{:02}Z",
            civil.hour(),
            civil.minute(),
            civil.second()
        )
    }
}
