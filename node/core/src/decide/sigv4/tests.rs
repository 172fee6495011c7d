//! Rules of authentication, in their order. That right signatures verify and damaged ones do not is
//! checked against others' signers in `tests/sigv4_suite.rs` and `tests/oracles.rs`.

mod case;
#[cfg(feature = "seeded-bugs")]
mod seeded_bugs;

use super::*;
use case::{Case, Store};

const NOW: u64 = 1_773_576_000; // 20260315T120000Z
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SCOPE: &str = "20260315/eu-west-1/vpc-lattice-svcs/aws4_request";
const PRESIGNED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA1%2F20260315%2F\
    eu-west-1%2Fvpc-lattice-svcs%2Faws4_request&X-Amz-Date=20260315T120000Z&X-Amz-Expires=60&\
    X-Amz-SignedHeaders=host&X-Amz-Signature=00";

#[test]
fn a_request_without_a_trace_of_a_signature_is_anonymous() {
    let plain = Case::get("/orders?a=1&x-amzn-trace=1");
    assert_eq!(plain.judge(), Ok(Caller::Anonymous));
    for other in ["Bearer abc", "Basic dXNlcjpwYXNz", "x"] {
        assert_eq!(
            plain.clone().with("authorization", other).judge(),
            Ok(Caller::Anonymous)
        );
    }
    let dated = plain.with("x-amz-date", "nonsense");
    assert_eq!(
        dated.judge(),
        Ok(Caller::Anonymous),
        "a date is not a signature"
    );
}

#[test]
fn a_trace_of_a_signature_is_never_anonymous() {
    for part in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 x",
        "aws4",
        "AWS AKIA1:sig",
        "",
    ] {
        assert!(
            Case::get("/").with("authorization", part).judge().is_err(),
            "{part}"
        );
    }
    for query in [
        "X-Amz-Signature=00",
        "X-Amz-Credential=x",
        "X-Amz-Algorithm=x",
        "x-amz-signature=00",
        "X%2DAmz%2DSignature=00",
        "X-Amz-Security-Token=x",
    ] {
        assert!(Case::get(&format!("/?{query}")).judge().is_err(), "{query}");
    }
    assert!(
        Case::get("/")
            .with("x-amz-security-token", "t")
            .judge()
            .is_err()
    );
}

#[test]
fn only_one_mechanism_is_accepted() {
    let text = "IncompleteSignatureException: Only one authentication mechanism";
    let twice = Case::signed();
    let again = twice.headers["authorization"].to_str().unwrap().to_owned();
    twice.with("authorization", &again).refused(text);
    Case::signed()
        .with("authorization", "Bearer x")
        .refused(text);
    let mut both = Case::signed();
    both.target = format!("/orders?{PRESIGNED}");
    both.refused(text);
    Case::get(&format!("/?{PRESIGNED}"))
        .with("authorization", "Bearer x")
        .refused(text);
}

#[test]
fn a_right_signature_gives_the_principal_and_what_it_was_signed_for() {
    let expected = Signed {
        principal: "alice",
        region: "eu-west-1",
        service: "vpc-lattice-svcs",
        payload: Payload::Unsigned,
    };
    assert_eq!(Case::signed().judge(), Ok(Caller::Signed(expected)));
    let session = Case::signed()
        .with("x-amz-security-token", "token")
        .sign("ASIA1", SCOPE);
    assert!(matches!(
        session.judge(),
        Ok(Caller::Signed(Signed {
            principal: "session",
            ..
        }))
    ));
}

#[test]
fn the_signing_time_may_be_five_minutes_off_either_way() {
    for (now, accepted) in [(300, true), (301, false), (-300, true), (-301, false)] {
        let case = Case {
            now: NOW.saturating_add_signed(now),
            ..Case::signed()
        };
        assert_eq!(case.judge().is_ok(), accepted, "{now}");
    }
    Case {
        now: NOW + 3600,
        ..Case::signed()
    }
    .refused(
        "InvalidSignatureException: Signature expired: 20260315T120000Z is now earlier than \
         20260315T125500Z (20260315T130000Z - 300 s.)",
    );
    Case {
        now: NOW - 3600,
        ..Case::signed()
    }
    .refused(
        "InvalidSignatureException: Signature not yet current: 20260315T120000Z is still later \
         than 20260315T110500Z (20260315T110000Z + 300 s.)",
    );
}

#[test]
fn the_date_header_serves_where_there_is_no_x_amz_date() {
    let undated = Case::signed().without("x-amz-date");
    undated.refused("IncompleteSignatureException: Authorization header requires existence of");
    for date in ["Sun, 15 Mar 2026 12:00:00 GMT", "20260315T120000Z"] {
        let dated = undated.clone().with("date", date).sign("AKIA1", SCOPE);
        assert!(matches!(dated.judge(), Ok(Caller::Signed(_))), "{date}");
    }
    undated
        .with("date", "yesterday")
        .refused("IncompleteSignatureException: Date must be in");
    let both = Case::signed().with("date", "Sun, 15 Mar 2020 12:00:00 GMT");
    assert!(
        matches!(both.judge(), Ok(Caller::Signed(_))),
        "x-amz-date wins"
    );
}

#[test]
fn the_scope_must_be_ours() {
    let scoped = |scope| Case::signed().sign("AKIA1", scope);
    let cases = [
        (
            "20260315/us-west-2/vpc-lattice-svcs/aws4_request",
            "Credential should be scoped to a valid",
        ),
        (
            "20260315/eu-west-1/s3/aws4_request",
            "Credential should be scoped to correct service",
        ),
        (
            "20260314/eu-west-1/vpc-lattice-svcs/aws4_request",
            "Date in Credential scope",
        ),
        (
            "20260315/eu-west-1/vpc-lattice-svcs/aws5",
            "Credential should be scoped with a valid",
        ),
    ];
    for (scope, text) in cases {
        scoped(scope).refused(&format!("InvalidSignatureException: {text}"));
    }
    for scope in [
        "x",
        "20260315/eu-west-1/aws4_request",
        "2026/eu-west-1/vpc-lattice-svcs/aws4_request",
    ] {
        scoped(scope).refused("IncompleteSignatureException: 'Credential' is not well-formed.");
    }
    let other = scoped("20260315/us-east-1/vpc-lattice-svcs/aws4_request").judge();
    assert!(matches!(
        other,
        Ok(Caller::Signed(Signed {
            region: "us-east-1",
            ..
        }))
    ));
}

#[test]
fn a_region_set_names_regions_or_prefixes_of_them() {
    for (set, region, expected) in [
        ("*", "eu-west-1", true),
        ("eu-west-1", "eu-west-1", true),
        ("us-east-1, eu-*", "eu-west-1", true),
        ("eu-*", "us-east-1", false),
        ("eu-west-11", "eu-west-1", false),
        ("", "eu-west-1", false),
        ("eu-*-1", "eu-west-1", false),
    ] {
        assert_eq!(covers(set, region), expected, "{set} {region}");
    }
}

#[test]
fn what_must_be_signed_is_signed_and_what_is_signed_is_there() {
    Case::signed().with("x-amz-target", "A.B").refused(
        "IncompleteSignatureException: 'x-amz-target' must be a 'SignedHeader' in the AWS",
    );
    let rewrite = |from: &str, to: &str| {
        let authorization = Case::signed().headers["authorization"]
            .to_str()
            .unwrap()
            .replace(from, to);
        Case::signed().replace("authorization", &authorization)
    };
    rewrite("host;", "").refused("IncompleteSignatureException: 'host' must be a 'SignedHeader'");
    rewrite("x-amz-date,", "x-amz-date;x-amz-security-token,").refused(
        "IncompleteSignatureException: 'x-amz-security-token' is named as a SignedHeader, but it \
         does not exist in the HTTP request.",
    );
    for (from, to) in [
        ("host;", "host;host;"),
        ("host;", "Host;"),
        ("host;", "x-amz-date;host;"),
        ("host;", ";host;"),
    ] {
        rewrite(from, to)
            .refused("IncompleteSignatureException: 'SignedHeaders' is not well-formed.");
    }
    rewrite("AWS4-HMAC", "AWS4-XMAC").refused("IncompleteSignatureException: Unsupported AWS 'alg");
}

#[test]
fn a_request_names_one_host() {
    let text = "IncompleteSignatureException: The request must name one host.";
    Case {
        authority: "other.test",
        ..Case::signed()
    }
    .refused(text);
    Case::signed().with("host", "orders.test:80").refused(text);
    let without_host_header = Case::signed().without("host");
    assert!(
        matches!(without_host_header.judge(), Ok(Caller::Signed(_))),
        "HTTP/2 has none"
    );
}

#[test]
fn keys_that_nobody_may_sign_with_have_their_answers() {
    let invalid =
        "UnrecognizedClientException: The security token included in the request is invalid.";
    Case::signed().sign("AKIANOBODY", SCOPE).refused(invalid);
    Case::signed().sign("AKIA2", SCOPE).refused(invalid);
    Case::signed().sign("ASIA1", SCOPE).refused(invalid);
    let token = |token, id| {
        Case::signed()
            .with("x-amz-security-token", token)
            .sign(id, SCOPE)
    };
    token("other", "ASIA1").refused(invalid);
    token("token", "AKIA1").refused(invalid);
    token("token", "ASIA2").refused("ExpiredTokenException: ");
}

#[test]
fn the_payload_is_unsigned_or_has_a_hash_to_be_compared() {
    let hashed = Case::signed().replace("x-amz-content-sha256", &hex::encode(EMPTY_SHA256));
    let hashed = hashed.sign("AKIA1", SCOPE);
    let judged = hashed.judge();
    assert!(
        matches!(&judged, Ok(Caller::Signed(signed)) if signed.payload == Payload::Sha256(EMPTY_SHA256))
    );
    Case {
        body_sha256: Some([1; 32]),
        ..hashed.clone()
    }
    .refused("InvalidSignatureException: The provided 'x-amz-content-sha256' header does not");
    Case {
        strict: true,
        ..hashed
    }
    .refused("IncompleteSignatureException: The value of 'x-amz-content-sha256' is not");
    let unsigned = Case {
        body_sha256: Some([1; 32]),
        strict: true,
        ..Case::signed()
    };
    assert!(unsigned.judge().is_ok());
    for value in [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "unsigned-payload",
        "",
        &"AB".repeat(32),
    ] {
        Case::signed()
            .replace("x-amz-content-sha256", value)
            .refused("IncompleteSignatureException: The value of 'x-amz-content-sha256' is not");
    }
}

#[test]
fn without_a_payload_header_the_body_is_hashed_first() {
    let silent = Case {
        body_sha256: Some([7; 32]),
        ..Case::signed()
    };
    let silent = silent.without("x-amz-content-sha256").sign("AKIA1", SCOPE);
    let judged = silent.judge();
    assert!(
        matches!(&judged, Ok(Caller::Signed(signed)) if signed.payload == Payload::Sha256([7; 32]))
    );
    assert_eq!(
        Case {
            body_sha256: None,
            ..silent.clone()
        }
        .judge(),
        Err(Refusal::BodyHashNeeded)
    );
    let other_body = Case {
        body_sha256: Some([8; 32]),
        ..silent.clone()
    };
    assert_eq!(other_body.judge(), Err(Refusal::Mismatch));
    Case {
        strict: true,
        ..silent
    }
    .refused(
        "IncompleteSignatureException: Missing the 'x-amz-content-sha256' in canonical headers.",
    );
    let unknown = Case {
        body_sha256: None,
        ..Case::signed()
    }
    .without("x-amz-content-sha256");
    unknown
        .sign("NOBODY", SCOPE)
        .refused("UnrecognizedClientException");
}

#[test]
fn a_presigned_url_lives_as_long_as_it_says_and_no_longer_than_a_week() {
    let url = |from: &str, to: &str| Case::get(&format!("/?{}", PRESIGNED.replace(from, to)));
    url("", "").refused("IncompleteSignatureException: 'Signature' is not well-formed.");
    let late = Case {
        now: NOW + 61,
        ..url("", "")
    };
    late.refused("InvalidSignatureException: Signature expired: 20260315T120100Z is now earlier");
    Case {
        now: NOW - 301,
        ..url("", "")
    }
    .refused("InvalidSignatureException: Signature not yet");
    for expires in ["0", "-1", "+5", "604801", "9.5", "99999999999999999999"] {
        url("Expires=60", &format!("Expires={expires}"))
            .refused("IncompleteSignatureException: 'X-Amz-Expires' is not well-formed.");
    }
    for name in [
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Credential",
    ] {
        url(name, "other").refused(&format!(
            "IncompleteSignatureException: The request signature requires '{name}'"
        ));
    }
    url(
        "X-Amz-Signature=00",
        "X-Amz-Signature=00&X-Amz-Signature=00",
    )
    .refused("Incomplete");
}

#[test]
fn a_rotated_secret_finds_nothing_in_the_memory() {
    let mut memo = SigningKeys::new(1);
    let request = Case::signed();
    assert!(request.judge_with(&Store(SECRET), &mut memo).is_ok());
    assert_eq!(
        request.judge_with(&Store("rotated"), &mut memo),
        Err(Refusal::Mismatch)
    );
    assert!(request.judge_with(&Store(SECRET), &mut memo).is_ok());
    assert_eq!(format!("{memo:?}"), "SigningKeys { used: 1, .. }");
}

#[test]
fn no_answer_tells_more_than_the_request_did() {
    let wrong = Case::signed().replace("x-amz-date", "20260315T120001Z");
    let refusal = wrong.judge().unwrap_err();
    assert_eq!(refusal, Refusal::Mismatch);
    assert_eq!(
        (refusal.status(), refusal.code()),
        (403, "InvalidSignatureException")
    );
    assert_eq!(refusal.label(), "signature-mismatch");
    assert!(!refusal.public_text().contains("2026"));
}
