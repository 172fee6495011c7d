//! PEM: blocks with labels, and nothing beside them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

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
