//! What the parts of requests and answers may be.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2015-12-08; change that, not this.

use crate::shape::{Field, Pattern, Shape};

pub(super) static ADD_TAGS_TO_CERTIFICATE_REQUEST: Shape = Shape::Structure(&[
    Field::required("CertificateArn", &ARN),
    Field::required("Tags", &TAG_LIST),
]);
pub(super) static ARN: Shape = Shape::Text {
    chars: (20, 2048),
    pattern: Some(Pattern::Regex(
        r"arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(/[\w+=,.@-]+)*",
    )),
};
pub(super) static CERTIFICATE_BODY: Shape = Shape::Text {
    chars: (1, 32768),
    pattern: Some(Pattern::Regex(
        r"-{5}BEGIN CERTIFICATE-{5}\u000D?\u000A([A-Za-z0-9/+]{64}\u000D?\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\u000D?\u000A-{5}END CERTIFICATE-{5}(\u000D?\u000A)?",
    )),
};
pub(super) static CERTIFICATE_BODY_BLOB: Shape = Shape::Text {
    chars: (4, 43692),
    pattern: None,
};
pub(super) static CERTIFICATE_CHAIN: Shape = Shape::Text {
    chars: (1, 2097152),
    pattern: Some(Pattern::Regex(
        r"(-{5}BEGIN CERTIFICATE-{5}\u000D?\u000A([A-Za-z0-9/+]{64}\u000D?\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\u000D?\u000A-{5}END CERTIFICATE-{5}\u000D?\u000A)*-{5}BEGIN CERTIFICATE-{5}\u000D?\u000A([A-Za-z0-9/+]{64}\u000D?\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\u000D?\u000A-{5}END CERTIFICATE-{5}(\u000D?\u000A)?",
    )),
};
pub(super) static CERTIFICATE_CHAIN_BLOB: Shape = Shape::Text {
    chars: (4, 2796204),
    pattern: None,
};
pub(super) static CERTIFICATE_DETAIL: Shape = Shape::Structure(&[
    Field::optional("CertificateArn", &ARN),
    Field::optional("DomainName", &DOMAIN_NAME_STRING),
    Field::optional("SubjectAlternativeNames", &DOMAIN_LIST),
    Field::optional("ManagedBy", &CERTIFICATE_MANAGED_BY),
    Field::optional("DomainValidationOptions", &DOMAIN_VALIDATION_LIST),
    Field::optional("Serial", &STRING),
    Field::optional("Subject", &STRING),
    Field::optional("Issuer", &STRING),
    Field::optional("CreatedAt", &T_STAMP),
    Field::optional("IssuedAt", &T_STAMP),
    Field::optional("ImportedAt", &T_STAMP),
    Field::optional("Status", &CERTIFICATE_STATUS),
    Field::optional("RevokedAt", &T_STAMP),
    Field::optional("RevocationReason", &REVOCATION_REASON),
    Field::optional("NotBefore", &T_STAMP),
    Field::optional("NotAfter", &T_STAMP),
    Field::optional("KeyAlgorithm", &KEY_ALGORITHM),
    Field::optional("SignatureAlgorithm", &STRING),
    Field::optional("InUseBy", &IN_USE_LIST),
    Field::optional("FailureReason", &FAILURE_REASON),
    Field::optional("Type", &CERTIFICATE_TYPE),
    Field::optional("RenewalSummary", &RENEWAL_SUMMARY),
    Field::optional("KeyUsages", &KEY_USAGE_LIST),
    Field::optional("ExtendedKeyUsages", &EXTENDED_KEY_USAGE_LIST),
    Field::optional("CertificateAuthorityArn", &ARN),
    Field::optional("RenewalEligibility", &RENEWAL_ELIGIBILITY),
    Field::optional("Options", &CERTIFICATE_OPTIONS),
]);
pub(super) static CERTIFICATE_EXPORT: Shape = Shape::Word(&["ENABLED", "DISABLED"]);
pub(super) static CERTIFICATE_MANAGED_BY: Shape = Shape::Word(&["CLOUDFRONT"]);
pub(super) static CERTIFICATE_OPTIONS: Shape = Shape::Structure(&[
    Field::optional(
        "CertificateTransparencyLoggingPreference",
        &CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE,
    ),
    Field::optional("Export", &CERTIFICATE_EXPORT),
]);
pub(super) static CERTIFICATE_STATUS: Shape = Shape::Word(&[
    "PENDING_VALIDATION",
    "ISSUED",
    "INACTIVE",
    "EXPIRED",
    "VALIDATION_TIMED_OUT",
    "REVOKED",
    "FAILED",
]);
pub(super) static CERTIFICATE_STATUSES: Shape = Shape::List {
    of: &CERTIFICATE_STATUS,
    count: (0, u64::MAX),
};
pub(super) static CERTIFICATE_SUMMARY: Shape = Shape::Structure(&[
    Field::optional("CertificateArn", &ARN),
    Field::optional("DomainName", &DOMAIN_NAME_STRING),
    Field::optional("SubjectAlternativeNameSummaries", &DOMAIN_LIST),
    Field::optional("HasAdditionalSubjectAlternativeNames", &NULLABLE_BOOLEAN),
    Field::optional("Status", &CERTIFICATE_STATUS),
    Field::optional("Type", &CERTIFICATE_TYPE),
    Field::optional("KeyAlgorithm", &KEY_ALGORITHM),
    Field::optional("KeyUsages", &KEY_USAGE_NAMES),
    Field::optional("ExtendedKeyUsages", &EXTENDED_KEY_USAGE_NAMES),
    Field::optional("ExportOption", &CERTIFICATE_EXPORT),
    Field::optional("InUse", &NULLABLE_BOOLEAN),
    Field::optional("Exported", &NULLABLE_BOOLEAN),
    Field::optional("RenewalEligibility", &RENEWAL_ELIGIBILITY),
    Field::optional("NotBefore", &T_STAMP),
    Field::optional("NotAfter", &T_STAMP),
    Field::optional("CreatedAt", &T_STAMP),
    Field::optional("IssuedAt", &T_STAMP),
    Field::optional("ImportedAt", &T_STAMP),
    Field::optional("RevokedAt", &T_STAMP),
    Field::optional("ManagedBy", &CERTIFICATE_MANAGED_BY),
]);
pub(super) static CERTIFICATE_SUMMARY_LIST: Shape = Shape::List {
    of: &CERTIFICATE_SUMMARY,
    count: (0, u64::MAX),
};
pub(super) static CERTIFICATE_TRANSPARENCY_LOGGING_PREFERENCE: Shape =
    Shape::Word(&["ENABLED", "DISABLED"]);
pub(super) static CERTIFICATE_TYPE: Shape = Shape::Word(&["IMPORTED", "AMAZON_ISSUED", "PRIVATE"]);
pub(super) static DELETE_CERTIFICATE_REQUEST: Shape =
    Shape::Structure(&[Field::required("CertificateArn", &ARN)]);
pub(super) static DESCRIBE_CERTIFICATE_REQUEST: Shape =
    Shape::Structure(&[Field::required("CertificateArn", &ARN)]);
pub(super) static DESCRIBE_CERTIFICATE_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Certificate", &CERTIFICATE_DETAIL)]);
pub(super) static DOMAIN_LIST: Shape = Shape::List {
    of: &DOMAIN_NAME_STRING,
    count: (1, 100),
};
pub(super) static DOMAIN_NAME_STRING: Shape = Shape::Text {
    chars: (1, 253),
    pattern: Some(Pattern::Regex(
        r"(\*\.)?(([A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+([A-Za-z0-9-]{1,62}[A-Za-z0-9])",
    )),
};
pub(super) static DOMAIN_STATUS: Shape = Shape::Word(&["PENDING_VALIDATION", "SUCCESS", "FAILED"]);
pub(super) static DOMAIN_VALIDATION: Shape = Shape::Structure(&[
    Field::required("DomainName", &DOMAIN_NAME_STRING),
    Field::optional("ValidationEmails", &VALIDATION_EMAIL_LIST),
    Field::optional("ValidationDomain", &DOMAIN_NAME_STRING),
    Field::optional("ValidationStatus", &DOMAIN_STATUS),
    Field::optional("ResourceRecord", &RESOURCE_RECORD),
    Field::optional("HttpRedirect", &HTTP_REDIRECT),
    Field::optional("ValidationMethod", &VALIDATION_METHOD),
]);
pub(super) static DOMAIN_VALIDATION_LIST: Shape = Shape::List {
    of: &DOMAIN_VALIDATION,
    count: (1, 1000),
};
pub(super) static EXTENDED_KEY_USAGE: Shape = Shape::Structure(&[
    Field::optional("Name", &EXTENDED_KEY_USAGE_NAME),
    Field::optional("OID", &STRING),
]);
pub(super) static EXTENDED_KEY_USAGE_FILTER_LIST: Shape = Shape::List {
    of: &EXTENDED_KEY_USAGE_NAME,
    count: (0, u64::MAX),
};
pub(super) static EXTENDED_KEY_USAGE_LIST: Shape = Shape::List {
    of: &EXTENDED_KEY_USAGE,
    count: (0, u64::MAX),
};
pub(super) static EXTENDED_KEY_USAGE_NAME: Shape = Shape::Word(&[
    "TLS_WEB_SERVER_AUTHENTICATION",
    "TLS_WEB_CLIENT_AUTHENTICATION",
    "CODE_SIGNING",
    "EMAIL_PROTECTION",
    "TIME_STAMPING",
    "OCSP_SIGNING",
    "IPSEC_END_SYSTEM",
    "IPSEC_TUNNEL",
    "IPSEC_USER",
    "ANY",
    "NONE",
    "CUSTOM",
]);
pub(super) static EXTENDED_KEY_USAGE_NAMES: Shape = Shape::List {
    of: &EXTENDED_KEY_USAGE_NAME,
    count: (0, u64::MAX),
};
pub(super) static FAILURE_REASON: Shape = Shape::Word(&[
    "NO_AVAILABLE_CONTACTS",
    "ADDITIONAL_VERIFICATION_REQUIRED",
    "DOMAIN_NOT_ALLOWED",
    "INVALID_PUBLIC_DOMAIN",
    "DOMAIN_VALIDATION_DENIED",
    "CAA_ERROR",
    "PCA_LIMIT_EXCEEDED",
    "PCA_INVALID_ARN",
    "PCA_INVALID_STATE",
    "PCA_REQUEST_FAILED",
    "PCA_NAME_CONSTRAINTS_VALIDATION",
    "PCA_RESOURCE_NOT_FOUND",
    "PCA_INVALID_ARGS",
    "PCA_INVALID_DURATION",
    "PCA_ACCESS_DENIED",
    "SLR_NOT_FOUND",
    "OTHER",
]);
pub(super) static FILTERS: Shape = Shape::Structure(&[
    Field::optional("extendedKeyUsage", &EXTENDED_KEY_USAGE_FILTER_LIST),
    Field::optional("keyUsage", &KEY_USAGE_FILTER_LIST),
    Field::optional("keyTypes", &KEY_ALGORITHM_LIST),
    Field::optional("exportOption", &CERTIFICATE_EXPORT),
    Field::optional("managedBy", &CERTIFICATE_MANAGED_BY),
]);
pub(super) static GET_CERTIFICATE_REQUEST: Shape =
    Shape::Structure(&[Field::required("CertificateArn", &ARN)]);
pub(super) static GET_CERTIFICATE_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("Certificate", &CERTIFICATE_BODY),
    Field::optional("CertificateChain", &CERTIFICATE_CHAIN),
]);
pub(super) static HTTP_REDIRECT: Shape = Shape::Structure(&[
    Field::optional("RedirectFrom", &STRING),
    Field::optional("RedirectTo", &STRING),
]);
pub(super) static IMPORT_CERTIFICATE_REQUEST: Shape = Shape::Structure(&[
    Field::optional("CertificateArn", &ARN),
    Field::required("Certificate", &CERTIFICATE_BODY_BLOB),
    Field::required("PrivateKey", &PRIVATE_KEY_BLOB),
    Field::optional("CertificateChain", &CERTIFICATE_CHAIN_BLOB),
    Field::optional("Tags", &TAG_LIST),
]);
pub(super) static IMPORT_CERTIFICATE_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("CertificateArn", &ARN)]);
pub(super) static IN_USE_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static KEY_ALGORITHM: Shape = Shape::Word(&[
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
]);
pub(super) static KEY_ALGORITHM_LIST: Shape = Shape::List {
    of: &KEY_ALGORITHM,
    count: (0, u64::MAX),
};
pub(super) static KEY_USAGE: Shape = Shape::Structure(&[Field::optional("Name", &KEY_USAGE_NAME)]);
pub(super) static KEY_USAGE_FILTER_LIST: Shape = Shape::List {
    of: &KEY_USAGE_NAME,
    count: (0, u64::MAX),
};
pub(super) static KEY_USAGE_LIST: Shape = Shape::List {
    of: &KEY_USAGE,
    count: (0, u64::MAX),
};
pub(super) static KEY_USAGE_NAME: Shape = Shape::Word(&[
    "DIGITAL_SIGNATURE",
    "NON_REPUDIATION",
    "KEY_ENCIPHERMENT",
    "DATA_ENCIPHERMENT",
    "KEY_AGREEMENT",
    "CERTIFICATE_SIGNING",
    "CRL_SIGNING",
    "ENCIPHER_ONLY",
    "DECIPHER_ONLY",
    "ANY",
    "CUSTOM",
]);
pub(super) static KEY_USAGE_NAMES: Shape = Shape::List {
    of: &KEY_USAGE_NAME,
    count: (0, u64::MAX),
};
pub(super) static LIST_CERTIFICATES_REQUEST: Shape = Shape::Structure(&[
    Field::optional("CertificateStatuses", &CERTIFICATE_STATUSES),
    Field::optional("Includes", &FILTERS),
    Field::optional("NextToken", &NEXT_TOKEN),
    Field::optional("MaxItems", &MAX_ITEMS),
    Field::optional("SortBy", &SORT_BY),
    Field::optional("SortOrder", &SORT_ORDER),
]);
pub(super) static LIST_CERTIFICATES_RESPONSE: Shape = Shape::Structure(&[
    Field::optional("NextToken", &NEXT_TOKEN),
    Field::optional("CertificateSummaryList", &CERTIFICATE_SUMMARY_LIST),
]);
pub(super) static LIST_TAGS_FOR_CERTIFICATE_REQUEST: Shape =
    Shape::Structure(&[Field::required("CertificateArn", &ARN)]);
pub(super) static LIST_TAGS_FOR_CERTIFICATE_RESPONSE: Shape =
    Shape::Structure(&[Field::optional("Tags", &TAG_LIST)]);
pub(super) static MAX_ITEMS: Shape = Shape::Number(1, 1000);
pub(super) static NEXT_TOKEN: Shape = Shape::Text {
    chars: (1, 10000),
    pattern: Some(Pattern::Regex(r"[\u0009\u000A\u000D\u0020-\u00FF]*")),
};
pub(super) static NULLABLE_BOOLEAN: Shape = Shape::Flag;
pub(super) static PRIVATE_KEY_BLOB: Shape = Shape::Text {
    chars: (4, 6828),
    pattern: None,
};
pub(super) static RECORD_TYPE: Shape = Shape::Word(&["CNAME"]);
pub(super) static REMOVE_TAGS_FROM_CERTIFICATE_REQUEST: Shape = Shape::Structure(&[
    Field::required("CertificateArn", &ARN),
    Field::required("Tags", &TAG_LIST),
]);
pub(super) static RENEWAL_ELIGIBILITY: Shape = Shape::Word(&["ELIGIBLE", "INELIGIBLE"]);
pub(super) static RENEWAL_STATUS: Shape = Shape::Word(&[
    "PENDING_AUTO_RENEWAL",
    "PENDING_VALIDATION",
    "SUCCESS",
    "FAILED",
]);
pub(super) static RENEWAL_SUMMARY: Shape = Shape::Structure(&[
    Field::required("RenewalStatus", &RENEWAL_STATUS),
    Field::required("DomainValidationOptions", &DOMAIN_VALIDATION_LIST),
    Field::optional("RenewalStatusReason", &FAILURE_REASON),
    Field::required("UpdatedAt", &T_STAMP),
]);
pub(super) static RESOURCE_RECORD: Shape = Shape::Structure(&[
    Field::required("Name", &STRING),
    Field::required("Type", &RECORD_TYPE),
    Field::required("Value", &STRING),
]);
pub(super) static REVOCATION_REASON: Shape = Shape::Word(&[
    "UNSPECIFIED",
    "KEY_COMPROMISE",
    "CA_COMPROMISE",
    "AFFILIATION_CHANGED",
    "SUPERCEDED",
    "SUPERSEDED",
    "CESSATION_OF_OPERATION",
    "CERTIFICATE_HOLD",
    "REMOVE_FROM_CRL",
    "PRIVILEGE_WITHDRAWN",
    "A_A_COMPROMISE",
]);
pub(super) static SORT_BY: Shape = Shape::Word(&["CREATED_AT"]);
pub(super) static SORT_ORDER: Shape = Shape::Word(&["ASCENDING", "DESCENDING"]);
pub(super) static STRING: Shape = Shape::Text {
    chars: (0, u64::MAX),
    pattern: None,
};
pub(super) static T_STAMP: Shape = Shape::Number(0, i64::MAX);
pub(super) static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TAG_KEY),
    Field::optional("Value", &TAG_VALUE),
]);
pub(super) static TAG_KEY: Shape = Shape::Text {
    chars: (1, 128),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:\/=+\-@]*")),
};
pub(super) static TAG_LIST: Shape = Shape::List {
    of: &TAG,
    count: (1, 50),
};
pub(super) static TAG_VALUE: Shape = Shape::Text {
    chars: (0, 256),
    pattern: Some(Pattern::Regex(r"[\p{L}\p{Z}\p{N}_.:\/=+\-@]*")),
};
pub(super) static VALIDATION_EMAIL_LIST: Shape = Shape::List {
    of: &STRING,
    count: (0, u64::MAX),
};
pub(super) static VALIDATION_METHOD: Shape = Shape::Word(&["EMAIL", "DNS", "HTTP"]);
