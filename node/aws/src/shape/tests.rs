//! Which values are wrong, and where.

use serde_json::{Value, json};

use super::{Field, Pattern, Shape, mistakes};
use crate::vpc_lattice::OPERATIONS;

static NAME: Shape = Shape::Text {
    chars: (3, 5),
    pattern: Some(Pattern::Name("svc-")),
};
static PATH: Shape = Shape::Text {
    chars: (0, 10),
    pattern: Some(Pattern::Regex(r"/\d*")),
};
static COUNT: Shape = Shape::Number(1, 10);
static WORD: Shape = Shape::Word(&["ONE", "TWO"]);
static FLAG: Shape = Shape::Flag;
static EITHER: Shape = Shape::Union(&[
    Field::optional("path", &PATH),
    Field::optional("count", &COUNT),
]);
static EITHERS: Shape = Shape::List {
    of: &EITHER,
    count: (1, 2),
};
static TAGS: Shape = Shape::Map {
    key: &NAME,
    value: &PATH,
    count: (0, 1),
};
static ALL: Shape = Shape::Structure(&[
    Field::required("name", &NAME),
    Field::optional("word", &WORD),
    Field::optional("flag", &FLAG),
    Field::optional("eithers", &EITHERS),
    Field::optional("tags", &TAGS),
]);

static TAG: Shape = Shape::Structure(&[
    Field::required("value", &PATH),
    Field::optional("word", &PATH),
]);

/// The paths of the wrong fields.
fn wrong(value: &Value) -> Vec<String> {
    let mistakes = mistakes(&ALL, value);
    mistakes.into_iter().map(|mistake| mistake.name).collect()
}

#[test]
fn every_wrong_field_is_named() {
    for (value, expected) in [
        (json!({ "name": "abc" }), vec![]),
        (json!({ "name": "abc", "word": null, "more": 1 }), vec![]),
        (json!({}), vec!["name"]),
        (json!({ "name": null }), vec!["name"]),
        (
            json!({ "name": 1, "word": "THREE", "flag": "true" }),
            vec!["name", "word", "flag"],
        ),
        (json!({ "name": "a" }), vec!["name"]),
        (json!({ "name": "abcdef" }), vec!["name"]),
        (json!({ "name": "-ab" }), vec!["name"]),
        (json!({ "name": "ab-" }), vec!["name"]),
        (json!({ "name": "a--b" }), vec!["name"]),
        (json!({ "name": "Abc" }), vec!["name"]),
        (json!({ "name": "svc-a" }), vec!["name"]),
        (json!({ "name": "abc", "eithers": [] }), vec!["eithers"]),
        (
            json!({ "name": "abc", "eithers": [{ "path": "/1" }, { "count": 11 }] }),
            vec!["eithers.1.count"],
        ),
        (
            json!({ "name": "abc", "eithers": [{ "path": "/1", "count": 1 }, {}] }),
            vec!["eithers.0", "eithers.1"],
        ),
        (
            json!({ "name": "abc", "eithers": [{ "other": 1 }] }),
            vec!["eithers.0"],
        ),
        (
            json!({ "name": "abc", "eithers": [{ "count": 1.5 }] }),
            vec!["eithers.0.count"],
        ),
        (
            json!({ "name": "abc", "eithers": [{ "path": "/१" }] }),
            vec!["eithers.0.path"],
        ),
        (
            json!({ "name": "abc", "tags": { "ab": "x", "abc": "/" } }),
            vec!["tags", "tags.ab", "tags.ab"],
        ),
        (json!([]), vec![""]),
    ] {
        assert_eq!(wrong(&value), expected, "{value}");
    }
}

#[test]
fn an_answer_has_only_what_the_model_knows_and_what_is_there() {
    let value = json!({
        "name": "", "word": "ONE", "flag": null, "more": 1,
        "eithers": [{ "path": null, "count": 1, "x": 2 }, { "path": "/" }],
        "tags": { "abc": "" },
    });
    let trimmed = json!({
        "word": "ONE",
        "eithers": [{ "count": 1 }, { "path": "/" }],
        "tags": { "abc": "" },
    });
    assert_eq!(ALL.trim(value), trimmed);
    let unknown = json!({ "name": "abc", "word": "THREE", "eithers": [] });
    assert_eq!(ALL.trim(unknown), json!({ "name": "abc" }));
    assert_eq!(EITHER.trim(json!({ "count": 11 })), json!({}));
    assert_eq!(
        TAG.trim(json!({ "value": "", "word": "" })),
        json!({ "value": "" })
    );
}

#[test]
fn words_and_digits_of_patterns_are_those_of_ascii() {
    for (pattern, text, expected) in [
        (r"[\w+=,.@-]+", "a_B-9@", true),
        (r"[\w+=,.@-]+", "né", false),
        (r"[\w+=,.@-]+", "a٣", false),
        (r"\d{2}", "12", true),
        (r"\d{2}", "1٣", false),
        (r"[\p{L}\p{N}]+", "né٣", true),
    ] {
        let is_like = Pattern::Regex(pattern).matches(text);
        assert_eq!(is_like, expected, "{pattern} {text}");
    }
}

#[test]
fn every_pattern_of_the_model_is_understood() {
    fn visit(shape: &'static Shape, seen: &mut Vec<*const Shape>) {
        if seen.contains(&std::ptr::from_ref(shape)) {
            return;
        }
        seen.push(shape);
        match shape {
            Shape::Text { pattern, .. } => {
                if let Some(Pattern::Regex(regex)) = pattern {
                    assert!(super::pattern::is_understood(regex), "{regex}");
                }
            }
            Shape::List { of, .. } => visit(of, seen),
            Shape::Map { key, value, .. } => {
                visit(key, seen);
                visit(value, seen);
            }
            Shape::Structure(fields) | Shape::Union(fields) => {
                for field in *fields {
                    visit(field.shape, seen);
                }
            }
            Shape::Word(_) | Shape::Number(..) | Shape::Flag => {}
        }
    }
    let mut seen = Vec::new();
    for operation in OPERATIONS {
        visit(operation.input, &mut seen);
        visit(operation.output, &mut seen);
    }
    for api in [&crate::sts::API, &crate::iam::API] {
        for operation in api.operations {
            visit(operation.input, &mut seen);
            operation
                .output
                .into_iter()
                .for_each(|shape| visit(shape, &mut seen));
        }
    }
    assert!(seen.len() > 260, "{}", seen.len());
}
