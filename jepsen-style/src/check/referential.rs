//! At no revision does a resource name one that is not there.
//!
//! Creations, deletions and reads say at which revisions a resource was there; ids are never used
//! twice, so whoever names a deleted resource at or after the revision of its deletion dangles.
//!
//! Source: VPC Lattice API model, the `Delete…` operations; consistency contract of the project.

use std::collections::{BTreeMap, BTreeSet};

use super::{FINDINGS_MAX, Verdict};
use crate::history::{Call, Outcome};
use crate::workload::referential::{Answer, Item, Kind, Operation};

/// How the refusal of a call begins that names what is not there.
const NOT_FOUND: &str = "ResourceNotFoundException";

type ItemCall = Call<Operation, Answer>;

/// Judges the history of all resources.
#[must_use]
pub fn check(history: &[ItemCall]) -> Verdict {
    let (lives, deleted) = gather(history);
    let lists = history.iter().filter_map(listed).count();
    if deleted.is_empty() || lists == 0 {
        let reason = format!("needs both: {} deletions, {lists} reads", deleted.len());
        return Verdict::Unknown { reason };
    }
    let mut findings = dangling(&lives, &deleted);
    findings.truncate(FINDINGS_MAX);
    findings.extend(missing(history, &lives, &deleted));
    findings.extend(not_found(history, &lives));
    Verdict::of(
        findings,
        format!(
            "{} resources, {} deletions, {lists} reads",
            lives.len(),
            deleted.len()
        ),
    )
}

/// When a resource was there, and what it named.
struct Life<'h> {
    kind: Kind,
    names: BTreeSet<&'h str>,
    /// First revision that is known, and who saw it.
    first: (u64, &'h ItemCall),
    /// Last revision that is known, and who saw it.
    last: (u64, &'h ItemCall),
}

/// Deletions by id, with their revisions.
type Deleted<'h> = BTreeMap<&'h str, (u64, &'h ItemCall)>;

/// Lives by id.
type Lives<'h> = BTreeMap<&'h str, Life<'h>>;

fn gather(history: &[ItemCall]) -> (Lives<'_>, Deleted<'_>) {
    let (mut lives, mut deleted) = (Lives::new(), Deleted::new());
    for call in history {
        let Outcome::Done { answer, revision } = &call.outcome else {
            continue;
        };
        match (&call.operation, answer) {
            (Operation::Create { kind, names, .. }, Answer::Created { id }) => {
                sight(&mut lives, (*kind, id, names), (*revision, call));
            }
            (Operation::List { .. }, Answer::Items { items }) => {
                for Item { kind, id, names } in items {
                    sight(&mut lives, (*kind, id, names), (*revision, call));
                }
            }
            (Operation::Delete { item }, Answer::Deleted) => {
                deleted.insert(item.id.as_str(), (*revision, call));
            }
            _ => {}
        }
    }
    (lives, deleted)
}

/// Notes that a resource was there at a revision.
fn sight<'h>(
    lives: &mut Lives<'h>,
    (kind, id, names): (Kind, &'h str, &'h [String]),
    seen: (u64, &'h ItemCall),
) {
    let life = lives.entry(id).or_insert_with(|| Life {
        kind,
        names: BTreeSet::new(),
        first: seen,
        last: seen,
    });
    life.names.extend(names.iter().map(String::as_str));
    if seen.0 < life.first.0 {
        life.first = seen;
    }
    if seen.0 > life.last.0 {
        life.last = seen;
    }
}

fn listed(call: &ItemCall) -> Option<(Kind, &[String], &[Item], u64)> {
    match (&call.operation, &call.outcome) {
        (
            Operation::List { kind, under },
            Outcome::Done {
                answer: Answer::Items { items },
                revision,
            },
        ) => Some((*kind, under, items, *revision)),
        _ => None,
    }
}

/// Resources that were there at or after their own deletion, or that of one that they name.
fn dangling(lives: &Lives<'_>, deleted: &Deleted<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    for (id, life) in lives {
        let mut must_outlive: Vec<_> = life.names.iter().copied().collect();
        must_outlive.push(id);
        for other in must_outlive {
            let Some((at, deletion)) = deleted.get(other) else {
                continue;
            };
            let (last, seen) = life.last;
            if last >= *at {
                let kind = life.kind;
                findings.push(format!(
                    "{kind:?} {id} is there at revision {last} ({}) though {other} was deleted at \
                     {at} ({})",
                    seen.place(),
                    deletion.place()
                ));
            }
        }
    }
    findings
}

/// Resources that a read does not show though they were there before and after its revision.
fn missing(history: &[ItemCall], lives: &Lives<'_>, deleted: &Deleted<'_>) -> Vec<String> {
    let mut by_name: BTreeMap<(Kind, &str), Vec<&str>> = BTreeMap::new();
    for (id, life) in lives {
        // The empty name stands for lists of all.
        for name in life.names.iter().copied().chain([""]) {
            by_name.entry((life.kind, name)).or_default().push(id);
        }
    }
    let was_there = |id: &str, revision| {
        lives.get(id).is_some_and(|life| {
            let deletion = deleted.get(id).map_or(0, |(at, _)| *at);
            life.first.0 <= revision && (life.last.0 >= revision || deletion > revision)
        })
    };
    let mut findings = Vec::new();
    for call in history {
        let Some((kind, under, items, revision)) = listed(call) else {
            continue;
        };
        let shown: BTreeSet<_> = items.iter().map(|item| item.id.as_str()).collect();
        let parent = under.last().map_or("", String::as_str);
        let candidates = by_name.get(&(kind, parent)).into_iter().flatten();
        for id in candidates.filter(|id| was_there(id, revision) && !shown.contains(*id)) {
            let place = call.place();
            findings.push(format!(
                "{kind:?} {id} is missing at revision {revision} ({place})"
            ));
        }
        if findings.len() >= FINDINGS_MAX {
            break;
        }
    }
    findings
}

/// Resources that were not found though nobody had asked for their deletion.
fn not_found(history: &[ItemCall], lives: &Lives<'_>) -> Vec<String> {
    let mut deletions: BTreeMap<&str, u64> = BTreeMap::new();
    for call in history {
        if let Operation::Delete { item } = &call.operation
            && !matches!(call.outcome, Outcome::Refused { .. })
        {
            let asked = deletions.entry(&item.id).or_insert(u64::MAX);
            *asked = call.invoked_us.min(*asked);
        }
    }
    let may_be_gone = |id: &str, by_us: u64| deletions.get(id).is_some_and(|at| *at <= by_us);
    let mut findings = Vec::new();
    for call in history.iter().filter(|call| is_not_found(call)) {
        let id = match &call.operation {
            Operation::Delete { item } => item.id.as_str(),
            Operation::List { under, .. } => under.last().map_or("", String::as_str),
            Operation::Create { .. } => continue,
        };
        let Some(life) = lives.get(id) else { continue };
        let was_there = life.first.1.ended_us < call.invoked_us;
        let mut reasons = life.names.iter().copied().chain([id]);
        if was_there && !reasons.any(|reason| may_be_gone(reason, call.ended_us)) {
            let (kind, place) = (life.kind, call.place());
            findings.push(format!("{kind:?} {id} was not found ({place})"));
        }
    }
    findings.truncate(FINDINGS_MAX);
    findings
}

fn is_not_found(call: &ItemCall) -> bool {
    matches!(&call.outcome, Outcome::Refused { reason } if reason.starts_with(NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{call, done, kind, refused, unknown};

    fn create(of: Kind, id: &str, names: &[&str], revision: u64) -> ItemCall {
        let operation = Operation::Create {
            kind: of,
            number: 0,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        call(
            0,
            (0, 1),
            operation,
            done(Answer::Created { id: id.into() }, revision),
        )
    }

    fn item(of: Kind, id: &str, names: &[&str]) -> Item {
        Item {
            kind: of,
            id: id.into(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn delete(of: Kind, id: &str, outcome: Outcome<Answer>) -> ItemCall {
        let item = item(of, id, &[]);
        call(0, (0, 1), Operation::Delete { item }, outcome)
    }

    fn list(of: Kind, under: &[&str], items: &[Item], revision: u64) -> ItemCall {
        let operation = Operation::List {
            kind: of,
            under: under.iter().map(|id| (*id).to_owned()).collect(),
        };
        let items = items.to_vec();
        call(
            0,
            (0, 1),
            operation,
            done(Answer::Items { items }, revision),
        )
    }

    fn gone(revision: u64) -> Outcome<Answer> {
        done(Answer::Deleted, revision)
    }

    fn listener() -> Item {
        item(Kind::Listener, "l", &["s"])
    }

    fn rule() -> Item {
        item(Kind::Rule, "r", &["s", "l", "g"])
    }

    fn base() -> [ItemCall; 6] {
        [
            create(Kind::Service, "s", &[], 1),
            create(Kind::Listener, "l", &["s"], 2),
            create(Kind::TargetGroup, "g", &[], 3),
            create(Kind::TargetGroup, "h", &[], 4),
            delete(Kind::TargetGroup, "h", gone(5)),
            list(Kind::Listener, &["s"], &[listener()], 6),
        ]
    }

    fn judge<const N: usize>(cases: [(&str, Vec<ItemCall>, &str); N]) {
        for (name, calls, expected) in cases {
            let history: Vec<_> = base().into_iter().chain(calls).collect();
            let verdict = check(&history);
            assert_eq!(kind(&verdict), expected, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn a_resource_that_names_what_is_not_there_is_found() {
        judge([
            (
                "all there",
                vec![create(Kind::Rule, "r", &["s", "l", "g"], 7)],
                "holds",
            ),
            (
                "names the deleted",
                vec![create(Kind::Rule, "r", &["s", "l", "h"], 7)],
                "broken",
            ),
            (
                "outlives its service",
                vec![delete(Kind::Service, "s", gone(6))],
                "broken",
            ),
            (
                "goes with its service",
                vec![delete(Kind::Service, "s", gone(7))],
                "holds",
            ),
            (
                "outlives its group",
                vec![
                    create(Kind::Rule, "r", &["s", "l", "g"], 7),
                    delete(Kind::TargetGroup, "g", gone(8)),
                    list(Kind::Rule, &["s", "l"], &[rule()], 9),
                ],
                "broken",
            ),
            (
                "group is perhaps deleted",
                vec![
                    create(Kind::Rule, "r", &["s", "l", "g"], 7),
                    delete(Kind::TargetGroup, "g", unknown()),
                    list(Kind::Rule, &["s", "l"], &[rule()], 9),
                ],
                "holds",
            ),
        ]);
    }

    #[test]
    fn a_resource_that_is_back_or_missing_is_found() {
        judge([
            (
                "is back",
                vec![delete(Kind::Listener, "l", gone(5))],
                "broken",
            ),
            (
                "is missing",
                vec![
                    list(Kind::Listener, &["s"], &[], 3),
                    delete(Kind::Listener, "l", gone(7)),
                ],
                "broken",
            ),
            (
                "is missing and seen later",
                vec![list(Kind::Listener, &["s"], &[], 5)],
                "broken",
            ),
            (
                "is not there yet",
                vec![list(Kind::Listener, &["s"], &[], 1)],
                "holds",
            ),
            (
                "is deleted",
                vec![
                    delete(Kind::Listener, "l", gone(7)),
                    list(Kind::Listener, &["s"], &[], 8),
                ],
                "holds",
            ),
            (
                "deletion is refused",
                vec![
                    delete(Kind::Listener, "l", refused()),
                    list(Kind::Listener, &["s"], &[listener()], 8),
                ],
                "holds",
            ),
        ]);
    }

    #[test]
    fn what_nobody_deleted_must_be_found() {
        let not_found = || Outcome::Refused {
            reason: format!("{NOT_FOUND}: l not found"),
        };
        let later = |mut call: ItemCall| {
            (call.invoked_us, call.ended_us) = (10, 11);
            call
        };
        let lost = || later(delete(Kind::Listener, "l", not_found()));
        judge([
            ("nobody deleted it", vec![lost()], "broken"),
            (
                "perhaps deleted",
                vec![delete(Kind::Listener, "l", unknown()), lost()],
                "holds",
            ),
            (
                "perhaps deleted with its service",
                vec![delete(Kind::Service, "s", unknown()), lost()],
                "holds",
            ),
            (
                "deletion was refused",
                vec![delete(Kind::Service, "s", refused()), lost()],
                "broken",
            ),
        ]);
    }

    #[test]
    fn nothing_read_or_deleted_says_nothing() {
        assert_eq!(kind(&check(&base()[..4])), "unknown");
        assert_eq!(kind(&check(&base()[..5])), "unknown");
    }
}
