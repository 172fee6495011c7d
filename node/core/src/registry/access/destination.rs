//! Destinations of access logs.

use crate::model;
use crate::model::arn::Arn;

/// Characters of the name of a log file: the node puts the account and a dash before it.
const FILE_NAME_CHARS_MAX: usize = model::LOG_FILE_NAME_BYTES_MAX - 13;
/// Characters of an ARN. Source: API model, `AccessLogDestinationArn`.
const ARN_CHARS_MAX: usize = 2_048;

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
    let arn = match model::Destination::parse(text).ok()? {
        model::Destination::Stdout => return Some(Destination::Stdout),
        model::Destination::File(name) => {
            return (name.len() <= FILE_NAME_CHARS_MAX).then_some(Destination::File);
        }
        model::Destination::Arn(arn) => arn,
    };
    if arn.len() > ARN_CHARS_MAX {
        return None;
    }
    let arn = Arn::parse(arn)?;
    match arn.service {
        "s3" => Some(Destination::Bucket),
        "logs" if arn.resource.starts_with("log-group:") => Some(Destination::LogGroup),
        "firehose" if arn.resource.starts_with("deliverystream/") => {
            Some(Destination::DeliveryStream)
        }
        _ => None,
    }
}
