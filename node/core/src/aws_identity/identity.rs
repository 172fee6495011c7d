//! Whom AWS's STS names.

use super::Partition;
use crate::model::arn::Arn;

/// Longest unique id that is believed, characters. Source: STS API, `AssumedRoleUser`, and a session's name.
const USER_ID_CHARS_MAX: usize = 256;

/// An identity of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsIdentity {
    /// Its partition.
    pub partition: &'static Partition,
    /// Its account, 12 digits.
    pub account: String,
    /// ARN of the user, the account's root, the federated user, or the role: for a session the role's, without its path,
    /// which STS does not tell.
    pub arn: String,
    /// Its unique id: `AIDA…`, or `AROA…` with a colon and the name of the session.
    pub user_id: String,
}

impl AwsIdentity {
    /// Reads what STS of a partition answered; `None` where that is not the identity of somebody there.
    #[must_use]
    pub fn read(
        partition: &'static Partition,
        account: &str,
        arn: &str,
        user_id: &str,
    ) -> Option<Self> {
        let parsed = Arn::parse(arn)?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_user_id = (1..=USER_ID_CHARS_MAX).contains(&user_id.len())
            && user_id.bytes().all(|byte| byte.is_ascii_graphic());
        let is_here = parsed.partition == partition.id
            && parsed.account == account
            && parsed.region.is_empty();
        if !is_account || !is_user_id || !is_here {
            return None;
        }
        Some(Self {
            partition,
            account: account.to_owned(),
            arn: canonical(&parsed)?,
            user_id: user_id.to_owned(),
        })
    }

    /// What trust policies call its account: `sts.amazonaws.com/123456789012`.
    #[must_use]
    pub fn provider(&self) -> String {
        format!("{}/{}", self.partition.provider, self.account)
    }
}

/// The ARN of an identity, whichever of its sessions calls.
fn canonical(arn: &Arn<'_>) -> Option<String> {
    let (kind, name) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
    match (arn.service, kind) {
        ("iam", "root") if arn.resource == "root" => Some(arn.to_string()),
        ("iam", "user") | ("sts", "federated-user") if !name.is_empty() => Some(arn.to_string()),
        ("sts", "assumed-role") => {
            let (role, session) = name.split_once('/')?;
            let is_whole = !role.is_empty() && !session.is_empty() && !session.contains('/');
            let role = Arn {
                service: "iam",
                resource: &format!("role/{role}"),
                ..*arn
            };
            is_whole.then(|| role.to_string())
        }
        _ => None,
    }
}
