//! Runs the traffic workload against a cluster that `trellis-node dev` started, and judges it.
//!
//! `cargo run -p jepsen-style --example traffic -- READY_FILE SECONDS SEED [NODE:FROM:TO…]`
//!
//! What follows the seed are times at which nodes are made to be down by hand, in seconds: nodes are
//! counted from 0.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use jepsen_style::access::{Access, Account, NodeAccess};
use jepsen_style::check;
use jepsen_style::seed::Seed;
use jepsen_style::traffic::window::{Window, Windows};
use jepsen_style::traffic::{Rate, Traffic, log};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

fn text(value: &Value, key: &str) -> anyhow::Result<String> {
    let text = value[key].as_str().with_context(|| key.to_owned())?;
    Ok(text.to_owned())
}

fn access(ready: &Value) -> anyhow::Result<(Access, Vec<Vec<PathBuf>>)> {
    let list = |key: &str| ready[key].as_array().cloned().unwrap_or_default();
    let vpc = &ready["vpcs"][0];
    let (mut nodes, mut dirs) = (Vec::new(), Vec::new());
    for (node, ingress) in list("nodes")
        .iter()
        .zip(vpc["ingress"].as_array().into_iter().flatten())
    {
        let telemetry = text(node, "telemetry")?;
        let telemetry = telemetry.trim_start_matches("http://");
        nodes.push(NodeAccess {
            api: text(node, "api")?,
            ingress: ingress.as_str().context("ingress")?.parse()?,
            port_offset: u16::try_from(vpc["port_offset"].as_u64().context("port_offset")?)?,
            telemetry: telemetry.parse::<SocketAddr>()?,
        });
        dirs.push(vec![text(node, "data_dir")?.into()]);
    }
    let account = &ready["accounts"][0];
    let account = Account {
        id: text(account, "id")?,
        access_key_id: text(account, "access_key_id")?,
        secret_access_key: text(account, "secret_access_key")?,
        vpc: text(vpc, "id")?,
    };
    let accounts = vec![account];
    let region = text(ready, "region")?;
    Ok((
        Access {
            region,
            nodes,
            accounts,
        },
        dirs,
    ))
}

fn window(text: &str) -> anyhow::Result<Window> {
    let numbers: Vec<u64> = text.split(':').map(str::parse).collect::<Result<_, _>>()?;
    let [node, from, to] = numbers[..] else {
        anyhow::bail!("{text} is not NODE:FROM:TO");
    };
    Ok(Window {
        node: usize::try_from(node)?,
        from_us: from * 1_000_000,
        to_us: to * 1_000_000,
    })
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for the command line")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name: &'static str| arguments.next().context(name);
    let ready = std::fs::read_to_string(next("READY_FILE")?)?;
    let (seconds, seed) = (next("SECONDS")?.parse()?, Seed(next("SEED")?.parse()?));
    let windows = Windows {
        down: arguments
            .map(|text| window(&text))
            .collect::<Result<_, _>>()?,
        ..Windows::default()
    };
    let (access, dirs) = access(&serde_json::from_str(&ready)?)?;
    let traffic = Traffic::prepare(&access, Instant::now()).await?;
    let stop = CancellationToken::new();
    let run = tokio::spawn(traffic.run(seed, Rate::default(), stop.clone()));
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.cancel();
    let history = run.await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let records = log::read(&dirs, &access.accounts[0].id)?;
    let (bound_us, some) = (1_000_000, 10);
    for (name, verdict) in [
        (
            "rightness",
            check::traffic::rightness(&history, &windows, bound_us),
        ),
        ("integrity", check::traffic::integrity(&history)),
        (
            "availability",
            check::traffic::availability(&history, &windows, 100),
        ),
        (
            "rate",
            check::traffic::rate(&history, 1_000_000, seconds * 1_000_000, 200),
        ),
        (
            "visibility",
            check::visibility::check(&history, &windows, 500_000, 10),
        ),
        (
            "order",
            check::visibility::order(&history, &windows, 100_000),
        ),
        (
            "revocation",
            check::revocation::check(&history, &windows, bound_us, some),
        ),
        (
            "recreate",
            check::recreate::check(&history, &windows, bound_us, some),
        ),
        (
            "access log",
            check::access_log::check(&history, &records, &windows),
        ),
    ] {
        println!("{name}: {}", serde_json::to_string_pretty(&verdict)?);
    }
    Ok(())
}
