//! Filters, and what of an answer they look at.
//!
//! Source: EC2 user guide, "List and filter your resources": filters are all to be met, each by one of its values;
//! `*` stands for any characters, `?` for one or none, a backslash before either for itself. Case counts.

use serde_json::{Map, Value};

use super::fault;
use crate::failure::Fault;

/// Filters by name: the members of an answer, from the outside in, whose values they look at.
pub(super) type Known = &'static [(&'static str, &'static [&'static str])];

/// Filters of one call. Source: EC2 user guide.
const FILTERS_MAX: usize = 50;
/// Values of all filters of one call. Source: EC2 user guide.
const VALUES_MAX: usize = 200;

/// A filter.
#[derive(Debug)]
pub(super) struct Filter {
    what: What,
    values: Vec<Vec<Token>>,
}

/// What a filter looks at.
#[derive(Debug)]
enum What {
    /// The members at the end of this way.
    Members(&'static [&'static str]),
    /// The value of the tag of this key.
    Tag(String),
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Letter(char),
    AnyOne,
    Any,
}

/// The filters of a request.
///
/// # Errors
/// Where there is none of a name, one has no value, or there are too many.
pub(super) fn read(input: &Map<String, Value>, known: Known) -> Result<Vec<Filter>, Fault> {
    let given = input.get("Filter").and_then(Value::as_array);
    let filters = given.into_iter().flatten();
    let filters: Vec<Filter> = filters
        .map(|filter| one(filter, known))
        .collect::<Result<_, _>>()?;
    let values: usize = filters.iter().map(|filter| filter.values.len()).sum();
    if filters.len() > FILTERS_MAX || values > VALUES_MAX {
        let message = format!("at most {FILTERS_MAX} filters with {VALUES_MAX} values together");
        return Err(Fault::of_sender("FilterLimitExceeded", message));
    }
    Ok(filters)
}

fn one(filter: &Value, known: Known) -> Result<Filter, Fault> {
    let name = filter["Name"].as_str();
    let name = name.ok_or_else(|| fault::missing("Filter.Name"))?;
    let values = filter["Value"].as_array().into_iter().flatten();
    let values: Vec<_> = values.filter_map(Value::as_str).map(tokens).collect();
    if values.is_empty() {
        let message = format!("The filter '{name}' has no values");
        return Err(fault::invalid(message));
    }
    let found = known.iter().find(|(known, _)| *known == name);
    let what = match (found, name.strip_prefix("tag:")) {
        (Some((_, way)), _) => What::Members(way),
        (None, Some(key)) => What::Tag(key.to_owned()),
        (None, None) => {
            let message = format!("The filter '{name}' is invalid");
            return Err(fault::invalid(message));
        }
    };
    Ok(Filter { what, values })
}

impl Filter {
    /// Whether what is told of a resource meets it.
    pub(super) fn is_met(&self, told: &Value) -> bool {
        let mut found = Vec::new();
        match &self.what {
            What::Members(way) => collect(told, way, &mut found),
            What::Tag(key) => {
                let tags = told["tagSet"].as_array().into_iter().flatten();
                let tags = tags.filter(|tag| tag["key"] == **key);
                tags.for_each(|tag| collect(tag, &["value"], &mut found));
            }
        }
        found.iter().any(|text| {
            let letters: Vec<char> = text.chars().collect();
            self.values.iter().any(|value| matches(value, &letters))
        })
    }
}

/// The texts at the end of a way, of each item where it leads through a list.
fn collect(value: &Value, way: &[&str], found: &mut Vec<String>) {
    match (value, way) {
        (Value::Array(items), _) => items.iter().for_each(|item| collect(item, way, found)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get(*first) {
                collect(member, rest, found);
            }
        }
        (Value::String(text), []) => found.push(text.clone()),
        (Value::Bool(_) | Value::Number(_), []) => found.push(value.to_string()),
        _ => {}
    }
}

fn tokens(value: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = letters.next_if(|next| letter == '\\' && "*?\\".contains(*next));
        tokens.push(match (letter, escaped) {
            (_, Some(escaped)) => Token::Letter(escaped),
            ('*', None) => Token::Any,
            ('?', None) => Token::AnyOne,
            (letter, None) => Token::Letter(letter),
        });
    }
    tokens
}

/// Whether a text is as a value says.
///
/// Cost: O(tokens × letters).
fn matches(tokens: &[Token], letters: &[char]) -> bool {
    // Whether the tokens so far can stand for the first n letters.
    let mut can = vec![false; letters.len() + 1];
    can[0] = true;
    for token in tokens {
        match token {
            Token::Any => {
                for n in 1..can.len() {
                    can[n] = can[n] || can[n - 1];
                }
            }
            Token::AnyOne => {
                for n in (1..can.len()).rev() {
                    can[n] = can[n] || can[n - 1];
                }
            }
            Token::Letter(letter) => {
                for n in (1..can.len()).rev() {
                    can[n] = can[n - 1] && letters[n - 1] == *letter;
                }
                can[0] = false;
            }
        }
    }
    can[letters.len()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_have_wildcards() {
        for (value, text, expected) in [
            ("web", "web", true),
            ("web", "Web", false),
            ("web", "web1", false),
            ("web*", "web", true),
            ("*b*", "web1", true),
            ("w?b", "web", true),
            ("web?", "web", true),
            ("web?", "web12", false),
            ("*", "", true),
            ("", "", true),
            (r"a\*", "a*", true),
            (r"a\*", "ab", false),
            (r"a\\", r"a\", true),
            (r"a\b", r"a\b", true),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            let letters: Vec<char> = text.chars().collect();
            assert_eq!(
                matches(&tokens(value), &letters),
                expected,
                "{value} {text}"
            );
        }
    }

    #[test]
    fn filters_look_through_lists_and_are_known() {
        const KNOWN: Known = &[("cidr", &["rules", "ranges", "cidr"]), ("open", &["open"])];
        let told = json!({
            "open": false,
            "rules": [{"ranges": []}, {"ranges": [{"cidr": "10.0.0.0/8"}]}],
            "tagSet": [{"key": "a", "value": ""}, {"key": "b", "value": "c"}],
        });
        for (name, value, expected) in [
            ("cidr", "10.*", Some(true)),
            ("cidr", "11.*", Some(false)),
            ("open", "false", Some(true)),
            ("open", "true", Some(false)),
            ("tag:a", "", Some(true)),
            ("tag:b", "c", Some(true)),
            ("tag:b", "a", Some(false)),
            ("tag:c", "*", Some(false)),
            ("closed", "*", None),
        ] {
            let input = json!({"Filter": [{"Name": name, "Value": ["none", value]}]});
            let filters = read(input.as_object().unwrap(), KNOWN);
            let met = filters.map(|filters| filters[0].is_met(&told));
            assert_eq!(met.ok(), expected, "{name} {value}");
        }
    }
}
