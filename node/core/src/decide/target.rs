//! The request target in its one canonical form.
//!
//! Policies, rules, the signature and the upstream request must all see the same path. So a target
//! is not rewritten into a canonical form, it is refused (400) unless it already has it, and from
//! then on everybody uses the very bytes that arrived.
//!
//! **Path.** Starts with `/`; segments are separated by single slashes; none is `.` or `..`, also
//! not with `;parameters` behind it. A byte is percent-encoded exactly where RFC 3986 does not let
//! it stand plainly in a path segment, with upper-case hex digits: `/caf%C3%A9`, `/a%20b`,
//! `/a,b;v=1@c`, but not `/caf%c3%a9` (lower case), `/%73ecret` (an unreserved character), `/a%2Cb`
//! (allowed plainly) or `/a[0]` (write `%5B0%5D`). So no two accepted paths decode to the same
//! text, and a policy that denies a path cannot be passed by another spelling of it. Never
//! accepted, in any spelling: NUL, an encoded `/` or `\`, and the double encodings `%252F`,
//! `%252E`, `%255C`, `%2500`, which some targets decode twice. Letter case and `;parameters` are
//! literal: a deny of `/admin` does not cover `/Admin` or `/admin;x`; prefer policies that allow.
//!
//! **Query.** Nothing is routed by it and condition keys see decoded values ([`query_values`]), so
//! spellings matter less: every valid escape but `%00` is accepted, and so are the plain
//! `` [ ] { } | ^ ` `` that browsers send.
//!
//! Source: RFC 3986 §2.1–2.3, §3.3, §3.4 (read 2026-11-23).

use std::borrow::Cow;

/// A request target that is known to be canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTarget<'a> {
    path: &'a str,
    query: Option<&'a str>,
}

/// Why a target is refused; the caller answers 400 with this text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    /// Authority form, asterisk form, or nothing at all.
    #[error("the request target must start with '/'")]
    NotOriginForm,
    /// A byte that may not stand plainly in a path or query.
    #[error("byte 0x{0:02X} must be percent-encoded in a request target")]
    PlainByte(u8),
    /// `%` without two hex digits.
    #[error("invalid percent escape")]
    Escape,
    /// `%c3` instead of `%C3`, in the path.
    #[error("percent escapes in a path must use upper-case hex digits")]
    LowerCaseEscape,
    /// `%00`.
    #[error("encoded NUL")]
    Nul,
    /// `%2F` or `%5C`, in the path.
    #[error("encoded slash or backslash in a path")]
    EncodedSlash,
    /// A character that RFC 3986 allows plainly, percent-encoded in the path.
    #[error("percent-encoded character {0:?} in a path; send it plainly")]
    NeedlessEscape(char),
    /// `%252F`, `%252E`, `%255C` or `%2500`, or a deeper encoding of them, in the path.
    #[error("double percent-encoding in a path")]
    DoubleEncoded,
    /// `//`.
    #[error("empty path segment")]
    EmptySegment,
    /// `.` or `..`, alone or before `;`.
    #[error("dot segment in a path")]
    DotSegment,
}

impl<'a> RequestTarget<'a> {
    /// Accepts a target in origin form, `/path` or `/path?query`.
    ///
    /// Cost: one pass over the bytes, no allocation.
    ///
    /// # Errors
    /// [`BadTarget`] says what is not canonical; the caller answers 400 and forwards nothing.
    pub fn parse(raw: &'a str) -> Result<RequestTarget<'a>, BadTarget> {
        let (path, query) = match raw.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (raw, None),
        };
        check_path(path)?;
        query.map_or(Ok(()), check_query)?;
        Ok(RequestTarget { path, query })
    }

    /// The path, as it arrived: what policies, rules, the signature and the target see.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// What follows the first `?`, as it arrived.
    pub fn query(&self) -> Option<&'a str> {
        self.query
    }
}

/// The decoded values of one query parameter, in order, every one of them.
///
/// `name` is compared with the decoded names, letter case included. A parameter without `=` has the
/// empty value. `+` is a plus. Bytes that are not UTF-8 become U+FFFD.
///
/// Cost: no allocation where nothing is encoded.
pub fn query_values<'a>(query: &'a str, name: &'a str) -> impl Iterator<Item = Cow<'a, str>> + 'a {
    query_pairs(query)
        .filter(move |(key, _)| key == name)
        .map(|(_, value)| value)
}

/// The decoded names and values of a query, in order; empty pairs (`&&`) are left out.
///
/// Decodes as [`query_values`] does.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(key), percent_decoded(value))
        })
}

/// Decodes percent escapes once. An invalid escape stays as it is; bytes that are not UTF-8 become
/// U+FFFD.
pub(crate) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (byte, width) = escape(rest).map_or((first, 1), |byte| (byte, 3));
        bytes.push(byte);
        rest = if width == 3 { &rest[3..] } else { tail };
    }
    let text = String::from_utf8(bytes);
    Cow::Owned(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The byte that the escape at the start of `text` stands for; `None` where there is no valid one.
pub(crate) fn escape(text: &[u8]) -> Option<u8> {
    match text {
        [b'%', high, low, ..] => {
            let high = char::from(*high).to_digit(16)?;
            let low = char::from(*low).to_digit(16)?;
            u8::try_from(high << 4 | low).ok()
        }
        _ => None,
    }
}

/// RFC 3986 `unreserved`.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986 `pchar` without escapes: what may stand plainly in a path segment.
fn is_plain(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte)
}

fn check_path(path: &str) -> Result<(), BadTarget> {
    let segments = path.strip_prefix('/').ok_or(BadTarget::NotOriginForm)?;
    let mut segments = segments.split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return Err(BadTarget::EmptySegment);
        }
        check_segment(segment)?;
    }
    Ok(())
}

fn check_segment(segment: &str) -> Result<(), BadTarget> {
    let mut rest = segment.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            check_path_escape(rest)?;
            rest = &rest[3..];
        } else if is_plain(byte) {
            rest = tail;
        } else {
            return Err(BadTarget::PlainByte(byte));
        }
    }
    let name = segment.split_once(';').map_or(segment, |(name, _)| name);
    if matches!(name, "." | "..") {
        Err(BadTarget::DotSegment)
    } else {
        Ok(())
    }
}

/// Judges the escape that `rest` starts with.
fn check_path_escape(rest: &[u8]) -> Result<(), BadTarget> {
    match escape(rest).ok_or(BadTarget::Escape)? {
        0 => Err(BadTarget::Nul),
        b'/' | b'\\' => Err(BadTarget::EncodedSlash),
        b'%' if hides_separator(&rest[3..]) => Err(BadTarget::DoubleEncoded),
        byte if is_plain(byte) => Err(BadTarget::NeedlessEscape(char::from(byte))),
        _ if rest[1..3].iter().any(u8::is_ascii_lowercase) => Err(BadTarget::LowerCaseEscape),
        _ => Ok(()),
    }
}

/// Whether what follows an encoded `%` would, decoded again, be a slash, backslash, dot or NUL.
fn hides_separator(after: &[u8]) -> bool {
    let mut digits = after;
    while let Some(tail) = digits.strip_prefix(b"25") {
        digits = tail;
    }
    match digits {
        [high, low, ..] => {
            let inner = [b'%', *high, *low];
            matches!(escape(&inner), Some(0 | b'/' | b'\\' | b'.'))
        }
        _ => false,
    }
}

fn check_query(query: &str) -> Result<(), BadTarget> {
    let mut rest = query.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'%' => match escape(rest).ok_or(BadTarget::Escape)? {
                0 => return Err(BadTarget::Nul),
                _ => &rest[3..],
            },
            _ if is_plain(byte) || b"/?[]{}|^`".contains(&byte) => tail,
            _ => return Err(BadTarget::PlainByte(byte)),
        };
    }
    Ok(())
}
