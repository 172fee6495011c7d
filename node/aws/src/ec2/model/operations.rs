//! Every operation that there is.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2016-11-15; change that, not this.

use super::shapes;
use crate::query::{Api, Operation};

/// The API.
pub(crate) static API: Api = Api {
    version: "2016-11-15",
    namespace: "http://ec2.amazonaws.com/doc/2016-11-15",
    operations: &[
        Operation {
            name: "AuthorizeSecurityGroupIngress",
            input: &shapes::AUTHORIZE_SECURITY_GROUP_INGRESS_REQUEST,
            output: Some(&shapes::AUTHORIZE_SECURITY_GROUP_INGRESS_RESULT),
        },
        Operation {
            name: "CreateSecurityGroup",
            input: &shapes::CREATE_SECURITY_GROUP_REQUEST,
            output: Some(&shapes::CREATE_SECURITY_GROUP_RESULT),
        },
        Operation {
            name: "CreateVpc",
            input: &shapes::CREATE_VPC_REQUEST,
            output: Some(&shapes::CREATE_VPC_RESULT),
        },
        Operation {
            name: "DeleteSecurityGroup",
            input: &shapes::DELETE_SECURITY_GROUP_REQUEST,
            output: Some(&shapes::DELETE_SECURITY_GROUP_RESULT),
        },
        Operation {
            name: "DeleteVpc",
            input: &shapes::DELETE_VPC_REQUEST,
            output: None,
        },
        Operation {
            name: "DescribeSecurityGroups",
            input: &shapes::DESCRIBE_SECURITY_GROUPS_REQUEST,
            output: Some(&shapes::DESCRIBE_SECURITY_GROUPS_RESULT),
        },
        Operation {
            name: "DescribeVpcs",
            input: &shapes::DESCRIBE_VPCS_REQUEST,
            output: Some(&shapes::DESCRIBE_VPCS_RESULT),
        },
        Operation {
            name: "RevokeSecurityGroupIngress",
            input: &shapes::REVOKE_SECURITY_GROUP_INGRESS_REQUEST,
            output: Some(&shapes::REVOKE_SECURITY_GROUP_INGRESS_RESULT),
        },
    ],
};
