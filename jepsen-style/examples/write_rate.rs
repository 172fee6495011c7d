//! How many writes a second a cluster of three nodes answers, by the engine of its logs.
//!
//! `cargo run --release -p jepsen-style --example write_rate -- STORE CLIENTS SECONDS [DIR]`
//!
//! Builds `trellis-node` beside itself are used: `cargo build --release -p trellis-node` first. Data goes to
//! DIR, the temporary directory by default: use a disk of which the figures shall tell.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jepsen_style::cluster::{Cluster, Settings, node_build};
use jepsen_style::report::quantile;
use jepsen_style::seed::Seed;
use tokio::task::JoinSet;
use tokio::time::Instant;
use trellis_client::Client;
use trellis_proto::v1::{self, resource::Spec};

/// Bytes of a tag, so that an entry is about one kibibyte, as etcd's benchmark has it.
const TAG_BYTES: usize = 200;

fn user(name: String) -> v1::CreateRequest {
    let tags = (0..4).map(|number| (format!("tag-{number}"), "x".repeat(TAG_BYTES)));
    let user = v1::User {
        user_name: name,
        tags: tags.collect(),
        ..v1::User::default()
    };
    v1::CreateRequest {
        resource: Some(v1::Resource {
            metadata: None,
            spec: Some(Spec::User(user)),
        }),
        ..v1::CreateRequest::default()
    }
}

/// Creates and deletes a user until the time is up; how long each write took, microseconds.
async fn write(client: Client, number: usize, until: Instant) -> anyhow::Result<Vec<u64>> {
    let mut took = Vec::new();
    for round in 0_u64.. {
        let name = format!("writer-{number}-{round}");
        let begin = Instant::now();
        client.create(user(name.clone())).await?;
        took.push(u64::try_from(begin.elapsed().as_micros())?);
        let identifier = Some(v1::Identifier {
            kind: v1::ResourceKind::User as i32,
            identifier: name,
            ..v1::Identifier::default()
        });
        let begin = Instant::now();
        let options = None;
        let delete = v1::DeleteRequest {
            identifier,
            options,
        };
        client.delete(delete).await?;
        took.push(u64::try_from(begin.elapsed().as_micros())?);
        if Instant::now() > until {
            break;
        }
    }
    Ok(took)
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for the command line")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name: &'static str| arguments.next().context(name);
    let (store, clients, seconds) = (
        next("STORE")?,
        next("CLIENTS")?.parse::<usize>()?,
        next("SECONDS")?.parse()?,
    );
    let dir = next("DIR").map_or_else(|_| std::env::temp_dir(), PathBuf::from);
    let dir = dir.join(format!("trellis-write-rate-{}", std::process::id()));
    let mut settings = Settings::new(&node_build()?, &dir, 3, Seed(1));
    settings.store = Some(store.clone());
    (settings.snapshot_every, settings.log_keep) = (10_000, 1_000);
    let cluster = Arc::new(Cluster::start(settings).await?);
    let begin = Instant::now();
    let until = begin + Duration::from_secs(seconds);
    let mut writers = JoinSet::new();
    for number in 0..clients {
        let client = cluster.root_at(number % 3)?;
        writers.spawn(write(client, number, until));
    }
    let mut took = Vec::new();
    while let Some(written) = writers.join_next().await {
        took.extend(written??);
    }
    took.sort_unstable();
    let rate = took.len() as f64 / begin.elapsed().as_secs_f64();
    let at = |per_thousand| quantile(&took, per_thousand).unwrap_or_default() as f64 / 1_000.0;
    println!(
        "{store}: {rate:.0} writes/s of {clients} clients, p50 {:.2} ms, p99 {:.2} ms",
        at(500),
        at(990)
    );
    drop(cluster);
    std::fs::remove_dir_all(&dir).with_context(|| dir.display().to_string())
}
