//! Services, listeners and rules.

use trellis_core::model::limits::WEIGHT_DEFAULT;
use trellis_core::model::{
    Action, ActionKind, Forward, HeaderMatch, HeaderPattern, HttpMatch, Kind, Listener, PathMatch,
    PathPattern, Record, Rule, Service, WeightedTargetGroup,
};
use trellis_proto::v1;

use super::reader::{put, tags};
use super::words::{self, print};
use super::{Convert, Reader};

impl Convert for Service {
    type Message = v1::Service;

    fn read(mut self, given: &v1::Service, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let auth_type = given.auth_type.as_deref().unwrap_or_default();
        if let Some(auth_type) = reader.word("authType", auth_type, words::AUTH_TYPES) {
            self.set_auth_type(auth_type);
        }
        if !given.custom_domain_name.is_empty() {
            self.custom_domain_name = given.custom_domain_name.to_ascii_lowercase();
        }
        put(&mut self.certificate_arn, given.certificate_arn.as_ref());
        put(
            &mut self.idle_timeout_seconds,
            given.idle_timeout_seconds.as_ref(),
        );
        self
    }

    fn write(&self) -> v1::Service {
        let certificate = &self.certificate_arn;
        v1::Service {
            name: self.meta().name.clone(),
            auth_type: Some(print(words::AUTH_TYPES, self.auth_type())),
            custom_domain_name: self.custom_domain_name.clone(),
            certificate_arn: (!certificate.is_empty()).then(|| certificate.clone()),
            idle_timeout_seconds: (self.idle_timeout_seconds != 0)
                .then_some(self.idle_timeout_seconds),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for Listener {
    type Message = v1::Listener;

    fn read(mut self, given: &v1::Listener, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let service = &given.service_identifier;
        let service = reader.required_id("serviceIdentifier", Kind::Service, "", service);
        if let Some(service) = service {
            self.service = service;
        }
        let protocol = reader.required_word("protocol", &given.protocol, words::LISTENER_PROTOCOLS);
        if let Some(protocol) = protocol {
            self.set_protocol(protocol);
        }
        put(&mut self.port, given.port.as_ref());
        let action = read_action("defaultAction", given.default_action.as_ref(), reader);
        put(
            &mut self.default_action,
            Some(&action).filter(|it| it.is_some()),
        );
        self
    }

    fn write(&self) -> v1::Listener {
        v1::Listener {
            name: self.meta().name.clone(),
            service_identifier: self.service.clone(),
            protocol: print(words::LISTENER_PROTOCOLS, self.protocol()),
            port: Some(self.port),
            default_action: self.default_action.as_ref().map(write_action),
            tags: tags(self.meta()),
        }
    }
}

impl Convert for Rule {
    type Message = v1::Rule;

    fn read(mut self, given: &v1::Rule, reader: &mut Reader<'_>) -> Self {
        reader.naming(self.meta_mut(), &given.name, &given.tags);
        let service = &given.service_identifier;
        let service = reader.required_id("serviceIdentifier", Kind::Service, "", service);
        if let Some(service) = service {
            self.service = service;
        }
        let parent = self.service.clone();
        let listener = &given.listener_identifier;
        let listener = reader.required_id("listenerIdentifier", Kind::Listener, &parent, listener);
        if let Some(listener) = listener {
            self.listener = listener;
        }
        put(&mut self.priority, given.priority.as_ref());
        if let Some(given) = &given.r#match {
            let http = given.http_match.as_ref();
            self.http_match = http.map(|http| read_match(http, reader));
        }
        let action = read_action("action", given.action.as_ref(), reader);
        put(&mut self.action, Some(&action).filter(|it| it.is_some()));
        self
    }

    fn write(&self) -> v1::Rule {
        let http_match = self.http_match.as_ref().map(write_match);
        v1::Rule {
            name: self.meta().name.clone(),
            service_identifier: self.service.clone(),
            listener_identifier: self.listener.clone(),
            r#match: http_match.map(|http| v1::RuleMatch {
                http_match: Some(http),
            }),
            priority: Some(self.priority),
            action: self.action.as_ref().map(write_action),
            tags: tags(self.meta()),
        }
    }
}

fn read_action(
    path: &str,
    given: Option<&v1::RuleAction>,
    reader: &mut Reader<'_>,
) -> Option<Action> {
    let Some(given) = given else {
        if reader.creating {
            reader.mistake(path, "required; forward or fixedResponse");
        }
        return None;
    };
    let kind = match (&given.forward, &given.fixed_response) {
        (Some(forward), None) => ActionKind::Forward(read_forward(path, forward, reader)),
        (None, Some(fixed)) => ActionKind::FixedResponse(fixed.status_code),
        _ => {
            reader.mistake(path, "give exactly one of forward and fixedResponse");
            return None;
        }
    };
    Some(Action { kind: Some(kind) })
}

fn read_forward(path: &str, given: &v1::ForwardAction, reader: &mut Reader<'_>) -> Forward {
    let mut forward = Forward::default();
    for (index, group) in given.target_groups.iter().enumerate() {
        let path = format!("{path}.forward.targetGroups[{index}].targetGroupIdentifier");
        let identifier = &group.target_group_identifier;
        if identifier.is_empty() {
            reader.mistake(&path, "required");
        }
        let id = reader.id(&path, Kind::TargetGroup, "", identifier);
        forward.target_groups.push(WeightedTargetGroup {
            target_group: id.unwrap_or_default(),
            weight: group.weight.unwrap_or(WEIGHT_DEFAULT),
        });
    }
    forward
}

fn write_action(action: &Action) -> v1::RuleAction {
    let mut message = v1::RuleAction::default();
    match &action.kind {
        Some(ActionKind::Forward(forward)) => {
            let group = |group: &WeightedTargetGroup| v1::WeightedTargetGroup {
                target_group_identifier: group.target_group.clone(),
                weight: Some(group.weight),
            };
            message.forward = Some(v1::ForwardAction {
                target_groups: forward.target_groups.iter().map(group).collect(),
            });
        }
        Some(ActionKind::FixedResponse(status_code)) => {
            message.fixed_response = Some(v1::FixedResponseAction {
                status_code: *status_code,
            });
        }
        None => {}
    }
    message
}

fn read_match(given: &v1::HttpMatch, reader: &mut Reader<'_>) -> HttpMatch {
    let path = given.path_match.as_ref();
    let headers = given.header_matches.iter().enumerate();
    HttpMatch {
        method: given.method.clone(),
        path: path.map(|path| PathMatch {
            pattern: read_path(path.r#match.as_ref(), reader),
            case_sensitive: path.case_sensitive,
        }),
        headers: headers
            .map(|(index, header)| HeaderMatch {
                name: header.name.clone(),
                pattern: read_header(index, header.r#match.as_ref(), reader),
                case_sensitive: header.case_sensitive,
            })
            .collect(),
    }
}

fn read_path(given: Option<&v1::PathMatchType>, reader: &mut Reader<'_>) -> Option<PathPattern> {
    let (exact, prefix) = given.map_or((None, None), |it| (it.exact.clone(), it.prefix.clone()));
    match (exact, prefix) {
        (Some(exact), None) => Some(PathPattern::Exact(exact)),
        (None, Some(prefix)) => Some(PathPattern::Prefix(prefix)),
        _ => {
            let path = "match.httpMatch.pathMatch.match";
            reader.mistake(path, "give exactly one of exact and prefix");
            None
        }
    }
}

fn read_header(
    index: usize,
    given: Option<&v1::HeaderMatchType>,
    reader: &mut Reader<'_>,
) -> Option<HeaderPattern> {
    let given = given.cloned().unwrap_or_default();
    match (given.exact, given.prefix, given.contains) {
        (Some(exact), None, None) => Some(HeaderPattern::Exact(exact)),
        (None, Some(prefix), None) => Some(HeaderPattern::Prefix(prefix)),
        (None, None, Some(contains)) => Some(HeaderPattern::Contains(contains)),
        _ => {
            let path = format!("match.httpMatch.headerMatches[{index}].match");
            reader.mistake(&path, "give exactly one of exact, prefix and contains");
            None
        }
    }
}

fn write_match(http: &HttpMatch) -> v1::HttpMatch {
    let header = |header: &HeaderMatch| v1::HeaderMatch {
        name: header.name.clone(),
        r#match: header.pattern.as_ref().map(write_header),
        case_sensitive: header.case_sensitive,
    };
    v1::HttpMatch {
        method: http.method.clone(),
        path_match: http.path.as_ref().map(|path| v1::PathMatch {
            r#match: path.pattern.as_ref().map(write_path),
            case_sensitive: path.case_sensitive,
        }),
        header_matches: http.headers.iter().map(header).collect(),
    }
}

fn write_path(pattern: &PathPattern) -> v1::PathMatchType {
    let mut message = v1::PathMatchType::default();
    match pattern {
        PathPattern::Exact(exact) => message.exact = Some(exact.clone()),
        PathPattern::Prefix(prefix) => message.prefix = Some(prefix.clone()),
    }
    message
}

fn write_header(pattern: &HeaderPattern) -> v1::HeaderMatchType {
    let mut message = v1::HeaderMatchType::default();
    match pattern {
        HeaderPattern::Exact(exact) => message.exact = Some(exact.clone()),
        HeaderPattern::Prefix(prefix) => message.prefix = Some(prefix.clone()),
        HeaderPattern::Contains(contains) => message.contains = Some(contains.clone()),
    }
    message
}
