//! AWS's own clients, unchanged, against a cluster of three nodes.

use std::path::Path;
use std::process::Command;

use super::cluster::Cluster;

#[test]
fn boto3_finds_every_operation_that_there_is_as_it_knows_it() {
    let cluster = Cluster::start(&["--no-sample"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let ran = Command::new("python3")
        .arg(root.join("scripts/aws-compat.py"))
        .arg(&cluster.ready_file)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    println!("{text}");
    assert!(
        ran.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
