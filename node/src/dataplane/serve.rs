//! The journey of an HTTP request.

use std::rc::Rc;

use http::request::Parts;
use http::{Method, Request, Response, Version, header};
use hyper::body::{Body as _, Incoming};
use trellis_core::decide::{self, Denial, Draws, Head, Surroundings, Verdict};

use super::body::ResponseBody;
use super::connection::Connection;
use super::entry::Entry;
use super::framing::Malformed;
use super::payload::Payload;
use super::wire::REFUSED_METHOD;
use super::worker::Worker;
use super::{debug, forward, headers};
use crate::clock;

/// Serves one HTTP request, from its head to its access-log record.
///
/// Never fails: a refusal or a failure of the target becomes a response and a record.
pub(crate) async fn serve(
    worker: &Rc<Worker>,
    connection: &Rc<Connection>,
    request: Request<Incoming>,
) -> Response<ResponseBody> {
    let (mut parts, incoming) = request.into_parts();
    let entry = Entry::open(worker, connection, &parts); // one view to the end
    if incoming.is_end_stream() {
        entry.exchange().note_request_end();
    }
    if let Err(malformed) = check(connection, &parts) {
        return entry.reject(malformed.status, malformed.text);
    }
    headers::remove_reserved(&mut parts.headers);

    let mut payload = Payload::Arriving(incoming);
    let mut verdict = decide(&entry, &parts, None);
    if matches!(verdict, Verdict::NeedBody) {
        payload = match payload.read(entry.exchange()).await {
            Ok(payload) => payload,
            Err(unfit) => return unfit.answer(entry),
        };
        verdict = decide(&entry, &parts, payload.sha256());
    }
    let plan = match verdict {
        Verdict::Forward(plan) => plan,
        Verdict::Respond(status) => return entry.respond(status),
        Verdict::Refuse(denial) => return entry.refuse(&denial),
        Verdict::NeedBody => return entry.refuse(&Denial::BodyTooLarge),
    };
    match payload.verified(&plan, entry.exchange()).await {
        Ok(payload) => forward::send(entry, plan, parts, payload).await,
        Err(unfit) => unfit.answer(entry),
    }
}

/// Decides with the view of the entry, and leaves there what was learnt.
fn decide(entry: &Entry, parts: &Parts, body_sha256: Option<[u8; 32]>) -> Verdict {
    let exchange = entry.exchange();
    let worker = &exchange.worker;
    let health = worker.health.load();
    let around = Surroundings {
        view: &exchange.adopted.view,
        health: &health,
        balance: &worker.pool,
        rules: &worker.rules,
        now: clock::now(),
        draws: Draws {
            group: worker.draw(),
            first: worker.draw(),
            second: worker.draw(),
        },
    };
    let authority = exchange.host.as_ref().and_then(|host| host.to_str().ok());
    let target = exchange.target.as_ref();
    let head = Head {
        method: parts.method.as_str(),
        target: target.map_or("/", |target| target.as_str()),
        authority: authority.unwrap_or_default(),
        headers: &parts.headers,
        http2: exchange.http2,
        body_sha256,
    };
    let mut trace = exchange.trace.borrow_mut();
    let mut memo = worker.memo.borrow_mut();
    let peer = exchange.connection.peer();
    let verdict = decide::request(&around, &peer, &head, &mut memo, &mut trace);
    let explained = debug::explained(&around, &peer, &head, &trace, &verdict);
    exchange.facts.explained.set(explained);
    drop((trace, memo));
    exchange.learn_timeout();
    verdict
}

/// Refuses what has two readings: the authority must be one, and `Connection` must leave alone what
/// decides.
fn check(connection: &Connection, parts: &Parts) -> Result<(), Malformed> {
    let bad = |text| Err(Malformed { status: 400, text });
    if parts.method.as_str() == REFUSED_METHOD {
        let refused = connection.malformed.take();
        return refused.map_or_else(|| bad("Bad Request"), Err);
    }
    if parts.method == Method::CONNECT {
        return Err(Malformed {
            status: 405,
            text: "Method Not Allowed: CONNECT is not supported",
        });
    }
    if headers::names_protected(&parts.headers) {
        return bad("Bad Request: Connection names a header that must reach the target");
    }
    if parts.version == Version::HTTP_2 {
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        let mut hosts = parts.headers.get_all(header::HOST).iter();
        let (host, more) = (hosts.next(), hosts.next());
        let same = |authority: &str| {
            host.is_none_or(|host| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()))
        };
        if more.is_some() || !authority.map_or(host.is_some(), same) {
            return bad("Bad Request: :authority and Host are not one");
        }
    }
    Ok(())
}
