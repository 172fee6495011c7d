//! Conditions: whether the values of a key are as a statement wants them.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Multivalued context
//! keys" (read 2026-11).

use ipnet::IpNet;

use super::evaluate::Context;
use super::key::Key;
use super::pattern::{ArnPattern, Pattern, Wildcards};
use super::value;
use super::{Condition, Operand, Operator, Quantifier, Template, Test};

/// A compiled condition.
#[derive(Clone, Debug)]
pub(super) struct CompiledCondition {
    pub(super) operator: Operator,
    pub(super) key: Key,
    operands: Box<[Compared]>,
}

/// A value of the policy, ready to be compared.
#[derive(Clone, Debug)]
enum Compared {
    Text(Pattern),
    Arn(ArnPattern),
    Number(f64),
    Date(i128),
    Bool(bool),
    Network(IpNet),
    /// Read as the test reads it, once its variables are known.
    Late(Pattern),
}

impl Compared {
    fn new(test: Test, operand: &Operand) -> Self {
        let pattern = |template: &Template, wildcards| Pattern::new(template, wildcards);
        match operand {
            Operand::Text(template) if test == Test::ArnLike => {
                Self::Arn(ArnPattern::new(template))
            }
            Operand::Text(template) if test == Test::StringLike => {
                Self::Text(pattern(template, Wildcards::Yes))
            }
            Operand::Text(template) => Self::Text(pattern(template, Wildcards::No)),
            Operand::Variable(template) => Self::Late(pattern(template, Wildcards::No)),
            Operand::Number(number) => Self::Number(*number),
            Operand::Date(date) => Self::Date(*date),
            Operand::Bool(truth) => Self::Bool(*truth),
            Operand::Network(network) => Self::Network(*network),
        }
    }
}

impl CompiledCondition {
    pub(super) fn new(condition: &Condition) -> Self {
        let test = condition.operator.test;
        let compared = |operand| Compared::new(test, operand);
        Self {
            operator: condition.operator,
            key: condition.key.clone(),
            operands: condition.operands.iter().map(compared).collect(),
        }
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, context: &dyn Context) -> bool {
        let Operator {
            quantifier,
            test,
            negated,
            if_exists,
        } = self.operator;
        if test == Test::Null {
            return self.is_null(context);
        }
        let mut exists = false;
        let one_matches = |value: &str| self.matches(value, context);
        // The loop ends with the first value that decides.
        let decided = context.any(&self.key, &mut |value| {
            exists = true;
            match quantifier {
                Quantifier::Plain => one_matches(value),
                Quantifier::Any => one_matches(value) != negated,
                Quantifier::All => one_matches(value) == negated,
            }
        });
        match quantifier {
            Quantifier::Any => decided,
            _ if !exists && if_exists => true,
            Quantifier::Plain => decided != negated,
            Quantifier::All => !decided,
        }
    }

    fn is_null(&self, context: &dyn Context) -> bool {
        let missing = !context.any(&self.key, &mut |_| true);
        self.operands.iter().any(|operand| match operand {
            Compared::Late(pattern) => text_of(pattern, context, |text| {
                value::boolean(text) == Some(missing)
            }),
            operand => matches!(operand, Compared::Bool(wanted) if *wanted == missing),
        })
    }

    /// Whether a value of the request matches one of the policy's.
    fn matches(&self, value: &str, context: &dyn Context) -> bool {
        match self.operator.test {
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike => {
                self.matches_text(value, context)
            }
            Test::BinaryEquals => self.matches_text(value, context),
            Test::ArnLike => self.operands.iter().any(
                |operand| matches!(operand, Compared::Arn(arn) if arn.matches(value, context)),
            ),
            _ => self.matches_parsed(value, context),
        }
    }

    fn matches_text(&self, value: &str, context: &dyn Context) -> bool {
        let ignore_case = self.operator.test == Test::StringEqualsIgnoreCase;
        self.operands.iter().any(|operand| match operand {
            Compared::Text(pattern) if ignore_case => {
                text_of(pattern, context, |text| equal_but_for_case(text, value))
            }
            Compared::Text(pattern) => pattern.matches(value, context),
            _ => false,
        })
    }

    fn matches_parsed(&self, value: &str, context: &dyn Context) -> bool {
        let test = self.operator.test;
        let number = value::number(value);
        self.operands.iter().any(|operand| match operand {
            Compared::Number(wanted) => number.is_some_and(|is| compares(test, &is, wanted)),
            Compared::Date(wanted) => {
                value::date(value).is_some_and(|is| compares(test, &is, wanted))
            }
            Compared::Bool(wanted) => value::boolean(value) == Some(*wanted),
            Compared::Network(range) => value::address(value).is_some_and(|is| range.contains(&is)),
            Compared::Late(pattern) => text_of(pattern, context, |text| late(test, value, text)),
            Compared::Text(_) | Compared::Arn(_) => false,
        })
    }
}

/// Gives the text of a pattern without wildcards to `test`.
fn text_of(pattern: &Pattern, context: &dyn Context, test: impl FnOnce(&str) -> bool) -> bool {
    pattern.with(context, |bytes| std::str::from_utf8(bytes).is_ok_and(test))
}

/// Compares where the policy's value came out of a variable.
fn late(test: Test, value: &str, wanted: &str) -> bool {
    match test {
        Test::Bool => value::boolean(value)
            .zip(value::boolean(wanted))
            .is_some_and(|(is, wanted)| is == wanted),
        Test::IpAddress => value::address(value)
            .zip(value::network(wanted))
            .is_some_and(|(is, range)| range.contains(&is)),
        Test::DateEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => value::date(value)
            .zip(value::date(wanted))
            .is_some_and(|(is, wanted)| compares(test, &is, &wanted)),
        _ => value::number(value)
            .zip(value::number(wanted))
            .is_some_and(|(is, wanted)| compares(test, &is, &wanted)),
    }
}

fn compares<T: PartialOrd>(test: Test, is: &T, wanted: &T) -> bool {
    match test {
        Test::NumericLessThan | Test::DateLessThan => is < wanted,
        Test::NumericLessThanEquals | Test::DateLessThanEquals => is <= wanted,
        Test::NumericGreaterThan | Test::DateGreaterThan => is > wanted,
        Test::NumericGreaterThanEquals | Test::DateGreaterThanEquals => is >= wanted,
        _ => is == wanted,
    }
}

fn equal_but_for_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let folded = |letter: char| letter.to_lowercase();
    a.chars().flat_map(folded).eq(b.chars().flat_map(folded))
}
