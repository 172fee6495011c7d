//! Why a token is not accepted.

/// Why a token is not accepted, in the terms of STS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// It is no token of this provider for this cluster; the text is for whoever sent it.
    #[error("{0}")]
    Invalid(String),
    /// It has expired.
    #[error("the token has expired; get a new one from the identity provider")]
    Expired,
    /// What it claims for the session cannot be.
    #[error("{0}")]
    Rejected(String),
    /// Nobody can tell, as the provider's keys could not be fetched.
    #[error("the keys of {0} could not be fetched; try again, or give them as the provider's jwks")]
    Unreachable(String),
}

impl Denial {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }
}
