//! Short ways to write histories.

use super::Verdict;
use crate::history::{Call, Outcome};

pub(super) fn call<O, A>(
    client: u32,
    (invoked_us, ended_us): (u64, u64),
    operation: O,
    outcome: Outcome<A>,
) -> Call<O, A> {
    Call {
        client,
        node: 0,
        invoked_us,
        ended_us,
        operation,
        outcome,
    }
}

pub(super) fn done<A>(answer: A, revision: u64) -> Outcome<A> {
    Outcome::Done { answer, revision }
}

pub(super) fn refused<A>() -> Outcome<A> {
    Outcome::Refused {
        reason: "refused".into(),
    }
}

pub(super) fn unknown<A>() -> Outcome<A> {
    Outcome::Unknown {
        reason: "no answer".into(),
    }
}

pub(super) fn kind(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Holds { .. } => "holds",
        Verdict::Broken { .. } => "broken",
        Verdict::Unknown { .. } => "unknown",
    }
}
