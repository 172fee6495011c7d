//! Conditions of a statement.

use super::{Entries, Reader, element, under};
use crate::policy::json::Json;
use crate::policy::key::Key;
use crate::policy::pattern::ARN_PARTS;
use crate::policy::{Condition, Operand, Operator, Piece, Template, Test, value};

impl Reader {
    pub(super) fn conditions(
        &mut self,
        entries: &Entries<'_>,
        path: &str,
    ) -> Option<Vec<Condition>> {
        let Some(json) = element(entries, "Condition") else {
            return Some(Vec::new());
        };
        let path = under(path, "Condition");
        let mut conditions = Vec::new();
        for (name, keys) in self.object(&path, json)? {
            let path = under(&path, name);
            let operator = Operator::parse(name);
            if operator.is_none() {
                let message = format!(
                    "unknown condition operator '{name}'; see the list of operators, and mind case"
                );
                self.note(&path, message);
            }
            for (key, values) in self.object(&path, keys).unwrap_or_default() {
                let path = under(&path, key);
                let key = Key::parse(key);
                if key.is_none() {
                    self.note(&path, "a condition key is written 'service:name'");
                }
                let operands = self.operands(&path, values, operator.map(|o| o.test));
                conditions.extend(operator.zip(key).map(|(operator, key)| Condition {
                    operator,
                    key,
                    operands,
                }));
            }
        }
        Some(conditions)
    }

    fn operands(&mut self, path: &str, json: &Json, test: Option<Test>) -> Vec<Operand> {
        let values = match json {
            Json::List(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        if values.is_empty() {
            self.note(path, "the list is empty; name at least one value");
        }
        let mut operands = Vec::new();
        for value in values {
            let text = match value {
                Json::Text(text) | Json::Number(text) => text.as_str(),
                Json::Bool(true) => "true",
                Json::Bool(false) => "false",
                Json::Null | Json::List(_) | Json::Object(_) => {
                    let noun = value.noun();
                    let message = format!("a string, number or boolean is needed, not {noun}");
                    self.note(path, message);
                    continue;
                }
            };
            let Some(test) = test else {
                continue;
            };
            match operand(test, text, self.variables) {
                Ok(operand) => operands.push(operand),
                Err(message) => self.note(path, message),
            }
        }
        operands
    }
}

/// Reads a value as its operator reads it.
fn operand(test: Test, text: &str, variables: bool) -> Result<Operand, String> {
    let template = Template::parse(text, variables)?;
    let is_text = matches!(
        test,
        Test::StringEquals
            | Test::StringEqualsIgnoreCase
            | Test::StringLike
            | Test::BinaryEquals
            | Test::ArnLike
    );
    if template.has_variables() && !is_text {
        return Ok(Operand::Variable(template));
    }
    let wrong = |right: &str| format!("'{text}' is not {right}");
    match test {
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike => {
            Ok(Operand::Text(template))
        }
        Test::BinaryEquals if template.has_variables() || is_base64(text) => {
            Ok(Operand::Text(template))
        }
        Test::BinaryEquals => Err(wrong("base64")),
        Test::ArnLike if is_arn(&template) => Ok(Operand::Text(template)),
        Test::ArnLike => Err(wrong("an ARN of six parts")),
        Test::Bool | Test::Null => {
            let truth = value::boolean(text).map(Operand::Bool);
            truth.ok_or_else(|| wrong("true or false"))
        }
        Test::IpAddress => {
            let network = value::network(text).map(Operand::Network);
            network.ok_or_else(|| wrong("an address or an address range such as 10.0.0.0/8"))
        }
        Test::NumericEquals
        | Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals => {
            let number = value::number(text).map(Operand::Number);
            number.ok_or_else(|| wrong("a decimal number"))
        }
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => {
            let date = value::date(text).map(Operand::Date);
            date.ok_or_else(|| wrong("a date such as 2026-01-31T00:00:00Z, or seconds since 1970"))
        }
    }
}

fn is_base64(text: &str) -> bool {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .is_ok()
}

fn is_arn(template: &Template) -> bool {
    let starts_open = matches!(
        template.0.first(),
        Some(Piece::Run | Piece::Variable { .. })
    );
    let parts = template.split_colons(ARN_PARTS);
    let arn = parts
        .first()
        .is_some_and(|scheme| scheme.plain() == Some("arn"));
    (arn && parts.len() == ARN_PARTS) || (starts_open && parts.len() == 1)
}
