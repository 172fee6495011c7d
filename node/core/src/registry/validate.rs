//! The shape of a command: everything that can be refused before it is proposed.

use super::command::{AnyRecord, Change, Command, Identifier, Operation};
use super::mistakes::Mistakes;
use super::outcome::Refusal;
use super::target::registration;
use super::{meta, rules};
use crate::model::{Kind, id, limits};

impl Command {
    /// Judges the shape of the command, without any state: names, patterns, ranges, required fields.
    ///
    /// What passes here may still be refused when it is applied.
    ///
    /// # Errors
    /// The refusal of the first operation that is wrong, with all its wrong fields.
    pub fn validate(&self) -> Result<(), Refusal> {
        frame(self)?;
        for (index, operation) in self.operations.iter().enumerate() {
            shape(operation).map_err(|refusal| refusal.of_operation(index))?;
        }
        Ok(())
    }
}

/// Judges what surrounds the operations.
pub(super) fn frame(command: &Command) -> Result<(), Refusal> {
    let mut mistakes = Mistakes::default();
    let length = command.operations.len();
    mistakes.length("operations", length, 0, limits::OPERATIONS_PER_COMMAND);
    let account = &command.account;
    let is_account = account.is_empty() || id::is_account(account);
    mistakes.check(is_account, "account", "is not 12 digits");
    let token = &command.client_token;
    if !token.is_empty() {
        mistakes.length(
            "clientToken",
            token.chars().count(),
            1,
            limits::CLIENT_TOKEN_CHARS_MAX,
        );
        let visible = token.bytes().any(|b| (b'!'..=b'~').contains(&b));
        mistakes.check(visible, "clientToken", "has no visible character");
    }
    mistakes.refuse()
}

fn shape(operation: &Operation) -> Result<(), Refusal> {
    let mut mistakes = Mistakes::default();
    match operation.change.as_ref() {
        Some(Change::Create(stored) | Change::Put(stored)) => {
            let record = stored.record.as_ref().ok_or_else(|| nothing("record"))?;
            meta::check(record.kind(), record.meta(), &mut mistakes);
            completed_shape(record, &mut mistakes);
        }
        Some(Change::Update(stored)) => {
            let record = stored.record.as_ref().ok_or_else(|| nothing("record"))?;
            meta::tags(&record.meta().tags, &mut mistakes);
            completed_shape(record, &mut mistakes);
        }
        Some(Change::Delete(identifier)) => {
            kind(identifier)?;
            mistakes.check(!identifier.id.is_empty(), "id", "is required");
        }
        Some(Change::RegisterTargets(list) | Change::DeregisterTargets(list)) => {
            registration::shape(list, limits::TARGETS_PER_CALL, &mut mistakes);
        }
        Some(Change::Tag(change)) => {
            meta::tags(&change.tags, &mut mistakes);
            kind(
                change
                    .resource
                    .as_ref()
                    .ok_or_else(|| nothing("resource"))?,
            )?;
        }
        Some(Change::Untag(change)) => {
            kind(
                change
                    .resource
                    .as_ref()
                    .ok_or_else(|| nothing("resource"))?,
            )?;
        }
        Some(Change::RemoveDrained(_) | Change::UseJoinToken(_)) => {}
        None => return Err(nothing("change")),
    }
    mistakes.refuse()
}

fn completed_shape(record: &AnyRecord, mistakes: &mut Mistakes) {
    let mut record = record.clone();
    rules::complete(&mut record);
    rules::shape(&record, mistakes);
}

/// The refusal of an operation that lacks a part.
pub(super) fn nothing(what: &str) -> Refusal {
    let mut mistakes = Mistakes::default();
    mistakes.add(what, "is required");
    mistakes.into_refusal()
}

/// The kind that an identifier names.
pub(super) fn kind(identifier: &Identifier) -> Result<Kind, Refusal> {
    Kind::try_from(identifier.kind).map_err(|_| nothing("kind"))
}
