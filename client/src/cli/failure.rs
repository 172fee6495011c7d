//! Why a command failed: what is told on stderr, and the exit code.

use std::io::Write as _;

use trellis_client::endpoint::EndpointError;
use trellis_client::manifest::{ManifestError, Mistake};
use trellis_client::{Class, Refusal};
use trellis_proto::v1;

/// A command that did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is wrong.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// Manifests are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "))]
    Manifest(Vec<ManifestError>),
    /// A template is wrong.
    #[error("{0}")]
    Template(#[from] trellis_client::cloudformation::Mistake),
    /// Flags are wrong.
    #[error("{}", .0.to_string().trim_start())]
    Properties(Mistake),
    /// The cluster did not do it.
    #[error("{}", .0)]
    Refused(Refusal),
    /// Nobody knows whether the cluster did it.
    #[error("{refusal}")]
    Unknown {
        refusal: Refusal,
        client_token: String,
    },
    /// It was done, and some nodes do not serve it yet.
    #[error("revision {revision} is written, and not served yet by {}", nodes(.late))]
    Late {
        revision: u64,
        late: Vec<v1::NodeServing>,
    },
    /// A service did not answer.
    #[error("{message}")]
    Unreachable { message: String, hint: String },
    /// Some targets were not taken.
    #[error("{0} of the targets failed")]
    Targets(usize),
    /// A service answered with an error status.
    #[error("the service answered {0}")]
    Answered(u16),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

fn nodes(late: &[v1::NodeServing]) -> String {
    late.iter()
        .map(|node| match (node.revision, node.reason.as_str()) {
            (0, "") => format!("{} (no answer)", node.node),
            (0, reason) => format!("{} ({reason})", node.node),
            (revision, _) => format!("{} (serves {revision})", node.node),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

impl Failure {
    /// A wrong command line.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Properties(_) => 2,
            Self::Refused(refusal) => match refusal.class {
                Class::NotFound => 3,
                Class::Conflict => 4,
                Class::Denied => 5,
                Class::Unavailable | Class::Unknown => 6,
                Class::Invalid | Class::Failed => 1,
            },
            Self::Unknown { .. } | Self::Unreachable { .. } => 6,
            Self::Late { .. } => 7,
            Self::Manifest(_)
            | Self::Template(_)
            | Self::Targets(_)
            | Self::Answered(_)
            | Self::Other(_) => 1,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Usage { hint, .. } | Self::Unreachable { hint, .. } => hint.clone(),
            Self::Unknown { client_token, .. } => {
                format!("run it again with --client-token {client_token}; it is not done twice")
            }
            Self::Late { .. } => "look at `trellis status`".to_owned(),
            Self::Refused(refusal) => match refusal.class {
                Class::Denied if refusal.code != "AccessDeniedException" => {
                    "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION"
                }
                Class::Unavailable => "nothing was changed; look at `trellis status`",
                Class::Invalid
                | Class::NotFound
                | Class::Conflict
                | Class::Denied
                | Class::Unknown
                | Class::Failed => "",
            }
            .to_owned(),
            Self::Manifest(_)
            | Self::Template(_)
            | Self::Properties(_)
            | Self::Targets(_)
            | Self::Answered(_)
            | Self::Other(_) => String::new(),
        }
    }

    /// Tells it on stderr: `error: …`, and a hint on the next line.
    pub(crate) fn tell(&self) {
        let mut stderr = std::io::stderr().lock();
        // Nobody is left to tell that stderr is closed.
        drop(writeln!(stderr, "error: {self}"));
        let hint = self.hint();
        if !hint.is_empty() {
            drop(writeln!(stderr, "hint: {hint}"));
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ManifestError> for Failure {
    fn from(error: ManifestError) -> Self {
        Self::Manifest(vec![error])
    }
}

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        Self::usage(error.to_string(), "")
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use trellis_client::{Class, Refusal};

    #[test]
    fn each_way_to_fail_has_its_exit_code() {
        let refused = |class| {
            Failure::Refused(Refusal {
                class,
                code: String::new(),
                message: String::new(),
            })
        };
        for (failure, code) in [
            (Failure::Other(String::new()), 1),
            (Failure::Answered(503), 1),
            (refused(Class::Invalid), 1),
            (refused(Class::Failed), 1),
            (Failure::usage("", ""), 2),
            (refused(Class::NotFound), 3),
            (refused(Class::Conflict), 4),
            (refused(Class::Denied), 5),
            (refused(Class::Unavailable), 6),
            (refused(Class::Unknown), 6),
            (
                Failure::Late {
                    revision: 1,
                    late: Vec::new(),
                },
                7,
            ),
        ] {
            assert_eq!(failure.exit_code(), code, "{failure:?}");
        }
    }
}
