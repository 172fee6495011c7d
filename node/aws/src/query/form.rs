//! Form fields, as the values of a shape: `Tags.member.1.Key=a` is the member `Key` of the first tag.

use std::collections::{BTreeMap, BTreeSet};
use std::str;

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
        if str::from_utf8(body).is_err() {
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

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The value of a shape whose fields begin with a name; `None` where there are none.
    pub(super) fn value(&self, shape: &Shape, at: &str) -> Option<Value> {
        match shape {
            Shape::Text { .. } | Shape::Word(_) => self.get(at).map(Value::from),
            // What cannot be read stays a string, and is found to be none of its kind.
            Shape::Number(..) => self
                .get(at)
                .map(|text| text.parse::<i64>().map_or(text.into(), Value::from)),
            Shape::Flag => self
                .get(at)
                .map(|text| text.parse::<bool>().map_or(text.into(), Value::from)),
            Shape::List { of, .. } => {
                let items = self.dialect.items(at);
                let numbers = self.numbers(&items);
                let is_there = !numbers.is_empty() || self.get(at).is_some();
                let item = |number| self.value(of, &format!("{items}{number}"));
                is_there.then(|| numbers.into_iter().filter_map(item).collect())
            }
            Shape::Map { value, .. } => {
                let entries = self.numbers(&format!("{at}.entry."));
                let entry = |number| {
                    let key = self.get(&format!("{at}.entry.{number}.key"))?;
                    let value = self.value(value, &format!("{at}.entry.{number}.value"))?;
                    Some((key.to_owned(), value))
                };
                let map: Map<_, _> = entries.into_iter().filter_map(entry).collect();
                (!map.is_empty()).then_some(Value::Object(map))
            }
            Shape::Structure(fields) | Shape::Union(fields) => {
                let members = fields.iter().filter_map(|field| {
                    let at = self.dialect.member(at, field.name);
                    let value = self.value(field.shape, &at)?;
                    Some((field.name.to_owned(), value))
                });
                let members: Map<_, _> = members.collect();
                (!members.is_empty()).then_some(Value::Object(members))
            }
        }
    }

    /// The numbers that follow a beginning of names.
    fn numbers(&self, beginning: &str) -> BTreeSet<u32> {
        let names = self.fields.range(beginning.to_owned()..);
        let names = names.map_while(|(name, _)| name.strip_prefix(beginning));
        names
            .filter_map(|rest| rest.split('.').next()?.parse().ok())
            .collect()
    }
}
