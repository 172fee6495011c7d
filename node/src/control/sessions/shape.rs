//! What is wrong with a request for a session.
//!
//! Source: STS API, `AssumeRole` and `Tag`; IAM user guide, "Role chaining" (read 2026-11).

use std::collections::{BTreeMap, BTreeSet};

use trellis_core::model::{Kind, Record, Role, limits};
use trellis_core::policy;
use trellis_core::registry::outcome::FieldMistake;
use trellis_core::registry::query;
use trellis_core::registry::{Refusal, State};
use trellis_proto::v1;

use super::baggage::{Inherited, is_same_key};
use crate::control::convert::invalid;
use crate::control::plan::wrong;

/// Shortest session, seconds.
const SECONDS_MIN: u32 = 900;
/// Session where none is asked for, and longest session that a session may assume, seconds.
const SECONDS_DEFAULT: u32 = 3_600;
/// Characters of a session tag's key and value.
const TAG_KEY_CHARS: usize = 128;
const TAG_VALUE_CHARS: usize = 256;
/// Managed policies of a session.
const POLICIES_MAX: usize = 10;
/// Characters of the policies of a session: its own, and the ARNs of managed ones.
const POLICY_CHARS_MAX: usize = 2_048;
/// What is too long where policies and tags do not fit into a token.
pub(super) const PACKED: &str = "packedPolicySize";

/// Longest session of a user, and one where nothing is said, seconds. Source: STS API, `GetSessionToken`.
const USER_SECONDS_MAX: u32 = 129_600;
const USER_SECONDS_DEFAULT: u32 = 43_200;

/// The seconds of a session of a user.
pub(super) fn user_seconds(asked: u32) -> Result<u32, Refusal> {
    match asked {
        0 => Ok(USER_SECONDS_DEFAULT),
        SECONDS_MIN..=USER_SECONDS_MAX => Ok(asked),
        _ => {
            let message = format!("must be {SECONDS_MIN} to {USER_SECONDS_MAX}");
            Err(wrong("durationSeconds", &message))
        }
    }
}

/// What a session is limited to.
pub(super) struct Limits {
    pub(super) seconds: u32,
    /// Ids of managed policies.
    pub(super) policy_ids: Vec<String>,
}

/// Checks the shape of a request for a session of a role.
pub(super) fn check(
    state: &State,
    inherited: &Inherited,
    role: &Role,
    request: &v1::AssumeRoleRequest,
) -> Result<Limits, Refusal> {
    let mut mistakes = Mistakes::default();
    let name = &request.role_session_name;
    if !is_word(name) {
        mistakes.add(
            "roleSessionName",
            "must be 2 to 64 letters, digits and _+=,.@-",
        );
    }
    let seconds = seconds(inherited.is_chained, role, request, &mut mistakes);
    tags(&inherited.tags, request, &mut mistakes);
    source_identity(inherited, &request.source_identity, &mut mistakes);
    session_policy(request, &mut mistakes);
    let policy_ids = managed(state, role, &request.policy_arns, &mut mistakes);
    mistakes.none().map(|()| Limits {
        seconds,
        policy_ids,
    })
}

#[derive(Default)]
struct Mistakes(Vec<FieldMistake>);

impl Mistakes {
    fn add(&mut self, name: &str, message: impl Into<String>) {
        self.0.push(FieldMistake {
            name: name.to_owned(),
            message: message.into(),
        });
    }

    fn none(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(invalid(self.0))
        }
    }
}

/// Whether a text may name a session, or who is behind it.
fn is_word(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&text.len()) && text.bytes().all(is_fit)
}

fn seconds(
    is_chained: bool,
    role: &Role,
    request: &v1::AssumeRoleRequest,
    mistakes: &mut Mistakes,
) -> u32 {
    let longest = match role.max_session_seconds {
        0 => SECONDS_DEFAULT,
        seconds if is_chained => seconds.min(SECONDS_DEFAULT),
        seconds => seconds,
    };
    let seconds = match request.duration_seconds {
        0 => SECONDS_DEFAULT.min(longest),
        seconds => seconds,
    };
    if !(SECONDS_MIN..=longest).contains(&seconds) {
        let of = if is_chained {
            "a chained session"
        } else {
            "this role"
        };
        let message = format!("must be {SECONDS_MIN} to {longest} for {of}");
        mistakes.add("durationSeconds", message);
    }
    seconds
}

fn tags(
    inherited: &BTreeMap<String, String>,
    request: &v1::AssumeRoleRequest,
    mistakes: &mut Mistakes,
) {
    if request.tags.len() + inherited.len() > limits::TAGS_MAX {
        mistakes.add("tags", format!("at most {}", limits::TAGS_MAX));
    }
    let mut seen = BTreeSet::new();
    for (key, value) in &request.tags {
        let is_long =
            key.chars().count() > TAG_KEY_CHARS || value.chars().count() > TAG_VALUE_CHARS;
        let folded = key.to_lowercase();
        if key.is_empty() || is_long || folded.starts_with("aws:") {
            let message = format!(
                "{key:?}: keys have 1 to {TAG_KEY_CHARS} characters and do not begin with aws:, values at most {TAG_VALUE_CHARS}"
            );
            mistakes.add("tags", message);
        }
        if inherited.keys().any(|known| is_same_key(known, key)) {
            let message =
                format!("{key:?} is a transitive tag of the calling session; leave it out");
            mistakes.add("tags", message);
        }
        if !seen.insert(folded) {
            mistakes.add(
                "tags",
                format!("{key:?} differs from another key only by case"),
            );
        }
    }
    for key in &request.transitive_tag_keys {
        if !request.tags.keys().any(|given| is_same_key(given, key)) {
            let message = format!("{key:?} is the key of no tag of the request");
            mistakes.add("transitiveTagKeys", message);
        }
    }
}

fn source_identity(inherited: &Inherited, asked: &str, mistakes: &mut Mistakes) {
    let name = "sourceIdentity";
    if asked.is_empty() {
        return;
    }
    // A colon is no letter of it, so that none begins with `aws:`.
    if !is_word(asked) {
        mistakes.add(name, "must be 2 to 64 letters, digits and _+=,.@-");
    }
    let inherited = &inherited.source_identity;
    if !inherited.is_empty() && inherited != asked {
        let message = format!("is {inherited:?} in the calling session and cannot change");
        mistakes.add(name, message);
    }
}

fn session_policy(request: &v1::AssumeRoleRequest, mistakes: &mut Mistakes) {
    let text = &request.policy;
    let texts = request.policy_arns.iter().chain([text]);
    let length: usize = texts.map(|text| text.chars().count()).sum();
    if length > POLICY_CHARS_MAX {
        let message = format!("the policies have {length} characters; at most {POLICY_CHARS_MAX}");
        mistakes.add(PACKED, message);
    }
    if text.is_empty() {
        return;
    }
    if let Err(wrong) = policy::parse(text, policy::Kind::Session) {
        for mistake in wrong {
            mistakes.add("policy", mistake.to_string());
        }
    }
}

/// The ids of managed policies, which are of the role's account.
fn managed(state: &State, role: &Role, arns: &[String], mistakes: &mut Mistakes) -> Vec<String> {
    let name = "policyArns";
    if arns.len() > POLICIES_MAX {
        mistakes.add(name, format!("at most {POLICIES_MAX}"));
        return Vec::new();
    }
    let account = &role.meta().account;
    let mut ids = Vec::new();
    for arn in arns {
        let is_arn = arn.starts_with("arn:");
        let id = query::resolve(state, Kind::ManagedPolicy, account, "", "", arn);
        match id.ok().filter(|_| is_arn) {
            Some(id) => ids.push(id),
            None => mistakes.add(
                name,
                format!("{arn} is the ARN of no policy of the role's account"),
            ),
        }
    }
    ids
}
