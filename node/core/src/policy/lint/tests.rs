//! Which documents are refused, and with which words.

use super::*;

/// Checks that a document has exactly these mistakes, as `path: part of the message`.
#[track_caller]
fn check(kind: Kind, text: &str, expected: &[&str]) {
    let mistakes = document(text, kind).err().unwrap_or_default();
    let found: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{text}\n{found}\n{expected}");
    }
}

fn auth(statement: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"vpc-lattice-svcs:Invoke","Resource":"*"{statement}}}]}}"#
    )
}

#[test]
fn all_mistakes_are_named_at_once() {
    check(
        Kind::Auth,
        r#"{"Version":"2020-01-01","Comment":"x","Statement":[
            {"Effect":"allow","Action":["Invoke",5],"Resource":"orders","Condition":{"StringEqual":{"k":[]}}},
            "x"]}"#,
        &[
            "unknown element 'Comment'",
            "Version: the version is",
            "Statement[0].Effect: the effect is",
            "Statement[0]: Principal is missing",
            "Statement[0].Action[1]: a string is needed, not a number",
            "Statement[0].Action[0]: 'Invoke' is no action",
            "Statement[0].Resource: 'orders' is no ARN",
            "Statement[0].Condition.StringEqual: unknown condition operator",
            "Statement[0].Condition.StringEqual.k: a condition key",
            "Statement[0].Condition.StringEqual.k: the list is empty",
            "Statement[1]: an object is needed here, not a string",
        ],
    );
}

#[test]
fn every_kind_has_its_elements() {
    let statement = |rest: &str| format!(r#"{{"Statement":{{"Effect":"Allow",{rest}}}}}"#);
    let identity = statement(r#""Action":"s:*","Resource":"*""#);
    check(Kind::Identity, &identity, &[]);
    check(Kind::Session, &identity, &[]);
    check(Kind::Auth, &identity, &["Statement: Principal is missing"]);
    check(
        Kind::Resource,
        &identity,
        &["Statement: Principal is missing"],
    );
    let trust = statement(r#""Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}"#);
    check(Kind::Trust, &trust, &[]);
    check(Kind::Auth, &trust, &["Statement: Resource is missing"]);
    let all = statement(r#""Action":"s:A","Principal":"*","Resource":"*""#);
    check(Kind::Auth, &all, &[]);
    check(
        Kind::Identity,
        &all,
        &["Statement: a policy of an identity has no Principal"],
    );
    check(
        Kind::Trust,
        &all,
        &[
            "Statement.Action: 's:A': a trust policy has sts actions",
            "Statement: a trust policy has no Resource",
        ],
    );
}

#[test]
fn repeated_keys_are_mistakes_everywhere() {
    let twice = |statement: &str, path: &str| check(Kind::Auth, &auth(statement), &[path]);
    twice(
        r#","Effect":"Allow""#,
        "Statement[0]: 'Effect' occurs twice",
    );
    twice(
        r#","Condition":{"Bool":{"aws:a":true},"Bool":{"aws:b":true}}"#,
        "Statement[0].Condition: 'Bool' occurs twice",
    );
    twice(
        r#","Condition":{"Bool":{"aws:a":true,"aws:a":false}}"#,
        "Statement[0].Condition.Bool: 'aws:a' occurs twice",
    );
}

#[test]
fn statement_ids_are_words_and_unique() {
    check(
        Kind::Auth,
        &auth(r#","Sid":"a-b""#),
        &["Statement[0].Sid: a Sid has"],
    );
    check(
        Kind::Identity,
        r#"{"Statement":[{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
        &["Statement: two statements have the Sid 'A'"],
    );
}

#[test]
fn values_must_be_what_their_operator_reads() {
    for (operator, good, bad) in [
        ("Bool", r#"["true",false]"#, r#""yes""#),
        ("Null", "true", r#""maybe""#),
        ("IpAddress", r#"["10.1.2.3","::/0"]"#, r#""300.1.1.1""#),
        (
            "NotIpAddressIfExists",
            r#""10.0.0.1/8""#,
            r#""10.0.0.0/33""#,
        ),
        ("NumericEquals", "[443,\"443.5\"]", r#""many""#),
        ("DateLessThan", r#"["2026-01","1773576000"]"#, r#""soon""#),
        ("BinaryEquals", r#""AAECAw==""#, r#""***""#),
        ("ArnLike", r#"["arn:aws:iam::*:role/*","*"]"#, r#""reader""#),
        (
            "StringLike",
            r#"["a*","${aws:username}"]"#,
            r#""${aws:username""#,
        ),
    ] {
        let condition = |value| {
            auth(&format!(
                r#","Condition":{{"{operator}":{{"aws:x":{value}}}}}"#
            ))
        };
        check(Kind::Auth, &condition(good), &[]);
        check(
            Kind::Auth,
            &condition(bad),
            &[&format!("Statement[0].Condition.{operator}.aws:x: ")],
        );
    }
}

#[test]
fn there_are_no_other_operators() {
    for operator in [
        "stringEquals",
        "NullIfExists",
        "ForAnyValue:Null",
        "ForAny:StringEquals",
        "StringEqualsIfExistsIfExists",
        "BoolIfExist",
        "",
    ] {
        let text = auth(&format!(
            r#","Condition":{{"{operator}":{{"aws:x":"true"}}}}"#
        ));
        check(
            Kind::Auth,
            &text,
            &["Statement[0].Condition.: unknown"].map(|_| "Statement[0].Condition."),
        );
    }
}

#[test]
fn a_resource_is_an_arn_or_begins_with_a_star() {
    for (resource, good) in [
        ("*", true),
        ("*/orders/*", true),
        ("arn:aws:vpc-lattice:*:*:service/*", true),
        (
            "arn:*:vpc-lattice:eu-west-1:111122223333:service/svc-0/a:b",
            true,
        ),
        ("arn:aws:vpc-lattice:*:*:service/${aws:userid}", true),
        ("arn:aws:*:*:*:service/*", false),
        ("arn:aws:vpc-lattice:*", false),
        ("arn:aws::eu-west-1:111122223333:service/x", false),
        ("/orders", false),
        ("", false),
    ] {
        let text = auth("").replace(r#""Resource":"*""#, &format!(r#""Resource":"{resource}""#));
        assert_eq!(document(&text, Kind::Auth).is_ok(), good, "{resource}");
    }
}

#[test]
fn not_principal_only_denies() {
    let text = auth("").replace("Principal", "NotPrincipal");
    check(
        Kind::Auth,
        &text,
        &["Statement[0].NotPrincipal: NotPrincipal goes with"],
    );
    check(Kind::Auth, &text.replace("Allow", "Deny"), &[]);
}
