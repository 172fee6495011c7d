//! A file that is rotated by size: `NAME`, then `NAME.1` (the newest) to `NAME.{files - 1}`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Mode of the files: the node's group may read them.
const FILE_MODE: u32 = 0o640;
/// Mode of their directory.
const DIR_MODE: u32 = 0o750;

/// A rotated file; opened when it is first written.
pub(super) struct Rotated {
    path: PathBuf,
    bytes_max: u64,
    files: u32,
    open: Option<Open>,
}

struct Open {
    file: File,
    bytes: u64,
}

impl Rotated {
    /// A file at `path`, rotated at `bytes_max` bytes, of which `files` are kept.
    pub(super) fn new(path: PathBuf, bytes_max: u64, files: u32) -> Self {
        Self {
            path,
            bytes_max,
            files: files.max(1),
            open: None,
        }
    }

    /// Appends whole lines with one write.
    ///
    /// A file that was moved or removed meanwhile is begun anew. After a failure the file ends
    /// where it ended before and is opened again for the next batch.
    ///
    /// # Errors
    /// Where the file cannot be opened, rotated or written; the lines are lost.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let result = self.try_append(lines);
        if result.is_err()
            && let Some(open) = self.open.take()
        {
            // A part of a line would make the file unreadable; if this fails too, the next open
            // ends the line.
            drop(open.file.set_len(open.bytes));
        }
        result
    }

    fn try_append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self
            .open
            .as_ref()
            .is_some_and(|open| !is_at(&open.file, &self.path))
        {
            self.open = None;
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => open_at(&self.path)?,
        };
        if open.bytes > 0 && open.bytes + lines.len() as u64 > self.bytes_max {
            drop(open);
            self.rotate()?;
            open = open_at(&self.path)?;
        }
        let open = self.open.insert(open);
        open.file.write_all(lines)?;
        open.bytes += lines.len() as u64;
        Ok(())
    }

    fn rotate(&self) -> io::Result<()> {
        for number in (1..self.files).rev() {
            let from = match number {
                1 => self.path.clone(),
                _ => self.numbered(number - 1),
            };
            match fs::rename(from, self.numbered(number)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        if self.files == 1 {
            fs::remove_file(&self.path)?;
        }
        Ok(())
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{number}"));
        path.into()
    }
}

/// Whether a path still names an open file.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => open.ino() == named.ino() && open.dev() == named.dev(),
        _ => false,
    }
}

/// Opens or creates a file for appending, and ends a line that a crash has left open.
fn open_at(path: &Path) -> io::Result<Open> {
    if let Some(dir) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(DIR_MODE)
            .create(dir)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(FILE_MODE);
    let mut file = options.open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = if metadata.is_file() {
        metadata.len()
    } else {
        0
    };
    if bytes > 0 {
        let mut last = [0];
        file.seek(SeekFrom::Start(bytes - 1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            bytes += 1;
        }
    }
    Ok(Open { file, bytes })
}
