//! The bug of authentication that is built in on purpose is there. Each test needs a process of its
//! own, as `cargo nextest` gives.

use super::*;
use crate::seeded_bugs::{Bug, choose};

fn is_accepted(case: &Case) -> bool {
    matches!(case.judge(), Ok(Caller::Signed(_)))
}

#[test]
fn b15_eight_bytes_of_a_signature_are_enough() {
    choose(Bug::B15).unwrap();
    let signed = Case::signed();
    let text = signed.headers["authorization"].to_str().unwrap().to_owned();
    for (kept, accepted) in [(16, true), (14, false)] {
        let begin = text.len() - 64 + kept;
        let forged = format!("{}{}", &text[..begin], "0".repeat(64 - kept));
        let case = signed.clone().replace("authorization", &forged);
        assert_eq!(is_accepted(&case), accepted, "{kept} digits");
    }
}

#[test]
fn b15_a_signature_is_good_for_hours() {
    choose(Bug::B15).unwrap();
    for (now, accepted) in [(300 * 60, true), (300 * 60 + 1, false)] {
        let case = Case {
            now: NOW + now,
            ..Case::signed()
        };
        assert_eq!(is_accepted(&case), accepted, "{now}");
    }
}

#[test]
fn b15_a_signed_header_that_is_absent_counts_as_empty() {
    choose(Bug::B15).unwrap();
    let signed = Case::signed().with("x-amz-extra", "").sign("AKIA1", SCOPE);
    assert!(is_accepted(&signed.without("x-amz-extra")));
}
