//! Condition keys, parsed once.

use std::fmt;

/// A condition key, `aws:PrincipalTag/Team`: lower case, since keys are compared without case, and
/// split once, so that looking a value up compares short words.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    text: Box<str>,
    service_end: usize,
    name_end: usize,
}

impl Key {
    /// Parses `service:name` or `service:name/argument`; `None` where a part is empty.
    ///
    /// The service is what stands before the first colon, so keys of OIDC providers
    /// (`host/path:sub`) have their host and path there.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase().into_boxed_str();
        let service_end = text.find(':')?;
        let rest = &text[service_end + 1..];
        let name_end = service_end + 1 + rest.find('/').unwrap_or(rest.len());
        let argument_is_empty = name_end + 1 == text.len();
        let key = Self {
            text,
            service_end,
            name_end,
        };
        let empty = key.service().is_empty() || key.name().is_empty() || argument_is_empty;
        (!empty).then_some(key)
    }

    /// What stands before the colon, lower case: `aws`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.text[..self.service_end]
    }

    /// What follows it, lower case: `principaltag`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text[self.service_end + 1..self.name_end]
    }

    /// What follows the slash, lower case: `team`.
    #[must_use]
    pub fn argument(&self) -> Option<&str> {
        self.text.get(self.name_end + 1..)
    }

    /// The whole key, lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_service_name_and_argument() {
        let parts = |text| {
            let key = Key::parse(text)?;
            Some(format!(
                "{} {} {:?}",
                key.service(),
                key.name(),
                key.argument()
            ))
        };
        for (text, expected) in [
            ("aws:SourceIp", Some("aws sourceip None")),
            (
                "AWS:PrincipalTag/Te/Am",
                Some("aws principaltag Some(\"te/am\")"),
            ),
            (
                "oidc.example.com/id/7:sub",
                Some("oidc.example.com/id/7 sub None"),
            ),
            ("SourceIp", None),
            (":SourceIp", None),
            ("aws:", None),
            ("aws:/x", None),
            ("aws:PrincipalTag/", None),
        ] {
            assert_eq!(parts(text).as_deref(), expected, "{text}");
        }
    }
}
