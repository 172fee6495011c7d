//! AWS's partitions, and the hosts that STS answers at in each: global, regional, FIPS and dual-stack ones.
//!
//! Hosts are known by their shape, so that a new region of a known area needs no new build. The isolated partitions are
//! left out.
//!
//! Source: botocore 1.43, `partitions.json` and the endpoint rules of `sts` (read 2026-11).

/// A partition of AWS.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name in ARNs.
    pub id: &'static str,
    /// What trust policies call its STS, with the account behind it: `sts.amazonaws.com/123456789012`.
    pub provider: &'static str,
    /// What names of its regions begin with.
    areas: &'static [&'static str],
    /// What its hosts end with.
    suffixes: [&'static str; 2],
}

/// The host of STS that has no region.
const GLOBAL: &str = "sts.amazonaws.com";

/// The partitions; that of the host without a region is the first.
static PARTITIONS: [Partition; 4] = [
    Partition {
        id: "aws",
        provider: "sts.amazonaws.com",
        areas: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
        suffixes: ["amazonaws.com", "api.aws"],
    },
    Partition {
        id: "aws-cn",
        provider: "sts.amazonaws.com.cn",
        areas: &["cn"],
        suffixes: ["amazonaws.com.cn", "api.amazonwebservices.com.cn"],
    },
    Partition {
        id: "aws-us-gov",
        provider: "sts.us-gov.amazonaws.com",
        areas: &["us-gov"],
        suffixes: ["amazonaws.com", "api.aws"],
    },
    Partition {
        id: "aws-eusc",
        provider: "sts.amazonaws.eu",
        areas: &["eusc-de"],
        suffixes: ["amazonaws.eu", "api.amazonwebservices.eu"],
    },
];

impl Partition {
    /// The partition that a host of STS belongs to; `None` for any other host.
    #[must_use]
    pub fn of_host(host: &str) -> Option<&'static Self> {
        if host == GLOBAL {
            return PARTITIONS.first();
        }
        PARTITIONS.iter().find(|partition| partition.has(host))
    }

    fn has(&self, host: &str) -> bool {
        let parts = host.split_once('.');
        let parts = parts.and_then(|(service, rest)| Some((service, rest.split_once('.')?)));
        parts.is_some_and(|(service, (region, suffix))| {
            matches!(service, "sts" | "sts-fips")
                && self.suffixes.contains(&suffix)
                && self.areas.iter().any(|area| is_region(area, region))
        })
    }
}

/// Whether a text is an area, a place and a number: `us-east-1`.
fn is_region(area: &str, text: &str) -> bool {
    let rest = text.strip_prefix(area);
    let rest = rest.and_then(|rest| rest.strip_prefix('-')?.split_once('-'));
    rest.is_some_and(|(place, number)| {
        !place.is_empty()
            && place.bytes().all(|byte| byte.is_ascii_lowercase())
            && (1..=2).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
