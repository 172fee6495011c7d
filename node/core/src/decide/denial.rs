//! Refusals: one table from the reason to status, text and log labels.

/// Why a request is not forwarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The request is malformed or ambiguous. 400.
    BadRequest(String),
    /// No service of that name can be reached from this VPC, or it has no listener here. 404.
    UnknownService,
    /// TLS server name and authority disagree. 421.
    Misdirected,
    /// The client's address is not admitted by the VPC association's security groups. 403.
    NotAdmitted,
    /// The signature is wrong. 403.
    Signature(String),
    /// The caller is not allowed. 403.
    Access {
        /// The layer that refused.
        layer: AuthDenied,
        /// The text for the caller.
        text: String,
    },
    /// The target group's protocol cannot serve this request's protocol. 400.
    ProtocolMismatch(&'static str),
    /// The target group has no target. 503.
    NoTarget,
    /// The body does not have the hash that was signed. 403.
    BodyMismatch,
    /// The body is longer than may be verified. 413.
    BodyTooLarge,
}

/// The layer that denied, for the access log's `authDeniedReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthDenied {
    /// The service network's auth policy.
    Network,
    /// The service's auth policy.
    Service,
    /// The caller's own policies.
    Identity,
    /// The policies that limit the caller's session.
    Session,
}

/// The access log's `failureReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// The target could not be connected to.
    TargetConnectionError,
    /// The target broke the protocol.
    TargetProtocolError,
    /// The target took too long.
    TargetDataTimeout,
    /// The target closed the connection.
    TargetConnectionClosed,
    /// The client closed the connection.
    ClientConnectionClosed,
    /// The client was refused by authentication or authorisation.
    ClientAccessDenied,
    /// The client broke the protocol.
    ClientProtocolError,
    /// The connection was too old.
    ConnectionDurationExceeded,
    /// A fault of this system.
    InternalError,
}

impl FailureReason {
    /// The word in the log. Source: VPC Lattice user guide, "Access logs".
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::TargetConnectionError => "TargetConnectionError",
            Self::TargetProtocolError => "TargetProtocolError",
            Self::TargetDataTimeout => "TargetDataTimeout",
            Self::TargetConnectionClosed => "TargetConnectionClosed",
            Self::ClientConnectionClosed => "ClientConnectionClosed",
            Self::ClientAccessDenied => "ClientAccessDenied",
            Self::ClientProtocolError => "ClientProtocolError",
            Self::ConnectionDurationExceeded => "ConnectionDurationExceeded",
            Self::InternalError => "InternalError",
        }
    }
}

impl AuthDenied {
    /// The word in the log.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Service => "Service",
            Self::Identity => "Identity",
            Self::Session => "Session",
        }
    }
}

impl Denial {
    /// The refusal of a request target.
    pub(super) fn bad_target(bad: &super::target::BadTarget) -> Self {
        Self::BadRequest(format!("Bad Request: {bad}"))
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) | Self::ProtocolMismatch(_) => 400,
            Self::NotAdmitted | Self::Signature(_) | Self::Access { .. } | Self::BodyMismatch => {
                403
            }
            Self::UnknownService => 404,
            Self::BodyTooLarge => 413,
            Self::Misdirected => 421,
            Self::NoTarget => 503,
        }
    }

    /// The body of the answer, plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::BadRequest(text) | Self::Signature(text) | Self::Access { text, .. } => text,
            Self::ProtocolMismatch(text) => text,
            Self::UnknownService => {
                "Not Found: no service of this name and port is in a service network of this VPC"
            }
            Self::Misdirected => "Misdirected Request: the host is not the TLS server name",
            Self::NotAdmitted => {
                "AccessDeniedException: the security groups of the VPC association do not admit this client"
            }
            Self::NoTarget => "Service Unavailable",
            Self::BodyMismatch => {
                "InvalidSignatureException: the body does not match the signed x-amz-content-sha256"
            }
            Self::BodyTooLarge => {
                "Content Too Large: send x-amz-content-sha256: UNSIGNED-PAYLOAD for bodies of this size"
            }
        }
    }

    /// The access log's `failureReason`.
    #[must_use]
    pub fn failure_reason(&self) -> Option<FailureReason> {
        match self {
            Self::BadRequest(_) | Self::ProtocolMismatch(_) | Self::Misdirected => {
                Some(FailureReason::ClientProtocolError)
            }
            Self::NotAdmitted | Self::Signature(_) | Self::Access { .. } | Self::BodyMismatch => {
                Some(FailureReason::ClientAccessDenied)
            }
            Self::BodyTooLarge => Some(FailureReason::ClientProtocolError),
            Self::NoTarget => Some(FailureReason::TargetConnectionError),
            Self::UnknownService => None,
        }
    }

    /// The access log's `authDeniedReason`.
    #[must_use]
    pub fn auth_denied(&self) -> Option<AuthDenied> {
        match self {
            Self::Access { layer, .. } => Some(*layer),
            _ => None,
        }
    }
}
