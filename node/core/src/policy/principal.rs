//! Principals: who a statement is about.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal".

use super::evaluate::Caller;

/// A principal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everyone, anonymous callers too.
    Everyone,
    /// An account: all its users, roles, sessions and its root.
    Account(String),
    /// A user, a role (with its sessions), a session, or a federated user, by ARN.
    Identity(String),
    /// A user or role by its unique id, `AIDA…`, `AROA…`.
    UniqueId(String),
    /// An OIDC or SAML identity provider.
    Provider(String),
    /// A service, or a canonical user of S3: nobody who calls here.
    Elsewhere(String),
}

impl Principal {
    /// Reads one value of `Principal: {"kind": value}`.
    ///
    /// # Errors
    /// What would be right.
    pub(super) fn parse(kind: &str, text: &str) -> Result<Self, String> {
        match kind {
            "AWS" => aws(text),
            "Federated" if is_provider(text) => Ok(Self::Provider(text.to_owned())),
            "Federated" => Err(format!(
                "'{text}' is no identity provider; give the ARN of an oidc-provider or \
                 saml-provider, or the provider's host name"
            )),
            "Service" if is_host(text) => Ok(Self::Elsewhere(text.to_owned())),
            "Service" => Err(format!(
                "'{text}' is no service principal; write 'service-name.amazonaws.com'"
            )),
            "CanonicalUser" if is_canonical_user(text) => Ok(Self::Elsewhere(text.to_owned())),
            "CanonicalUser" => Err("a canonical user id has 64 hex digits".into()),
            _ => Err(format!(
                "unknown kind of principal '{kind}'; use AWS, Federated, Service or CanonicalUser"
            )),
        }
    }

    /// Whether a caller is this principal or belongs to it. `None` is an anonymous caller.
    #[must_use]
    pub fn covers(&self, caller: Option<&Caller<'_>>) -> bool {
        let Some(caller) = caller else {
            return *self == Self::Everyone;
        };
        match self {
            Self::Everyone => true,
            Self::Account(account) => caller.provider.is_none() && account == caller.account,
            Self::Identity(arn) => arn == caller.arn || arn == caller.principal_arn,
            Self::UniqueId(id) => caller
                .user_id
                .strip_prefix(id.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':')),
            Self::Provider(provider) => caller.provider == Some(provider.as_str()),
            Self::Elsewhere(_) => false,
        }
    }
}

fn aws(text: &str) -> Result<Principal, String> {
    if text == "*" {
        return Ok(Principal::Everyone);
    }
    if is_account(text) {
        return Ok(Principal::Account(text.to_owned()));
    }
    if is_unique_id(text) {
        return Ok(Principal::UniqueId(text.to_owned()));
    }
    if text.starts_with("arn:") && text.contains(['*', '?']) {
        return Err(format!(
            "'{text}': a principal cannot have wildcards in its ARN; use '*' with a condition on \
             aws:PrincipalArn"
        ));
    }
    arn(text).ok_or_else(|| {
        format!(
            "'{text}' is no AWS principal; give '*', a 12-digit account id, or the ARN of an \
             account's root, a user, a role or a session"
        )
    })
}

fn arn(text: &str) -> Option<Principal> {
    let mut parts = text.splitn(6, ':');
    let scheme = parts.next()? == "arn";
    let partition = parts.next()?;
    let service = parts.next()?;
    let region = parts.next()?;
    let account = parts.next()?;
    let resource = parts.next()?;
    if !scheme || !is_partition(partition) || !region.is_empty() || !is_account(account) {
        return None;
    }
    if (service, resource) == ("iam", "root") {
        return Some(Principal::Account(account.to_owned()));
    }
    let (kind, name) = resource.split_once('/')?;
    let named = match (service, kind) {
        ("iam", "user" | "role") => name.split('/').all(is_name),
        ("sts", "assumed-role") => {
            let mut parts = name.split('/');
            parts.by_ref().take(2).filter(|part| is_name(part)).count() == 2
                && parts.next().is_none()
        }
        ("sts", "federated-user") => is_name(name),
        _ => false,
    };
    named.then(|| Principal::Identity(text.to_owned()))
}

fn is_partition(text: &str) -> bool {
    text == "aws" || text.strip_prefix("aws-").is_some_and(is_word)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Source: IAM user guide, "IAM and AWS STS quotas": letters, digits and `+=,.@_-`. Paths may hold
/// other printable characters, which nothing here makes.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Source: IAM user guide, "IAM identifiers", unique identifiers.
fn is_unique_id(text: &str) -> bool {
    (text.starts_with("AIDA") || text.starts_with("AROA"))
        && (16..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_canonical_user(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_host(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_word)
}

fn is_provider(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("arn:") else {
        let (host, path) = text.split_once('/').unwrap_or((text, "x"));
        return is_host(host) && path.split('/').all(is_name);
    };
    let mut parts = rest.splitn(5, ':');
    let head = [(); 4].map(|()| parts.next().unwrap_or_default());
    let [partition, service, region, account] = head;
    let provider = parts.next().and_then(|resource| resource.split_once('/'));
    is_partition(partition)
        && service == "iam"
        && region.is_empty()
        && is_account(account)
        && provider.is_some_and(|(kind, name)| {
            matches!(kind, "oidc-provider" | "saml-provider")
                && !name.is_empty()
                && !name.contains(['*', '?'])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_of_every_form_are_read() {
        use Principal::{Account, Elsewhere, Everyone, Identity, Provider, UniqueId};
        let account = || Account("111122223333".into());
        for (kind, text, expected) in [
            ("AWS", "*", Everyone),
            ("AWS", "111122223333", account()),
            ("AWS", "arn:aws:iam::111122223333:root", account()),
            (
                "AWS",
                "AROAEXAMPLEROLEID01",
                UniqueId("AROAEXAMPLEROLEID01".into()),
            ),
            (
                "Service",
                "ecs-tasks.amazonaws.com",
                Elsewhere("ecs-tasks.amazonaws.com".into()),
            ),
            (
                "Federated",
                "accounts.google.com",
                Provider("accounts.google.com".into()),
            ),
            (
                "CanonicalUser",
                &"0a".repeat(32),
                Elsewhere("0a".repeat(32)),
            ),
        ] {
            assert_eq!(Principal::parse(kind, text), Ok(expected), "{kind} {text}");
        }
        for text in [
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::111122223333:role/service/app/orders-writer",
            "arn:aws-cn:iam::111122223333:role/x",
            "arn:aws:sts::111122223333:assumed-role/reader/i-0abc@x",
            "arn:aws:sts::111122223333:federated-user/carol",
        ] {
            assert_eq!(Principal::parse("AWS", text), Ok(Identity(text.into())));
        }
    }

    #[test]
    fn what_is_no_principal_is_refused() {
        for (kind, text) in [
            ("AWS", ""),
            ("AWS", "11112222333"),
            ("AWS", "reader"),
            ("AWS", "arn:aws:s3:::bucket"),
            ("AWS", "arn:aws:iam::111122223333:*"),
            ("AWS", "arn:aws:iam::*:root"),
            ("AWS", "arn:aws:iam::111122223333:user/dev-*"),
            ("AWS", "arn:aws:iam::111122223333:user/"),
            ("AWS", "arn:aws:iam::111122223333:user/a//b"),
            ("AWS", "arn:aws:iam::111122223333:group/dev"),
            ("AWS", "arn:aws:iam:eu-west-1:111122223333:user/a"),
            ("AWS", "arn:aws:iam::111122223333:user/${aws:username}"),
            ("AWS", "arn:aws:sts::111122223333:assumed-role/reader"),
            ("AWS", "arn:aws:sts::111122223333:assumed-role/reader/a/b"),
            ("Federated", "*"),
            ("Federated", "arn:aws:iam::111122223333:user/a"),
            ("Service", "*"),
            ("Service", "ecs"),
            ("CanonicalUser", "x"),
            ("*", "*"),
            ("aws", "*"),
        ] {
            assert!(Principal::parse(kind, text).is_err(), "{kind} {text}");
        }
    }
}
