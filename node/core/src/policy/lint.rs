//! Reads a document and finds all its mistakes.
//!
//! Stricter than a reader has to be: what nobody can have meant (an unknown element, a repeated
//! key, a value that its operator can never match) is a mistake, since a policy that says less than
//! its author thinks is worse than one that is refused.

mod condition;
mod elements;

use std::collections::HashSet;
use std::fmt;

use super::document::{Document, Effect, Statement};
use super::json::{self, Json};
use super::{DOCUMENT_BYTES_MAX, Kind};

/// A mistake in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where: `Statement[0].Condition.StringEquals`; empty for the whole document.
    pub path: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// Reads a document with everything that is wrong with it.
pub(super) fn document(text: &str, kind: Kind) -> Result<Document, Vec<Mistake>> {
    let mut reader = Reader {
        kind,
        variables: false,
        mistakes: Vec::new(),
    };
    let document = reader.document(text);
    match document {
        Some(document) if reader.mistakes.is_empty() => Ok(document),
        _ => Err(reader.mistakes),
    }
}

/// The entries of an object, by element name.
type Entries<'j> = [(String, Json)];

/// The state of reading: what was found wrong so far.
struct Reader {
    kind: Kind,
    /// Whether `${…}` is a variable: version 2012-10-17.
    variables: bool,
    mistakes: Vec<Mistake>,
}

impl Reader {
    /// Notes a mistake; the answer stands for what could not be read.
    fn wrong<T>(&mut self, path: &str, message: impl Into<String>) -> Option<T> {
        self.note(path, message);
        None
    }

    /// Notes a mistake.
    fn note(&mut self, path: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake {
            path: path.to_owned(),
            message: message.into(),
        });
    }

    fn document(&mut self, text: &str) -> Option<Document> {
        if text.len() > DOCUMENT_BYTES_MAX {
            return self.wrong(
                "",
                format!(
                    "the document has {} bytes; the limit is {DOCUMENT_BYTES_MAX}",
                    text.len()
                ),
            );
        }
        let json = match json::read(text) {
            Ok(json) => json,
            Err(malformed) => return self.wrong("", malformed.to_string()),
        };
        let entries = self.object("", &json)?;
        self.known(entries, "", &["Version", "Id", "Statement"]);
        self.version(element(entries, "Version"));
        let id = self.optional_text(entries, "", "Id");
        let statements = match element(entries, "Statement") {
            Some(Json::List(items)) if !items.is_empty() => {
                let each = items.iter().enumerate();
                let read = each.map(|(i, item)| self.statement(&format!("Statement[{i}]"), item));
                read.collect::<Vec<_>>()
            }
            Some(Json::List(_)) | None => {
                return self.wrong("Statement", "a policy needs at least one statement");
            }
            Some(single) => vec![self.statement("Statement", single)],
        };
        let statements = statements.into_iter().collect::<Option<Vec<_>>>()?;
        if self.kind.has_unique_sids() {
            self.unique_sids(&statements);
        }
        Some(Document {
            kind: self.kind,
            id,
            statements,
        })
    }

    fn version(&mut self, version: Option<&Json>) {
        match version {
            None => {}
            Some(Json::Text(text)) if text == "2008-10-17" => {}
            Some(Json::Text(text)) if text == "2012-10-17" => self.variables = true,
            Some(_) => {
                let right = "the version is \"2012-10-17\", or \"2008-10-17\" without variables";
                self.note("Version", right);
            }
        }
    }

    fn statement(&mut self, path: &str, json: &Json) -> Option<Statement> {
        let entries = self.object(path, json)?;
        self.known(
            entries,
            path,
            &[
                "Sid",
                "Effect",
                "Principal",
                "NotPrincipal",
                "Action",
                "NotAction",
                "Resource",
                "NotResource",
                "Condition",
            ],
        );
        let sid = self.sid(entries, path);
        let effect = self.effect(entries, path);
        let principals = self.principals(entries, path);
        let actions = self.actions(entries, path);
        let resources = self.resources(entries, path);
        let conditions = self.conditions(entries, path);
        if let (Some(Effect::Allow), Some(Some(principals))) = (effect, &principals)
            && principals.negated
        {
            return self.wrong(
                &under(path, "NotPrincipal"),
                "NotPrincipal goes with the effect Deny only; with Allow it would let in everyone \
                 else, anonymous callers too",
            );
        }
        Some(Statement {
            sid,
            effect: effect?,
            principals: principals?,
            actions: actions?,
            resources: resources?,
            conditions: conditions?,
        })
    }

    fn effect(&mut self, entries: &Entries<'_>, path: &str) -> Option<Effect> {
        match element(entries, "Effect") {
            Some(Json::Text(text)) if text == "Allow" => Some(Effect::Allow),
            Some(Json::Text(text)) if text == "Deny" => Some(Effect::Deny),
            _ => self.wrong(
                &under(path, "Effect"),
                "the effect is \"Allow\" or \"Deny\"",
            ),
        }
    }

    /// Source: IAM user guide, "IAM JSON policy elements: Sid".
    fn sid(&mut self, entries: &Entries<'_>, path: &str) -> Option<String> {
        let sid = self.optional_text(entries, path, "Sid")?;
        if sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Some(sid);
        }
        self.wrong(
            &under(path, "Sid"),
            "a Sid has ASCII letters and digits only",
        )
    }

    fn unique_sids(&mut self, statements: &[Statement]) {
        let mut seen = HashSet::new();
        let sids = statements.iter().filter_map(|s| s.sid.as_deref());
        for sid in sids.filter(|sid| !sid.is_empty()) {
            if !seen.insert(sid) {
                self.note("Statement", format!("two statements have the Sid '{sid}'"));
            }
        }
    }

    fn optional_text(&mut self, entries: &Entries<'_>, path: &str, name: &str) -> Option<String> {
        match element(entries, name)? {
            Json::Text(text) => Some(text.clone()),
            other => self.wrong(
                &under(path, name),
                format!("{name} is a string, not {}", other.noun()),
            ),
        }
    }

    fn object<'j>(&mut self, path: &str, json: &'j Json) -> Option<&'j Entries<'j>> {
        match json {
            Json::Object(entries) => {
                self.repeated(entries, path);
                Some(entries)
            }
            other => self.wrong(
                path,
                format!("an object is needed here, not {}", other.noun()),
            ),
        }
    }

    fn repeated(&mut self, entries: &Entries<'_>, path: &str) {
        let mut seen = HashSet::new();
        for (name, _) in entries {
            if !seen.insert(name) {
                self.note(path, format!("'{name}' occurs twice"));
            }
        }
    }

    fn known(&mut self, entries: &Entries<'_>, path: &str, names: &[&str]) {
        for (name, _) in entries
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
        {
            let message = format!("unknown element '{name}'; known are {}", names.join(", "));
            self.note(path, message);
        }
    }
}

fn element<'j>(entries: &'j Entries<'j>, name: &str) -> Option<&'j Json> {
    entries
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

fn under(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests;
