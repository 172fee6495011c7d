//! Failures of forwarding: one table from the reason to status, text and log label.

use trellis_core::decide::FailureReason;

/// Why a request could not be served by a target.
///
/// Source: VPC Lattice user guide, "Access logs": 500 for a connection to a target that failed; the
/// statuses of the others are those of RFC 9110.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No target of the group could be connected to. 500.
    Connect,
    /// This node has no leg in the VPC of the targets. 500.
    NoLeg,
    /// The connections to the target are all in use, up to the limit. 503.
    Busy,
    /// The target closed the connection before its response. 502.
    Closed,
    /// The target broke the protocol. 502.
    Protocol,
    /// The target did not answer in time. 504.
    Timeout,
    /// The client broke off its request. 400.
    ClientGone,
    /// The client did not go on with its request in time. 408.
    ClientTimeout,
    /// Too many bodies are held to check their hashes. 503.
    Overloaded,
    /// A fault of this system. 500.
    Internal,
}

impl Failure {
    /// The status of the answer.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::ClientGone => 400,
            Self::ClientTimeout => 408,
            Self::Connect | Self::NoLeg | Self::Internal => 500,
            Self::Closed | Self::Protocol => 502,
            Self::Busy | Self::Overloaded => 503,
            Self::Timeout => 504,
        }
    }

    /// The body of the answer, plain text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::ClientGone => "Bad Request: the request was not completed",
            Self::ClientTimeout => "Request Timeout: the request was not completed in time",
            Self::Connect => "Internal Server Error: no target could be connected to",
            Self::NoLeg => "Internal Server Error: the VPC of the targets cannot be reached",
            Self::Internal => "Internal Server Error",
            Self::Closed => "Bad Gateway: the target closed the connection",
            Self::Protocol => "Bad Gateway: the target broke the protocol",
            Self::Busy => "Service Unavailable: too many requests to this target",
            Self::Overloaded => {
                "Service Unavailable: too many signed bodies are being checked; try again"
            }
            Self::Timeout => "Gateway Timeout: the target did not answer in time",
        }
    }

    /// The access log's `failureReason`.
    pub(crate) fn reason(self) -> FailureReason {
        match self {
            Self::ClientGone => FailureReason::ClientConnectionClosed,
            Self::ClientTimeout => FailureReason::ClientProtocolError,
            Self::Connect | Self::NoLeg | Self::Busy => FailureReason::TargetConnectionError,
            Self::Closed => FailureReason::TargetConnectionClosed,
            Self::Protocol => FailureReason::TargetProtocolError,
            Self::Timeout => FailureReason::TargetDataTimeout,
            Self::Internal | Self::Overloaded => FailureReason::InternalError,
        }
    }

    /// Whose fault an error on a target's connection is.
    pub(crate) fn of(error: &hyper::Error) -> Self {
        if error.is_parse() || error.is_parse_too_large() || error.is_parse_status() {
            Self::Protocol
        } else if error.is_user() {
            Self::ClientGone
        } else {
            Self::Closed
        }
    }
}

/// The log label of an error in the middle of a response.
pub(crate) fn blame(error: &hyper::Error) -> FailureReason {
    Failure::of(error).reason()
}
