//! Cycles of dependencies, and what they are called.

use std::collections::{HashMap, HashSet, VecDeque};

use super::FINDINGS_MAX;
use super::graph::{Edge, Graph};

/// Transactions each of which came before the next, and the last before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// Its name.
    pub(super) anomaly: &'static str,
    /// The transactions, by place in the history, and why each came before the next.
    pub(super) edges: Vec<(usize, Edge)>,
}

/// The kinds of cycles, worst first: name, one edge, and the edges that lead back from it.
const CLASSES: [(&str, Edge, &[Edge]); 8] = {
    use Edge::{RealTime, Rw, Wr, Ww};
    [
        ("G0", Ww, &[Ww]),
        ("G1c", Wr, &[Ww, Wr]),
        ("G-single", Rw, &[Ww, Wr]),
        ("G2", Rw, &[Ww, Wr, Rw]),
        ("G0-realtime", Ww, &[Ww, RealTime]),
        ("G1c-realtime", Wr, &[Ww, Wr, RealTime]),
        ("G-single-realtime", Rw, &[Ww, Wr, RealTime]),
        ("G2-realtime", Rw, &[Ww, Wr, Rw, RealTime]),
    ]
};

/// Edges from which a cycle of one kind is looked for; a later kind finds what is left.
const TRIES_MAX: usize = 2_000;

/// The anomalies: the worst for each set of transactions that depend on each other, the first few.
pub(super) fn anomalies(graph: &Graph) -> Vec<Cycle> {
    let mut found = Vec::new();
    let mut told: HashSet<usize> = HashSet::new();
    for (anomaly, first, back) in CLASSES {
        let component = components(graph, |edge| edge == first || back.contains(&edge));
        let all = graph.after.iter().enumerate();
        let edges =
            all.flat_map(|(from, edges)| edges.iter().map(move |(to, edge)| (from, *to, *edge)));
        let candidates =
            edges.filter(|(from, to, edge)| *edge == first && component[*from] == component[*to]);
        for (from, to, edge) in candidates.take(TRIES_MAX) {
            if told.contains(&from) {
                continue;
            }
            let Some(way) = path(graph, &component, (to, from), back) else {
                continue;
            };
            let members = (0..component.len()).filter(|at| component[*at] == component[from]);
            told.extend(members);
            let mut edges = vec![(from, edge)];
            edges.extend(way);
            found.push(Cycle { anomaly, edges });
            if found.len() == FINDINGS_MAX {
                return found;
            }
        }
    }
    found
}

/// The shortest way between two transactions of one component.
fn path(
    graph: &Graph,
    component: &[usize],
    (from, to): (usize, usize),
    allowed: &[Edge],
) -> Option<Vec<(usize, Edge)>> {
    let mut came_by: HashMap<usize, (usize, Edge)> = HashMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut way = Vec::new();
            let mut place = to;
            while place != from {
                let step = came_by.get(&place)?;
                way.push(*step);
                place = step.0;
            }
            way.reverse();
            return Some(way);
        }
        for (next, edge) in &graph.after[at] {
            let is_new = *next != from && !came_by.contains_key(next);
            if is_new && allowed.contains(edge) && component[*next] == component[from] {
                came_by.insert(*next, (at, *edge));
                queue.push_back(*next);
            }
        }
    }
    None
}

/// Not visited yet.
const NEW: usize = usize::MAX;

/// Tarjan's search as it goes.
struct Search {
    /// Order of the first visit.
    visited: Vec<usize>,
    /// The earliest visited that can be reached.
    lowest: Vec<usize>,
    /// Component, once known.
    component: Vec<usize>,
    /// Visited, but of no known component.
    open: Vec<usize>,
    count: usize,
    components: usize,
}

/// For each transaction the number of the strongly connected component that it is in, by the edges
/// that are allowed. Source: R. Tarjan, "Depth-first search and linear graph algorithms" (1972).
fn components(graph: &Graph, is_allowed: impl Fn(Edge) -> bool) -> Vec<usize> {
    let size = graph.after.len();
    let mut search = Search {
        visited: vec![NEW; size],
        lowest: vec![NEW; size],
        component: vec![NEW; size],
        open: Vec::new(),
        count: 0,
        components: 0,
    };
    for root in 0..size {
        if search.visited[root] == NEW {
            search.visit_from(root, graph, &is_allowed);
        }
    }
    search.component
}

impl Search {
    fn enter(&mut self, at: usize) {
        self.visited[at] = self.count;
        self.lowest[at] = self.count;
        self.count += 1;
        self.open.push(at);
    }

    /// Visits what can be reached; with a stack of its own, since histories are long.
    fn visit_from(&mut self, root: usize, graph: &Graph, is_allowed: &impl Fn(Edge) -> bool) {
        self.enter(root);
        let mut stack = vec![(root, 0)];
        while let Some((at, edge)) = stack.last_mut() {
            let at = *at;
            let Some((next, kind)) = graph.after[at].get(*edge) else {
                stack.pop();
                self.leave(at);
                if let Some((parent, _)) = stack.last() {
                    self.lowest[*parent] = self.lowest[*parent].min(self.lowest[at]);
                }
                continue;
            };
            *edge += 1;
            if !is_allowed(*kind) {
                continue;
            }
            if self.visited[*next] == NEW {
                self.enter(*next);
                stack.push((*next, 0));
            } else if self.component[*next] == NEW {
                self.lowest[at] = self.lowest[at].min(self.visited[*next]);
            }
        }
    }

    fn leave(&mut self, at: usize) {
        if self.lowest[at] != self.visited[at] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member] = self.components;
            if member == at {
                break;
            }
        }
        self.components += 1;
    }
}
