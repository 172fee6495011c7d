//! A development cluster of real processes, started for one test and stopped with it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;

/// The ready file of `trellis-node dev`.
#[derive(Debug, Deserialize)]
pub struct Ready {
    pub region: String,
    pub accounts: Vec<Account>,
    pub vpcs: Vec<Vpc>,
    pub nodes: Vec<Node>,
    pub sample: Option<Sample>,
}

#[derive(Debug, Deserialize)]
pub struct Account {
    pub access_key_id: String,
    pub secret_access_key: String,
}

#[derive(Debug, Deserialize)]
pub struct Vpc {
    pub id: String,
    pub port_offset: u16,
    pub ingress: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Node {
    pub pid: u32,
    pub config: PathBuf,
    pub data_dir: PathBuf,
    pub api: String,
}

#[derive(Debug, Deserialize)]
pub struct Sample {
    pub service_dns: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
}

/// A running development cluster.
pub struct Cluster {
    pub ready: Ready,
    pub ready_file: PathBuf,
    pub output: Arc<Mutex<Vec<String>>>,
    process: Child,
    restarted: Vec<Child>,
    _dir: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Clusters take turns: two cores do not carry several at once.
static TURN: Mutex<()> = Mutex::new(());

impl Cluster {
    /// Starts `trellis-node dev` with these further arguments and waits until it serves.
    pub fn start(arguments: &[&str]) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = tempfile::tempdir().unwrap();
        let ready_file = dir.path().join("ready.json");
        let mut process = Command::new(env!("CARGO_BIN_EXE_trellis-node"))
            .args(["dev", "--ports", "auto", "--dir"])
            .arg(dir.path().join("cluster"))
            .arg("--ready-file")
            .arg(&ready_file)
            .args(arguments)
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(Vec::new()));
        let (lines, stdout) = (output.clone(), process.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                lines.lock().unwrap().push(line);
            }
        });
        wait("the ready file", Duration::from_secs(60), || {
            assert!(
                process.try_wait().unwrap().is_none(),
                "the cluster ended early"
            );
            ready_file.exists()
        });
        let ready = serde_json::from_slice(&std::fs::read(&ready_file).unwrap()).unwrap();
        Self {
            ready,
            ready_file,
            output,
            process,
            restarted: Vec::new(),
            _dir: dir,
            _turn: turn,
        }
    }

    pub fn sample(&self) -> &Sample {
        self.ready.sample.as_ref().unwrap()
    }

    /// Where a listener port of a VPC is reached at a node, both counted from 0.
    pub fn ingress(&self, vpc: usize, node: usize, port: u16) -> SocketAddr {
        let vpc = &self.ready.vpcs[vpc];
        SocketAddr::new(vpc.ingress[node].parse().unwrap(), port + vpc.port_offset)
    }

    /// Ends a node at once, without a word to it.
    pub fn kill(&mut self, node: usize) {
        let pid = self.ready.nodes[node].pid;
        assert!(
            Command::new("kill")
                .args(["-9", &pid.to_string()])
                .status()
                .unwrap()
                .success()
        );
        for child in &mut self.restarted {
            if child.id() == pid {
                child.wait().unwrap();
            }
        }
    }

    /// Starts a node that was killed again, with its own configuration and data.
    pub fn restart(&mut self, node: usize) {
        let at = &self.ready.nodes[node];
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(at.data_dir.join("restarted.log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_trellis-node"))
            .args(["run", "--config"])
            .arg(&at.config)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        self.ready.nodes[node].pid = child.id();
        self.restarted.push(child);
    }

    /// Runs the `trellis` command line as the root of an account, against one node or all.
    pub fn trellis(&self, account: usize, node: Option<usize>, arguments: &[&str]) -> Ran {
        let account = &self.ready.accounts[account];
        let nodes = self.ready.nodes.iter().enumerate();
        let endpoints: Vec<_> = nodes
            .filter(|(index, _)| node.is_none_or(|node| node == *index))
            .map(|(_, node)| node.api.clone())
            .collect();
        let output = Command::new(trellis_binary())
            .args(arguments)
            .env("TRELLIS_ENDPOINT", endpoints.join(","))
            .env("AWS_ACCESS_KEY_ID", &account.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key)
            .env_remove("AWS_SESSION_TOKEN")
            .env("AWS_REGION", &self.ready.region)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Applies a manifest and waits until every node serves it.
    pub fn apply(&self, account: usize, manifest: &str) -> Ran {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), manifest).unwrap();
        let path = file.path().to_str().unwrap();
        self.trellis(account, None, &["apply", "-f", path, "--wait"])
    }

    /// All lines of all nodes' access logs.
    pub fn access_log(&self) -> Vec<serde_json::Value> {
        let mut lines = Vec::new();
        for node in &self.ready.nodes {
            for file in files(&node.data_dir.join("access-logs")) {
                let text = std::fs::read_to_string(file).unwrap();
                lines.extend(text.lines().map(|line| serde_json::from_str(line).unwrap()));
            }
        }
        lines
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for child in &mut self.restarted {
            drop(child.kill());
            drop(child.wait());
        }
        let pid = self.process.id().to_string();
        drop(Command::new("kill").args(["-TERM", &pid]).status());
        drop(self.process.wait());
    }
}

/// What a command answered.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// The `trellis` binary beside `trellis-node`; built by the workspace build.
fn trellis_binary() -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_trellis-node")).with_file_name("trellis");
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --workspace --bins`",
        path.display()
    );
    path
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect()
}

/// Polls until a condition holds.
pub fn wait(what: &str, deadline: Duration, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < deadline,
            "{what}: not within {deadline:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
