//! Every operation that there is.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2011-06-15; change that, not this.

use super::shapes;
use crate::query::{Api, Operation};

/// The API.
pub(crate) static API: Api = Api {
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: &[
        Operation {
            name: "AssumeRole",
            input: &shapes::ASSUME_ROLE_REQUEST,
            output: Some(&shapes::ASSUME_ROLE_RESPONSE),
        },
        Operation {
            name: "AssumeRoleWithWebIdentity",
            input: &shapes::ASSUME_ROLE_WITH_WEB_IDENTITY_REQUEST,
            output: Some(&shapes::ASSUME_ROLE_WITH_WEB_IDENTITY_RESPONSE),
        },
        Operation {
            name: "DecodeAuthorizationMessage",
            input: &shapes::DECODE_AUTHORIZATION_MESSAGE_REQUEST,
            output: Some(&shapes::DECODE_AUTHORIZATION_MESSAGE_RESPONSE),
        },
        Operation {
            name: "GetCallerIdentity",
            input: &shapes::GET_CALLER_IDENTITY_REQUEST,
            output: Some(&shapes::GET_CALLER_IDENTITY_RESPONSE),
        },
        Operation {
            name: "GetSessionToken",
            input: &shapes::GET_SESSION_TOKEN_REQUEST,
            output: Some(&shapes::GET_SESSION_TOKEN_RESPONSE),
        },
    ],
};
