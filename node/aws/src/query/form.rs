//! Form fields, as the values of a shape: `Tags.member.1.Key=a` is the member `Key` of the first tag.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::shape::Shape;

/// How lists and members are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `Tags.member.1.Key`.
    Query,
    /// `Tag.1.Key`: lists are flat, and members begin with an upper-case letter.
    Ec2,
}

impl Dialect {
    /// What the names of a list's items begin with.
    fn items(self, at: &str) -> String {
        match self {
            Self::Query => format!("{at}.member."),
            Self::Ec2 => format!("{at}."),
        }
    }

    fn member(self, at: &str, name: &str) -> String {
        let mut letters = name.chars();
        let name = match (self, letters.next()) {
            (Self::Ec2, Some(first)) => {
                format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
            }
            _ => name.to_owned(),
        };
        match at {
            "" => name,
            at => format!("{at}.{name}"),
        }
    }
}

/// The fields of a form by their names.
#[derive(Debug)]
pub(super) struct Fields {
    fields: BTreeMap<String, String>,
    dialect: Dialect,
}

impl Fields {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Where it is not UTF-8, or names a field twice.
    pub(super) fn read(body: &[u8], dialect: Dialect) -> Result<Self, Failure> {
        let unread = |what: String| Failure::Unparsed(what);
        if percent_decode(body).decode_utf8().is_err() {
            return Err(unread("the body is not UTF-8".to_owned()));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            let name = name.into_owned();
            if fields.insert(name.clone(), value.into_owned()).is_some() {
                return Err(unread(format!("the field {name} is given twice")));
            }
        }
        Ok(Self { fields, dialect })
    }

    /// Takes a field.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name)
    }

    /// A field that nobody took; `None` where there is none. The names are those of a shape's members, or of what is
    /// in them, where `of` is given.
    pub(super) fn left(&self, of: Option<&Shape>) -> Option<&str> {
        let mut names = self.fields.keys().map(String::as_str);
        match of {
            None => names.next(),
            Some(Shape::Structure(fields)) => names.find(|name| {
                let first = name.split('.').next();
                fields.iter().any(|field| Some(field.name) == first)
            }),
            Some(_) => None,
        }
    }

    /// Takes the value of a shape, whose fields begin with a name; `None` where there are none.
    pub(super) fn value(&mut self, shape: &Shape, at: &str) -> Option<Value> {
        match shape {
            Shape::Text { .. } | Shape::Word(_) => self.take(at).map(Value::from),
            // What cannot be read stays a string, and is found to be none of its kind.
            Shape::Number(..) => self
                .take(at)
                .map(|text| text.parse::<i64>().map_or(text.into(), Value::from)),
            Shape::Flag => self
                .take(at)
                .map(|text| text.parse::<bool>().map_or(text.into(), Value::from)),
            Shape::List { of, .. } => {
                let start = self.dialect.items(at);
                let numbers = self.numbers(&start);
                // An empty list is a field without a text.
                let is_empty = self.fields.get(at).is_some_and(String::is_empty);
                let is_there = !numbers.is_empty() || is_empty && self.take(at).is_some();
                let mut items = Vec::new();
                for number in numbers {
                    items.extend(self.value(of, &format!("{start}{number}")));
                }
                is_there.then_some(Value::Array(items))
            }
            Shape::Map { value, .. } => {
                let mut map = Map::new();
                for number in self.numbers(&format!("{at}.entry.")) {
                    let key = self.take(&format!("{at}.entry.{number}.key"));
                    let value = self.value(value, &format!("{at}.entry.{number}.value"));
                    map.extend(key.zip(value));
                }
                (!map.is_empty()).then_some(Value::Object(map))
            }
            Shape::Structure(fields) | Shape::Union(fields) => {
                let mut members = Map::new();
                for field in *fields {
                    let at = self.dialect.member(at, field.name);
                    if let Some(value) = self.value(field.shape, &at) {
                        members.insert(field.name.to_owned(), value);
                    }
                }
                (!members.is_empty()).then_some(Value::Object(members))
            }
        }
    }

    /// The numbers that follow a beginning of names: from 1, without anything before their digits.
    fn numbers(&self, beginning: &str) -> BTreeSet<u32> {
        let names = self.fields.range(beginning.to_owned()..);
        let names = names.map_while(|(name, _)| name.strip_prefix(beginning));
        let number = |rest: &str| {
            let digits = rest.split('.').next()?;
            let number: u32 = digits.parse().ok()?;
            (number > 0 && number.to_string() == digits).then_some(number)
        };
        names.filter_map(number).collect()
    }
}
