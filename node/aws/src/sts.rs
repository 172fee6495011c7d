//! STS: who calls, temporary credentials of roles, users and web identities, and why a call was denied.

pub mod answered;

mod model;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use trellis_proto::v1;

use crate::failure::Failure;
use crate::query::{self, Answer};

pub(crate) use model::API;

/// XML namespace of the API.
pub const NAMESPACE: &str = API.namespace;

/// Fields that would change what a session may do, and are refused rather than passed over.
const UNSUPPORTED: [&str; 3] = ["SerialNumber", "TokenCode", "ProvidedContexts"];

/// The message of a denial.
const MESSAGE: &str = "EncodedMessage";
/// The operation that nobody signs: a token stands for the signature.
const WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

/// A session that a token was exchanged for.
#[derive(Clone, Debug, PartialEq)]
pub struct WebSession {
    /// The session.
    pub session: v1::AssumeRoleResponse,
    /// Whom the token is about, in the words of its provider.
    pub subject: String,
    /// ARN of the provider. Source: what STS answers; its model says that it is the issuer.
    pub provider: String,
    /// The client id that the token is for.
    pub audience: String,
}

/// Identities and sessions, as a caller sees them.
pub trait Identities {
    /// Who calls.
    type Caller;
    /// What is known of whoever has not signed.
    type Stranger: Sync;

    /// Who it is.
    fn who(&self, caller: &Self::Caller) -> v1::GetCallerIdentityResponse;

    /// Temporary credentials of a role.
    ///
    /// # Errors
    /// Where a field is wrong, or the caller may not.
    fn assume_role(
        &self,
        caller: &Self::Caller,
        request: v1::AssumeRoleRequest,
    ) -> Result<v1::AssumeRoleResponse, Failure>;

    /// Temporary credentials of the user that calls.
    ///
    /// # Errors
    /// Where a field is wrong, or the caller is no user with an access key.
    fn get_session_token(
        &self,
        caller: &Self::Caller,
        request: v1::GetSessionTokenRequest,
    ) -> Result<v1::GetSessionTokenResponse, Failure>;

    /// Temporary credentials of a role for whomever the token of an identity provider is about; tags, and who is behind
    /// the session, come from the token.
    ///
    /// # Errors
    /// Where the token is not accepted, a field is wrong, or the role trusts no such identity.
    fn assume_role_with_web_identity(
        &self,
        stranger: &Self::Stranger,
        token: &str,
        request: v1::AssumeRoleRequest,
    ) -> impl Future<Output = Result<WebSession, Failure>> + Send;

    /// What the message of a denial says, JSON; `None` where it is none of the caller's account.
    ///
    /// # Errors
    /// Where the caller may not.
    fn decode_message(
        &self,
        caller: &Self::Caller,
        message: &str,
    ) -> Result<Option<String>, Failure>;
}

/// Answers a request, whose body is a form.
pub fn answer<I: Identities>(
    identities: &I,
    caller: &I::Caller,
    body: &[u8],
    request_id: &str,
) -> Answer {
    let failed = |code, failure: &Failure| Answer::of_code(code, failure, NAMESPACE, request_id);
    let (operation, input) = match query::input(&API, body) {
        Ok(read) => read,
        Err(failure) => return failed(query::code(&failure), &failure),
    };
    match perform(identities, caller, operation.name, &input) {
        Ok(members) => query::told(&API, operation, members, request_id),
        Err(failure) => failed(code(&failure), &failure),
    }
}

/// Answers a request that nobody has signed.
pub async fn answer_unsigned<I: Identities + Sync>(
    identities: &I,
    stranger: &I::Stranger,
    body: &[u8],
    request_id: &str,
) -> Answer {
    let done = async {
        if query::action(body).as_deref() != Some(WEB_IDENTITY) {
            return Err(Failure::Unauthenticated {
                code: "MissingAuthenticationTokenException",
                message: "the call is not signed; sign it with SigV4".to_owned(),
            });
        }
        let (operation, input) = query::input(&API, body)?;
        let members = exchange(identities, stranger, &input).await?;
        Ok(query::told(&API, operation, members, request_id))
    };
    let failed = |failure| Answer::of_code(code(&failure), &failure, NAMESPACE, request_id);
    done.await.unwrap_or_else(failed)
}

/// Exchanges a token for a session.
async fn exchange<I: Identities>(
    identities: &I,
    stranger: &I::Stranger,
    input: &Map<String, Value>,
) -> Result<Value, Failure> {
    if input.contains_key("ProviderId") {
        let message = "is for access tokens of OAuth 2.0, which are not supported";
        return Err(Failure::field("ProviderId", message));
    }
    let token = input.get("WebIdentityToken").and_then(Value::as_str);
    let told = identities
        .assume_role_with_web_identity(stranger, token.unwrap_or_default(), asked(input)?)
        .await?;
    let mut members = assumed(told.session);
    members["SubjectFromWebIdentityToken"] = told.subject.into();
    members["Provider"] = told.provider.into();
    members["Audience"] = told.audience.into();
    Ok(members)
}

/// Status and code of a failure. Source: STS API, `AssumeRole`, "Errors"; what STS answers where it conflicts with
/// the calling session.
fn code(failure: &Failure) -> (u16, &'static str) {
    let Failure::Refused(refusal) = failure else {
        return query::code(failure);
    };
    let is_about = |name: &str| refusal.fields.iter().any(|field| field.name == name);
    if is_about(MESSAGE) {
        (400, "InvalidAuthorizationMessageException")
    } else if is_about("policy") {
        (400, "MalformedPolicyDocument")
    } else if is_about("packedPolicySize") {
        (400, "PackedPolicyTooLarge")
    } else if ["tags", "transitiveTagKeys", "sourceIdentity"]
        .into_iter()
        .any(is_about)
    {
        (400, "InvalidParameterValue")
    } else {
        query::code(failure)
    }
}

fn perform<I: Identities>(
    identities: &I,
    caller: &I::Caller,
    operation: &str,
    input: &Map<String, Value>,
) -> Result<Value, Failure> {
    match operation {
        "GetCallerIdentity" => {
            let who = identities.who(caller);
            Ok(json!({ "UserId": who.user_id, "Account": who.account, "Arn": who.arn }))
        }
        "AssumeRole" => {
            let session = identities.assume_role(caller, asked(input)?)?;
            Ok(assumed(session))
        }
        "GetSessionToken" => {
            refuse_unsupported(input)?;
            let request = v1::GetSessionTokenRequest {
                duration_seconds: seconds(input),
            };
            let session = identities.get_session_token(caller, request)?;
            Ok(json!({
                "Credentials": {
                    "AccessKeyId": session.access_key_id,
                    "SecretAccessKey": session.secret_access_key,
                    "SessionToken": session.session_token,
                    "Expiration": session.expiration,
                },
            }))
        }
        "DecodeAuthorizationMessage" => {
            let message = input.get(MESSAGE).and_then(Value::as_str);
            let decoded = identities.decode_message(caller, message.unwrap_or_default())?;
            let none = || Failure::field(MESSAGE, "is no message of this account");
            Ok(json!({ "DecodedMessage": decoded.ok_or_else(none)? }))
        }
        WEB_IDENTITY => Err(Failure::UnknownOperation(format!(
            "{WEB_IDENTITY} with a signature; send it without"
        ))),
        other => Err(Failure::UnknownOperation(other.to_owned())),
    }
}

fn refuse_unsupported(input: &Map<String, Value>) -> Result<(), Failure> {
    let mut fields = UNSUPPORTED.iter();
    match fields.find(|field| input.contains_key(**field)) {
        Some(field) => Err(Failure::field(field, "is not supported")),
        None => Ok(()),
    }
}

/// How long a session is to last; 0 where nothing is said.
fn seconds(input: &Map<String, Value>) -> u32 {
    let seconds = input.get("DurationSeconds").and_then(Value::as_u64);
    let seconds = seconds.and_then(|seconds| seconds.try_into().ok());
    seconds.unwrap_or_default()
}

/// What is told of a session of a role.
fn assumed(session: v1::AssumeRoleResponse) -> Value {
    let mut members = json!({
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": session.secret_access_key,
            "SessionToken": session.session_token,
            "Expiration": session.expiration,
        },
        "AssumedRoleUser": {
            "AssumedRoleId": session.assumed_role_id,
            "Arn": session.assumed_role_arn,
        },
    });
    if session.packed_policy_size > 0 {
        members["PackedPolicySize"] = session.packed_policy_size.into();
    }
    if !session.source_identity.is_empty() {
        members["SourceIdentity"] = session.source_identity.into();
    }
    members
}

/// What is asked of a role.
fn asked(input: &Map<String, Value>) -> Result<v1::AssumeRoleRequest, Failure> {
    refuse_unsupported(input)?;
    let field = |field: &str| input.get(field).and_then(Value::as_str).unwrap_or_default();
    let keys = input.get("TransitiveTagKeys").and_then(Value::as_array);
    let keys = keys.into_iter().flatten().filter_map(Value::as_str);
    let policies = input.get("PolicyArns").and_then(Value::as_array);
    let policies = policies.into_iter().flatten();
    let arn = |policy: &Value| Some(policy["arn"].as_str()?.to_owned());
    Ok(v1::AssumeRoleRequest {
        role_arn: field("RoleArn").to_owned(),
        role_session_name: field("RoleSessionName").to_owned(),
        duration_seconds: seconds(input),
        tags: query::tags(input)?,
        external_id: field("ExternalId").to_owned(),
        policy: field("Policy").to_owned(),
        policy_arns: policies.filter_map(arn).collect(),
        transitive_tag_keys: keys.map(str::to_owned).collect(),
        source_identity: field("SourceIdentity").to_owned(),
    })
}
