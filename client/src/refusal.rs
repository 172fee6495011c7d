//! What came of a call that did not succeed: one table from the API's words to classes.

use tonic::{Code, Status};

/// The metadata key that carries the word.
pub const ERROR_KEY: &str = "x-trellis-error";

/// The word for a cluster of which no node was reached.
pub(crate) const UNREACHABLE: &str = "Unreachable";
/// The word for a write of which nobody knows whether it was done.
pub(crate) const UNKNOWN: &str = "Unknown";

/// What a caller can do about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request is wrong in itself; change it.
    Invalid,
    /// What it names does not exist.
    NotFound,
    /// It does not fit the present state.
    Conflict,
    /// The caller is not authenticated or not allowed.
    Denied,
    /// It was not done; repeat it when the cluster has a quorum again.
    Unavailable,
    /// It may or may not have been done; repeat it with the same client token.
    Unknown,
    /// Anything else.
    Failed,
}

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What can be done about it.
    pub class: Class,
    /// The API's word, such as `ConflictException`; the gRPC code's name where it gave none.
    pub code: String,
    /// What is wrong, in words.
    pub message: String,
}

const WORDS: &[(&str, Class)] = &[
    ("ValidationException", Class::Invalid),
    ("ResourceNotFoundException", Class::NotFound),
    ("ConflictException", Class::Conflict),
    ("ServiceQuotaExceededException", Class::Conflict),
    ("AccessDeniedException", Class::Denied),
    ("InvalidSignatureException", Class::Denied),
    ("UnrecognizedClientException", Class::Denied),
    ("NoQuorum", Class::Unavailable),
    ("Stopped", Class::Unavailable),
    (UNREACHABLE, Class::Unavailable),
    ("ThrottlingException", Class::Unavailable),
    (UNKNOWN, Class::Unknown),
    ("InternalServerException", Class::Failed),
];

fn class_of(code: Code) -> Class {
    match code {
        Code::InvalidArgument | Code::OutOfRange | Code::Unimplemented => Class::Invalid,
        Code::NotFound => Class::NotFound,
        Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::ResourceExhausted => Class::Conflict,
        Code::PermissionDenied | Code::Unauthenticated => Class::Denied,
        Code::Unavailable => Class::Unavailable,
        Code::DeadlineExceeded | Code::Cancelled => Class::Unknown,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => Class::Failed,
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        let word = status.metadata().get(ERROR_KEY);
        let word = word.and_then(|word| word.to_str().ok()).unwrap_or_default();
        let known = WORDS.iter().find(|(known, _)| *known == word);
        Self {
            class: known.map_or_else(|| class_of(status.code()), |(_, class)| *class),
            code: if word.is_empty() {
                format!("{:?}", status.code())
            } else {
                word.to_owned()
            },
            message: status.message().to_owned(),
        }
    }
}

/// A status that carries a word.
pub(crate) fn status(code: Code, word: &'static str, message: String) -> Status {
    let mut status = Status::new(code, message);
    let word = tonic::metadata::MetadataValue::from_static(word);
    status.metadata_mut().insert(ERROR_KEY, word);
    status
}

#[cfg(test)]
mod tests {
    use super::{Class, Refusal, status};
    use tonic::{Code, Status};

    #[test]
    fn the_word_decides_and_the_code_stands_in_for_it() {
        for (status, class, code) in [
            (
                status(Code::Unavailable, "NoQuorum", "no quorum".into()),
                Class::Unavailable,
                "NoQuorum",
            ),
            (
                status(
                    Code::FailedPrecondition,
                    "ResourceNotFoundException",
                    "x".into(),
                ),
                Class::NotFound,
                "ResourceNotFoundException",
            ),
            (
                status(Code::PermissionDenied, "SomethingNew", "x".into()),
                Class::Denied,
                "SomethingNew",
            ),
            (Status::aborted("x"), Class::Conflict, "Aborted"),
            (
                Status::unauthenticated("x"),
                Class::Denied,
                "Unauthenticated",
            ),
            (
                Status::deadline_exceeded("x"),
                Class::Unknown,
                "DeadlineExceeded",
            ),
            (Status::internal("x"), Class::Failed, "Internal"),
        ] {
            let refusal = Refusal::from(status);
            assert_eq!((refusal.class, refusal.code.as_str()), (class, code));
        }
    }
}
