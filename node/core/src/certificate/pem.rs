//! PEM: blocks with labels, and nothing beside them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Characters of a line. Source: RFC 7468, section 2.
const LINE_CHARS: usize = 64;

/// A block of a text.
pub(super) struct Block<'t> {
    /// What it holds, such as `CERTIFICATE`.
    pub(super) label: &'t str,
    /// Whether it is encrypted as OpenSSL once did it: with a header that says so.
    pub(super) is_encrypted: bool,
    /// Its content; empty where it is encrypted.
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// The blocks of a text; `None` where it is anything else, or has none.
pub(super) fn blocks(text: &str) -> Option<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (label, after) = rest.strip_prefix("-----BEGIN ")?.split_once("-----")?;
        let end = format!("-----END {label}-----");
        let (body, after) = after.split_once(end.as_str())?;
        blocks.push(block(label, body)?);
        rest = after.trim_start();
    }
    (!blocks.is_empty()).then_some(blocks)
}

/// A text of certificates as OpenSSL writes it; `None` where it is anything else.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    let mut normal = String::with_capacity(text.len());
    for block in blocks(text)? {
        if block.label != "CERTIFICATE" || block.is_encrypted {
            return None;
        }
        normal.push_str("-----BEGIN CERTIFICATE-----\n");
        let mut encoded = STANDARD.encode(&block.der[..]);
        while !encoded.is_empty() {
            let rest = encoded.split_off(encoded.len().min(LINE_CHARS));
            normal.push_str(&encoded);
            normal.push('\n');
            encoded = rest;
        }
        normal.push_str("-----END CERTIFICATE-----\n");
    }
    Some(normal)
}

fn block<'t>(label: &'t str, body: &str) -> Option<Block<'t>> {
    let is_encrypted = body.contains("Proc-Type: 4,ENCRYPTED");
    let mut encoded = Zeroizing::new(String::with_capacity(body.len()));
    if !is_encrypted {
        encoded.extend(body.split_ascii_whitespace());
    }
    Some(Block {
        label,
        is_encrypted,
        der: Zeroizing::new(STANDARD.decode(encoded.as_bytes()).ok()?),
    })
}
