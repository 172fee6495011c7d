//! Where the fields of a request come from, and which requests are refused.

use serde_json::json;

use super::*;
use crate::route;
use crate::vpc_lattice::OPERATIONS;

const JSON: &str = "application/json; charset=utf-8";

/// The fields of a request, or the wrong ones.
fn read(method: &str, path: &str, query: &str, content_type: &str, body: &str) -> Value {
    let request = Request {
        method,
        path,
        query,
        content_type,
        body: body.as_bytes(),
    };
    let found = route::find(OPERATIONS, method, path).unwrap();
    match input(&found, &request) {
        Ok(fields) => Value::Object(fields),
        Err(failure) => {
            let mut told = failure.members();
            let names = told["fieldList"].as_array().cloned().unwrap_or_default();
            let names: Vec<_> = names.iter().map(|field| field["name"].clone()).collect();
            json!([told["reason"].take(), names])
        }
    }
}

#[test]
fn fields_come_from_where_the_model_says() {
    let tags = "tagKeys=a&tagKeys=b%20c&tagKeys=d+e&other=x";
    let arn = "/tags/arn%3Aaws%3Avpc-lattice%3Aeu-west-1%3A111111111111%3Aservice%2Fsvc-1";
    assert_eq!(
        read("DELETE", arn, tags, "", ""),
        json!({
            "resourceArn": "arn:aws:vpc-lattice:eu-west-1:111111111111:service/svc-1",
            "tagKeys": ["a", "b c", "d e"],
        })
    );
    assert_eq!(
        read(
            "GET",
            "/services",
            "maxResults=5&nextToken=t",
            JSON,
            "ignored"
        ),
        json!({ "maxResults": 5, "nextToken": "t" })
    );
    let body = r#"{"name": "shop", "authType": null, "more": 1}"#;
    assert_eq!(
        read("POST", "/services", "", JSON, body),
        json!({ "name": "shop" })
    );
}

#[test]
fn what_cannot_be_read_is_refused_as_the_model_says() {
    let wrong = |names: Value| json!(["fieldValidationFailed", names]);
    let unread = json!(["cannotParse", []]);
    for (method, path, query, content_type, body, expected) in [
        ("POST", "/services", "", JSON, "", wrong(json!(["name"]))),
        ("POST", "/services", "", JSON, "{", unread.clone()),
        ("POST", "/services", "", JSON, "[]", unread.clone()),
        (
            "POST",
            "/services",
            "",
            JSON,
            r#"{"name": "a", "name": "b"}"#,
            unread.clone(),
        ),
        (
            "POST",
            "/services",
            "",
            "text/plain",
            r#"{"name": "shop"}"#,
            unread.clone(),
        ),
        (
            "GET",
            "/services",
            "maxResults=x",
            "",
            "",
            wrong(json!(["maxResults"])),
        ),
        (
            "GET",
            "/services",
            "maxResults=1&maxResults=2",
            "",
            "",
            wrong(json!(["maxResults"])),
        ),
        ("GET", "/services", "nextToken=%ff", "", "", unread),
        (
            "GET",
            "/services/x",
            "",
            "",
            "",
            wrong(json!(["serviceIdentifier", "serviceIdentifier"])),
        ),
    ] {
        let read = read(method, path, query, content_type, body);
        assert_eq!(read, expected, "{method} {path}?{query} {body}");
    }
}
