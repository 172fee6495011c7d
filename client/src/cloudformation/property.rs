//! Properties of CloudFormation's resources as those of manifests.

use serde_json::{Map, Value, json};

/// A resource type: its kind in manifests, and whether it has a name.
type Type = (&'static str, &'static str, bool);

/// Source: CloudFormation's template reference, "AWS::VpcLattice".
const TYPES: &[Type] = &[
    ("AccessLogSubscription", "AccessLogSubscription", false),
    ("AuthPolicy", "AuthPolicy", false),
    ("DomainVerification", "DomainVerification", false),
    ("Listener", "Listener", true),
    ("ResourceConfiguration", "ResourceConfiguration", true),
    ("ResourceGateway", "ResourceGateway", true),
    ("ResourcePolicy", "ResourcePolicy", false),
    ("Rule", "Rule", true),
    ("Service", "Service", true),
    ("ServiceNetwork", "ServiceNetwork", true),
    (
        "ServiceNetworkResourceAssociation",
        "ResourceAssociation",
        false,
    ),
    (
        "ServiceNetworkServiceAssociation",
        "ServiceAssociation",
        false,
    ),
    ("ServiceNetworkVpcAssociation", "VpcAssociation", false),
    ("TargetGroup", "TargetGroup", true),
];

/// Properties whose names differ in more than their first letter.
const RENAMED: &[(&str, &str)] = &[
    (
        "AllowAssociationToSharableServiceNetwork",
        "allowAssociationToShareableServiceNetwork",
    ),
    ("DomainVerificationId", "domainVerificationIdentifier"),
    ("ProtocolType", "protocol"),
    (
        "ResourceConfigurationGroupId",
        "resourceConfigurationGroupIdentifier",
    ),
    ("ResourceConfigurationId", "resourceConfigurationIdentifier"),
    ("ResourceConfigurationType", "type"),
    ("ResourceGatewayId", "resourceGatewayIdentifier"),
    ("ServiceNetworkId", "serviceNetworkIdentifier"),
];

/// Longest name that is made of a logical id. Source: API model, `RuleName`, the shortest of all.
const NAME_MAX: usize = 63;

/// The kind of a resource type in manifests, and whether it has a name.
pub(super) fn kind(name: &str) -> Option<(&'static str, bool)> {
    let name = name.strip_prefix("AWS::VpcLattice::")?;
    let found = TYPES.iter().find(|(theirs, ..)| *theirs == name);
    found.map(|(_, ours, is_named)| (*ours, *is_named))
}

/// A name made of a logical id: `OrdersApi` as `orders-api`.
pub(super) fn name(id: &str) -> String {
    let mut name = String::new();
    let mut is_after_lower = false;
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && is_after_lower {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
        is_after_lower = !letter.is_ascii_uppercase();
    }
    name.truncate(NAME_MAX);
    name
}

/// The properties of a kind as a manifest has them.
pub(super) fn document(kind: &str, properties: Value) -> Result<Map<String, Value>, String> {
    let Value::Object(properties) = properties else {
        return Err("properties are a mapping".to_owned());
    };
    let mut document = Map::new();
    for (name, value) in properties {
        let value = match name.as_str() {
            "Policy" => value,
            "Tags" => tags(&value)?,
            "ResourceConfigurationDefinition" => definition(value),
            _ => lowered(value),
        };
        document.insert(ours(kind, &name), value);
    }
    Ok(document)
}

/// The name of a property.
fn ours(kind: &str, theirs: &str) -> String {
    let renamed = RENAMED.iter().find(|(name, _)| *name == theirs);
    match renamed {
        // Of target groups and rules it is what it is called.
        Some((_, ours)) if kind.starts_with("Resource") => (*ours).to_owned(),
        _ => lower(theirs),
    }
}

/// Members with small first letters, all the way down.
fn lowered(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(name, value)| (lower(&name), lowered(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.into_iter().map(lowered).collect(),
        scalar => scalar,
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A list of keys and values as a mapping.
fn tags(value: &Value) -> Result<Value, String> {
    let mut tags = Map::new();
    for tag in value.as_array().map_or(&[][..], Vec::as_slice) {
        match (tag.get("Key"), tag.get("Value")) {
            (Some(Value::String(key)), Some(value)) => tags.insert(key.clone(), value.clone()),
            _ => return Err("Tags: a tag has a Key and a Value".to_owned()),
        };
    }
    Ok(tags.into())
}

/// Addresses and ARNs of resources are plain texts there.
fn definition(value: Value) -> Value {
    let mut definition = lowered(value);
    for (name, member) in [("ipResource", "ipAddress"), ("arnResource", "arn")] {
        if let Some(Value::String(text)) = definition.get(name) {
            definition[name] = json!({ member: text });
        }
    }
    definition
}

/// An attribute of what was made, such as `Arn` or `DnsEntry.DomainName`; a plain reference is the
/// ARN.
pub(super) fn attribute(made: &Value, attribute: Option<&str>) -> Option<Value> {
    let path = attribute.unwrap_or("Arn").split('.');
    let mut value = made;
    for name in path {
        value = value.get(lower(name))?;
    }
    (!value.is_null()).then(|| value.clone())
}
