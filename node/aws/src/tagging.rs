//! The Resource Groups Tagging API: tags of whatever has an ARN, in one account and region.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `find` | which resources have which tags; which keys and values there are |
//! | `change` | tags of several resources, each for itself |
//! | `page` | pages, whose tokens are good for a quarter of an hour |
//!
//! Resources that had tags once and have none are not told: AWS remembers them, the registry does not.

mod change;
mod find;
mod model;
mod page;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::failure::{Failure, Fault};
use crate::json_rpc::{self, Answer, Request};
use crate::registry::{Patience, Registry};

use model::API;

/// Where and when a call is made.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// Region of the caller's credential scope.
    pub region: &'p str,
    /// Milliseconds since the Unix epoch.
    pub now_ms: u64,
}

/// A call under way.
struct Call<'c, R: Registry> {
    registry: &'c R,
    caller: &'c R::Caller,
    place: Place<'c>,
    patience: Patience,
    /// The fields of the request.
    input: Map<String, Value>,
}

/// Answers a request.
pub async fn answer<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    place: Place<'_>,
    patience: Patience,
    request: Request<'_>,
) -> Answer {
    let (operation, input) = match json_rpc::input(&API, &request) {
        Ok(read) => read,
        Err(failure) => return refusal(&failure),
    };
    let mut call = Call {
        registry,
        caller,
        place,
        patience,
        input,
    };
    match perform(operation.name, &mut call).await {
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
async fn perform<R: Registry>(operation: &str, call: &mut Call<'_, R>) -> Result<Value, Fault> {
    match operation {
        "GetResources" => call.resources().await,
        "GetTagKeys" => call.keys().await,
        "GetTagValues" => call.values().await,
        "TagResources" => call.tag().await,
        "UntagResources" => call.untag().await,
        other => Err(fault(&Failure::UnknownOperation(other.to_owned()))),
    }
}

/// A failure in the words of the API. Source: its model, and "Common errors" of its reference.
fn fault(failure: &Failure) -> Fault {
    let (status, code) = match failure {
        Failure::Refused(_) => (400, "InvalidParameterException"),
        Failure::Unparsed(_) => (400, "SerializationException"),
        Failure::UnknownOperation(_) => (400, "UnknownOperationException"),
        Failure::Unauthenticated { code, .. } => (400, *code),
        Failure::Denied(_) | Failure::Token(_) => (400, "AccessDeniedException"),
        Failure::Throttled(_) => (400, "ThrottledException"),
        Failure::Unread(_) => (408, "RequestTimeoutException"),
        Failure::Unavailable(_) => (503, "ServiceUnavailable"),
        Failure::Internal(_) => (500, "InternalServiceException"),
    };
    Fault {
        status,
        code,
        message: failure.message(),
    }
}

/// A wrong parameter.
fn invalid(message: impl Into<String>) -> Fault {
    Fault::of_sender("InvalidParameterException", message)
}

impl<R: Registry> Call<'_, R> {
    /// The texts of a list.
    fn texts(&self, field: &str) -> Vec<String> {
        let items = self.input.get(field).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }
}
