//! Destinations of access logs.

use crate::model::arn::Arn;

/// Characters of the name of a log file.
const FILE_NAME_CHARS_MAX: usize = 64;

/// The types of destination: a resource may have one subscription for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Standard output of the node.
    Stdout,
    /// A file in the node's log directory.
    File,
    /// An object store.
    Bucket,
    /// A log group.
    LogGroup,
    /// A delivery stream.
    DeliveryStream,
}

/// The type of a destination; `None` for a text that names none.
pub(super) fn kind(text: &str) -> Option<Destination> {
    if text == "stdout" {
        return Some(Destination::Stdout);
    }
    if let Some(name) = text.strip_prefix("file:") {
        return is_file_name(name).then_some(Destination::File);
    }
    if text.len() > 2_048 {
        return None;
    }
    let arn = Arn::parse(text)?;
    match arn.service {
        "s3" => Some(Destination::Bucket),
        "logs" if arn.resource.starts_with("log-group:") => Some(Destination::LogGroup),
        "firehose" if arn.resource.starts_with("deliverystream/") => {
            Some(Destination::DeliveryStream)
        }
        _ => None,
    }
}

/// A plain name: no directories, no leading dot.
fn is_file_name(name: &str) -> bool {
    (1..=FILE_NAME_CHARS_MAX).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}
