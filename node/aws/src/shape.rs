//! What a value may be, and the check of one that names every wrong field.

mod pattern;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use trellis_core::registry::outcome::FieldMistake;

pub(crate) use pattern::Pattern;

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A string: least and most characters, and what it must look like.
    Text {
        chars: (u64, u64),
        pattern: Option<Pattern>,
    },
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A whole number, from the first to the second.
    Number(i64, i64),
    /// `true` or `false`.
    Flag,
    /// An array, with least and most items.
    List {
        of: &'static Shape,
        count: (u64, u64),
    },
    /// An object with any keys, with least and most of them.
    Map {
        key: &'static Shape,
        value: &'static Shape,
        count: (u64, u64),
    },
    /// An object with these fields; others are ignored.
    Structure(&'static [Field]),
    /// An object with exactly one of these fields.
    Union(&'static [Field]),
}

/// A field of an object.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name, in JSON, path and query alike.
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// Where a request carries it.
    pub(crate) place: Place,
    /// What it may be.
    pub(crate) shape: &'static Shape,
}

/// Where a request carries a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the JSON body.
    Body,
    /// In the path.
    Label,
    /// In the query.
    Query,
}

impl Field {
    /// Whether an empty text is a value of it, such as that of a tag, and not one that is missing.
    fn may_be_empty(&self) -> bool {
        self.required && matches!(self.shape, Shape::Text { chars: (0, _), .. })
    }

    pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            required: true,
            place: Place::Body,
            shape,
        }
    }

    pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            required: false,
            ..Self::required(name, shape)
        }
    }

    pub(crate) const fn label(self) -> Self {
        Self {
            place: Place::Label,
            ..self
        }
    }

    pub(crate) const fn query(self) -> Self {
        Self {
            place: Place::Query,
            ..self
        }
    }
}

/// Every wrong field of a value, by its path from the value, such as `defaultAction.forward`.
pub(crate) fn mistakes(shape: &Shape, value: &Value) -> Vec<FieldMistake> {
    let mut check = Check::default();
    check.value(shape, value);
    check.mistakes
}

/// A check under way.
#[derive(Default)]
struct Check {
    path: Vec<String>,
    mistakes: Vec<FieldMistake>,
}

impl Check {
    fn wrong(&mut self, message: impl Into<String>) {
        self.mistakes.push(FieldMistake {
            name: self.path.join("."),
            message: message.into(),
        });
    }

    fn at(&mut self, name: impl Into<String>, check: impl FnOnce(&mut Self)) {
        self.path.push(name.into());
        check(self);
        self.path.pop();
    }

    fn value(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Text { chars, pattern }, Value::String(text)) => {
                self.text(*chars, *pattern, text);
            }
            (Shape::Word(words), Value::String(text)) => {
                if !words.contains(&text.as_str()) {
                    self.wrong(format!("must be one of: {}", words.join(", ")));
                }
            }
            (Shape::Number(least, most), Value::Number(number)) => match number.as_i64() {
                Some(number) if (*least..=*most).contains(&number) => {}
                Some(_) => self.wrong(format!("must be {least} to {most}")),
                None => self.wrong("must be a whole number"),
            },
            (Shape::Flag, Value::Bool(_)) => {}
            (Shape::List { of, count }, Value::Array(items)) => self.list(of, *count, items),
            (Shape::Map { key, value, count }, Value::Object(entries)) => {
                self.map((key, value), *count, entries);
            }
            (Shape::Structure(fields), Value::Object(members)) => self.structure(fields, members),
            (Shape::Union(fields), Value::Object(members)) => self.union(fields, members),
            (shape, _) => self.wrong(format!("must be {}", shape.noun())),
        }
    }

    fn text(&mut self, (least, most): (u64, u64), pattern: Option<Pattern>, text: &str) {
        let chars = text.chars().count() as u64;
        if !(least..=most).contains(&chars) {
            self.wrong(match most {
                u64::MAX => format!("must have at least {least} characters"),
                most => format!("must have {least} to {most} characters"),
            });
        }
        if let Some(pattern) = pattern
            && !pattern.matches(text)
        {
            self.wrong(pattern.demand());
        }
    }

    fn list(&mut self, of: &Shape, count: (u64, u64), items: &[Value]) {
        self.count(count, items.len());
        for (index, item) in items.iter().enumerate() {
            self.at(index.to_string(), |check| check.value(of, item));
        }
    }

    fn map(&mut self, (key, value): (&Shape, &Shape), count: (u64, u64), of: &Map<String, Value>) {
        self.count(count, of.len());
        for (name, item) in of {
            self.at(name.clone(), |check| {
                check.value(key, &Value::String(name.clone()));
                check.value(value, item);
            });
        }
    }

    fn count(&mut self, (least, most): (u64, u64), count: usize) {
        if !(least..=most).contains(&(count as u64)) {
            self.wrong(match most {
                u64::MAX => format!("must have at least {least} entries"),
                most => format!("must have {least} to {most} entries"),
            });
        }
    }

    fn structure(&mut self, fields: &[Field], members: &Map<String, Value>) {
        for field in fields {
            match members.get(field.name).filter(|value| !value.is_null()) {
                Some(value) => self.at(field.name, |check| check.value(field.shape, value)),
                None if field.required => self.at(field.name, |check| check.wrong("is required")),
                None => {}
            }
        }
    }

    fn union(&mut self, fields: &[Field], members: &Map<String, Value>) {
        let given = members.iter().filter(|(_, value)| !value.is_null());
        let given: Vec<_> = given.map(|(name, _)| name.as_str()).collect();
        match (&given[..], fields) {
            ([name], fields) if fields.iter().any(|field| field.name == *name) => {
                self.structure(fields, members);
            }
            _ => {
                let names: Vec<_> = fields.iter().map(|field| field.name).collect();
                self.wrong(format!("must have exactly one of: {}", names.join(", ")));
            }
        }
    }
}

impl Shape {
    /// A value without what this shape does not know, and without what is not there: `null`, empty texts that need not
    /// be there, words and numbers that are none of the shape's, lists with too few items.
    pub(crate) fn trim(&self, value: Value) -> Value {
        match (self, value) {
            (Self::Structure(fields) | Self::Union(fields), Value::Object(mut members)) => {
                let own = fields.iter().filter_map(|field| {
                    let value = field.shape.trim(members.remove(field.name)?);
                    let is_there = match &value {
                        Value::String(text) if text.is_empty() => field.may_be_empty(),
                        value => !value.is_null(),
                    };
                    is_there.then(|| (field.name.to_owned(), value))
                });
                Value::Object(own.collect())
            }
            (Self::List { of, count }, Value::Array(items)) => {
                let is_full = items.len() as u64 >= count.0;
                let items = items.into_iter().map(|item| of.trim(item));
                if is_full {
                    items.collect()
                } else {
                    Value::Null
                }
            }
            (Self::Word(words), Value::String(word)) if !words.contains(&word.as_str()) => {
                Value::Null
            }
            (Self::Number(least, most), Value::Number(number))
                if !number
                    .as_i64()
                    .is_some_and(|it| (*least..=*most).contains(&it)) =>
            {
                Value::Null
            }
            (_, value) => value,
        }
    }

    /// What it is, for people.
    fn noun(&self) -> &'static str {
        match self {
            Self::Text { .. } | Self::Word(_) => "a string",
            Self::Number(..) => "a whole number",
            Self::Flag => "true or false",
            Self::List { .. } => "an array",
            Self::Map { .. } | Self::Structure(_) | Self::Union(_) => "an object",
        }
    }
}
