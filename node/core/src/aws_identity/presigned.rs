//! A presigned `GetCallerIdentity`: what it must be like before anything is sent anywhere.
//!
//! Whoever sends one is not known yet, and the node is about to ask another host on their behalf. So nothing is rewritten
//! and everything that is not needed is refused: scheme, host, path, each parameter and its one spelling.

use std::time::{Duration, SystemTime};

use super::Partition;
use crate::decide::sigv4::time::Stamp;
use crate::decide::target::{escape, is_unreserved, percent_decoded};

/// Longest URL, bytes. Source: aws-iam-authenticator, `maxTokenLenBytes`.
pub const URL_BYTES_MAX: usize = 4_096;
/// The header that must be signed, with the id of the cluster that the URL is for: what was signed for one cluster is
/// worth nothing at another. The node sends its own id, so STS refuses the signature where the id was another one.
pub const CLUSTER_HEADER: &str = "x-trellis-cluster-id";

/// The headers that are sent, and so may be signed.
const SIGNED_HEADERS: &str = "host;x-trellis-cluster-id";
/// Oldest signature, seconds; STS says the same, and takes no notice of `X-Amz-Expires`.
const AGE_SECONDS_MAX: i64 = 900;

const DATE: &str = "X-Amz-Date";
/// The parameters that there may be.
const PARAMETERS: [(&str, Need); 9] = [
    ("Action", Need::Exactly("GetCallerIdentity")),
    ("Version", Need::Exactly("2011-06-15")),
    ("X-Amz-Algorithm", Need::Exactly("AWS4-HMAC-SHA256")),
    ("X-Amz-SignedHeaders", Need::Exactly(SIGNED_HEADERS)),
    ("X-Amz-Credential", Need::Something),
    (DATE, Need::Something),
    ("X-Amz-Signature", Need::Something),
    ("X-Amz-Security-Token", Need::Maybe),
    ("X-Amz-Expires", Need::Maybe),
];

/// What a parameter must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Exactly(&'static str),
    Something,
    /// It may be left out.
    Maybe,
}

/// Why a URL is not replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// More than [`URL_BYTES_MAX`].
    #[error("has {0} bytes; at most {URL_BYTES_MAX}")]
    TooLong(usize),
    /// Another scheme.
    #[error("must begin with https://")]
    Scheme,
    /// A path, or no query.
    #[error("must be a host, the path / and a query: https://HOST/?Action=GetCallerIdentity&…")]
    Shape,
    /// A host that is none of STS; also one with a user or a port.
    #[error("must be at a host of AWS STS, such as sts.us-east-1.amazonaws.com, without a port")]
    Host,
    /// A parameter that has more than one reading.
    #[error(
        "has a query parameter that is not NAME=VALUE with everything but letters, digits and -._~ percent-encoded"
    )]
    Malformed,
    /// A parameter that is not needed.
    #[error("has the query parameter {0:?}, which must not be there")]
    Unknown(String),
    /// A parameter that occurs twice.
    #[error("has the query parameter {0} twice")]
    Repeated(&'static str),
    /// A parameter that is not there, or empty.
    #[error("has no query parameter {0}")]
    Missing(&'static str),
    /// A parameter with another value.
    #[error("must have {name}={value}")]
    Wrong {
        /// The parameter.
        name: &'static str,
        /// The value it must have.
        value: &'static str,
    },
    /// The date is none.
    #[error("must have an X-Amz-Date like 20260315T120000Z")]
    BadDate,
    /// Older than STS takes it.
    #[error("was signed {0} s ago; at most {AGE_SECONDS_MAX}; sign a new one")]
    TooOld(i64),
    /// Signed later than now.
    #[error("was signed {0} s in the future; set the clock of the machine that signed it")]
    Ahead(i64),
}

/// A URL that may be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presigned<'a> {
    /// The host, one of STS.
    pub host: &'a str,
    /// The partition that the host belongs to.
    pub partition: &'static Partition,
    /// The query, as it arrived.
    pub query: &'a str,
}

impl<'a> Presigned<'a> {
    /// Accepts a URL. `skew` is how far the clock of whoever signed may be ahead.
    ///
    /// # Errors
    /// [`BadUrl`], the first that is found; nothing may be sent then.
    pub fn check(url: &'a str, now: SystemTime, skew: Duration) -> Result<Self, BadUrl> {
        if url.len() > URL_BYTES_MAX {
            return Err(BadUrl::TooLong(url.len()));
        }
        let rest = url.strip_prefix("https://").ok_or(BadUrl::Scheme)?;
        let (host, query) = rest.split_once("/?").ok_or(BadUrl::Shape)?;
        let partition = Partition::of_host(host).ok_or(BadUrl::Host)?;
        let date = read(query)?;
        let signed_at = Stamp::parse(date).ok_or(BadUrl::BadDate)?;
        let age = Stamp::of(now).0 - signed_at.0;
        let skew = i64::try_from(skew.as_secs()).unwrap_or(i64::MAX);
        if age > AGE_SECONDS_MAX {
            return Err(BadUrl::TooOld(age));
        }
        if -age > skew {
            return Err(BadUrl::Ahead(-age));
        }
        Ok(Self {
            host,
            partition,
            query,
        })
    }
}

/// Checks the parameters; answers with the date.
fn read(query: &str) -> Result<&str, BadUrl> {
    let mut values = [""; PARAMETERS.len()];
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or(BadUrl::Malformed)?;
        if value.is_empty() || !has_one_reading(value) {
            return Err(BadUrl::Malformed);
        }
        let mut known = PARAMETERS.iter();
        let at = known
            .position(|(known, _)| *known == name)
            .ok_or_else(|| BadUrl::Unknown(name.to_owned()))?;
        if !values[at].is_empty() {
            return Err(BadUrl::Repeated(PARAMETERS[at].0));
        }
        values[at] = value;
    }
    let mut date = "";
    for ((name, need), value) in PARAMETERS.into_iter().zip(values) {
        match need {
            Need::Exactly(_) | Need::Something if value.is_empty() => {
                return Err(BadUrl::Missing(name));
            }
            Need::Exactly(wanted) if percent_decoded(value) != wanted => {
                return Err(BadUrl::Wrong {
                    name,
                    value: wanted,
                });
            }
            Need::Exactly(_) | Need::Something | Need::Maybe => {}
        }
        if name == DATE {
            date = value;
        }
    }
    Ok(date)
}

/// Whether a value is unreserved characters and whole escapes: what everyone decodes alike.
fn has_one_reading(value: &str) -> bool {
    let mut rest = value.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = match first {
            b'%' if escape(rest).is_some() => &rest[3..],
            byte if is_unreserved(byte) => tail,
            _ => return false,
        };
    }
    true
}
