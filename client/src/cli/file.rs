//! Reads the files that a command line names.

use std::io::Read as _;

use trellis_client::manifest::BYTES_MAX;

use super::failure::Failure;

/// Reads a text of the size of a manifest; `-` is stdin.
pub(crate) fn read_file(path: &str) -> Result<String, Failure> {
    String::from_utf8(read_bytes(path, BYTES_MAX)?)
        .map_err(|_| Failure::Other(format!("{path} is not UTF-8 text")))
}

/// Reads a file up to a limit; `-` is stdin.
pub(crate) fn read_bytes(path: &str, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let limit = bytes_max as u64 + 1;
    let mut bytes = Vec::new();
    let read = if path == "-" {
        let stdin = std::io::stdin().lock();
        stdin.take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => Err(Failure::Other(format!("{path} cannot be read: {error}"))),
        Ok(_) if bytes.len() > bytes_max => Err(Failure::Other(format!(
            "{path} is larger than {} MiB",
            bytes_max >> 20
        ))),
        Ok(_) => Ok(bytes),
    }
}
