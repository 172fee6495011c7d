//! CloudFormation templates: what of `AWS::VpcLattice::*` they declare, as resources to apply.
//!
//! A whole property that refers to another resource (`Ref`, `Fn::GetAtt` of `Arn` or `Id`) becomes that
//! one's name, so that both can be made by one write. Where a text needs an ARN or an id (policies,
//! `Fn::Sub`, `Fn::Join`), the resource waits until the other is made: see [`Template::next`].
//!
//! Pure: text in, resources or what is wrong out. Source: CloudFormation's template reference,
//! "AWS::VpcLattice", "Intrinsic functions" and "Pseudo parameters".

mod intrinsic;
mod property;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use trellis_proto::v1;

use crate::manifest;
use intrinsic::Scope;

/// Resources that templates have and that are nothing to make.
const PASSED_OVER: &[&str] = &["AWS::CDK::Metadata"];

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct Mistake {
    /// Where: `Resources.Orders`, or the name of the text.
    pub at: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What a template's pseudo parameters stand for.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// `AWS::AccountId`.
    pub account: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack: String,
}

/// A template with the values of its parameters.
#[derive(Debug)]
pub struct Template {
    resources: Map<String, Value>,
    parameters: BTreeMap<String, Value>,
}

/// A resource to make, by its logical id.
pub type Declared = (String, v1::Resource);

impl Template {
    /// Reads a template in JSON, with values of parameters.
    ///
    /// # Errors
    /// Where the text is no template, a parameter has no value, or there is something else in it
    /// than `AWS::VpcLattice::*`.
    pub fn read(
        text: &str,
        given: &BTreeMap<String, String>,
        place: &Place,
    ) -> Result<Self, Mistake> {
        let mistake = |message: String| Mistake {
            at: "template".to_owned(),
            message,
        };
        let template: Value = serde_json::from_str(text)
            .map_err(|error| mistake(format!("it is no JSON: {error}; write YAML ones as JSON")))?;
        if template.get("Transform").is_some() {
            let message = "transforms are not supported: apply what they make";
            return Err(mistake(message.to_owned()));
        }
        let section = |name: &str| template.get(name).and_then(Value::as_object).cloned();
        let mut resources = section("Resources")
            .ok_or_else(|| mistake("there is no `Resources` in it".to_owned()))?;
        resources.retain(|_, resource| !PASSED_OVER.contains(&type_of(resource)));
        let declared = section("Parameters").unwrap_or_default();
        let parameters = intrinsic::parameters(&declared, given, place).map_err(mistake)?;
        let template = Self {
            resources,
            parameters,
        };
        for (id, resource) in &template.resources {
            template
                .check(resource)
                .map_err(|message| at(id, message))?;
        }
        Ok(template)
    }

    /// A resource is of a kind that there is, and unconditional.
    fn check(&self, resource: &Value) -> Result<(), String> {
        let name = type_of(resource);
        if property::kind(name).is_none() {
            return Err(format!(
                "{name} is not supported: only AWS::VpcLattice::* is"
            ));
        }
        if resource.get("Condition").is_some() {
            return Err("conditions are not supported: leave the resource out".to_owned());
        }
        Ok(())
    }

    /// The resources that can be made by the next write, given what was made before, by logical id and
    /// as the API tells it; none where all are made.
    ///
    /// # Errors
    /// Where a property is wrong, or what is left waits for itself.
    pub fn next(&self, made: &BTreeMap<String, Value>) -> Result<Vec<Declared>, Mistake> {
        let mut properties = BTreeMap::new();
        let mut needs = BTreeMap::new();
        for id in self.resources.keys().filter(|id| !made.contains_key(*id)) {
            let mut scope = Scope::new(self, made);
            let resolved = scope.properties(id).map_err(|message| at(id, message))?;
            properties.insert(id.as_str(), resolved);
            needs.insert(id.as_str(), scope.needs);
        }
        let mut ready: BTreeSet<&str> = needs.keys().copied().collect();
        loop {
            let can = |id: &&str| {
                let needs = needs.get(id);
                needs.is_some_and(|needs| needs.made.is_empty() && needs.named.is_subset(&ready))
            };
            let left: BTreeSet<_> = ready.iter().copied().filter(can).collect();
            if left == ready {
                break;
            }
            ready = left;
        }
        if ready.is_empty()
            && let Some(id) = needs.keys().next()
        {
            return Err(at(id, "it waits for itself, by its references".to_owned()));
        }
        let ready = properties.into_iter().filter(|(id, _)| ready.contains(id));
        ready
            .map(|(id, properties)| Ok((id.to_owned(), self.resource(id, properties)?)))
            .collect()
    }

    fn resource(&self, id: &str, properties: Value) -> Result<v1::Resource, Mistake> {
        let document = self
            .document(id, properties)
            .map_err(|message| at(id, message))?;
        let read = manifest::parse(&document.to_string(), id).map_err(|error| {
            let mistakes = error.mistakes.into_iter().map(|mistake| manifest::Mistake {
                // Of a text that nobody wrote.
                at: None,
                document: 0,
                ..mistake
            });
            let told: Vec<_> = mistakes.map(|mistake| mistake.to_string()).collect();
            at(id, told.join("\n").trim().to_owned())
        })?;
        let resource = read.into_iter().next();
        resource.ok_or_else(|| at(id, "it has no properties".to_owned()))
    }

    /// The manifest of a resource.
    fn document(&self, id: &str, properties: Value) -> Result<Value, String> {
        let resource = self.resources.get(id).unwrap_or(&Value::Null);
        let (kind, is_named) = property::kind(type_of(resource)).ok_or("there is no such type")?;
        let mut document = property::document(kind, properties)?;
        if is_named {
            let name = document.entry("name");
            name.or_insert_with(|| property::name(id).into());
        }
        document.insert("kind".to_owned(), kind.into());
        Ok(document.into())
    }
}

fn type_of(resource: &Value) -> &str {
    let name = resource.get("Type").and_then(Value::as_str);
    name.unwrap_or_default()
}

fn at(id: &str, message: String) -> Mistake {
    Mistake {
        at: format!("Resources.{id}"),
        message,
    }
}

#[cfg(test)]
mod tests;
