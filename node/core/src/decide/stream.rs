//! What happens to a TLS stream that is not opened: the journey of [`super::request`] without what
//! only a request has.
//!
//! The service is the one of the TLS server name. The caller is always anonymous, the action is
//! `Connect`, and only the listener's default action exists.
//!
//! Source: VPC Lattice user guide, "TLS listeners", "Auth policies".

use super::authorise;
use super::facts::Facts;
use super::{Caller, Denial, Memo, Peer, Plan, Surroundings, Trace, Verdict, identify, pick};
use crate::model::TargetProtocol;
use crate::view::ActionView;

/// Decides what happens to a stream on a listener that passes TLS through.
///
/// Pure, as [`super::request`]; answers with [`Verdict::Forward`] or [`Verdict::Refuse`].
pub fn stream(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    memo: &mut Memo,
    trace: &mut Trace,
) -> Verdict {
    steps(around, peer, memo, trace).map_or_else(Verdict::Refuse, Verdict::Forward)
}

fn steps(
    around: &Surroundings<'_>,
    peer: &Peer<'_>,
    memo: &mut Memo,
    trace: &mut Trace,
) -> Result<Plan, Denial> {
    let vpc = identify::vpc(around.view, peer)?;
    let server_name = peer.server_name.ok_or(Denial::UnknownService)?;
    let position = identify::service(vpc, peer, server_name)?;
    trace.reach = Some(position);
    let reach = &vpc.reaches[position];
    trace.listener = identify::stream_listener(&reach.service, peer);
    let listener = trace.listener(reach).ok_or(Denial::UnknownService)?;
    let facts = Facts {
        peer,
        vpc,
        reach,
        caller: trace.caller.insert(Caller::Anonymous),
        message: None,
        now: around.now,
    };
    let grant = authorise::request(
        &around.view.credentials,
        &facts,
        &mut memo.resource,
        &mut trace.findings,
    )?;
    let ActionView::Forward { groups, total } = &listener.default else {
        return Err(Denial::UnknownService);
    };
    trace.group = pick::group(groups, *total, around.draws.group);
    let group = &groups[trace.group.ok_or(Denial::NoTarget)?].group;
    if group.protocol != TargetProtocol::Tcp {
        return Err(Denial::ProtocolMismatch(
            "Bad Request: a TLS stream that is not opened needs a target group of protocol TCP",
        ));
    }
    trace.target = pick::target(group, around.health, around.balance, around.draws);
    trace.target.ok_or(Denial::NoTarget)?;
    Ok(Plan {
        grant,
        body_sha256: None,
    })
}
