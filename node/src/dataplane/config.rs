//! Settings of the data plane.

use std::time::Duration;

use serde::Deserialize;
use trellis_core::decide::Rules;

use super::{access_log, health};

/// Most headers that the HTTP library parses without allocating for them.
const HEADERS_MAX: usize = 100;

/// How targets of a group are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balancing {
    /// The one with fewer requests under way, of two drawn at random: as even as round robin where
    /// targets are alike, and better where one is slow.
    #[default]
    LeastOfTwo,
    /// One after the other, as VPC Lattice describes it; each worker counts for itself.
    RoundRobin,
}

/// What happens to a client's own `x-forwarded-for`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForwardedFor {
    /// It is replaced by the client's address: a target can believe what it reads.
    #[default]
    Replace,
    /// The client's address is appended, as load balancers of AWS do.
    Append,
}

/// Settings of the data plane. Limits hold for each worker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The access log.
    pub access_log: access_log::Config,
    /// Health checks of targets.
    pub health: health::Config,
    /// Threads that serve requests; 0 for one for each core. Default 0.
    pub workers: usize,
    /// Whether each worker stays on a core of its own. Default true.
    pub pin_workers: bool,
    /// How targets are chosen. Default `least_of_two`.
    pub balance: Balancing,
    /// What happens to a client's own `x-forwarded-for`. Default `replace`.
    pub forwarded_for: ForwardedFor,
    /// Most client connections of a worker; further ones are closed at once. Default 16,384.
    pub connections_max: usize,
    /// Most connections of one client address to a worker. Default 4,096.
    pub connections_per_client_max: usize,
    /// Most bytes of a request's head; beyond, 431. Default 61,440 (60 KB, as VPC Lattice).
    pub head_bytes_max: usize,
    /// Most headers of a request; beyond, 431. Default 100, as VPC Lattice; highest 100.
    pub headers_max: usize,
    /// Most bytes of a request target; beyond, 414. Default 8,192.
    pub target_bytes_max: usize,
    /// Time from the first byte of a head to its last, milliseconds. Default 10,000.
    pub head_timeout_ms: u64,
    /// Age at which a connection is closed after the requests under way, seconds. Default 600, as
    /// VPC Lattice.
    pub connection_lifetime_seconds: u64,
    /// Most concurrent HTTP/2 streams of a client connection. Default 128.
    pub streams_max: u32,
    /// Time to connect to a target, milliseconds. Default 2,000.
    pub connect_timeout_ms: u64,
    /// Targets tried until one can be connected to. Default 3.
    pub connect_attempts: usize,
    /// Most connections to one target. Default 1,024.
    pub target_connections_max: u32,
    /// Most idle connections kept to one target. Default 256.
    pub target_idle_max: usize,
    /// How long an idle connection to a target is kept, seconds. Default 60.
    pub target_idle_seconds: u64,
    /// Most HTTP/2 connections to one target. Default 4.
    pub target_h2_connections_max: usize,
    /// Longest body whose signed hash is checked, bytes; beyond, 413. Default 1 MiB.
    pub body_hash_bytes_max: usize,
    /// Most bytes of bodies held at once to check their hashes; beyond, 503. Default 64 MiB.
    pub body_hash_total_bytes_max: usize,
    /// Clock skew accepted in signatures, seconds. Default 300.
    pub max_skew_seconds: u64,
    /// Whether a signed payload hash is refused, as VPC Lattice does. Default false.
    pub strict_unsigned_payload: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            access_log: access_log::Config::default(),
            health: health::Config::default(),
            workers: 0,
            pin_workers: true,
            balance: Balancing::default(),
            forwarded_for: ForwardedFor::default(),
            connections_max: 16_384,
            connections_per_client_max: 4_096,
            head_bytes_max: 61_440,
            headers_max: 100,
            target_bytes_max: 8_192,
            head_timeout_ms: 10_000,
            connection_lifetime_seconds: 600,
            streams_max: 128,
            connect_timeout_ms: 2_000,
            connect_attempts: 3,
            target_connections_max: 1_024,
            target_idle_max: 256,
            target_idle_seconds: 60,
            target_h2_connections_max: 4,
            body_hash_bytes_max: 1 << 20,
            body_hash_total_bytes_max: 64 << 20,
            max_skew_seconds: 300,
            strict_unsigned_payload: false,
        }
    }
}

impl Config {
    /// What is wrong with the settings, a line each.
    #[must_use]
    pub fn mistakes(&self) -> Vec<String> {
        let positive = [
            ("connections_max", self.connections_max as u64),
            (
                "connections_per_client_max",
                self.connections_per_client_max as u64,
            ),
            ("headers_max", self.headers_max as u64),
            ("target_bytes_max", self.target_bytes_max as u64),
            ("head_timeout_ms", self.head_timeout_ms),
            (
                "connection_lifetime_seconds",
                self.connection_lifetime_seconds,
            ),
            ("streams_max", self.streams_max.into()),
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("connect_attempts", self.connect_attempts as u64),
            ("target_connections_max", self.target_connections_max.into()),
            (
                "target_h2_connections_max",
                self.target_h2_connections_max as u64,
            ),
        ];
        let zero = positive.into_iter().filter(|(_, value)| *value == 0);
        let mut mistakes: Vec<String> = zero
            .map(|(name, _)| format!("dataplane.{name}: 0 would refuse everything; set 1 or more"))
            .collect();
        if self.headers_max > HEADERS_MAX {
            mistakes.push(format!(
                "dataplane.headers_max: {} is beyond what can be parsed; set {HEADERS_MAX} or less",
                self.headers_max
            ));
        }
        if self.head_bytes_max <= self.target_bytes_max {
            mistakes.push(format!(
                "dataplane.head_bytes_max: {} leaves no room for headers; set more than \
                 target_bytes_max, {}",
                self.head_bytes_max, self.target_bytes_max
            ));
        }
        if self.body_hash_total_bytes_max < self.body_hash_bytes_max {
            mistakes.push(format!(
                "dataplane.body_hash_total_bytes_max: {} is less than one body may have; set \
                 body_hash_bytes_max, {}, or more",
                self.body_hash_total_bytes_max, self.body_hash_bytes_max
            ));
        }
        mistakes
    }

    /// The settings that a decision looks at.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            max_skew: Duration::from_secs(self.max_skew_seconds),
            strict_unsigned_payload: self.strict_unsigned_payload,
        }
    }

    /// Time from the first byte of a head to its last.
    #[must_use]
    pub fn head_timeout(&self) -> Duration {
        Duration::from_millis(self.head_timeout_ms)
    }

    /// Age at which a connection is closed after the requests under way.
    #[must_use]
    pub fn connection_lifetime(&self) -> Duration {
        Duration::from_secs(self.connection_lifetime_seconds)
    }

    /// Time to connect to a target.
    #[must_use]
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// How long an idle connection to a target is kept.
    #[must_use]
    pub fn target_idle(&self) -> Duration {
        Duration::from_secs(self.target_idle_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn settings_that_would_refuse_everything_are_mistakes() {
        assert_eq!(Config::default().mistakes(), Vec::<String>::new());
        let config = Config {
            streams_max: 0,
            headers_max: 101,
            head_bytes_max: 8_192,
            body_hash_total_bytes_max: 1_000,
            ..Config::default()
        };
        let mistakes = config.mistakes();
        let names = [
            "streams_max",
            "headers_max",
            "head_bytes_max",
            "body_hash_total_bytes_max",
        ];
        assert_eq!(mistakes.len(), names.len(), "{mistakes:?}");
        for (mistake, name) in mistakes.iter().zip(names) {
            assert!(
                mistake.starts_with(&format!("dataplane.{name}: ")),
                "{mistake}"
            );
        }
    }
}
