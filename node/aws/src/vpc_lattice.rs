//! VPC Lattice: which operation does what.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `call` | one call: what its fields mean to the registry, and the outcome in the API's words |
//! | `told` | a resource with every member that any operation tells of it |
//! | `default_rule` | the default rule of a listener, which the registry keeps in the listener |

mod call;
mod default_rule;
mod model;
mod told;

#[cfg(test)]
mod tests;

use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1::ResourceKind as Kind;

use crate::failure::Failure;
use crate::registry::{Patience, Registry};
use crate::rest_json::{self, Answer, Request};
use crate::route::{self, Found, Operation};
use call::Call;

pub use model::OPERATIONS;

/// Answers a request.
pub async fn answer<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    patience: Patience,
    request: Request<'_>,
) -> Answer {
    let Some(found) = route::find(OPERATIONS, request.method, request.path) else {
        let asked = format!("{} {}", request.method, request.path);
        return Answer::of_failure(&Failure::UnknownOperation(asked));
    };
    match call(registry, caller, patience, &found, &request).await {
        Ok(answer) => answer,
        Err(failure) => Answer::of_failure(&failure),
    }
}

async fn call<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    patience: Patience,
    found: &Found,
    request: &Request<'_>,
) -> Result<Answer, Failure> {
    let operation = found.operation;
    let mut call = Call {
        registry,
        caller,
        patience,
        input: rest_json::input(found, request)?,
    };
    let members = match perform(operation.name, &mut call).await {
        Ok(members) => members,
        Err(failure) => unmodelled(operation, failure)?,
    };
    let body = (operation.status != 204).then(|| operation.output.trim(members));
    Ok(Answer {
        status: operation.status,
        error: "",
        retry_after: 0,
        body,
    })
}

/// What stands for a failure that an operation's model has no error for.
///
/// # Errors
/// An error that it has.
fn unmodelled(operation: &Operation, failure: Failure) -> Result<serde_json::Value, Failure> {
    if operation.errors.contains(&failure.code().1) {
        return Err(failure);
    }
    match failure {
        // Of what is not there, there is nothing.
        Failure::Refused(refusal)
            if refusal.kind() == RefusalKind::NotFound && operation.name.starts_with("List") =>
        {
            Ok(serde_json::json!({ "items": [] }))
        }
        Failure::Refused(refusal) if refusal.kind() != RefusalKind::AccessDenied => {
            Err(Refusal::new(RefusalKind::Validation, refusal.message).into())
        }
        other => Err(other),
    }
}

/// The nouns of operations that do one thing with one kind of resource.
const NOUNS: &[(&str, Kind)] = &[
    ("ServiceNetwork", Kind::ServiceNetwork),
    ("Service", Kind::Service),
    ("Listener", Kind::Listener),
    ("Rule", Kind::Rule),
    ("TargetGroup", Kind::TargetGroup),
    ("ServiceNetworkServiceAssociation", Kind::ServiceAssociation),
    ("ServiceNetworkVpcAssociation", Kind::VpcAssociation),
    (
        "ServiceNetworkResourceAssociation",
        Kind::ResourceAssociation,
    ),
    ("ResourceGateway", Kind::ResourceGateway),
    ("ResourceConfiguration", Kind::ResourceConfiguration),
    ("DomainVerification", Kind::DomainVerification),
    ("AccessLogSubscription", Kind::AccessLogSubscription),
    ("AuthPolicy", Kind::AuthPolicy),
    ("ResourcePolicy", Kind::ResourcePolicy),
];

/// Does what an operation asks for.
async fn perform<R: Registry>(
    operation: &str,
    call: &mut Call<'_, R>,
) -> Result<serde_json::Value, Failure> {
    match operation {
        "GetRule" => return call.get_rule().await,
        "ListRules" => return call.list_rules().await,
        "UpdateRule" => return call.update_rule().await,
        "DeleteRule" => return call.delete_rule().await,
        "BatchUpdateRule" => return call.update_rules().await,
        "UpdateTargetGroup" => return call.update_target_group().await,
        "GetAuthPolicy" => return call.get_policy(Kind::AuthPolicy).await,
        "GetResourcePolicy" => return call.get_policy(Kind::ResourcePolicy).await,
        "RegisterTargets" => return call.register_targets().await,
        "DeregisterTargets" => return call.deregister_targets().await,
        "ListTargets" => return call.list_targets().await,
        "TagResource" => return call.tag().await,
        "UntagResource" => return call.untag().await,
        "ListTagsForResource" => return call.tags().await,
        "ListResourceEndpointAssociations" => {
            return call.list_endpoints(Kind::ResourceConfiguration).await;
        }
        "ListServiceNetworkVpcEndpointAssociations" => {
            return call.list_endpoints(Kind::ServiceNetwork).await;
        }
        "DeleteResourceEndpointAssociation" => return call.delete_endpoint_association(),
        _ => {}
    }
    let (verb, noun) = words(operation);
    let known = NOUNS.iter().find(|(known, _)| *known == noun);
    let unknown = || Failure::UnknownOperation(operation.to_owned());
    let (_, kind) = known.ok_or_else(unknown)?;
    match verb {
        "Create" | "Put" | "Start" => call.create(*kind).await,
        "Get" => call.get(*kind).await,
        "Update" => call.update(*kind).await,
        "Delete" => call.delete(*kind).await,
        "List" => call.list(*kind).await,
        _ => Err(unknown()),
    }
}

/// The verb of an operation, and its noun in the singular.
fn words(operation: &str) -> (&str, &str) {
    let second = operation.char_indices().skip(1);
    let second = second.into_iter().find(|(_, c)| c.is_ascii_uppercase());
    let (verb, noun) = operation.split_at(second.map_or(operation.len(), |(at, _)| at));
    match verb {
        "List" => (verb, noun.strip_suffix('s').unwrap_or(noun)),
        _ => (verb, noun),
    }
}
