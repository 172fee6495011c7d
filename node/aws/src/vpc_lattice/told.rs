//! A resource with every member that any operation tells of it; each operation's answer keeps its own.

use serde_json::{Map, Value, json};
use trellis_proto::v1;
use trellis_proto::v1::ResourceKind as Kind;
use trellis_proto::v1::resource::Spec;

use crate::failure::Failure;
use crate::registry::Registry;

/// Id of the hosted zone of generated names. There is none: the names are answered by the nodes themselves. Its
/// shape is that of Route 53's ids.
const HOSTED_ZONE: &str = "Z00000000000000000000";

/// Everything that is told of a resource.
///
/// # Errors
/// Where it is none of this API.
pub(super) fn tell<R: Registry>(registry: &R, resource: &v1::Resource) -> Result<Value, Failure> {
    let metadata = resource.metadata.clone().unwrap_or_default();
    let about = About {
        registry,
        metadata: &metadata,
    };
    let none = || Failure::Internal("a resource without content".to_owned());
    let (own, more) = match resource.spec.as_ref().ok_or_else(none)? {
        Spec::ServiceNetwork(network) => (members(network), about.network()),
        Spec::Service(service) => (members(service), about.service()),
        Spec::Listener(listener) => (members(listener), about.listener(listener)),
        Spec::Rule(rule) => (members(rule), json!({ "isDefault": false })),
        Spec::TargetGroup(group) => (members(group), about.target_group(group)),
        Spec::ServiceAssociation(association) => {
            (members(association), about.service_association(association))
        }
        Spec::VpcAssociation(association) => {
            (members(association), about.vpc_association(association))
        }
        Spec::ResourceGateway(gateway) => {
            let vpc = json!({ "vpcId": gateway.vpc_identifier, "serviceManaged": false });
            (members(gateway), vpc)
        }
        Spec::ResourceConfiguration(configuration) => {
            (members(configuration), about.configuration(configuration))
        }
        Spec::ResourceAssociation(association) => (
            members(association),
            about.resource_association(association),
        ),
        Spec::DomainVerification(verification) => (members(verification), json!({})),
        Spec::AccessLogSubscription(subscription) => {
            (members(subscription), about.subscription(subscription))
        }
        Spec::AuthPolicy(policy) => (members(policy), json!({ "state": metadata.status })),
        Spec::ResourcePolicy(policy) => (members(policy), json!({})),
        other => return Err(Failure::Internal(format!("not of this API: {other:?}"))),
    };
    let mut told = about.everything();
    told.extend(own);
    if let Value::Object(more) = more {
        told.extend(more);
    }
    Ok(Value::Object(told))
}

/// The fields of a message of the registry: their names are those of the API.
fn members(message: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(message) {
        Ok(Value::Object(members)) => members,
        // A message is an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

struct About<'r, R> {
    registry: &'r R,
    metadata: &'r v1::Metadata,
}

impl<R: Registry> About<'_, R> {
    /// What is told of every resource.
    fn everything(&self) -> Map<String, Value> {
        let metadata = self.metadata;
        let told = [
            ("id", &metadata.id),
            ("arn", &metadata.arn),
            ("createdAt", &metadata.created_at),
            ("lastUpdatedAt", &metadata.last_updated_at),
            ("createdBy", &metadata.account),
            ("status", &metadata.status),
        ];
        let told = told.map(|(name, value)| (name.to_owned(), value.as_str().into()));
        told.into_iter().collect()
    }

    fn network(&self) -> Value {
        let count = |kind| self.registry.dependants(kind, &self.metadata.id).len();
        json!({
            "numberOfAssociatedVPCs": count(Kind::VpcAssociation),
            "numberOfAssociatedServices": count(Kind::ServiceAssociation),
            "numberOfAssociatedResourceConfigurations": count(Kind::ResourceAssociation),
        })
    }

    fn service(&self) -> Value {
        json!({ "dnsEntry": entry(&self.metadata.dns_name) })
    }

    fn listener(&self, listener: &v1::Listener) -> Value {
        let id = &listener.service_identifier;
        json!({ "serviceId": id, "serviceArn": self.named(Kind::Service, id).arn })
    }

    fn target_group(&self, group: &v1::TargetGroup) -> Value {
        // Lists have the configuration's members as their own.
        let mut told = group.config.as_ref().map(members).unwrap_or_default();
        let id = &self.metadata.id;
        let users = [Kind::Listener, Kind::Rule].into_iter().flat_map(|kind| {
            let users = self.registry.dependants(kind, id).into_iter();
            users.filter_map(move |user| self.service_of(kind, &user))
        });
        let mut services: Vec<String> = users.collect();
        services.sort();
        services.dedup();
        told.insert("serviceArns".to_owned(), services.into());
        Value::Object(told)
    }

    /// ARN of the service of a listener or rule.
    fn service_of(&self, kind: Kind, id: &str) -> Option<String> {
        let service = match self.registry.related(kind, id)?.spec? {
            Spec::Listener(listener) => listener.service_identifier,
            Spec::Rule(rule) => rule.service_identifier,
            _ => return None,
        };
        Some(self.named(Kind::Service, &service).arn)
    }

    fn service_association(&self, association: &v1::ServiceAssociation) -> Value {
        let service = self
            .registry
            .related(Kind::Service, &association.service_identifier);
        let service = service.unwrap_or_default();
        let metadata = service.metadata.clone().unwrap_or_default();
        let (name, domain) = match service.spec {
            Some(Spec::Service(service)) => (service.name, service.custom_domain_name),
            _ => Default::default(),
        };
        let mut told = self.of_network(&association.service_network_identifier);
        told.extend(into_map(json!({
            "serviceId": association.service_identifier,
            "serviceArn": metadata.arn,
            "serviceName": name,
            "customDomainName": domain,
            "dnsEntry": entry(&metadata.dns_name),
        })));
        Value::Object(told)
    }

    fn vpc_association(&self, association: &v1::VpcAssociation) -> Value {
        let mut told = self.of_network(&association.service_network_identifier);
        told.insert(
            "vpcId".to_owned(),
            association.vpc_identifier.as_str().into(),
        );
        Value::Object(told)
    }

    fn configuration(&self, configuration: &v1::ResourceConfiguration) -> Value {
        let verification = &configuration.domain_verification_identifier;
        let verified = self.named(Kind::DomainVerification, verification);
        json!({
            "resourceGatewayId": configuration.resource_gateway_identifier,
            "resourceConfigurationGroupId": configuration.resource_configuration_group_identifier,
            "amazonManaged": false,
            "domainVerificationId": verification,
            "domainVerificationArn": verified.arn,
            "domainVerificationStatus": verified.status,
        })
    }

    fn resource_association(&self, association: &v1::ResourceAssociation) -> Value {
        let id = &association.resource_configuration_identifier;
        let found = self.registry.related(Kind::ResourceConfiguration, id);
        let found = found.unwrap_or_default();
        let configuration = match found.spec {
            Some(Spec::ResourceConfiguration(configuration)) => configuration,
            _ => v1::ResourceConfiguration::default(),
        };
        let verification = &configuration.domain_verification_identifier;
        let mut told = self.of_network(&association.service_network_identifier);
        told.extend(into_map(json!({
            "resourceConfigurationId": id,
            "resourceConfigurationArn": found.metadata.unwrap_or_default().arn,
            "resourceConfigurationName": configuration.name,
            "isManagedAssociation": false,
            "domainVerificationStatus": self.named(Kind::DomainVerification, verification).status,
        })));
        Value::Object(told)
    }

    fn subscription(&self, subscription: &v1::AccessLogSubscription) -> Value {
        let id = &subscription.resource_identifier;
        let related = |kind| self.registry.related(kind, id);
        let resource = related(Kind::ServiceNetwork)
            .or_else(|| related(Kind::ResourceConfiguration))
            .or_else(|| related(Kind::Service));
        let metadata = resource
            .and_then(|resource| resource.metadata)
            .unwrap_or_default();
        json!({ "resourceId": id, "resourceArn": metadata.arn })
    }

    /// What an association tells of its service network.
    fn of_network(&self, id: &str) -> Map<String, Value> {
        let network = self
            .registry
            .related(Kind::ServiceNetwork, id)
            .unwrap_or_default();
        let name = match network.spec {
            Some(Spec::ServiceNetwork(network)) => network.name,
            _ => String::new(),
        };
        into_map(json!({
            "serviceNetworkId": id,
            "serviceNetworkArn": network.metadata.unwrap_or_default().arn,
            "serviceNetworkName": name,
        }))
    }

    fn named(&self, kind: Kind, id: &str) -> v1::Metadata {
        let found = self.registry.related(kind, id);
        found.and_then(|found| found.metadata).unwrap_or_default()
    }
}

fn entry(dns_name: &str) -> Value {
    match dns_name {
        "" => Value::Null,
        name => json!({ "domainName": name, "hostedZoneId": HOSTED_ZONE }),
    }
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
