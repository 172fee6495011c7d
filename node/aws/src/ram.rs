//! RAM: resource shares, as a kind of the registry's own.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `change` | shares are made, changed and deleted |
//! | `list` | shares, and what is in them |
//! | `permission` | what shares let other accounts do |
//! | `told` | what is told of a share |
//!
//! All accounts of a cluster are in one organisation: nobody is invited, a share holds at once.

mod change;
mod list;
mod model;
mod permission;
mod told;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use trellis_core::model::arn::Arn;
use trellis_core::registry::outcome::RefusalKind;

use crate::failure::{Failure, Fault};
use crate::registry::{Patience, Registry};
use crate::rest_json::{self, Answer, Request};
use crate::route;

pub use model::OPERATIONS;

/// A call under way.
struct Call<'c, R: Registry> {
    registry: &'c R,
    caller: &'c R::Caller,
    patience: Patience,
    /// The fields of the request.
    input: Map<String, Value>,
}

/// Answers a request.
pub async fn answer<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    patience: Patience,
    request: Request<'_>,
) -> Answer {
    let Some(found) = route::find(OPERATIONS, request.method, request.path) else {
        let asked = format!("{} {}", request.method, request.path);
        return refusal(&Failure::UnknownOperation(asked));
    };
    let input = match rest_json::input(&found, &request) {
        Ok(input) => input,
        Err(failure) => return refused(&unread(found.operation, &failure), 0),
    };
    let call = Call {
        registry,
        caller,
        patience,
        input,
    };
    match perform(found.operation.name, &call).await {
        Ok(members) => Answer {
            status: found.operation.status,
            error: "",
            retry_after: 0,
            body: Some(members),
        },
        Err(fault) => refused(&fault, 0),
    }
}

/// What is answered where a call has no result.
#[must_use]
pub fn refusal(failure: &Failure) -> Answer {
    let retry_after = match failure {
        Failure::Throttled(seconds) => *seconds,
        _ => 0,
    };
    let mut fault = fault(failure);
    if let Failure::Refused(_) = failure {
        // Which operation it would be nobody knows yet: an error that any call may have.
        (fault.status, fault.code) = failure.code();
    }
    refused(&fault, retry_after)
}

fn refused(fault: &Fault, retry_after: u32) -> Answer {
    Answer {
        status: fault.status,
        error: fault.code,
        retry_after,
        body: Some(json!({ "message": fault.message })),
    }
}

/// Does what an operation asks for.
async fn perform<R: Registry>(operation: &str, call: &Call<'_, R>) -> Result<Value, Fault> {
    match operation {
        "CreateResourceShare" => call.create().await,
        "UpdateResourceShare" => call.update().await,
        "DeleteResourceShare" => call.delete().await,
        "TagResource" => call.tag().await,
        "UntagResource" => call.untag().await,
        "AssociateResourceShare" => call.associate().await,
        "DisassociateResourceShare" => call.disassociate().await,
        "GetResourceShares" => call.shares().await,
        "GetResourceShareAssociations" => call.associations().await,
        "ListResources" => call.resources().await,
        "ListResourceSharePermissions" => call.permissions().await,
        "GetResourceShareInvitations" => call.invitations(),
        "AcceptResourceShareInvitation" => call.accept(),
        other => Err(fault(&Failure::UnknownOperation(other.to_owned()))),
    }
}

/// A failure in the words of the API. Source: its model.
fn fault(failure: &Failure) -> Fault {
    let (status, code) = match failure {
        Failure::Refused(refusal) => match refusal.kind() {
            RefusalKind::Validation => (400, "InvalidParameterException"),
            RefusalKind::NotFound => (400, "UnknownResourceException"),
            RefusalKind::Conflict | RefusalKind::AccessDenied => {
                (400, "OperationNotPermittedException")
            }
            RefusalKind::TokenMismatch => (400, "IdempotentParameterMismatchException"),
            RefusalKind::QuotaExceeded => (400, "ResourceShareLimitExceededException"),
            // Somebody else changed it again and again meanwhile.
            RefusalKind::RevisionMismatch => (503, "ServiceUnavailableException"),
        },
        Failure::Unparsed(_) => (400, "InvalidParameterException"),
        Failure::UnknownOperation(_) => (404, "UnknownOperationException"),
        Failure::Unauthenticated { code, .. } => (403, *code),
        Failure::Denied(_) | Failure::Token(_) => (403, "AccessDeniedException"),
        Failure::Throttled(_) => (429, "ThrottlingException"),
        Failure::Unread(_) => (408, "RequestTimeoutException"),
        Failure::Unavailable(_) => (503, "ServiceUnavailableException"),
        Failure::Internal(_) => (500, "ServerInternalException"),
    };
    Fault {
        status,
        code,
        message: failure.message(),
    }
}

/// A failure of an input. Where an operation has no error for it, it is one that any call may have.
fn unread(operation: &route::Operation, failure: &Failure) -> Fault {
    let mut fault = fault(failure);
    if !operation.errors.contains(&fault.code) {
        (fault.status, fault.code) = failure.code();
    }
    fault
}

/// A wrong parameter.
fn invalid(message: impl Into<String>) -> Fault {
    Fault::of_sender("InvalidParameterException", message)
}

/// What is no ARN.
fn check_arn(text: &str) -> Result<(), Fault> {
    match Arn::parse(text) {
        Some(_) => Ok(()),
        None => Err(Fault::of_sender(
            "MalformedArnException",
            format!("{text:?} is no ARN"),
        )),
    }
}

impl<R: Registry> Call<'_, R> {
    fn text(&self, field: &str) -> &str {
        let text = self.input.get(field).and_then(Value::as_str);
        text.unwrap_or_default()
    }

    /// The texts of a list.
    fn texts(&self, field: &str) -> Vec<String> {
        let items = self.input.get(field).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// The ARNs of a list.
    fn arns(&self, field: &str) -> Result<Vec<String>, Fault> {
        let arns = self.texts(field);
        arns.iter().try_for_each(|arn| check_arn(arn))?;
        Ok(arns)
    }

    /// Refuses the fields that the registry has no place for.
    fn refuse(&self, unsupported: &[&str]) -> Result<(), Fault> {
        let mut fields = unsupported.iter();
        match fields.find(|field| self.input.contains_key(**field)) {
            Some(field) => Err(invalid(format!("{field} is not supported; leave it out"))),
            None => Ok(()),
        }
    }
}
