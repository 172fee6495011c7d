//! Destinations of access logs.

/// Longest file name, bytes. Source: our own; leaves room for an account before it and the suffix of
/// rotated files behind it.
pub const LOG_FILE_NAME_BYTES_MAX: usize = 64;

/// Where an access log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// Standard output of the node.
    Stdout,
    /// A rotated file in the node's log directory, by name.
    File(&'a str),
    /// A sink outside of the node.
    Arn(&'a str),
}

/// Why a text is not a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// It has none of the three shapes.
    #[error("destinationArn must be `stdout`, `file:NAME` or an ARN")]
    Unknown,
    /// The name of the file could lead elsewhere or collide with a rotated file.
    #[error(
        "file:NAME takes a name of 1 to {LOG_FILE_NAME_BYTES_MAX} letters, digits, `.`, `_` or `-` that begins with a letter or digit and does not end in a dot and digits"
    )]
    FileName,
}

impl<'a> Destination<'a> {
    /// Reads a destination.
    ///
    /// # Errors
    /// [`DestinationError`] where it has no known shape, or where the file's name is not a plain
    /// name: paths, hidden files and the names of rotated files (`NAME.1`) are refused.
    pub fn parse(text: &'a str) -> Result<Self, DestinationError> {
        if text == "stdout" {
            return Ok(Self::Stdout);
        }
        if let Some(name) = text.strip_prefix("file:") {
            return if is_file_name(name) {
                Ok(Self::File(name))
            } else {
                Err(DestinationError::FileName)
            };
        }
        super::arn::Arn::parse(text)
            .map(|_| Self::Arn(text))
            .ok_or(DestinationError::Unknown)
    }
}

fn is_file_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let is_rotated = name
        .rsplit_once('.')
        .is_some_and(|(_, suffix)| suffix.bytes().all(|byte| byte.is_ascii_digit()));
    name.len() <= LOG_FILE_NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(is_plain)
        && !is_rotated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_standard_output_plain_files_and_arns() {
        for (text, destination) in [
            ("stdout", Destination::Stdout),
            ("file:access", Destination::File("access")),
            (
                "file:shop_1.access-log",
                Destination::File("shop_1.access-log"),
            ),
            (
                "arn:aws:s3:::logs/shop",
                Destination::Arn("arn:aws:s3:::logs/shop"),
            ),
        ] {
            assert_eq!(Destination::parse(text), Ok(destination), "{text}");
        }
    }

    #[test]
    fn a_file_name_cannot_lead_elsewhere() {
        let long = "a".repeat(LOG_FILE_NAME_BYTES_MAX + 1);
        for name in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "/etc/passwd",
            "a\\b",
            ".hidden",
            "-rf",
            "a.1",
            "a.",
            "a\0",
            "a\n",
            "ä",
            "a b",
            "C:x",
            &long,
        ] {
            let text = format!("file:{name}");
            assert_eq!(
                Destination::parse(&text),
                Err(DestinationError::FileName),
                "{name:?}"
            );
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "STDOUT",
            "stdout ",
            "stderr",
            "/var/log/x",
            "arn:",
            "arn:aws:s3",
        ] {
            assert_eq!(
                Destination::parse(text),
                Err(DestinationError::Unknown),
                "{text:?}"
            );
        }
    }
}
