//! Reads the API's messages from a tree; mistakes know their field and place.
//!
//! Three liberties beside plain YAML: whole numbers stand for text (`httpCode: 200`), policies and keys
//! are mappings or JSON text, and a list stands for a message that only wraps one (`targets`).

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::tree::{Key, Tree, Value};
use super::{Mistake, Position};
use crate::kind::nearest;

/// Fields that hold a policy document, or a set of keys.
const DOCUMENTS: &[&str] = &[
    "policy",
    "assumeRolePolicyDocument",
    "policyDocument",
    "jwks",
];
/// Fields that hold policy documents by name.
const DOCUMENT_MAPS: &[&str] = &["policies"];

/// Reads a message.
pub(super) fn read<'de, T: Deserialize<'de>>(tree: &'de Tree) -> Result<T, Mistake> {
    let reader = Reader {
        tree,
        holds: Holds::Plain,
    };
    T::deserialize(reader).map_err(|error| error.0)
}

/// A mistake on its way up to where its field and place are known.
#[derive(Debug)]
pub(super) struct ReadError(Mistake);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    fn new(message: String, hint: String) -> Self {
        Self(Mistake {
            message,
            hint,
            ..Mistake::default()
        })
    }

    /// Adds the place unless a deeper one is known.
    fn at(mut self, at: Position) -> Self {
        if at != Position::default() {
            self.0.at.get_or_insert(at);
        }
        self
    }

    /// Puts a step before the path.
    fn within(mut self, step: &str) -> Self {
        let field = &mut self.0.field;
        let joint = if field.is_empty() || field.starts_with('[') {
            ""
        } else {
            "."
        };
        *field = format!("{step}{joint}{field}");
        self
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), String::new())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = match expected.as_str() {
            "u32" | "u64" => "a whole number",
            "a string" => "text",
            other if other.starts_with("struct ") => "a mapping",
            other => other,
        };
        Self::new(
            format!("{expected} is expected, not {}", name(&unexpected)),
            String::new(),
        )
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = match expected.as_str() {
            "u32" => "a whole number up to 4294967295",
            "u64" => "a whole number",
            other => other,
        };
        Self::new(
            format!("{expected} is expected, not {unexpected}"),
            String::new(),
        )
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let hint = match nearest(field, expected.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("fields here are {}", expected.join(", ")),
        };
        Self::new(format!("there is no field `{field}`"), hint)
    }
}

fn name(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Map => "a mapping".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        other => other.to_string(),
    }
}

/// What the text under a field means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Plain,
    /// A policy document.
    Document,
    /// Policy documents by name.
    Documents,
}

#[derive(Clone, Copy)]
struct Reader<'de> {
    tree: &'de Tree,
    holds: Holds,
}

impl Reader<'_> {
    fn document<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let fail = |error: serde_json::Error| {
            ReadError::new(
                format!("the document is not JSON: {error}"),
                "write it as a YAML mapping".to_owned(),
            )
        };
        let text = match &self.tree.value {
            Value::Text(text) if text.is_empty() => String::new(),
            Value::Text(text) => {
                serde_json::from_str::<de::IgnoredAny>(text).map_err(fail)?;
                text.clone()
            }
            Value::Map(_) => serde_json::to_string(self.tree).map_err(fail)?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                return Err(ReadError::new(
                    "a document is a mapping or JSON text".to_owned(),
                    String::new(),
                ));
            }
        };
        visitor.visit_string(text)
    }
}

impl<'de> de::Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let read = match &self.tree.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_u64(value),
                (None, Some(value), _) => visitor.visit_i64(value),
                (None, None, value) => visitor.visit_f64(value.unwrap_or_default()),
            },
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(Items {
                items: items.iter().enumerate(),
                holds: self.holds,
            }),
            Value::Map(entries) => visitor.visit_map(Entries {
                entries: entries.iter(),
                entry: None,
                holds: self.holds,
            }),
        };
        read.map_err(|error| error.at(self.tree.at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.tree.value {
            Value::Null => visitor.visit_none(),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.holds == Holds::Document {
            return self
                .document(visitor)
                .map_err(|error| error.at(self.tree.at));
        }
        match &self.tree.value {
            Value::Number(number) if !number.is_f64() => visitor.visit_string(number.to_string()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match (fields, &self.tree.value) {
            (["items"], Value::List(_)) => visitor.visit_map(Wrapped(Some(self))),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Items<'de> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Tree>>,
    holds: Holds,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        let Some((index, tree)) = self.items.next() else {
            return Ok(None);
        };
        let reader = Reader {
            tree,
            holds: self.holds,
        };
        let read = seed.deserialize(reader);
        read.map(Some)
            .map_err(|error| error.at(tree.at).within(&format!("[{index}]")))
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, (Key, Tree)>,
    entry: Option<&'de (Key, Tree)>,
    holds: Holds,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        self.entry = self.entries.next();
        let Some((key, _)) = self.entry else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, ReadError> = key.name.as_str().into_deserializer();
        seed.deserialize(name)
            .map(Some)
            .map_err(|error| error.at(key.at))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let Some((key, tree)) = self.entry else {
            return Err(de::Error::custom("a value without a key"));
        };
        let holds = match self.holds {
            Holds::Documents => Holds::Document,
            Holds::Plain | Holds::Document if DOCUMENTS.contains(&key.name.as_str()) => {
                Holds::Document
            }
            Holds::Plain | Holds::Document if DOCUMENT_MAPS.contains(&key.name.as_str()) => {
                Holds::Documents
            }
            Holds::Plain | Holds::Document => Holds::Plain,
        };
        seed.deserialize(Reader { tree, holds })
            .map_err(|error| error.at(tree.at).within(&key.name))
    }
}

/// A list as the only field of a message.
struct Wrapped<'de>(Option<Reader<'de>>);

impl<'de> MapAccess<'de> for Wrapped<'de> {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        if self.0.is_none() {
            return Ok(None);
        }
        let name: StrDeserializer<'_, ReadError> = "items".into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let Some(reader) = self.0.take() else {
            return Err(de::Error::custom("a value without a key"));
        };
        seed.deserialize(reader)
    }
}
