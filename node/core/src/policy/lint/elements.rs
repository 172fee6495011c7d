//! Principals, actions and resources of a statement.

use super::{Entries, Reader, element, under};
use crate::policy::json::Json;
use crate::policy::pattern::ARN_PARTS;
use crate::policy::{Kind, Piece, Principal, Selection, Template};

impl Reader {
    /// The plain or the `Not…` element, whichever there is, with its path.
    fn either<'j>(
        &mut self,
        entries: &'j Entries<'j>,
        path: &str,
        name: &str,
    ) -> Option<(bool, String, &'j Json)> {
        let opposite = format!("Not{name}");
        match (element(entries, name), element(entries, &opposite)) {
            (Some(_), Some(_)) => self.wrong(
                path,
                format!("a statement has {name} or {opposite}, not both"),
            ),
            (Some(json), None) => Some((false, under(path, name), json)),
            (None, Some(json)) => Some((true, under(path, &opposite), json)),
            (None, None) => self.wrong(path, format!("{name} is missing")),
        }
    }

    /// Whether a kind of document must not have an element and has it.
    fn forbidden(&mut self, entries: &Entries<'_>, path: &str, name: &str) -> bool {
        let opposite = format!("Not{name}");
        let present = element(entries, name)
            .or(element(entries, &opposite))
            .is_some();
        if present {
            let message = match self.kind {
                Kind::Trust => format!("a trust policy has no {name}: it is the role's own"),
                _ => format!("a policy of an identity has no {name}: it is the identity's own"),
            };
            self.note(path, message);
        }
        present
    }

    /// `None` after a mistake, `Some(None)` where the kind has no principals.
    pub(super) fn principals(
        &mut self,
        entries: &Entries<'_>,
        path: &str,
    ) -> Option<Option<Selection<Principal>>> {
        if !self.kind.has_principal() {
            let bad = self.forbidden(entries, path, "Principal");
            return (!bad).then_some(None);
        }
        let (negated, path, json) = self.either(entries, path, "Principal")?;
        let mistakes = self.mistakes.len();
        let items = match json {
            Json::Text(text) if text == "*" => vec![Principal::Everyone],
            Json::Object(kinds) => {
                self.repeated(kinds, &path);
                let mut items = Vec::new();
                for (kind, values) in kinds {
                    let path = under(&path, kind);
                    for (path, text) in self.texts(&path, values).unwrap_or_default() {
                        match Principal::parse(kind, text) {
                            Ok(principal) => items.push(principal),
                            Err(message) => self.note(&path, message),
                        }
                    }
                }
                items
            }
            _ => Vec::new(),
        };
        if items.is_empty() && self.mistakes.len() == mistakes {
            return self.wrong(
                &path,
                "write \"*\" or an object such as {\"AWS\": \"111122223333\"}",
            );
        }
        Some(Some(Selection { negated, items }))
    }

    pub(super) fn actions(
        &mut self,
        entries: &Entries<'_>,
        path: &str,
    ) -> Option<Selection<Template>> {
        let (negated, path, json) = self.either(entries, path, "Action")?;
        let mut items = Vec::new();
        for (path, text) in self.texts(&path, json)? {
            if !is_action(text) {
                self.note(
                    &path,
                    format!("'{text}' is no action; write '*' or 'service:Name', with * and ? in the name"),
                );
            } else if self.kind == Kind::Trust && !text.to_ascii_lowercase().starts_with("sts:") {
                self.note(
                    &path,
                    format!(
                        "'{text}': a trust policy has sts actions only, such as sts:AssumeRole"
                    ),
                );
            }
            items.push(Template::parse(text, false).unwrap_or_default());
        }
        Some(Selection { negated, items })
    }

    /// `None` after a mistake, `Some(None)` where the kind has no resources.
    pub(super) fn resources(
        &mut self,
        entries: &Entries<'_>,
        path: &str,
    ) -> Option<Option<Selection<Template>>> {
        if !self.kind.has_resource() {
            let bad = self.forbidden(entries, path, "Resource");
            return (!bad).then_some(None);
        }
        let (negated, path, json) = self.either(entries, path, "Resource")?;
        let mut items = Vec::new();
        for (path, text) in self.texts(&path, json)? {
            match Template::parse(text, self.variables) {
                Err(message) => self.note(&path, message),
                Ok(template) => {
                    if let Some(message) = resource_mistake(text, &template) {
                        self.note(&path, message);
                    }
                    items.push(template);
                }
            }
        }
        Some(Some(Selection { negated, items }))
    }

    /// A string or a list of strings, at least one, with their paths.
    fn texts<'j>(&mut self, path: &str, json: &'j Json) -> Option<Vec<(String, &'j str)>> {
        match json {
            Json::Text(text) => Some(vec![(path.to_owned(), text)]),
            Json::List(items) if !items.is_empty() => {
                let mut texts = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    match item {
                        Json::Text(text) => texts.push((path, text.as_str())),
                        other => {
                            self.note(&path, format!("a string is needed, not {}", other.noun()))
                        }
                    }
                }
                Some(texts)
            }
            Json::List(_) => self.wrong(path, "the list is empty; name at least one"),
            other => self.wrong(
                path,
                format!(
                    "a string or a list of strings is needed, not {}",
                    other.noun()
                ),
            ),
        }
    }
}

/// Source: IAM user guide, "IAM JSON policy elements: Action".
fn is_action(text: &str) -> bool {
    let wild = |byte: u8| byte == b'*' || byte == b'?';
    match text.split_once(':') {
        None => text == "*",
        Some((service, name)) => {
            let service_is_whole = !service.is_empty()
                && service
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-');
            (service == "*" || service_is_whole)
                && !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || wild(b))
        }
    }
}

/// What is wrong with a resource.
fn resource_mistake(text: &str, template: &Template) -> Option<String> {
    if template.0.first() == Some(&Piece::Run) {
        return None;
    }
    let parts = template.split_colons(ARN_PARTS);
    let [scheme, partition, service, _, _, resource] = parts.as_slice() else {
        return Some(format!(
            "'{text}' is no ARN; write '*', '*/path' or \
             'arn:aws:vpc-lattice:region:account:service/svc-id/path'"
        ));
    };
    if scheme.plain() != Some("arn") || partition.0.is_empty() || resource.0.is_empty() {
        return Some(format!(
            "'{text}' is no ARN: it begins with 'arn:' and has six parts"
        ));
    }
    match service.plain() {
        Some("") | None => Some(format!(
            "'{text}': the service part of an ARN is a name, without wildcards or variables"
        )),
        Some(_) => None,
    }
}
