//! A policy document as it was read: only well-formed ones exist.

use ipnet::IpNet;

use super::Kind;
use super::key::Key;
use super::pattern::Template;
use super::principal::Principal;

/// A policy document without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is for.
    pub kind: Kind,
    /// `Id`.
    pub id: Option<String>,
    /// The statements, in order; at least one.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<String>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`; `None` in kinds without.
    pub principals: Option<Selection<Principal>>,
    /// `Action` or `NotAction`.
    pub actions: Selection<Template>,
    /// `Resource` or `NotResource`; `None` in kinds without.
    pub resources: Option<Selection<Template>>,
    /// Conditions; all must hold.
    pub conditions: Vec<Condition>,
}

/// What a statement does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// A list of which one must match; with `negated` (`Not…`), of which none may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<T> {
    /// Whether it is the `Not…` element.
    pub negated: bool,
    /// The list; never empty.
    pub items: Vec<T>,
}

/// A condition: an operator, a key, and values of which one must match.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// The key.
    pub key: Key,
    /// The values; never empty.
    pub operands: Vec<Operand>,
}

/// A condition operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// `ForAnyValue:` or `ForAllValues:`.
    pub quantifier: Quantifier,
    /// How one value is compared.
    pub test: Test,
    /// Whether no value may match (`…Not…`).
    pub negated: bool,
    /// `…IfExists`: true where the key is missing.
    pub if_exists: bool,
}

/// Which values of a key must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// No set operator: any, where there are several.
    Plain,
    /// `ForAnyValue:`.
    Any,
    /// `ForAllValues:`.
    All,
}

/// How one value of a request is compared with one of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Same text.
    StringEquals,
    /// Same text but for case.
    StringEqualsIgnoreCase,
    /// Text with wildcards.
    StringLike,
    /// Same number.
    NumericEquals,
    /// The request's number is less.
    NumericLessThan,
    /// Less or equal.
    NumericLessThanEquals,
    /// Greater.
    NumericGreaterThan,
    /// Greater or equal.
    NumericGreaterThanEquals,
    /// Same instant.
    DateEquals,
    /// The request's date is earlier.
    DateLessThan,
    /// Earlier or equal.
    DateLessThanEquals,
    /// Later.
    DateGreaterThan,
    /// Later or equal.
    DateGreaterThanEquals,
    /// Same truth value.
    Bool,
    /// Same base64 text.
    BinaryEquals,
    /// The request's address is in the range.
    IpAddress,
    /// ARN with wildcards in its parts; `ArnEquals` is the same.
    ArnLike,
    /// Whether the key is missing.
    Null,
}

/// A value of a condition, read as its operator reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Of a string, binary or ARN operator; may have variables.
    Text(Template),
    /// Of a numeric operator.
    Number(f64),
    /// Of a date operator, nanoseconds since the Unix epoch.
    Date(i128),
    /// Of `Bool` and `Null`.
    Bool(bool),
    /// Of an address operator.
    Network(IpNet),
    /// Of another operator than the first ones, with variables: read once they are known.
    Variable(Template),
}

impl Operator {
    /// Reads an operator's name; `None` where there is no such operator.
    ///
    /// Source: IAM user guide, "IAM JSON policy elements: Condition operators". `IfExists` goes
    /// with every operator but `Null`; so do set operators here.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            None => (Quantifier::Plain, name),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(_) => return None,
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (test, negated) = test(base)?;
        if test == Test::Null && (if_exists || quantifier != Quantifier::Plain) {
            return None;
        }
        Some(Self {
            quantifier,
            test,
            negated,
            if_exists,
        })
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    Some(match name {
        "StringEquals" => (Test::StringEquals, false),
        "StringNotEquals" => (Test::StringEquals, true),
        "StringEqualsIgnoreCase" => (Test::StringEqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Test::StringEqualsIgnoreCase, true),
        "StringLike" => (Test::StringLike, false),
        "StringNotLike" => (Test::StringLike, true),
        "NumericEquals" => (Test::NumericEquals, false),
        "NumericNotEquals" => (Test::NumericEquals, true),
        "NumericLessThan" => (Test::NumericLessThan, false),
        "NumericLessThanEquals" => (Test::NumericLessThanEquals, false),
        "NumericGreaterThan" => (Test::NumericGreaterThan, false),
        "NumericGreaterThanEquals" => (Test::NumericGreaterThanEquals, false),
        "DateEquals" => (Test::DateEquals, false),
        "DateNotEquals" => (Test::DateEquals, true),
        "DateLessThan" => (Test::DateLessThan, false),
        "DateLessThanEquals" => (Test::DateLessThanEquals, false),
        "DateGreaterThan" => (Test::DateGreaterThan, false),
        "DateGreaterThanEquals" => (Test::DateGreaterThanEquals, false),
        "Bool" => (Test::Bool, false),
        "BinaryEquals" => (Test::BinaryEquals, false),
        "IpAddress" => (Test::IpAddress, false),
        "NotIpAddress" => (Test::IpAddress, true),
        "ArnEquals" | "ArnLike" => (Test::ArnLike, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::ArnLike, true),
        "Null" => (Test::Null, false),
        _ => return None,
    })
}
