//! YAML as a tree whose nodes know where they stand.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::{BYTES_MAX, Mistake};

/// A place in a text, both counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column, in characters.
    pub column: u64,
}

/// A node of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Where it begins.
    pub at: Position,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Tree>),
    /// In the order of the text.
    Map(Vec<(Key, Tree)>),
}

/// A key and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) at: Position,
    pub(super) name: String,
}

impl Tree {
    /// A mapping without entries and without a place.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            at: Position::default(),
            value: Value::Map(Vec::new()),
        }
    }

    /// A text without a place.
    #[must_use]
    pub fn of_text(text: impl Into<String>) -> Self {
        Self {
            at: Position::default(),
            value: Value::Text(text.into()),
        }
    }

    /// A list without a place.
    #[must_use]
    pub fn of_list(items: Vec<Self>) -> Self {
        Self {
            at: Position::default(),
            value: Value::List(items),
        }
    }

    /// The text of a text node.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// Removes an entry of a mapping.
    pub fn take(&mut self, name: &str) -> Option<Self> {
        let Value::Map(entries) = &mut self.value else {
            return None;
        };
        let index = entries.iter().position(|(key, _)| key.name == name)?;
        Some(entries.remove(index).1)
    }

    /// Sets the entry at a path such as `config.healthCheck.path`, making mappings on the way and
    /// replacing what is there. Whatever is in the way and no mapping is replaced, too.
    pub fn set(&mut self, path: &str, tree: Self) {
        match path.split_once('.') {
            Some((name, rest)) => self.edit(name, |entry| entry.set(rest, tree)),
            None => self.put(path, tree),
        }
    }

    /// Sets the entry of a name, which may hold dots.
    pub fn put(&mut self, name: &str, tree: Self) {
        self.edit(name, |entry| *entry = tree);
    }

    /// Changes an entry, making it if it is missing.
    fn edit(&mut self, name: &str, change: impl FnOnce(&mut Self)) {
        let mut entries = match std::mem::replace(&mut self.value, Value::Null) {
            Value::Map(entries) => entries,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                Vec::new()
            }
        };
        let index = entries.iter().position(|(key, _)| key.name == name);
        let index = index.unwrap_or_else(|| {
            let key = Key {
                at: Position::default(),
                name: name.to_owned(),
            };
            entries.push((key, Self::empty()));
            entries.len() - 1
        });
        change(&mut entries[index].1);
        self.value = Value::Map(entries);
    }
}

/// Reads the documents of a text.
pub(super) fn documents(text: &str) -> Result<Vec<Tree>, Mistake> {
    if text.len() > BYTES_MAX {
        return Err(Mistake {
            message: format!("the text is larger than {} MiB", BYTES_MAX >> 20),
            hint: "split it into several files".to_owned(),
            ..Mistake::default()
        });
    }
    let options = serde_saphyr::options! {
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|error| Mistake {
        at: error.location().map(|at| Position {
            line: at.line(),
            column: at.column(),
        }),
        message: plain(&error),
        ..Mistake::default()
    })
}

/// The parser's words without the place, which is told apart.
fn plain(error: &serde_saphyr::Error) -> String {
    let text = error
        .without_snippet()
        .render_with_formatter(&serde_saphyr::UserMessageFormatter);
    match text.find(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self {
            at: Position {
                line: spanned.referenced.line(),
                column: spanned.referenced.column(),
            },
            value: spanned.value,
        })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(value);
        let number = number.ok_or_else(|| E::custom("the number is not finite"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<String>>()? {
            let key = Key {
                at: Position {
                    line: key.referenced.line(),
                    column: key.referenced.column(),
                },
                name: key.value,
            };
            map.push((key, entries.next_value()?));
        }
        Ok(Value::Map(map))
    }
}

impl serde::Serialize for Tree {
    /// The value alone, as JSON has it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(value) => value.serialize(serializer),
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => {
                serializer.collect_map(entries.iter().map(|(key, tree)| (&key.name, tree)))
            }
        }
    }
}
