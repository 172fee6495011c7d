//! Which operation a request asks for, and what its path says.
//!
//! Labels are not greedy, and clients percent-encode an ARN's slashes: the path is split first and decoded
//! afterwards. Source: Smithy, "HTTP bindings"; what botocore sends.

#[cfg(test)]
mod tests;

use percent_encoding::percent_decode_str;

use crate::shape::Shape;

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    /// Its name, such as `CreateService`.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// The parts of its path.
    pub(crate) path: &'static [Segment],
    /// Status where it succeeds.
    pub status: u16,
    /// What is asked.
    pub(crate) input: &'static Shape,
    /// What is answered.
    pub(crate) output: &'static Shape,
    /// IAM action that a caller must be allowed.
    pub action: &'static str,
    /// Names of the errors that it may answer with.
    pub errors: &'static [&'static str],
}

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// This word.
    Literal(&'static str),
    /// The value of the field of this name.
    Label(&'static str),
}

/// An operation, and the fields that the path holds.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) operation: &'static Operation,
    pub(crate) labels: Vec<(&'static str, String)>,
}

/// The operation that a method and a raw path ask for; `None` where there is none.
pub(crate) fn find(operations: &'static [Operation], method: &str, path: &str) -> Option<Found> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let mut fitting = operations
        .iter()
        .filter(|operation| operation.method == method);
    fitting.find_map(|operation| {
        let labels = labels(operation.path, &parts)?;
        Some(Found { operation, labels })
    })
}

/// The values of the labels of a path; `None` where it is another path.
fn labels(path: &[Segment], parts: &[&str]) -> Option<Vec<(&'static str, String)>> {
    if path.len() != parts.len() {
        return None;
    }
    let mut labels = Vec::new();
    for (segment, part) in path.iter().zip(parts) {
        match segment {
            Segment::Literal(word) if word == part => {}
            Segment::Literal(_) => return None,
            Segment::Label(_) if part.is_empty() => return None,
            Segment::Label(name) => {
                let decoded = percent_decode_str(part).decode_utf8().ok()?;
                labels.push((*name, decoded.into_owned()));
            }
        }
    }
    Some(labels)
}
