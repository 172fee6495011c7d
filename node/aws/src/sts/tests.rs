//! What STS is asked, and how it answers.

use std::sync::Mutex;

use trellis_core::oidc::Denial;
use trellis_core::registry::Refusal;
use trellis_core::registry::outcome::RefusalKind;

use super::*;
use crate::registry::fake::now;

/// Remembers what was asked, and answers every role with the same.
struct Scripted {
    asked: Mutex<Vec<v1::AssumeRoleRequest>>,
    answer: Result<v1::AssumeRoleResponse, Refusal>,
}

impl Scripted {
    fn new(answer: Result<v1::AssumeRoleResponse, Refusal>) -> Self {
        Self {
            asked: Mutex::default(),
            answer,
        }
    }

    fn answer(&self, form: &str) -> (u16, String) {
        let Answer { status, body } = super::answer(self, &(), form.as_bytes(), "r");
        (status, body)
    }
}

impl Scripted {
    fn answer_unsigned(&self, form: &str) -> (u16, String) {
        let Answer { status, body } = now(super::answer_unsigned(self, &(), form.as_bytes(), "r"));
        (status, body)
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<v1::AssumeRoleRequest> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Identities for Scripted {
    type Caller = ();
    type Stranger = ();

    fn who(&self, (): &()) -> v1::GetCallerIdentityResponse {
        v1::GetCallerIdentityResponse::default()
    }

    fn assume_role(
        &self,
        (): &(),
        request: v1::AssumeRoleRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure> {
        self.asked.lock().unwrap().push(request);
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

    async fn assume_role_with_web_identity(
        &self,
        (): &(),
        token: &str,
        request: v1::AssumeRoleRequest,
    ) -> Result<WebSession, Failure> {
        self.asked.lock().unwrap().push(request);
        Ok(WebSession {
            session: self.answer.clone()?,
            subject: token.to_owned(),
            provider: "arn:aws:iam::111111111111:oidc-provider/id.example.com".into(),
            audience: "web".into(),
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
    assert_eq!(scripted.asked(), [expected]);
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
    assert!(scripted.asked().is_empty());
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
    // What is no message at all is a wrong field.
    let (status, body) = ask("");
    let code = "<Code>ValidationError</Code>";
    assert!(status == 400 && body.contains(code), "{body}");
}

const EXCHANGE: &str = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::111111111111:role/r&RoleSessionName=s1&WebIdentityToken=a.b.c";

#[test]
fn a_token_is_exchanged_without_a_signature() {
    let scripted = Scripted::new(Ok(v1::AssumeRoleResponse {
        source_identity: "anna".into(),
        ..v1::AssumeRoleResponse::default()
    }));
    let (status, body) = scripted.answer_unsigned(&format!("{EXCHANGE}&DurationSeconds=900"));
    assert_eq!(status, 200, "{body}");
    for told in [
        "<AssumeRoleWithWebIdentityResult>",
        "<SubjectFromWebIdentityToken>a.b.c</SubjectFromWebIdentityToken>",
        "<Audience>web</Audience>",
        "<Provider>arn:aws:iam::111111111111:oidc-provider/id.example.com</Provider>",
        "<SourceIdentity>anna</SourceIdentity>",
    ] {
        assert!(body.contains(told), "{body}");
    }
    let [asked] = &scripted.asked()[..] else {
        panic!("asked once");
    };
    assert_eq!(
        (asked.role_session_name.as_str(), asked.duration_seconds),
        ("s1", 900)
    );
    for (form, code) in [
        (
            format!("{EXCHANGE}&ProviderId=www.amazon.com"),
            "ValidationError",
        ),
        (EXCHANGE.replace("=a.b.c", "=abc"), "ValidationError"),
        (
            EXCHANGE.replace("RoleSessionName", "Name"),
            "ValidationError",
        ),
        (EXCHANGE.replace("2011", "2012"), "InvalidAction"),
        (ASSUME.to_owned(), "MissingAuthenticationToken"),
        (
            "Action=ListUsers&Version=2010-05-08".to_owned(),
            "MissingAuthenticationToken",
        ),
        ("%".to_owned(), "MissingAuthenticationToken"),
        (String::new(), "MissingAuthenticationToken"),
    ] {
        let (_, body) = scripted.answer_unsigned(&form);
        assert!(
            body.contains(&format!("<Code>{code}</Code>")),
            "{form}: {body}"
        );
    }
    let (_, body) = scripted.answer(EXCHANGE);
    assert!(body.contains("<Code>InvalidAction</Code>"), "{body}");
    assert!(scripted.asked().is_empty());
}

#[test]
fn tokens_that_are_not_accepted_have_the_codes_of_sts() {
    let text = || "no".to_owned();
    for (denial, expected) in [
        (Denial::Invalid(text()), (400, "InvalidIdentityToken")),
        (Denial::Expired, (400, "ExpiredTokenException")),
        (Denial::Rejected(text()), (403, "IDPRejectedClaim")),
        (Denial::Unreachable(text()), (400, "IDPCommunicationError")),
    ] {
        assert_eq!(code(&denial.into()), expected);
    }
}
