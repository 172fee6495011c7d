//! What is replayed to AWS's STS, whom its answer names, and whom a trust policy lets in.
//!
//! Source: aws-iam-authenticator, `pkg/token/token.go` and `pkg/arn/arn.go`; STS API, `GetCallerIdentity`; botocore's
//! endpoint rules of `sts` (read 2026-11).

use std::time::{Duration, SystemTime};

use trellis_core::aws_identity::{AwsIdentity, Occasion, Partition, Presigned};

const URL: &str = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
    &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260315%2Feu-west-1%2Fsts%2Faws4_request\
    &X-Amz-Date=20260315T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-trellis-cluster-id\
    &X-Amz-Signature=0a1b2c";
/// 2026-03-15T12:00:00Z.
const SIGNED_AT: u64 = 1_773_576_000;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Why a URL is refused; empty where it is not.
fn refusal(url: &str, seconds: u64) -> String {
    let checked = Presigned::check(url, at(seconds), Duration::from_secs(300));
    checked
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

#[test]
fn a_presigned_get_caller_identity_is_replayed_as_it_is() {
    let presigned = Presigned::check(URL, at(SIGNED_AT), Duration::ZERO).unwrap();
    assert_eq!(
        (presigned.host, presigned.partition.id),
        ("sts.eu-west-1.amazonaws.com", "aws")
    );
    assert_eq!(URL.split_once("/?").unwrap().1, presigned.query);
    let with_token = format!("{URL}&X-Amz-Security-Token=IQoJ%2B%2F%3D");
    assert_eq!(refusal(&with_token, SIGNED_AT), "");
}

#[test]
fn whatever_else_is_refused() {
    let repeated = format!("{URL}&Action=GetCallerIdentity");
    let long = format!("{URL}&X-Amz-Security-Token={}", "a".repeat(4_096));
    for (url, expected) in [
        (URL.replace("https", "http"), "https://"),
        (URL.replace("https", "HTTPS"), "https://"),
        (URL.replace("/?", "?"), "the path /"),
        (URL.replace("/?", "/x?"), "the path /"),
        (URL.replace("/?", "/x/?"), "a host of AWS STS"),
        (URL.replace("sts.", "me@sts."), "a host of AWS STS"),
        (URL.replace(".com/", ".com:443/"), "a host of AWS STS"),
        (
            URL.replace(".com/", ".com.evil.example/"),
            "a host of AWS STS",
        ),
        (URL.replace("sts.", "iam."), "a host of AWS STS"),
        (format!("{URL}#x"), "percent-encoded"),
        (format!("{URL}&"), "percent-encoded"),
        (format!("{URL}&X-Amz-Expires"), "percent-encoded"),
        (format!("{URL}&X-Amz-Security-Token="), "percent-encoded"),
        (format!("{URL}&X-Amz-Security-Token=a+b"), "percent-encoded"),
        (format!("{URL}&X-Amz-Security-Token=a%2"), "percent-encoded"),
        (format!("{URL}&X-Amz-Security-Token=a=b"), "percent-encoded"),
        (format!("{URL}&X-Amz-Security-Token=é"), "percent-encoded"),
        (format!("{URL}&RoleArn=x"), r#"parameter "RoleArn""#),
        (URL.replace("Action", "action"), r#"parameter "action""#),
        (URL.replace("Action", "%41ction"), r#"parameter "%41ction""#),
        (repeated, "Action twice"),
        (
            URL.replace("=GetCallerIdentity", "=AssumeRole"),
            "Action=GetCallerIdentity",
        ),
        (
            URL.replace("2011-06-15", "2011-06-16"),
            "Version=2011-06-15",
        ),
        (
            URL.replace("4-HMAC", "4-ECDSA"),
            "Algorithm=AWS4-HMAC-SHA256",
        ),
        (
            URL.replace("%3Bx-trellis-cluster-id", ""),
            "=host;x-trellis-cluster-id",
        ),
        (
            URL.replace("cluster-id", "cluster-id%3Bx-a"),
            "=host;x-trellis-cluster-id",
        ),
        (
            URL.replace("&X-Amz-Signature=0a1b2c", ""),
            "no query parameter X-Amz-Signature",
        ),
        (
            URL.replace("&X-Amz-Date=20260315T120000Z", ""),
            "no query parameter X-Amz-Date",
        ),
        (URL.replace("T120000Z", ""), "20260315T120000Z"),
        (long, "at most 4096"),
        (String::new(), "https://"),
    ] {
        let refusal = refusal(&url, SIGNED_AT);
        assert!(refusal.contains(expected), "{url}: {refusal:?}");
    }
}

#[test]
fn a_signature_is_a_quarter_of_an_hour_old_at_most_and_hardly_ahead() {
    for (seconds, expected) in [
        (SIGNED_AT + 900, ""),
        (SIGNED_AT + 901, "was signed 901 s ago; at most 900"),
        (SIGNED_AT - 300, ""),
        (SIGNED_AT - 301, "was signed 301 s in the future"),
    ] {
        assert!(refusal(URL, seconds).starts_with(expected), "{seconds}");
        assert_eq!(refusal(URL, seconds).is_empty(), expected.is_empty());
    }
}

#[test]
fn hosts_of_sts_are_known_with_their_partitions() {
    for (host, expected) in [
        ("sts.amazonaws.com", Some("aws")),
        ("sts.us-east-1.amazonaws.com", Some("aws")),
        ("sts.ap-southeast-7.amazonaws.com", Some("aws")),
        ("sts-fips.us-west-2.amazonaws.com", Some("aws")),
        ("sts.eu-central-1.api.aws", Some("aws")),
        ("sts.us-gov-west-1.amazonaws.com", Some("aws-us-gov")),
        ("sts.cn-north-1.amazonaws.com.cn", Some("aws-cn")),
        (
            "sts.cn-north-1.api.amazonwebservices.com.cn",
            Some("aws-cn"),
        ),
        ("sts.eusc-de-east-1.amazonaws.eu", Some("aws-eusc")),
        ("STS.amazonaws.com", None),
        ("sts.amazonaws.com.", None),
        ("sts.amazonaws.com.cn", None),
        ("sts.cn-north-1.amazonaws.com", None),
        ("sts.us-east-1.amazonaws.com.cn", None),
        ("sts.us-east-1.s3.amazonaws.com", None),
        ("sts.us-east.amazonaws.com", None),
        ("sts.us-east-123.amazonaws.com", None),
        ("sts.us-iso-east-1.amazonaws.com", None),
        ("x.sts.us-east-1.amazonaws.com", None),
        ("sts.us-east-1.evil.example", None),
        ("127.0.0.1", None),
        ("", None),
    ] {
        let partition = Partition::of_host(host).map(|partition| partition.id);
        assert_eq!(partition, expected, "{host}");
    }
}

fn identity(arn: &str) -> Option<AwsIdentity> {
    let partition = Partition::of_host("sts.amazonaws.com").unwrap();
    AwsIdentity::read(partition, "123456789012", arn, "AROAEXAMPLE:night")
}

#[test]
fn an_identity_is_told_by_the_arn_of_its_user_or_role() {
    for (arn, expected) in [
        (
            "arn:aws:iam::123456789012:root",
            Some("arn:aws:iam::123456789012:root"),
        ),
        (
            "arn:aws:iam::123456789012:user/ops/anna",
            Some("arn:aws:iam::123456789012:user/ops/anna"),
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/deploy/night",
            Some("arn:aws:iam::123456789012:role/deploy"),
        ),
        (
            "arn:aws:sts::123456789012:federated-user/bob",
            Some("arn:aws:sts::123456789012:federated-user/bob"),
        ),
        ("arn:aws:sts::123456789012:assumed-role/deploy", None),
        (
            "arn:aws:sts::123456789012:assumed-role/a/deploy/night",
            None,
        ),
        ("arn:aws:sts::123456789012:assumed-role//night", None),
        ("arn:aws:iam::123456789012:role/deploy", None),
        ("arn:aws:iam::123456789012:root/x", None),
        ("arn:aws:iam::123456789012:user/", None),
        ("arn:aws:iam::210987654321:root", None),
        ("arn:aws-cn:iam::123456789012:root", None),
        ("arn:aws:iam:eu-west-1:123456789012:root", None),
        ("anna", None),
    ] {
        let arn_told = identity(arn).map(|identity| identity.arn);
        assert_eq!(arn_told.as_deref(), expected, "{arn}");
    }
    let partition = Partition::of_host("sts.amazonaws.com").unwrap();
    let arn = "arn:aws:iam::123456789012:root";
    for (account, user_id) in [("12345678901", "AIDA"), ("", "AIDA"), ("123456789012", "")] {
        assert_eq!(AwsIdentity::read(partition, account, arn, user_id), None);
    }
}

/// Whether a trust policy lets the role `deploy` of 123456789012 in.
fn lets_in(principal: &str, action: &str, condition: &str) -> bool {
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal},
            {action}, "Condition": {{{condition}}}}}]}}"#
    );
    is_allowed_by(&policy)
}

fn is_allowed_by(policy: &str) -> bool {
    let identity = identity("arn:aws:sts::123456789012:assumed-role/deploy/night").unwrap();
    let occasion = Occasion {
        identity: &identity,
        session_name: "ci",
        source_ip: Some([10, 0, 0, 9].into()),
        secure_transport: Some(true),
        now: at(SIGNED_AT),
    };
    occasion.is_allowed_by(policy)
}

const ACCOUNT: &str = r#"{"Federated": "sts.amazonaws.com/123456789012"}"#;
const ACTION: &str = r#""Action": "sts:AssumeRoleWithAwsIdentity""#;

#[test]
fn a_trust_policy_that_names_the_account_at_aws_lets_its_identities_in() {
    assert!(lets_in(ACCOUNT, ACTION, ""));
    let both =
        r#"{"Federated": ["sts.amazonaws.com/210987654321", "sts.amazonaws.com/123456789012"]}"#;
    assert!(lets_in(both, ACTION, ""));
    assert!(lets_in(ACCOUNT, r#""Action": "sts:*""#, ""));
}

#[test]
fn nobody_of_aws_is_let_in_by_what_is_said_of_this_cluster() {
    for principal in [
        r#""*""#,
        r#"{"AWS": "*"}"#,
        r#"{"AWS": "123456789012"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:role/deploy"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/night"}"#,
        r#"{"AWS": "AROAEXAMPLEEXAMPLE"}"#,
        r#"{"Federated": "sts.amazonaws.com"}"#,
        r#"{"Federated": "sts.amazonaws.com/210987654321"}"#,
        r#"{"Federated": "sts.amazonaws.com.cn/123456789012"}"#,
    ] {
        for action in [
            ACTION,
            r#""Action": "sts:*""#,
            r#""NotAction": "sts:AssumeRole""#,
        ] {
            assert!(!lets_in(principal, action, ""), "{principal} {action}");
        }
    }
    assert!(!lets_in(ACCOUNT, r#""Action": "sts:AssumeRole""#, ""));
    assert!(!is_allowed_by(""));
}

#[test]
fn conditions_narrow_it_down() {
    for (condition, expected) in [
        (
            r#""ArnLike": {"sts.amazonaws.com:Arn": "arn:aws:iam::123456789012:role/dep*"}"#,
            true,
        ),
        (
            r#""ArnEquals": {"sts.amazonaws.com:Arn": "arn:aws:iam::123456789012:role/other"}"#,
            false,
        ),
        (
            r#""StringEquals": {"sts.amazonaws.com:Account": "123456789012"}"#,
            true,
        ),
        (
            r#""StringEquals": {"sts.amazonaws.com:UserId": "AROAEXAMPLE:night"}"#,
            true,
        ),
        (
            r#""StringLike": {"sts.amazonaws.com:UserId": "AROAOTHER:*"}"#,
            false,
        ),
        (r#""StringEquals": {"sts:RoleSessionName": "ci"}"#, true),
        (r#""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#, true),
        (r#""IpAddress": {"aws:SourceIp": "10.1.0.0/16"}"#, false),
        (r#""Bool": {"aws:SecureTransport": "true"}"#, true),
        (
            r#""DateLessThan": {"aws:CurrentTime": "2026-03-15T12:00:01Z"}"#,
            true,
        ),
        (
            r#""DateLessThan": {"aws:CurrentTime": "2026-03-15T12:00:00Z"}"#,
            false,
        ),
        (r#""NumericEquals": {"aws:EpochTime": "1773576000"}"#, true),
        // Nothing here is a principal of this cluster.
        (r#""StringLike": {"aws:PrincipalArn": "*"}"#, false),
        (r#""StringLike": {"aws:PrincipalAccount": "*"}"#, false),
        (r#""StringLike": {"aws:userid": "*"}"#, false),
    ] {
        assert_eq!(lets_in(ACCOUNT, ACTION, condition), expected, "{condition}");
    }
}

#[test]
fn a_deny_counts_whomever_it_names() {
    let allow = format!(r#"{{"Effect": "Allow", "Principal": {ACCOUNT}, {ACTION}}}"#);
    for (principal, expected) in [
        (r#""Principal": "*""#, false),
        (r#""NotPrincipal": {"AWS": "123456789012"}"#, false),
        (r#""Principal": {"AWS": "123456789012"}"#, true),
    ] {
        let deny = format!(r#"{{"Effect": "Deny", {principal}, "Action": "sts:*"}}"#);
        let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{allow}, {deny}]}}"#);
        assert_eq!(is_allowed_by(&policy), expected, "{principal}");
    }
}
