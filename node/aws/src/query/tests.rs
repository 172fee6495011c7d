//! The query protocol.

use serde_json::json;

use super::*;
use crate::shape::Field;

static TEXT: Shape = Shape::Text {
    chars: (1, 8),
    pattern: None,
};
static COUNT: Shape = Shape::Number(1, 9);
static TAG: Shape = Shape::Structure(&[
    Field::required("Key", &TEXT),
    Field::required("Value", &TEXT),
]);
static TAGS: Shape = Shape::List {
    of: &TAG,
    count: (0, 50),
};
static INPUT: Shape = Shape::Structure(&[
    Field::required("Name", &TEXT),
    Field::optional("Count", &COUNT),
    Field::optional("Tags", &TAGS),
]);
static API: Api = Api {
    version: "2011-06-15",
    namespace: "https://example.com/",
    operations: &[Operation {
        name: "Do",
        input: &INPUT,
        output: Some(&INPUT),
    }],
};

#[test]
fn a_form_is_the_value_of_a_shape() {
    let body = "Action=Do&Version=2011-06-15&Name=a+b%26&Count=3&Tags.member.2.Key=x&Tags.member.2.Value=y\
                &Tags.member.10.Key=z&Tags.member.10.Value=w&Other=1";
    let (operation, input) = input(&API, body.as_bytes()).unwrap();
    assert_eq!(operation.name, "Do");
    let expected = json!({
        "Name": "a b&",
        "Count": 3,
        "Tags": [{"Key": "x", "Value": "y"}, {"Key": "z", "Value": "w"}],
    });
    assert_eq!(Value::Object(input), expected);
}

#[test]
fn what_is_wrong_is_told_with_its_code() {
    for (body, expected) in [
        (
            &b"Action=Do&Count=x&Tags.member.1.Key=k"[..],
            (400, "ValidationError"),
        ),
        (b"Action=Do&Name=a&Name=b", (400, "MalformedQueryString")),
        (b"Action=Do&Name=\xff", (400, "MalformedQueryString")),
        (b"Action=Do&Name=a%ff", (400, "MalformedQueryString")),
        (b"Action=Undo&Name=a", (400, "InvalidAction")),
        (
            b"Action=Do&Version=1999-01-01&Name=a",
            (400, "InvalidAction"),
        ),
        (b"", (400, "InvalidAction")),
    ] {
        let failure = input(&API, body).unwrap_err();
        assert_eq!(
            code(&failure),
            expected,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    let failure = input(&API, b"Action=Do&Count=x&Tags.member.1.Key=k").unwrap_err();
    let text = failure.to_string();
    for field in [
        "Name is required",
        "Count must be",
        "Tags.0.Value is required",
    ] {
        assert!(text.contains(field), "{text}");
    }
}

#[test]
fn no_part_of_a_member_is_passed_over() {
    for (rest, is_read) in [
        ("Other=1&Other.1=x", true),
        ("Tags=", true),
        ("Tags=x", false),
        ("Tags.member.0.Key=k", false),
        ("Tags.member.01.Key=k", false),
        ("Tags.member.x.Key=k", false),
        ("Tags.member.4294967296.Key=k", false),
        ("Tags.1.Key=k", false),
        (
            "Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.1.Other=x",
            false,
        ),
        ("Name.member.1=x", false),
    ] {
        let body = format!("Action=Do&Name=a&{rest}");
        assert_eq!(input(&API, body.as_bytes()).is_ok(), is_read, "{rest}");
        let read = ec2::input(&API, body.as_bytes());
        let code = read.err().map(|fault| fault.code);
        let is_known = ["Tags=", "Tags.1.Key=k"].contains(&rest);
        assert_ne!(
            code == Some("UnknownParameter"),
            is_known,
            "{rest}: {code:?}"
        );
    }
}

#[test]
fn texts_are_told_so_that_xml_can_be_read() {
    let members = json!({"Name": "a\u{1}\r\n\t\u{ffff}😀<"});
    let answer = told(&API, &API.operations[0], members, "id");
    let name = "<Name>a\u{fffd}&#13;\n\t\u{fffd}😀&lt;</Name>";
    assert!(answer.body.contains(name), "{}", answer.body);
    let failure = Failure::Denied("no \0".to_owned());
    let answer = Answer::of_failure(&failure, API.namespace, "id");
    assert!(answer.body.contains("no \u{fffd}"), "{}", answer.body);
}

#[test]
fn answers_are_xml_that_says_no_more_than_the_model() {
    let members =
        json!({"Name": "<a&b>", "Count": 3, "Secret": "x", "Tags": [{"Key": "k", "Value": "v"}]});
    let answer = told(&API, &API.operations[0], members, "id-1");
    assert_eq!(
        answer.body,
        "<DoResponse xmlns=\"https://example.com/\"><DoResult><Name>&lt;a&amp;b&gt;</Name><Count>3</Count>\
         <Tags><member><Key>k</Key><Value>v</Value></member></Tags></DoResult>\
         <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>"
    );
    let failure = Failure::Denied("no <way>".to_owned());
    let answer = Answer::of_failure(&failure, API.namespace, "id-2");
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.body,
        "<ErrorResponse xmlns=\"https://example.com/\"><Error><Type>Sender</Type><Code>AccessDenied</Code>\
         <Message>no &lt;way&gt;</Message></Error><RequestId>id-2</RequestId></ErrorResponse>"
    );
}
