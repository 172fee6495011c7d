//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2017-01-26; change that, not this.

use crate::shape::{Field, Pattern, Shape};

pub(super) static AMAZON_RESOURCE_TYPE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: Some(Pattern::Regex(r"[\s\S]*")),
};
pub(super) static COMPLIANCE_DETAILS: Shape = Shape::Structure(&[
    Field::optional("NoncompliantKeys", &TAG_KEY_LIST),
    Field::optional("KeysWithNoncompliantValues", &TAG_KEY_LIST),
    Field::optional("ComplianceStatus", &COMPLIANCE_STATUS),
]);
pub(super) static COMPLIANCE_STATUS: Shape = Shape::Flag;
pub(super) static ERROR_CODE: Shape =
    Shape::Word(&["InternalServiceException", "InvalidParameterException"]);
pub(super) static ERROR_MESSAGE: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static EXCLUDE_COMPLIANT_RESOURCES: Shape = Shape::Flag;
pub(super) static FAILED_RESOURCES_MAP: Shape = Shape::Map {
    key: &RESOURCE_ARN,
    value: &FAILURE_INFO,
    count: (0, u64::MAX),
};
pub(super) static FAILURE_INFO: Shape = Shape::Structure(&[
    Field::optional("StatusCode", &STATUS_CODE),
    Field::optional("ErrorCode", &ERROR_CODE),
    Field::optional("ErrorMessage", &ERROR_MESSAGE),
]);
pub(super) static GET_RESOURCES_INPUT: Shape = Shape::Structure(&[
    Field::optional("PaginationToken", &PAGINATION_TOKEN),
    Field::optional("TagFilters", &TAG_FILTER_LIST),
    Field::optional("ResourcesPerPage", &RESOURCES_PER_PAGE),
    Field::optional("TagsPerPage", &TAGS_PER_PAGE),
    Field::optional("ResourceTypeFilters", &RESOURCE_TYPE_FILTER_LIST),
    Field::optional("IncludeComplianceDetails", &INCLUDE_COMPLIANCE_DETAILS),
    Field::optional("ExcludeCompliantResources", &EXCLUDE_COMPLIANT_RESOURCES),
    Field::optional("ResourceARNList", &RESOURCE_ARN_LIST_FOR_GET),
]);
pub(super) static GET_RESOURCES_OUTPUT: Shape = Shape::Structure(&[
    Field::optional("PaginationToken", &PAGINATION_TOKEN),
    Field::optional("ResourceTagMappingList", &RESOURCE_TAG_MAPPING_LIST),
]);
pub(super) static GET_TAG_KEYS_INPUT: Shape =
    Shape::Structure(&[Field::optional("PaginationToken", &PAGINATION_TOKEN)]);
pub(super) static GET_TAG_KEYS_OUTPUT: Shape = Shape::Structure(&[
    Field::optional("PaginationToken", &PAGINATION_TOKEN),
    Field::optional("TagKeys", &TAG_KEY_LIST),
]);
pub(super) static GET_TAG_VALUES_INPUT: Shape = Shape::Structure(&[
    Field::optional("PaginationToken", &PAGINATION_TOKEN),
    Field::required("Key", &TAG_KEY),
]);
pub(super) static GET_TAG_VALUES_OUTPUT: Shape = Shape::Structure(&[
    Field::optional("PaginationToken", &PAGINATION_TOKEN),
    Field::optional("TagValues", &TAG_VALUES_OUTPUT_LIST),
]);
pub(super) static INCLUDE_COMPLIANCE_DETAILS: Shape = Shape::Flag;
pub(super) static PAGINATION_TOKEN: Shape = Shape::Text {
    chars: (0, 2048),
    pattern: Some(Pattern::Regex(r"[\s\S]*")),
};
pub(super) static RESOURCE_ARN: Shape = Shape::Text {
    chars: (1, 1011),
    pattern: Some(Pattern::Regex(r"[\s\S]*")),
};
pub(super) static RESOURCE_ARN_LIST_FOR_GET: Shape = Shape::List {
    of: &RESOURCE_ARN,
    count: (1, 100),
};
pub(super) static RESOURCE_ARN_LIST_FOR_TAG_UNTAG: Shape = Shape::List {
    of: &RESOURCE_ARN,
    count: (1, 20),
};
pub(super) static RESOURCE_TAG_MAPPING: Shape = Shape::Structure(&[
    Field::optional("ResourceARN", &RESOURCE_ARN),
    Field::optional("Tags", &TAG_LIST),
    Field::optional("ComplianceDetails", &COMPLIANCE_DETAILS),
]);
pub(super) static RESOURCE_TAG_MAPPING_LIST: Shape = Shape::List {
    of: &RESOURCE_TAG_MAPPING,
    count: (0, u64::MAX),
};
pub(super) static RESOURCE_TYPE_FILTER_LIST: Shape = Shape::List {
    of: &AMAZON_RESOURCE_TYPE,
    count: (0, u64::MAX),
};
pub(super) static RESOURCES_PER_PAGE: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static STATUS_CODE: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TAG_KEY),
    Field::required("Value", &TAG_VALUE),
]);
pub(super) static TAG_FILTER: Shape = Shape::Structure(&[
    Field::optional("Key", &TAG_KEY),
    Field::optional("Values", &TAG_VALUE_LIST),
]);
pub(super) static TAG_FILTER_LIST: Shape = Shape::List {
    of: &TAG_FILTER,
    count: (0, 50),
};
pub(super) static TAG_KEY: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\s\S]*")),
};
pub(super) static TAG_KEY_LIST: Shape = Shape::List {
    of: &TAG_KEY,
    count: (0, u64::MAX),
};
pub(super) static TAG_KEY_LIST_FOR_UNTAG: Shape = Shape::List {
    of: &TAG_KEY,
    count: (1, 50),
};
pub(super) static TAG_LIST: Shape = Shape::List {
    of: &TAG,
    count: (0, u64::MAX),
};
pub(super) static TAG_MAP: Shape = Shape::Map {
    key: &TAG_KEY,
    value: &TAG_VALUE,
    count: (1, 50),
};
pub(super) static TAG_RESOURCES_INPUT: Shape = Shape::Structure(&[
    Field::required("ResourceARNList", &RESOURCE_ARN_LIST_FOR_TAG_UNTAG),
    Field::required("Tags", &TAG_MAP),
]);
pub(super) static TAG_RESOURCES_OUTPUT: Shape =
    Shape::Structure(&[Field::optional("FailedResourcesMap", &FAILED_RESOURCES_MAP)]);
pub(super) static TAG_VALUE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: Some(Pattern::Regex(r"[\s\S]*")),
};
pub(super) static TAG_VALUE_LIST: Shape = Shape::List {
    of: &TAG_VALUE,
    count: (0, 20),
};
pub(super) static TAG_VALUES_OUTPUT_LIST: Shape = Shape::List {
    of: &TAG_VALUE,
    count: (0, u64::MAX),
};
pub(super) static TAGS_PER_PAGE: Shape = Shape::Number(i64::MIN, i64::MAX);
pub(super) static UNTAG_RESOURCES_INPUT: Shape = Shape::Structure(&[
    Field::required("ResourceARNList", &RESOURCE_ARN_LIST_FOR_TAG_UNTAG),
    Field::required("TagKeys", &TAG_KEY_LIST_FOR_UNTAG),
]);
pub(super) static UNTAG_RESOURCES_OUTPUT: Shape =
    Shape::Structure(&[Field::optional("FailedResourcesMap", &FAILED_RESOURCES_MAP)]);
