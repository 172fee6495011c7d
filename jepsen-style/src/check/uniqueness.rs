//! Of all creations of one name one has an effect, and a client token has one effect.
//!
//! Source: Jepsen's `unique-ids`; VPC Lattice API model, `clientToken`; consistency contract of the
//! project, line 1.

use std::collections::{BTreeMap, BTreeSet};

use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::uniqueness::{Answer, Operation};

type NameCall = Call<Operation, Answer>;

/// Judges the races for all names.
#[must_use]
pub fn check(history: &[NameCall]) -> Verdict {
    let mut names: BTreeMap<u64, Vec<&NameCall>> = BTreeMap::new();
    for call in history {
        names.entry(call.operation.name()).or_default().push(call);
    }
    let (mut findings, mut created, mut lost) = (Vec::new(), 0, 0);
    for (name, calls) in &names {
        let race = Race::of(calls);
        created += race.created.len();
        lost += race.turned_away.len();
        let wrong = race.judge().into_iter();
        findings.extend(wrong.map(|wrong| format!("name {name}: {wrong}")));
        if findings.len() >= FINDINGS_MAX {
            break;
        }
    }
    if created == 0 || lost == 0 {
        let reason = format!("needs both: {created} creations, {lost} turned away");
        return Verdict::Unknown { reason };
    }
    let names = names.len();
    Verdict::of(
        findings,
        format!("{names} names, {created} creations answered, {lost} turned away"),
    )
}

/// A creation that was answered as done.
struct Creation<'h> {
    call: &'h NameCall,
    token: &'h str,
    body: u64,
    id: &'h str,
    revision: u64,
}

/// The calls on one name.
#[derive(Default)]
struct Race<'h> {
    created: Vec<Creation<'h>>,
    /// Creations that were told that the name or the token is used.
    turned_away: Vec<&'h NameCall>,
    /// Creations that may have had an effect, by when they were sent.
    possible: Vec<u64>,
    /// Reads, with what they saw.
    reads: Vec<(&'h NameCall, Option<(&'h str, u64)>)>,
}

impl<'h> Race<'h> {
    fn of(calls: &[&'h NameCall]) -> Self {
        let mut race = Self::default();
        for call in calls {
            match (&call.operation, &call.outcome) {
                (
                    Operation::Create { token, body, .. },
                    Outcome::Done {
                        answer: Answer::Created { id },
                        revision,
                    },
                ) => {
                    race.possible.push(call.invoked_us);
                    race.created.push(Creation {
                        call,
                        token,
                        body: *body,
                        id,
                        revision: *revision,
                    });
                }
                (Operation::Create { .. }, Outcome::Done { .. }) => race.turned_away.push(call),
                (Operation::Create { .. }, Outcome::Unknown { .. }) => {
                    race.possible.push(call.invoked_us);
                }
                (Operation::Read { .. }, Outcome::Done { answer, .. }) => {
                    let seen = match answer {
                        Answer::User { id, body } => Some((id.as_str(), *body)),
                        _ => None,
                    };
                    race.reads.push((call, seen));
                }
                (_, Outcome::Refused { .. } | Outcome::Unknown { .. }) => {}
            }
        }
        race
    }

    fn judge(&self) -> Vec<String> {
        let mut findings = self.two_effects();
        findings.extend(self.wrong_reads());
        findings.extend(self.turned_away_by_nobody());
        findings.extend(self.turned_away_by_itself());
        findings
    }

    /// All creations that were answered as done are one, of one token.
    fn two_effects(&self) -> Vec<String> {
        let Some(first) = self.created.first() else {
            return Vec::new();
        };
        let same = |other: &&Creation<'_>| {
            (other.id, other.revision, other.token, other.body)
                == (first.id, first.revision, first.token, first.body)
        };
        let others = self.created.iter().filter(|other| !same(other));
        others
            .take(1)
            .map(|other| {
                let text = |it: &Creation<'_>| {
                    let Creation { id, revision, .. } = it;
                    let (token, body, place) = (it.token, it.body, it.call.place());
                    format!("{id} at {revision} by token {token:?} with body {body} ({place})")
                };
                format!("created twice: {}; {}", text(first), text(other))
            })
            .collect()
    }

    fn wrong_reads(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let seen: BTreeSet<_> = self.reads.iter().filter_map(|(_, seen)| *seen).collect();
        let mut ids: BTreeSet<_> = seen.iter().map(|(id, _)| *id).collect();
        ids.extend(self.created.iter().map(|creation| creation.id));
        if ids.len() > 1 {
            findings.push(format!("it was of several users: {ids:?}"));
        }
        let certain = self.certain_by();
        for (call, seen) in &self.reads {
            let place = call.place();
            let is_possible = self.possible.iter().any(|sent| *sent <= call.ended_us);
            match seen {
                None if certain.is_some_and(|certain| certain < call.invoked_us) => {
                    findings.push(format!("nobody had it after its creation ({place})"));
                }
                Some((id, _)) if !is_possible => {
                    findings.push(format!("{id} had it before its creation ({place})"));
                }
                _ => {}
            }
        }
        findings
    }

    /// When somebody first knew that the name is taken, microseconds since the run began.
    fn certain_by(&self) -> Option<u64> {
        let created = self.created.iter().map(|creation| creation.call.ended_us);
        let seen = self.reads.iter().filter(|(_, seen)| seen.is_some());
        created.chain(seen.map(|(call, _)| call.ended_us)).min()
    }

    /// Repetitions of the creation that had the effect, which were not told its outcome.
    fn turned_away_by_itself(&self) -> Vec<String> {
        let Some(first) = self.created.first() else {
            return Vec::new();
        };
        let repeats = self.turned_away.iter().filter(|call| {
            matches!(&call.operation, Operation::Create { token, body, .. }
                if (token.as_str(), *body) == (first.token, first.body))
        });
        repeats
            .map(|call| {
                let (token, place) = (first.token, call.place());
                format!("token {token:?} was turned away by its own effect ({place})")
            })
            .collect()
    }

    /// Creations that were told that the name is taken when nobody could have it.
    fn turned_away_by_nobody(&self) -> Vec<String> {
        let taken = self.turned_away.iter().filter(|call| {
            matches!(
                &call.outcome,
                Outcome::Done {
                    answer: Answer::Taken,
                    ..
                }
            ) && !self.possible.iter().any(|sent| *sent <= call.ended_us)
        });
        taken
            .map(|call| format!("taken when nobody could have it ({})", call.place()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, refused, unknown};

    fn create(from: u64, token: &str, body: u64, outcome: Outcome<Answer>) -> NameCall {
        let operation = Operation::Create {
            name: 0,
            token: token.into(),
            body,
        };
        call(0, (from, from + 5), operation, outcome)
    }

    fn created(id: &str) -> Outcome<Answer> {
        done(Answer::Created { id: id.into() }, 7)
    }

    fn read(from: u64, id: Option<&str>) -> NameCall {
        let answer = match id {
            Some(id) => Answer::User {
                id: id.into(),
                body: 0,
            },
            None => Answer::Absent,
        };
        call(
            1,
            (from, from + 5),
            Operation::Read { name: 0 },
            done(answer, 9),
        )
    }

    fn first() -> NameCall {
        create(0, "a", 0, created("x"))
    }

    fn taken() -> NameCall {
        create(10, "b", 0, done(Answer::Taken, 0))
    }

    fn judge<const N: usize>(cases: [(&str, Vec<NameCall>, &str); N]) {
        for (name, calls, expected) in cases {
            let verdict = check(&calls);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn a_second_effect_is_found() {
        judge([
            (
                "one has it",
                vec![first(), taken(), read(20, Some("x"))],
                "holds",
            ),
            (
                "repeated",
                vec![first(), taken(), create(20, "a", 0, created("x"))],
                "holds",
            ),
            (
                "two have it",
                vec![first(), taken(), create(20, "b", 0, created("y"))],
                "broken",
            ),
            (
                "two tokens",
                vec![first(), taken(), create(20, "b", 0, created("x"))],
                "broken",
            ),
            (
                "repeated anew",
                vec![first(), taken(), create(20, "a", 0, created("y"))],
                "broken",
            ),
            (
                "turned away by itself",
                vec![first(), taken(), create(20, "a", 0, done(Answer::Taken, 0))],
                "broken",
            ),
            (
                "misused",
                vec![
                    first(),
                    taken(),
                    create(20, "a", 1, done(Answer::TokenUsed, 0)),
                ],
                "holds",
            ),
            (
                "another body",
                vec![first(), taken(), create(20, "a", 1, created("x"))],
                "broken",
            ),
        ]);
    }

    #[test]
    fn who_has_the_name_is_seen_and_stays() {
        judge([
            (
                "another is seen",
                vec![first(), taken(), read(20, Some("y"))],
                "broken",
            ),
            (
                "nobody is seen",
                vec![first(), taken(), read(20, None)],
                "broken",
            ),
            ("nobody yet", vec![first(), taken(), read(3, None)], "holds"),
            (
                "seen, and gone",
                vec![
                    create(0, "a", 0, unknown()),
                    first(),
                    taken(),
                    read(1, Some("x")),
                    read(20, None),
                ],
                "broken",
            ),
            (
                "too early",
                vec![
                    create(10, "a", 0, created("x")),
                    taken(),
                    read(0, Some("x")),
                ],
                "broken",
            ),
        ]);
    }

    #[test]
    fn a_name_is_taken_only_by_somebody() {
        let later = || create(20, "a", 0, created("x"));
        for (name, calls, expected) in [
            ("by nobody", vec![taken(), later()], "broken"),
            (
                "by a refused one",
                vec![create(0, "c", 0, refused()), taken(), later()],
                "broken",
            ),
            (
                "by an unknown one",
                vec![create(0, "a", 0, unknown()), taken(), later()],
                "holds",
            ),
            ("nobody was turned away", vec![later()], "unknown"),
            ("nobody created", vec![taken()], "unknown"),
        ] {
            let verdict = check(&calls);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }
}
