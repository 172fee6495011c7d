//! The canonical request, written into a buffer that is used again for the next request.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", step 1 (read 2026-11-23).

use http::header::HOST;
use smallvec::SmallVec;

use super::keys::Buffers;
use super::parse::{Form, Parts, is_amz, is_query_signature};
use super::{Head, Payload, Refusal};
use crate::decide::target::{escape, is_unreserved};
use crate::seeded_bugs::{self, Bug};

/// Where a query pair stands in the scratch buffer: `start..split` is the name, `split..end` the
/// value.
struct Pair {
    start: usize,
    split: usize,
    end: usize,
}

/// Writes everything but the last line, the payload hash.
///
/// # Errors
/// The list of signed headers is malformed, names a header that is not there, or leaves out one
/// that must be signed: `host` and every `x-amz-…` that is present.
pub(super) fn write_head(
    head: &Head<'_>,
    parts: &Parts<'_>,
    verbatim_path: bool,
    buffers: &mut Buffers,
) -> Result<(), Refusal> {
    let Buffers {
        canonical: out,
        head_bytes,
        scratch,
    } = buffers;
    out.clear();
    out.extend_from_slice(head.method.as_bytes());
    out.push(b'\n');
    let (path, query) = head.target.split_once('?').unwrap_or((head.target, ""));
    write_path(path, verbatim_path, out);
    out.push(b'\n');
    write_query(
        query,
        matches!(parts.form, Form::Query { .. }),
        scratch,
        out,
    );
    out.push(b'\n');
    write_headers(head, &parts.signed_headers, out)?;
    out.push(b'\n');
    out.extend_from_slice(parts.signed_headers.as_bytes());
    out.push(b'\n');
    *head_bytes = out.len();
    Ok(())
}

/// Writes the last line behind the rest, or over another last line.
pub(super) fn write_payload(payload: Payload, buffers: &mut Buffers) {
    buffers.canonical.truncate(buffers.head_bytes);
    match payload {
        Payload::Unsigned => buffers.canonical.extend_from_slice(b"UNSIGNED-PAYLOAD"),
        Payload::Sha256(hash) => write_hex(&hash, &mut buffers.canonical),
    }
}

/// Writes a SHA-256 in lower-case hex.
pub(super) fn write_hex(hash: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in hash {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn write_path(path: &str, verbatim: bool, out: &mut Vec<u8>) {
    let plain = path.bytes().all(|byte| is_unreserved(byte) || byte == b'/');
    let normal = path.starts_with('/') && !path.contains("//") && !path.contains("/.");
    match (verbatim || normal, plain) {
        (true, true) => out.extend_from_slice(path.as_bytes()),
        (true, false) => encode(path.as_bytes(), b'/', out),
        (false, _) => write_normalised(path, out),
    }
}

/// Removes dot segments and empty segments, as the SDKs do before they encode.
fn write_normalised(path: &str, out: &mut Vec<u8>) {
    let mut kept: SmallVec<[&str; 16]> = SmallVec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    for segment in &kept {
        out.push(b'/');
        encode(segment.as_bytes(), b'/', out);
    }
    if kept.is_empty() || path.ends_with('/') {
        out.push(b'/');
    }
}

/// Percent-encodes every byte that is neither unreserved nor `also_plain`.
fn encode(bytes: &[u8], also_plain: u8, out: &mut Vec<u8>) {
    for &byte in bytes {
        if byte == also_plain {
            out.push(byte)
        } else {
            encode_byte(byte, out)
        }
    }
}

fn encode_byte(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if is_unreserved(byte) {
        out.push(byte);
    } else {
        let digits = [
            DIGITS[usize::from(byte >> 4)],
            DIGITS[usize::from(byte & 15)],
        ];
        out.extend_from_slice(&[b'%', digits[0], digits[1]]);
    }
}

/// Writes the pairs decoded, encoded again and sorted by name, then value. Empty pairs (`&&`) are
/// left out, as the AWS C runtime and the Rust SDK do.
fn write_query(query: &str, presigned: bool, scratch: &mut Vec<u8>, out: &mut Vec<u8>) {
    scratch.clear();
    let mut pairs: SmallVec<[Pair; 16]> = SmallVec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if presigned && is_query_signature(name) {
            continue;
        }
        let start = scratch.len();
        recode(name.as_bytes(), scratch);
        let split = scratch.len();
        recode(value.as_bytes(), scratch);
        pairs.push(Pair {
            start,
            split,
            end: scratch.len(),
        });
    }
    let text = |pair: &Pair| {
        (
            &scratch[pair.start..pair.split],
            &scratch[pair.split..pair.end],
        )
    };
    pairs.sort_unstable_by(|a, b| text(a).cmp(&text(b)));
    for (index, pair) in pairs.iter().enumerate() {
        let (name, value) = text(pair);
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

/// Decodes escapes once and encodes the result; an invalid escape is taken literally.
fn recode(mut bytes: &[u8], out: &mut Vec<u8>) {
    while let Some((&first, tail)) = bytes.split_first() {
        match escape(bytes) {
            Some(byte) => {
                encode_byte(byte, out);
                bytes = &bytes[3..];
            }
            None => {
                encode_byte(first, out);
                bytes = tail;
            }
        }
    }
}

fn write_headers(head: &Head<'_>, names: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    if head
        .headers
        .get_all(HOST)
        .iter()
        .any(|host| host.as_bytes() != head.authority.as_bytes())
    {
        return Err(Refusal::SeveralHosts);
    }
    let mut last = "";
    for name in names.split(';') {
        let is_lower = name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase());
        if name <= last || !is_lower {
            return Err(Refusal::Malformed("SignedHeaders"));
        }
        last = name;
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        if name == "host" {
            out.extend_from_slice(head.authority.as_bytes());
        } else {
            write_values(head, name, out)?;
        }
        out.push(b'\n');
    }
    let signed = |name: &str| names.split(';').any(|signed| signed == name);
    if !signed("host") {
        return Err(Refusal::UnsignedHeader("host".to_owned()));
    }
    let mut present = head.headers.keys().map(http::HeaderName::as_str);
    match present.find(|name| is_amz(name.as_bytes()) && !signed(name)) {
        Some(name) => Err(Refusal::UnsignedHeader(name.to_owned())),
        None => Ok(()),
    }
}

/// Writes the values of one header, in order, joined with commas.
fn write_values(head: &Head<'_>, name: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut values = head.headers.get_all(name).iter();
    let Some(first) = values.next() else {
        if seeded_bugs::is(Bug::B15) {
            return Ok(());
        }
        return Err(Refusal::AbsentSignedHeader(name.to_owned()));
    };
    write_value(first.as_bytes(), out);
    for value in values {
        out.push(b',');
        write_value(value.as_bytes(), out);
    }
    Ok(())
}

/// Writes a value without blanks around it and with single spaces inside.
fn write_value(value: &[u8], out: &mut Vec<u8>) {
    if memchr::memchr2(b' ', b'\t', value).is_none() {
        return out.extend_from_slice(value);
    }
    let words = value
        .split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}
