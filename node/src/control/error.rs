//! Why a call has no result, as gRPC says it: one table.

use serde_json::json;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};
use trellis_core::oidc::Denial;
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::{FieldMistake, RefusalKind};

use crate::raft::WriteError;

/// Metadata of a refused call: its code word, e.g. `ConflictException`.
const CODE: &str = "x-trellis-error";
/// Metadata of a refused call: JSON with `fieldList`, `resourceId`, `resourceType`, `quotaCode` and
/// `operation`, as far as they are known.
const DETAILS: &str = "x-trellis-error-details-bin";

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The registry's rules forbid it, or the request is malformed. Nothing was written.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The caller is not known. Nothing was written.
    #[error("{0}")]
    Unauthenticated(String),
    /// This node has not got the registry yet, and knows nobody. Nothing was written.
    #[error(
        "this node has not received the registry yet; ask another, or wait until its /readyz says ok"
    )]
    NotReady,
    /// The request was not read to its end. Nothing was written.
    #[error("the request could not be read: {0}")]
    Unread(String),
    /// The caller's policies do not allow it. Nothing was written.
    #[error("{who} is not authorized to perform: {action} on resource: {resource}{why}")]
    Denied {
        /// Principal ARN.
        who: String,
        /// Action, e.g. `vpc-lattice:CreateService`.
        action: String,
        /// ARN of the resource.
        resource: String,
        /// Which policy decided, with a leading space.
        why: &'static str,
    },
    /// The token of a web identity is not accepted. Nothing was written.
    #[error("{0}")]
    Token(#[from] Denial),
    /// There are too many calls of this kind. Nothing was written.
    #[error("too many calls of this kind; try again in {0} s, or ask another node")]
    Throttled(u32),
    /// Another system that must be asked gives no answer; its name. Nothing was written.
    #[error(
        "{0} gave this node no answer that it can use, and its log says why; try again, or ask another node"
    )]
    FarEnd(String),
    /// Consensus gave no outcome; the error says whether it may still come.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// A fault of this node; the text is for operators. Nothing was written.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

impl Failure {
    /// Code word and gRPC code.
    pub(super) fn codes(&self) -> (&'static str, Code) {
        match self {
            Self::Refused(refusal) => refused(refusal.kind()),
            Self::Unauthenticated(_) => ("UnrecognizedClientException", Code::Unauthenticated),
            Self::NotReady => ("NotReady", Code::Unavailable),
            Self::Unread(_) => ("RequestTimeoutException", Code::Unavailable),
            Self::Denied { .. } => refused(RefusalKind::AccessDenied),
            Self::Token(_) => ("InvalidIdentityTokenException", Code::Unauthenticated),
            Self::Throttled(_) => ("ThrottlingException", Code::Unavailable),
            Self::FarEnd(_) => ("ServiceUnavailableException", Code::Unavailable),
            Self::Write(WriteError::NoQuorum) => ("NoQuorum", Code::Unavailable),
            Self::Write(WriteError::Stopped(_)) => ("Stopped", Code::Unavailable),
            Self::Write(WriteError::Unknown(_)) => ("Unknown", Code::DeadlineExceeded),
            Self::Internal(_) => ("InternalServerException", Code::Internal),
        }
    }

    fn details(&self) -> Option<Vec<u8>> {
        let Self::Refused(refusal) = self else {
            return None;
        };
        let field = |field: &FieldMistake| json!({ "name": field.name, "message": field.message });
        let details = json!({
            "fieldList": refusal.fields.iter().map(field).collect::<Vec<_>>(),
            "resourceId": refusal.resource_id,
            "resourceType": refusal.resource_type,
            "quotaCode": refusal.quota_code,
            "operation": refusal.operation,
        });
        Some(details.to_string().into_bytes())
    }
}

fn refused(kind: RefusalKind) -> (&'static str, Code) {
    match kind {
        RefusalKind::Validation => ("ValidationException", Code::InvalidArgument),
        RefusalKind::NotFound => ("ResourceNotFoundException", Code::NotFound),
        RefusalKind::Conflict => ("ConflictException", Code::FailedPrecondition),
        RefusalKind::QuotaExceeded => ("ServiceQuotaExceededException", Code::ResourceExhausted),
        RefusalKind::AccessDenied => ("AccessDeniedException", Code::PermissionDenied),
        RefusalKind::RevisionMismatch => ("ConflictException", Code::Aborted),
        RefusalKind::TokenMismatch => ("ConflictException", Code::AlreadyExists),
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        match &failure {
            Failure::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "call failed");
            }
            Failure::Denied {
                who,
                action,
                resource,
                ..
            } => tracing::info!(principal = who, action, resource, "call denied"),
            Failure::Refused(_)
            | Failure::Unauthenticated(_)
            | Failure::NotReady
            | Failure::Unread(_)
            | Failure::Token(_)
            | Failure::Throttled(_)
            | Failure::FarEnd(_)
            | Failure::Write(_) => {}
        }
        let (word, code) = failure.codes();
        let mut metadata = MetadataMap::new();
        metadata.insert(CODE, MetadataValue::from_static(word));
        if let Some(details) = failure.details() {
            metadata.insert_bin(DETAILS, MetadataValue::from_bytes(&details));
        }
        Status::with_metadata(code, failure.to_string(), metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Code, word and text of a failure.
    fn told(failure: Failure) -> String {
        let status = Status::from(failure);
        let word = status.metadata().get(CODE).unwrap().to_str().unwrap();
        format!("{:?} {word} {}", status.code(), status.message())
    }

    #[test]
    fn every_refusal_has_a_code_a_word_and_a_text() {
        use RefusalKind as Kind;
        for (kind, expected) in [
            (Kind::Validation, "InvalidArgument ValidationException x"),
            (Kind::NotFound, "NotFound ResourceNotFoundException x"),
            (Kind::Conflict, "FailedPrecondition ConflictException x"),
            (
                Kind::QuotaExceeded,
                "ResourceExhausted ServiceQuotaExceededException x",
            ),
            (
                Kind::AccessDenied,
                "PermissionDenied AccessDeniedException x",
            ),
            (Kind::RevisionMismatch, "Aborted ConflictException x"),
            (Kind::TokenMismatch, "AlreadyExists ConflictException x"),
        ] {
            assert_eq!(told(Refusal::new(kind, "x").into()), expected);
        }
    }

    #[test]
    fn done_refused_and_unknown_are_told_apart() {
        let denied = Failure::Denied {
            who: "arn:aws:iam::111111111111:user/anna".into(),
            action: "vpc-lattice:GetService".into(),
            resource: "*".into(),
            why: " because no",
        };
        assert_eq!(
            told(denied),
            "PermissionDenied AccessDeniedException arn:aws:iam::111111111111:user/anna is not \
             authorized to perform: vpc-lattice:GetService on resource: * because no"
        );
        let x = || "x".to_owned();
        for (failure, expected) in [
            (
                Failure::Unauthenticated(x()),
                "Unauthenticated UnrecognizedClientException x",
            ),
            (
                Failure::Unread(x()),
                "Unavailable RequestTimeoutException the request could not be read: x",
            ),
            (
                Failure::Throttled(3),
                "Unavailable ThrottlingException too many calls of this kind; try again in 3 s",
            ),
            (
                Failure::FarEnd(x()),
                "Unavailable ServiceUnavailableException x gave this node no answer",
            ),
            (
                WriteError::NoQuorum.into(),
                "Unavailable NoQuorum no quorum: ",
            ),
            (
                WriteError::Stopped(x()).into(),
                "Unavailable Stopped this node does not take part in Raft: x",
            ),
            (
                WriteError::Unknown(x()).into(),
                "DeadlineExceeded Unknown the outcome is unknown: x",
            ),
            (
                anyhow::anyhow!("x").into(),
                "Internal InternalServerException x",
            ),
        ] {
            let text = told(failure);
            assert!(text.starts_with(expected), "{text}");
        }
    }

    #[test]
    fn the_details_of_a_refusal_are_json() {
        let mut refusal = Refusal::new(RefusalKind::Validation, "größer");
        refusal.fields = vec![FieldMistake {
            name: "größe".into(),
            message: "zu groß".into(),
        }];
        let status = Status::from(Failure::from(refusal));
        let details = status
            .metadata()
            .get_bin(DETAILS)
            .unwrap()
            .to_bytes()
            .unwrap();
        let details: serde_json::Value = serde_json::from_slice(&details).unwrap();
        assert_eq!(
            details["fieldList"][0],
            json!({"name": "größe", "message": "zu groß"})
        );
    }
}
