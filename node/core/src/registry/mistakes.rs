//! Wrong fields, gathered so that a refusal names all of them at once.

use std::fmt::Display;

use super::outcome::{FieldMistake, Refusal, RefusalKind};

/// The wrong fields of one operation.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<FieldMistake>);

impl Mistakes {
    /// Notes a wrong field; `name` is its path in the words of the API.
    pub(super) fn add(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldMistake {
            name: name.into(),
            message: message.into(),
        });
    }

    /// Notes a wrong field where `holds` is false.
    pub(super) fn check(&mut self, holds: bool, name: &str, message: &str) {
        if !holds {
            self.add(name, message);
        }
    }

    /// Notes a number that is outside `first..=last`.
    pub(super) fn range<N: Copy + PartialOrd + Display>(
        &mut self,
        name: impl Into<String>,
        value: N,
        first: N,
        last: N,
    ) {
        if value < first || value > last {
            self.add(name, format!("{value} is not within {first}–{last}"));
        }
    }

    /// Notes a text or list whose length is outside `first..=last`.
    pub(super) fn length(
        &mut self,
        name: impl Into<String>,
        length: usize,
        first: usize,
        last: usize,
    ) {
        if length < first || length > last {
            let message = format!("has length {length}; {first}–{last} is allowed");
            self.add(name, message);
        }
    }

    /// Notes an enumeration whose number has no meaning.
    pub(super) fn known<E: TryFrom<i32>>(&mut self, name: &str, value: i32) {
        if E::try_from(value).is_err() {
            self.add(name, format!("{value} is not one of the known values"));
        }
    }

    /// Notes a field that differs from the stored one and must not.
    pub(super) fn same<V: PartialEq>(&mut self, name: &str, before: &V, after: &V) {
        if before != after {
            self.add(
                name,
                "cannot be changed; delete the resource and create it again",
            );
        }
    }

    /// Nothing, or the refusal that names every wrong field.
    ///
    /// # Errors
    /// [`RefusalKind::Validation`] where a field is wrong.
    pub(super) fn refuse(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(self.into_refusal())
    }

    /// The refusal that names every wrong field.
    pub(super) fn into_refusal(self) -> Refusal {
        let texts: Vec<String> = self
            .0
            .iter()
            .map(|mistake| format!("{}: {}", mistake.name, mistake.message))
            .collect();
        Refusal {
            fields: self.0,
            ..Refusal::new(RefusalKind::Validation, texts.join("; "))
        }
    }
}
