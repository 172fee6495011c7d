//! Every operation that there is.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2017-01-26; change that, not this.

use super::shapes;
use crate::json_rpc::Api;
use crate::query::Operation;

/// The API.
pub(crate) static API: Api = Api {
    target: "ResourceGroupsTaggingAPI_20170126",
    with_capital: &[
        "ConcurrentModificationException",
        "ConstraintViolationException",
        "InternalServiceException",
        "InvalidParameterException",
        "PaginationTokenExpiredException",
        "ThrottledException",
    ],
    operations: &[
        Operation {
            name: "GetResources",
            input: &shapes::GET_RESOURCES_INPUT,
            output: Some(&shapes::GET_RESOURCES_OUTPUT),
        },
        Operation {
            name: "GetTagKeys",
            input: &shapes::GET_TAG_KEYS_INPUT,
            output: Some(&shapes::GET_TAG_KEYS_OUTPUT),
        },
        Operation {
            name: "GetTagValues",
            input: &shapes::GET_TAG_VALUES_INPUT,
            output: Some(&shapes::GET_TAG_VALUES_OUTPUT),
        },
        Operation {
            name: "TagResources",
            input: &shapes::TAG_RESOURCES_INPUT,
            output: Some(&shapes::TAG_RESOURCES_OUTPUT),
        },
        Operation {
            name: "UntagResources",
            input: &shapes::UNTAG_RESOURCES_INPUT,
            output: Some(&shapes::UNTAG_RESOURCES_OUTPUT),
        },
    ],
};
