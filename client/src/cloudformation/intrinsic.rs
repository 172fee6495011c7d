//! Parameters, and the functions that refer to something.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Place, Template, property, type_of};

/// What stands for a text that is not known yet.
const UNKNOWN: &str = "?";
/// Properties whose references must become ARNs: names do not do.
const ARNS: &[&str] = &["Policy", "ResourceArn"];

/// The values of parameters, declared and pseudo ones.
pub(super) fn parameters(
    declared: &Map<String, Value>,
    given: &BTreeMap<String, String>,
    place: &Place,
) -> Result<BTreeMap<String, Value>, String> {
    if let Some(name) = given.keys().find(|name| !declared.contains_key(*name)) {
        return Err(format!("there is no parameter {name} in it"));
    }
    let mut values = BTreeMap::new();
    for (name, parameter) in declared {
        let value = given.get(name).map(|value| Value::from(value.as_str()));
        // One that nothing refers to needs no value.
        if let Some(value) = value.or_else(|| parameter.get("Default").cloned()) {
            values.insert(name.clone(), typed(name, parameter, value)?);
        }
    }
    let pseudo = [
        ("AWS::AccountId", place.account.as_str()),
        ("AWS::Region", place.region.as_str()),
        ("AWS::StackName", place.stack.as_str()),
        ("AWS::Partition", "aws"),
        ("AWS::URLSuffix", "amazonaws.com"),
    ];
    values.extend(pseudo.map(|(name, value)| (name.to_owned(), value.into())));
    Ok(values)
}

/// The value of a parameter of its type.
fn typed(name: &str, parameter: &Value, value: Value) -> Result<Value, String> {
    let Value::String(text) = &value else {
        return Ok(value);
    };
    match parameter
        .get("Type")
        .and_then(Value::as_str)
        .unwrap_or_default()
    {
        "Number" => serde_json::from_str::<serde_json::Number>(text)
            .map(Value::from)
            .map_err(|_| format!("the parameter {name} must be a number, not {text}")),
        "CommaDelimitedList" => Ok(text.split(',').map(str::trim).collect()),
        kind if kind.starts_with("List<") => Ok(text.split(',').map(str::trim).collect()),
        _ => Ok(value),
    }
}

/// What a resource needs of others.
#[derive(Debug, Default)]
pub(super) struct Needs<'t> {
    /// Must be made before.
    pub(super) made: BTreeSet<&'t str>,
    /// May be made by the same write.
    pub(super) named: BTreeSet<&'t str>,
}

/// What a reference stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is a whole property that identifies a resource: a name does.
    Identifier,
    /// It is part of a text.
    Text,
}

/// Replaces functions in one resource.
pub(super) struct Scope<'t> {
    template: &'t Template,
    made: &'t BTreeMap<String, Value>,
    pub(super) needs: Needs<'t>,
}

impl<'t> Scope<'t> {
    pub(super) fn new(template: &'t Template, made: &'t BTreeMap<String, Value>) -> Self {
        Self {
            template,
            made,
            needs: Needs::default(),
        }
    }

    /// The properties of a resource, with everything that they refer to.
    pub(super) fn properties(&mut self, id: &str) -> Result<Value, String> {
        let template = self.template;
        let resource = template.resources.get(id).unwrap_or(&Value::Null);
        let Some(Value::Object(declared)) = resource.get("Properties") else {
            return Ok(Value::Object(Map::new()));
        };
        let mut properties = Map::new();
        for (name, value) in declared {
            let its = if ARNS.contains(&name.as_str()) {
                Use::Text
            } else {
                Use::Identifier
            };
            let value = self
                .value(value, its)
                .map_err(|message| format!("{name}: {message}"))?;
            properties.insert(name.clone(), value);
        }
        if type_of(resource) == "AWS::VpcLattice::Rule"
            && !declared.contains_key("ServiceIdentifier")
            && let Some(service) = self.service_of_listener(declared.get("ListenerIdentifier"))?
        {
            properties.insert("ServiceIdentifier".to_owned(), service);
        }
        Ok(properties.into())
    }

    /// The service of the listener that a rule names: a rule need not say it.
    fn service_of_listener(&mut self, listener: Option<&Value>) -> Result<Option<Value>, String> {
        let id = match listener.and_then(function) {
            Some(("Ref", Value::String(id))) => Some(id.as_str()),
            Some(("Fn::GetAtt", Value::Array(parts))) => parts.first().and_then(Value::as_str),
            _ => None,
        };
        let listener = id.and_then(|id| self.template.resources.get(id));
        let service = listener.and_then(|it| it.get("Properties")?.get("ServiceIdentifier"));
        service
            .map(|service| self.value(service, Use::Identifier))
            .transpose()
    }

    fn value(&mut self, value: &'t Value, its: Use) -> Result<Value, String> {
        if let Some((name, argument)) = function(value) {
            return self.call(name, argument, its);
        }
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item, its)).collect(),
            Value::Object(members) => {
                let mut resolved = Map::new();
                for (name, value) in members {
                    resolved.insert(name.clone(), self.value(value, its)?);
                }
                Ok(resolved.into())
            }
            scalar => Ok(scalar.clone()),
        }
    }

    fn call(&mut self, name: &str, argument: &'t Value, its: Use) -> Result<Value, String> {
        match (name, argument) {
            ("Ref", Value::String(to)) => self.reference(to, None, its),
            ("Fn::GetAtt", Value::String(both)) => match both.split_once('.') {
                Some((to, attribute)) => self.reference(to, Some(attribute), its),
                None => Err(format!("Fn::GetAtt {both} names no attribute")),
            },
            ("Fn::GetAtt", Value::Array(parts)) => {
                match parts.iter().map(Value::as_str).collect::<Vec<_>>()[..] {
                    [Some(to), Some(attribute)] => self.reference(to, Some(attribute), its),
                    _ => Err("Fn::GetAtt takes a resource and an attribute".to_owned()),
                }
            }
            ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(between), Value::Array(items)] => {
                    let items = items.iter().map(|item| self.text(item));
                    Ok(items.collect::<Result<Vec<_>, _>>()?.join(between).into())
                }
                _ => Err("Fn::Join takes a text and a list".to_owned()),
            },
            ("Fn::Sub", Value::String(text)) => self.substitute(text, None),
            ("Fn::Sub", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(text), Value::Object(own)] => self.substitute(text, Some(own)),
                _ => Err("Fn::Sub takes a text and a mapping".to_owned()),
            },
            (name, _) => Err(format!(
                "{name} is not supported: Ref, Fn::GetAtt, Fn::Sub and Fn::Join are"
            )),
        }
    }

    /// A value as part of a text.
    fn text(&mut self, value: &'t Value) -> Result<String, String> {
        match self.value(value, Use::Text)? {
            Value::String(text) => Ok(text),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok(value.to_string()),
            _ => Err("a text is expected here".to_owned()),
        }
    }

    /// Replaces `${Name}` and `${Name.Attribute}`; `${!Name}` stays as `${Name}`.
    fn substitute(
        &mut self,
        text: &'t str,
        own: Option<&'t Map<String, Value>>,
    ) -> Result<Value, String> {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| format!("Fn::Sub {text}: a `}}` is missing"))?;
            done += before;
            done += &match (name.strip_prefix('!'), own.and_then(|own| own.get(name))) {
                (Some(literal), _) => format!("${{{literal}}}"),
                (None, Some(value)) => self.text(value)?,
                (None, None) => {
                    let (to, attribute) = match name.split_once('.') {
                        Some((to, attribute)) => (to, Some(attribute)),
                        None => (name, None),
                    };
                    match self.reference(to, attribute, Use::Text)? {
                        Value::String(text) => text,
                        value => value.to_string(),
                    }
                }
            };
            rest = after;
        }
        Ok((done + rest).into())
    }

    /// A parameter, or something of a resource.
    fn reference(&mut self, to: &str, attribute: Option<&str>, its: Use) -> Result<Value, String> {
        if attribute.is_none()
            && let Some(value) = self.template.parameters.get(to)
        {
            return Ok(value.clone());
        }
        let Some((id, resource)) = self.template.resources.get_key_value(to) else {
            return Err(format!(
                "there is no value for {to}: give it with --parameter"
            ));
        };
        if let Some(made) = self.made.get(id) {
            return property::attribute(made, attribute)
                .ok_or_else(|| format!("{id} has no {}", attribute.unwrap_or("Arn")));
        }
        let is_whole = matches!(attribute, None | Some("Arn" | "Id"));
        let is_named = property::kind(type_of(resource)).is_some_and(|(_, is_named)| is_named);
        if its == Use::Identifier && is_whole && is_named {
            self.needs.named.insert(id);
            let name = resource.get("Properties").and_then(|its| its.get("Name"));
            return match name {
                Some(name) => self.value(name, Use::Text),
                None => Ok(property::name(id).into()),
            };
        }
        self.needs.made.insert(id);
        Ok(UNKNOWN.into())
    }
}

/// The function that a value is a call of, with its argument.
fn function(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let (name, argument) = members.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}
