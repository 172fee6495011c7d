//! JSON as policies need it: order and repeated keys are kept, so that they can be refused.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as text.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object; a key may occur twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// What this is, for messages.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Json::Object(object))
    }
}

/// A text that is no JSON.
#[derive(Debug, thiserror::Error)]
#[error("not JSON: {0}")]
pub struct Malformed(#[from] serde_json::Error);

/// Reads a text as JSON.
pub(super) fn read(text: &str) -> Result<Json, Malformed> {
    Ok(serde_json::from_str(text)?)
}

/// A JSON text without insignificant white space: what is stored, and what size quotas count.
///
/// Order, escapes and spelling of numbers stay.
///
/// # Errors
/// [`Malformed`] where the text is no JSON.
pub fn minified(text: &str) -> Result<String, Malformed> {
    serde_json::from_str::<IgnoredAny>(text)?;
    let (mut quoted, mut escaped) = (false, false);
    let significant = |letter: &char| {
        let keep = quoted || !letter.is_ascii_whitespace();
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
        keep
    };
    Ok(text.chars().filter(significant).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_outside_strings_is_removed() {
        let text = "{ \"a b\" :\n\t[ 1.0 , \"\\\" x\\\\\" , true ] ,\r\n \"c\": \" \" }";
        let small = minified(text).unwrap();
        assert_eq!(small, r#"{"a b":[1.0,"\" x\\",true],"c":" "}"#);
        assert_eq!(read(&small).unwrap(), read(text).unwrap());
        assert_eq!(minified(&small).unwrap(), small);
    }

    #[test]
    fn what_is_no_json_is_not_minified() {
        for text in ["", " ", "{", "{} {}", "nul", "[1,]", "{\"a\":\"\n\"}"] {
            assert!(minified(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn repeated_keys_are_kept() {
        let entry = |value: &str| ("a".to_owned(), Json::Number(value.into()));
        assert_eq!(
            read(r#"{"a":1,"a":2}"#).unwrap(),
            Json::Object(vec![entry("1"), entry("2")])
        );
    }
}
