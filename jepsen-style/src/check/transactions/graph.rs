//! Who came before whom.

use std::collections::HashSet;

use super::{End, Evidence};

/// Why a transaction came before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Edge {
    /// The other appended after it.
    Ww,
    /// The other saw what it appended.
    Wr,
    /// The other appended what it did not see.
    Rw,
    /// It had ended when the other began.
    RealTime,
}

impl Edge {
    /// What stands between the two in a finding.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Ww => "appended before (ww)",
            Self::Wr => "was seen by (wr)",
            Self::Rw => "did not see (rw)",
            Self::RealTime => "ended before (real time)",
        }
    }
}

/// The dependencies of the transactions that took effect.
pub(super) struct Graph {
    /// For each transaction, by place in the history, those that came after it.
    pub(super) after: Vec<Vec<(usize, Edge)>>,
}

impl Graph {
    /// The dependencies that the evidence tells.
    pub(super) fn infer(evidence: &Evidence<'_>) -> Self {
        let happened = happened(evidence);
        let mut after = vec![Vec::new(); evidence.history.len()];
        let mut add = |from: usize, to: usize, edge: Edge| {
            if from != to && happened[from] && happened[to] {
                after[from].push((to, edge));
            }
        };
        let writer = |list, element: u64| evidence.writers.get(&(list, element)).copied();
        for (list, order) in &evidence.orders {
            for pair in order.windows(2) {
                if let (Some(from), Some(to)) = (writer(list, pair[0]), writer(list, pair[1])) {
                    add(from, to, Edge::Ww);
                }
            }
        }
        // Elements that no read shows come after all that are shown.
        let mut unseen: Vec<_> = evidence.writers.iter().collect();
        unseen.retain(|((list, element), _)| {
            let order = evidence.orders.get(list);
            order.is_some_and(|order| !order.contains(element))
        });
        for (at, list, elements) in evidence.all_reads() {
            let last = elements.last().and_then(|last| writer(list, *last));
            if let Some(last) = last {
                add(last, at, Edge::Wr);
            }
            let order = evidence.orders.get(list).copied().unwrap_or_default();
            let next = order.get(elements.len());
            if let Some(next) = next.and_then(|next| writer(list, *next)) {
                add(at, next, Edge::Rw);
            }
            if elements.len() == order.len() {
                let of_list = unseen.iter().filter(|((of, _), _)| *of == list);
                of_list.for_each(|(_, writer)| add(at, **writer, Edge::Rw));
            }
        }
        real_time(evidence, &happened, &mut add);
        for edges in &mut after {
            edges.sort_unstable();
            edges.dedup();
        }
        Self { after }
    }
}

/// Which transactions certainly took effect: those that were acknowledged, and those that were seen.
fn happened(evidence: &Evidence<'_>) -> Vec<bool> {
    let history = evidence.history.iter();
    let mut happened: Vec<_> = history.map(|one| one.end == End::Committed).collect();
    for (list, order) in &evidence.orders {
        let writers = order.iter().filter_map(|element| {
            let writer = evidence.writers.get(&(*list, *element))?;
            Some(*writer)
        });
        writers.for_each(|writer| happened[writer] = true);
    }
    happened
}

/// Adds who had ended when who began; what follows from other edges is left out.
fn real_time(evidence: &Evidence<'_>, happened: &[bool], add: &mut impl FnMut(usize, usize, Edge)) {
    // Of what happens at one moment, beginnings come first: the transactions overlap.
    let mut moments = Vec::new();
    for (at, one) in evidence.history.iter().enumerate() {
        if happened[at] {
            moments.push((one.invoked_us, false, at));
            if one.end == End::Committed {
                moments.push((one.ended_us, true, at));
            }
        }
    }
    moments.sort_unstable();
    // The ended transactions that no other ended one came wholly after.
    let mut frontier: Vec<usize> = Vec::new();
    let mut before = vec![HashSet::new(); evidence.history.len()];
    for (_, is_end, at) in moments {
        if is_end {
            let dominated = std::mem::take(&mut before[at]);
            frontier.retain(|one| !dominated.contains(one));
            frontier.push(at);
        } else {
            frontier
                .iter()
                .for_each(|one| add(*one, at, Edge::RealTime));
            before[at] = frontier.iter().copied().collect();
        }
    }
}
