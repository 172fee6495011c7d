//! The shape of what rules match, and of domain names.
//!
//! Source: VPC Lattice API model 2022-11-30, `HttpMatch`, `PathMatch`, `HeaderMatch`,
//! `ServiceCustomDomainName`.

use crate::model::{HeaderMatch, HeaderPattern, HttpMatch, PathPattern, limits};
use crate::registry::mistakes::Mistakes;

/// Characters of a method.
const METHOD_CHARS_MAX: usize = 16;
/// Characters of a path pattern.
const PATH_CHARS_MAX: usize = 200;
/// Characters of a header name.
const HEADER_NAME_CHARS_MAX: usize = 100;
/// Characters of a header value.
const HEADER_VALUE_CHARS_MAX: usize = 200;

/// Names every wrong field of the criteria of a rule.
pub(super) fn shape(http_match: &HttpMatch, mistakes: &mut Mistakes) {
    let HttpMatch {
        method,
        path,
        headers,
    } = http_match;
    if method.is_empty() && path.is_none() && headers.is_empty() {
        mistakes.add("match.httpMatch", "needs a method, a path or a header");
    }
    mistakes.length("match.httpMatch.method", method.len(), 0, METHOD_CHARS_MAX);
    let message = "is not a method";
    mistakes.check(is_token(method), "match.httpMatch.method", message);
    if let Some(path) = path {
        match &path.pattern {
            Some(PathPattern::Exact(text)) => {
                path_text("match.httpMatch.pathMatch.match.exact", text, mistakes);
            }
            Some(PathPattern::Prefix(text)) => {
                path_text("match.httpMatch.pathMatch.match.prefix", text, mistakes);
            }
            None => mistakes.add("match.httpMatch.pathMatch.match", "needs exact or prefix"),
        }
    }
    let most = limits::HEADER_MATCHES_PER_RULE;
    mistakes.length("match.httpMatch.headerMatches", headers.len(), 0, most);
    for (index, header) in headers.iter().enumerate() {
        let path = format!("match.httpMatch.headerMatches[{index}]");
        header_shape(&path, header, mistakes);
    }
}

fn path_text(name: &str, text: &str, mistakes: &mut Mistakes) {
    mistakes.length(name, text.len(), 1, PATH_CHARS_MAX);
    mistakes.check(is_path(text), name, "is not a path that begins with /");
}

fn header_shape(path: &str, header: &HeaderMatch, mistakes: &mut Mistakes) {
    let name = format!("{path}.name");
    mistakes.length(&name, header.name.len(), 1, HEADER_NAME_CHARS_MAX);
    mistakes.check(is_token(&header.name), &name, "is not a header name");
    let (word, value) = match &header.pattern {
        Some(HeaderPattern::Exact(value)) => ("exact", value),
        Some(HeaderPattern::Prefix(value)) => ("prefix", value),
        Some(HeaderPattern::Contains(value)) => ("contains", value),
        None => {
            mistakes.add(format!("{path}.match"), "needs exact, prefix or contains");
            return;
        }
    };
    let name = format!("{path}.match.{word}");
    mistakes.length(&name, value.chars().count(), 1, HEADER_VALUE_CHARS_MAX);
    let printable = !value.chars().any(char::is_control);
    mistakes.check(printable, &name, "has control characters");
}

/// Whether a text begins with `/` and has the characters of paths only.
pub(in crate::registry) fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"@:%_+.~#?&/=-".contains(&b))
}

/// Whether every character may stand in a token. Source: RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a text is a domain name: labels of 1–63 lower-case letters, digits and inner dashes.
pub(in crate::registry) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (3..=255).contains(&text.len()) && text.contains('.') && text.split('.').all(label)
}
