//! Policy documents as fields of records.

use crate::policy;
use crate::registry::mistakes::Mistakes;

/// A policy document under judgement.
pub(in crate::registry) struct Document<'a> {
    field: &'a str,
    text: &'a str,
    kind: policy::Kind,
}

impl<'a> Document<'a> {
    /// The document in a field.
    pub(in crate::registry) fn new(field: &'a str, text: &'a str, kind: policy::Kind) -> Self {
        Self { field, text, kind }
    }

    /// Names every mistake of the document.
    pub(in crate::registry) fn shape(&self, mistakes: &mut Mistakes) {
        let found = match policy::parse(self.text, self.kind) {
            Ok(_) => return,
            Err(found) => found,
        };
        for mistake in found {
            let path = match mistake.path.as_str() {
                "" => self.field.to_owned(),
                path => format!("{}.{path}", self.field),
            };
            mistakes.add(path, mistake.message);
        }
    }
}

/// Removes insignificant white space; a text that is no JSON stays, for [`Document::shape`] to name.
pub(in crate::registry) fn minify(text: &mut String) {
    if let Ok(minified) = policy::minified(text) {
        *text = minified;
    }
}
