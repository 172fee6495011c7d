//! Inputs that are JSON, as the types of the SDK.

use std::collections::HashMap;

use serde_json::Value;

/// A value that the SDK has no type for, such as a text where it wants a number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfit;

/// A member of an input, where there is one.
pub(crate) fn member<T>(
    input: &Value,
    name: &str,
    read: impl FnOnce(&Value) -> Result<T, Unfit>,
) -> Result<Option<T>, Unfit> {
    input.get(name).map(read).transpose()
}

/// The one member of a union, with its name.
pub(crate) fn variant(input: &Value) -> Result<(&str, &Value), Unfit> {
    let members = input.as_object().filter(|members| members.len() == 1);
    let member = members.and_then(|members| members.iter().next());
    member
        .map(|(name, value)| (name.as_str(), value))
        .ok_or(Unfit)
}

/// A text.
pub(crate) fn text(value: &Value) -> Result<String, Unfit> {
    value.as_str().map(str::to_owned).ok_or(Unfit)
}

/// A word of an enumeration; the SDK takes unknown ones too.
pub(crate) fn word<T: for<'a> From<&'a str>>(value: &Value) -> Result<T, Unfit> {
    value.as_str().map(T::from).ok_or(Unfit)
}

/// A whole number.
pub(crate) fn number(value: &Value) -> Result<i32, Unfit> {
    let number = value.as_i64().and_then(|number| number.try_into().ok());
    number.ok_or(Unfit)
}

/// Yes or no.
pub(crate) fn flag(value: &Value) -> Result<bool, Unfit> {
    value.as_bool().ok_or(Unfit)
}

/// A list.
pub(crate) fn list<T>(
    value: &Value,
    read: impl FnMut(&Value) -> Result<T, Unfit>,
) -> Result<Vec<T>, Unfit> {
    value.as_array().ok_or(Unfit)?.iter().map(read).collect()
}

/// Texts by name.
pub(crate) fn texts(value: &Value) -> Result<HashMap<String, String>, Unfit> {
    let pairs = value.as_object().ok_or(Unfit)?.iter();
    let pairs = pairs.map(|(name, value)| Ok((name.clone(), text(value)?)));
    pairs.collect()
}
