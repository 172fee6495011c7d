//! What STS is asked, and how it answers.

use std::cell::RefCell;

use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;

use super::*;

/// Remembers what was asked, and answers every role with the same.
struct Scripted {
    asked: RefCell<Vec<v1::AssumeRoleRequest>>,
    answer: Result<v1::AssumeRoleResponse, Refusal>,
}

impl Scripted {
    fn new(answer: Result<v1::AssumeRoleResponse, Refusal>) -> Self {
        Self {
            asked: RefCell::default(),
            answer,
        }
    }

    fn answer(&self, form: &str) -> (u16, String) {
        let Answer { status, body } = super::answer(self, &(), form.as_bytes(), "r");
        (status, body)
    }
}

impl Identities for Scripted {
    type Caller = ();

    fn who(&self, (): &()) -> v1::GetCallerIdentityResponse {
        v1::GetCallerIdentityResponse::default()
    }

    fn assume_role(
        &self,
        (): &(),
        request: v1::AssumeRoleRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        self.asked.borrow_mut().push(request);
        Ok(self.answer.clone()?)
    }

    fn get_session_token(
        &self,
        (): &(),
        request: v1::GetSessionTokenRequest,
    ) -> Result<v1::GetSessionTokenResponse, Failure> {
        Ok(v1::GetSessionTokenResponse {
            access_key_id: format!("ASIA0000000000{:06}", request.duration_seconds),
            ..v1::GetSessionTokenResponse::default()
        })
    }

    fn decode_message(&self, (): &(), message: &str) -> Result<Option<String>, Failure> {
        Ok((message == "sealed").then(|| "{}".to_owned()))
    }
}

const ASSUME: &str = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::111111111111:role/r&RoleSessionName=s1";

#[test]
fn everything_that_is_asked_of_a_role_is_passed_on() {
    let scripted = Scripted::new(Ok(v1::AssumeRoleResponse {
        packed_policy_size: 7,
        source_identity: "anna".into(),
        ..v1::AssumeRoleResponse::default()
    }));
    let (status, body) = scripted.answer(&format!(
        "{ASSUME}&Policy=%7B%7D&PolicyArns.member.1.arn=arn:aws:iam::111111111111:policy/p\
         &Tags.member.1.Key=team&Tags.member.1.Value=a&TransitiveTagKeys.member.1=team\
         &SourceIdentity=anna&DurationSeconds=900&ExternalId=door"
    ));
    assert_eq!(status, 200, "{body}");
    for told in [
        "<PackedPolicySize>7</PackedPolicySize>",
        "<SourceIdentity>anna</SourceIdentity>",
    ] {
        assert!(body.contains(told), "{body}");
    }
    let expected = v1::AssumeRoleRequest {
        role_arn: "arn:aws:iam::111111111111:role/r".into(),
        role_session_name: "s1".into(),
        duration_seconds: 900,
        tags: [("team".to_owned(), "a".to_owned())].into(),
        external_id: "door".into(),
        policy: "{}".into(),
        policy_arns: vec!["arn:aws:iam::111111111111:policy/p".into()],
        transitive_tag_keys: vec!["team".into()],
        source_identity: "anna".into(),
    };
    assert_eq!(scripted.asked.take(), [expected]);
    // Neither is told where there is none.
    let scripted = Scripted::new(Ok(v1::AssumeRoleResponse::default()));
    let (_, body) = scripted.answer(ASSUME);
    assert!(!body.contains("PackedPolicySize") && !body.contains("SourceIdentity"));
}

#[test]
fn refusals_have_the_codes_of_sts() {
    for (field, status, code) in [
        ("policy", 400, "MalformedPolicyDocument"),
        ("packedPolicySize", 400, "PackedPolicyTooLarge"),
        ("tags", 400, "InvalidParameterValue"),
        ("transitiveTagKeys", 400, "InvalidParameterValue"),
        ("sourceIdentity", 400, "InvalidParameterValue"),
        ("durationSeconds", 400, "ValidationError"),
        ("policyArns", 400, "ValidationError"),
    ] {
        let Failure::Refused(refusal) = Failure::field(field, "is wrong") else {
            panic!("a refusal");
        };
        let (told, body) = Scripted::new(Err(refusal)).answer(ASSUME);
        assert_eq!(told, status, "{field}");
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
    }
    let denied = Refusal::new(RefusalKind::AccessDenied, "no");
    let (status, body) = Scripted::new(Err(denied)).answer(ASSUME);
    assert!(
        status == 403 && body.contains("<Code>AccessDenied</Code>"),
        "{body}"
    );
}

#[test]
fn what_is_not_supported_is_refused_before_anything_is_asked() {
    let scripted = Scripted::new(Ok(v1::AssumeRoleResponse::default()));
    let mfa = "SerialNumber=arn:aws:iam::1:mfa/anna&TokenCode=123456";
    let session = "Action=GetSessionToken&Version=2011-06-15";
    for form in [
        format!("{ASSUME}&{mfa}"),
        format!(
            "{ASSUME}&ProvidedContexts.member.1.ProviderArn=arn:aws:iam::aws:contextProvider/x"
        ),
        format!("{session}&{mfa}"),
        format!("{session}&DurationSeconds=899"),
    ] {
        let (status, body) = scripted.answer(&form);
        assert!(
            status == 400 && body.contains("<Code>ValidationError</Code>"),
            "{body}"
        );
    }
    assert!(scripted.asked.take().is_empty());
    let (status, body) = scripted.answer(&format!("{session}&DurationSeconds=129600"));
    assert!(
        status == 200 && body.contains("ASIA0000000000129600"),
        "{body}"
    );
}

#[test]
fn a_message_is_decoded_or_is_none() {
    let scripted = Scripted::new(Ok(v1::AssumeRoleResponse::default()));
    let ask = |message: &str| {
        let form = "Action=DecodeAuthorizationMessage&Version=2011-06-15&EncodedMessage";
        scripted.answer(&format!("{form}={message}"))
    };
    let (status, body) = ask("sealed");
    assert!(
        status == 200 && body.contains("<DecodedMessage>{}</DecodedMessage>"),
        "{body}"
    );
    let (status, body) = ask("forged");
    let code = "<Code>InvalidAuthorizationMessageException</Code>";
    assert!(status == 400 && body.contains(code), "{body}");
}
