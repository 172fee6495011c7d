//! ACM: certificates that were imported.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `change` | certificates are imported, tagged and deleted |
//! | `list` | which certificates there are |
//! | `told` | what is told of a certificate |
//!
//! Nothing is requested, validated, renewed or exported here: a certificate comes from outside, with its private key,
//! which no answer tells.

mod change;
mod list;
mod model;
mod told;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use trellis_core::model::arn::Arn;
use trellis_core::registry::outcome::{FieldMistake, RefusalKind};
use trellis_proto::v1;

use crate::failure::{Failure, Fault};
use crate::json_rpc::{self, Answer, Request};
use crate::registry::{Patience, Registry};

use model::API;

/// What the header of a request of this API begins with.
pub const TARGET: &str = "CertificateManager.";

/// A call under way.
struct Call<'c, R: Registry> {
    registry: &'c R,
    caller: &'c R::Caller,
    /// Milliseconds since the Unix epoch.
    now_ms: u64,
    patience: Patience,
    /// The fields of the request.
    input: Map<String, Value>,
}

/// Answers a request; `now_ms` is milliseconds since the Unix epoch.
pub async fn answer<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    now_ms: u64,
    patience: Patience,
    request: Request<'_>,
) -> Answer {
    let (operation, input) = match json_rpc::input(&API, &request) {
        Ok(read) => read,
        Err(failure) => return refusal(&failure),
    };
    let call = Call {
        registry,
        caller,
        now_ms,
        patience,
        input,
    };
    match perform(operation.name, &call).await {
        Ok(members) => Answer::of_members(members),
        Err(fault) => Answer::of_fault(&API, &fault),
    }
}

/// What is answered where a call has no result.
#[must_use]
pub fn refusal(failure: &Failure) -> Answer {
    Answer::of_fault(&API, &fault(failure))
}

/// Does what an operation asks for.
async fn perform<R: Registry>(operation: &str, call: &Call<'_, R>) -> Result<Value, Fault> {
    match operation {
        "ImportCertificate" => call.import().await,
        "DescribeCertificate" => call.describe().await,
        "GetCertificate" => call.get().await,
        "ListCertificates" => call.list().await,
        "DeleteCertificate" => call.delete().await,
        "AddTagsToCertificate" => call.tag().await,
        "RemoveTagsFromCertificate" => call.untag().await,
        "ListTagsForCertificate" => call.tags().await,
        other => Err(fault(&Failure::UnknownOperation(other.to_owned()))),
    }
}

/// A failure in the words of the API. Source: its model, and "Common errors" of its reference.
fn fault(failure: &Failure) -> Fault {
    let (status, code) = match failure {
        Failure::Refused(refusal) => match refusal.kind() {
            RefusalKind::Validation => (400, of_fields(&refusal.fields)),
            RefusalKind::NotFound => (400, "ResourceNotFoundException"),
            RefusalKind::QuotaExceeded => (400, "LimitExceededException"),
            RefusalKind::AccessDenied => (400, "AccessDeniedException"),
            RefusalKind::Conflict | RefusalKind::RevisionMismatch | RefusalKind::TokenMismatch => {
                (400, "ConflictException")
            }
        },
        Failure::Unparsed(_) => (400, "SerializationException"),
        Failure::UnknownOperation(_) => (400, "UnknownOperationException"),
        Failure::Unauthenticated { code, .. } => (400, *code),
        Failure::Denied(_) | Failure::Token(_) => (400, "AccessDeniedException"),
        Failure::Throttled(_) => (400, "ThrottlingException"),
        Failure::Unread(_) => (408, "RequestTimeoutException"),
        Failure::Unavailable(_) => (503, "ServiceUnavailableException"),
        Failure::Internal(_) => (500, "InternalFailure"),
    };
    Fault {
        status,
        code,
        message: failure.message(),
    }
}

/// The error of wrong fields: those of tags have their own.
fn of_fields(fields: &[FieldMistake]) -> &'static str {
    match fields {
        [first, ..] if first.name == "tags" => "TooManyTagsException",
        [first, ..] if first.name.starts_with("tags.") => "InvalidTagException",
        _ => "ValidationException",
    }
}

impl<R: Registry> Call<'_, R> {
    fn text(&self, field: &str) -> &str {
        let text = self.input.get(field).and_then(Value::as_str);
        text.unwrap_or_default()
    }

    /// The certificate that the request names, which must be by an ARN of one.
    fn identifier(&self) -> Result<v1::Identifier, Fault> {
        let text = self.text("CertificateArn");
        let is_certificate = Arn::parse(text)
            .and_then(|arn| arn.resource.strip_prefix("certificate/"))
            .is_some_and(|id| !id.contains('/'));
        if !is_certificate {
            let message = format!(
                "{text:?} is no ARN of a certificate; ListCertificates tells those that there are"
            );
            return Err(Fault::of_sender("InvalidArnException", message));
        }
        Ok(v1::Identifier {
            kind: v1::ResourceKind::Certificate.into(),
            identifier: text.to_owned(),
            ..v1::Identifier::default()
        })
    }

    /// The certificate that the request names, where the caller may do this to it.
    async fn named(&self, action: &str) -> Result<v1::Resource, Fault> {
        let request = v1::GetRequest {
            identifier: Some(self.identifier()?),
            ..v1::GetRequest::default()
        };
        let found = self.registry.get_as(self.caller, action, request).await;
        let found = found.map_err(|failure| fault(&failure))?;
        Ok(found.resource.unwrap_or_default())
    }

    async fn describe(&self) -> Result<Value, Fault> {
        let found = self.named("acm:DescribeCertificate").await?;
        Ok(json!({ "Certificate": told::detail(&found, self.now_ms)? }))
    }

    async fn get(&self) -> Result<Value, Fault> {
        let found = self.named("acm:GetCertificate").await?;
        Ok(told::pem(&found))
    }

    async fn tags(&self) -> Result<Value, Fault> {
        let found = self.named("acm:ListTagsForCertificate").await?;
        Ok(told::tags(&found))
    }
}
