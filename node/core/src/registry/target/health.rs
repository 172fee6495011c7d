//! Health checks of target groups: defaults and ranges.
//!
//! A zero or an empty text means "the default". A timeout above the interval is allowed, as the
//! API documents no rule against it.
//!
//! Source: VPC Lattice API model 2022-11-30, `HealthCheckConfig`; user guide, "Health checks for
//! your target groups".

use crate::model::{HealthCheck, ProtocolVersion, TargetGroup, TargetProtocol};
use crate::registry::mistakes::Mistakes;
use crate::registry::service::pattern::is_path;

/// Characters of a path.
const PATH_CHARS_MAX: usize = 2_048;
/// Characters of a matcher.
const MATCHER_CHARS_MAX: usize = 2_000;

/// The health check of a group, with what was left out completed.
///
/// Without one, targets are probed where the group speaks HTTP/1.1, with the group's protocol.
pub(super) fn completed(group: &TargetGroup) -> HealthCheck {
    let default = |value: u32, default: u32| if value == 0 { default } else { value };
    let text = |value: &str, default: &str| {
        let text = if value.is_empty() { default } else { value };
        text.to_owned()
    };
    let check = group.health_check.clone().unwrap_or_else(|| HealthCheck {
        enabled: group.protocol_version() == ProtocolVersion::Http1,
        protocol: match group.protocol() {
            TargetProtocol::Https => TargetProtocol::Https as i32,
            _ => TargetProtocol::Http as i32,
        },
        ..HealthCheck::default()
    });
    HealthCheck {
        interval_seconds: default(check.interval_seconds, 30),
        timeout_seconds: default(check.timeout_seconds, 5),
        healthy_threshold: default(check.healthy_threshold, 5),
        unhealthy_threshold: default(check.unhealthy_threshold, 2),
        path: text(&check.path, "/"),
        matcher: text(&check.matcher, "200"),
        ..check
    }
}

/// Names every wrong field of a completed health check.
pub(super) fn shape(check: &HealthCheck, mistakes: &mut Mistakes) {
    let path = |field: &str| format!("config.healthCheck.{field}");
    let http = [TargetProtocol::Http as i32, TargetProtocol::Https as i32];
    let known = http.contains(&check.protocol);
    mistakes.check(known, &path("protocol"), "is not HTTP or HTTPS");
    let versions = [ProtocolVersion::Http1 as i32, ProtocolVersion::Http2 as i32];
    let known = versions.contains(&check.protocol_version);
    mistakes.check(known, &path("protocolVersion"), "is not HTTP1 or HTTP2");
    mistakes.range(path("port"), check.port, 0, 65_535);
    let interval = path("healthCheckIntervalSeconds");
    mistakes.range(interval, check.interval_seconds, 5, 300);
    let timeout = path("healthCheckTimeoutSeconds");
    mistakes.range(timeout, check.timeout_seconds, 1, 120);
    let healthy = path("healthyThresholdCount");
    mistakes.range(healthy, check.healthy_threshold, 2, 10);
    let unhealthy = path("unhealthyThresholdCount");
    mistakes.range(unhealthy, check.unhealthy_threshold, 2, 10);
    mistakes.length(path("path"), check.path.len(), 1, PATH_CHARS_MAX);
    let message = "is not a path that begins with /";
    mistakes.check(is_path(&check.path), &path("path"), message);
    let matcher = path("matcher.httpCode");
    mistakes.length(&matcher, check.matcher.len(), 1, MATCHER_CHARS_MAX);
    let message = "is not a list of codes and ranges within 200–499, e.g. 200,202 or 200-299";
    mistakes.check(is_matcher(&check.matcher), &matcher, message);
}

fn is_matcher(text: &str) -> bool {
    let code = |text: &str| {
        let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u16>()
            .ok()
            .filter(|code| digits && (200..=499).contains(code))
    };
    text.split(',').all(|part| match part.split_once('-') {
        Some((first, last)) => code(first).is_some_and(|f| code(last).is_some_and(|l| f <= l)),
        None => code(part).is_some(),
    })
}
