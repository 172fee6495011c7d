//! Reads the access logs that nodes wrote of the workload's requests.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::estate;

/// A record of an access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// Position of the node that wrote it.
    pub node: usize,
    /// Marker of the request; `None` where its id is none of the workload's.
    pub marker: Option<u64>,
    /// Status; 0 where no response was sent.
    pub status: u16,
    /// The authenticated caller, if one of the estate's.
    pub caller: Option<u8>,
    /// Revision of the view that decided.
    pub revision: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    request_id: String,
    /// A number, or `-`.
    response_code: serde_json::Value,
    caller_principal: String,
    revision: u64,
}

/// Reads the logs of all nodes, rotated files too; `dirs` are by position, of all nodes that have been
/// there. Probes are left out.
///
/// # Errors
/// Where a file cannot be read or a line is no record; a torn last line counts as none.
pub fn read(dirs: &[Vec<PathBuf>], account: &str) -> anyhow::Result<Vec<LogRecord>> {
    let mut records = Vec::new();
    let name = format!("{account}-{}", estate::LOG);
    let dirs = dirs.iter().enumerate();
    for (node, dir) in dirs.flat_map(|(node, dirs)| dirs.iter().map(move |dir| (node, dir))) {
        if !dir.exists() {
            continue;
        }
        for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
            let path = entry?.path();
            let file_name = path.file_name().and_then(|name| name.to_str());
            let rotation = file_name.and_then(|file| file.strip_prefix(&name));
            if rotation.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                read_file(node, &path, &mut records).with_context(|| path.display().to_string())?;
            }
        }
    }
    Ok(records)
}

fn read_file(node: usize, path: &Path, records: &mut Vec<LogRecord>) -> anyhow::Result<()> {
    let mut file = std::io::BufReader::new(std::fs::File::open(path)?);
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        file.read_until(b'\n', &mut text)?;
        if text.last() != Some(&b'\n') {
            break;
        }
        let line: Line = serde_json::from_slice(&text).with_context(|| format!("line {number}"))?;
        let marker = line.request_id.strip_prefix("traffic-");
        let marker = marker.and_then(|hex| u64::from_str_radix(hex, 16).ok());
        if marker == Some(0) {
            continue;
        }
        let status = line.response_code.as_u64().unwrap_or_default();
        let name = line.caller_principal.split_once(":user/");
        records.push(LogRecord {
            node,
            marker,
            status: u16::try_from(status).unwrap_or_default(),
            caller: name.and_then(|(_, name)| estate::caller_named(name)),
            revision: line.revision,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_files_are_read_and_torn_ends_and_other_logs_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().to_owned();
        let line = |id: &str| {
            format!(
                "{{\"requestId\":\"{id}\",\"responseCode\":403,\"callerPrincipal\":\
                 \"arn:aws:iam::111111111111:user/traffic-caller-1\",\"revision\":9}}\n"
            )
        };
        let torn = &line("traffic-0000000000000003")[..40];
        let write = |name: &str, text: String| std::fs::write(logs.join(name), text).unwrap();
        write("1-traffic.1", line("traffic-00000000000000ff"));
        write(
            "1-traffic",
            line("another") + &line("traffic-0000000000000000") + torn,
        );
        write("1-traffic-2", "of another subscription".to_owned());
        let mut records = read(&[vec![logs.clone(), logs.join("none")]], "1").unwrap();
        records.sort_by_key(|record| record.marker);
        let record = |marker| LogRecord {
            node: 0,
            marker,
            status: 403,
            caller: Some(1),
            revision: 9,
        };
        assert_eq!(records, [record(None), record(Some(255))]);
        std::fs::write(logs.join("1-traffic"), "no record\n").unwrap();
        assert!(read(&[vec![logs]], "1").is_err());
    }
}
