//! EC2: VPCs and security groups.
//!
//! | file | holds |
//! |---|---|
//! | `model` | operations and shapes, written from the API's model |
//! | `call` | one call: changes, or what would be changed |
//! | `describe` | lists: ids, filters, pages |
//! | `filter` | filters, and what of an answer they look at |
//! | `vpcs` | VPCs |
//! | `groups` | security groups |
//! | `permissions` | rules of security groups |
//! | `fault` | failures in EC2's words |

mod call;
mod describe;
mod fault;
mod filter;
mod groups;
mod model;
mod permissions;
mod vpcs;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::failure::{Failure, Fault};
use crate::query::{self, Answer};
use crate::registry::{Patience, Registry};
use call::Call;

use model::API;

/// Answers a request, whose body is a form.
pub async fn answer<R: Registry>(
    registry: &R,
    caller: &R::Caller,
    patience: Patience,
    body: &[u8],
    request_id: &str,
) -> Answer {
    let (operation, input) = match query::ec2::input(&API, body) {
        Ok(read) => read,
        Err(fault) => return query::ec2::refused(&fault, request_id),
    };
    let mut call = Call {
        registry,
        caller,
        patience,
        request_id,
        operation: operation.name,
        input,
    };
    match perform(&mut call).await {
        Ok(members) => query::ec2::told(&API, operation, &members, request_id),
        Err(fault) => query::ec2::refused(&fault, request_id),
    }
}

/// What is answered where a call has no result.
#[must_use]
pub fn refusal(failure: &Failure, request_id: &str) -> Answer {
    query::ec2::refused(&fault::of("", failure), request_id)
}

/// Does what an operation asks for.
async fn perform<R: Registry>(call: &mut Call<'_, R>) -> Result<Value, Fault> {
    match call.operation {
        "DescribeVpcs" => call.describe_vpcs().await,
        "CreateVpc" => call.create_vpc().await,
        "DeleteVpc" => call.delete_vpc().await,
        "DescribeSecurityGroups" => call.describe_groups().await,
        "CreateSecurityGroup" => call.create_group().await,
        "DeleteSecurityGroup" => call.delete_group().await,
        "AuthorizeSecurityGroupIngress" => call.authorise_ingress().await,
        "RevokeSecurityGroupIngress" => call.revoke_ingress().await,
        other => {
            let unknown = Failure::UnknownOperation(other.to_owned());
            Err(fault::of(other, &unknown))
        }
    }
}
