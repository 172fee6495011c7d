//! Every operation that there is.
//!
//! Written by `scripts/generate-aws-model.py` from the API model 2015-12-08; change that, not this.

use super::shapes;
use crate::json_rpc::Api;
use crate::query::Operation;

/// The API.
pub(crate) static API: Api = Api {
    target: "CertificateManager",
    with_capital: &["AccessDeniedException"],
    operations: &[
        Operation {
            name: "AddTagsToCertificate",
            input: &shapes::ADD_TAGS_TO_CERTIFICATE_REQUEST,
            output: None,
        },
        Operation {
            name: "DeleteCertificate",
            input: &shapes::DELETE_CERTIFICATE_REQUEST,
            output: None,
        },
        Operation {
            name: "DescribeCertificate",
            input: &shapes::DESCRIBE_CERTIFICATE_REQUEST,
            output: Some(&shapes::DESCRIBE_CERTIFICATE_RESPONSE),
        },
        Operation {
            name: "GetCertificate",
            input: &shapes::GET_CERTIFICATE_REQUEST,
            output: Some(&shapes::GET_CERTIFICATE_RESPONSE),
        },
        Operation {
            name: "ImportCertificate",
            input: &shapes::IMPORT_CERTIFICATE_REQUEST,
            output: Some(&shapes::IMPORT_CERTIFICATE_RESPONSE),
        },
        Operation {
            name: "ListCertificates",
            input: &shapes::LIST_CERTIFICATES_REQUEST,
            output: Some(&shapes::LIST_CERTIFICATES_RESPONSE),
        },
        Operation {
            name: "ListTagsForCertificate",
            input: &shapes::LIST_TAGS_FOR_CERTIFICATE_REQUEST,
            output: Some(&shapes::LIST_TAGS_FOR_CERTIFICATE_RESPONSE),
        },
        Operation {
            name: "RemoveTagsFromCertificate",
            input: &shapes::REMOVE_TAGS_FROM_CERTIFICATE_REQUEST,
            output: None,
        },
    ],
};
