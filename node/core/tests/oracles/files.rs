//! Finds the rows of a family and counts their verdicts.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where its data is not as it says"
)]

use std::path::PathBuf;

use serde_json::Value;

/// Judges every row of every file of a family, prints the count of each file, and fails where a
/// row failed. `judge` answers `None` for a row without a verdict.
pub(crate) fn run(family: &str, mut judge: impl FnMut(&Value) -> Option<Result<(), String>>) {
    let mut failures = 0;
    for file in files(family) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            match judge(&row) {
                None => skipped += 1,
                Some(Ok(())) => passed += 1,
                Some(Err(what)) => {
                    failed += 1;
                    println!("  {} {}: {what}", row["id"], row["description"]);
                }
            }
        }
        println!("{family}/{name}: {passed} passed, {failed} failed");
        if skipped > 0 {
            println!("  {skipped} disputed, skipped");
        }
        failures += failed;
    }
    assert_eq!(failures, 0, "see above");
}

/// The files of a family. Only a folder that was asked for may lack it.
fn files(family: &str) -> Vec<PathBuf> {
    let asked = std::env::var_os("TRELLIS_ORACLES").map(PathBuf::from);
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/oracles"));
    let folder = asked.clone().unwrap_or(own).join(family);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(asked.is_some(), "{} is missing", folder.display());
        println!("{family}: skipped, {} is missing", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    files.sort();
    files
}
