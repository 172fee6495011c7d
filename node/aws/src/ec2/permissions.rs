//! Rules of security groups: EC2's permissions, each for many ranges, and the registry's, each for one.

use aws_lc_rs::digest::{SHA256, digest};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde_json::{Map, Value, json};
use trellis_proto::v1;

use super::fault;
use crate::failure::Fault;

/// Fields of a request that name what the registry has no place for.
const UNSUPPORTED: [&str; 4] = [
    "SourceSecurityGroupName",
    "SourceSecurityGroupOwnerId",
    "TagSpecification",
    "GroupName",
];
/// The highest port.
const PORT_MAX: i64 = 65_535;

/// The rules that a request names, each once.
///
/// # Errors
/// Where there are none, one is damaged, or one is of what the registry has no place for: sources that are no
/// ranges of addresses, protocols other than TCP.
pub(super) fn asked(input: &Map<String, Value>) -> Result<Vec<v1::IngressRule>, Fault> {
    if let Some(field) = UNSUPPORTED.iter().find(|field| input.contains_key(**field)) {
        return Err(fault::unsupported(field));
    }
    let mut rules: Vec<v1::IngressRule> = Vec::new();
    let listed = input.get("IpPermissions").and_then(Value::as_array);
    let single = single(input);
    for permission in listed.into_iter().flatten().chain(&single) {
        for rule in of_permission(permission)? {
            if rules.iter().any(|known| is_same(known, &rule)) {
                let message = "The same permission must not appear multiple times";
                return Err(fault::invalid(message));
            }
            rules.push(rule);
        }
    }
    if rules.is_empty() {
        return Err(fault::missing("IpPermissions"));
    }
    Ok(rules)
}

/// The permission that a request gives in fields of its own.
fn single(input: &Map<String, Value>) -> Option<Value> {
    let fields = ["IpProtocol", "FromPort", "ToPort", "CidrIp"];
    fields.iter().find(|field| input.contains_key(**field))?;
    let mut permission = json!({ "ipProtocol": input.get("IpProtocol") });
    permission["fromPort"] = input.get("FromPort").cloned().unwrap_or_default();
    permission["toPort"] = input.get("ToPort").cloned().unwrap_or_default();
    if let Some(range) = input.get("CidrIp") {
        permission["ipRanges"] = json!([{ "cidrIp": range }]);
    }
    Some(permission)
}

fn of_permission(permission: &Value) -> Result<Vec<v1::IngressRule>, Fault> {
    let items = |field: &str| permission[field].as_array().into_iter().flatten();
    for (field, name) in [
        ("groups", "UserIdGroupPairs"),
        ("prefixListIds", "PrefixListIds"),
    ] {
        if items(field).next().is_some() {
            return Err(fault::unsupported(name));
        }
    }
    let protocol = permission["ipProtocol"].as_str();
    match protocol.ok_or_else(|| fault::missing("IpProtocol"))? {
        "tcp" | "6" => {}
        other => {
            let message = format!("{other} is not supported: name tcp and ports, 0-65535 for all");
            return Err(Fault::of_sender("UnsupportedOperation", message));
        }
    }
    let (from_port, to_port) = ports(permission)?;
    let v4 = items("ipRanges").map(|range| (range, "cidrIp"));
    let v6 = items("ipv6Ranges").map(|range| (range, "cidrIpv6"));
    let rules = v4.chain(v6).map(|(range, field)| {
        let text = range[field].as_str().unwrap_or_default();
        let description = range["description"].as_str().unwrap_or_default();
        Ok(v1::IngressRule {
            cidr: cidr(text, field == "cidrIpv6")?,
            from_port,
            to_port,
            description: description.to_owned(),
        })
    });
    let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
    if rules.is_empty() {
        return Err(fault::missing("IpRanges"));
    }
    Ok(rules)
}

fn ports(permission: &Value) -> Result<(u32, u32), Fault> {
    let port = |field: &str, name: &str| {
        let port = permission[field].as_i64();
        let port = port.ok_or_else(|| fault::missing(name))?;
        let number = u32::try_from(port).ok().filter(|_| port <= PORT_MAX);
        number.ok_or_else(|| fault::invalid(format!("Invalid value '{port}' for {name}.")))
    };
    let (from, to) = (port("fromPort", "FromPort")?, port("toPort", "ToPort")?);
    if from > to {
        let message = format!("Invalid TCP/UDP port range ({from}:{to})");
        return Err(fault::invalid(message));
    }
    Ok((from, to))
}

/// A range of addresses, without host bits.
fn cidr(text: &str, is_v6: bool) -> Result<String, Fault> {
    let v4 = || text.parse::<Ipv4Net>().map(|it| it.trunc().to_string());
    let v6 = || text.parse::<Ipv6Net>().map(|it| it.trunc().to_string());
    let range = if is_v6 { v6() } else { v4() };
    range.map_err(|_| fault::invalid(format!("CIDR block {text} is malformed")))
}

/// Whether two rules let the same in.
pub(super) fn is_same(one: &v1::IngressRule, other: &v1::IngressRule) -> bool {
    let what = |rule: &v1::IngressRule| (rule.cidr.clone(), rule.from_port, rule.to_port);
    what(one) == what(other)
}

/// A rule for people.
pub(super) fn words(rule: &v1::IngressRule) -> String {
    let v1::IngressRule {
        cidr,
        from_port,
        to_port,
        ..
    } = rule;
    format!("peer: {cidr}, TCP, from port: {from_port}, to port: {to_port}, ALLOW")
}

/// The id of a rule of a group: the registry gives rules none, so it is made of what they let in.
pub(super) fn id(group: &str, rule: &v1::IngressRule) -> String {
    let text = format!("{group} {}", words(rule));
    let digest = digest(&SHA256, text.as_bytes());
    let hex: String = digest
        .as_ref()
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect();
    format!("sgr-{}", &hex[..17])
}

/// Rules as the permissions of a group: one for all ranges of the same ports.
pub(super) fn told(rules: &[v1::IngressRule]) -> Value {
    let mut ports: Vec<(u32, u32)> = rules.iter().map(|it| (it.from_port, it.to_port)).collect();
    ports.sort_unstable();
    ports.dedup();
    let permissions = ports.into_iter().map(|(from, to)| {
        let own = rules.iter().filter(|it| (it.from_port, it.to_port) == (from, to));
        let (v6, v4): (Vec<_>, Vec<_>) = own.partition(|rule| is_v6(rule));
        let ranges = |rules: Vec<&v1::IngressRule>, field: &str| -> Value {
            let range = |rule: &v1::IngressRule| {
                json!({ field: rule.cidr, "description": description(rule) })
            };
            rules.into_iter().map(range).collect()
        };
        json!({
            "ipProtocol": "tcp",
            "fromPort": from,
            "toPort": to,
            "groups": [],
            "ipRanges": ranges(v4, "cidrIp"),
            "ipv6Ranges": ranges(v6, "cidrIpv6"),
            "prefixListIds": [],
        })
    });
    permissions.collect()
}

/// A rule with its id.
pub(super) fn told_alone(metadata: &v1::Metadata, rule: &v1::IngressRule) -> Value {
    let field = if is_v6(rule) { "cidrIpv6" } else { "cidrIpv4" };
    json!({
        "securityGroupRuleId": id(&metadata.id, rule),
        "groupId": metadata.id,
        "groupOwnerId": metadata.account,
        "isEgress": false,
        "ipProtocol": "tcp",
        "fromPort": rule.from_port,
        "toPort": rule.to_port,
        field: rule.cidr,
        "description": description(rule),
        "tagSet": [],
    })
}

fn is_v6(rule: &v1::IngressRule) -> bool {
    matches!(rule.cidr.parse(), Ok(IpNet::V6(_)))
}

fn description(rule: &v1::IngressRule) -> Option<&str> {
    Some(rule.description.as_str()).filter(|it| !it.is_empty())
}
