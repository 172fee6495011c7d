//! One record of the access log: what it holds and how it is written.
//!
//! Keys, their order and the `-` of absent values are VPC Lattice's, so that readers of its logs
//! read these. At the end come keys of our own: `revision`, and, where known, `ruleArn` and
//! `policyStatement`.
//!
//! Source: VPC Lattice user guide, "Access logs"; order of a record in aws-samples' ECS sidecar.

use std::net::SocketAddr;

use trellis_core::decide::authorise::Findings;
use trellis_core::decide::{AuthDenied, FailureReason};

use super::json::Object;

/// Longest path that is logged, bytes; the rest is cut. Source: our own, a quarter of the longest
/// request head.
const PATH_BYTES_MAX: usize = 4_096;
/// Longest other text that is logged, bytes; the rest is cut. Source: our own.
const TEXT_BYTES_MAX: usize = 1_024;

/// What one request leaves in the access log. `None` is written as `-`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// ARN of the service network through which the client came.
    pub service_network_arn: Option<&'a str>,
    /// ARN of the principal, `Anonymous`, or `Unknown` where authentication failed.
    pub resolved_user: Option<&'a str>,
    /// Protocol of the listener.
    pub listener_type: Option<&'a str>,
    /// The layer that denied.
    pub auth_denied_reason: Option<AuthDenied>,
    /// ARN of the target group.
    pub target_group_arn: Option<&'a str>,
    /// ARN of the client's VPC.
    pub source_vpc_arn: Option<&'a str>,
    /// VPC of the target.
    pub destination_vpc_id: Option<&'a str>,
    /// The client.
    pub source: Option<SocketAddr>,
    /// Id of the listener.
    pub listener_id: Option<&'a str>,
    /// The target; `None` where the request was refused.
    pub target: Option<SocketAddr>,
    /// Why the request failed.
    pub failure_reason: Option<FailureReason>,
    /// ARN of the service.
    pub service_arn: Option<&'a str>,
    /// The client's VPC.
    pub source_vpc_id: Option<&'a str>,
    /// When the request's head was complete, milliseconds since the Unix epoch.
    pub start_time_ms: u64,
    /// Method, as received.
    pub request_method: Option<&'a str>,
    /// Path and query, as received.
    pub request_path: Option<&'a str>,
    /// `HTTP/1.1` or `HTTP/2`.
    pub protocol: Option<&'a str>,
    /// Status of the response; `None` where none was sent.
    pub response_code: Option<u16>,
    /// Bytes from the client, headers and body.
    pub bytes_received: u64,
    /// Bytes to the client, headers and body.
    pub bytes_sent: u64,
    /// From the request's head to the response's last byte, milliseconds.
    pub duration_ms: u64,
    /// `User-Agent`, any bytes.
    pub user_agent: Option<&'a [u8]>,
    /// `Host` or `:authority`, any bytes.
    pub host_header: Option<&'a [u8]>,
    /// Server name of the TLS handshake.
    pub server_name_indication: Option<&'a str>,
    /// Until the request was with the target, milliseconds.
    pub request_to_target_ms: Option<u64>,
    /// Until the target's response was with us, milliseconds.
    pub response_from_target_ms: Option<u64>,
    /// OpenSSL's name of the cipher suite.
    pub ssl_cipher: Option<&'a str>,
    /// `TLSv1.2` or `TLSv1.3`.
    pub tls_version: Option<&'a str>,
    /// ARN of the authenticated principal.
    pub caller_principal: Option<&'a str>,
    /// Organisation of the principal.
    pub caller_principal_org_id: Option<&'a str>,
    /// Issuer organisational unit of the caller's certificate.
    pub caller_x509_issuer_ou: Option<&'a str>,
    /// Subject common name of the caller's certificate.
    pub caller_x509_subject_cn: Option<&'a str>,
    /// Common name among the alternative names of the caller's certificate.
    pub caller_x509_san_name_cn: Option<&'a str>,
    /// DNS name among the alternative names of the caller's certificate.
    pub caller_x509_san_dns: Option<&'a str>,
    /// URI among the alternative names of the caller's certificate.
    pub caller_x509_san_uri: Option<&'a str>,
    /// `grpc-status` of the response.
    pub grpc_response_code: Option<u32>,
    /// The id that the client got in `x-amzn-requestid`.
    pub request_id: Option<&'a str>,
    /// Tags of the principal.
    pub caller_principal_tags: Option<&'a [(String, String)]>,
    /// Revision of the view that decided.
    pub revision: u64,
    /// Id of the rule that matched; `None` for the default action.
    pub rule_id: Option<&'a str>,
    /// What the policies said.
    pub findings: Findings,
}

impl Record<'_> {
    /// Appends the record as one line of JSON with its line feed.
    ///
    /// Cost: no allocation where `out` has room.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut line = Object::open(out);
        self.write_request(&mut line);
        self.write_response(&mut line);
        self.write_caller(&mut line);
        self.write_extensions(&mut line);
        line.close();
        out.push(b'\n');
    }

    fn write_request(&self, line: &mut Object<'_>) {
        text(line, "serviceNetworkArn", self.service_network_arn);
        text(line, "resolvedUser", self.resolved_user);
        text(line, "listenerType", self.listener_type);
        let denied = self.auth_denied_reason.map(AuthDenied::label);
        text(line, "authDeniedReason", denied);
        text(line, "targetGroupArn", self.target_group_arn);
        text(line, "sourceVpcArn", self.source_vpc_arn);
        text(line, "destinationVpcId", self.destination_vpc_id);
        line.address("sourceIpPort", self.source);
        text(line, "listenerId", self.listener_id);
        line.address("targetIpPort", self.target);
        let failure = self.failure_reason.map(FailureReason::label);
        text(line, "failureReason", failure);
        text(line, "serviceArn", self.service_arn);
        text(line, "sourceVpcId", self.source_vpc_id);
        line.time("startTime", self.start_time_ms);
        text(line, "requestMethod", self.request_method);
        let path = self.request_path.map(str::as_bytes);
        line.text("requestPath", path, PATH_BYTES_MAX);
        text(line, "protocol", self.protocol);
    }

    fn write_response(&self, line: &mut Object<'_>) {
        line.number("responseCode", self.response_code.map(u64::from));
        line.number("bytesReceived", Some(self.bytes_received));
        line.number("bytesSent", Some(self.bytes_sent));
        line.number("duration", Some(self.duration_ms));
        line.text("userAgent", self.user_agent, TEXT_BYTES_MAX);
        line.text("hostHeader", self.host_header, TEXT_BYTES_MAX);
        text(line, "serverNameIndication", self.server_name_indication);
        line.number("requestToTargetDuration", self.request_to_target_ms);
        line.number("responseFromTargetDuration", self.response_from_target_ms);
        text(line, "sslCipher", self.ssl_cipher);
        text(line, "tlsVersion", self.tls_version);
    }

    fn write_caller(&self, line: &mut Object<'_>) {
        text(line, "callerPrincipal", self.caller_principal);
        text(line, "callerPrincipalOrgID", self.caller_principal_org_id);
        text(line, "callerX509IssuerOU", self.caller_x509_issuer_ou);
        text(line, "callerX509SubjectCN", self.caller_x509_subject_cn);
        text(line, "callerX509SANNameCN", self.caller_x509_san_name_cn);
        text(line, "callerX509SANDNS", self.caller_x509_san_dns);
        text(line, "callerX509SANURI", self.caller_x509_san_uri);
        line.number("grpcResponseCode", self.grpc_response_code.map(u64::from));
        text(line, "requestId", self.request_id);
        let tags = self.caller_principal_tags;
        line.tags("callerPrincipalTags", tags, TEXT_BYTES_MAX);
    }

    fn write_extensions(&self, line: &mut Object<'_>) {
        line.number("revision", Some(self.revision));
        if let (Some(service), Some(listener), Some(rule)) =
            (self.service_arn, self.listener_id, self.rule_id)
        {
            let arn = [service, "/listener/", listener, "/rule/", rule];
            line.parts("ruleArn", &arn);
        }
        line.statements("policyStatement", self.findings.deciding());
    }
}

fn text(line: &mut Object<'_>, key: &str, value: Option<&str>) {
    line.text(key, value.map(str::as_bytes), TEXT_BYTES_MAX);
}
