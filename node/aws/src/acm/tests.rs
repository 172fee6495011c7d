//! What ACM answers.

use serde_json::json;
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;
use trellis_proto::v1::resource::Spec;

use super::*;
use crate::registry::fake::{Fake, now};
use crate::shape;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A file of certificates and keys made for tests.
macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../core/tests/certificates/", $name))
    };
}

/// November 2026.
const NOW_MS: u64 = 1_795_000_000_000;
const ARN: &str = "arn:aws:acm:eu-west-1:111111111111:certificate/id-0";

fn ask_at(fake: &Fake, now_ms: u64, operation: &str, body: &Value) -> (u16, Value) {
    let target = format!("{TARGET}{operation}");
    let body = body.to_string();
    let request = Request {
        target: &target,
        body: body.as_bytes(),
    };
    let answer = now(answer(fake, &(), now_ms, Patience(0), request));
    let known = API.operations.iter().find(|it| it.name == operation);
    if let (200, Some(output)) = (answer.status, known.and_then(|it| it.output)) {
        let mistakes = shape::mistakes(output, &answer.body);
        assert_eq!(mistakes, [], "{operation} {}", answer.body);
    }
    (answer.status, answer.body)
}

fn ask(fake: &Fake, operation: &str, body: &Value) -> Value {
    let (status, body) = ask_at(fake, NOW_MS, operation, body);
    assert_eq!(status, 200, "{operation}: {body}");
    body
}

/// The error that a call is refused with, and what it says.
fn refused(fake: &Fake, operation: &str, body: &Value) -> (String, String) {
    let (status, body) = ask_at(fake, NOW_MS, operation, body);
    assert_eq!(status, 400, "{operation}: {body}");
    let text = |member: &str| body[member].as_str().unwrap().to_owned();
    let code = text("__type");
    let is_capital = code == "AccessDeniedException";
    let message = text(if is_capital { "Message" } else { "message" });
    (code, message)
}

fn import(certificate: &str, key: &str, rest: Value) -> Value {
    let mut body = json!({
        "Certificate": STANDARD.encode(certificate),
        "PrivateKey": STANDARD.encode(key),
    });
    let Value::Object(rest) = rest else { panic!() };
    body.as_object_mut().unwrap().extend(rest);
    body
}

/// A registry with one certificate of a shop.
fn shop() -> Fake {
    let fake = Fake::default();
    let rest = json!({
        "CertificateChain": STANDARD.encode(file!("issuing.pem")),
        "Tags": [{"Key": "team", "Value": "a"}, {"Key": "empty"}],
    });
    let body = import(file!("leaf.pem"), file!("leaf.key"), rest);
    let answer = ask(&fake, "ImportCertificate", &body);
    assert_eq!(answer, json!({ "CertificateArn": ARN }));
    fake
}

#[test]
fn a_certificate_is_told_with_all_that_it_says_but_its_key() {
    let fake = shop();
    let named = json!({ "CertificateArn": ARN });
    let told = ask(&fake, "DescribeCertificate", &named);
    let created = 1_795_737_600;
    assert_eq!(
        told["Certificate"],
        json!({
            "CertificateArn": ARN,
            "DomainName": "shop.example.com",
            "SubjectAlternativeNames": ["shop.example.com", "www.shop.example.com"],
            "Serial": "07:71:f4:6b:e0:9e:c9:a3",
            "Subject": "CN=shop.example.com",
            "Issuer": "Example Trust",
            "CreatedAt": created,
            "ImportedAt": null,
            "Status": "ISSUED",
            "NotBefore": 1_577_836_800,
            "NotAfter": 4_733_510_400_i64,
            "KeyAlgorithm": "RSA_2048",
            "SignatureAlgorithm": "SHA256WITHRSA",
            "InUseBy": [],
            "Type": "IMPORTED",
            "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"}],
            "ExtendedKeyUsages": [
                {"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"},
                {"Name": "TLS_WEB_CLIENT_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.2"},
            ],
            "RenewalEligibility": "INELIGIBLE",
            "Options": {
                "CertificateTransparencyLoggingPreference": "DISABLED",
                "Export": "DISABLED",
            },
        })
    );
    let after = 4_733_510_401_000;
    let (_, told) = ask_at(&fake, after, "DescribeCertificate", &named);
    assert_eq!(told["Certificate"]["Status"], "EXPIRED");
    assert_eq!(
        ask(&fake, "GetCertificate", &named),
        json!({"Certificate": file!("leaf.pem"), "CertificateChain": file!("issuing.pem")})
    );
    assert_eq!(
        ask(&fake, "ListTagsForCertificate", &named),
        json!({"Tags": [{"Key": "empty", "Value": ""}, {"Key": "team", "Value": "a"}]})
    );
}

#[test]
fn another_takes_the_place_of_a_certificate_without_tags() {
    let fake = shop();
    let mut again = import(
        file!("renewed.pem"),
        file!("renewed.key"),
        json!({ "CertificateArn": ARN }),
    );
    let answer = ask(&fake, "ImportCertificate", &again);
    assert_eq!(answer, json!({ "CertificateArn": ARN }));
    let named = json!({ "CertificateArn": ARN });
    let told = ask(&fake, "GetCertificate", &named);
    assert_eq!(told, json!({ "Certificate": file!("renewed.pem") }));
    let tags = ask(&fake, "ListTagsForCertificate", &named);
    assert_eq!(tags["Tags"].as_array().unwrap().len(), 2);
    again["Tags"] = json!([{"Key": "a", "Value": "b"}]);
    let (code, message) = refused(&fake, "ImportCertificate", &again);
    assert_eq!(code, "InvalidParameterException");
    assert!(message.contains("use AddTagsToCertificate"), "{message}");
    assert_eq!(*fake.asked.lock().unwrap(), ["create", "update"]);
}

/// The certificate of a shop, which a service names, one of its old website, and two with elliptic keys.
fn four() -> Fake {
    let fake = shop();
    for (certificate, key) in [
        (file!("p256.pem"), file!("p256.key")),
        (file!("rsa1024.pem"), file!("rsa1024.key")),
        (file!("ec-leaf.pem"), file!("ec-leaf.key")),
    ] {
        let body = import(certificate, key, json!({}));
        ask(&fake, "ImportCertificate", &body);
    }
    if let Some(Spec::Certificate(used)) = &mut fake.records.lock().unwrap()[0].spec {
        used.in_use_by = vec!["arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-1".into()];
    }
    fake
}

/// The first words of the domains of a list.
fn found(fake: &Fake, body: &Value) -> Vec<String> {
    let answer = ask(fake, "ListCertificates", body);
    let found = answer["CertificateSummaryList"].as_array().unwrap().iter();
    let domains = found.map(|it| it["DomainName"].as_str().unwrap());
    domains
        .map(|domain| domain.split_once('.').unwrap().0.to_owned())
        .collect()
}

#[test]
fn lists_are_filtered_and_sorted() {
    let fake = four();
    let all = json!(["RSA_1024", "RSA_2048", "EC_prime256v1"]);
    for (body, expected) in [
        (json!({}), vec!["shop", "old"]),
        (json!({"Includes": {}}), vec!["shop", "old"]),
        (json!({"Includes": {"keyTypes": []}}), vec!["shop", "old"]),
        (
            json!({"Includes": {"keyTypes": ["EC_prime256v1"]}}),
            vec!["p256", "ec"],
        ),
        (
            json!({"Includes": {"keyTypes": all}}),
            vec!["shop", "p256", "old", "ec"],
        ),
        (
            json!({"Includes": {"keyTypes": all, "keyUsage": ["KEY_ENCIPHERMENT", "CRL_SIGNING"]}}),
            vec!["shop", "p256"],
        ),
        (
            json!({"Includes": {"extendedKeyUsage": ["TLS_WEB_CLIENT_AUTHENTICATION"]}}),
            vec!["shop"],
        ),
        (
            json!({"Includes": {"exportOption": "DISABLED"}}),
            vec!["shop", "old"],
        ),
        (json!({"Includes": {"exportOption": "ENABLED"}}), vec![]),
        (json!({"Includes": {"managedBy": "CLOUDFRONT"}}), vec![]),
        (
            json!({"CertificateStatuses": ["ISSUED", "FAILED"]}),
            vec!["shop", "old"],
        ),
        (json!({"CertificateStatuses": ["EXPIRED"]}), vec![]),
        (
            json!({"SortBy": "CREATED_AT", "SortOrder": "ASCENDING"}),
            vec!["shop", "old"],
        ),
        (
            json!({"SortBy": "CREATED_AT", "SortOrder": "DESCENDING"}),
            vec!["old", "shop"],
        ),
    ] {
        assert_eq!(found(&fake, &body), expected, "{body}");
    }
}

#[test]
fn lists_tell_what_is_in_use_and_are_cut() {
    let fake = four();
    let first = ask(&fake, "ListCertificates", &json!({}));
    let summary = &first["CertificateSummaryList"][0];
    assert_eq!(
        (&summary["InUse"], &summary["Exported"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(first["CertificateSummaryList"][1]["InUse"], false);
    assert_eq!(
        summary["KeyUsages"],
        json!(["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"])
    );
    for order in ["ASCENDING", "DESCENDING"] {
        let mut body = json!({
            "MaxItems": 1, "SortBy": "CREATED_AT", "SortOrder": order,
            "Includes": {"keyTypes": ["RSA_1024", "RSA_2048", "EC_prime256v1"]},
        });
        let mut seen = Vec::new();
        loop {
            let page = ask(&fake, "ListCertificates", &body);
            let items = page["CertificateSummaryList"].as_array().unwrap();
            assert_eq!(items.len(), 1);
            seen.push(items[0]["CertificateArn"].to_string());
            let Some(token) = page.get("NextToken") else {
                break;
            };
            body["NextToken"] = token.clone();
        }
        assert_eq!(seen.len(), 4, "{order}");
        assert_eq!(seen.is_sorted(), order == "ASCENDING");
        body["Includes"] = json!({});
        let (code, _) = refused(&fake, "ListCertificates", &body);
        assert_eq!(code, "InvalidArgsException", "a token is of one list");
    }
}

/// Asks for what is refused: each with its error, and with a part of what it says.
fn check(cases: &[(&str, Value, &str, &str)]) {
    let fake = shop();
    for (operation, body, code, says) in cases {
        let (got, message) = refused(&fake, operation, body);
        assert_eq!(got, *code, "{operation}: {message}");
        assert!(message.contains(says), "{operation}: {message}");
    }
}

#[test]
fn what_is_wrong_is_not_imported() {
    let (leaf, key) = (file!("leaf.pem"), file!("leaf.key"));
    let long = "x".repeat(32_769);
    let validation = "ValidationException";
    check(&[
        (
            "ImportCertificate",
            json!({}),
            validation,
            "Certificate is required",
        ),
        (
            "ImportCertificate",
            import(&long, key, json!({})),
            validation,
            "Certificate must have",
        ),
        (
            "ImportCertificate",
            import(leaf, &"x".repeat(5_121), json!({})),
            validation,
            "PrivateKey must have",
        ),
        (
            "ImportCertificate",
            import(
                leaf,
                key,
                json!({"CertificateChain": STANDARD.encode(&long)}),
            ),
            validation,
            "CertificateChain must have at most 32768 bytes, not 32769",
        ),
        (
            "ImportCertificate",
            import(
                leaf,
                key,
                json!({"CertificateChain": STANDARD.encode([0xff; 9])}),
            ),
            validation,
            "CertificateChain is not PEM",
        ),
        (
            "ImportCertificate",
            json!({"Certificate": "****", "PrivateKey": "AAAA"}),
            "SerializationException",
            "Certificate must be Base64",
        ),
        (
            "ImportCertificate",
            import(
                leaf,
                key,
                json!({"CertificateArn": "arn:aws:acm:eu-west-1:1:x/y"}),
            ),
            "InvalidArnException",
            "ListCertificates tells",
        ),
        (
            "ImportCertificate",
            import(leaf, key, json!({"Tags": [{"Key": "a"}, {"Key": "a"}]})),
            "InvalidTagException",
            "given twice",
        ),
    ]);
}

#[test]
fn what_is_wrong_is_refused_in_the_words_of_the_model() {
    let nothing = "arn:aws:acm:eu-west-1:111111111111:certificate/none";
    let validation = "ValidationException";
    check(&[
        (
            "DescribeCertificate",
            json!({"CertificateArn": "arn:aws:iam::111111111111:role/x"}),
            validation,
            "CertificateArn",
        ),
        (
            "DescribeCertificate",
            json!({"CertificateArn": format!("{ARN}/x")}),
            "InvalidArnException",
            "is no ARN of a certificate",
        ),
        (
            "DescribeCertificate",
            json!({"CertificateArn": nothing}),
            "ResourceNotFoundException",
            "not found",
        ),
        (
            "GetCertificate",
            json!({"CertificateArn": nothing}),
            "ResourceNotFoundException",
            "not found",
        ),
        (
            "RemoveTagsFromCertificate",
            json!({"CertificateArn": nothing, "Tags": [{"Key": "a"}]}),
            "ResourceNotFoundException",
            "not found",
        ),
        (
            "ListCertificates",
            json!({"SortBy": "CREATED_AT"}),
            "InvalidArgsException",
            "go together",
        ),
        (
            "ListCertificates",
            json!({"NextToken": "forged"}),
            "InvalidArgsException",
            "the first page",
        ),
        (
            "ListCertificates",
            json!({"MaxItems": 0}),
            validation,
            "MaxItems",
        ),
        (
            "RequestCertificate",
            json!({"DomainName": "a.example"}),
            "UnknownOperationException",
            "RequestCertificate",
        ),
    ]);
}

#[test]
fn refusals_of_the_registry_have_their_errors() {
    let fake = shop();
    let named = json!({ "CertificateArn": ARN });
    let tags = json!({"CertificateArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]});
    let once = import(file!("leaf.pem"), file!("leaf.key"), json!({}));
    let of_field = |name: &str| match Failure::field(name, "is wrong") {
        Failure::Refused(refusal) => refusal,
        other => panic!("{other}"),
    };
    for (operation, body, refusal, code) in [
        (
            "DeleteCertificate",
            &named,
            Refusal::new(RefusalKind::Conflict, "in use"),
            "ResourceInUseException",
        ),
        (
            "ImportCertificate",
            &once,
            Refusal::new(RefusalKind::QuotaExceeded, "full"),
            "LimitExceededException",
        ),
        (
            "ImportCertificate",
            &once,
            Refusal::new(RefusalKind::RevisionMismatch, "moved on"),
            "ConflictException",
        ),
        (
            "ImportCertificate",
            &once,
            of_field("privateKey"),
            "ValidationException",
        ),
        (
            "ImportCertificate",
            &once,
            of_field("tags"),
            "TooManyTagsException",
        ),
        (
            "ImportCertificate",
            &once,
            of_field("tags.aws:x"),
            "InvalidTagException",
        ),
    ] {
        fake.refusals.lock().unwrap().push(refusal);
        assert_eq!(refused(&fake, operation, body).0, code, "{operation}");
    }
    // The fake knows no tags of it.
    let (code, _) = refused(&fake, "AddTagsToCertificate", &tags);
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(ask(&fake, "DeleteCertificate", &named), json!({}));
    let (code, _) = refused(&fake, "DescribeCertificate", &named);
    assert_eq!(code, "ResourceNotFoundException");
}

#[test]
fn a_tag_with_another_value_stays() {
    let mut fake = shop();
    fake.tagged.insert(ARN.to_owned(), [].into());
    let body = json!({"CertificateArn": ARN, "Tags": [
        {"Key": "team", "Value": "b"}, {"Key": "empty"}, {"Key": "none", "Value": "c"},
    ]});
    assert_eq!(ask(&fake, "RemoveTagsFromCertificate", &body), json!({}));
    let asked = fake.asked.lock().unwrap().clone();
    assert_eq!(asked.last().map(String::as_str), Some(ARN));
    let removed = fake.untagged.lock().unwrap().clone();
    assert_eq!(removed, ["empty", "none"]);
    let set = ask(
        &fake,
        "AddTagsToCertificate",
        &json!({"CertificateArn": ARN, "Tags": [{"Key": "a"}]}),
    );
    assert_eq!(set, json!({}));
}

#[test]
fn every_operation_needs_its_action() {
    let named = json!({ "CertificateArn": ARN });
    for operation in [
        "DescribeCertificate",
        "GetCertificate",
        "ListTagsForCertificate",
    ] {
        let mut fake = shop();
        fake.denied.insert(format!("acm:{operation}"));
        let (code, _) = refused(&fake, operation, &named);
        assert_eq!(code, "AccessDeniedException", "{operation}");
    }
    let mut fake = shop();
    fake.denied
        .extend(["change".to_owned(), "list".to_owned(), ARN.to_owned()]);
    let once = import(file!("leaf.pem"), file!("leaf.key"), json!({}));
    let tags = json!({"CertificateArn": ARN, "Tags": [{"Key": "a"}]});
    for (operation, body) in [
        ("ImportCertificate", &once),
        ("DeleteCertificate", &named),
        ("ListCertificates", &json!({})),
        ("AddTagsToCertificate", &tags),
        ("RemoveTagsFromCertificate", &tags),
    ] {
        let (code, _) = refused(&fake, operation, body);
        assert_eq!(code, "AccessDeniedException", "{operation}");
    }
    let stranger = Failure::Unauthenticated {
        code: "UnrecognizedClientException",
        message: "who?".to_owned(),
    };
    assert_eq!(
        refusal(&stranger).body["__type"],
        "UnrecognizedClientException"
    );
}
