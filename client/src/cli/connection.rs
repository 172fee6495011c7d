//! What every command takes: where the cluster is, who calls, and how to print.

use std::path::PathBuf;
use std::time::Duration;

use aws_credential_types::Credentials;
use clap::{Args, ValueEnum};
use trellis_client::client::DEADLINE_DEFAULT;
use trellis_client::{Client, Settings};

use super::failure::Failure;

/// Longest duration that is read. Source: the API's limit of a wait.
const DURATION_MAX: Duration = Duration::from_secs(60);

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// URLs of nodes' api listeners, tried in their order.
    #[arg(
        long,
        global = true,
        env = "TRELLIS_ENDPOINT",
        value_name = "URL,…",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:7600",
        help_heading = "Connection"
    )]
    endpoint: Vec<String>,
    /// Region to work in [env: AWS_REGION or AWS_DEFAULT_REGION].
    #[arg(long, global = true, help_heading = "Connection")]
    region: Option<String>,
    /// File with the cluster's CA certificate [env: TRELLIS_CACERT or AWS_CA_BUNDLE].
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    cacert: Option<PathBuf>,
    /// How long a node may take to answer.
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        value_parser = duration,
        help_heading = "Connection"
    )]
    timeout: Option<Duration>,
    /// How to print: table, json, yaml or name.
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) output: Format,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people.
    Table,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
    /// Names alone, ids where there is no name.
    Name,
}

impl Connection {
    /// The client.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(Client::connect(&Settings {
            endpoints: self.endpoint.clone(),
            ca: self.ca()?,
            credentials: credentials()?,
            region: self.region()?,
            deadline: self.timeout(),
        })?)
    }

    /// A client without credentials of the cluster.
    pub(crate) fn stranger(&self) -> Result<Client, Failure> {
        let ca = self.ca()?;
        Ok(Client::stranger(
            &self.endpoint,
            ca.as_deref(),
            self.timeout(),
        )?)
    }

    /// How long a call may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEADLINE_DEFAULT)
    }

    /// The region that is worked in.
    pub(crate) fn region(&self) -> Result<String, Failure> {
        let from_env = || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        self.region
            .clone()
            .or_else(from_env)
            .ok_or_else(|| Failure::usage("no region", "set AWS_REGION, or give --region"))
    }

    /// URL of the node that is asked first.
    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint.first().map_or("", String::as_str)
    }

    /// File with the certificates that vouch for servers.
    pub(crate) fn ca_path(&self) -> Option<PathBuf> {
        let from_env = || variable("TRELLIS_CACERT").or_else(|| variable("AWS_CA_BUNDLE"));
        self.cacert
            .clone()
            .or_else(|| from_env().map(PathBuf::from))
    }

    /// PEM certificates that vouch for servers.
    pub(crate) fn ca(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(path) = self.ca_path() else {
            return Ok(None);
        };
        std::fs::read(&path).map(Some).map_err(|error| {
            Failure::usage(
                format!("the CA file {} cannot be read: {error}", path.display()),
                "check --cacert, TRELLIS_CACERT or AWS_CA_BUNDLE",
            )
        })
    }
}

/// The caller's credentials, from the usual variables.
pub(crate) fn credentials() -> Result<Credentials, Failure> {
    match (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    ) {
        (Some(id), Some(secret)) => Ok(Credentials::new(
            id,
            secret,
            variable("AWS_SESSION_TOKEN"),
            None,
            "environment",
        )),
        _ => Err(Failure::usage(
            "no credentials",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for a role)",
        )),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads `500ms`, `10s` or `1m`, up to a minute.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()]
        .parse()
        .map_err(|_| "write it like 500ms, 10s or 1m")?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.saturating_mul(60)),
        _ => return Err("write it like 500ms, 10s or 1m".to_owned()),
    };
    if duration.is_zero() || duration > DURATION_MAX {
        return Err("from 1ms to 1m are possible".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn durations_have_a_unit_and_a_limit() {
        for (text, expected) in [
            ("500ms", Some(Duration::from_millis(500))),
            ("10s", Some(Duration::from_secs(10))),
            ("1m", Some(Duration::from_secs(60))),
            ("2m", None),
            ("0s", None),
            ("10", None),
            ("s", None),
            ("1h", None),
            ("", None),
            ("99999999999999999999s", None),
        ] {
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
    }
}
