//! What a text must look like.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// The whole of it matches; a dot matches line ends too.
    Regex(&'static str),
    /// `a` to `z`, `0` to `9` and hyphens, none of these at either end or next to another, and not this at
    /// the beginning.
    Name(&'static str),
}

impl Pattern {
    /// Whether a text looks like it.
    pub(crate) fn matches(self, text: &str) -> bool {
        match self {
            Self::Name(reserved) => is_name(text, reserved),
            Self::Regex(pattern) => regex(pattern).is_some_and(|regex| regex.is_match(text)),
        }
    }

    /// What it demands, for people.
    pub(crate) fn demand(self) -> String {
        match self {
            Self::Regex(pattern) => format!("must match {pattern}"),
            Self::Name(reserved) => {
                let reserved = match reserved {
                    "" => String::new(),
                    reserved => format!(", and does not begin with {reserved}"),
                };
                format!(
                    "must be made of a-z, 0-9 and hyphens, with no hyphen at the beginning, at the end or after \
                     another{reserved}"
                )
            }
        }
    }
}

fn is_name(text: &str, reserved: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !text.is_empty()
        && text.bytes().all(|byte| is_plain(byte) || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
        && (reserved.is_empty() || !text.starts_with(reserved))
}

/// A compiled pattern; each is compiled when it is first needed. `None`, which matches nothing, where it
/// cannot be: a test compiles every pattern that there is.
fn regex(pattern: &'static str) -> Option<Regex> {
    static COMPILED: Mutex<Option<HashMap<&'static str, Option<Regex>>>> = Mutex::new(None);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compiled = compiled.get_or_insert_default();
    let made = compiled.entry(pattern).or_insert_with(|| {
        // Patterns mean digits and words of ASCII.
        let ascii = pattern
            .replace(r"\d", "[0-9]")
            .replace(r"\w", "[0-9A-Za-z_]");
        Regex::new(&format!(r"(?s)\A(?:{ascii})\z")).ok()
    });
    made.clone()
}

/// Whether a pattern can be compiled.
#[cfg(test)]
pub(super) fn is_understood(pattern: &'static str) -> bool {
    regex(pattern).is_some()
}
