//! Which operation a path means.

use super::{Operation, Segment, find};
use crate::shape::Shape;
use crate::vpc_lattice::OPERATIONS;

#[test]
fn paths_are_split_before_they_are_decoded() {
    for (method, path, expected) in [
        ("GET", "/services", "ListServices"),
        ("GET", "/services/svc-1", "GetService svc-1"),
        (
            "GET",
            "/services/arn%3Aaws%3Avpc-lattice%3Aeu-west-1%3A1%3Aservice%2Fsvc-1",
            "GetService arn:aws:vpc-lattice:eu-west-1:1:service/svc-1",
        ),
        (
            "PATCH",
            "/services/svc-1/listeners/listener-2/rules/rule-3",
            "UpdateRule svc-1 listener-2 rule-3",
        ),
        ("DELETE", "/tags/arn%3Aaws", "UntagResource arn:aws"),
        ("DELETE", "/services", "none"),
        ("GET", "/services/", "none"),
        ("GET", "/services/svc-1/", "none"),
        ("GET", "//services", "none"),
        ("GET", "services", "none"),
        ("GET", "/services/%ff", "none"),
        ("get", "/services", "none"),
        ("GET", "/", "none"),
    ] {
        let found = find(OPERATIONS, method, path).map(|found| {
            let labels = found.labels.iter().map(|(_, value)| value.as_str());
            let words: Vec<_> = [found.operation.name].into_iter().chain(labels).collect();
            words.join(" ")
        });
        assert_eq!(
            found.as_deref().unwrap_or("none"),
            expected,
            "{method} {path}"
        );
    }
}

#[test]
fn every_label_of_a_path_is_a_field() {
    for Operation {
        name, path, input, ..
    } in OPERATIONS
    {
        let Shape::Structure(fields) = input else {
            panic!("{name}: no structure");
        };
        for segment in *path {
            if let Segment::Label(label) = segment {
                assert!(
                    fields.iter().any(|field| field.name == *label),
                    "{name}: {label}"
                );
            }
        }
    }
}
