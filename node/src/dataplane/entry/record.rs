//! What a request leaves when it is over: counts, and a record where one is subscribed to. A request
//! that names no service is recorded for the service network of its VPC.

use std::time::Duration;

use http::HeaderValue;
use trellis_core::decide::{Caller, Trace};

use crate::dataplane::access_log::Record;
use crate::dataplane::exchange::{Exchange, Route};
use crate::telemetry::requests::{Auth, Request};

/// Protocol of listeners without TLS.
const LISTENER: &str = "HTTP";

/// Counts and records a request that is over.
pub(super) fn close(exchange: &Exchange) {
    let route = exchange.route();
    count(exchange, route.as_ref());
    let Some(route) = route else { return };
    // What names no service is the business of the VPC's service network.
    let network = route.reach.or_else(|| route.vpc.reaches.first());
    let lists: [&[String]; 2] = [
        network.map_or(&[], |reach| &reach.network.log_destinations),
        route
            .reach
            .map_or(&[], |reach| &reach.service.log_destinations),
    ];
    if lists.iter().all(|list| list.is_empty()) {
        return;
    }
    let trace = exchange.trace.borrow();
    let record = record(exchange, &route, &trace);
    exchange.worker.access_log.record(&lists, &record);
}

fn count(exchange: &Exchange, route: Option<&Route<'_>>) {
    let facts = &exchange.facts;
    let trace = exchange.trace.borrow();
    let auth = match (
        facts.bad_signature.get(),
        facts.auth_denied.get(),
        &trace.caller,
    ) {
        (Some(kind), _, _) => Some(Auth::BadSignature(kind)),
        (None, Some(layer), _) => Some(Auth::Denied(layer)),
        (None, None, Some(Caller::Signed(_))) => Some(Auth::Signed),
        (None, None, Some(Caller::Anonymous)) => Some(Auth::Anonymous),
        (None, None, None) => None,
    };
    let times = facts.from_target.get().zip(facts.to_target.get());
    exchange.worker.metrics.request(&Request {
        service: route.and_then(|route| Some(route.reach?.service.id.as_str())),
        listener_protocol: LISTENER,
        target_group: route.and_then(|route| Some(route.group?.id.as_str())),
        status: Some(facts.status.get()).filter(|status| *status != 0),
        reason: facts.failure.get(),
        auth,
        duration: exchange.elapsed(),
        target_duration: times.map(|(from, to)| from.saturating_sub(to)),
        bytes_received: facts.received.get(),
        bytes_sent: facts.sent.get(),
    });
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn record<'a>(exchange: &'a Exchange, route: &Route<'a>, trace: &'a Trace) -> Record<'a> {
    let facts = &exchange.facts;
    let caller = trace.caller.as_ref();
    let principal = match caller {
        Some(Caller::Signed(principal)) => Some(&**principal),
        Some(Caller::Anonymous) | None => None,
    };
    let resolved = match (principal, caller) {
        (Some(principal), _) => Some(principal.arn.as_str()),
        (None, Some(_)) => Some("Anonymous"),
        (None, None) => Some("Unknown").filter(|_| facts.bad_signature.get().is_some()),
    };
    let status = facts.status.get();
    let group = route.group;
    Record {
        service_network_arn: route.reach.map(|reach| reach.network.arn.as_str()),
        resolved_user: resolved,
        listener_type: route.listener.map(|_| LISTENER),
        auth_denied_reason: facts.auth_denied.get(),
        target_group_arn: group.map(|group| group.arn.as_str()),
        source_vpc_arn: Some(&route.vpc.arn),
        destination_vpc_id: group.map(|group| group.vpc.as_str()),
        source: Some(exchange.connection.address),
        listener_id: route.listener.map(|listener| listener.id.as_str()),
        target: facts.target.get(),
        failure_reason: facts.failure.get(),
        service_arn: route.reach.map(|reach| reach.service.arn.as_str()),
        source_vpc_id: Some(&route.vpc.id),
        start_time_ms: exchange.start_time_ms,
        request_method: Some(exchange.method.as_str()),
        request_path: exchange.target.as_ref().map(|target| target.as_str()),
        protocol: Some(if exchange.http2 { "HTTP/2" } else { "HTTP/1.1" }),
        response_code: Some(status).filter(|status| *status != 0),
        bytes_received: facts.received.get(),
        bytes_sent: facts.sent.get(),
        duration_ms: millis(exchange.elapsed()),
        user_agent: exchange.user_agent.as_ref().map(HeaderValue::as_bytes),
        host_header: exchange.host.as_ref().map(HeaderValue::as_bytes),
        request_to_target_ms: facts.to_target.get().map(millis),
        response_from_target_ms: facts.from_target.get().map(millis),
        caller_principal: principal.map(|principal| principal.arn.as_str()),
        grpc_response_code: facts.grpc_status.get(),
        request_id: exchange.request_id.to_str().ok(),
        caller_principal_tags: principal.map(|principal| principal.tags.as_slice()),
        revision: exchange.adopted.view.revision,
        rule_id: route.rule_id,
        findings: trace.findings,
        ..Record::default()
    }
}
