//! Rules about the source itself: what is pure stays pure, who may use whom, and the shape of files.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where the source cannot be read"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, lines without comments, blank lines and its own tests.
const LINES_MAX: usize = 500;

/// What the pure crate never mentions.
const IMPURE: [&str; 12] = [
    "async fn",
    "tokio",
    "std::net::Tcp",
    "std::net::Udp",
    "std::fs",
    "SystemTime::now",
    "Instant::now",
    " rand::",
    "Mutex",
    "RwLock",
    "tracing::",
    "std::env",
];

/// Modules of the node, and what they never use.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    (
        "node/src/dataplane",
        &[
            "crate::raft",
            "crate::control",
            "trellis_core::registry",
            "crate::run",
            "openraft",
        ],
    ),
    (
        "node/src/raft",
        &[
            "crate::dataplane",
            "crate::control",
            "trellis_core::decide",
            "crate::run",
        ],
    ),
    (
        "node/src/control",
        &["crate::dataplane", "crate::run", "openraft"],
    ),
    (
        "node/src/cluster",
        &["crate::dataplane", "crate::control", "crate::run"],
    ),
    ("node/core/src/decide", &["crate::registry"]),
    (
        "node/core/src/model",
        &[
            "crate::registry",
            "crate::view",
            "crate::decide",
            "crate::policy",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// Rust files of the workspace, with their text.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for directory in [
        "proto/src",
        "node/core/src",
        "node/core/tests",
        "node/src",
        "node/tests",
        "node/aws/src",
        "client/src",
        "jepsen-style/src",
    ] {
        collect(&root().join(directory), &mut files);
    }
    assert!(files.len() > 50, "the source was not found");
    files
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The code of a file: without comments, and without the tests at its end. Tests in a file of their own
/// are declared anywhere.
fn code(text: &str) -> Vec<&str> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end]
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
        .collect()
}

fn faults(check: impl Fn(&str, &str) -> Vec<String>) {
    let faults: Vec<String> = sources()
        .iter()
        .flat_map(|(name, text)| {
            check(name, text)
                .into_iter()
                .map(move |fault| format!("{name}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_core_is_pure() {
    faults(|name, text| {
        if !name.starts_with("node/core/src/") {
            return Vec::new();
        }
        let code = code(text);
        IMPURE
            .iter()
            .filter(|word| code.iter().any(|line| line.contains(*word)))
            .map(|word| (*word).to_owned())
            .collect()
    });
}

#[test]
fn modules_use_only_what_they_may() {
    faults(|name, text| {
        let code = code(text);
        let rules = FORBIDDEN
            .iter()
            .filter(|(module, _)| name.starts_with(module));
        rules
            .flat_map(|(_, words)| words.iter())
            .filter(|word| code.iter().any(|line| line.contains(*word)))
            .map(|word| format!("uses {word}"))
            .collect()
    });
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    faults(|name, text| {
        let mut faults = Vec::new();
        if !text.starts_with("//!") {
            faults.push("does not start with //!".to_owned());
        }
        let is_generated = text.contains("//! Written by `scripts/");
        if code(text).len() > LINES_MAX && !is_generated {
            faults.push(format!("has more than {LINES_MAX} lines"));
        }
        if name.ends_with("/mod.rs") {
            faults.push("is a mod.rs".to_owned());
        }
        if text.contains(concat!("FIX", "ME")) || text.contains(concat!("TO", "DO")) {
            faults.push("has something left to do".to_owned());
        }
        faults
    });
}

#[test]
fn every_specification_names_its_source() {
    faults(|name, text| {
        let is_specification = name.contains("tests/spec/") && text.contains("#[test]");
        if is_specification && !text.contains("Source:") {
            vec!["has no Source: line".to_owned()]
        } else {
            Vec::new()
        }
    });
}

/// The features of a crate and everything else in its manifest.
fn manifest(name: &str) -> (String, String) {
    let text = fs::read_to_string(root().join(name)).unwrap();
    let (before, rest) = text.split_once("[features]\n").unwrap_or((&text, ""));
    let (features, after) = rest.split_once("\n[").unwrap_or((rest, ""));
    (features.to_owned(), format!("{before}{after}"))
}

#[test]
fn no_default_build_has_the_seeded_bugs() {
    let manifests = [
        "Cargo.toml",
        "proto/Cargo.toml",
        "client/Cargo.toml",
        "jepsen-style/Cargo.toml",
        "node/Cargo.toml",
        "node/core/Cargo.toml",
    ];
    for name in manifests {
        let (features, rest) = manifest(name);
        assert!(
            !rest.contains("seeded-bugs"),
            "{name}: a dependency asks for it"
        );
        for line in features.lines().filter(|line| !line.starts_with('#')) {
            let is_own = line.starts_with("seeded-bugs =");
            assert!(is_own || !line.contains("seeded-bugs"), "{name}: {line}");
        }
    }
    for name in ["node/Cargo.toml", "node/core/Cargo.toml"] {
        assert!(
            manifest(name).0.contains("\nseeded-bugs ="),
            "{name} has lost it"
        );
    }
}

#[test]
fn every_seeded_bug_has_a_place_in_the_source_and_a_row_in_its_document() {
    let document = fs::read_to_string(root().join("docs/seeded-bugs.md")).unwrap();
    let sources = sources();
    for number in 1..=16 {
        let bug = format!("B{number}");
        let row = format!("| {bug} |");
        let row = document.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("{bug} is not in docs/seeded-bugs.md"));
        let asked = format!("seeded_bugs::is(Bug::{bug})");
        let places = sources.iter().filter(|(_, text)| text.contains(&asked));
        let places: Vec<&str> = places.map(|(name, _)| name.as_str()).collect();
        assert!(!places.is_empty(), "{bug} is nowhere");
        for place in places {
            let (_, file) = place.rsplit_once('/').unwrap();
            assert!(row.contains(file), "{bug} is in {place} too");
        }
    }
}
