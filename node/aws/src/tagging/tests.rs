//! What the Resource Groups Tagging API answers.

use serde_json::json;

use super::*;
use crate::registry::fake::{Fake, now};
use crate::shape;

const SERVICE: &str = "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-1";
const LISTENER: &str = "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-1/listener/l-1";
const VPC: &str = "arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1";
const MINUTE_MS: u64 = 60_000;

fn estate() -> Fake {
    let tags = |tags: &[(&str, &str)]| {
        let tags = tags.iter();
        tags.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    Fake {
        tagged: [
            (SERVICE.to_owned(), tags(&[("team", "a"), ("empty", "")])),
            (LISTENER.to_owned(), tags(&[("team", "b")])),
            (VPC.to_owned(), tags(&[("team", "b"), ("cost", "7")])),
        ]
        .into(),
        ..Fake::default()
    }
}

fn ask_at(fake: &Fake, now_ms: u64, operation: &str, body: &Value) -> (u16, Value) {
    let place = Place {
        region: "eu-west-1",
        now_ms,
    };
    let target = format!("ResourceGroupsTaggingAPI_20170126.{operation}");
    let body = body.to_string();
    let request = Request {
        target: &target,
        body: body.as_bytes(),
    };
    let answer = now(answer(fake, &(), place, Patience(0), request));
    if answer.status == 200 && operation.starts_with("Get") {
        let known = API.operations.iter().find(|it| it.name == operation);
        let output = known.and_then(|it| it.output).unwrap();
        assert_eq!(shape::mistakes(output, &answer.body), [], "{operation}");
    }
    (answer.status, answer.body)
}

fn ask(fake: &Fake, operation: &str, body: &Value) -> Value {
    let (status, body) = ask_at(fake, 0, operation, body);
    assert_eq!(status, 200, "{body}");
    body
}

/// The error that a call is refused with.
fn refused(fake: &Fake, operation: &str, body: &Value) -> String {
    let (status, body) = ask_at(fake, 0, operation, body);
    assert_eq!(status, 400, "{body}");
    let text = |member: &str| body[member].as_str().unwrap().to_owned();
    let code = text("__type");
    let is_modelled = code == "InvalidParameterException" || code == "ThrottledException";
    assert_ne!(text(if is_modelled { "Message" } else { "message" }), "");
    code
}

fn arns(answer: &Value) -> Vec<&str> {
    let found = answer["ResourceTagMappingList"].as_array().unwrap();
    found
        .iter()
        .map(|it| it["ResourceARN"].as_str().unwrap())
        .collect()
}

#[test]
fn filters_narrow_what_is_found() {
    let fake = estate();
    for (filter, expected) in [
        (json!({}), vec![VPC, SERVICE, LISTENER]),
        (
            json!({"ResourceTypeFilters": ["vpc-lattice"]}),
            vec![SERVICE, LISTENER],
        ),
        (
            json!({"ResourceTypeFilters": ["vpc-lattice:service"]}),
            vec![SERVICE],
        ),
        (
            json!({"ResourceTypeFilters": ["ec2:vpc", "vpc-lattice:listener"]}),
            vec![VPC, LISTENER],
        ),
        (json!({"ResourceTypeFilters": ["s3"]}), vec![]),
        (
            json!({"TagFilters": [{"Key": "team", "Values": ["b", "c"]}]}),
            vec![VPC, LISTENER],
        ),
        (
            json!({"TagFilters": [{"Key": "team"}, {"Key": "cost", "Values": []}]}),
            vec![VPC],
        ),
        (
            json!({"TagFilters": [{"Key": "empty", "Values": [""]}]}),
            vec![SERVICE],
        ),
        (
            json!({"ResourceARNList": [LISTENER, "arn:aws:s3:::nothing"]}),
            vec![LISTENER],
        ),
        (
            json!({"IncludeComplianceDetails": false}),
            vec![VPC, SERVICE, LISTENER],
        ),
    ] {
        let answer = ask(&fake, "GetResources", &filter);
        assert_eq!(arns(&answer), expected, "{filter}");
        assert_eq!(answer["PaginationToken"], "");
    }
    let one = ask(
        &fake,
        "GetResources",
        &json!({"ResourceARNList": [SERVICE]}),
    );
    let tags = json!([{"Key": "empty", "Value": ""}, {"Key": "team", "Value": "a"}]);
    assert_eq!(one["ResourceTagMappingList"][0]["Tags"], tags);
}

#[test]
fn pages_are_cut_by_resources_and_by_tags_and_their_tokens_expire() {
    let fake = estate();
    let first = ask(&fake, "GetResources", &json!({"ResourcesPerPage": 2}));
    assert_eq!(arns(&first), [VPC, SERVICE]);
    let next = json!({"ResourcesPerPage": 2, "PaginationToken": first["PaginationToken"]});
    let second = ask(&fake, "GetResources", &next);
    assert_eq!(
        (arns(&second), &second["PaginationToken"]),
        (vec![LISTENER], &json!(""))
    );

    let (status, _) = ask_at(&fake, 15 * MINUTE_MS, "GetResources", &next);
    assert_eq!(status, 200);
    let (status, old) = ask_at(&fake, 15 * MINUTE_MS + 1, "GetResources", &next);
    let expired = (status, old["__type"].as_str().unwrap());
    assert_eq!(expired, (400, "PaginationTokenExpiredException"));
    let elsewhere =
        json!({"ResourceTypeFilters": ["ec2"], "PaginationToken": first["PaginationToken"]});
    assert_eq!(
        refused(&fake, "GetResources", &elsewhere),
        "InvalidParameterException"
    );

    let mut many = Fake::default();
    for number in 10..32 {
        let tags = (0..10).map(|key| (format!("k{key}"), String::new()));
        many.tagged
            .insert(format!("{SERVICE}{number}"), tags.collect());
    }
    let mut sizes = Vec::new();
    let mut asked = json!({"TagsPerPage": 100});
    loop {
        let page = ask(&many, "GetResources", &asked);
        sizes.push(arns(&page).len());
        if page["PaginationToken"] == "" {
            break;
        }
        asked["PaginationToken"] = page["PaginationToken"].clone();
    }
    assert_eq!(sizes, [10, 10, 2]);
}

#[test]
fn keys_and_values_are_told_once_each() {
    let fake = estate();
    let keys = ask(&fake, "GetTagKeys", &json!({}));
    assert_eq!(
        keys,
        json!({"TagKeys": ["cost", "empty", "team"], "PaginationToken": ""})
    );
    let values = ask(&fake, "GetTagValues", &json!({"Key": "team"}));
    assert_eq!(
        values,
        json!({"TagValues": ["a", "b"], "PaginationToken": ""})
    );
    assert_eq!(
        ask(&fake, "GetTagValues", &json!({"Key": "none"}))["TagValues"],
        json!([])
    );

    let mut many = Fake::default();
    let tags = (0..150).map(|key| (format!("k{key:03}"), String::new()));
    many.tagged.insert(SERVICE.to_owned(), tags.collect());
    let first = ask(&many, "GetTagKeys", &json!({}));
    assert_eq!(first["TagKeys"].as_array().unwrap().len(), 100);
    let token = json!({"PaginationToken": first["PaginationToken"]});
    let second = ask(&many, "GetTagKeys", &token);
    assert_eq!(second["TagKeys"].as_array().unwrap().len(), 50);
    assert_eq!(second["TagKeys"][0], "k100");
}

#[test]
fn each_resource_is_changed_for_itself() {
    let mut fake = estate();
    fake.denied.insert(LISTENER.to_owned());
    let elsewhere = "arn:aws:vpc-lattice:eu-north-1:111111111111:service/svc-1";
    let gone = "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-1";
    for (operation, with) in [
        ("TagResources", json!({"Tags": {"a": "b"}})),
        ("UntagResources", json!({"TagKeys": ["a"]})),
    ] {
        let mut asked = with;
        asked["ResourceARNList"] = json!([SERVICE, LISTENER, elsewhere, gone, "x", VPC]);
        let answer = ask(&fake, operation, &asked);
        let failed = answer["FailedResourcesMap"].as_object().unwrap();
        let failed: Vec<_> = failed
            .iter()
            .map(|(arn, why)| {
                (
                    arn.as_str(),
                    why["StatusCode"].as_u64().unwrap(),
                    why["ErrorCode"].as_str().unwrap(),
                )
            })
            .collect();
        let expected = [
            (gone, 404, "ResourceNotFoundException"),
            (elsewhere, 400, "InvalidParameterException"),
            (LISTENER, 403, "AccessDeniedException"),
            ("x", 400, "InvalidParameterException"),
        ];
        assert_eq!(failed, expected);
        assert_eq!(
            std::mem::take(&mut *fake.asked.lock().unwrap()),
            [SERVICE, VPC]
        );
    }
}

#[test]
fn what_is_wrong_is_refused_in_the_words_of_the_model() {
    let fake = estate();
    let invalid = "InvalidParameterException";
    for (operation, body, expected) in [
        ("GetResources", json!({"ResourcesPerPage": 101}), invalid),
        ("GetResources", json!({"ResourcesPerPage": 0}), invalid),
        ("GetResources", json!({"TagsPerPage": 99}), invalid),
        (
            "GetResources",
            json!({"PaginationToken": "forged"}),
            invalid,
        ),
        (
            "GetResources",
            json!({"TagFilters": [{"Values": ["a"]}]}),
            invalid,
        ),
        (
            "GetResources",
            json!({"IncludeComplianceDetails": true}),
            invalid,
        ),
        (
            "GetResources",
            json!({"ResourceARNList": [VPC], "TagFilters": []}),
            invalid,
        ),
        (
            "GetResources",
            json!({"ResourceTypeFilters": vec!["s3"; 101]}),
            invalid,
        ),
        ("GetTagKeys", json!({"PaginationToken": "forged"}), invalid),
        ("GetTagValues", json!({}), invalid),
        ("TagResources", json!({"ResourceARNList": [VPC]}), invalid),
        (
            "TagResources",
            json!({"ResourceARNList": vec![VPC; 21], "Tags": {"a": "b"}}),
            invalid,
        ),
        (
            "UntagResources",
            json!({"ResourceARNList": [], "TagKeys": ["a"]}),
            invalid,
        ),
        ("GetResources", json!([]), "SerializationException"),
        (
            "StartReportCreation",
            json!({}),
            "UnknownOperationException",
        ),
    ] {
        assert_eq!(
            refused(&fake, operation, &body),
            expected,
            "{operation} {body}"
        );
    }
}

#[test]
fn every_operation_needs_its_action() {
    let mut fake = estate();
    for operation in [
        "GetResources",
        "GetTagKeys",
        "GetTagValues",
        "TagResources",
        "UntagResources",
    ] {
        fake.denied.insert(format!("tag:{operation}"));
        let body =
            json!({"Key": "a", "ResourceARNList": [VPC], "Tags": {"a": "b"}, "TagKeys": ["a"]});
        assert_eq!(
            refused(&fake, operation, &body),
            "AccessDeniedException",
            "{operation}"
        );
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
