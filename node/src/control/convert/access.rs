//! Auth policies, resource policies and access log subscriptions.

use trellis_core::model::{AccessLogSubscription, AuthPolicy, Record, ResourcePolicy};
use trellis_proto::v1;

use super::reader::{put_map, put_text, tags};
use super::words::{self, print};
use super::{Convert, Reader};

impl Convert for AuthPolicy {
    type Message = v1::AuthPolicy;

    fn read(mut self, given: &v1::AuthPolicy, reader: &mut Reader<'_>) -> Self {
        let id = reader.attachable("resourceIdentifier", &given.resource_identifier);
        if let Some(id) = id {
            self.meta_mut().id = id;
        }
        reader.policy("policy", &mut self.policy, &given.policy);
        self
    }

    fn write(&self) -> v1::AuthPolicy {
        v1::AuthPolicy {
            resource_identifier: self.meta().id.clone(),
            policy: self.policy.clone(),
        }
    }
}

impl Convert for ResourcePolicy {
    type Message = v1::ResourcePolicy;

    fn read(mut self, given: &v1::ResourcePolicy, reader: &mut Reader<'_>) -> Self {
        let id = reader.attachable("resourceArn", &given.resource_arn);
        if let Some(id) = id {
            self.meta_mut().id = id;
        }
        reader.policy("policy", &mut self.policy, &given.policy);
        self
    }

    fn write(&self) -> v1::ResourcePolicy {
        v1::ResourcePolicy {
            resource_arn: self.meta().id.clone(),
            policy: self.policy.clone(),
        }
    }
}

impl Convert for AccessLogSubscription {
    type Message = v1::AccessLogSubscription;

    fn read(mut self, given: &v1::AccessLogSubscription, reader: &mut Reader<'_>) -> Self {
        put_map(&mut self.meta_mut().tags, &given.tags);
        let id = reader.attachable("resourceIdentifier", &given.resource_identifier);
        if let Some(id) = id {
            self.resource = id;
        }
        put_text(&mut self.destination, &given.destination_arn);
        let given = &given.service_network_log_type;
        let path = "serviceNetworkLogType";
        if let Some(resource_logs) = reader.word(path, given, words::LOG_TYPES) {
            self.resource_logs = resource_logs;
        }
        self
    }

    fn write(&self) -> v1::AccessLogSubscription {
        v1::AccessLogSubscription {
            resource_identifier: self.resource.clone(),
            destination_arn: self.destination.clone(),
            service_network_log_type: print(words::LOG_TYPES, self.resource_logs),
            tags: tags(self.meta()),
        }
    }
}
