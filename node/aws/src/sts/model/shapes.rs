//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2011-06-15; change that, not this.

use crate::shape::{Field, Pattern, Shape};

pub(super) static ASSUME_ROLE_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleArn", &ARN_TYPE),
    Field::required("RoleSessionName", &ROLE_SESSION_NAME_TYPE),
    Field::optional("PolicyArns", &POLICY_DESCRIPTOR_LIST_TYPE),
    Field::optional("Policy", &UNRESTRICTED_SESSION_POLICY_DOCUMENT_TYPE),
    Field::optional("DurationSeconds", &ROLE_DURATION_SECONDS_TYPE),
    Field::optional("Tags", &TAG_LIST_TYPE),
    Field::optional("TransitiveTagKeys", &TAG_KEY_LIST_TYPE),
    Field::optional("ExternalId", &EXTERNAL_ID_TYPE),
    Field::optional("SerialNumber", &SERIAL_NUMBER_TYPE),
    Field::optional("TokenCode", &TOKEN_CODE_TYPE),
    Field::optional("SourceIdentity", &SOURCE_IDENTITY_TYPE),
    Field::optional("ProvidedContexts", &PROVIDED_CONTEXTS_LIST_TYPE),
]);
pub(super) static ASSUME_ROLE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Credentials", &CREDENTIALS),
    Field::optional("AssumedRoleUser", &ASSUMED_ROLE_USER),
    Field::optional("PackedPolicySize", &NON_NEGATIVE_INTEGER_TYPE),
    Field::optional("SourceIdentity", &SOURCE_IDENTITY_TYPE),
]);
pub(super) static ASSUME_ROLE_WITH_WEB_IDENTITY_REQUEST: Shape = Shape::Structure(&[
    Field::required("RoleArn", &ARN_TYPE),
    Field::required("RoleSessionName", &ROLE_SESSION_NAME_TYPE),
    Field::required("WebIdentityToken", &CLIENT_TOKEN_TYPE),
    Field::optional("ProviderId", &URL_TYPE),
    Field::optional("PolicyArns", &POLICY_DESCRIPTOR_LIST_TYPE),
    Field::optional("Policy", &SESSION_POLICY_DOCUMENT_TYPE),
    Field::optional("DurationSeconds", &ROLE_DURATION_SECONDS_TYPE),
]);
pub(super) static ASSUME_ROLE_WITH_WEB_IDENTITY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Credentials", &CREDENTIALS),
    Field::optional("SubjectFromWebIdentityToken", &WEB_IDENTITY_SUBJECT_TYPE),
    Field::optional("AssumedRoleUser", &ASSUMED_ROLE_USER),
    Field::optional("PackedPolicySize", &NON_NEGATIVE_INTEGER_TYPE),
    Field::optional("Provider", &ISSUER),
    Field::optional("Audience", &AUDIENCE),
    Field::optional("SourceIdentity", &SOURCE_IDENTITY_TYPE),
]);
pub(super) static ASSUMED_ROLE_USER: Shape = Shape::Structure(&[
    Field::required("AssumedRoleId", &ASSUMED_ROLE_ID_TYPE),
    Field::required("Arn", &ARN_TYPE),
]);
pub(super) static AUDIENCE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static CREDENTIALS: Shape = Shape::Structure(&[
    Field::required("AccessKeyId", &ACCESS_KEY_ID_TYPE),
    Field::required("SecretAccessKey", &ACCESS_KEY_SECRET_TYPE),
    Field::required("SessionToken", &TOKEN_TYPE),
    Field::required("Expiration", &DATE_TYPE),
]);
pub(super) static DECODE_AUTHORIZATION_MESSAGE_REQUEST: Shape =
    Shape::Structure(&[Field::required("EncodedMessage", &ENCODED_MESSAGE_TYPE)]);
pub(super) static DECODE_AUTHORIZATION_MESSAGE_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("DecodedMessage", &DECODED_MESSAGE_TYPE)]);
pub(super) static GET_CALLER_IDENTITY_REQUEST: Shape = Shape::Structure(&[]);
pub(super) static GET_CALLER_IDENTITY_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("UserId", &USER_ID_TYPE),
    Field::optional("Account", &ACCOUNT_TYPE),
    Field::optional("Arn", &ARN_TYPE),
]);
pub(super) static GET_SESSION_TOKEN_REQUEST: Shape = Shape::Structure(&[
    Field::optional("DurationSeconds", &DURATION_SECONDS_TYPE),
    Field::optional("SerialNumber", &SERIAL_NUMBER_TYPE),
    Field::optional("TokenCode", &TOKEN_CODE_TYPE),
]);
pub(super) static GET_SESSION_TOKEN_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Credentials", &CREDENTIALS)]);
pub(super) static ISSUER: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static POLICY_DESCRIPTOR_TYPE: Shape =
    Shape::Structure(&[Field::optional("arn", &ARN_TYPE)]);
pub(super) static PROVIDED_CONTEXT: Shape = Shape::Structure(&[
    Field::optional("ProviderArn", &ARN_TYPE),
    Field::optional("ContextAssertion", &CONTEXT_ASSERTION_TYPE),
]);
pub(super) static PROVIDED_CONTEXTS_LIST_TYPE: Shape = Shape::List {
    of: &PROVIDED_CONTEXT,
    count: (1, 5),
};
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TAG_KEY_TYPE),
    Field::required("Value", &TAG_VALUE_TYPE),
]);
pub(super) static ACCESS_KEY_ID_TYPE: Shape = Shape::Text {
    chars: (16, 128),
    pattern: Some(Pattern::Regex(r"[\w]*")),
};
pub(super) static ACCESS_KEY_SECRET_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static ACCOUNT_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static ARN_TYPE: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    )),
};
pub(super) static ASSUMED_ROLE_ID_TYPE: Shape = Shape::Text {
    chars: (2, 193),
    pattern: Some(Pattern::Regex(r"[\w+=,.@:-]*")),
};
pub(super) static CLIENT_TOKEN_TYPE: Shape = Shape::Text {
    chars: (4, 20000),
    pattern: None,
};
pub(super) static CONTEXT_ASSERTION_TYPE: Shape = Shape::Text {
    chars: (4, 2048),
    pattern: None,
};
pub(super) static DATE_TYPE: Shape = Shape::Text {
    chars: (0, 64),
    pattern: None,
};
pub(super) static DECODED_MESSAGE_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static DURATION_SECONDS_TYPE: Shape = Shape::Number(900, 129600);
pub(super) static ENCODED_MESSAGE_TYPE: Shape = Shape::Text {
    chars: (1, 10240),
    pattern: None,
};
pub(super) static EXTERNAL_ID_TYPE: Shape = Shape::Text {
    chars: (2, 1224),
    pattern: Some(Pattern::Regex(r"[\w+=,.@:\/-]*")),
};
pub(super) static NON_NEGATIVE_INTEGER_TYPE: Shape = Shape::Number(0, i64::MAX);
pub(super) static POLICY_DESCRIPTOR_LIST_TYPE: Shape = Shape::List {
    of: &POLICY_DESCRIPTOR_TYPE,
    count: (0, u64::MAX),
};
pub(super) static ROLE_DURATION_SECONDS_TYPE: Shape = Shape::Number(900, 43200);
pub(super) static ROLE_SESSION_NAME_TYPE: Shape = Shape::Text {
    chars: (2, 64),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]*")),
};
pub(super) static SERIAL_NUMBER_TYPE: Shape = Shape::Text {
    chars: (9, 256),
    pattern: Some(Pattern::Regex(r"[\w+=/:,.@-]*")),
};
pub(super) static SESSION_POLICY_DOCUMENT_TYPE: Shape = Shape::Text {
    chars: (1, 2048),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]+")),
};
pub(super) static SOURCE_IDENTITY_TYPE: Shape = Shape::Text {
    chars: (2, 64),
    pattern: Some(Pattern::Regex(r"[\w+=,.@-]*")),
};
pub(super) static TAG_KEY_LIST_TYPE: Shape = Shape::List {
    of: &TAG_KEY_TYPE,
    count: (0, 50),
};
pub(super) static TAG_KEY_TYPE: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+")),
};
pub(super) static TAG_LIST_TYPE: Shape = Shape::List {
    of: &TAG,
    count: (0, 50),
};
pub(super) static TAG_VALUE_TYPE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")),
};
pub(super) static TOKEN_CODE_TYPE: Shape = Shape::Text {
    chars: (6, 6),
    pattern: Some(Pattern::Regex(r"[\d]*")),
};
pub(super) static TOKEN_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static UNRESTRICTED_SESSION_POLICY_DOCUMENT_TYPE: Shape = Shape::Text {
    chars: (1, u64::MAX),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]+")),
};
pub(super) static URL_TYPE: Shape = Shape::Text {
    chars: (4, 2048),
    pattern: None,
};
pub(super) static USER_ID_TYPE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static WEB_IDENTITY_SUBJECT_TYPE: Shape = Shape::Text {
    chars: (6, 255),
    pattern: None,
};
