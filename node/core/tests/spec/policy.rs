//! The policy language. Source: IAM user guide, "IAM JSON policy element reference"; where it says
//! nothing, the table in the header of `policy.rs`.

use serde_json::Value;
use trellis_core::policy::{
    Caller, Context, Decision, Key, Kind, Request, compile, minified, parse,
};

use crate::target::Draw;

/// Facts as lists: a key may have several values, or none.
struct Facts(Vec<(&'static str, Vec<&'static str>)>);

impl Context for Facts {
    fn any(&self, key: &Key, test: &mut dyn FnMut(&str) -> bool) -> bool {
        let mut entries = self.0.iter();
        entries
            .find(|(name, _)| name.eq_ignore_ascii_case(key.as_str()))
            .is_some_and(|(_, values)| values.iter().any(|value| test(value)))
    }

    fn is_multivalued(&self, key: &Key) -> bool {
        key.name() == "list"
    }
}

fn facts() -> Facts {
    Facts(vec![
        ("x:one", vec!["a"]),
        ("x:list", vec!["a", "b"]),
        ("x:single", vec!["a"]),
        ("x:empty", vec![""]),
        ("x:nothing", vec![]),
        ("x:port", vec!["443"]),
        ("x:word", vec!["many"]),
        ("x:ip", vec!["10.0.0.7"]),
        ("x:star", vec!["*"]),
        ("x:arn", vec!["arn:aws:iam::111122223333:role/a:b"]),
        ("x:unicode", vec!["GRÜßE"]),
    ])
}

const ALICE: Caller<'static> = Caller {
    arn: "arn:aws:iam::111122223333:user/alice",
    account: "111122223333",
    principal_arn: "arn:aws:iam::111122223333:user/alice",
    user_id: "AIDAEXAMPLE00000001",
    provider: None,
};

const SESSION: Caller<'static> = Caller {
    arn: "arn:aws:sts::111122223333:assumed-role/reader/build-7",
    account: "111122223333",
    principal_arn: "arn:aws:iam::111122223333:role/ci/reader",
    user_id: "AROAEXAMPLE00000001:build-7",
    provider: None,
};

fn decide(text: &str, kind: Kind, caller: Option<Caller<'_>>, action: &str) -> Decision {
    let document = match parse(text, kind) {
        Ok(document) => document,
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    };
    compile(&document).evaluate(&Request {
        caller,
        action,
        resource: "arn:aws:vpc-lattice:eu-west-1:111122223333:service/svc-1/orders/7",
        context: &facts(),
    })
}

/// Checks lines `operator key value => true or false`; the value is JSON.
#[track_caller]
fn check(table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (condition, expected) = line.split_once("=>").unwrap();
        let [operator, key, value] =
            std::array::from_fn(|n| condition.splitn(3, ' ').nth(n).unwrap().trim());
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"{key}":{value}}}}}}}}}"#
        );
        let holds = decide(&text, Kind::Identity, None, "s:A") != Decision::Silent;
        assert_eq!(holds.to_string(), expected.trim(), "{line}");
    }
}

#[test]
fn a_missing_key_fails_but_for_negated_and_if_exists_operators() {
    check(
        r#"StringEquals x:none "a"                   => false
           StringNotEquals x:none "a"                => true
           StringLike x:none "*"                     => false
           StringEqualsIfExists x:none "a"           => true
           NumericLessThan x:none 1                  => false
           NumericLessThanIfExists x:none 1          => true
           NotIpAddress x:none "10.0.0.0/8"          => true
           Bool x:none "false"                       => false
           Null x:none true                          => true
           Null x:none false                         => false
           Null x:one true                           => false
           Null x:empty true                         => false
           ForAllValues:StringEquals x:none "a"      => true
           ForAnyValue:StringEquals x:none "a"       => false
           ForAnyValue:StringNotEquals x:none "a"    => false
           ForAnyValue:StringLikeIfExists x:none "*" => false
           ForAllValues:StringEquals x:nothing "a"   => true"#,
    );
}

#[test]
fn a_plain_operator_on_several_values_wants_any_and_its_negation_none() {
    check(
        r#"StringEquals x:list "b"                      => true
           StringEquals x:list "c"                      => false
           StringNotEquals x:list "b"                   => false
           StringNotEquals x:list "c"                   => true
           ForAllValues:StringEquals x:list "b"         => false
           ForAllValues:StringEquals x:list ["a","b"]   => true
           ForAllValues:StringNotEquals x:list "b"      => false
           ForAllValues:StringNotEquals x:list "c"      => true
           ForAnyValue:StringNotEquals x:list "b"       => true
           ForAnyValue:StringNotEquals x:list ["a","b"] => false"#,
    );
}

#[test]
fn values_are_compared_as_their_operator_says() {
    check(
        r#"StringEquals x:one "A"                    => false
           StringEqualsIgnoreCase x:one "A"          => true
           StringEqualsIgnoreCase x:unicode "grüße"  => true
           StringEquals x:star "a"                   => false
           StringEquals x:one "*"                    => false
           StringLike x:one ["b","?"]                => true
           NumericEquals x:port "443.0"              => true
           NumericNotEquals x:port 443               => false
           NumericNotEquals x:word 443               => true
           NumericGreaterThanEquals x:word 0         => false
           IpAddress x:ip ["10.0.0.0/29"]            => true
           IpAddress x:ip "::/0"                     => false
           ArnLike x:arn "arn:aws:iam::*:role/*"     => true
           ArnLike x:arn "arn:aws:iam:*:role/*:b:*"  => false
           ArnEquals x:arn "arn:aws:*:*:*:*"         => true
           ArnLike x:arn "*"                         => true
           ArnEquals x:arn "${x:arn}"                => true
           ArnEquals x:arn "${x:one}"                => false
           ArnNotLike x:one "arn:aws:iam::*:role/*"  => true"#,
    );
}

#[test]
fn variables_stand_for_one_value() {
    check(
        r#"StringEquals x:one "${x:single}"          => true
           StringEquals x:one "${X:Single}"          => true
           StringEquals x:one "${x:star}"            => false
           StringLike x:one "${x:star}"              => false
           StringLike x:one "${x:single}*"           => true
           StringEquals x:one "${x:list}"            => false
           StringEquals x:one "${x:list, 'a'}"       => true
           StringNotEquals x:one "${x:none}"         => true
           StringEquals x:one "${x:none, 'a'}"       => true
           StringLike x:one "${x:none, '*'}"         => false
           StringEquals x:star "${*}"                => true
           IpAddress x:ip "${x:ip}/8"                => true
           NumericEquals x:port "${x:port}"          => true
           NumericEquals x:port "${x:word}"          => false
           Bool x:one "${x:one}"                     => false"#,
    );
}

/// Checks lines `element JSON caller => allow, deny or silent`.
#[track_caller]
fn check_principals(effect: &str, table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (left, expected) = line.split_once("=>").unwrap();
        let (element, who) = left.trim().rsplit_once(' ').unwrap();
        let (name, value) = element.split_once(' ').unwrap();
        let text = format!(
            r#"{{"Statement":{{"Effect":"{effect}","{name}":{value},"Action":"*","Resource":"*"}}}}"#
        );
        let caller = match who {
            "alice" => Some(ALICE),
            "session" => Some(SESSION),
            _ => None,
        };
        let word = match decide(&text, Kind::Auth, caller, "s:A") {
            Decision::Allow { .. } => "allow",
            Decision::Deny { .. } => "deny",
            Decision::Silent => "silent",
        };
        assert_eq!(word, expected.trim(), "{line}");
    }
}

#[test]
fn principals_cover_whom_they_name() {
    check_principals(
        "Allow",
        r#"Principal "*" anonymous => allow
           Principal {"AWS":"*"} anonymous => allow
           Principal {"AWS":"111122223333"} anonymous => silent
           Principal {"AWS":"111122223333"} alice => allow
           Principal {"AWS":"arn:aws:iam::111122223333:root"} session => allow
           Principal {"AWS":"222233334444"} alice => silent
           Principal {"AWS":["222233334444","arn:aws:iam::111122223333:user/alice"]} alice => allow
           Principal {"AWS":"arn:aws:iam::111122223333:user/Alice"} alice => silent
           Principal {"AWS":"arn:aws:iam::111122223333:role/ci/reader"} session => allow
           Principal {"AWS":"arn:aws:iam::111122223333:role/reader"} session => silent
           Principal {"AWS":"arn:aws:sts::111122223333:assumed-role/reader/build-7"} session => allow
           Principal {"AWS":"arn:aws:sts::111122223333:assumed-role/reader/build-8"} session => silent
           Principal {"AWS":"AROAEXAMPLE00000001"} session => allow
           Principal {"AWS":"AROAEXAMPLE0000000"} session => silent
           Principal {"Service":"ecs.amazonaws.com","AWS":"111122223333"} alice => allow
           Principal {"Service":"ecs.amazonaws.com"} alice => silent
           Principal {"Federated":"accounts.google.com"} alice => silent"#,
    );
}

#[test]
fn not_principal_denies_everyone_else() {
    check_principals(
        "Deny",
        r#"NotPrincipal {"AWS":"arn:aws:iam::111122223333:user/alice"} alice => silent
           NotPrincipal {"AWS":"arn:aws:iam::111122223333:user/alice"} session => deny
           NotPrincipal {"AWS":"arn:aws:iam::111122223333:user/alice"} anonymous => deny
           NotPrincipal {"AWS":"arn:aws:iam::111122223333:role/ci/reader"} session => silent
           NotPrincipal {"AWS":"111122223333"} session => silent
           NotPrincipal {"Service":"ecs.amazonaws.com"} alice => deny
           NotPrincipal "*" anonymous => silent"#,
    );
}

#[test]
fn a_role_may_trust_an_identity_provider() {
    let provider = "arn:aws:iam::111122223333:oidc-provider/oidc.example.com";
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"x:one":"a"}}}}}}]}}"#
    );
    let action = "sts:AssumeRoleWithWebIdentity";
    let of = |provider| Caller {
        provider: Some(provider),
        ..Caller::default()
    };
    let allowed = Decision::Allow { statement: 0 };
    assert_eq!(
        decide(&text, Kind::Trust, Some(of(provider)), action),
        allowed
    );
    let other = of("arn:aws:iam::111122223333:oidc-provider/other.example.com");
    assert_eq!(
        decide(&text, Kind::Trust, Some(other), action),
        Decision::Silent
    );
    assert_eq!(
        decide(&text, Kind::Trust, Some(ALICE), action),
        Decision::Silent
    );
    // A web identity belongs to no account.
    let account = text.replace(
        &format!(r#""Federated":"{provider}""#),
        r#""AWS":"111122223333""#,
    );
    assert_eq!(
        decide(&account, Kind::Trust, Some(of(provider)), action),
        Decision::Silent
    );
}

#[test]
fn a_not_resource_without_value_neither_allows_nor_spares() {
    let text = |effect: &str, variable: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"*","NotResource":"arn:aws:vpc-lattice:*:*:service/{variable}/*"}}}}"#
        )
    };
    let said = |effect, variable| decide(&text(effect, variable), Kind::Identity, None, "s:A");
    assert_eq!(said("Allow", "other"), Decision::Allow { statement: 0 });
    assert_eq!(said("Allow", "svc-1"), Decision::Silent);
    assert_eq!(said("Allow", "${x:none}"), Decision::Silent);
    assert_eq!(said("Deny", "${x:none}"), Decision::Deny { statement: 0 });
}

#[test]
fn the_deciding_statement_is_named() {
    let text = r#"{"Statement":[
        {"Sid":"Other","Effect":"Allow","Action":"t:*","Resource":"*"},
        {"Sid":"First","Effect":"Allow","Action":"s:*","Resource":"*"},
        {"Sid":"Second","Effect":"Allow","Action":"*","Resource":"*"},
        {"Sid":"Never","Effect":"Deny","Action":"s:B","Resource":"*"}]}"#;
    let compiled = compile(&parse(text, Kind::Identity).unwrap());
    let statement = |action| match decide(text, Kind::Identity, None, action) {
        Decision::Allow { statement } | Decision::Deny { statement } => compiled.sid(statement),
        Decision::Silent => None,
    };
    assert_eq!(statement("s:A"), Some("First"));
    assert_eq!(statement("S:b"), Some("Never"));
    assert_eq!(statement("u:A"), Some("Second"));
}

/// The documents of the policy rows.
fn documents() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/policy");
    let mut documents = Vec::new();
    for file in ["public.jsonl", "invalid.public.jsonl"] {
        let rows = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        for row in rows.lines() {
            let row: Value = serde_json::from_str(row).unwrap();
            documents.extend(row["document"].as_str().map(str::to_owned));
            let policies = row["policies"].as_object().into_iter().flatten();
            documents.extend(
                policies
                    .filter(|(_, p)| p.is_object())
                    .map(|(_, p)| p.to_string()),
            );
        }
    }
    documents.retain(|document| document.len() < 4_000);
    documents
}

#[test]
fn a_damaged_document_is_refused_with_reasons_or_means_the_same_minified() {
    let documents = documents();
    let mut draw = Draw(3);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..40_000 {
        let mut bytes = documents[draw.below(documents.len())].clone().into_bytes();
        for _ in 0..draw.below(3) {
            damage(&mut bytes, &mut draw);
        }
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let kinds = [Kind::Auth, Kind::Identity, Kind::Trust];
        for kind in kinds {
            match parse(&text, kind) {
                Ok(document) => {
                    read += 1;
                    let small = minified(&text).unwrap();
                    assert_eq!(parse(&small, kind), Ok(document), "{text}");
                }
                Err(mistakes) => {
                    refused += 1;
                    assert!(!mistakes.is_empty(), "{text}");
                }
            }
        }
    }
    assert!(read > 10_000 && refused > 40_000, "{read} {refused}");
}

fn damage(bytes: &mut Vec<u8>, draw: &mut Draw) {
    if bytes.is_empty() {
        return;
    }
    let at = draw.below(bytes.len());
    match draw.below(4) {
        0 => bytes[at] ^= 1 << draw.below(7),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, b"\"{}[],:*?$ \\0a"[draw.below(14)]),
        _ => {
            let end = (at + draw.below(40)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            let to = draw.below(bytes.len());
            bytes.splice(to..to, part);
        }
    }
}
