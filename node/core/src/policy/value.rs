//! Numbers, dates, booleans and address ranges in policies and requests.

use std::net::IpAddr;

use ipnet::IpNet;

/// Reads a decimal number: digits with an optional sign and fraction.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction))
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads a date: the forms of W3C's ISO 8601 profile, or seconds since the Unix epoch. Answers in
/// nanoseconds since the Unix epoch.
///
/// Four digits are a year. A time must say its offset.
///
/// Source: IAM user guide, "Date condition operators"; W3C NOTE-datetime.
pub(super) fn date(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    if number(text).is_some() && bytes.len() != 4 {
        return epoch(text);
    }
    let year: i16 = text.get(..4)?.parse().ok()?;
    let two = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let (month, day) = match bytes.len() {
        4 => (1, 1),
        7 if bytes[4] == b'-' => (two(5)?, 1),
        10 if bytes[4] == b'-' && bytes[7] == b'-' => (two(5)?, two(8)?),
        _ => return instant(text),
    };
    let day = jiff::civil::Date::new(year, month, day).ok()?;
    let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(midnight.timestamp().as_nanosecond())
}

fn epoch(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = whole.parse().ok()?;
    let nanos = fraction
        .bytes()
        .take(9)
        .fold((0, 100_000_000), |(sum, unit), digit| {
            (sum + i128::from(digit - b'0') * unit, unit / 10)
        });
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Some(i128::from(seconds) * 1_000_000_000 + sign * nanos.0)
}

fn instant(text: &str) -> Option<i128> {
    let of_profile = |byte: u8| byte.is_ascii_digit() || b"-:TZ+.".contains(&byte);
    if text.as_bytes().get(10) != Some(&b'T') || !text.bytes().all(of_profile) {
        return None;
    }
    let timestamp: jiff::Timestamp = text.parse().ok()?;
    Some(timestamp.as_nanosecond())
}

/// Reads `true` or `false`, in any case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads an address range, or one address as the range of only it.
pub(super) fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpNet>() {
        Ok(network) => Some(network),
        Err(_) => Some(IpNet::from(text.parse::<IpAddr>().ok()?)),
    }
}

/// Reads an address; an IPv4 address in IPv6 form is the IPv4 address.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse::<IpAddr>().ok()?.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for (text, value) in [
            ("443", Some(443.0)),
            ("443.0", Some(443.0)),
            ("-1.5", Some(-1.5)),
            ("+2", Some(2.0)),
            ("", None),
            ("-", None),
            ("1.", None),
            (".5", None),
            ("1e3", None),
            ("0x10", None),
            ("inf", None),
            (" 1", None),
        ] {
            assert_eq!(number(text), value, "{text:?}");
        }
    }

    #[test]
    fn dates_have_five_forms_and_seconds() {
        let noon = Some(1_773_576_000_000_000_000);
        for (text, value) in [
            ("1773576000", noon),
            ("2026-03-15T12:00:00Z", noon),
            ("2026-03-15T12:00Z", noon),
            ("2026-03-15T13:00:00+01:00", noon),
            ("2026-03-15T12:00:00.000Z", noon),
            ("2026-03-15", Some(1_773_532_800_000_000_000)),
            ("2026-03", Some(1_772_323_200_000_000_000)),
            ("2026", Some(1_767_225_600_000_000_000)),
            ("0.5", Some(500_000_000)),
            ("2026-03-15T12:00:00", None),
            ("2026-03-15 12:00:00Z", None),
            ("2026-13-01", None),
            ("2026-02-30", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(date(text), value, "{text:?}");
        }
    }
}
