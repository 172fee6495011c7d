//! Does with the AWS SDK for Rust what `scripts/aws-compat.py` did with boto3, on another new cluster, and compares the
//! answers.
//!
//! ```text
//! trellis-sdk-replay READY_FILE TRANSCRIPT
//! ```
//!
//! Ids and page tokens differ from cluster to cluster: what an answer says in their place stands for them from then on.
//! An answer must have the members of the one in the transcript, an error its name.

mod calls;
mod input;
mod names;
mod outcome;
mod transcript;

use std::io::Write;
use std::process::Command;

use anyhow::{Context, bail};
use aws_sdk_vpclattice::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_vpclattice::{Client, Config};
use serde_json::{Map, Value};

use calls::CALLS;
use names::Names;
use outcome::Sent;
use transcript::{Ready, Step, Transcript};

/// The node that is asked, counted from 0; the other clients ask others.
const NODE: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let files: Vec<_> = std::env::args().skip(1).collect();
    let [ready, transcript] = files.as_slice() else {
        bail!("usage: trellis-sdk-replay READY_FILE TRANSCRIPT");
    };
    let ready: Ready = transcript::read(ready)?;
    let transcript: Transcript = transcript::read(transcript)?;
    let bodies = outcome::Bodies::default();
    let client = client(&ready, &bodies)?;
    let vpc = ready.vpcs.first().context("the cluster has no VPC")?;
    let group = security_group(&ready, &vpc.id)?;
    let mut names = Names::new([
        (transcript.vpc.as_str(), vpc.id.as_str()),
        (transcript.security_group.as_str(), group.as_str()),
    ]);
    let mut unsent = 0;
    for step in &transcript.steps {
        let told = format!("{} {}", step.operation, step.input);
        unsent += usize::from(
            !repeat(&client, &bodies, &mut names, step)
                .await
                .context(told)?,
        );
    }
    let count = transcript.steps.len();
    writeln!(
        std::io::stdout(),
        "{count} calls answered as by boto3; {unsent} were not sent, as the client knew that they were wrong"
    )?;
    Ok(())
}

/// Repeats a step, and judges what is answered; tells whether the SDK could send it.
async fn repeat(
    client: &Client,
    bodies: &outcome::Bodies,
    names: &mut Names,
    step: &Step,
) -> anyhow::Result<bool> {
    let call = CALLS.iter().find(|(name, _)| *name == step.operation);
    let (_, call) = call.context("there is no such operation")?;
    let input = names.here(&step.input)?;
    match (call(client, &input).await, &step.error) {
        (Ok(Sent::Answered), None) => {
            let body = bodies.last().unwrap_or_else(|| Value::Object(Map::new()));
            names.compare(&step.answer, &body, "answer")?;
            Ok(true)
        }
        (Ok(Sent::Refused(code)), Some(error)) if code == *error => Ok(true),
        (Ok(Sent::Not) | Err(input::Unfit), Some(_)) => Ok(false),
        (got, Some(error)) => bail!("{got:?}, not {error}"),
        (got, None) => bail!("{got:?}, not an answer"),
    }
}

/// The id of a security group of a VPC that the command line makes: this SDK cannot.
fn security_group(ready: &Ready, vpc: &str) -> anyhow::Result<String> {
    let root = ready.accounts.first().context("there is no account")?;
    let node = ready.nodes.first().context("there is no node")?;
    let program = std::fs::read_link(format!("/proc/{}/exe", node.pid))?;
    let made = Command::new(program.with_file_name("trellis"))
        .args(["security-group", "create", "--vpc", vpc])
        .args(["--name", "members", "-o", "json"])
        .env("TRELLIS_ENDPOINT", &node.api)
        .env("AWS_ACCESS_KEY_ID", &root.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &root.secret_access_key)
        .env("AWS_REGION", &ready.region)
        .output()?;
    let group: Value = serde_json::from_slice(&made.stdout)
        .with_context(|| String::from_utf8_lossy(&made.stderr).into_owned())?;
    let id = group.get("id").and_then(Value::as_str);
    Ok(id.context("the security group has no id")?.to_owned())
}

fn client(ready: &Ready, bodies: &outcome::Bodies) -> anyhow::Result<Client> {
    let root = ready.accounts.first().context("there is no account")?;
    let node = ready.nodes.get(NODE).context("there are too few nodes")?;
    let (key, secret) = (&root.access_key_id, &root.secret_access_key);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(ready.region.clone()))
        .endpoint_url(&node.api)
        .credentials_provider(Credentials::new(key, secret, None, None, "ready file"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .interceptor(bodies.clone())
        .build();
    Ok(Client::from_conf(config))
}
