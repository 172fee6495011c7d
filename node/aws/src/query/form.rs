//! Form fields, as the values of a shape: `Tags.member.1.Key=a` is the member `Key` of the first tag.

use std::collections::{BTreeMap, BTreeSet};
use std::str;

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::shape::Shape;

/// The fields of a form by their names.
#[derive(Debug)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Where it is not UTF-8, or names a field twice.
    pub(super) fn read(body: &[u8]) -> Result<Self, Failure> {
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
        Ok(Self(fields))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
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
                let numbers = self.numbers(&format!("{at}.member."));
                let is_there = !numbers.is_empty() || self.get(at).is_some();
                let item = |number| self.value(of, &format!("{at}.member.{number}"));
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
                let member = |name: &str| match at {
                    "" => name.to_owned(),
                    at => format!("{at}.{name}"),
                };
                let members = fields.iter().filter_map(|field| {
                    let value = self.value(field.shape, &member(field.name))?;
                    Some((field.name.to_owned(), value))
                });
                let members: Map<_, _> = members.collect();
                (!members.is_empty()).then_some(Value::Object(members))
            }
        }
    }

    /// The numbers that follow a beginning of names.
    fn numbers(&self, beginning: &str) -> BTreeSet<u32> {
        let names = self.0.range(beginning.to_owned()..);
        let names = names.map_while(|(name, _)| name.strip_prefix(beginning));
        names
            .filter_map(|rest| rest.split('.').next()?.parse().ok())
            .collect()
    }
}
