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

use trellis_proto::v1::ResourceKind as Kind;

use crate::failure::Failure;
use crate::registry::Registry;
use crate::rest_json::{self, Answer, Request};
use crate::route::{self, Found};
use call::Call;

pub use model::OPERATIONS;

/// How long an answer to a write is held until every live node serves the change, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub u32);

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
    let members = perform(operation.name, &mut call).await?;
    let body = (operation.status != 204).then(|| operation.output.trim(members));
    Ok(Answer {
        status: operation.status,
        error: "",
        retry_after: 0,
        body,
    })
}

/// Does what an operation asks for.
async fn perform<R: Registry>(
    operation: &str,
    call: &mut Call<'_, R>,
) -> Result<serde_json::Value, Failure> {
    match operation {
        "CreateServiceNetwork" => call.create(Kind::ServiceNetwork).await,
        "CreateService" => call.create(Kind::Service).await,
        "CreateListener" => call.create(Kind::Listener).await,
        "CreateRule" => call.create(Kind::Rule).await,
        "CreateTargetGroup" => call.create(Kind::TargetGroup).await,
        "CreateServiceNetworkServiceAssociation" => call.create(Kind::ServiceAssociation).await,
        "CreateServiceNetworkVpcAssociation" => call.create(Kind::VpcAssociation).await,
        "CreateAccessLogSubscription" => call.create(Kind::AccessLogSubscription).await,
        "PutAuthPolicy" => call.create(Kind::AuthPolicy).await,
        "PutResourcePolicy" => call.create(Kind::ResourcePolicy).await,

        "GetServiceNetwork" => call.get(Kind::ServiceNetwork).await,
        "GetService" => call.get(Kind::Service).await,
        "GetListener" => call.get(Kind::Listener).await,
        "GetRule" => call.get_rule().await,
        "GetTargetGroup" => call.get(Kind::TargetGroup).await,
        "GetServiceNetworkServiceAssociation" => call.get(Kind::ServiceAssociation).await,
        "GetServiceNetworkVpcAssociation" => call.get(Kind::VpcAssociation).await,
        "GetAccessLogSubscription" => call.get(Kind::AccessLogSubscription).await,
        "GetAuthPolicy" => call.get_policy(Kind::AuthPolicy).await,
        "GetResourcePolicy" => call.get_policy(Kind::ResourcePolicy).await,

        "UpdateServiceNetwork" => call.update(Kind::ServiceNetwork).await,
        "UpdateService" => call.update(Kind::Service).await,
        "UpdateListener" => call.update(Kind::Listener).await,
        "UpdateRule" => call.update(Kind::Rule).await,
        "BatchUpdateRule" => call.update_rules().await,
        "UpdateTargetGroup" => call.update_target_group().await,
        "UpdateServiceNetworkVpcAssociation" => call.update(Kind::VpcAssociation).await,
        "UpdateAccessLogSubscription" => call.update(Kind::AccessLogSubscription).await,

        "DeleteServiceNetwork" => call.delete(Kind::ServiceNetwork).await,
        "DeleteService" => call.delete(Kind::Service).await,
        "DeleteListener" => call.delete(Kind::Listener).await,
        "DeleteRule" => call.delete(Kind::Rule).await,
        "DeleteTargetGroup" => call.delete(Kind::TargetGroup).await,
        "DeleteServiceNetworkServiceAssociation" => call.delete(Kind::ServiceAssociation).await,
        "DeleteServiceNetworkVpcAssociation" => call.delete(Kind::VpcAssociation).await,
        "DeleteAccessLogSubscription" => call.delete(Kind::AccessLogSubscription).await,
        "DeleteAuthPolicy" => call.delete(Kind::AuthPolicy).await,
        "DeleteResourcePolicy" => call.delete(Kind::ResourcePolicy).await,

        "ListServiceNetworks" => call.list(Kind::ServiceNetwork).await,
        "ListServices" => call.list(Kind::Service).await,
        "ListListeners" => call.list(Kind::Listener).await,
        "ListRules" => call.list_rules().await,
        "ListTargetGroups" => call.list(Kind::TargetGroup).await,
        "ListServiceNetworkServiceAssociations" => call.list(Kind::ServiceAssociation).await,
        "ListServiceNetworkVpcAssociations" => call.list(Kind::VpcAssociation).await,
        "ListAccessLogSubscriptions" => call.list(Kind::AccessLogSubscription).await,

        "RegisterTargets" => call.register_targets().await,
        "DeregisterTargets" => call.deregister_targets().await,
        "ListTargets" => call.list_targets().await,

        "TagResource" => call.tag().await,
        "UntagResource" => call.untag().await,
        "ListTagsForResource" => call.tags().await,
        other => Err(Failure::UnknownOperation(other.to_owned())),
    }
}
